"""Roll-ups: what a day or a week brought and where everything stands, by county, city or province. Pure.

The whole is folded from events up to the end of the period, so that the roll-up of a past day is the same whenever it is
asked for; but for one figure: a case is overdue by the time its load stopped, not by the time somebody verified it, so that
a stop in time that was verified later takes the case out of every roll-up before. A county's code ends in two digits of its
own, a city's in ``00``, a province's in ``0000`` (GB/T 2260).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from minewatch.casework.case_state import OFF, CaseState, CaseStatus, evolve, is_overdue
from minewatch.model.events import StoredEvent

Level = Literal["county", "city", "province"]
KEPT = {"county": 6, "city": 4, "province": 2}


@dataclass(slots=True)
class Tally:
    """Figures of one division at the end of the period; ``new_…`` are of the period itself. MW and TH/s of what is known.

    ``late`` and ``side_open`` are of ``stopped``: stopped after the deadline for sure; which side of it cannot be told.
    """

    division: str
    projects: int = 0
    mw: float = 0.0
    power_unknown: int = 0
    hash_rate_ths: float = 0.0
    hash_rate_known: int = 0
    noticed: int = 0
    stopped: int = 0
    stopped_mw: float = 0.0
    late: int = 0
    side_open: int = 0
    verified: int = 0
    overdue: int = 0
    cannot_tell: int = 0
    measures: int = 0
    referred: int = 0
    restored: int = 0
    closed: int = 0
    disputed: int = 0
    repeats: int = 0
    contradictions: int = 0
    resumptions: int = 0
    new_projects: int = 0
    new_stops: int = 0
    new_contradictions: int = 0
    new_resumptions: int = 0


def division_at(code: str, level: Level) -> str:
    """Return the code of the county, city or province that ``code`` lies in."""
    kept = code[: KEPT[level]]
    return kept + "0" * (len(code) - len(kept))


def roll_up(
    events: Iterable[StoredEvent], *, since: str, until: str, level: Level, campaign: str | None = None
) -> tuple[Tally, ...]:
    """Fold the events of cases before ``until`` and count by division; what happened from ``since`` on is also counted apart.

    ``since`` and ``until`` are instants as the ledger writes them; ``campaign`` (a stream) leaves the others out.
    """
    states: dict[str, CaseState] = {}
    known: dict[str, CaseState] = {}
    fresh: dict[str, dict[str, int]] = {}
    for event in events:
        if not event.stream.startswith("case-"):
            continue
        if event.at >= until:
            if event.stream in states:
                known[event.stream] = evolve(known.get(event.stream, states[event.stream]), event)
            continue
        before = states.get(event.stream, CaseState(id=event.stream))
        after = states[event.stream] = evolve(before, event)
        if event.at >= since:
            _count_fresh(fresh.setdefault(event.stream, {}), event, before, after)
    tallies: dict[str, Tally] = {}
    for stream, state in states.items():
        if campaign is not None and state.campaign != campaign:
            continue
        division = division_at(state.jurisdiction, level)
        tally = tallies.setdefault(division, Tally(division))
        _count(tally, state)
        tally.overdue += is_overdue(state, until, known=known.get(stream))
        for name, number in fresh.get(stream, {}).items():
            setattr(tally, name, getattr(tally, name) + number)
    return tuple(tallies[division] for division in sorted(tallies))


def _count_fresh(counts: dict[str, int], event: StoredEvent, before: CaseState, after: CaseState) -> None:
    found = {
        "new_projects": event.name == "case.opened/1",
        "new_stops": after.off and not before.off,
        "new_contradictions": after.contradictions > before.contradictions,
        "new_resumptions": after.resumptions > before.resumptions,
    }
    for name, true in found.items():
        counts[name] = counts.get(name, 0) + int(true)


def _count(tally: Tally, state: CaseState) -> None:
    megawatts = (state.mining_kw or 0.0) / 1000.0
    off = state.off
    tally.projects += 1
    tally.mw += megawatts
    tally.power_unknown += state.mining_kw is None
    tally.hash_rate_ths += state.hash_rate_ths or 0.0
    tally.hash_rate_known += state.hash_rate_ths is not None
    tally.noticed += bool(state.notices)
    tally.stopped += off
    tally.stopped_mw += megawatts if off else 0.0
    tally.late += off and state.last_outcome == "late"
    tally.side_open += off and state.last_outcome not in OFF
    tally.verified += state.status is CaseStatus.VERIFIED
    tally.cannot_tell += state.last_outcome == "cannot_tell"
    tally.measures += len(state.measures)
    tally.referred += len(state.referrals)
    tally.restored += state.status is CaseStatus.RESTORED
    tally.closed += state.status is CaseStatus.CLOSED
    tally.disputed += bool(state.disputed)
    tally.repeats += bool(state.repeat_of)
    tally.contradictions += state.contradictions
    tally.resumptions += state.resumptions
