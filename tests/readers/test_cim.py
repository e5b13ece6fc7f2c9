"""CIM MeterReadings files give the readings they hold: reading types, names that come last, qualities, time stamps."""

from datetime import datetime

import pytest

from minewatch.readers.cim import codes_of, moment_of
from minewatch.readers.pointrows import NAIVE
from minewatch.readers.quantities import Codes
from readers.xml_reading import read_text
from readers.xml_samples import cim, cim_intervals, cim_meter, code, quarter_hours


def test_interval_blocks_end_stamped():
    frame, issues = read_text(cim(cim_meter("户1", cim_intervals(quarter_hours([0.25] * 96), code()))))
    assert frame["meter"].unique().to_list() == ["户1"]
    assert frame["stamp"][0] == datetime.fromisoformat("2021-06-01T00:15")
    assert frame["stamp"][95] == datetime.fromisoformat("2021-06-02T00:00")
    assert frame["ends"].unique().to_list() == [True]
    assert frame["offset"].unique().to_list() == [480]
    assert frame["step"].unique().to_list() == [15]
    assert (frame["kind"][0], frame["factor"][0], frame["value"][0]) == ("energy", 1.0, 0.25)
    assert issues == []


@pytest.mark.parametrize(
    "namespace", ["http://iec.ch/TC57/2009/MeterReadings#", "", "http://example.org/MeterReadings#"]
)
def test_any_namespace_or_none(namespace):
    text = cim(cim_meter("m", cim_intervals(quarter_hours([1]), code())), namespace=namespace)
    frame, issues = read_text(text)
    assert frame.height == 1
    assert issues == []


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", ("energy", 1.0, 15)),
        ("0.0.7.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0", ("energy", 0.001, 60)),
        ("0.2.5.6.1.1.37.0.0.0.0.0.0.0.0.3.38.0", ("power", 1.0, 30)),
        ("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", ("register", 1.0, None)),
        ("0.0.2.9.1.2.12.0.0.0.0.0.0.0.0.3.72.0", ("register", 1.0, 15)),
        ("11.0.0.4.1.1.12.0.0.0.0.0.0.0.0.6.72.0", ("energy", 1000.0, 1440)),
    ],
)
def test_reading_types(reference, expected):
    frame, issues = read_text(cim(cim_meter("m", cim_intervals(quarter_hours([1]), reference))))
    assert (frame["kind"][0], pytest.approx(frame["factor"][0]), frame["step"][0]) == expected
    assert issues == []


@pytest.mark.parametrize(
    "reference",
    [
        code(unit=73),
        code(flow=19),
        code(commodity=7),
        code(aggregate=8, unit=38),
        "voltage",
        "1.2.3",
        "",
        code(multiplier=77),
    ],
)
def test_other_quantities_are_told_once_a_meter(reference):
    block = cim_intervals(quarter_hours([1]), reference)
    frame, issues = read_text(cim(cim_meter("m", block, block)))
    assert frame is None
    assert [(issue.code, issue.meter) for issue in issues] == [("other_quantity", "m")]


def test_a_type_given_by_its_own_element():
    types = (
        "<ReadingType><mRID>my-type</mRID><accumulation>deltaData</accumulation><flowDirection>forward</flowDirection>"
        "<measuringPeriod>thirtyMinute</measuringPeriod><multiplier>k</multiplier><unit>Wh</unit></ReadingType>"
        f"<ReadingType><mRID>a</mRID><Names><name>{code(period=7)}</name></Names></ReadingType>"
    )
    meters = (
        cim_meter("m", cim_intervals(quarter_hours([1]), "my-type")),
        cim_meter("n", cim_intervals(quarter_hours([1]), "a")),
    )
    frame, issues = read_text(cim(*meters, types=types))
    assert frame["step"].to_list() == [30, 60]
    assert frame["factor"].to_list() == [1.0, 1.0]
    assert issues == []


def test_plain_readings_of_a_register_and_names_of_usage_points():
    def reading(time, value):
        return (
            f"<Readings><timeStamp>{time}</timeStamp><value>{value}</value>"
            f'<ReadingType ref="{code(period=0, accumulation=1)}"/></Readings>'
        )

    content = reading("2021-06-01T00:00:00+08:00", "6519.0955") + reading("2021-06-02T00:00:00+08:00", "6530.5")
    frame, issues = read_text(cim(cim_meter("", content, point="台区7-3")))
    assert frame["meter"].unique().to_list() == ["台区7-3"]
    assert frame["value"].to_list() == [6519.0955, 6530.5]
    assert frame["kind"].unique().to_list() == ["register"]
    assert issues == []


def test_intervals_are_preferred_to_registers():
    text = cim(
        cim_meter(
            "m",
            cim_intervals(quarter_hours([1000, 1001]), code(accumulation=9)),
            cim_intervals(quarter_hours([1, 1]), code()),
            cim_intervals(quarter_hours([3, 3]), code(phases=128)),
        )
    )
    frame, issues = read_text(text)
    assert frame["value"].to_list() == [1, 1]
    assert len(issues) == 2


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        ("1.0.0", "measured"),
        ("5.4.260", "measured"),
        ("3.8.1", "estimated"),
        ("3.7.0", "estimated"),
        ("3.6.3", "unusable"),
        ("odd", "measured"),
    ],
)
def test_qualities(quality, expected):
    frame, _ = read_text(cim(cim_meter("m", cim_intervals(quarter_hours([1]), code(), quality=quality))))
    assert frame["quality"].to_list() == [expected]


def test_a_period_says_both_ends():
    block = (
        "<IntervalBlocks><IntervalReadings><timePeriod><start>2021-06-01T00:00:00Z</start>"
        "<end>2021-06-01T00:30:00Z</end></timePeriod><value>2</value></IntervalReadings>"
        f'<ReadingType ref="{code(period=0)}"/></IntervalBlocks>'
    )
    frame, _ = read_text(cim(cim_meter("m", block)))
    assert frame["stamp"].to_list() == [datetime.fromisoformat("2021-06-01T00:30")]
    assert frame["step"].to_list() == [30]
    assert frame["ends"].to_list() == [True]


def test_a_pending_conversion_is_not_guessed():
    block = cim_intervals(quarter_hours([1]), code()).replace("</IntervalBlocks>", "<pending/></IntervalBlocks>")
    frame, issues = read_text(cim(cim_meter("m", block)))
    assert frame is None
    assert [issue.code for issue in issues] == ["other_quantity"]


def test_bad_values_and_times_are_told_by_line():
    text = cim(cim_meter("m", cim_intervals([("2021-06-01T00:15:00", "n/a"), ("gestern", 1)], code())))
    frame, issues = read_text(text)
    assert frame["offset"].to_list() == [None]
    assert [(issue.code, issue.line, issue.meter) for issue in issues] == [("bad_number", 3, "m"), ("bad_time", 4, "m")]


def test_inside_a_message_envelope():
    inner = cim(cim_meter("m", cim_intervals(quarter_hours([1]), code()))).split("\n", 1)[1]
    frame, _ = read_text(f"<ResponseMessage><Header/><Payload>{inner}</Payload></ResponseMessage>")
    assert frame.height == 1


def test_code_of_18_fields():
    assert codes_of("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-3.72.0") == Codes(72, -3, 4, 1, 1, 0, 0, 15)
    assert codes_of("0.0.2") is None
    assert codes_of(".".join("x" * 18)) is None


def test_times():
    assert moment_of("1970-01-01T00:01:00Z") == (60, 0)
    assert moment_of("1970-01-01T24:00:00") == (86_400, NAIVE)
    assert moment_of("2021-06-01T06:45:00.000+08:00") == (1_622_529_900, 480)
    assert moment_of("9999-01-01T00:00:00Z") is None
    assert moment_of("") is None
