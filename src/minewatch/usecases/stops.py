"""Verified stop: read each site's meters from the lake, judge, and record what the data says with the digest of what was read."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minewatch.casework.commands import RecordVerification, StopOutcome
from minewatch.detect.area import AreaChange, area_change
from minewatch.detect.stop import SIDE_OPEN, Doubt, StopVerdict, Verdict, judge_stop
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.cases import Receipt, act_on_many, visible_cases
from minewatch.usecases.office import Turn

DAYS_BACK = 28
"""Days before the deadline that are read to learn a site's habit."""

WHY: dict[str, Text] = {
    Doubt.FEW_READINGS_BEFORE: Text("too few readings before the deadline", "期限前读数不足"),
    Doubt.FEW_READINGS_AFTER: Text("too few readings after the deadline", "期限后读数不足"),
    Doubt.NOT_SEEN_BEFORE: Text(
        "no mine of that power is visible before the deadline", "期限前曲线中看不到该功率的矿场"
    ),
    Doubt.TOO_SMALL: Text("the mine is too small against the site's own variation", "挖矿功率小于用户自身负荷波动"),
    Doubt.PARTLY_REDUCED: Text("the load fell only in part", "负荷仅部分下降"),
    Doubt.GAP_AT_STOP: Text(
        "off, but no readings where the load fell, across the deadline", "已停机，但负荷下降时段缺读数，且跨越期限"
    ),
    Doubt.WHICH_SIDE: Text(
        "off, but the readings leave open on which side of the deadline it stopped",
        "已停机，但读数不足以判定在期限前还是期限后",
    ),
    "no_meter": Text("the case names no meter", "案件未登记计量点"),
    "no_power": Text("the mining power is not known", "挖矿功率未知"),
    "no_readings": Text("the lake holds no readings of its meters", "数据湖中没有该计量点读数"),
}
"""Why the data cannot tell."""


class MeterBlock(Protocol):
    """Whole meters over a window."""

    @property
    def meters(self) -> tuple[str, ...]: ...  # noqa: D102 - a port's attributes are told in its class
    @property
    def first_day(self) -> date: ...  # noqa: D102
    @property
    def kw(self) -> NDArray[np.float32]: ...  # noqa: D102


class SiteReadings(Protocol):
    """What verification needs of a lake."""

    @property
    def slot_kinds(self) -> tuple[int, ...]: ...  # noqa: D102
    def shards_of(self, meters: set[str] | None) -> tuple[int, ...]: ...  # noqa: D102
    def blocks(  # noqa: D102
        self, shard: int, slots: int, *, first_day: date | None, last_day: date | None, meters: set[str] | None
    ) -> Iterator[MeterBlock]: ...


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


def judge(turn: Turn, lake: SiteReadings, row: dict[str, Any], *, as_of: datetime) -> Judgement:
    """Judge one case (its row) by the readings up to ``as_of``."""
    zone = standard(turn)
    case = str(row["id"])
    if not row["meters"]:
        return _cannot(case, as_of, "no_meter")
    if not row["mining_kw"]:
        return _cannot(case, as_of, "no_power")
    deadline = datetime.strptime(row["deadline"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).astimezone(zone)
    first = deadline.date() - timedelta(days=DAYS_BACK)
    until = as_of.astimezone(zone)
    series = read_series(lake, row["meters"], first=first, last=max(until.date(), deadline.date()))
    if series is None:
        return _cannot(case, as_of, "no_readings")
    slots = series.kw.shape[1]
    begin = datetime.combine(first, time(0), zone)
    width = timedelta(minutes=24 * 60 / slots)
    kw = series.kw.copy()
    kw.reshape(-1)[max(0, int((until - begin) / width)) :] = np.nan
    whole = kw[: (until - begin).days + 1]
    verdict = judge_stop(whole, mining_kw=float(row["mining_kw"]), deadline_slot=int((deadline - begin) / width))
    missing = set(row["meters"]) - set(series.found)
    evidence = (f"readings:{series.digest}", *(f"missing:{meter}" for meter in sorted(missing)))
    return _judgement(case, verdict, (begin, width), as_of=as_of, evidence=evidence)


def standard(turn: Turn) -> timezone:
    """Return the standard time of the workspace, in which the lake's days are: without daylight saving."""
    moment = turn.at.astimezone(turn.office.zone)
    offset = moment.utcoffset() or timedelta()
    return timezone(offset - (moment.dst() or timedelta()))


def _judgement(
    case: str, verdict: StopVerdict, scale: tuple[datetime, timedelta], *, as_of: datetime, evidence: tuple[str, ...]
) -> Judgement:
    begin, width = scale

    def moment(slot: int | None) -> datetime | None:
        return None if slot is None else begin + slot * width

    told = verdict.verdict is not Verdict.CANNOT_TELL
    dated = told or verdict.doubt in SIDE_OPEN
    why = "" if told else str(verdict.doubt or Doubt.TOO_SMALL)
    command = RecordVerification(
        outcome=StopOutcome(verdict.verdict.value),
        as_of=as_of,
        source="meter readings",
        evidence=evidence,
        stopped_at=moment(verdict.stop_slot) if dated else None,
        stopped_from=moment(verdict.stop_from) if dated else None,
        stopped_to=moment(verdict.stop_to) if dated else None,
        resumed_at=moment(verdict.return_slot),
        remaining_kw=None if verdict.remaining_kw is None else round(verdict.remaining_kw, 3),
        why=why,
    )
    return Judgement(case, command, WHY[why] if why else None, verdict.exact)


def _cannot(case: str, as_of: datetime, why: str) -> Judgement:
    command = RecordVerification(
        outcome=StopOutcome.CANNOT_TELL, as_of=as_of, source="meter readings", evidence=(), why=str(why)
    )
    return Judgement(case, command, WHY[why], exact=False)


def verify_stops(
    *, turn: Turn, lake: SiteReadings, cases: Sequence[str], as_of: datetime
) -> tuple[tuple[Judgement, ...], tuple[Receipt, ...]]:
    """Judge every case that has a deadline and record all verdicts in one transaction.

    ``cases`` empty: all open ones the actor may read. Raises ``InputError`` for a named case without a deadline.
    """
    rows = {str(row["id"]): row for row in visible_cases(log=turn.office.log, actor=turn.actor)}
    unknown = [case for case in cases if case not in rows]
    if unknown:
        raise InputError(f"There is no case {unknown[0]}.", remedy="List the cases: minewatch case list.")
    chosen = [rows[case] for case in cases] if cases else [row for row in rows.values() if row["status"] != "closed"]
    without = [row["id"] for row in chosen if not row["deadline"]]
    if cases and without:
        raise InputError(f"{without[0]} has no deadline.", remedy="Serve a notice first.")
    judged = tuple(judge(turn, lake, row, as_of=as_of) for row in chosen if row["deadline"])
    commands = [(one.case, one.command) for one in judged]
    receipts = act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands) if commands else ()
    return judged, receipts


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
            "The lake holds too few whole days of these meters on both sides.",
            remedy="Import more readings, or give another window; a meter with gaps empties the sum.",
        )
    return change, series
