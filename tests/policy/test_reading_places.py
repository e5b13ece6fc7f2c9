from datetime import date, timedelta

import pytest

from minewatch.policy.reading_places import of_number, places, utc_offset

JUNE = date(2021, 6, 18)


def codes(text):
    return [place.code for place in places(text, JUNE)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("内蒙、新疆、青海、云南四省", ["150000", "650000", "630000", "530000"]),
        ("四川雅安市", ["510000", "511800"]),
        ("昌吉州", ["652300"]),
        ("伊犁州", ["654000"]),
        ("海南省", ["460000"]),
        ("石棉县", ["511824"]),
        ("Ya'an in Sichuan", ["511800", "510000"]),
        ("Ya’an", ["511800"]),
        ("Inner Mongolia and Kazakhstan", ["150000", "KZ"]),
        ("в провинции Сычуань", ["510000"]),
        ("в Иркутской области", ["RU-IRK"]),
        ("我国", ["000000"]),
        ("外地来宾观看日照，国家长治久安", []),
    ],
)
def test_places_become_codes(text, found):
    assert codes(text) == found


def test_a_name_of_several_divisions_is_the_one_in_the_place_named_before():
    assert codes("江苏省南京市鼓楼区") == ["320000", "320100", "320106"]
    assert codes("福建福州鼓楼区") == ["350000", "350100", "350102"]
    assert codes("鼓楼区") == []


def test_numbers_of_provincial_organs_and_clocks():
    assert of_number("川发改价格规〔2022〕186号") == "510000"
    assert of_number("发改运行〔2021〕1283号") is None
    assert utc_offset("511800") == timedelta(hours=8)
    assert utc_offset("IR") == timedelta(hours=3, minutes=30)
