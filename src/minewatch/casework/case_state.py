"""Where a case stands, as its events tell it: ``evolve(state, event) -> state``, pure; and whether it is overdue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from minewatch.casework.commands import DisputeKind, ReturnKind, StopOutcome
from minewatch.casework.upgrades import upgraded
from minewatch.model.events import NewEvent, StoredEvent


class CaseStatus(StrEnum):
    """Where a case stands."""

    NEW = "new"
    SUSPECTED = "suspected"
    NOTICED = "noticed"
    SELF_INSPECTING = "self_inspecting"
    STOPPED = "stopped"
    NOT_STOPPED = "not_stopped"
    VERIFIED = "verified"
    MEASURES = "measures"
    RESTORED = "restored"
    REFERRED = "referred"
    CLOSED = "closed"


S = CaseStatus
WAITING = frozenset({S.NOTICED, S.SELF_INSPECTING, S.NOT_STOPPED})
"""States in which a stop is still waited for."""
RUNNING = frozenset({StopOutcome.NOT_STOPPED, StopOutcome.CAME_BACK})
OFF = frozenset({StopOutcome.IN_TIME, StopOutcome.LATE})


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as its events tell it. Times are UTC texts as in the ledger.

    ``off`` is whether the data last said that the load is off; ``stopped_at`` is the likeliest time of the stop,
    ``stopped_from`` and ``stopped_to`` the earliest and the latest it may have been; ``why`` is why the data cannot tell.
    ``not_mining`` is whether a dispute that nothing mines there was upheld. ``simulated`` is what its finding said of the
    readings behind it (no, yes, partly); empty where it was opened without one.
    """

    id: str = ""
    status: CaseStatus = CaseStatus.NEW
    version: int = 0
    campaign: str = ""
    site: str = ""
    jurisdiction: str = ""
    meters: tuple[str, ...] = ()
    mining_kw: float | None = None
    categories: tuple[str, ...] = ()
    party_key: str = ""
    deadline: str = ""
    zone: str = ""
    notices: tuple[str, ...] = ()
    last_return: str = ""
    said_stopped: bool = False
    last_outcome: str = ""
    why: str = ""
    off: bool = False
    stopped_at: str = ""
    stopped_from: str = ""
    stopped_to: str = ""
    resumed_at: str = ""
    contradictions: int = 0
    resumptions: int = 0
    visits: int = 0
    measures: tuple[str, ...] = ()
    referrals: tuple[str, ...] = ()
    disputed: str = ""
    visits_at_dispute: int = 0
    mistaken_identity: bool = False
    not_mining: bool = False
    restored_by: str = ""
    location: str = ""
    repeat_of: tuple[str, ...] = ()
    hash_rate_ths: float | None = None
    first_noticed: str = ""
    simulated: str = ""


def off_at(state: CaseState, at: str) -> bool:
    """Whether what is on record says that the load was off at the instant ``at``: stopped for sure by then and not yet back."""
    return bool(state.stopped_to) and state.stopped_to <= at and not (state.resumed_at and state.resumed_at <= at)


def is_overdue(state: CaseState, at: str, *, known: CaseState | None = None) -> bool:
    """Whether the deadline had passed at ``at`` and the load was not off by then.

    ``state`` is the case as it stood at ``at``; ``known`` the same case as it stands now, whose verified stop may have been
    found later: it counts by the time of the stop, not by the time somebody looked.
    """
    waiting = state.status in WAITING and bool(state.deadline) and state.deadline < at
    return waiting and not (state.mistaken_identity or state.not_mining) and not off_at(known or state, at)


def evolve(state: CaseState, event: StoredEvent | NewEvent) -> CaseState:
    """Return the case after ``event``; an event of an unknown name changes nothing but the version."""
    name, data = upgraded(event.name, event.payload if isinstance(event, StoredEvent) else event.data)
    change = _EVOLUTIONS.get(name, _unchanged)
    stream = event.stream if isinstance(event, StoredEvent) else state.id
    return replace(change(state, data), version=state.version + 1, id=stream)


def _unchanged(state: CaseState, _data: Mapping[str, Any]) -> CaseState:
    return state


def _opened(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    return replace(
        state,
        status=S.SUSPECTED,
        campaign=data["campaign"],
        site=data["site"],
        jurisdiction=data["jurisdiction"],
        meters=tuple(data["meters"]),
        mining_kw=data["mining_kw"],
        categories=tuple(data["categories"]),
        party_key=data["party_key"],
        location=data["location"],
        repeat_of=tuple(data["repeat_of"]),
        simulated=str((data.get("finding") or {}).get("simulated", "")),
    )


def _noticed(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    status = S.NOTICED if state.status is S.SUSPECTED else state.status
    return replace(
        state,
        status=status,
        deadline=data["deadline"],
        zone=data["zone"],
        notices=(*state.notices, data["number"]),
        first_noticed=state.first_noticed or data["served_at"],
    )


def _returned(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    status = S.SELF_INSPECTING if state.status in {S.SUSPECTED, S.NOTICED} else state.status
    if data["kind"] == ReturnKind.STILL_RUNNING:
        status = S.NOT_STOPPED
    rate = data["hash_rate_ths"]
    return replace(
        state,
        status=status,
        last_return=data["kind"],
        said_stopped=data["kind"] == ReturnKind.STOPPED,
        hash_rate_ths=state.hash_rate_ths if rate is None else rate,
    )


def _verified(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    outcome = StopOutcome(data["outcome"])
    running = outcome in RUNNING
    # A stop of which only the side of the deadline is open is a stop.
    off = outcome in OFF or (outcome is StopOutcome.CANNOT_TELL and bool(data["stopped_at"]))
    status = state.status
    if running:
        status = S.NOT_STOPPED
    elif off and status not in {S.MEASURES, S.REFERRED, S.VERIFIED, S.RESTORED}:
        status = S.VERIFIED if state.off else S.STOPPED
    after = replace(
        state,
        status=status,
        last_outcome=outcome.value,
        why=data["why"],
        off=off or (state.off and not running),
    )
    if outcome is StopOutcome.CANNOT_TELL and not off:
        return after
    return replace(
        after,
        stopped_at=data["stopped_at"] or "",
        stopped_from=data["stopped_from"] or data["stopped_at"] or "",
        stopped_to=data["stopped_to"] or data["stopped_at"] or "",
        resumed_at=data["resumed_at"] or "",
    )


def _disputed(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    return replace(state, disputed=data["kind"], visits_at_dispute=state.visits)


def _settled(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    upheld = DisputeKind(data["kind"]) if data["upheld"] else None
    return replace(
        state,
        disputed="",
        mistaken_identity=state.mistaken_identity or upheld is DisputeKind.MISTAKEN_IDENTITY,
        not_mining=state.not_mining or upheld is DisputeKind.NOT_MINING,
    )


_EVOLUTIONS: Mapping[str, Callable[[CaseState, Mapping[str, Any]], CaseState]] = {
    "case.opened/1": _opened,
    "case.categories_set/1": lambda s, d: replace(s, categories=tuple(d["categories"])),
    "case.notice_served/1": _noticed,
    "case.deadline_extended/1": lambda s, d: replace(s, deadline=d["deadline"]),
    "case.return_received/1": _returned,
    "case.stop_verified/2": _verified,
    "case.contradiction_found/1": lambda s, _: replace(s, contradictions=s.contradictions + 1),
    "case.resumed/1": lambda s, _: replace(s, resumptions=s.resumptions + 1),
    "case.visited/1": lambda s, _: replace(s, visits=s.visits + 1),
    "case.measure_taken/1": lambda s, d: replace(s, status=S.MEASURES, measures=(*s.measures, d["measure"])),
    "case.measure_lifted/1": lambda s, d: replace(s, measures=tuple(m for m in s.measures if m != d["measure"])),
    "case.disputed/1": _disputed,
    "case.dispute_settled/1": _settled,
    "case.restored/1": lambda s, d: replace(s, status=S.RESTORED, restored_by=d["by"]),
    "case.referred/1": lambda s, d: replace(s, status=S.REFERRED, referrals=(*s.referrals, d["target"])),
    "case.closed/1": lambda s, _: replace(s, status=S.CLOSED),
}
