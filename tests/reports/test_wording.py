import re
from pathlib import Path
from string import Formatter

import pytest

import minewatch.reports
from minewatch.reports.wording import WORDS

TEMPLATE = (Path(minewatch.reports.__file__).parent / "templates" / "findings.html.j2").read_text("utf-8")
CODE = (Path(minewatch.reports.__file__).parent / "findings_html.py").read_text("utf-8")


def fields(words):
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("name", WORDS)
def test_every_sentence_stands_in_both_languages(name):
    text = WORDS[name]
    assert text.en.strip()
    assert re.search("[\u4e00-\u9fff]", text.zh)
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", text.en)
    assert fields(text.en) == fields(text.zh)


@pytest.mark.parametrize("name", WORDS)
def test_every_sentence_is_used(name):
    assert (
        re.search(rf"w\.{name}\b|'{name}'", TEMPLATE)
        or f'WORDS["{name}"]' in CODE
        or name in {"noted", "disqualifying"}
    )


def test_every_sentence_that_is_used_exists():
    assert set(re.findall(r"\bw\.(\w+)", TEMPLATE)) <= set(WORDS)
