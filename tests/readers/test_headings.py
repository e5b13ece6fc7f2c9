import pytest

from minewatch.readers.headings import is_other_quantity, kind_of, role_of, unit_of
from minewatch.readers.slotheads import slot_columns


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Meter ID", "meter"),
        ("meter_id", "meter"),
        ("电表资产号", "meter"),
        ("计量点编号 ", "meter"),
        ("Timestamp", "time"),
        ("数据时间", "time"),
        ("数据日期", "date"),
        ("Active Power [kW]", "value"),
        ("usage_kwh", "value"),
        ("用电量（千瓦时）", "value"),
        ("正向有功总示值", "value"),
        ("综合倍率", "ratio"),
        ("CT", "ct"),
        ("ＣＴ变比", "ct"),
        ("户名", "ignored"),
        ("shop 7", None),
        ("MT_001", None),
    ],
)
def test_roles(heading, role):
    assert role_of(heading) == role


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Power (kW)", "kw"),
        ("kWh", "kwh"),
        ("usage_Wh", "wh"),
        ("功率【MW】", "mw"),
        ("用电量（度）", "度"),
        ("weight", None),
        ("M2", None),
    ],
)
def test_units(heading, unit):
    assert unit_of(heading) == unit


def test_kinds():
    assert kind_of("96点示值查询") == "register"
    assert kind_of("Meter reading kWh") == "register"
    assert kind_of("正向有功电量") == "energy"
    assert kind_of("日负荷曲线") == "power"
    assert kind_of("something") is None
    assert is_other_quantity("无功功率")
    assert not is_other_quantity("有功功率")


def p(count, prefix="P"):
    return [f"{prefix}{i + 1}" for i in range(count)]


def test_slots_between_other_columns_and_out_of_order():
    found = slot_columns(["id", "date", *reversed(p(96)), "remark"])
    assert found.indices == tuple(range(97, 1, -1))
    assert (found.stamps, found.kind) == ("end", "power")


def test_active_power_is_chosen_among_curves():
    found = slot_columns([*p(96, "Q"), *p(96, "P"), *p(96, "UA")])
    assert found.indices == tuple(range(96, 192))


def test_spare_columns_for_a_25th_hour_are_left_out():
    assert len(slot_columns(p(100)).indices) == 96


@pytest.mark.parametrize("headings", [p(23), p(95), p(97, "M")[1:], ["time", "a", "b"], [], ["0:15", "0:45"] * 48])
def test_what_is_no_day_of_slots(headings):
    found = slot_columns(headings)
    assert found is None or len(found.indices) in {24, 48}
