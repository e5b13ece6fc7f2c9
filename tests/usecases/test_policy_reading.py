import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewatch.model.documents import Document
from minewatch.model.errors import InputError
from minewatch.policy.checking import read_pack
from minewatch.policy.library import library
from minewatch.usecases import policy_reading as use

TODAY = date(2021, 6, 18)


def read(text, today=TODAY):
    document = Document("x.txt", "text", "utf-8", "0" * 64, text)
    return use.reading_data(use.read_document(document, library().all(), today=today))


def spans(value):
    """Every span of a reading with the text beside it."""
    if isinstance(value, dict):
        if "span" in value and "text" in value and isinstance(value["text"], str):
            yield value["span"], value["text"]
        for item in value.values():
            yield from spans(item)
    elif isinstance(value, list):
        for item in value:
            yield from spans(item)


@pytest.fixture(scope="module")
def yaan():
    places = [Path(os.environ["MINEWATCH_SHARED"]).parent] if "MINEWATCH_SHARED" in os.environ else []
    places += [parent / "shared" for parent in Path(__file__).resolve().parents]
    for place in places:
        file = place / "documents" / "yaan-2021-06-18.md"
        if file.exists():
            return use.reading_data(use.read_documents(file, library())[0][0])
    return pytest.skip("the Ya'an story is not beside the repository (shared/documents)")


def only(data, **wanted):
    found = [e for e in data["events"] if all(e[key] == value for key, value in wanted.items())]
    assert len(found) == 1, [(e["kind"], e["code"], e["when"]) for e in found]
    return found[0]


def test_ya_an_the_meeting_and_its_decision(yaan):
    meeting = only(yaan, kind="meeting", code="511800", when="2021-06-17")
    assert meeting["who"] == "四川雅安能源局、科技局"
    assert meeting["certainty"] == "reported_by_one_source"
    decision = only(yaan, kind="decision", code="511800")
    assert decision["when"] == "2021-06-17"
    assert [m["action"] for m in decision["measures"]] == ["clear_out"]
    assert decision["measures"][0]["object"] == "雅安比特币挖矿企业"


def test_ya_an_the_22_00_stop_and_restoration_to_be_told(yaan):
    stop = only(yaan, kind="order", code="511800")
    assert stop["deadline"] == "2021-06-17T22:00:00+08:00"
    assert stop["measures"][0]["action"] == "self_check"
    assert stop["measures"][0]["object"] == "本地区所有电站"
    told = only(yaan, kind="restoration", code="511800", when="2021-06-18")
    assert told["certainty"] == "not_decided"
    assert "另行通知" in told["text"]
    expected = only(yaan, kind="meeting", code="511800", when="2021-06-18")
    assert expected["certainty"] == "not_decided"


def test_ya_an_the_symposium_decided_nothing(yaan):
    symposium = only(yaan, kind="symposium", code="510000")
    assert symposium["when"] == "2021-06-02"
    assert symposium["who"] == "国家能源局四川监管办公室"
    assert symposium["certainty"] == "not_decided"
    assert symposium["measures"] == []


def test_inner_mongolia_eight_measures(yaan):
    draft = only(yaan, kind="draft", code="150000", when="2021-05-25")
    assert (8, "measure") in [(q["value"], q["unit"]) for q in draft["quantities"]]
    assert {(m["action"], m["object"]) for m in draft["measures"]} >= {
        ("penalty", "以虚拟货币形式进行洗钱、非法集资等违法行为"),
        ("blacklist", "存在“挖矿”企业、人员"),
        ("refer_discipline", "参与“挖矿”的公职人员"),
    }
    assert draft["certainty"] == "draft"


def test_qinghai_changji_yunnan(yaan):
    qinghai = only(yaan, kind="notice", code="630000", when="2021-06-09")
    assert qinghai["title"] == "关于全面关停虚拟货币“挖矿”项目的通知"
    assert {"clear_out", "no_new_projects", "penalty", "spot_check"} <= {m["action"] for m in qinghai["measures"]}
    changji = only(yaan, kind="notice", code="652300", when="2021-06-09")
    assert changji["deadline"] == "2021-06-09T14:00:00+08:00"
    assert {(m["action"], m["deadline"]) for m in changji["measures"]} == {
        ("suspension", "2021-06-09T14:00:00+08:00"),
        ("report", "2021-06-09T14:00:00+08:00"),
    }
    yunnan = only(yaan, code="530000", when="2021-06-12")
    assert yunnan["deadline"] == "2021-06-30"
    assert len([m for m in yunnan["measures"] if m["action"] == "penalty"]) == 3
    assert {"cut_supply", "close_and_rectify", "inspection"} <= {m["action"] for m in yunnan["measures"]}


def test_associations_state_council_and_the_share(yaan):
    associations = next(e for e in yaan["events"] if e["who"] and "支付清算协会" in e["who"])
    assert associations["code"] == "000000"
    assert associations["when"] is None
    council = next(e for e in yaan["events"] if e["who"] == "国务院金融稳定发展委员会")
    assert council["kind"] == "meeting"
    share = only(yaan, kind="figure", code="511800")
    assert [(q["value"], q["unit"], q["about"]) for q in share["quantities"]] == [(10, "%", True)]


def test_nothing_is_invented_every_span_is_exact(yaan):
    text = yaan["document"]["text"]
    assert len(list(spans(yaan["events"]))) > 40
    for (start, end), said in spans(yaan["events"]):
        assert text[start:end] == said
    years = {e["when"][:4] for e in yaan["events"] if e["when"]}
    assert years == {"2021"}


def test_drafts_pass_the_check_and_agree_with_the_packs_in_hand(yaan):
    for draft in yaan["draft"]["packs"]:
        pack = read_pack(draft["yaml"], draft["id"])
        assert pack.status.value.value == "draft"
        assert draft["doubtful"]
    assert yaan["draft"]["contradictions"] == []
    matched = {pack for event in yaan["events"] for pack in event["packs"]}
    assert {"cn-qh-20210609", "cn-xj-cj-20210609", "cn-nm-8-20210525", "cn-yn-20210612", "cn-ya-20210617"} <= matched


NOTICE = """四川省发展和改革委员会 四川省能源局
关于清理关停虚拟货币“挖矿”项目的通知
各市（州）人民政府，国网四川省电力公司：
一、各市（州）政府对26个疑似项目进行甄别，于2021年6月20日前完成清理关停。
二、发电企业立即开展自查自纠，6月25日前将结果报送省发展改革委。
四川省发展和改革委员会
四川省能源局
2021年6月18日
"""


def test_a_notice_itself_becomes_one_draft_with_every_limit():
    data = read(NOTICE)
    event = only(data, kind="notice", code="510000", when="2021-06-18")
    assert event["title"] == "关于清理关停虚拟货币“挖矿”项目的通知"
    assert event["who"] == "四川省发展和改革委员会、四川省能源局"
    assert event["packs"] == ["cn-sc-20210618"]
    pack = read_pack(data["draft"]["packs"][0]["yaml"], "draft.yaml")
    assert [deadline.at for deadline in pack.deadlines] == ["2021-06-20 24:00", "2021-06-25 24:00"]
    linked = {measure.action.value: measure.deadline for measure in pack.measures}
    assert linked == {"screen": None, "clear_out": "d1", "self_check": None, "report": "d2"}
    assert data["draft"]["contradictions"] == []


def test_two_dates_for_one_notice_are_shown():
    data = read("6月8日，青海省工业和信息化厅下发《关于全面关停虚拟货币“挖矿”项目的通知》，要求6月25日前全部关停。")
    assert {(c["pack"], c["field"], c["says"]) for c in data["draft"]["contradictions"]} == {
        ("cn-qh-20210609", "when", "2021-06-08"),
        ("cn-qh-20210609", "deadline", "2021-06-25"),
    }
    twice = read(
        "6月1日，某省能源局印发《关于清理的通知》。\n6月3日，四川省能源局印发《关于清理的通知》，项目于6月9日前关停。"
    )
    assert [(c["pack"], c["field"]) for c in twice["draft"]["contradictions"]] == [("document", "when")]


PIECES = [
    "6月17日",
    "今天",
    "22:00之前",
    "四川",
    "雅安市",
    "能源局",
    "发改委",
    "召开会议",
    "并作出决议",
    "印发",
    "《关于关停的通知》",
    "要求",
    "全部关停",
    "停止供电",
    "另行通知",
    "，",
    "。",
    "；",
    "\n",
    "26个项目",
    "约10%",
    "10日内",
    "5个工作日内",
    "本月底前",
    "川发改〔2021〕3号",
    " ",
    "“",
    "”",
    "挖矿",
    "the Energy Bureau of Sichuan",
    "ordered",
    "by June 20",
    "within 3 days",
    "Министерство энергетики",
    "до 22:00 17 июня",
    "二〇二一年六月",
    "99月99日",
]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40))
def test_spans_are_exact_and_readings_repeat_whatever_the_text(pieces):
    text = "".join(pieces)
    data = read(text)
    assert data == read(text)
    for (start, end), said in spans(data["events"]):
        assert 0 <= start <= end <= len(text)
        assert text[start:end] == said
    for event in data["events"]:
        for name in ("when", "deadline", "title", "number"):
            assert (event[name] is None) == (event["spans"][name] is None)
    for draft in data["draft"]["packs"]:
        read_pack(draft["yaml"], draft["id"])
    assert json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    "piece",
    [
        "四川省能源局",
        "《",
        "6月9日前",
        "，",
        "召开",
        "不得",
        "A ",
        "一",
        "a.",
        " ",
        "对",
        "（一）",
        "1",
        "the Bureau of ",
        "对一的，",
    ],
)
@pytest.mark.timeout(20)
def test_no_text_makes_it_hang(piece):
    assert read(piece * (20_000 // len(piece)))["events"] is not None


def test_a_document_without_a_day_needs_one(tmp_path):
    file = tmp_path / "x.txt"
    file.write_text("6月17日，雅安市能源局召开会议。", "utf-8")
    with pytest.raises(InputError, match="names no date"):
        use.read_documents(file, library())
    readings, _ = use.read_documents(file, library(), today=TODAY)
    assert readings[0].events[0].when.day == date(2021, 6, 17)


def test_a_folder_is_saved_as_readings_and_packs(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.txt", "b.txt"):
        (source / name).write_text("6月9日，青海省能源局下发通知，要求6月20日前全部关停。", "utf-8")
    written = use.save_readings(use.read_documents(source, library(), today=TODAY)[0], tmp_path / "out")
    assert [file.name for file in written if file.suffix == ".json"] == ["reading-1.json", "reading-2.json"]
    table = (tmp_path / "out" / "timeline.csv").read_text("utf-8-sig").splitlines()
    assert (
        sum(row.startswith("2021-06-09,630000,青海省,notice,青海省能源局,2021-06-20,required,") for row in table) == 2
    )
    packs = [file for file in written if file.suffix == ".yaml"]
    assert len(packs) == 2
    for file in packs:
        assert read_pack(file.read_text("utf-8"), file.name).id == file.stem


def test_a_notice_without_head_is_dated_by_its_own_last_line(tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    readings, _ = use.read_documents(file, library())
    assert readings[0].today == date(2021, 6, 18)
    assert use.reading_data(readings[0])["document"]["date_from"] == "text"


def test_one_bad_document_of_a_folder_is_listed_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.txt").write_text(NOTICE, "utf-8")
    (tmp_path / "b.docx").write_bytes(b"PK broken")
    readings, refused = use.read_documents(tmp_path, library())
    assert len(readings) == 1
    assert [item.name for item in refused] == ["b.docx"]
    data = use.readings_data(tmp_path, readings, refused)
    assert data[1]["remedy"].endswith(".")
