"""The demonstration's second half: a drill of June 2021 on what was found, and every kind of paper that comes out of it.

Everything is a rehearsal on simulated customers and says so on every page. The drill is written into a ledger once; run
again, the demonstration takes it as it is and writes the papers anew.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from minewatch.model.actors import Actor, Role
from minewatch.model.letters import LetterKind
from minewatch.model.text import Language, Text
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import LEDGER
from minewatch.usecases import steps
from minewatch.usecases.access import add_actor, find_actor
from minewatch.usecases.bulletins import return_form, write_bulletin
from minewatch.usecases.bundles import BundleOrder, bundle
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.case_file import case_document
from minewatch.usecases.case_money import MoneyOrder, state_money
from minewatch.usecases.cases import visible_cases
from minewatch.usecases.issue_letters import LetterToIssue, issue
from minewatch.usecases.letters import LetterOrder, letter
from minewatch.usecases.measures import MeasureOrder, set_categories, take_measures
from minewatch.usecases.notices import NoticeOrder, serve
from minewatch.usecases.office import Office, Turn, declare_rehearsal, open_office
from minewatch.usecases.returns import record_returns
from minewatch.usecases.rollups import Period
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.sites import Least, open_sites, read_findings, read_sites
from minewatch.usecases.stops import verify_stops

CAMPAIGN = "ya-drill"
PACK, PROVINCE = "cn-ya-20210617", "cn-sc-20210618"
BY = "陈（演练）"
BECAUSE = "演练使用，不作为真实执法依据 (drill only, no legal basis is claimed)"
REGION = "511800"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
PEOPLE: Mapping[str, Role] = {
    "chen": Role.SUPERVISOR,
    "bai": Role.ANALYST,
    "luo": Role.INSPECTOR,
    "gao": Role.AUDITOR,
}
ISSUER = Text("Drill Office of Ya'an (simulated)", "雅安市演练办公室（模拟）")
CONTACT = Text("nobody; this is a drill", "无（演练）")
WORTH_TELLING = ("came_back", "late", "not_stopped", "in_time", "cannot_tell")
"""Which case's papers are shown: a mine of some size first, then the first outcome of this order, then the largest."""
SIZE_KW = 50.0
INSPECTION = "inspection.zh.docx"


@dataclass(frozen=True, slots=True)
class Papers:
    """What was written, and the number of cases it tells; no papers where the screening found nothing to open a case on."""

    cases: int
    written: tuple[Path, ...]


def make_papers(*, folder: Path, findings: Path, region: Path, seed: int, out: Path, language: Language) -> Papers:
    """Carry the drill through in the workspace ``folder`` unless that was done before, and write its papers to ``out``.

    ``findings`` is the screening's findings.csv, ``region`` the simulated utility's files; ``language`` is that of the
    return form, of which there is one; all other papers are written in both.
    """
    ledger = folder / LEDGER
    if not ledger.exists():
        unfinished = folder / f"{LEDGER}.unfinished"
        for left in folder.glob(f"{unfinished.name}*"):
            left.unlink()
        with _opened(folder, unfinished) as office:
            _drill(office, findings=findings, region=region, seed=seed, out=out, language=language)
        unfinished.replace(ledger)
    with _opened(folder, ledger) as office:
        chen = find_actor(log=office.log, name="chen")
        turn = Turn(office, chen, office.instant("2021-06-26 10:00"))
        rows = visible_cases(log=office.log, actor=chen)
        return Papers(len(rows), tuple(_papers(turn, rows, out=out)) if rows else ())


@contextmanager
def _opened(folder: Path, ledger: Path) -> Iterator[Office]:
    with open_office(given=folder, variable=None, start=folder, address=str(ledger)) as office:
        yield office


def _drill(office: Office, *, findings: Path, region: Path, seed: int, out: Path, language: Language) -> None:
    """From the order of 17 June to the inspections of the 25th, as ``docs/yaan.md`` tells it at length."""
    people = _people(office)

    def turn(name: str, moment: str) -> Turn:
        return Turn(office, people[name], office.instant(f"2021-06-{moment}"))

    noon = turn("chen", "17 12:00")
    open_from_packs(
        turn=noon, name=CAMPAIGN, title="雅安演练 Ya'an drill (simulated)", region=(REGION,), packs=(PACK,), by=BY
    )
    least = Least(0.5, 1.0)
    opening = turn("bai", "17 12:30")
    meters, lake = region / "meters.csv", office.workspace.lake()
    found, issues = read_findings(opening, findings, least=least, division=None, meters=meters, lake=lake)
    listed, more = read_sites(opening, region / "suspected_projects.csv")
    secret = hashlib.sha256(f"drill {seed}".encode()).hexdigest()
    for candidates in (found, listed):
        open_sites(turn=opening, campaign=CAMPAIGN, candidates=candidates, issues=(*issues, *more), fresh=secret)
    rows = visible_cases(log=office.log, actor=noon.actor)
    cases = [str(row["id"]) for row in rows]
    if not cases:
        return
    order = NoticeOrder(pack=PACK, by=BY, number="演练停〔2021〕", how="in person", because=BECAUSE)
    serve(turn=turn("chen", "17 13:00"), cases=cases, order=order)
    form = return_form(turn=turn("bai", "17 14:00"), campaign=CAMPAIGN, language=language, answers=_answers(rows))
    write_file(out / "returns-filled-in.xlsx", form)
    record_returns(turn=turn("bai", "18 09:00"), path=out / "returns-filled-in.xlsx", campaign=CAMPAIGN)
    week = turn("bai", "25 08:00")
    verify_stops(turn=week, lake=lake, cases=(), as_of=office.instant("2021-06-24 23:45"))
    shown = worth_telling(visible_cases(log=office.log, actor=noon.actor))
    machines = next((_machines(row) for row in rows if row["id"] == shown), 1)
    letter_of = LetterToIssue(
        kind=LetterKind.INSPECTION,
        pack=PACK,
        section="second paragraph",
        number="演练检〔2021〕1",
        by=BY,
        language="zh",
        until=office.instant("2021-06-25 12:00"),
        because=BECAUSE,
        given={"issuer": ISSUER.zh, "contact": CONTACT.zh},
    )
    _, content = issue(turn=turn("chen", "25 09:00"), case=shown, order=letter_of)
    write_file(out / INSPECTION, content)
    _endings(turn, shown, machines)
    energy = MoneyOrder(kind="evaded", on=date(2021, 6, 18), days=(date(2021, 5, 24), date(2021, 6, 17)))
    state_money(turn=turn("bai", "26 09:30"), lake=lake, case=shown, order=energy)


def _people(office: Office) -> dict[str, Actor]:
    at = office.instant("2021-06-16 08:00")
    declare_rehearsal(office=office, by=BY, at=at)
    root = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
    add_actor(log=office.log, by=None, new=root, at=at)
    people = {name: Actor(name, frozenset({role}), (REGION,)) for name, role in PEOPLE.items()}
    for one in people.values():
        add_actor(log=office.log, by=root, new=one, at=at)
    return people


def _answers(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str | float]]:
    """Fill in the form as the sites would: all but the last say stopped; one answer is no answer, to show what is told."""
    answers: dict[str, dict[str, str | float]] = {}
    for number, row in enumerate(rows[:-1], start=1):
        machines = _machines(row)
        answers[str(row["id"])] = {
            "kind": "也许" if number == 2 else "已关停",
            "received": "2021-06-17 22:30",
            "signed_by": f"场长{number:02d}（模拟）",
            "stopped_at": "2021-06-17 21:30",
            "machines": machines,
            "hash_rate_ths": machines * 14.0,
        }
    return answers


def _machines(row: Mapping[str, Any]) -> int:
    """Machines of 1.4 kW that make up the case's mining power: an invented count."""
    return max(1, round((row["mining_kw"] or 1.4) / 1.4))


def worth_telling(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the id of the case whose papers are shown: see ``WORTH_TELLING``."""

    def order(row: Mapping[str, Any]) -> tuple[bool, int, float]:
        outcome, kw = str(row["last_outcome"]), row["mining_kw"] or 0.0
        rank = WORTH_TELLING.index(outcome) if outcome in WORTH_TELLING else len(WORTH_TELLING)
        return kw < SIZE_KW, rank, -kw

    return str(min(rows, key=order)["id"])


def _endings(turn: Callable[[str, str], Turn], case: str, machines: int) -> None:
    """Inspect, dispute, settle, and take the measure that the provincial notice sets, on the case that is shown."""
    visit = steps.visit_of(
        at=turn("luo", "25 11:00").at,
        inspectors=("luo（演练）", "ma（演练）"),
        found="隔墙后机架，设备已清点 (simulated: racks behind a partition, machines counted)",
        machines=machines,
        running=None,
        photos=(),
        checks=("meter sealed=yes", f"machines counted={machines}"),
        location="",
    )
    steps.give(turn=turn("luo", "25 11:30"), cases=[case], command=visit)
    dispute = steps.Dispute(
        kind=steps.DisputeKind.FIGURES,
        raised_by="场长（模拟）",
        grounds="称电表倍率有误 (says that the meter's multiplier is wrong)",
        raised_at=turn("bai", "25 14:00").at,
    )
    steps.give(turn=turn("bai", "25 14:00"), cases=[case], command=dispute)
    settled = steps.SettleDispute(upheld=False, reason="经校验倍率无误 (multiplier checked, it is right)", by=BY)
    steps.give(turn=turn("chen", "26 08:30"), cases=[case], command=settled)
    last = turn("chen", "26 09:00")
    found = "排查中发现 (found in the sweep)"
    set_categories(turn=last, cases=[case], pack=PROVINCE, categories=("others-found",), reason=found, by=BY)
    measure = MeasureOrder(pack=PROVINCE, measures=("close-found",), by=BY, because=BECAUSE)
    take_measures(turn=last, case=case, order=measure)


def _papers(turn: Turn, rows: Sequence[Mapping[str, Any]], *, out: Path) -> Iterator[Path]:
    case = worth_telling(rows)
    lake = turn.office.workspace.lake()
    for say in LANGUAGES:
        given = {"issuer": ISSUER.in_language(say), "contact": CONTACT.in_language(say)}
        order = LetterOrder(case=case, kind=LetterKind.STOP_ORDER, language=say, given=given)
        yield _written(out / f"notice-{case}.{say}.docx", letter(turn=turn, order=order))
    yield out / INSPECTION
    yield _written(out / "return-form.xlsx", return_form(turn=turn, campaign=CAMPAIGN, language="zh"))
    yield out / "returns-filled-in.xlsx"
    yield from _case_files(turn, lake, case, out)
    bulletins: tuple[tuple[date, Period], ...] = ((date(2021, 6, 18), "day"), (date(2021, 6, 25), "week"))
    for say in LANGUAGES:
        for on, period in bulletins:
            yield from write_bulletin(
                turn=turn, campaign=CAMPAIGN, on=on, period=period, level="county", language=say, folder=out
            )
    sealed = bundle(turn=turn, lake=lake, order=BundleOrder(case=case, attach=(out / INSPECTION,)))
    yield _written(out / f"bundle-{case}.zip", sealed.content)
    verifier = resources.files("minewatch.stores").joinpath("verify_bundle.py").read_bytes()
    yield _written(out / "verify_bundle.py", verifier)


def _case_files(turn: Turn, lake: Lake, case: str, out: Path) -> Iterator[Path]:
    for say in LANGUAGES:
        yield _written(
            out / f"{case}.{say}.html", case_document(turn=turn, lake=lake, case=case, form="html", language=say)
        )
        yield _written(
            out / f"{case}.{say}.docx", case_document(turn=turn, lake=lake, case=case, form="docx", language=say)
        )


def _written(path: Path, content: bytes) -> Path:
    write_file(path, content)
    return path
