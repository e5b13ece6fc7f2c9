"""What else is known, end to end: partition independence, resume, and what each input changed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from minewatch.model.errors import InputError
from minewatch.model.origin import Origin
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.results import ResultStore
from minewatch.usecases.import_beside import import_beside, side_lakes
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.library import screen
from minewatch.usecases.reading import read_options
from minewatch.usecases.screen import screen_lake
from minewatch.usecases.screen_context import days_of, surroundings
from minewatch.usecases.screen_files import screen_imported, screened_files
from minewatch.usecases.screen_inputs import Given, read_tables
from minewatch.usecases.screen_known import gather
from usecases.memory_lake import example_meters

FIRST = date(2021, 5, 24)
NOW = datetime(2021, 7, 1, tzinfo=UTC)
METERS = 8


def frame(values, column):
    """One row a meter and day with an array of slots."""
    meters, days, slots = values.shape
    return pl.DataFrame(
        {
            "meter": [f"m{i}" for i in range(meters) for _ in range(days)],
            "day": [FIRST + timedelta(days=day) for _ in range(meters) for day in range(days)],
            column: pl.Series(values.reshape(-1, slots).astype(np.float32), dtype=pl.Array(pl.Float32, slots)),
        }
    )


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Files of a small region: two meters with a part from day 10 on that drops with the network of one county."""
    folder = tmp_path_factory.mktemp("region")
    kw = example_meters(METERS, slots=48)
    for day in (12, 17, 22):
        kw[0, day, 20:24] -= 5.8
    frame(kw, "kw").write_parquet(folder / "readings.parquet")
    frame(0.03 * kw, "kvar").write_parquet(folder / "reactive.parquet")
    start = [
        datetime.combine(FIRST + timedelta(days=day), datetime.min.time()) + timedelta(hours=10) for day in (12, 17, 22)
    ]
    rows = [f"511802,{one:%Y-%m-%d %H:%M},{one + timedelta(hours=2):%Y-%m-%d %H:%M}" for one in start]
    (folder / "outages.csv").write_text("\n".join(["county_code,start,end", *rows]), "utf-8")
    books = [f"m{i},{511802 + i % 2},冷库" for i in range(METERS)]
    (folder / "meters.csv").write_text("\n".join(["计量点,区划代码,用电类别", *books]), "utf-8")
    return folder


def given(region, **less):
    full = Given(
        outages=[region / "outages.csv"],
        meters=[region / "meters.csv"],
        reactive=[region / "reactive.parquet"],
        holidays="cn",
        deadline=datetime.fromisoformat("2021-06-17T22:00"),
    )
    return replace(full, **less)


def screened(region, known, **more):
    with screened_files([region / "readings.parquet"], now=NOW, options=read_options(), given=known, **more) as run:
        return run


def test_what_is_known_reaches_the_findings_and_is_told(region):
    run = screened(region, given(region))
    rows = {row["meter_id"]: row for row in run.findings.iter_rows(named=True)}
    assert rows["m0"]["reasons"][0] == "drops_with_network"
    assert "no_reactive_steps" in rows["m0"]["reasons"]
    # The other meter's county had no outage.
    assert not {"drops_with_network", "stays_in_outages"} & set(rows["m1"]["reasons"])
    assert rows["m0"]["alternatives"][0] == "cold_store"
    told = {one.code: one for one in run.inputs}
    assert {code for code, one in told.items() if one.given} == {
        "outages",
        "deadline",
        "reactive",
        "holidays",
        "meters",
    }
    assert told["outages"].spoke_for == 1
    assert told["currents"].says.en.startswith("how the suspected part")


def test_the_same_for_any_number_of_workers_and_shards(region, tmp_path):
    found = []
    for shards, workers in ((1, 1), (5, 2)):
        lake = Lake.create(tmp_path / f"lake{shards}", shards=shards)
        import_files([region / "readings.parquet"], lake=lake, now=NOW)
        lake = lake.refreshed()
        beside = tmp_path / f"beside{shards}"
        import_beside([region / "reactive.parquet"], what="reactive", folder=beside, shards=shards, now=NOW)
        tables = read_tables(given(region, reactive=()), days=days_of(lake))
        known = surroundings(tables, days=days_of(lake), shards=shards, side=side_lakes(beside))
        found.append(screen_lake(lake=lake, context=known, workers=workers))
    assert_frame_equal(found[0], found[1])


def test_only_what_a_new_table_concerns_is_screened_again(region, tmp_path):
    lake = Lake.create(tmp_path / "lake", shards=24)
    import_files([region / "readings.parquet"], lake=lake, now=NOW)
    lake = lake.refreshed()
    results = ResultStore(tmp_path / "screen")

    def screen(known):
        tables = read_tables(known, days=days_of(lake))
        around = surroundings(tables, days=days_of(lake), shards=lake.shards)
        screen_lake(lake=lake, context=around, workers=1, results=results)
        return {path.name: path.stat().st_mtime_ns for path in (tmp_path / "screen").iterdir()}

    known = Given(outages=[region / "outages.csv"], meters=[region / "meters.csv"])
    first = screen(known)
    assert screen(known) == first
    more = tmp_path / "one_more.csv"
    more.write_text("county_code,start,end\n511802,2021-06-20 10:00,2021-06-20 12:00\n", "utf-8")
    after = screen(replace(known, outages=[region / "outages.csv", more]))
    concerned = {shard_of(f"m{i}", lake.shards) for i in range(0, METERS, 2)}
    assert 0 < len(concerned) < lake.shards
    assert len(set(after) - set(first)) == len(concerned)
    assert all(first[name] == after[name] for name in set(first) & set(after))


def test_reactive_power_that_cannot_be_used_is_refused_with_a_sentence(region, tmp_path):
    (tmp_path / "letter.csv").write_text("Dear,colleague\nplease,find\n", "utf-8")
    with pytest.raises(InputError, match="can be used as reactive"):
        screened(region, Given(reactive=[tmp_path / "letter.csv"]))


def test_the_summary_is_plain_data(region):
    run = screened(region, given(region))
    weights = [json.loads(text) for text in run.findings["look_weights"].to_list()]
    assert any("no_reactive" in one for one in weights)


def test_the_python_function_takes_frames_or_files(region):
    frame = pl.read_parquet(region / "readings.parquet")
    outages = pl.DataFrame(
        {
            "county_code": ["511802"] * 3,
            "start": [
                datetime.combine(FIRST + timedelta(days=day, hours=0), datetime.min.time()) for day in (12, 17, 22)
            ],
        }
    ).with_columns(start=pl.col("start") + pl.duration(hours=10), end=pl.col("start") + pl.duration(hours=12))
    found = screen(
        frame,
        known={"outages": outages, "meters": region / "meters.csv", "holidays": [date(2021, 6, 14)]},
        workers=1,
    )
    assert "drops_with_network" in dict(found.select("meter_id", "reasons").iter_rows())["m0"]
    with pytest.raises(InputError, match="'moon' is nothing"):
        screen(frame, known={"moon": frame})


def test_a_screening_that_rests_on_simulated_tables_says_so(region, tmp_path):
    assert screened(region, given(region)).origin is Origin.MEASURED
    made_up = tmp_path / "outages.csv"
    text = (region / "outages.csv").read_text("utf-8").splitlines()
    made_up.write_text("\n".join([f"{text[0]},remark", *(f"{line},模拟数据 SIMULATED" for line in text[1:])]), "utf-8")
    assert screened(region, given(region, outages=[made_up])).origin is Origin.MIXED


MANY = 24


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Files of many meters of one declared use, one of which stands higher from day 10 on."""
    folder = tmp_path_factory.mktemp("town")
    frame(example_meters(MANY, slots=48), "kw").write_parquet(folder / "readings.parquet")
    books = [f"m{i},商业,380V" for i in range(MANY)]
    (folder / "meters.csv").write_text("\n".join(["计量点,用电类别,电压等级", *books]), "utf-8")
    return folder


def test_the_standing_among_peers_is_the_same_for_any_workers_and_shards_and_moves_nothing(town, tmp_path):
    found = []
    for shards, workers in ((1, 1), (5, 2)):
        lake = Lake.create(tmp_path / f"lake{shards}", shards=shards)
        receipt = import_files([town / "readings.parquet"], lake=lake, now=NOW)
        lake = lake.refreshed()
        results = ResultStore(tmp_path / f"screen{shards}")
        told = Given(meters=[town / "meters.csv"])
        known = gather(told, lake=lake, folder=tmp_path, now=NOW, zone=None)
        for _ in range(2):
            # The second run takes its units from where the first one kept them.
            run = screen_imported(lake=lake, receipt=receipt, context=known, workers=workers, results=results)
            found.append(run.findings)
    assert all(one.equals(found[0]) for one in found[1:])
    rows = {row["meter_id"]: row for row in found[0].iter_rows(named=True)}
    assert rows["m0"]["reasons"][-2:] == ["among_peers", "growth_among_peers"]
    figures = json.loads(rows["m0"]["reason_figures"])
    assert figures["among_peers"]["others"] == str(MANY - 1)
    assert figures["growth_among_peers"]["as_high"] in {"0", "1"}
    plain = screened(town, Given()).findings
    assert plain.select("meter_id", "probability").equals(found[0].select("meter_id", "probability"))
