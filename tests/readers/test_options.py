import pytest

from minewatch.model.errors import InputError
from minewatch.readers.options import ReadOptions
from minewatch.readers.readings import open_readings


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"zone": "+25:00"},
        {"zone": ""},
        {"stamps": "middle"},
        {"unit": "BTU"},
        {"kind": "heat"},
        {"decimal": ";"},
        {"layout": "diagonal"},
        {"step_minutes": 0},
        {"step_minutes": 10_000},
    ],
)
def test_options_that_do_not_exist_are_errors_with_a_remedy(wrong):
    with pytest.raises(InputError) as raised:
        ReadOptions(**wrong)
    assert raised.value.remedy


@pytest.mark.parametrize("zone", ["+08:00", "UTC+8", "-0330", "Z", "UTC", "Asia/Shanghai", "Australia/Lord_Howe"])
def test_zones_that_exist(zone):
    assert ReadOptions(zone=zone).zone == zone


def test_options_that_do_not_fit_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("meter,time,kw\nA,2021-06-01 00:00,1\n", "utf-8")
    with pytest.raises(InputError, match="encoding"):
        open_readings(path, ReadOptions(encoding="klingon"))
    with pytest.raises(InputError, match="no file"):
        open_readings(tmp_path / "none.csv")
