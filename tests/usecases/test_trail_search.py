"""The trail as a search: kinds, pages, divisions, days of the workspace's zone, exports that are themselves on record."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from minewatch.casework.commands import OpenCase
from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import NewEvent, Stamp, utc_text
from minewatch.model.trail_views import TRAIL_KINDS, TrailKind
from minewatch.stores.console_store import ConsoleStore, Sight
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.cases import open_cases
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.tips import Tip, add_tip, read_tip
from minewatch.usecases.trail import exported
from minewatch.usecases.trail_search import WORDS, TrailQuery, export, kind_of, query_of, search

NOW = datetime(2021, 6, 17, 9, 0, tzinfo=UTC)
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
FAR = Actor("far", frozenset({Role.SUPERVISOR}), ("650000",))
GAO = Actor("gao", frozenset({Role.AUDITOR}), ("510000",))
LUO = Actor("luo", frozenset({Role.INSPECTOR}), ("511824",))


@pytest.fixture
def office(tmp_path):
    folder = init(tmp_path / "w", zone="Asia/Shanghai", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as opened:
        add_actor(log=opened.log, by=None, new=ROOT, at=NOW)
        for one in (CHEN, FAR, GAO, LUO):
            add_actor(log=opened.log, by=ROOT, new=one, at=NOW)
        yield opened


def site(name, county):
    return OpenCase(
        campaign="c", site=name, jurisdiction=county, meters=("m1",), origin="list", summary="", mining_kw=1.0
    )


@pytest.fixture
def sights(tmp_path):
    store = ConsoleStore(tmp_path / "console.db")
    yield store
    store.close()


@pytest.fixture
def filled(office):
    open_cases(log=office.log, actor=CHEN, at=NOW + timedelta(hours=1), new=[site("=cmd()", "511824")])
    open_cases(log=office.log, actor=FAR, at=NOW + timedelta(hours=2), new=[site("far away", "650100")])
    tip = Tip("mining", "511824", "sheds by the river", informant="Wang Er", contact="13900000000")
    stamp = Stamp("chen", NOW + timedelta(hours=3))
    turn = Turn(office, CHEN, stamp.at)
    office.log.keep_personal("tip-x", {"what": tip.what, "informant": tip.informant})
    office.log.append(
        "tip-1", [NewEvent("tip.received/1", {"division": "511824", "key": "tip-x"})], expected=0, stamp=stamp
    )
    read_tip(turn=turn, tip="tip-1")
    exported(turn, "case file", "case-1", "ab", division="511824")
    with pytest.raises(RuleError):
        Turn(office, LUO, NOW + timedelta(hours=4)).may("case.close", "511824")
    return office


def turn_of(office, actor):
    return Turn(office, actor, NOW + timedelta(hours=5))


def streams(page):
    return [row.thing for row in page.rows]


def test_an_auditor_finds_their_province_and_a_supervisor_their_own(filled):
    assert streams(search(turn=turn_of(filled, GAO), query=TrailQuery())) == [
        "access",
        "case-1",
        "tip-1",
        "tip-1",
        "case-1",
    ]
    assert streams(search(turn=turn_of(filled, FAR), query=TrailQuery())) == ["case-2"]
    everything = search(turn=turn_of(filled, ROOT), query=TrailQuery())
    assert everything.found == filled.log.count()
    assert {"actors", "case-2"} < set(streams(everything))


def test_who_may_not_audit_is_refused_and_that_is_in_the_trail(filled):
    with pytest.raises(RuleError):
        search(turn=turn_of(filled, LUO), query=TrailQuery())
    page = search(turn=turn_of(filled, ROOT), query=TrailQuery(person="luo", kind=TrailKind.REFUSED))
    assert [dict(row.details)["action"] for row in page.rows] == ["audit.read", "case.close"]


@pytest.mark.parametrize(
    ("kind", "things"),
    [
        (TrailKind.SAW, ["tip-1"]),
        (TrailKind.EXPORTED, ["case-1"]),
        (TrailKind.REFUSED, ["access"]),
        (TrailKind.CHANGED, ["tip-1", "case-1"]),
    ],
)
def test_kinds(filled, kind, things):
    page = search(turn=turn_of(filled, GAO), query=TrailQuery(kind=kind))
    assert streams(page) == things
    assert all(row.kind is kind for row in page.rows)
    assert page.found == len(things)


def test_things_persons_and_days_of_the_zone(filled):
    def found(**asked):
        return streams(search(turn=turn_of(filled, ROOT), query=query_of(**asked)))

    assert found(thing="case-2") == ["case-2"]
    assert found(thing="m1") == ["case-2", "case-1"], "a meter stands in the case's data"
    assert found(person="far") == ["case-2"]
    assert found(first_day="2021-06-18") == []
    assert len(found(first_day="2021-06-17", last_day="2021-06-17")) == filled.log.count()
    with pytest.raises(InputError, match="is no day"):
        query_of(first_day="17.6.")
    with pytest.raises(InputError, match="is no kind"):
        query_of(kind="stole")


def test_no_informant_and_no_key_to_one_is_shown(filled):
    page = search(turn=turn_of(filled, ROOT), query=TrailQuery())
    told = repr(page)
    for secret in ("Wang Er", "13900000000", "tip-x", "sheds by the river"):
        assert secret not in told


def test_sights_and_events_are_one_list_whose_pages_neither_repeat_nor_leave_out(filled, sights):
    at = [utc_text(NOW + timedelta(minutes=30 * n)) for n in range(12)]
    people = ["luo" if n % 2 else "far" for n in range(12)]
    sights.add_sights([Sight(at[n], people[n], "GET", "/cases/{case}", f"case-{n}", 200, "::1") for n in range(12)])
    turn, seen, cursor = turn_of(filled, ROOT), [], ""
    while True:
        page = search(turn=turn, query=TrailQuery(), sights=sights, before=cursor, limit=3)
        assert page.found == filled.log.count() + 12
        seen += page.rows
        cursor = page.older
        if not cursor:
            break
    assert len(seen) == len({(row.at, row.thing, row.position) for row in seen}) == filled.log.count() + 12
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)
    mine = search(turn=turn_of(filled, CHEN), query=TrailQuery(kind=TrailKind.SAW), sights=sights)
    assert {row.person for row in mine.rows} == {"chen", "luo"}, "sights of people of one's own divisions"
    one = search(turn=turn, query=TrailQuery(thing="case-1", kind=TrailKind.SAW), sights=sights)
    assert [row.thing for row in one.rows] == ["case-1"], "case-1 and not case-10"


def test_a_made_up_cursor_is_refused(filled):
    with pytest.raises(InputError, match="not one of this list"):
        search(turn=turn_of(filled, ROOT), query=TrailQuery(), before="x~y")


def test_export_as_csv_cannot_run_and_is_on_record(filled):
    turn = turn_of(filled, GAO)
    before = search(turn=turn, query=TrailQuery()).found
    content, name, media = export(turn=turn, query=TrailQuery(thing="case-1"), form="csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["person"] for row in rows] == ["chen", "chen"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert (media, name.endswith(".csv")) == ("text/csv", True)
    after = search(turn=turn, query=TrailQuery())
    assert after.found == before + 1
    assert after.rows[0].thing == "thing case-1"


def test_export_as_json_lines(filled):
    content, _, _ = export(turn=turn_of(filled, ROOT), query=TrailQuery(), form="jsonl")
    rows = [json.loads(line) for line in content.decode().splitlines()]
    assert len(rows) == filled.log.count() - 1, "all but the export itself"
    assert rows[-1]["kind"] == "changed"
    with pytest.raises(InputError, match="no form of export"):
        export(turn=turn_of(filled, ROOT), query=TrailQuery(), form="exe")


def test_a_tip_comes_in_by_its_own_use_case_and_is_in_the_trail(office):
    turn = turn_of(office, CHEN)
    category = next(iter(turn.office.library.get("cn-nm-hotline-20210518").pack.categories)).id
    tip = add_tip(turn=turn, tip=Tip(category, "511824", "hum at night", informant="Li"), fresh="r")
    (row,) = search(turn=turn, query=TrailQuery(thing=tip)).rows
    assert "key" not in dict(row.details)


def test_every_kind_has_words():
    assert set(TRAIL_KINDS) == set(TrailKind)
    assert kind_of("case.opened/1") is TrailKind.CHANGED


def test_every_event_the_program_writes_has_words_in_the_trail():
    named = re.compile(r'"([a-z]+\.[a-z_]+/\d+)"')
    folder = Path(__file__).parents[2] / "src" / "minewatch"
    found = {name for path in folder.rglob("*.py") for name in named.findall(path.read_text("utf-8"))}
    assert found - set(WORDS) == {"minewatch.layout/1"}, "give the event words in trail_search.WORDS"
