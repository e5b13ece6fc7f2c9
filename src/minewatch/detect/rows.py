"""From what was found of many meters, held as arrays, to rows of findings: one frame built at once, words only for suspects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.standing import STANDING
from minewatch.model.tables import FINDINGS

_TYPES: dict[str, Any] = {
    "string": pl.String,
    "float64": pl.Float64,
    "int64": pl.Int64,
    "date": pl.Date,
    "datetime": pl.Datetime("us"),
    "list[string]": pl.List(pl.String),
}
SCHEMA = {column.name: _TYPES[column.type] for column in FINDINGS.columns}

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000
"""Microseconds."""

_NOTES = ("short_window", "many_gaps", "daily_only", "feeds_in", "since_uncertain")
_SILENT = 1 << len(_NOTES)
_NOTE_LISTS = [[note for bit, note in enumerate(_NOTES) if number >> bit & 1] for number in range(_SILENT)]
_NOTE_LISTS.append(["no_readings"])

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told in words of one suspect."""

    since: datetime
    since_uncertain: bool = False
    until: datetime | None = None
    pattern: str = "steady"
    reasons: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    reason_figures: str = "{}"
    look_weights: str = "{}"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was found of some meters: all arrays (meters,); ``told`` by place among them.

    ``known`` is false where there was too little to judge; kW and its interval mean nothing there. ``standing`` (meters,
    figures) as :func:`minewatch.detect.standing.standing_of` takes it.
    """

    known: NDArray[np.bool_]
    chance: Floats
    kw: Floats
    low: Floats
    high: Floats
    standing: NDArray[np.float32]
    told: dict[int, Told] = field(default_factory=dict)

    @classmethod
    def none(cls, meters: int) -> "Verdicts":
        """Return verdicts on meters of which nothing is known."""
        chance, kw, low, high = (np.zeros(meters) for _ in range(4))
        standing = np.full((meters, len(STANDING)), np.nan, np.float32)
        return cls(np.zeros(meters, bool), chance, kw, low, high, standing)

    def put(self, places: Ints, found: "Verdicts") -> None:
        """Take over what was found of the meters at ``places``."""
        for name in ("known", "chance", "kw", "low", "high", "standing"):
            getattr(self, name)[places] = getattr(found, name)
        self.told.update({int(places[place]): told for place, told in found.told.items()})


@dataclass(frozen=True, slots=True)
class Rows:
    """The meters of one block: ``counts`` and ``mean`` as :func:`minewatch.kernels.facts.facts_of` fills them."""

    meters: Sequence[str]
    first_day: date
    slots: int
    counts: Ints
    mean: Floats
    verdicts: Verdicts


def frame_of(blocks: Sequence[Rows]) -> pl.DataFrame:
    """Return one row a meter, block after block, as ``model.tables.FINDINGS`` says."""
    if not blocks:
        return pl.DataFrame(schema=SCHEMA)
    start = np.concatenate([np.full(len(b.meters), (b.first_day - EPOCH).days, np.int64) for b in blocks])
    slots = np.concatenate([np.full(len(b.meters), b.slots, np.int64) for b in blocks])
    counts = np.concatenate([b.counts for b in blocks])
    mean = np.concatenate([b.mean for b in blocks])
    known, chance, kw, low, high = (
        np.concatenate([getattr(b.verdicts, name) for b in blocks]) for name in ("known", "chance", "kw", "low", "high")
    )
    read, days_read, first, last, negative = counts.T
    standing = np.concatenate([b.verdicts.standing for b in blocks])
    seen = read > 0
    possible = np.where(seen, (last - first + 1) * slots, 1)
    codes = (
        (days_read < 14) + 2 * (read < 0.9 * possible) + 4 * (slots == 1) + 8 * (negative > 0) + 16 * _uncertain(blocks)
    )
    frame = pl.DataFrame(
        {
            "meter_id": pl.Series([meter for b in blocks for meter in b.meters], dtype=pl.String),
            "probability": chance,
            "mean_kw": mean,
            "coverage": read / possible,
            "first_day": pl.Series((start + first).astype(np.int32)).cast(pl.Date),
            "last_day": pl.Series((start + last).astype(np.int32)).cast(pl.Date),
            "slots": slots,
            "data_notes": _gathered(_NOTE_LISTS, pl.List(pl.String), np.where(seen, codes, _SILENT)),
            "mining_kw": kw,
            "mining_kw_low": low,
            "mining_kw_high": high,
            **_words(blocks, known, (start + first) * DAY),
            **{name: pl.Series(standing[:, k], dtype=pl.Float64, nan_to_null=True) for k, name in enumerate(STANDING)},
            "seen": seen,
            "known": known,
        }
    )
    frame = frame.with_columns(
        *(pl.when("seen").then(name).alias(name) for name in ("mean_kw", "first_day", "last_day")),
        *(
            pl.when("known").then(name).alias(name)
            for name in ("mining_kw", "mining_kw_low", "mining_kw_high", "since")
        ),
    )
    return frame.select(list(SCHEMA))


def _words(blocks: Sequence[Rows], known: NDArray[np.bool_], start: Ints) -> dict[str, pl.Series]:
    """Columns in words: the same for every meter that is no suspect, so that only suspects' words are handled one by one."""
    offsets = np.cumsum([0, *(len(b.meters) for b in blocks)])
    told = {
        int(offset) + place: one
        for offset, b in zip(offsets, blocks, strict=False)
        for place, one in b.verdicts.told.items()
    }
    places = np.array(list(told), np.int64)
    pick = known.astype(np.int64)
    pick[places] = 2 + np.arange(len(told))
    since = start.copy()
    since[places] = [_microseconds(one.since) for one in told.values()]
    texts = ("reasons", "alternatives")
    columns = {
        name: _gathered([[], [], *(list(getattr(one, name)) for one in told.values())], SCHEMA[name], pick)
        for name in texts
    }
    columns |= {
        name: _gathered(["{}", "{}", *(getattr(one, name) for one in told.values())], pl.String(), pick)
        for name in ("reason_figures", "look_weights")
    }
    columns["pattern"] = _gathered([None, "steady", *(one.pattern for one in told.values())], pl.String(), pick)
    columns["until"] = _gathered([None, None, *(one.until for one in told.values())], SCHEMA["until"], pick)
    columns["since"] = pl.Series(since).cast(SCHEMA["since"])
    return columns


def _uncertain(blocks: Sequence[Rows]) -> NDArray[np.bool_]:
    """Tell of every meter whether its beginning is uncertain."""
    parts = [np.zeros(len(b.meters), bool) for b in blocks]
    for part, b in zip(parts, blocks, strict=True):
        part[[place for place, one in b.verdicts.told.items() if one.since_uncertain]] = True
    return np.concatenate(parts)


def _gathered(values: Sequence[Any], dtype: Any, pick: Ints) -> pl.Series:
    return pl.Series(list(values), dtype=dtype).gather(pick)


def _microseconds(when: datetime) -> int:
    gone = when - datetime.combine(EPOCH, datetime.min.time())
    return gone.days * DAY + gone.seconds * 1_000_000 + gone.microseconds
