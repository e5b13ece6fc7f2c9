from pathlib import Path

import pytest

from minewatch.policy.checking import read_pack
from minewatch.policy.faults import PackError
from minewatch.policy.library import shipped

CHANGJI = next(held.text for held in shipped() if held.pack.id == "cn-xj-cj-20210609")


def faults(text):
    with pytest.raises(PackError) as caught:
        read_pack(text, "mine.yaml")
    return caught.value.faults


def line_of(text, needle):
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("form: order", "form: decree-ish", "form", "Input should be"),
        ("edition: 1", "edition: 0", "edition", "greater than or equal to 1"),
        ('at: "2021-06-09 14:00"', 'at: "2021-06-09 25:00"', "deadlines[0].at", "2021-06-09 14:00"),
        ('at: "2021-06-09 14:00"', 'at: "2021-06-09 24:30"', "deadlines[0].at", "24:00"),
        ("zone: Asia/Shanghai", "zone: Asia/Atlantis", "deadlines[0].zone", "IANA"),
        ('code: "652300", on: 2021-06-09', 'code: "652399", on: 2021-06-09', "jurisdiction.code", "GB/T 2260"),
        ("measures: [halt]", "measures: [halted]", "categories[0].measures", "no measure 'halted'"),
        ("parties: [zhundong, miners]", "parties: [nobody]", "deadlines[0].parties", "no party 'nobody'"),
        ("  from: 2021-06-09", "  from: 9 June", "valid.from", "2021-06-18"),
        ("  - {field: number,", "  - {field: other,", "number", "says nothing about number"),
        ("reading: at", "reading: at\n    colour: red", "deadlines[0].colour", "No field of this name"),
        ("when: {deadline: d1400}", "when: {deadline: d1400, every: day}", "reporting[0].when", "either"),
        ("source: netease", "source: nowhere", "status.ref.source", "not listed"),
    ],
)
def test_a_fault_is_told_with_line_path_and_remedy(old, new, path, says):
    assert old in CHANGJI
    text = CHANGJI.replace(old, new)
    found = [fault for fault in faults(text) if fault.path == path]
    assert found, [fault.sentence() for fault in faults(text)]
    assert says in found[0].wrong.en
    assert found[0].remedy.en.endswith(".")
    assert found[0].file == "mine.yaml"
    if path not in {"number", "status.ref.source", "jurisdiction.code"}:
        assert abs(found[0].line - line_of(text, new.splitlines()[-1].strip())) <= 8
        assert found[0].line > 0


def test_the_line_is_exact():
    text = CHANGJI.replace("zone: Asia/Shanghai", "zone: Asia/Atlantis")
    assert faults(text)[0].line == line_of(text, "Atlantis")


def test_all_faults_are_told_at_once():
    text = CHANGJI.replace("form: order", "form: x").replace("edition: 1", "edition: 0")
    assert {fault.path for fault in faults(text)} == {"form", "edition"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1\n- 2\n",
        "a: [1, 2",
        "a: &x 1\nb: *x\n",
        "a: !!python/object/apply:os.system [ls]\n",
        "id: a\nid: b\n",
        "? [a, b]\n: c\n",
        "x: " + "[" * 3000 + "]" * 3000,
        "x: " + "a" * 1_100_000,
        "\x00",
    ],
    ids=["empty", "list", "broken", "alias", "tag", "twice", "key", "deep", "large", "control"],
)
def test_what_is_no_pack_is_refused_with_a_sentence(text):
    for fault in faults(text):
        assert fault.wrong.en
        assert fault.wrong.zh
        assert fault.remedy.zh


def test_a_pack_drafted_from_a_document_must_stay_a_draft():
    found = faults(CHANGJI.replace("language: zh", "language: zh\ndrafted_from: story.md"))
    assert found[0].path == "status.value"


@pytest.mark.parametrize("held", shipped(), ids=lambda held: held.pack.id)
def test_shipped_file_is_named_by_its_id(held):
    folder = Path(__file__).parents[2] / "src" / "minewatch" / "policy" / "packs"
    assert (folder / f"{held.pack.id}.yaml").read_text("utf-8") == held.text
