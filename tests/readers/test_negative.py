"""The first negative reading of each meter is told, by value and line, however the table is laid out."""

import numpy as np
import pytest

from minewatch.readers.options import ReadOptions
from readers.reading_files import DAYS, curve, read, times


def long(kw, meter="A", **how):
    return [f"{meter},{t},{v:.3f}" for t, v in zip(times(96, len(kw), **how), kw.reshape(-1), strict=True)]


def told(path, rows, header="meter,time,kw", options=None):
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    _, issues = read(path, options=options)
    return [(issue.line, issue.column, issue.value, issue.meter) for issue in issues if issue.code == "negative_values"]


@pytest.fixture
def kw():
    values = curve()
    values[3, 40:44] = -1.25
    values[3, 41] = -2.5
    values[7, 0] = -8.0
    return values


def test_the_first_by_time_whatever_the_order_of_the_lines(tmp_path, kw):
    rows = long(kw)
    assert told(tmp_path / "a.csv", rows) == [(2 + 3 * 96 + 40, "kw", "-1.25", "A")]
    assert told(tmp_path / "b.csv", rows[::-1]) == [(1 + len(rows) - (3 * 96 + 40), "kw", "-1.25", "A")]


def test_times_at_the_end_of_slots_and_every_meter_once(tmp_path, kw):
    rows = [*long(curve(), "B", ends=True), *long(kw, "A", ends=True), *long(-curve(), "C", ends=True)]
    place = 2 + DAYS * 96
    assert told(tmp_path / "a.csv", rows, options=ReadOptions(stamps="end")) == [
        (place + 3 * 96 + 40, "kw", "-1.25", "A"),
        (place + DAYS * 96, "kw", f"{np.float32(round(-curve()[0, 0], 3)):g}", "C"),
    ]


def test_a_number_for_no_reading_before_it_is_not_meant(tmp_path, kw):
    kw[2, 5] = -9999.0
    assert told(tmp_path / "a.csv", long(kw)) == [(2 + 3 * 96 + 40, "kw", "-1.25", "A")]


def test_energy_is_told_as_power(tmp_path, kw):
    found = told(tmp_path / "a.csv", long(kw), "meter,time,kwh", ReadOptions(kind="energy"))
    assert found == [(2 + 3 * 96 + 40, "kwh", "-5", "A")]


def test_a_column_a_meter_and_a_line_a_day(tmp_path, kw):
    wide = [f"{t},{a:.3f},{b:.3f}" for t, a, b in zip(times(), curve().flat, kw.flat, strict=True)]
    assert told(tmp_path / "a.csv", wide, "time,M1,M2") == [(2 + 3 * 96 + 40, "M2", "-1.25", "M2")]
    days = [f"A,{times(1)[i]:%Y-%m-%d}," + ",".join(f"{v:.3f}" for v in kw[i]) for i in range(DAYS)]
    header = "meter,date," + ",".join(f"P{i + 1}" for i in range(96))
    assert told(tmp_path / "power.csv", days, header) == [(2 + 3, "", "-1.25", "A")]


def test_reactive_power_may_be_negative(tmp_path, kw):
    assert told(tmp_path / "a.csv", long(kw), "meter,time,kvar", ReadOptions(measured="reactive")) == []
