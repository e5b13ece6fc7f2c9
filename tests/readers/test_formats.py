"""One fixture for each layout and spelling that the documentation promises."""

import datetime as dt
import gzip

import numpy as np
import openpyxl
import polars as pl
import pytest
import zstandard

from minewatch.readers.options import ReadOptions
from readers.reading_files import DAYS, FIRST, assert_same, codes, curve, curves, midnight, read, times


def long_lines(
    data, header="meter,time,kw", *, form="%Y-%m-%d %H:%M:%S", slots=96, ends=False, number="{:.3f}", sep=","
):
    lines = [header]
    for meter, kw in data.items():
        for stamp, value in zip(times(slots, len(kw), ends=ends), kw.reshape(-1), strict=True):
            lines.append(sep.join([meter, stamp.strftime(form), number.format(value)]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("slots", [96, 48, 24])
def test_long_csv(tmp_path, slots):
    path = tmp_path / "a.csv"
    path.write_text(long_lines(curves(slots), slots=slots), "utf-8")
    days, issues = read(path)
    assert list(days) == [slots]
    assert_same(days[slots], curves(slots))
    assert issues == []


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("电表资产号,数据时间,功率(kW)", "gb18030"),
        ("计量点编号,时间,有功功率", "utf-8-sig"),
        ("用户编号,采集时间,负荷（千瓦）", "utf-16"),
        ("Meter ID,Timestamp,Active Power [kW]", "utf-8"),
        ("MPAN,Read Date Time,Demand kW", "utf-16-le"),
    ],
)
def test_long_headings_and_encodings(tmp_path, header, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(long_lines(curves(), header).encode(encoding))
    days, issues = read(path)
    assert_same(days[96], curves())
    assert issues == []


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M",
        "%d.%m.%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y %I:%M %p",
        "%d-%b-%Y %H:%M",
        "%Y年%m月%d日 %H时%M分",
        "%Y%m%d%H%M%S",
        "%Y%m%d %H:%M",
        "%Y-%m-%d %H:%M:%S.%f",
    ],
)
def test_spellings_of_times(tmp_path, form):
    path = tmp_path / "a.csv"
    path.write_text(long_lines(curves(), form=form), "utf-8")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert issues == []


def test_epoch_seconds_and_serial_dates(tmp_path):
    for name, number in (("epoch", lambda t: f"{t.replace(tzinfo=dt.UTC).timestamp():.0f}"), ("serial", serial)):
        path = tmp_path / f"{name}.csv"
        rows = [f"A,{number(t)},{v:.3f}" for t, v in zip(times(), curve().reshape(-1), strict=True)]
        path.write_text("\n".join(["meter,time,kw", *rows]), "utf-8")
        days, _ = read(path)
        assert_same(days[96], {"A": curve()})


def serial(stamp):
    return f"{(stamp - midnight(1899, 12, 30)) / dt.timedelta(days=1):.10f}"


@pytest.mark.parametrize(("sep", "decimal"), [(";", ","), ("\t", "."), ("|", "."), (";", "."), ("\t", ",")])
def test_delimiters_and_decimal_comma(tmp_path, sep, decimal):
    path = tmp_path / "a.csv"
    text = long_lines(curves(), sep.join(["meter", "time", "kw"]), sep=sep, number="{:.3f}")
    if decimal == ",":
        text = "\n".join(
            line.rpartition(sep)[0] + sep + line.rpartition(sep)[2].replace(".", ",")
            for line in text.split("\n")
            if line
        )
    path.write_text(text, "utf-8")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert issues == []


@pytest.mark.parametrize(
    ("unit", "factor"), [("kW", 1), ("W", 1e3), ("MW", 1e-3), ("kWh", 0.25), ("Wh", 250), ("MWh", 0.25e-3)]
)
def test_units_in_the_heading(tmp_path, unit, factor):
    path = tmp_path / "a.csv"
    data = {meter: kw * factor for meter, kw in curves().items()}
    path.write_text(long_lines(data, f"meter,time,value ({unit})", number="{:.9f}"), "utf-8")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert issues == []


def test_unit_as_option_and_in_a_column(tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text(long_lines({m: kw / 4 for m, kw in curves().items()}, "meter,time,value", number="{:.6f}"), "utf-8")
    days, issues = read(bare, options=ReadOptions(unit="kWh"))
    assert_same(days[96], curves())
    assert codes(issues) == set()
    column = tmp_path / "column.csv"
    lines = long_lines(curves(), "meter,time,value").splitlines()
    units = ["unit", *("W" if "M2," in line else "kW" for line in lines[1:])]
    lines = [f"{line},{unit}" for line, unit in zip(lines, units, strict=True)]
    column.write_text("\n".join(lines), "utf-8")
    days, _ = read(column)
    expected = curves()
    assert_same(days[96], {**expected, "M2": expected["M2"] / 1000})


def test_an_unnamed_unit_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(long_lines(curves(), "meter,time,value"), "utf-8")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert codes(issues) == {"unit_assumed"}


def test_end_stamps_are_found_and_can_be_asked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(long_lines(curves(), ends=True), "utf-8")
    days, _ = read(path)
    assert_same(days[96], curves())
    days, _ = read(path, options=ReadOptions(stamps="end"))
    assert_same(days[96], curves())
    named = tmp_path / "named.csv"
    named.write_text(long_lines(curves(), "meter,interval end,kw", ends=True), "utf-8")
    days, _ = read(named)
    assert_same(days[96], curves())


def test_24_00_belongs_to_the_day_it_ends(tmp_path):
    path = tmp_path / "a.csv"
    lines = ["表号,数据日期,时刻,功率"]
    kw = curve()
    for day in range(DAYS):
        for slot in range(96):
            minute = (slot + 1) * 15
            date = FIRST + dt.timedelta(days=day)
            lines.append(f"A,{date},{minute // 60}:{minute % 60:02},{kw[day, slot]}")
    path.write_text("\n".join(lines), "gb18030")
    days, issues = read(path)
    assert_same(days[96], {"A": kw})
    assert issues == []


def test_date_with_hour_column_and_settlement_period(tmp_path):
    kw = curve(24)
    path = tmp_path / "hours.csv"
    rows = [f"A,{FIRST + dt.timedelta(days=d)},{h},{kw[d, h]}" for d in range(DAYS) for h in range(24)]
    path.write_text("\n".join(["meter,date,hour,kwh", *rows]), "utf-8")
    days, _ = read(path)
    assert_same(days[24], {"A": kw})
    kw = curve(48)
    path = tmp_path / "periods.csv"
    rows = [f"A,{FIRST + dt.timedelta(days=d)},{p + 1},{kw[d, p]}" for d in range(DAYS) for p in range(48)]
    path.write_text("\n".join(["meter,settlement date,settlement period,kw", *rows]).replace("settlement date", "date"))
    days, _ = read(path)
    assert_same(days[48], {"A": kw})


def slot_lines(data, headings, sep=",", lead=("表号", "日期"), number="{:.3f}", extra=()):
    lines = [sep.join([*lead, *(name for name, _ in extra), *headings])]
    for meter, kw in data.items():
        for day, values in enumerate(kw):
            cells = [meter, (FIRST + dt.timedelta(days=day)).isoformat(), *(value for _, value in extra)]
            lines.append(sep.join([*cells, *(number.format(v) for v in values)]))
    return lines


def clock(minute, form="{:02}:{:02}"):
    return form.format(minute // 60, minute % 60)


def labels(slots, kind):
    step = 1440 // slots
    of_slot = {
        "P": lambda i: f"P{i + 1}",
        "R": lambda i: f"R{i + 1}",
        "number": lambda i: str(i + 1),
        "zero": lambda i: f"h{i}",
        "point": lambda i: f"第{i + 1}点",
        "ends": lambda i: clock((i + 1) * step, "{}:{:02}"),
        "midnight-last": lambda i: clock((i + 1) * step % 1440),
        "flat": lambda i: clock(i * step, "{:02}{:02}"),
        "span": lambda i: f"{clock(i * step)}-{clock((i + 1) * step)}",
        "starts": lambda i: clock(i * step),
    }[kind]
    return [of_slot(i) for i in range(slots)]


@pytest.mark.parametrize("kind", ["P", "number", "zero", "point", "ends", "midnight-last", "flat", "span", "starts"])
@pytest.mark.parametrize("slots", [96, 48, 24])
def test_wide_by_slot(tmp_path, kind, slots):
    path = tmp_path / "负荷曲线.csv"
    path.write_text("\n".join(slot_lines(curves(slots), labels(slots, kind))), "gb18030")
    days, issues = read(path)
    assert_same(days[slots], curves(slots))
    assert issues == []


@pytest.mark.parametrize(("slots", "result"), [(288, 96), (144, 48)])
def test_wide_by_slot_finer_than_fifteen_minutes(tmp_path, slots, result):
    path = tmp_path / "load kW.csv"
    path.write_text("\n".join(slot_lines(curves(slots), labels(slots, "starts"), lead=("meter", "date"))), "utf-8")
    days, issues = read(path)
    expected = {m: kw.reshape(DAYS, result, slots // result).mean(axis=2) for m, kw in curves(slots).items()}
    assert_same(days[result], expected)
    assert codes(issues) == {"resampled"}


def test_state_grid_export_with_titles_and_multipliers(tmp_path):
    path = tmp_path / "export.csv"
    ratios = (("户名", "某某公司"), ("CT", "100/5"), ("PT", "10"))
    lines = slot_lines(
        {m: kw / 200 for m, kw in curves().items()},
        labels(96, "P"),
        lead=("电表资产号", "数据日期"),
        extra=ratios,
        number="{:.8f}",
    )
    path.write_text("\n".join(["96点功率曲线查询", "查询时间：2021-07-01", "", *lines, "合计,,,"]), "gb18030")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert codes(issues) == {"multiplier_applied", "summary_row", "row_too_short"}


def test_state_grid_register_readings(tmp_path):
    """R1 … R96 are readings at 0:15 … 24:00; the first interval of the first day has no reading before it."""
    kw = curve()
    register = 5000 + np.cumsum(kw.reshape(-1) / 4 / 40).reshape(kw.shape)
    path = tmp_path / "电厂96点示值查询.csv"
    lines = slot_lines({"A": register}, labels(96, "R"), extra=(("综合倍率", "40"),), number="{:.9f}")
    path.write_text("\n".join(lines), "gb18030")
    days, issues = read(path)
    kw = kw.copy()
    kw[0, 0] = np.nan
    assert_same(days[96], {"A": kw}, atol=2e-3)
    assert codes(issues) == {"multiplier_applied"}


def test_end_of_day_stored_as_next_day_midnight(tmp_path):
    """The variant where the value of 24:00 of a day stands in the next day's column 00:00."""
    kw = curve()
    shifted = np.concatenate([[np.nan], kw.reshape(-1)])
    rows = np.append(shifted, np.full(95, np.nan)).reshape(-1, 96)
    path = tmp_path / "功率.csv"
    path.write_text("\n".join(slot_lines({"A": rows}, labels(96, "starts"))), "gb18030")
    days, _ = read(path, options=ReadOptions(stamps="end"))
    frame = days[96].filter(pl.col("day").is_between(FIRST, FIRST + dt.timedelta(days=DAYS - 1)))
    assert_same(frame, {"A": kw})


def test_wide_by_meter(tmp_path):
    path = tmp_path / "a.csv"
    data = curves()
    lines = ["time," + ",".join(data)]
    for i, stamp in enumerate(times()):
        lines.append(",".join([stamp.isoformat(" "), *(f"{kw.reshape(-1)[i]:.3f}" for kw in data.values())]))
    path.write_text("\n".join(lines), "utf-8")
    days, issues = read(path)
    assert_same(days[96], data)
    assert codes(issues) == {"unit_assumed"}


def test_wide_by_meter_parquet_with_gaps_and_time_last(tmp_path):
    path = tmp_path / "a.parquet"
    data = curves(24)
    data["M2"][0, :7] = np.nan
    frame = pl.DataFrame({m: pl.Series(kw.reshape(-1), dtype=pl.Float32) for m, kw in data.items()})
    frame.with_columns(pl.Series("time", times(24), dtype=pl.Datetime("us"))).write_parquet(path)
    days, issues = read(path, options=ReadOptions(unit="kW"))
    assert_same(days[24], data)
    assert issues == []


def test_long_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    data = curves()
    parts = [pl.DataFrame({"meter_id": m, "timestamp": times(), "kwh": kw.reshape(-1) / 4}) for m, kw in data.items()]
    pl.concat(parts).write_parquet(path)
    days, _ = read(path)
    assert_same(days[96], data)


@pytest.mark.parametrize("style", ["text", "dates"])
def test_workbook_by_openpyxl(tmp_path, style):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["用户96点功率查询"])
    sheet.append([])
    sheet.append(["序号", "户号", "户名", "数据日期", *labels(96, "P")])
    data = curves(days=4)
    for meter, kw in data.items():
        for day, values in enumerate(kw):
            date = FIRST + dt.timedelta(days=day)
            sheet.append(
                [day, meter, "某户", date if style == "dates" else date.strftime("%Y/%m/%d"), *values.tolist()]
            )
    path = tmp_path / "a.xlsx"
    book.save(path)
    days, issues = read(path)
    assert_same(days[96], data)
    assert issues == []


def test_long_workbook_by_polars_and_several_sheets(tmp_path):
    data = curves(24)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for meter, kw in data.items():
        sheet = book.create_sheet(meter)
        sheet.append(["meter", "time", "kW"])
        for stamp, value in zip(times(24), kw.reshape(-1).tolist(), strict=True):
            sheet.append([meter, stamp, value])
    path = tmp_path / "two.xlsx"
    book.save(path)
    days, _ = read(path)
    assert_same(days[24], data)
    frame = pl.DataFrame({"meter": "A", "time": times(24), "kW": data["M2"].reshape(-1)})
    frame.write_excel(tmp_path / "polars.xlsx")
    days, _ = read(tmp_path / "polars.xlsx")
    assert_same(days[24], {"A": data["M2"]})
    days, _ = read(path, options=ReadOptions(sheet="M2"))
    assert_same(days[24], {"M2": data["M2"]})


def test_one_meter_named_by_its_file(tmp_path):
    path = tmp_path / "shop 7.csv"
    rows = [f"{t},{v:.3f}" for t, v in zip(times(), curve().reshape(-1), strict=True)]
    path.write_text("\n".join(["time,kw", *rows]), "utf-8")
    days, issues = read(path)
    assert_same(days[96], {"shop 7": curve()})
    assert issues == []
    days, _ = read(path, options=ReadOptions(meter="Q"))
    assert_same(days[96], {"Q": curve()})


def test_no_header_at_all(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(long_lines(curves()).splitlines()[1:]), "utf-8")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert codes(issues) == {"unit_assumed"}


@pytest.mark.parametrize("packed", ["gzip", "zstd"])
def test_compressed_whatever_its_name(tmp_path, packed):
    path = tmp_path / "a.csv"
    data = long_lines(curves()).encode()
    path.write_bytes(gzip.compress(data) if packed == "gzip" else zstandard.compress(data))
    days, issues = read(path)
    assert_same(days[96], curves())
    assert issues == []


@pytest.mark.parametrize(("minutes", "slots"), [(5, 96), (10, 48), (1, 96), (20, 24), (30, 48), (60, 24)])
@pytest.mark.parametrize("unit", ["kW", "kWh"])
def test_other_steps(tmp_path, minutes, slots, unit):
    native = 1440 // minutes
    kw = curve(native, 3)
    path = tmp_path / "a.csv"
    written = kw if unit == "kW" else kw * minutes / 60
    path.write_text(long_lines({"A": written}, f"meter,time,{unit}", slots=native, number="{:.9f}"), "utf-8")
    days, issues = read(path)
    assert_same(days[slots], {"A": kw.reshape(3, slots, -1).mean(axis=2)})
    assert codes(issues) <= {"resampled"}


def test_daily_energy(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"A,{FIRST + dt.timedelta(days=i)},{24 * (i + 1)}" for i in range(10)]
    path.write_text("\n".join(["户号,用电日期,电量", *rows]), "gb18030")
    days, issues = read(path)
    assert_same(days[1], {"A": np.arange(1.0, 11.0)[:, None]})
    assert issues == []


def test_cumulative_register_in_a_long_table(tmp_path):
    kw = curve(24)
    total = np.concatenate([[8000.0], 8000 + np.cumsum(kw.reshape(-1))])
    stamps = [*times(24), times(24)[-1] + dt.timedelta(hours=1)]
    path = tmp_path / "a.csv"
    rows = [f"A,{t},{v:.3f}" for t, v in zip(stamps, total, strict=True)]
    path.write_text("\n".join(["meter,time,value", *rows]), "utf-8")
    days, issues = read(path)
    assert_same(days[24], {"A": kw}, atol=2e-3)
    assert codes(issues) == {"unit_assumed"}


def test_quantities_other_than_active_power_are_left_out(tmp_path):
    lines = long_lines(curves(), "meter,time,value").splitlines()
    rows = ["meter,time,value,数据类型"]
    for line in lines[1:]:
        rows += [f"{line},有功功率", f"{line},A相电压", f"{line},无功功率"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows), "gb18030")
    days, issues = read(path)
    assert_same(days[96], curves())
    assert codes(issues) == {"other_quantity"}
