"""Verified stop: hear each site's meters, node, station and traffic, judge, and record what they say with digests of all read."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.casework.commands import RecordVerification, SourceSaid, StopOutcome
from minewatch.detect.area import AreaChange, area_change
from minewatch.detect.stop_sources import Joined, Said, Source, join
from minewatch.model.errors import InputError
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.usecases.cases import Receipt, act_on_many, case_state, visible_cases
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.import_traffic import all_sightings
from minewatch.usecases.office import Turn
from minewatch.usecases.stop_evidence import Grounds, Heard, Site, SiteReadings, cannot, judged
from minewatch.usecases.stop_words import WHY
from minewatch.usecases.time_left import instant_of, standard_time

DAYS_BACK = 28
"""Days before the deadline that are read to learn a site's habit."""


@dataclass(frozen=True, slots=True)
class Series:
    """The sum of some meters over days: NaN where any of them has no reading; the digest names exactly what was read."""

    first_day: date
    kw: NDArray[np.float32]
    digest: str
    found: tuple[str, ...]


def read_series(lake: SiteReadings, meters: Iterable[str], *, first: date, last: date) -> Series | None:
    """Add the meters' readings from ``first`` to ``last`` (both included), on the finest kind of day that any of them has."""
    wanted = set(meters)
    for slots in lake.slot_kinds:
        total = np.zeros(((last - first).days + 1, slots), np.float64)
        found: list[str] = []
        digest = hashlib.sha256(f"{slots} {first} {last}".encode())
        for shard in lake.shards_of(wanted):
            for block in lake.blocks(shard, slots, first_day=first, last_day=last, meters=wanted):
                for number, meter in enumerate(block.meters):
                    whole = np.full(total.shape, np.nan, np.float32)
                    begin = (block.first_day - first).days
                    whole[begin : begin + block.kw.shape[1]] = block.kw[number]
                    total += whole
                    found.append(meter)
                    digest.update(meter.encode("utf-8") + whole.tobytes())
        if found:
            return Series(first, total.astype(np.float32), digest.hexdigest(), tuple(sorted(found)))
    return None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the data says about one case: the command to record, why it cannot tell, and whether the date is one slot."""

    case: str
    command: RecordVerification
    why: Text | None
    exact: bool


def judge(turn: Turn, lake: SiteReadings, row: dict[str, Any], *, as_of: datetime, grounds: Grounds) -> Judgement:
    """Judge one case (its row) by its meters, its node, its station and its traffic, as far as there are any, up to ``as_of``."""
    zone = standard(turn)
    case = str(row["id"])
    lacking = "" if row["meters"] and row["mining_kw"] else "no_power" if row["meters"] else "no_meter"
    deadline = instant_of(row["deadline"]).astimezone(zone)
    if lacking:
        said = cannot(Source.METERS, lacking)
        return _judgement(case, Joined(said, (said,)), as_of=as_of, evidence={})
    site = Site(
        meters=tuple(row["meters"]),
        mining_kw=float(row["mining_kw"]),
        deadline=deadline,
        as_of=as_of,
        first=deadline.date() - timedelta(days=DAYS_BACK),
        zone=zone,
    )
    own = [one for one in site.meters if not grounds.is_node(one)]
    heard = [_meters(lake, site, own), *grounds.heard(site)]
    joined = join([said for said, _ in heard], deadline=deadline)
    evidence = {said.source: named for said, named in heard}
    return _judgement(case, joined, as_of=as_of, evidence=evidence)


def _meters(lake: SiteReadings, site: Site, own: Sequence[str]) -> Heard:
    if not own:
        return cannot(Source.METERS, "no_own_meter"), ()
    series = read_series(lake, own, first=site.first, last=site.last)
    if series is None:
        return cannot(Source.METERS, "no_readings"), ()
    missing = sorted(set(own) - set(series.found))
    return judged(Source.METERS, series.kw, site), (
        f"readings:{series.digest}",
        *(f"missing:{meter}" for meter in missing),
    )


def standard(turn: Turn) -> timezone:
    """Return the standard time of the workspace, in which the lake's days are: without daylight saving."""
    return standard_time(turn.office.zone, at=turn.at)


def _judgement(case: str, joined: Joined, *, as_of: datetime, evidence: Mapping[Source, tuple[str, ...]]) -> Judgement:
    told = joined.told
    resting = [one.source for one in joined.said if one.counted] or [told.source]
    command = RecordVerification(
        outcome=StopOutcome(told.verdict.value),
        as_of=as_of,
        source=", ".join(resting),
        evidence=tuple(one for named in evidence.values() for one in named),
        stopped_at=told.stop,
        stopped_from=told.earliest if told.stop else None,
        stopped_to=told.latest if told.stop else None,
        resumed_at=told.back,
        remaining_kw=None if told.remaining_kw is None else round(told.remaining_kw, 3),
        why=told.why,
        sources=tuple(_recorded(one, next(iter(evidence.get(one.source, ())), "")) for one in joined.said),
    )
    return Judgement(case, command, WHY[told.why] if told.why else None, joined.exact)


def _recorded(said: Said, evidence: str) -> SourceSaid:
    def text(at: datetime | None) -> str:
        return "" if at is None else utc_text(at)

    return SourceSaid(
        source=said.source.value,
        outcome=said.verdict.value,
        why=said.why,
        stopped_from=text(said.earliest),
        stopped_to=text(said.latest),
        resumed_at=text(said.back),
        evidence=evidence,
        counted=said.counted,
    )


def verify_stops(
    *, turn: Turn, lake: SiteReadings, cases: Sequence[str], as_of: datetime
) -> tuple[tuple[Judgement, ...], tuple[Receipt, ...]]:
    """Judge every case that has a deadline and record all verdicts in one transaction.

    ``cases`` empty: all open ones the actor may read. Raises ``InputError`` for a named case without a deadline.
    """
    for case in cases:
        turn.may("case.verify", case_state(turn.office.log, case).jurisdiction)
    rows = {str(row["id"]): row for row in visible_cases(log=turn.office.log, actor=turn.actor)}
    chosen = [rows[case] for case in cases] if cases else [row for row in rows.values() if row["status"] != "closed"]
    without = [row["id"] for row in chosen if not row["deadline"]]
    if cases and without:
        raise InputError(
            Text(f"{without[0]} has no deadline.", f"{without[0]} 没有期限。"),
            remedy=Text("Serve a notice first.", "请先送达通知。"),
        )
    grounds = Grounds(
        lake=lake,
        store=grid_store(turn.office.workspace),
        sightings=all_sightings(turn.office.workspace.folder),
        on=as_of.astimezone(standard(turn)).date(),
    )
    found = tuple(judge(turn, lake, row, as_of=as_of, grounds=grounds) for row in chosen if row["deadline"])
    commands = [(one.case, one.command) for one in found]
    receipts = act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands) if commands else ()
    return found, receipts


def area_proof(
    *, turn: Turn, lake: SiteReadings, meters: Sequence[str], division: str, before: date, after: date, days: int
) -> tuple[AreaChange, Series]:
    """Compare what ``meters`` (or nodes) drew together in the ``days`` days before ``before`` and from ``after`` on.

    Raises ``InputError`` when the lake has too few days of them on either side.
    """
    turn.may("case.read", division)
    first, last = before - timedelta(days=days), after + timedelta(days=days - 1)
    series = read_series(lake, meters, first=first, last=last)
    change = None
    if series is not None:
        change = area_change(
            series.kw,
            first_weekday=first.weekday(),
            until=(before - first).days,
            since=(after - first).days,
        )
    if series is None or change is None:
        raise InputError(
            Text(
                "The lake holds too few whole days of these meters on both sides.",
                "数据湖中这些计量点前后完整日数不足。",
            ),
            remedy=Text(
                "Import more readings, or give another window; a meter with gaps empties the sum.",
                "请导入更多读数或另选时段；有缺口的计量点会使合计缺失。",
            ),
        )
    return change, series
