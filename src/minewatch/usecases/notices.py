"""Notices: text, deadline and section from the pack in force that day; one or thirteen hundred at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from minewatch.casework.commands import ServeNotice
from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Text
from minewatch.policy.basis import LegalBasis
from minewatch.policy.deadlines import due
from minewatch.policy.library import Held
from minewatch.policy.schema import Deadline
from minewatch.policy.terms import STATUS
from minewatch.usecases.campaign_reach import reached_campaign
from minewatch.usecases.cases import Receipt, act_on_many, case_state
from minewatch.usecases.legal_bases import rest_on
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import case_mark
from minewatch.usecases.steps import choose


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """What somebody orders to be served: under which pack and deadline, how, decided by whom.

    ``until`` is a deadline set by the person instead of the pack's; ``because`` is why an instrument is used that is no legal
    basis by itself; ``number`` is the number of a single notice, the stem of many.
    """

    pack: str
    by: str
    number: str
    how: str
    deadline: str = ""
    until: datetime | None = None
    because: str = ""
    kind: str = "stop"


@dataclass(frozen=True, slots=True)
class Served:
    """The receipts and the texts as they were served, by case."""

    receipts: tuple[Receipt, ...]
    texts: dict[str, str]


def serve_waiting(*, turn: Turn, campaign: str, order: NoticeOrder) -> Served:
    """Serve a notice on every suspected case of a campaign that the actor may read, all of them or none."""
    reached_campaign(turn=turn, campaign=campaign, action="case.notice")
    return serve(turn=turn, cases=choose(turn=turn, all_in="suspected", campaign=campaign), order=order)


def serve(*, turn: Turn, cases: Sequence[str], order: NoticeOrder) -> Served:
    """Serve a notice on every case, in one transaction: all of them or none.

    Raises ``RuleError`` when the pack is no legal basis that day and nobody took it on, or when its deadline has passed.
    """
    for case in cases:
        turn.may("case.notice", case_state(turn.office.log, case).jurisdiction)
    resting = rest_on(turn=turn, pack=order.pack, by=order.by, because=order.because)
    held, basis = resting.held, resting.basis
    found = _deadline(held, order.deadline) if order.until is None else None
    falls = order.until or (_instant(found, turn.at) if found else turn.at)
    if falls <= turn.at:
        raise RuleError(
            Text(
                f"The deadline {falls.astimezone(turn.office.zone):%Y-%m-%d %H:%M} has passed.",
                f"期限 {falls.astimezone(turn.office.zone):%Y-%m-%d %H:%M} 已过。",
            ),
            remedy=Text(
                "Give a later one with --until; nobody can meet a deadline that lies in the past.",
                "请用 --until 给出更晚的期限；已过的期限无人能够遵守。",
            ),
        )
    section = found.ref.at if found else "deadline set by the person who decides"
    command = ServeNotice(
        number=order.number,
        kind=order.kind,
        basis=resting.at(section),
        deadline=falls,
        zone=found.zone if found else turn.office.workspace.zone,
        served_at=turn.at,
        how=order.how,
        by=order.by,
        exception_reason=basis.exception_reason,
    )
    commands, texts = [], {}
    for case in cases:
        number = order.number if len(cases) == 1 else f"{order.number}-{case.rpartition('-')[2]}"
        numbered = replace(command, number=number)
        text = notice_text(turn, case, numbered, held, basis)
        texts[case] = text
        commands.append((case, replace(numbered, text_digest=hashlib.sha256(text.encode("utf-8")).hexdigest())))
    receipts = act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands)
    return Served(receipts, texts)


def _deadline(held: Held, wanted: str) -> Deadline:
    known = held.pack.deadlines
    chosen = [item for item in known if item.id == wanted] if wanted else list(known)
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(f"{item.id} ({item.en})" for item in known) or "none"
    names_zh = "、".join(f"{item.id}（{item.zh}）" for item in known) or "无"
    raise InputError(
        Text(
            f"{held.pack.id} has {'no such deadline' if wanted else f'{len(known)} deadlines'}; its deadlines: {names}.",
            f"{held.pack.id} {'没有该期限' if wanted else f'有 {len(known)} 个期限'}；其期限：{names_zh}。",
        ),
        remedy=Text(
            "Choose one with --deadline, or set one with --until.", "请用 --deadline 选定，或用 --until 另定。"
        ),
    )


def _instant(deadline: Deadline, served: datetime) -> datetime:
    return due(deadline) if deadline.at is not None else due(deadline, served)


NOTICE = Text(
    "Notice {number}\nTo: {site} ({case}, division {division})\n"
    "Under: {title}, {section} ({pack}, edition {version}; status: {status})\n"
    "Stop by: {deadline} ({zone})\n"
    "The stop must be reported in a signed return. Whoever holds the account is not presumed to be the offender; this "
    "notice can be disputed.\nDecided by: {by}\n{because}",
    "通知书 {number}\n致：{site}（{case}，区划代码 {division}）\n"
    "依据：《{title}》{section}（{pack}，版本 {version}；状态：{status}）\n"
    "停机期限：{deadline}（{zone}）\n"
    "请以签字自查报告反馈停机情况。户主不当然视为违规行为人；对本通知有异议的，可以提出。\n决定人：{by}\n{because}",
)


def notice_text(turn: Turn, case: str, command: ServeNotice, held: Held, basis: LegalBasis) -> str:
    """Return the notice in Chinese and English; marked where the office is a rehearsal or the data simulated."""
    state = case_state(turn.office.log, case)
    pack = held.pack
    because = Text("", "")
    if basis.taken_on is not None:
        because = Text("Used although: {reason}\n", "采用理由：{reason}\n").format(reason=basis.taken_on.reason)
    values = {
        "number": command.number,
        "site": state.site,
        "case": case,
        "division": state.jurisdiction,
        "section": command.basis.section,
        "pack": pack.id,
        "version": held.version,
        "deadline": f"{command.deadline.astimezone(turn.office.zone):%Y-%m-%d %H:%M}",
        "zone": command.zone,
        "by": command.by,
    }
    zh = NOTICE.zh.format(**values, title=pack.title.zh, status=STATUS[basis.status].zh, because=because.zh)
    en = NOTICE.en.format(**values, title=pack.title.en, status=STATUS[basis.status].en, because=because.en)
    mark = case_mark(turn.office, state)
    # A letter's head spaces the mark out by a wide blank; in a line of text it would only hinder a search.
    head = f"【{mark.zh.replace(chr(0x3000), '')} / {mark.en}】\n" if mark else ""
    return f"{head}{zh}\n{en}"
