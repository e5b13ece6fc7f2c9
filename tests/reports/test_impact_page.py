from datetime import date
from html.parser import HTMLParser

import pytest

from minewatch.model.impact_views import Page, Source, TableView
from minewatch.model.text import Text
from minewatch.reports import impact_page

EVIL = Text("<script>alert(1)</script> | x", "<b>坏</b>")
PAGE = Page(
    Text("Title", "标题"),
    (Text("One sentence.", "一句话。"), EVIL),
    (TableView(Text("Table", "表"), (Text("a", "甲"), Text("b", "乙")), ((Text("1", "1"), EVIL),)),),
    (Source(Text("somewhere", "某处"), "B", date(2020, 1, 1)),),
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_html_is_well_formed_and_escapes_what_it_is_given(language):
    tags = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, _attrs):
            tags.append(tag)

    text = impact_page.html(PAGE, b"<?xml version='1.0'?>\n<svg></svg>", language=language)
    Reader().feed(text)
    assert "script" not in tags
    assert tags.count("svg") == 1
    assert {"table", "caption", "th"} <= set(tags)
    assert "<?xml" not in text
    assert ("一句话" in text) == (language == "zh")
    assert ("某处 [B, 2020-01-01]" if language == "zh" else "somewhere [B, 2020-01-01]") in text


def test_markdown_keeps_cells_apart():
    text = impact_page.markdown(PAGE, language="en")
    row = next(line for line in text.splitlines() if line.startswith("| 1"))
    assert row == "| 1 | <script>alert(1)</script> \\| x |"
