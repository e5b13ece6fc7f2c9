"""Merges the small parts that daily imports leave, so that a lake filled day by day is read as fast as one filled at once.

Rows are moved as they are, without decoding. Only neighbours in the order of import are merged, and only parts that hold no
day of a meter twice: where a later import corrected an earlier one, both keep their own parts and nothing is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from minewatch.stores.encoding import EncodedDays, Encoding
from minewatch.stores.manifest import PartRecord
from minewatch.stores.parts import GROUP_READINGS, PartReader

MERGE_AT = 16
"""Parts of one shard and kind of day from which on small ones are merged."""


@dataclass(frozen=True, slots=True)
class PartRows:
    """Rows ready to be written as one part."""

    meters: npt.NDArray[np.object_]
    days: npt.NDArray[np.int32]
    encoded: EncodedDays
    sources: tuple[str, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class _Loaded:
    record: PartRecord
    keys: pl.DataFrame
    encoded: EncodedDays


def merge_small(
    records: Sequence[PartRecord],
    *,
    read: Callable[[PartRecord], PartReader],
    write: Callable[[PartRows], PartRecord],
) -> list[PartRecord]:
    """Return the parts of one shard and kind of day, in the order of import, the small ones at the end merged.

    Fewer than ``MERGE_AT`` parts are returned as they are. Parts that are no longer named stay on disk for whoever reads them.
    """
    if len(records) < MERGE_AT:
        return list(records)
    first = len(records)
    while first > 0 and records[first - 1].rows * records[first - 1].slots < GROUP_READINGS:
        first -= 1
    loaded = [_load(record, read) for record in records[first:]]
    while len(loaded) > 1 and pl.concat([one.keys for one in loaded]).is_duplicated().any():
        loaded.pop(0)
        first += 1
    if len(loaded) < MERGE_AT // 2:
        return list(records)
    merged = [write(_joined([one for one in loaded if one.record.encoding == kind])) for kind in _kinds(loaded)]
    return [*records[:first], *merged]


def _kinds(loaded: Sequence[_Loaded]) -> list[str]:
    return sorted({one.record.encoding for one in loaded})


def _load(record: PartRecord, read: Callable[[PartRecord], PartReader]) -> _Loaded:
    reader = read(record)
    try:
        groups = [reader.read(number) for number in range(len(reader))]
    finally:
        reader.close()
    names = [pl.Series(group.meters, dtype=pl.String).gather(_owners(group.starts)) for group in groups]
    keys = pl.DataFrame({"meter": pl.concat(names), "day": np.concatenate([group.days for group in groups])})
    return _Loaded(record, keys, _stacked([group.encoded for group in groups]))


def _owners(starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _stacked(pieces: Sequence[EncodedDays]) -> EncodedDays:
    return EncodedDays(
        encoding=Encoding(pieces[0].encoding),
        rows=np.arange(sum(len(piece.num) for piece in pieces)),
        planes=tuple(np.concatenate(planes) for planes in zip(*(piece.planes for piece in pieces), strict=True)),
        num=np.concatenate([piece.num for piece in pieces]),
        base=np.concatenate([piece.base for piece in pieces]),
        den=np.concatenate([piece.den for piece in pieces]),
        missing=np.concatenate([piece.missing for piece in pieces]),
    )


def _joined(loaded: Sequence[_Loaded]) -> PartRows:
    """Put the rows of several parts of one encoding in order."""
    keys = pl.concat([one.keys for one in loaded]).with_row_index("row").sort("meter", "day")
    order = keys["row"].to_numpy()
    stacked = _stacked([one.encoded for one in loaded])
    return PartRows(
        meters=keys["meter"].to_numpy(),
        days=keys["day"].to_numpy(),
        encoded=EncodedDays(
            encoding=stacked.encoding,
            rows=stacked.rows,
            planes=tuple(plane[order] for plane in stacked.planes),
            num=stacked.num[order],
            base=stacked.base[order],
            den=stacked.den[order],
            missing=stacked.missing[order],
        ),
        sources=tuple(dict.fromkeys(source for one in loaded for source in one.record.sources)),
        sequence=max(one.record.sequence for one in loaded),
    )
