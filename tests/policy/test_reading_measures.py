import pytest

from minewatch.policy.reading_measures import measures


def read(text):
    return [(done.action.value, done.object) for done in measures(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("将对雅安比特币挖矿企业进行清理整顿", [("clear_out", "雅安比特币挖矿企业")]),
        (
            "严肃查处矿企私搭私接的违法行为，一经发现，立即中止供电",
            [("penalty", "矿企私搭私接的违法行为"), ("cut_supply", "矿企私搭私接的违法行为")],
        ),
        ("对参与“挖矿”的公职人员，一律移送纪检监察机关处理", [("refer_discipline", "参与“挖矿”的公职人员")]),
        ("对网吧存在挖矿的，由主管部门责令停业整顿", [("suspension", "网吧存在挖矿")]),
        ("对存在清退关停不及时的，严肃追责", [("accountability", "存在清退关停不及时")]),
        ("印发《关于全面关停项目的通知》", []),
        ("向当地节能监察机构提交报告", [("report", None)]),
        ("严禁各类虚拟货币“挖矿”项目", [("no_new_projects", "各类虚拟货币“挖矿”项目")]),
        ("close 26 mining projects by Sunday", [("clear_out", "26 mining projects")]),
    ],
)
def test_measures_and_their_objects(text, found):
    assert read(text) == found


def test_at_once_is_kept_and_the_span_is_the_clause():
    text = "通知要求，一经发现，立即中止供电。"
    done = measures(text, 0, len(text))[0]
    assert done.immediate
    assert text[done.start : done.end] == "立即中止供电"
