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


@pytest.mark.parametrize(
    "headings",
    [
        p(23),
        p(95),
        p(23, "M"),
        ["time", "a", "b"],
        [],
        ["0:15", "0:45"] * 48,
        p(96, "电表"),
        p(96, "A相电压"),
        p(96, "无功功率"),
        p(96, "Q"),
        p(96)[1:],
    ],
)
def test_what_is_no_day_of_slots(headings):
    assert slot_columns(headings) is None


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [("有功功率", "power"), ("瞬时有功", "power"), ("电量", "energy"), ("示值", "register"), ("时段", None)],
)
def test_chinese_words_before_the_numbers_of_slots(prefix, kind):
    found = slot_columns(["户号", "日期", *p(96, prefix)])
    assert found.indices == tuple(range(2, 98))
    assert (found.stamps, found.kind) == ("end", kind)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("正向有功总", "register"),
        ("日冻结正向有功总", "register"),
        ("日冻结电能示值(kWh)", "register"),
        ("日冻结电量", "energy"),
        ("正向有功总电量", "energy"),
        ("正向有功总功率", "power"),
    ],
)
def test_what_a_meter_freezes_is_its_register(heading, kind):
    assert kind_of(heading) == kind
