"""Whatever is written comes back: random curves through random layouts, units, stamps, zones and spellings."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions
from minewatch.readers.readings import open_readings
from readers.reading_files import as_dict, codes, read

SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TO_UNIT = {
    "kW": (1.0, None),
    "W": (1e3, None),
    "MW": (1e-3, None),
    "kWh": (1.0, "h"),
    "Wh": (1e3, "h"),
    "MWh": (1e-3, "h"),
}
ZONES = (None, "+08:00", "-03:30", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Australia/Adelaide")


@st.composite
def written(draw):
    """A curve with gaps, and how to write it."""
    slots = draw(st.sampled_from([96, 48, 24]))
    zone = draw(st.sampled_from(ZONES))
    # Lord Howe's change of half an hour cannot be written in whole hours.
    slots = 48 if zone == "Australia/Lord_Howe" and slots == 24 else slots
    return {
        "slots": slots,
        "zone": zone,
        "days": draw(st.integers(3, 6)),
        "meters": draw(st.integers(1, 3)),
        "first": draw(st.dates(dt.date(2019, 1, 1), dt.date(2025, 12, 1))),
        "unit": draw(st.sampled_from(sorted(TO_UNIT))),
        "ends": draw(st.booleans()),
        "offsets": draw(st.booleans()),
        "wide": draw(st.booleans()),
        "sep": draw(st.sampled_from([",", ";", "\t"])),
        "comma": draw(st.booleans()),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])),
        "chinese": draw(st.booleans()),
        "form": draw(st.sampled_from(["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])),
        "seed": draw(st.integers(0, 999)),
        "gaps": draw(st.floats(0, 0.3)),
    }


def zone_of(name):
    if name is None:
        return dt.timezone(dt.timedelta())
    if name[0] in "+-":
        hours, minutes = name[1:].split(":")
        shift = dt.timedelta(hours=int(hours), minutes=int(minutes))
        return dt.timezone(shift if name[0] == "+" else -shift)
    return ZoneInfo(name)


def standard_of(zone):
    offsets = [dt.datetime(2021, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]
    return min(offsets)


def table(plan):
    """Rows of a long or wide table, and the kW of each meter that should come back."""
    rng = np.random.default_rng(plan["seed"])
    slots, days = plan["slots"], plan["days"]
    minutes = 1440 // slots
    factor, energy = TO_UNIT[plan["unit"]]
    factor *= minutes / 60 if energy else 1
    zone = zone_of(plan["zone"])
    start = dt.datetime.combine(plan["first"], dt.time(), dt.UTC) - standard_of(zone)
    instants = [start + dt.timedelta(minutes=minutes * (i + plan["ends"])) for i in range(days * slots)]
    local = [t.astimezone(zone) for t in instants]
    offsets = plan["offsets"] and plan["zone"] is not None
    stamps = [
        t.strftime(plan["form"]) + (t.strftime("%z")[:3] + ":" + t.strftime("%z")[3:5] if offsets else "")
        for t in local
    ]
    kw = {}
    for number in range(plan["meters"]):
        values = np.round(rng.gamma(2.0, 5.0, days * slots), 3)
        values[rng.random(len(values)) < plan["gaps"]] = np.nan
        kw[f"M{number}"] = values
    write = lambda v: "" if np.isnan(v) else f"{v * factor:.9f}".replace(".", "," if plan["comma"] else ".")  # noqa: E731
    time, meter = ("时间", "表号") if plan["chinese"] else ("time", "meter")
    if plan["wide"]:
        lines = [[time, *(f"{m} ({plan['unit']})" for m in kw)]]
        lines += [[stamp, *(write(values[i]) for values in kw.values())] for i, stamp in enumerate(stamps)]
    else:
        lines = [[meter, time, f"value ({plan['unit']})"]]
        lines += [[m, stamp, write(values[i])] for m, values in kw.items() for i, stamp in enumerate(stamps)]
    return lines, kw


@SETTINGS
@given(plan=written())
def test_what_is_written_comes_back(tmp_path, plan):
    if plan["comma"] and plan["sep"] == ",":
        plan["sep"] = ";"
    lines, kw = table(plan)
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(plan["sep"].join(cells) for cells in lines).encode(plan["encoding"]))
    options = ReadOptions(zone=plan["zone"], stamps="end" if plan["ends"] else "start")
    days, issues = read(path, options=options)
    got = as_dict(days[plan["slots"]])
    assert sorted(got) == sorted(kw)
    for meter, values in kw.items():
        np.testing.assert_allclose(got[meter].reshape(-1), values, rtol=1e-5, atol=1e-5, equal_nan=True)
    assert codes(issues) <= {"gap"}
    assert days[plan["slots"]]["day"].min() == plan["first"]


@SETTINGS
@given(plan=written())
def test_a_saved_mapping_reads_the_same(tmp_path, plan):
    """What was recognised, saved and loaded again, gives the same readings."""
    plan["sep"], plan["comma"] = ";", False
    lines, _ = table(plan)
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(plan["sep"].join(cells) for cells in lines).encode(plan["encoding"]))
    options = ReadOptions(zone=plan["zone"], stamps="end" if plan["ends"] else "start")
    layout = open_readings(path, options).layout
    again = Layout.from_json(layout.to_json())
    assert again == layout
    first, _ = read(path, options=options)
    second, _ = read(path, options=ReadOptions(layout=again))
    assert first.keys() == second.keys()
    for slots, frame in first.items():
        assert frame.equals(second[slots], null_equal=True)


@SETTINGS
@given(
    slots=st.sampled_from([96, 48, 24]),
    seed=st.integers(0, 999),
    gaps=st.floats(0, 0.5),
    ratio=st.sampled_from([1, 40, 2000]),
)
def test_wide_by_slot_comes_back(tmp_path, slots, seed, gaps, ratio):
    rng = np.random.default_rng(seed)
    kw = np.round(rng.gamma(2.0, 5.0, (6, slots)), 3)
    kw[rng.random(kw.shape) < gaps] = np.nan
    lines = [["户号", "日期", "综合倍率", *(f"P{i + 1}" for i in range(slots))]]
    for i, row in enumerate(kw):
        cells = ["" if np.isnan(v) else f"{v / ratio:.8f}" for v in row]
        lines.append([f"00{i % 2}", (dt.date(2021, 6, 1) + dt.timedelta(days=i // 2)).isoformat(), str(ratio), *cells])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(cells) for cells in lines), "gb18030")
    days, _ = read(path)
    got = as_dict(days[slots])
    for meter in (0, 1):
        np.testing.assert_allclose(got[f"00{meter}"], kw[meter::2], rtol=1e-4, atol=1e-4, equal_nan=True)


@SETTINGS
@given(seed=st.integers(0, 999), roll=st.sampled_from([None, 5, 6]), factor=st.sampled_from([1.0, 60.0]))
def test_registers_come_back(tmp_path, seed, roll, factor):
    rng = np.random.default_rng(seed)
    kw = np.round(rng.gamma(2.0, 5.0, 5 * 24), 3)
    total = np.concatenate([[0.0], np.cumsum(kw / factor)]) + (10.0**roll - 20.0 / factor if roll else 12_345.0)
    total = total % 10.0**roll if roll else total
    start = dt.datetime.combine(dt.date(2021, 6, 1), dt.time())
    rows = [f"A,{start + dt.timedelta(hours=i)},{v:.6f},{factor}" for i, v in enumerate(total)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["表号,时间,示值,倍率", *rows]), "utf-8")
    days, issues = read(path)
    got = as_dict(days[24])["A"].reshape(-1)[: len(kw)]
    np.testing.assert_allclose(got, kw, atol=1e-3)
    assert ("register_rollover" in codes(issues)) == (roll is not None)


@SETTINGS
@given(seed=st.integers(0, 999), cuts=st.integers(1, 5))
def test_files_in_pieces_give_the_same_as_one(tmp_path, seed, cuts):
    """Cutting an export into files, overlapping by a day, changes nothing but tells the doubles."""
    rng = np.random.default_rng(seed)
    values = np.round(rng.gamma(2.0, 5.0, 6 * 48), 3)
    start = dt.datetime.combine(dt.date(2021, 6, 1), dt.time())
    rows = [f"A,{start + dt.timedelta(minutes=30 * i)},{v}" for i, v in enumerate(values)]
    whole = tmp_path / "whole.csv"
    whole.write_text("\n".join(["meter,time,kw", *rows]), "utf-8")
    borders = sorted({0, len(rows), *rng.integers(60, len(rows) - 60, cuts).tolist()})
    paths = []
    for i, (a, b) in enumerate(pairwise(borders)):
        path = tmp_path / f"{i}.csv"
        path.write_text("\n".join(["meter,time,kw", *rows[max(0, a - 48) : b]]), "utf-8")
        paths.append(path)
    one, _ = read(whole, options=ReadOptions(stamps="start", step_minutes=30))
    many, issues = read(*paths, options=ReadOptions(stamps="start", step_minutes=30))
    assert one[48].equals(many[48])
    assert codes(issues) <= {"duplicate"}


@SETTINGS
@given(seed=st.integers(0, 999))
def test_parquet_comes_back(tmp_path, seed):
    rng = np.random.default_rng(seed)
    kw = rng.gamma(2.0, 5.0, (3, 4 * 24)).astype(np.float32)
    kw[rng.random(kw.shape) < 0.1] = np.nan
    start = dt.datetime.combine(dt.date(2021, 6, 1), dt.time())
    stamps = [start + dt.timedelta(hours=i) for i in range(4 * 24)]
    path = tmp_path / "a.parquet"
    pl.DataFrame({"time": stamps, **{f"m{i}": row for i, row in enumerate(kw)}}).write_parquet(path, row_group_size=17)
    days, _ = read(path)
    got = as_dict(days[24])
    for i, row in enumerate(kw):
        np.testing.assert_array_equal(got[f"m{i}"].reshape(-1), row)
