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


def test_a_table_of_too_many_columns_is_turned_and_one_that_is_long_is_not():
    columns = (Text("division", "区划"), *(Text(f"figure {number}", f"数{number}") for number in range(15)))
    few = Grid(columns, tuple((Text(name, name), *range(15)) for name in ("Lushan", "Shimian")), Text("none", "无"))
    many = Grid(columns, few.rows * 10, Text("none", "无"))
    at = datetime(2021, 6, 17, tzinfo=UTC)
    view = PageView(title=Text("t", "t"), label=None, made=Text("m", "m"), made_at=at, blocks=(few, many))
    turned, straight = docx.Document(io.BytesIO(page_docx(view, language="en"))).tables
    assert [[cell.text for cell in row.cells] for row in turned.rows][:2] == [
        ["division", "Lushan", "Shimian"],
        ["figure 0", "0", "0"],
    ]
    assert len(turned.rows) == 16
    assert (len(straight.columns), len(straight.rows)) == (16, 21)
