"""One verdict on a stop out of several witnesses: the site's meters, its node, the station that feeds it, its traffic.

The node is heard as *the node less everybody else*: what it was supplied with, less what went on and what all other read
meters took. The site's own draw is in that whether it runs through the site's meter or past it, so a load that left the meter
for a tap before it shows: the meter says stopped, the node says it runs. The station is heard as what it generated and does not
account for. Both are judged as a meter is (:mod:`minewatch.detect.stop`). Traffic proves that something mined when a share was
seen; that none is seen proves nothing, because it may be hidden.

Rules of joining. A load seen running on the site's own meters runs, whatever else fell silent. A stop that one source sees
while another sees the load run is not told but named as a contradiction. Ranges of sources that agree are narrowed to what
they share; where they share nothing and lie on both sides of the deadline, the side is left open. The node confirms,
contradicts, narrows a date and says that a load runs on; a stop or a return that it alone shows is not told as one, because
another tap or an unread meter below it may have fallen silent: of such stops one in twenty was false.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.stop import SIDE_OPEN, StopVerdict, Verdict

Floats = NDArray[np.float64]

ESTIMATED = 0.1
"""Share of a node's supply that may be estimated in a slot (other meters with a gap, at their median of that hour)."""
SLACK = timedelta(hours=1)
"""Clocks of meters and of captures may differ by so much."""
QUIET = timedelta(hours=24)
"""A site whose traffic is silent for so long, while others are heard, has gone silent."""


class Source(StrEnum):
    """Who is heard, in the order in which they are believed."""

    METERS = "meters"
    NODE = "node"
    STATION = "station"
    TRAFFIC = "traffic"


ORDER = tuple(Source)
NODE_ALONE = "node_alone"
"""Only the node shows a stop or a return; others below it may have caused that."""
DATES_DIFFER = "dates_differ"
"""The sources agree that the load is off and not on which side of the deadline it stopped."""
TRAFFIC_SILENT, TRAFFIC_LATER, TRAFFIC_UNWATCHED = "traffic_silent", "traffic_later", "traffic_unwatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one source says. ``why`` is the code of its reason where it cannot tell; ``counted``: the verdict rests on it.

    ``stop`` is the likeliest time, ``earliest`` and ``latest`` the range, ``back`` the return; ``slot`` its resolution.
    """

    source: Source
    verdict: Verdict
    why: str = ""
    stop: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    back: datetime | None = None
    remaining_kw: float | None = None
    slot: timedelta = timedelta()
    counted: bool = False

    @property
    def running(self) -> bool:
        """Whether it saw the load run after the deadline, to the end or again."""
        return self.verdict in {Verdict.NOT_STOPPED, Verdict.CAME_BACK}

    @property
    def off(self) -> bool:
        """Whether it saw the load stop, on whichever side of the deadline."""
        return self.verdict in {Verdict.IN_TIME, Verdict.LATE} or (self.why in SIDE_OPEN and self.stop is not None)


@dataclass(frozen=True, slots=True)
class Joined:
    """The verdict of all sources together: ``told`` has its words and times, ``said`` what each source said."""

    told: Said
    said: tuple[Said, ...]

    @property
    def exact(self) -> bool:
        """Whether the stop is dated to its slot: nothing further off than one slot fits."""
        told = self.told
        if told.stop is None or told.earliest is None or told.latest is None:
            return False
        return told.stop - told.earliest <= told.slot and told.latest - told.stop <= told.slot


def said_of(source: Source, verdict: StopVerdict, *, begin: datetime, slot: timedelta) -> Said:
    """Turn the verdict on a series that starts at ``begin`` into words with times."""

    def moment(number: int | None) -> datetime | None:
        return None if number is None else begin + number * slot

    told = verdict.verdict is not Verdict.CANNOT_TELL
    dated = told or verdict.doubt in SIDE_OPEN
    return Said(
        source=source,
        verdict=verdict.verdict,
        why="" if told or verdict.doubt is None else str(verdict.doubt),
        stop=moment(verdict.stop_slot) if dated else None,
        earliest=moment(verdict.stop_from) if dated else None,
        latest=moment(verdict.stop_to) if dated else None,
        back=moment(verdict.return_slot),
        remaining_kw=verdict.remaining_kw,
        slot=slot,
    )


def node_less_others(supply: Floats, passed_on: Floats, others: Floats) -> Floats:
    """Return what a node was supplied with less what went on and what all other read meters took, (days, slots) kW.

    ``others`` is (meters, days, slots), feeding meters negative. A meter's gap is bridged with its own median of that slot of the
    day; where more than ``ESTIMATED`` of the supply is bridged, or the supply itself is missing, the result is NaN.
    """
    left: Floats = supply - passed_on
    bridged = np.zeros_like(left)
    for kw in others:
        gap = ~np.isfinite(kw)
        read = ~gap.all(axis=0)
        usual = np.zeros(kw.shape[1])
        usual[read] = np.nanmedian(kw[:, read], axis=0)
        part = np.where(gap, usual, kw)
        bridged += np.where(gap, np.abs(usual), 0.0)
        left = left - part
    return np.where(bridged > ESTIMATED * np.abs(supply), np.nan, left)


@dataclass(frozen=True, slots=True)
class Session:
    """A time in which a site was seen to mine."""

    first: datetime
    last: datetime


def judge_traffic(
    sessions: Sequence[Session], *, deadline: datetime, as_of: datetime, watched_until: datetime | None
) -> Said:
    """Say what a site's mining traffic tells: that it mined after the deadline, or since when it is silent.

    ``watched_until`` is when anybody's traffic was last seen: silence after that is nobody listening.
    """
    spells: list[Session] = []
    for one in sorted(sessions, key=lambda each: each.first):
        if one.first > as_of:
            break
        if spells and one.first - spells[-1].last < QUIET:
            spells[-1] = Session(spells[-1].first, max(spells[-1].last, one.last))
        else:
            spells.append(one)
    if not spells or watched_until is None:
        return Said(source=Source.TRAFFIC, verdict=Verdict.CANNOT_TELL, why="no_traffic")
    last = min(spells[-1].last, as_of)
    silent = min(watched_until, as_of) - last >= QUIET
    if last > deadline + SLACK and not silent:
        if len(spells) > 1 and spells[-1].first > deadline + SLACK:
            return Said(
                source=Source.TRAFFIC, verdict=Verdict.CAME_BACK, earliest=spells[-2].last, back=spells[-1].first
            )
        return Said(source=Source.TRAFFIC, verdict=Verdict.NOT_STOPPED, earliest=last)
    heard = TRAFFIC_LATER if last > deadline + SLACK else TRAFFIC_SILENT
    why = heard if silent else TRAFFIC_UNWATCHED
    return Said(source=Source.TRAFFIC, verdict=Verdict.CANNOT_TELL, why=why, earliest=last)


def join(said: Sequence[Said], *, deadline: datetime) -> Joined:
    """Join what the sources say; ``said`` holds each at most once, the site's meters always."""
    ordered = sorted(said, key=lambda one: ORDER.index(one.source))
    meters = ordered[0]
    curves = [one for one in ordered if one.source is not Source.TRAFFIC]
    running = [one for one in ordered if one.running]
    off = [one for one in curves if one.off]
    later = [one for one in ordered if off and _mined_after(one, off)]
    if meters.running:
        return _counted(meters, ordered, running)
    against = [one for one in ordered if one in running or one in later]
    if off and against:
        pair = sorted((off[0], against[0]), key=lambda one: ORDER.index(one.source))
        why = f"{pair[0].source}_against_{pair[1].source}"
        return _counted(Said(source=pair[0].source, verdict=Verdict.CANNOT_TELL, why=why), ordered, [])
    shown = running or off
    if shown and {one.source for one in shown} == {Source.NODE} and shown[0].verdict is not Verdict.NOT_STOPPED:
        return _counted(Said(source=Source.NODE, verdict=Verdict.CANNOT_TELL, why=NODE_ALONE), ordered, [])
    if running:
        return _counted(running[0], ordered, running)
    if off:
        heard = [one for one in ordered if one.source is Source.TRAFFIC and one.why == TRAFFIC_LATER]
        return _counted(_dated(off, heard, deadline), ordered, [*off, *heard])
    return _counted(meters, ordered, [])


def _mined_after(one: Said, off: Sequence[Said]) -> bool:
    """Whether traffic was seen after the load is said to have stopped."""
    stopped = max((each.latest for each in off if each.latest is not None), default=None)
    seen = one.source is Source.TRAFFIC and one.earliest is not None and one.why != TRAFFIC_SILENT
    return bool(seen and stopped is not None and one.earliest is not None and one.earliest > stopped + SLACK)


def _dated(off: Sequence[Said], heard: Sequence[Said], deadline: datetime) -> Said:
    """Narrow the ranges of sources that saw the stop to what they share, and say on which side of the deadline it lies."""
    first = off[0]
    dated = [one for one in off if one.earliest is not None and one.latest is not None]
    starts = [one.earliest for one in (*dated, *heard) if one.earliest is not None]
    ends = [one.latest for one in dated if one.latest is not None]
    if not starts or not ends or first.stop is None:
        return first
    earliest, latest = max(starts), min(ends)
    if earliest > latest:
        if len({one.verdict for one in off}) == 1:
            return first
        earliest, latest = min(starts), max(ends)
        return replace(
            first, verdict=Verdict.CANNOT_TELL, why=DATES_DIFFER, earliest=earliest, latest=latest, stop=first.stop
        )
    told = replace(first, stop=min(max(first.stop, earliest), latest), earliest=earliest, latest=latest)
    if earliest > deadline:
        return replace(told, verdict=Verdict.LATE, why="")
    if latest <= deadline or first.verdict is Verdict.IN_TIME:
        return replace(told, verdict=Verdict.IN_TIME, why="")
    return told


def _counted(told: Said, said: Sequence[Said], resting: Sequence[Said]) -> Joined:
    return Joined(told, tuple(replace(one, counted=one in resting) for one in said))
