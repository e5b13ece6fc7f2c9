"""What else is known around a lake, unit of work by unit of work: each meter's place, and what is known there and of it.

The same whatever meters share a block; and the digest of a unit changes only with what concerns its meters, so that a new
outage in one county does not send every other meter back to be screened.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.block import EVERYWHERE, Block, Context, Contract, Outages, around
from minewatch.model.contracts import FOR_LIVING_AND_FARMING, tariff_kind
from minewatch.model.uses import use_code
from minewatch.readers.gridtables import KINDS, schema_of
from minewatch.stores.lake import Lake, shard_of
from minewatch.usecases.import_beside import PASSES
from minewatch.usecases.screen_inputs import Tables

Days = tuple[date, date]
Floats = NDArray[np.float32]

_VOLTS = re.compile(r"(\d+(?:\.\d+)?)\s*(k?)v", re.IGNORECASE)


class Windowed(Protocol):
    """What is asked of a lake: which kinds of days it holds and when."""

    @property
    def shards(self) -> int: ...  # noqa: D102 - a port
    @property
    def slot_kinds(self) -> tuple[int, ...]: ...  # noqa: D102
    def days(self, slots: int) -> Days | None: ...  # noqa: D102


def days_of(lake: Windowed) -> Days | None:
    """First and last day of everything in a lake."""
    found = [days for slots in lake.slot_kinds if (days := lake.days(slots)) is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything known around one lake's meters; made by :func:`surroundings`.

    ``books`` (``detect.peers.BOOKS``) concern the whole list of findings, no unit of work, and so are in no unit's digest;
    nor are ``customers``, by meter, whose meters are one site when a model learns from them.
    """

    first_day: date
    shards: int
    temperature_c: Mapping[str, Floats]
    outages: Mapping[str, Outages]
    places: Mapping[str, str]
    uses: Mapping[str, str]
    volts: Mapping[str, float]
    contracts: Mapping[str, Contract]
    holidays: frozenset[date]
    deadline: datetime | None
    deadlines: Mapping[str, datetime]
    books: pl.DataFrame | None = None
    customers: Mapping[str, str] = field(default_factory=dict)
    side: Mapping[str, Lake] = field(default_factory=dict)
    by_shard: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def digest(self, shard: int, slots: int) -> str:
        """Return a digest of what is known of a shard's meters: it changes exactly when that does."""
        meters = self.by_shard.get(shard, ())
        near = {place for meter in meters for place in around(self.places.get(meter, EVERYWHERE))} | {EVERYWHERE}
        digest = sha256()
        for place in sorted(near):
            if place in self.temperature_c:
                digest.update(place.encode() + b"\0" + self.temperature_c[place].tobytes())
            digest.update(repr((place, self.outages.get(place, ()))).encode())
        for meter in meters:
            known = (self.places, self.uses, self.volts, self.deadlines, self.contracts)
            own = tuple(one.get(meter) for one in known)
            digest.update(repr((meter, own)).encode())
        digest.update(repr((sorted(self.holidays), self.deadline, self.first_day)).encode())
        for name in sorted(self.side):
            lake = self.side[name]
            parts = [lake.shard_digest(shard, kind) for kind in _kinds(lake, slots)]
            digest.update(repr((name, parts)).encode())
        return digest.hexdigest()

    def of(self, block: Block) -> Context:
        """Return what is known of a block's meters, laid over its days."""
        days, slots = block.kw.shape[1:]
        begin = (block.first_day - self.first_day).days
        beside = {name: self._beside(name, block) for name in self.side}
        return Context(
            temperature_c={place: _cut(array, begin, days) for place, array in self.temperature_c.items()},
            reactive_kvar=beside.get("reactive", {}),
            currents_a=_three(beside, (days, slots)),
            phase_volts=self.volts,
            declared_use=self.uses,
            contracts=self.contracts,
            holidays=self.holidays,
            outages=self.outages,
            places=self.places,
            deadline=self.deadline,
            deadlines=self.deadlines,
        )

    def _beside(self, name: str, block: Block) -> dict[str, Floats]:
        """Return what a side lake holds of the block's meters, (days, slots) each; finer steps are averaged."""
        lake, (_, days, slots) = self.side[name], block.kw.shape
        wanted, last = frozenset(block.meters), block.first_day + timedelta(days=days - 1)
        found: dict[str, Floats] = {}
        for kind in _kinds(lake, slots):
            for shard in lake.shards_of(wanted):
                for other in lake.blocks(shard, kind, first_day=block.first_day, last_day=last, meters=wanted):
                    at = (other.first_day - block.first_day).days
                    values = other.kw.reshape(*other.kw.shape[:2], slots, kind // slots).mean(axis=3)
                    for number, meter in enumerate(other.meters):
                        own = found.setdefault(meter, np.full((days, slots), np.nan, np.float32))
                        room = own[at : at + values.shape[1]]
                        np.copyto(room, values[number], where=np.isnan(room))
        return found


def surroundings(
    tables: Tables, *, days: Days | None, shards: int, side: Mapping[str, Lake] | None = None
) -> Surroundings:
    """Lay what was read out by place and meter over the ``days`` of the readings, for a lake of so many ``shards``.

    ``side`` are the lakes of reactive power and currents, with the same number of shards.
    """
    first, last = days or (date.min, date.min)
    known = _of_meters(tables.meters)
    meters = sorted({*known.places, *known.uses, *known.volts, *known.contracts, *tables.deadlines})
    by_shard: dict[int, list[str]] = {}
    for meter in meters:
        by_shard.setdefault(shard_of(meter, shards), []).append(meter)
    near = {one for one in tables.holidays if first - timedelta(weeks=1) <= one <= last + timedelta(weeks=1)}
    return Surroundings(
        first_day=first,
        shards=shards,
        temperature_c=_temperatures(tables.weather, first, last),
        outages=_outages(tables.outages, first, last),
        places=known.places,
        uses=known.uses,
        volts=known.volts,
        contracts=known.contracts,
        holidays=frozenset(near),
        deadline=tables.deadline,
        deadlines=tables.deadlines,
        books=_books(tables.meters),
        customers=_customers(tables.meters),
        side={name: lake for name, lake in (side or {}).items() if lake.slot_kinds},
        by_shard={shard: tuple(names) for shard, names in by_shard.items()},
    )


def _kinds(lake: Lake, slots: int) -> list[int]:
    """Kinds of days of a lake that can be laid over days of ``slots``: the same step first, then finer ones."""
    return sorted(kind for kind in lake.slot_kinds if kind >= slots and kind % slots == 0)


def _three(beside: Mapping[str, Mapping[str, Floats]], shape: tuple[int, int]) -> dict[str, Floats]:
    """Put the three phases of each meter together; a phase that is not known is NaN."""
    phases = [beside.get(name, {}) for name in PASSES["currents"]]
    nothing = np.full(shape, np.nan, np.float32)
    meters = sorted(set().union(*phases))
    return {meter: np.stack([phase.get(meter, nothing) for phase in phases]) for meter in meters}


def _cut(array: Floats, begin: int, days: int) -> Floats:
    """Return ``days`` days from day ``begin`` on, NaN outside."""
    out = np.full((days, array.shape[1]), np.nan, np.float32)
    low, high = max(begin, 0), min(begin + days, len(array))
    if high > low:
        out[low - begin : high - begin] = array[low:high]
    return out


def _temperatures(weather: pl.DataFrame | None, first: date, last: date) -> dict[str, Floats]:
    """Hourly means by place over the days from ``first`` to ``last``."""
    if weather is None:
        return {}
    inside = weather.filter(pl.col("start").dt.date().is_between(first, last))
    hourly = (
        inside.with_columns(pl.col("county_code").fill_null(EVERYWHERE))
        .group_by(
            "county_code", day=(pl.col("start").dt.date() - first).dt.total_days(), hour=pl.col("start").dt.hour()
        )
        .agg(pl.col("temperature_c").sort_by("start").mean())
        .sort("county_code", "day", "hour")
    )
    found: dict[str, Floats] = {}
    for (place,), rows in hourly.group_by("county_code", maintain_order=True):
        array = np.full(((last - first).days + 1, 24), np.nan, np.float32)
        array[rows["day"].to_numpy(), rows["hour"].to_numpy()] = rows["temperature_c"].to_numpy()
        found[str(place)] = array
    return found


def _outages(outages: pl.DataFrame | None, first: date, last: date) -> dict[str, Outages]:
    if outages is None:
        return {}
    begin, end = datetime.combine(first, time()), datetime.combine(last, time()) + timedelta(days=1)
    found: dict[str, set[tuple[datetime, datetime]]] = {}
    for place, start, stop in outages.select("county_code", "start", "end").iter_rows():
        if stop > begin and start < end:
            found.setdefault(place or EVERYWHERE, set()).add((start, stop))
    return {place: tuple(sorted(times)) for place, times in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class _Books:
    """What the books say of each meter: its county, the code of its declared use, volts of a phase, its contract."""

    places: dict[str, str] = field(default_factory=dict)
    uses: dict[str, str] = field(default_factory=dict)
    volts: dict[str, float] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)


def _of_meters(meters: pl.DataFrame | None) -> _Books:
    known = _Books()
    if meters is None:
        return known
    codes: dict[str, str | None] = {}
    columns = ("meter", "county_code", "declared_use", "voltage", "tariff", "capacity_kva")
    for meter, place, use, voltage, tariff, capacity in _held(meters, *columns).iter_rows():
        if place:
            known.places[meter] = place
        if use and use not in codes:
            codes[use] = use_code(use)
        code = codes.get(use) if use else None
        if code is not None:
            known.uses[meter] = code
        volts = phase_volts(voltage or "")
        if volts is not None:
            known.volts[meter] = volts
        price = tariff or use or ""
        contract = Contract(use or "", code, price, tariff_kind(price), capacity)
        if code or contract.tariff_kind in FOR_LIVING_AND_FARMING or capacity:
            known.contracts[meter] = contract
    return known


def _books(meters: pl.DataFrame | None) -> pl.DataFrame | None:
    """Return what makes the class of a meter, in the words of the books."""
    if meters is None:
        return None
    names = {"meter": "meter_id", "declared_use": "use"}
    return _held(meters, "meter", "declared_use", "contract", "voltage").rename(names)


def _customers(meters: pl.DataFrame | None) -> dict[str, str]:
    """Return the customer of each meter that has one."""
    if meters is None:
        return {}
    held = _held(meters, "meter", "customer").drop_nulls()
    return dict(zip(held["meter"].to_list(), held["customer"].to_list(), strict=True))


def _held(meters: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return columns of the table of meters; one that an earlier version did not import is null."""
    types = schema_of(KINDS["meters"])
    return meters.select(
        pl.col(name) if name in meters.columns else pl.lit(None, dtype=types[name]).alias(name) for name in columns
    )


def phase_volts(voltage: str) -> float | None:
    """Return nominal volts from a phase to neutral for a voltage class (220V, 380V, 10kV, 交流10千伏), or None."""
    match = _VOLTS.search(voltage.replace("千伏", "kV").replace("伏", "V"))
    if match is None or not float(match[1]) > 0:
        return None
    volts = float(match[1]) * (1000.0 if match[2] else 1.0)
    # Up to 250 V the class names a phase, above it the line between two phases (GB/T 156).
    return volts if volts <= 250.0 else volts / 3.0**0.5
