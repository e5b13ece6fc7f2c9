from datetime import date

import pytest

from minewatch.policy.reading_names import agencies, numbers, titles
from minewatch.policy.reading_places import places


def bodies(text):
    found = agencies(text, places(text, date(2021, 6, 18)))
    return [(item.name, item.place.code if item.place else None) for item in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("四川雅安能源局、科技局多个部门", [("四川雅安能源局", "511800"), ("科技局", "511800")]),
        ("国家能源局四川监管办公室", [("国家能源局四川监管办公室", "510000")]),
        ("新疆昌吉州发展和改革委员会", [("新疆昌吉州发展和改革委员会", "652300")]),
        ("中国互联网金融协会", [("中国互联网金融协会", None)]),
        ("德宏州召开会议，州发改委要求", [("州发改委", "533100")]),
        ("国网四川省电力公司", [("国网四川省电力公司", "510000")]),
        ("多个部门和有关政府", []),
        ("the Sichuan Energy Bureau", [("Sichuan Energy Bureau", "510000")]),
    ],
)
def test_bodies_and_the_place_they_carry(text, found):
    assert bodies(text) == found


def test_titles_are_not_newspapers():
    text = "《科创板日报》12日讯，《关于清理关停的通知》印发"
    assert [item.value for item in titles(text)] == ["关于清理关停的通知"]
    assert [text[item.start : item.end] for item in titles(text)] == ["关于清理关停的通知"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("（发改运行〔2021〕1283号）", "发改运行〔2021〕1283号"),
        ("根据川发改价格规[2022]186号文件", "川发改价格规[2022]186号"),
        ("文号为内发改价费字（2022）115号", "内发改价费字（2022）115号"),
        ("постановление № 1464", "№ 1464"),
    ],
)
def test_numbers_without_what_leads_to_them(text, number):
    assert [item.value for item in numbers(text)] == [number]
    assert [text[item.start : item.end] for item in numbers(text)] == [number]
