"""Recognising a layout where a rule of thumb would be fooled."""

from minewatch.readers.options import ReadOptions
from minewatch.readers.recognise import recognise


def table(headings, *rows):
    return recognise([headings, *rows], title="", delimiter=",", options=ReadOptions()).layout


def test_numbered_meters_beside_moments_are_not_slots():
    headings = [f"m_{n}" for n in range(1, 49)] + ["time"]
    rows = [["1.5"] * 48 + [f"2021-06-01 {hour:02d}:00:00"] for hour in range(20)]
    layout = table(headings, *rows)
    assert layout.family == "wide-by-meter"
    assert len(layout.values) == 48


def test_numbered_slots_beside_days_are_slots_even_with_a_midnight():
    headings = ["meter", "time"] + [f"P{n}" for n in range(1, 49)]
    rows = [["a", f"2021-06-{day:02d} 00:00:00"] + ["1.5"] * 48 for day in range(1, 20)]
    layout = table(headings, *rows)
    assert layout.family == "wide-by-slot"
    assert len(layout.values) == 48
