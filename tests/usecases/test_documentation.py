import re

from minewatch.model.issues import CATALOGUE, issue_of
from minewatch.usecases.documentation import issues_page


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
