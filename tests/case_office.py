"""A small office for tests of the console's cases: a campaign, four sites in two counties, their readings, its people."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import polars as pl

from minewatch.casework.commands import OpenCase, ServeNotice
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference
from minewatch.stores.lake import shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.cases import act_on_many, open_cases
from minewatch.usecases.office import Turn, declare_rehearsal, open_office

CHINA = timezone(timedelta(hours=8))
BEGIN = datetime(2021, 6, 17, 0, 0, tzinfo=UTC)
DEADLINE = datetime(2021, 6, 17, 22, 0, tzinfo=CHINA)
NOW = datetime(2021, 6, 17, 20, 30, 30, tzinfo=CHINA)
LATER = datetime(2021, 6, 19, 9, 0, tzinfo=CHINA)
FIRST, DAYS = date(2021, 5, 20), 33
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
BAI = Actor("bai", frozenset({Role.ANALYST}), ("511800",))
LUO = Actor("luo", frozenset({Role.INSPECTOR}), ("511824",))
MA = Actor("ma", frozenset({Role.INSPECTOR}), ("511824", "511802"))
GAO = Actor("gao", frozenset({Role.AUDITOR}), ("511800",))
COUNTY = Actor("county", frozenset({Role.SUPERVISOR}), ("511802",))
ELSEWHERE = Actor("elsewhere", frozenset({Role.SUPERVISOR}), ("650000",))
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
BASIS = RuleReference("cn-ya-20210617", "v1", "para 2")
SITES = (("甲站", "511824", ("m1",), 95.0), ("乙站", "511824", ("m2", "m3"), 490.0),
         ("丙场", "511802", ("m4",), 400.0), ("丁场", "511802", (), None))  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n a signature"


def turn(office, actor=CHEN, now=NOW):
    return Turn(office, actor, now)


def fill_lake(office, *, stop=None):
    """Fifteen minutes' values of m1 to m4, on until ``stop`` (default: m1 to the deadline, m2 and m3 later, m4 on for ever)."""
    lake = office.workspace.lake()
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=CHINA)
    late = DEADLINE + timedelta(hours=10)
    ends = stop or {"m1": DEADLINE, "m2": late, "m3": late}
    days = [FIRST + timedelta(number) for number in range(DAYS)]
    with lake.writing() as writer:
        for number, meter in enumerate(("m1", "m2", "m3", "m4"), start=1):
            kw = np.full(DAYS * 96, 100.0 * number, np.float32)
            if meter in ends:
                kw[int((ends[meter] - begin) / timedelta(minutes=15)) :] = 2.0
            if meter == "m4":
                kw[96:100] = np.nan
            column = pl.Series(kw.reshape(DAYS, 96), dtype=pl.Array(pl.Float32, 96))
            frame = pl.DataFrame({"meter": [meter] * DAYS, "day": days, "kw": column})
            writer.add(frame, shard=shard_of(meter, lake.shards), slots=96, sources=["a"], reader_version="t")
        writer.commit([], ImportRecord(writer.sequence, "2021-06-22T00:00:00+00:00", "t", 0, {}))


def open_sites_of(office):
    open_from_packs(
        turn=turn(office, now=BEGIN),
        name="ya",
        title="雅安 Ya'an",
        region=("511800",),
        packs=("cn-ya-20210617",),
        by="Chen",
    )
    new = [
        OpenCase(
            campaign="campaign-ya", site=site, jurisdiction=county, meters=meters, origin="by hand",
            summary="steady load", mining_kw=kw, location="29.23,102.36" if kw else "",
        )
        for site, county, meters, kw in SITES
    ]  # fmt: skip
    open_cases(log=office.log, actor=CHEN, at=BEGIN, new=new)


def serve_all(office, cases=("case-1", "case-2", "case-3"), at=NOW - timedelta(hours=6)):
    commands = [
        (
            case,
            ServeNotice(
                number=f"N{number}", kind="stop", basis=BASIS, deadline=DEADLINE, zone="Asia/Shanghai", served_at=at,
                how="in person", by="Chen",
            ),
        )
        for number, case in enumerate(cases, start=1)
    ]  # fmt: skip
    act_on_many(log=office.log, actor=CHEN, at=at, commands=commands)


@contextmanager
def case_office(folder):
    """Open the office: a rehearsal with its people, campaign, cases, three notices and readings."""
    if not (folder / "w" / "minewatch.toml").exists():
        init(folder / "w", zone="+08:00", shards=3)
    with open_office(given=folder / "w", variable=None, start=folder, address=None) as office:
        if not office.log.count():
            declare_rehearsal(office=office, by="Chen", at=BEGIN)
            add_actor(log=office.log, by=None, new=ROOT, at=BEGIN)
            for one in (CHEN, BAI, LUO, MA, GAO, COUNTY, ELSEWHERE):
                add_actor(log=office.log, by=ROOT, new=one, at=BEGIN)
            open_sites_of(office)
            serve_all(office)
            fill_lake(office)
        yield office
