"""A page as HTML and Word: the same words in both, hostile and long texts laid out, pictures drawn."""

import io
from array import array
from datetime import UTC, date, datetime

import docx
import pytest

from minewatch.model.pages import Bars, Curve, Grid, Heading, PageView, Paragraph
from minewatch.model.text import Text
from minewatch.model.views import SeriesView
from minewatch.reports.merge import document_text
from minewatch.reports.page_docx import page_docx
from minewatch.reports.page_html import page_html, shown

HOSTILE = "<script>alert(1)</script> =cmd|' /C calc'!A0 \x00\x0b \u202egnol" + "超长名称" * 80
NAN = float("nan")
SERIES = SeriesView(date(2021, 6, 1), 2, array("f", [1, NAN, 3, 4, NAN, NAN]), array("f", [0] * 6))


def page():
    return PageView(
        title=Text("Title", "标题"),
        label=Text("REHEARSAL", "演练"),
        made=Text("made", "生成"),
        made_at=datetime(2021, 6, 17, tzinfo=UTC),
        blocks=(
            Heading(Text("Part", "部分")),
            Paragraph(Text("Words", "文字")),
            Grid((Text("name", "名称"), Text("kW", "千瓦")), ((HOSTILE, 1234.5), (None, 7)), Text("None.", "无。")),
            Grid((Text("a", "甲"),), (), Text("Nothing.", "没有。")),
            Curve(SERIES, datetime(2021, 6, 2, 12), Text("curve", "曲线")),  # noqa: DTZ001 - standard time of the meter
            Bars(((Text("Ya'an", "雅安"), 2.5), (Text("Ganzi", "甘孜"), 0.0)), Text("MW", "兆瓦"), Text("bars", "图")),
        ),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_and_word_say_the_same(language):
    html = page_html(page(), language=language)
    text = document_text(page_docx(page(), language=language))
    for word in {
        "zh": ("标题", "演练", "名称", "没有。", "曲线"),
        "en": ("Title", "REHEARSAL", "name", "Nothing.", "curve"),
    }[language]:
        assert word in html
        assert word in text
    assert "1,234.5" in html
    assert "1,234.5" in text
    assert "超长名称" * 80 in text


def test_nothing_from_outside_is_markup():
    html = page_html(page(), language="en")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for outside in ("http://", "https://"):
        assert outside not in html.replace("http://www.w3.org/2000/svg", "")


def test_the_same_page_the_same_bytes():
    assert page_docx(page(), language="zh") == page_docx(page(), language="zh")
    assert page_html(page(), language="zh") == page_html(page(), language="zh")


def test_pictures_are_in_the_document():
    document = docx.Document(io.BytesIO(page_docx(page(), language="en")))
    assert len(document.inline_shapes) == 2


def test_cells():
    assert [shown(cell, "en") for cell in (None, "", 0, 1234567, 0.5, 1e6, Text("", ""))] == [
        "–", "–", "0", "1,234,567", "0.5", "1,000,000", "–",
    ]  # fmt: skip
