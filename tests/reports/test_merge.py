"""Merge fields: found and filled wherever Word put them, faults told by place."""

import io
from datetime import UTC, datetime

import docx
import pytest

from minewatch.model.errors import InputError
from minewatch.reports.merge import check_template, document_bytes, document_text, fill

NOW = datetime(2021, 6, 17, tzinfo=UTC)


def made(*, runs=(), body=(), cell="", header=""):
    document = docx.Document()
    if runs:
        paragraph = document.add_paragraph()
        for run in runs:
            paragraph.add_run(run)
    for text in body:
        document.add_paragraph(text)
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return document_bytes(document, made_at=NOW)


def filled(content, **values):
    return document_text(fill(content, values, name="t.docx", made_at=NOW))


def test_fields_split_over_runs_are_filled():
    content = made(runs=["No. {", "{num", "ber}", "} and {{", " site }}", "."])
    assert filled(content, number="7", site="乙站") == "No. 7 and 乙站.\n"


def test_header_and_table_are_filled_and_lines_broken():
    content = made(header="{{mark}}", cell="{{ask}}", body=["{{mark}}{{mark}}"])
    raw = fill(content, {"mark": "演练", "ask": "one\ntwo"}, name="t", made_at=NOW)
    assert document_text(raw) == "演练\n演练演练\nonetwo\n"
    assert docx.Document(io.BytesIO(raw)).tables[0].cell(0, 0).text == "one\ntwo"


def test_values_are_text_whatever_they_hold():
    content = made(body=["{{a}} {{b}}"])
    assert filled(content, a="{{b}} <w:t>&", b="\x00\x0b\ud800") == "{{b}} <w:t>& ���\n"


def test_the_look_of_the_first_run_stays():
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("{{a").bold = True
    paragraph.add_run("}} tail")
    raw = fill(document_bytes(document, made_at=NOW), {"a": "value"}, name="t", made_at=NOW)
    runs = docx.Document(io.BytesIO(raw)).paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs] == [("value", True), (" tail", None)]


def test_faults_are_told_by_place():
    content = made(header="{{numbr}}", cell="{{site", body=["plain", "{{number}}"])
    faults = check_template(content, name="t", known=("number", "site"), needed=("number", "site"))
    assert [(one.code, one.sentence.en) for one in faults] == [
        ("unknown", "header 1, paragraph 1 “{{numbr}}”: there is no field numbr"),
        ("broken", "body, paragraph 3 (in a table) “{{site”: braces do not close: {{site"),
        ("missing", "the field site is missing"),
    ]
    assert faults[1].sentence.zh == "正文第 3 段（表格内）“{{site”：花括号未配对：{{site"


def test_a_field_without_value_stops_the_letter():
    with pytest.raises(InputError, match=r"contact \(body, paragraph 1"):
        filled(made(body=["{{contact}}"]))


def test_what_is_no_document():
    with pytest.raises(InputError, match=r"no Word document"):
        filled(b"plain text")


def test_same_document_same_bytes():
    assert made(body=["a"]) == made(body=["a"])
