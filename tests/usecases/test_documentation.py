import re

import pytest

from minewatch.model.issues import CATALOGUE, issue_of
from minewatch.usecases.documentation import issues_page, write_between


def test_every_issue_stands_on_the_page_with_both_languages():
    page = issues_page()
    for kind in CATALOGUE.values():
        assert f"`{kind.code}`" in page
        for text in (kind.sentence.en, kind.sentence.zh, kind.remedy.en, kind.remedy.zh):
            assert text
            assert text in page


def test_sentences_name_no_field_that_an_issue_lacks():
    for code, kind in CATALOGUE.items():
        issue = issue_of(code, "f.csv", line=3, column="kw", value="7", meter="A")
        assert "{" not in issue.sentence.en + issue.sentence.zh
        assert not re.search(r"[{}]", kind.remedy.en + kind.remedy.zh)


def test_what_a_bench_writes_replaces_what_stood_between_its_marks_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\n<!-- y: begin -->\nkept\n<!-- y: end -->\n", "utf-8")
    write_between(page, name="x", text="| new |")
    wanted = "a\n<!-- x: begin -->\n| new |\n<!-- x: end -->\n<!-- y: begin -->\nkept\n<!-- y: end -->\n"
    assert page.read_text("utf-8") == wanted
    write_between(page, name="x", text="| new |")
    assert page.read_text("utf-8") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "<!-- x: begin -->\nwithout an end",
        "<!-- x: end -->\n<!-- x: begin -->\n",
        2 * "<!-- x: begin -->\n<!-- x: end -->\n",
    ],
)
def test_a_page_without_one_place_for_it_stays_as_it_is(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="no one place"):
        write_between(page, name="x", text="new")
    assert page.read_text("utf-8") == text
