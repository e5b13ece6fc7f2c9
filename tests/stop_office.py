"""An office with a lake of made curves and cases with notices, to judge stops by."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import numpy as np
import polars as pl

from minewatch.casework.commands import OpenCase, ServeNotice
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference
from minewatch.stores.lake import shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.cases import act, open_cases
from minewatch.usecases.office import Turn

CHINA = timezone(timedelta(hours=8))
FIRST = date(2021, 5, 24)
DEADLINE = datetime(2021, 6, 17, 22, 0, tzinfo=CHINA)
AS_OF = datetime(2021, 6, 25, 0, 0, tzinfo=CHINA)
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
DAYS, SLOTS = 32, 96
END = datetime(2021, 6, 25, tzinfo=CHINA)


def curve(*, kw=100.0, off=(), seed=1):
    """A mine of ``kw`` beside a small host, off between the given times."""
    rng = np.random.default_rng(seed)
    flat = 20 + 5 * rng.random(DAYS * SLOTS) + kw
    begin = datetime(2021, 5, 24, tzinfo=CHINA)
    for start, end in off:
        first, last = (int((one - begin) / timedelta(minutes=15)) for one in (start, end))
        flat[first:last] -= kw
    return flat.reshape(DAYS, SLOTS).astype(np.float32)


def fill(office, curves):
    """Import curves (meter -> days x slots) and return the lake."""
    lake = office.workspace.lake()
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    with lake.writing() as writer:
        for meter, kw in curves.items():
            frame = pl.DataFrame(
                {"meter": [meter] * DAYS, "day": days, "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, SLOTS))}
            )
            shard = shard_of(meter, lake.shards)
            writer.add(frame, shard=shard, slots=SLOTS, sources=["s"], reader_version="1")
        writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "1", 0, {}))
    return lake.refreshed()


def opened(office, meters, *, kw=100.0):
    """Open a case with a notice for each tuple of meters."""
    at = datetime(2021, 6, 17, 12, 0, tzinfo=CHINA)
    case = OpenCase(
        campaign="campaign-a", site="s", jurisdiction="511824", meters=(), origin="", summary="", mining_kw=kw
    )
    new = [replace(case, meters=tuple(one), site=f"s{number}") for number, one in enumerate(meters)]
    open_cases(log=office.log, actor=CHEN, at=at, new=new)
    notice = ServeNotice(
        number="1",
        kind="stop",
        basis=RuleReference("p", "v", "1"),
        deadline=DEADLINE,
        zone="Asia/Shanghai",
        served_at=at,
        how="",
        by="Chen",
    )
    for number in range(len(meters)):
        act(log=office.log, actor=CHEN, at=at, case=f"case-{number + 1}", command=notice)
    return Turn(office, CHEN, AS_OF)
