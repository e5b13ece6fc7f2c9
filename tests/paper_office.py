"""A rehearsed office with one case that has been through everything paper has to show; told by commands and its lake."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord
from office_cli import OfficeCli

FIRST = date(2021, 5, 18)
DAYS = 36
METERS = ("=HYPERLINK(1)", "5118240000001")
"""The first name is what a spreadsheet would take for a formula."""
SITE = "四川省雅安市石棉县=某某水电开发有限责任公司 Shimian Hydropower & Data «Облако» No. 3 附属二级电站110kV专线临时用电户"
DRILL = ("--because", "known from the press only; used in the drill", "--by", "Chen")


def fill_lake(folder):
    """Put a mine of 800 kW that runs until 17 June 21:30 on two meters into the lake, with some readings missing."""
    lake = Lake.open(folder / "lake")
    random = np.random.default_rng(1)
    days = [FIRST + timedelta(n) for n in range(DAYS)]
    with lake.writing() as writer:
        for number, meter in enumerate(METERS):
            kw = random.normal(450 + 100 * number, 4, (DAYS, 96)).astype(np.float32)
            kw.reshape(-1)[30 * 96 + 86 :] = random.normal(5, 0.2, kw.size - 30 * 96 - 86)
            kw[3, 10 + number] = np.nan
            frame = pl.DataFrame(
                {"meter": [meter] * DAYS, "day": days, "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, 96))}
            )
            writer.add(frame, shard=shard_of(meter, lake.shards), slots=96, sources=["a"], reader_version="t")
        writer.commit((), ImportRecord(writer.sequence, "2021-06-01T00:00:00Z", "t", 1, {}))


def at(name, moment):
    return ("--as", name, "--now", f"2021-06-{moment}")


def paper_office(folder):
    """Return the office; case 1 is noticed, returned, verified, visited, measured, disputed, settled and restored."""
    office = OfficeCli(folder / "office", begin="2021-06-17 08:00")
    fill_lake(office.folder)
    pack = ("--pack", "cn-ya-20210617")
    office.run("campaign", "open", "ya", *pack, "--region", "511800", "--by", "Chen", *at("chen", "17 09:00"))
    meters = [word for meter in METERS for word in ("--meter", meter)]
    one = ("--campaign", "ya", "--division", "511824")
    office.run(
        *("case", "open", *one, "--site", SITE, *meters, "--kw", "1000", "--party", "王小明"),
        *("--why", "24-hour flat load; 2 m² of fans", *at("chen", "17 09:10")),
    )
    office.run("case", "open", *one, "--site", "乙站 B", "--kw", "300", *at("chen", "17 09:11"))
    office.run("case", "notice", "1", "2", *pack, "--number", "雅能停〔2021〕", *DRILL, *at("chen", "17 10:00"))
    returned = ("--stopped", "2021-06-17 21:30", "--signed-by", "王小明", "--machines", "280", "--received")
    office.run("case", "return", "1", "--kind", "stopped", *returned, "2021-06-18 08:00", *at("bai", "18 09:00"))
    office.run("case", "verify", "1", *at("bai", "19 09:00"))
    photo = folder / "racks.jpg"
    photo.write_bytes(b"\xff\xd8 racks, empty \xff\xd9")
    office.run(
        *(
            "case",
            "visit",
            "1",
            "--inspector",
            "罗强",
            "--inspector",
            "Li Na",
            "--found",
            "racks empty, 王小明 present",
        ),
        *("--machines", "0", "--still", "--photo", photo, *at("luo", "19 14:00")),
    )
    return office
