"""The page of one case as a view: its events in words, what is due, and which steps this person may take now."""

from collections.abc import Mapping, Sequence
from typing import Any

from minewatch.casework.case import STOPPED_WHILE_DISPUTED, TRANSITIONS
from minewatch.casework.case_state import CaseState
from minewatch.casework.commands import LiftMeasure, OpenCase, SettleDispute
from minewatch.casework.upgrades import upgraded
from minewatch.model.actors import allowed
from minewatch.model.case_views import (
    CasePage,
    Notice,
    Photo,
    ReturnGiven,
    SourceRow,
    TimelineEntry,
    VerdictGiven,
    VisitMade,
)
from minewatch.model.events import StoredEvent
from minewatch.model.text import Text
from minewatch.usecases.case_file import EVENTS
from minewatch.usecases.case_index import line_of
from minewatch.usecases.case_list import Names, row_of
from minewatch.usecases.case_words import ANSWERS, OUTCOME_BADGES, OUTCOMES, sentence
from minewatch.usecases.cases import ACTIONS, case_state, history, plain
from minewatch.usecases.evidence_list import texts_of
from minewatch.usecases.office import Turn
from minewatch.usecases.photos import attachments_of
from minewatch.usecases.rounds import draws
from minewatch.usecases.simulated import case_mark
from minewatch.usecases.stop_words import SOURCES, WHY
from minewatch.usecases.time_left import left

EVENT_BADGES: Mapping[str, str] = {
    "case.contradiction_found/1": "bad",
    "case.resumed/1": "bad",
    "case.disputed/1": "warn",
    "case.referred/1": "warn",
    "case.measure_taken/1": "warn",
    "case.restored/1": "good",
}
"""How the timeline colours what needs attention."""


def case_page(*, turn: Turn, case: str) -> CasePage:
    """Return the page; ``InputError`` for a case that is not there, ``RuleError`` (recorded) for who may not read it."""
    events = history(log=turn.office.log, actor=turn.actor, case=case, at=turn.at)
    state = case_state(turn.office.log, case)
    opened = events[0].payload
    named = Names(turn.at.astimezone(turn.office.zone).date())
    return CasePage(
        row=row_of(line_of(plain(state)), turn=turn, named=named),
        version=state.version,
        meters=state.meters,
        location=state.location,
        origin=str(opened["origin"]),
        summary=str(opened["summary"]),
        party_key=state.party_key,
        hash_rate_ths=state.hash_rate_ths,
        stopped_at=state.stopped_at,
        stopped_from=state.stopped_from,
        stopped_to=state.stopped_to,
        resumed_at=state.resumed_at,
        timeline=tuple(_entry(turn, event) for event in events),
        notices=tuple(_notice(turn, event) for event in _of(events, "case.notice_served/1")),
        returns=tuple(_return(event.payload) for event in _of(events, "case.return_received/1")),
        verdicts=tuple(_verdict(event) for event in _of(events, "case.stop_verified/2")),
        visits=tuple(_visit(turn, event.payload) for event in _of(events, "case.visited/1")),
        draws=draws(turn=turn, case=case),
        measures_taken=state.measures,
        repeat_of=state.repeat_of,
        actions=actions_of(turn, state),
        simulated=case_mark(turn.office, state) is not None,
    )


def _of(events: Sequence[StoredEvent], name: str) -> list[StoredEvent]:
    return [event for event in events if upgraded(event.name, {})[0] == name]


def actions_of(turn: Turn, state: CaseState) -> frozenset[str]:
    """Return the steps (as the permissions name them) that the procedure allows now and the actor may take here."""
    found = {
        ACTIONS[command]
        for command, states in TRANSITIONS.items()
        if command is not OpenCase
        and state.status in states
        and not (state.disputed and command in STOPPED_WHILE_DISPUTED)
        and allowed(turn.actor, ACTIONS[command], state.jurisdiction)
    }
    if not state.disputed:
        found.discard(ACTIONS[SettleDispute])
    else:
        found.discard("case.dispute")
    if not state.measures:
        found.discard(ACTIONS[LiftMeasure])
    if not state.deadline:
        found.discard("case.verify")
    if allowed(turn.actor, "case.export", state.jurisdiction):
        found.add("case.export")
    return frozenset(found)


def _entry(turn: Turn, event: StoredEvent) -> TimelineEntry:
    rule = event.reference
    name, data = upgraded(event.name, event.payload)
    says = sentence(name, data, turn.office.shown)
    badge = EVENT_BADGES.get(name, "")
    if name == "case.stop_verified/2":
        badge = OUTCOME_BADGES.get(str(data["outcome"]), "")
        why = WHY.get(str(data["why"]))
        if why is not None:
            says = sentence(name, {**data, "why": ""}, turn.office.shown)
            says = Text(f"{says.en} Why: {why.en}.", f"{says.zh}原因：{why.zh}。")
    return TimelineEntry(
        id=f"E{event.version}",
        at=event.at,
        title=EVENTS.get(event.name, Text(event.name, event.name)),
        words=says,
        actor=event.actor,
        clause=f"{rule.pack} {rule.section}".strip() if rule else "",
        badge=badge,
    )


def _notice(turn: Turn, event: StoredEvent) -> Notice:
    data: dict[str, Any] = event.payload
    rule = event.reference
    return Notice(
        number=data["number"],
        at=data["served_at"],
        how=data["how"],
        deadline=left(data["deadline"], data["zone"], now=turn.at),
        by=data["by"],
        pack=rule.pack if rule else "",
        section=rule.section if rule else "",
        because=data["exception_reason"],
    )


def _return(data: Mapping[str, Any]) -> ReturnGiven:
    return ReturnGiven(
        at=data["received_at"],
        kind=data["kind"],
        text=ANSWERS.get(data["kind"], Text(data["kind"], data["kind"])),
        signed_by=data["signed_by"],
        stopped_at=data["stopped_at"] or "",
        machines=data["machines"],
        hash_rate_ths=data["hash_rate_ths"],
        kw=data["power_kw"],
        document=data["document_digest"],
        note=data["note"],
    )


def _verdict(event: StoredEvent) -> VerdictGiven:
    data = upgraded(event.name, event.payload)[1]
    return VerdictGiven(
        at=event.at,
        as_of=data["as_of"],
        outcome=data["outcome"],
        text=OUTCOMES.get(data["outcome"], Text(data["outcome"], data["outcome"])),
        badge=OUTCOME_BADGES.get(data["outcome"], ""),
        stopped_at=data["stopped_at"] or "",
        stopped_from=data["stopped_from"] or data["stopped_at"] or "",
        stopped_to=data["stopped_to"] or data["stopped_at"] or "",
        resumed_at=data["resumed_at"] or "",
        remaining_kw=data["remaining_kw"],
        why=WHY.get(data["why"], Text(data["why"], data["why"])),
        evidence=tuple(texts_of(data["evidence"])),
        sources=tuple(_source(one) for one in data["sources"]),
    )


def _source(said: Mapping[str, Any]) -> SourceRow:
    outcome, why = said["outcome"], said["why"]
    return SourceRow(
        source=SOURCES.get(said["source"], Text(said["source"], said["source"])),
        text=OUTCOMES.get(outcome, Text(outcome, outcome)),
        badge=OUTCOME_BADGES.get(outcome, ""),
        why=WHY.get(why, Text(why, why)),
        counted=bool(said["counted"]),
    )


def _visit(turn: Turn, data: Mapping[str, Any]) -> VisitMade:
    store = attachments_of(turn.office)

    def photo(digest: str) -> Photo:
        path = store.find(digest)
        return Photo(digest, kept=path is not None, shown=path is not None and path.suffix != ".heic")

    checks = [one.partition("=") for one in texts_of(data.get("checks"))]
    return VisitMade(
        at=data["at"],
        inspectors=tuple(texts_of(data["inspectors"])),
        found=data["found"],
        machines=data["machines"],
        running=data["running"],
        location=data["location"],
        checks=tuple((item, answer) for item, _, answer in checks),
        photos=tuple(photo(one) for one in texts_of(data["photos"])),
        signatures=tuple(photo(one) for one in texts_of(data.get("signatures")) if one),
        submission=str(data.get("submission", "")),
    )
