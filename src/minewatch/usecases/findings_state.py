"""Where a workspace keeps its findings, brought up to date with what the ledger says of their meters."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from minewatch.model.actors import WHOLE_COUNTRY, Actor, stem_of
from minewatch.model.events import StoredEvent
from minewatch.model.triage import DISMISS_REASONS
from minewatch.stores.findings import NAME, CaseChange, Change, Decided, FindingStore, Folded, Visited
from minewatch.usecases.cases import CASE
from minewatch.usecases.office import Office

FINDING = "finding-"
"""Streams of decisions begin so; the meter follows."""

ACCEPTED, DISMISSED = "finding.accepted/1", "finding.dismissed/1"
CASE_OPENED, UNDONE = "finding.case_opened/1", "finding.decision_undone/1"
STATUS_OF = {ACCEPTED: "accepted", DISMISSED: "dismissed", CASE_OPENED: "accepted", UNDONE: ""}
"""What status a decision gives; a finding whose case was opened shows as such through the case itself."""


@lru_cache(maxsize=32)
def store_at(folder: Path) -> FindingStore:
    """Return the findings kept in a workspace's folder."""
    return FindingStore(folder / NAME)


def kept_findings(office: Office) -> FindingStore:
    """Return the workspace's findings with every decision of the ledger folded in."""
    store = store_at(office.workspace.folder.resolve())
    head = office.log.head()
    now = Folded(head.position, head.hash)
    done = store.folded()
    if done == now:
        return store
    if done.position and not _stands(office, done):
        done = Folded(0, "")
    last = done
    changes: list[Change] = []
    for event in office.log.events(after=done.position):
        changes += changes_of(event)
        last = Folded(event.position, event.hash)
    store.fold(changes, after=done if done.position else None, upto=last)
    return store


def _stands(office: Office, done: Folded) -> bool:
    """Whether the ledger still has the event that was folded last: another ledger may lie in its place."""
    event = next(iter(office.log.events(after=done.position - 1)), None)
    return event is not None and (event.position, event.hash) == (done.position, done.hash)


def changes_of(event: StoredEvent) -> Iterator[Change]:
    """Yield what an event changes in the state of findings; most change nothing.

    A visit to a case teaches that there is a mine when machines were counted or ran, that there is none when the count was
    nought, and nothing otherwise. A dismissal teaches only where its reason says that the load is lawful.
    """
    data: dict[str, Any] = event.payload if event.stream.startswith((FINDING, CASE)) else {}
    if event.stream.startswith(FINDING) and event.name in STATUS_OF:
        summary = data["summary"]
        reason = str(data.get("reason", ""))
        yield Decided(
            meter=str(data["meter"]),
            status=STATUS_OF[event.name],
            run=str(data["run"]),
            reason=reason,
            note=str(data.get("note", "")),
            by=event.actor,
            at=event.at,
            probability=summary["probability"],
            kw=summary["mining_kw"],
            version=event.version,
            division=summary["division"],
            first_day=summary["first_day"],
            last_day=summary["last_day"],
            mine=_teaches(event.name, reason),
            digest=str(data["digest"]),
            event=_name_of(event),
        )
    elif event.stream.startswith(CASE) and event.name == "case.opened/1":
        yield CaseChange(event.stream, tuple(str(one) for one in data["meters"]), division=str(data["jurisdiction"]))
    elif event.stream.startswith(CASE) and event.name == "case.closed/1":
        yield CaseChange(event.stream, closed=event.at)
    elif event.stream.startswith(CASE) and event.name == "case.visited/1":
        mine = bool(data["machines"] or data["running"])
        if mine or data["machines"] == 0:
            yield Visited(
                event.stream, mine, event.actor, event.at, _name_of(event), sha256(event.data.encode()).hexdigest()
            )


def _name_of(event: StoredEvent) -> str:
    return f"{event.stream}/{event.version}"


def _teaches(name: str, reason: str) -> bool | None:
    if name in {ACCEPTED, CASE_OPENED}:
        return True
    return False if name == DISMISSED and DISMISS_REASONS[reason].lawful else None


def place_of(division: str) -> str:
    """Return the division whose people may see a finding; one without a place is for the whole country's."""
    return division or WHOLE_COUNTRY


def stems_of(actor: Actor) -> tuple[str, ...]:
    """Return the beginnings of the division codes that ``actor`` acts for."""
    return tuple(sorted({stem_of(division) for division in actor.divisions}))
