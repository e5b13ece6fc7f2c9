from datetime import date

import pytest

from minewatch.model.errors import InputError
from minewatch.policy.divisions import all_divisions, ancestors, find, provinces, short_form

JUNE = date(2021, 6, 18)


def test_ya_an_and_its_eight():
    assert find("511800", JUNE).name.zh == "雅安市"
    names = [d.name.zh for d in all_divisions() if d.code.startswith("5118") and d.code != "511800" and d.in_use(JUNE)]
    assert names == ["雨城区", "名山区", "荥经县", "汉源县", "石棉县", "天全县", "芦山县", "宝兴县"]


def test_sichuan_has_21_prefectures_and_china_34_provinces():
    assert sum(d.code.startswith("51") and d.level == "prefecture" and d.in_use(JUNE) for d in all_divisions()) == 21
    assert len(provinces()) == 34


def test_a_code_is_valid_on_its_day():
    assert find("513425", date(2020, 12, 1)).name.zh == "会理县"
    assert find("513402", JUNE).name.zh == "会理市"
    with pytest.raises(InputError, match="was not in use on 2021-06-18"):
        find("513425", JUNE)
    with pytest.raises(InputError, match="not a code"):
        find("519999", JUNE)


def test_no_code_stands_for_two_divisions_on_one_day():
    for day in (date(2015, 6, 1), date(2018, 6, 1), JUNE):
        codes = [d.code for d in all_divisions() if d.in_use(day)]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("昌吉回族自治州", "昌吉"),
        ("雅安市", "雅安"),
        ("四川省", "四川"),
        ("海西蒙古族藏族自治州", "海西"),
        ("黔西南布依族苗族自治州", "黔西南"),
        ("阿坝藏族羌族自治州", "阿坝"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("矿区", "矿区"),
    ],
)
def test_short_form(name, short):
    assert short_form(name) == short


def test_ancestors_go_up_to_the_nation():
    assert ancestors("511822") == ("511822", "511800", "510000", "000000")
    assert ancestors("110101") == ("110101", "110000", "000000")
    assert ancestors("US-TX") == ("US-TX", "US")
