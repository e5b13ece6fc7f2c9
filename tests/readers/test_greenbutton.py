"""Green Button files give the readings they hold: units, links in any order, standard time, qualities."""

from datetime import datetime

import pytest

from readers.xml_reading import read_text
from readers.xml_samples import (
    blocks,
    entry,
    feed,
    green_button,
    interval_block,
    local_time,
    meter_reading,
    reading_type,
    usage_point,
)

MIDNIGHT = 1_622_476_800  # 2021-06-01 00:00 at +08:00


def moment(text):
    return datetime.fromisoformat(text)


def test_quarter_hours_in_standard_time():
    frame, issues = read_text(green_button([100, 200, 300], start=MIDNIGHT))
    assert frame["meter"].unique().to_list() == ["7/01"]
    assert frame["stamp"].to_list() == [moment(f"2021-06-01T00:{m:02d}") for m in (0, 15, 30)]
    assert frame["offset"].to_list() == [480] * 3
    assert frame["ends"].to_list() == [False] * 3
    assert frame["step"].to_list() == [15] * 3
    assert (frame["value"] * frame["factor"]).to_list() == pytest.approx([0.1, 0.2, 0.3])
    assert frame["kind"].unique().to_list() == ["energy"]
    assert frame["line"].to_list() == [8, 9, 10]
    assert issues == []


@pytest.mark.parametrize(
    ("kind", "value", "expected", "name"),
    [
        ({"multiplier": 3}, 2, 2.0, "energy"),
        ({"multiplier": -3}, 5000, 0.005, "energy"),
        ({"uom": 38, "accumulation": 12}, 1500, 1.5, "power"),
        ({"accumulation": 1}, 123456, 123.456, "register"),
        ({"accumulation": 9}, 1000, 1.0, "register"),
        ({"accumulation": 0}, 1000, 1.0, "energy"),
        ({"flow": 4}, -1000, -1.0, "energy"),
    ],
)
def test_units_multipliers_and_accumulation(kind, value, expected, name):
    frame, issues = read_text(green_button([value], **kind))
    assert frame["kind"].to_list() == [name]
    assert frame["value"][0] * frame["factor"][0] == pytest.approx(expected)
    assert issues == []


def test_a_register_stands_at_the_end_of_its_period():
    frame, _ = read_text(green_button([5, 6], start=MIDNIGHT, accumulation=1))
    assert frame["stamp"].to_list() == [moment("2021-06-01T00:15"), moment("2021-06-01T00:30")]
    assert frame["ends"].to_list() == [None, None]


@pytest.mark.parametrize("kind", [{"commodity": 7}, {"uom": 42}, {"flow": 19}, {"qualifier": 8}, {"multiplier": 99}])
def test_what_is_no_consumption_of_electricity_is_told_and_left_out(kind):
    frame, issues = read_text(green_button([1, 2], **kind))
    assert frame is None
    assert [issue.code for issue in issues] == ["other_quantity"]
    assert issues[0].meter == "7/01"


@pytest.mark.parametrize(
    ("quality", "expected"),
    [(None, "measured"), (0, "measured"), (17, "measured"), (8, "estimated"), (9, "estimated"), (12, "unusable")],
)
def test_qualities(quality, expected):
    frame, _ = read_text(green_button([1], quality=quality))
    assert frame["quality"].to_list() == [expected]


def test_readings_without_times_of_their_own_follow_the_block():
    frame, _ = read_text(green_button([1, 2, 3], start=MIDNIGHT, timed=False))
    assert frame["stamp"].to_list() == [moment(f"2021-06-01T00:{m:02d}") for m in (0, 15, 30)]


def test_links_may_come_in_any_order_and_meters_stay_apart():
    customer = "RetailCustomer/7"
    frame, issues = read_text(
        feed(
            blocks("02", "01", interval_block(MIDNIGHT, [7], step=3600), customer=customer),
            blocks("01", "01", interval_block(MIDNIGHT, [5])),
            meter_reading("01", "01", "ReadingType/1"),
            meter_reading("02", "01", "ReadingType/2"),
            entry(reading_type(length=900, multiplier=0), "ReadingType/1"),
            entry(reading_type(length=3600, multiplier=3), "ReadingType/2"),
            usage_point("01", name="总表"),
            usage_point("02"),
            local_time(28_800),
        )
    )
    rows = {
        meter: (value * factor, step)
        for meter, value, factor, step in frame.select("meter", "value", "factor", "step").iter_rows()
    }
    assert rows == {"总表": (pytest.approx(0.005), 15), "7/02": (pytest.approx(7.0), 60)}
    assert issues == []


def test_of_several_streams_the_best_is_read_and_the_others_are_told():
    frame, issues = read_text(
        feed(
            usage_point("01"),
            entry(reading_type(), "ReadingType/1"),
            entry(reading_type(accumulation=1), "ReadingType/2"),
            entry(reading_type(length=86_400), "ReadingType/3"),
            entry(reading_type(flow=19), "ReadingType/4"),
            *(meter_reading("01", f"{n}", f"ReadingType/{n}") for n in (1, 2, 3, 4)),
            *(blocks("01", f"{n}", interval_block(MIDNIGHT, [n, n])) for n in (1, 2, 3, 4)),
        )
    )
    assert frame["value"].to_list() == [1.0, 1.0]
    assert [issue.code for issue in issues] == ["other_quantity"] * 3


def test_bare_espi_without_atom():
    text = (
        '<?xml version="1.0"?><UsagePoint xmlns="http://naesb.org/espi">'
        + reading_type(multiplier=3)
        + interval_block(MIDNIGHT, [4])
        + "</UsagePoint>"
    )
    frame, issues = read_text(text, name="户号0007.xml")
    assert frame["meter"].to_list() == ["户号0007"]
    assert (frame["value"] * frame["factor"]).to_list() == [4.0]
    assert issues == []


def test_the_meter_may_be_named_by_the_user():
    frame, _ = read_text(green_button([1]), meter="A-17")
    assert frame["meter"].to_list() == ["A-17"]


def test_without_local_time_the_times_are_utc():
    text = feed(
        usage_point("01"),
        entry(reading_type(), "ReadingType/1"),
        meter_reading("01", "1", "ReadingType/1"),
        blocks("01", "1", interval_block(MIDNIGHT, [1])),
    )
    frame, _ = read_text(text)
    assert frame["stamp"].to_list() == [moment("2021-05-31T16:00")]
    assert frame["offset"].to_list() == [0]


def test_bad_values_and_times_are_told_by_line():
    text = green_button([1, 2, 3]).replace("<value>2<", "<value>zwei<").replace("<start>1622507400<", "<start>soon<")
    frame, issues = read_text(text)
    assert frame["value"].is_nan().to_list() == [False, True]
    assert [(issue.code, issue.line, issue.value) for issue in issues] == [
        ("bad_number", 9, "zwei"),
        ("bad_time", 10, "soon"),
    ]


def test_a_large_file_comes_in_batches(monkeypatch):
    monkeypatch.setattr("minewatch.readers.greenbutton.ROWS", 100)
    frames = []
    frame, issues = read_text(green_button(list(range(1000))), frames=frames)
    assert [len(one) for one in frames] == [100] * 10
    assert frame["value"].to_list() == list(range(1000))
    assert issues == []
