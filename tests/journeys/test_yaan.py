"""The Ya'an story runs as ``docs/yaan.md`` tells it: the same commands in the same order, and it ends as it should.

Figures in the page may move when detectors do; then ``python tests/yaan_story.py docs/yaan.md`` writes it again.
"""

import re
from pathlib import Path

import yaan_story

PAGE = Path(__file__).parents[2] / "docs" / "yaan.md"


def skeleton(page):
    """Headings and commands, with the numbers of cases and names of nodes left out."""
    lines = [line for line in page.splitlines() if line.startswith(("#", "$ minewatch"))]
    plain = [re.sub(r"--division \d{6} --meter \S+", "--division … --meter …", line) for line in lines]
    return [re.sub(r"case-\d+", "case-…", line) for line in plain]


def test_the_story_is_told_as_it_goes(tmp_path):
    page = yaan_story.write(tmp_path)
    assert skeleton(page) == skeleton(PAGE.read_text("utf-8"))
    for words in (
        "【演练 / REHEARSAL】",
        "cannot be the legal basis of a step",
        "stopped in time",
        "came back",
        "case.contradiction_found/1",
        "case.resumed/1",
        "Refer must wait",
        "case.restored/1",
        "case.referred/1",
        "1 anchor compared, 0 faults",
    ):
        assert words in page, f"the story lost: {words}"
