"""The sites' load from the lake: sums by slot, how many sites report, gaps, kinds of days, what lies after now."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from case_office import CHINA, DEADLINE, LATER, case_office
from minewatch.stores.lake import shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.wall_load import add_up, open_lake, regional_load, sites_of, span_of

SITES = sites_of([("case-2", ("m2", "m3")), ("case-1", ("m1",)), ("case-3", ("m4",)), ("case-5", ("d1",))])


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def add(office, meter, kw, *, day, slots):
    lake = office.workspace.lake()
    with lake.writing() as writer:
        column = pl.Series([np.full(slots, kw, np.float32)], dtype=pl.Array(pl.Float32, slots))
        frame = pl.DataFrame({"meter": [meter], "day": [day], "kw": column})
        writer.add(frame, shard=shard_of(meter, lake.shards), slots=slots, sources=["b"], reader_version="t")
        writer.commit([], ImportRecord(writer.sequence, "2021-06-22T00:00:00+00:00", "t", 0, {}))


def load(office, now=LATER, deadline=DEADLINE):
    return regional_load(office.workspace.lake_folder, SITES, deadline=deadline, now=now, zone=CHINA)


def test_the_sum_is_that_of_the_sites_that_report(office):
    found = load(office)
    assert (found.first, found.minutes, found.of) == ("2021-06-13T00:00", 15, 4)
    # Four days and 22 hours to the deadline, all on: 100 + (200 + 300) + 400 kW of three sites.
    assert found.kw[0] == 1000.0
    assert found.sites[0] == 3
    cut = (4 * 24 + 22) * 4
    assert found.kw[cut - 1] == 1000.0
    # m1 is off at the deadline, m2 and m3 ten hours later.
    assert found.kw[cut] == 902.0
    assert found.kw[cut + 40] == 406.0
    assert found.deadline == "2021-06-17T22:00"
    assert (found.before_kw, found.before_sites) == (1000.0, 3.0)
    assert found.now_kw == pytest.approx(406.0)


def test_nothing_after_now_is_shown(office):
    found = load(office, now=DEADLINE - timedelta(minutes=10))
    assert found.last == "2021-06-17T21:45"
    assert found.before_kw is None
    assert set(found.kw) == {1000.0}


def test_a_gap_leaves_a_site_out_and_says_so(office):
    summed = add_up(office.workspace.lake(), dict(SITES.meters), first=date(2021, 5, 21), last=date(2021, 5, 21))
    assert summed.kw[0, 0] == 600.0
    assert summed.sites[0, 0] == 2
    assert summed.sites[0, 4] == 3


def test_a_site_of_two_meters_reports_when_both_do(office):
    add(office, "m2", np.nan, day=date(2021, 6, 12), slots=96)
    lake = office.workspace.lake()
    only = {"case-2": ("m2", "m3")}
    whole = add_up(lake, only, first=date(2021, 6, 13), last=date(2021, 6, 13))
    assert whole.kw[0, 0] == 500.0
    beyond = add_up(lake, {"case-2": ("m2", "m9")}, first=date(2021, 6, 13), last=date(2021, 6, 13))
    assert beyond.kw[0, 0] == 200.0


def test_coarser_slots_stand_for_finer_ones_and_days_are_told_apart(office):
    add(office, "h1", 50.0, day=date(2021, 6, 13), slots=24)
    add(office, "d1", 80.0, day=date(2021, 6, 13), slots=1)
    lake = office.workspace.lake()
    sites = {"case-1": ("m1",), "case-7": ("h1",), "case-5": ("d1",)}
    summed = add_up(lake, sites, first=date(2021, 6, 13), last=date(2021, 6, 13))
    assert summed.kw.shape == (1, 96)
    assert set(summed.kw[0].tolist()) == {150.0}
    assert summed.daily_only == 1


def test_an_import_is_seen_at_once(office):
    before = load(office)
    assert open_lake(office.workspace.lake_folder) is open_lake(office.workspace.lake_folder)
    add(office, "d1", 80.0, day=date(2021, 6, 13), slots=96)
    after = load(office)
    assert after.kw[0] == before.kw[0] + 80.0


def test_a_deadline_long_ago_is_bounded(office):
    lake = office.workspace.lake()
    first, last = span_of(lake, deadline=date(2021, 1, 1), today=date(2021, 6, 20))
    assert (last - first).days == 30
    assert span_of(lake, deadline=None, today=date(2021, 6, 15)) == (date(2021, 6, 9), date(2021, 6, 15))


def test_no_readings_no_load(office, tmp_path):
    folder = office.workspace.lake_folder
    nobody = sites_of([("case-9", ("m9",))])
    assert regional_load(folder, nobody, deadline=None, now=LATER, zone=CHINA) is None
    assert regional_load(tmp_path / "none", SITES, deadline=None, now=LATER, zone=CHINA) is None
    early = datetime(2021, 1, 1, tzinfo=CHINA)
    assert load(office, now=early) is None
