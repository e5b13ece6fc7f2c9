import json

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.layout import SCHEMA, Layout
from minewatch.readers.options import ReadOptions
from readers.reading_files import as_dict, codes, read

LONG = Layout("long", meter="m", time="t", values=("v",), kind="energy", unit="Wh", stamps="end", day_first=True)


def test_there_and_back():
    assert Layout.from_json(LONG.to_json()) == LONG


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": None}, "schema"),
        ({"family": None}, "family"),
        ({"family": "diagonal"}, "family"),
        ({"kind": "heat"}, "kind"),
        ({"values": []}, "no columns of values"),
        ({"values": "v"}, "values"),
        ({"values": [1]}, "values"),
        ({"time": None}, "no column of times"),
        ({"header_line": "one"}, "header_line"),
        ({"header_line": True}, "header_line"),
        ({"colour": "red"}, "colour"),
        ({"family": "wide-by-slot"}, "no date column"),
        ({"family": "wide-by-slot", "date": "d"}, "1 slots"),
    ],
)
def test_faults_of_a_mapping_file_are_named_with_a_remedy(change, said):
    data = json.loads(LONG.to_json())
    for name, value in change.items():
        data[name] = value
    if change.get("family", "") is None:
        del data["family"]
    with pytest.raises(InputError, match=said) as raised:
        Layout.from_json(json.dumps(data))
    assert raised.value.remedy


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"schema": "other/1"}'])
def test_what_is_no_mapping_file(text):
    with pytest.raises(InputError, match=r"JSON|schema"):
        Layout.from_json(text)


def test_the_schema_is_written_down():
    assert json.loads(LONG.to_json())["schema"] == SCHEMA


def test_a_mapping_reads_headings_that_say_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("title\nfoo;bar;baz\nA;1.6.2021 0:15;250\nA;1.6.2021 0:30;500\n", "utf-8")
    layout = Layout(
        "long", meter="foo", time="bar", values=("baz",), unit="Wh", kind="energy", stamps="end", day_first=True
    )
    days, issues = read(path, options=ReadOptions(layout=layout))
    assert as_dict(days[96])["A"][0, :2].tolist() == [1.0, 2.0]
    assert codes(issues) == set()


def test_a_mapping_that_does_not_fit_is_an_issue(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("meter,time,kw\nA,2021-06-01 00:00,1\n", "utf-8")
    _, issues = read(path, options=ReadOptions(layout=LONG))
    assert codes(issues) == {"unknown_layout"}
