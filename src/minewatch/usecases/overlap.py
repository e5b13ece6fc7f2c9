"""New days against those the lake holds: what is known is not stored again, what differs is told, nothing is lost."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from minewatch.model.issues import Issue, issue_of
from minewatch.stores.blocks import EPOCH, MeterBlock
from minewatch.stores.lake import Lake


@dataclass(frozen=True, slots=True)
class Fresh:
    """``days`` (a ``readings`` frame) that say something the lake does not; ``known``: readings it held already."""

    days: pl.DataFrame
    known: int
    issues: tuple[Issue, ...]


def against_lake(days: pl.DataFrame, *, lake: Lake, shard: int, slots: int, file: str) -> Fresh:
    """Compare new days of one shard with the lake's.

    A day is dropped if every reading of it is in the lake, bit for bit. A day that differs in a reading present in both
    is kept, with an issue that names ``file`` and the files the earlier readings came from.
    """
    first, last = days["day"].min(), days["day"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return Fresh(days, 0, ())
    keep = np.ones(days.height, bool)
    known = 0
    issues: list[Issue] = []
    rows = days.with_row_index("row").sort("meter", "day")
    blocks = lake.blocks(shard, slots, first_day=first, last_day=last, meters=frozenset(days["meter"].unique()))
    for block in blocks:
        mine = rows.filter(
            pl.col("meter").is_in(list(block.meters)),
            pl.col("day").is_between(block.first_day, block.first_day + timedelta(days=block.kw.shape[1] - 1)),
        )
        if mine.height == 0:
            continue
        new = mine["kw"].to_numpy()
        old = _held(block, mine)
        here, there = ~np.isnan(new), ~np.isnan(old)
        differs = here & there & (new != old)
        number = mine["row"].to_numpy()
        keep[number] = (here & ~there).any(axis=1) | differs.any(axis=1)
        known += int((here & there & ~differs).sum())
        for at in np.flatnonzero(differs.any(axis=1)).tolist():
            meter, day = str(mine["meter"][at]), mine["day"][at]
            slot = int(differs[at].argmax())
            issues.append(
                issue_of(
                    "differs_from_earlier",
                    file,
                    value=_difference(day, slot, slots, new=new[at, slot], old=old[at, slot])
                    + f"; {earlier_sources(lake, shard, slots, day)}",
                    meter=meter,
                    count=int(differs[at].sum()),
                )
            )
    return Fresh(days.filter(pl.Series(keep)), known, tuple(issues))


def _held(block: MeterBlock, mine: pl.DataFrame) -> np.ndarray:
    """Return the lake's readings at the rows of ``mine``."""
    place = {meter: i for i, meter in enumerate(block.meters)}
    meters = np.array([place[meter] for meter in mine["meter"]])
    numbers = mine["day"].to_physical().to_numpy().astype(np.int64) - (block.first_day - EPOCH).days
    held: np.ndarray = block.kw[meters, numbers]
    return held


def _difference(day: date, slot: int, slots: int, *, new: float, old: float) -> str:
    minute = slot * (1440 // slots)
    return f"{day} {minute // 60:02d}:{minute % 60:02d}: {new:g} / {old:g} kW"


def earlier_sources(lake: Lake, shard: int, slots: int, day: date) -> str:
    """Return the names of the files that the lake's readings of a shard's day came from, the latest import first."""
    of_day = day.isoformat()
    imports = {
        one.sequence for one in lake.manifest.imports if one.first_day <= of_day <= one.last_day or not one.first_day
    }
    paths = {source.digest: source.path for source in lake.manifest.sources if source.sequence in imports}
    digests: dict[str, None] = {}
    for part in reversed(lake.manifest.parts_of(shard, slots)):
        if part.first_day <= of_day <= part.last_day:
            digests.update(dict.fromkeys(digest for digest in reversed(part.sources) if digest in paths))
    names = [paths[digest].rsplit("/", 1)[-1] for digest in digests]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
