"""The guard against formulas in CSV, and that every writer of the program passes through it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.model.guard import FORMULA_STARTS, neutral, original

SRC = Path(__file__).parents[2] / "src" / "minewatch"
WRITES = re.compile(r"csv\.writer\(|DictWriter\(|\.write_csv\(")
OWN_WORDS = {"usecases/rehearse.py": "invented data only, names of our own"}


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "-1+1", "+-1"])
def test_what_a_spreadsheet_would_run_is_guarded(text):
    assert neutral(text) == f"'{text}"
    assert original(neutral(text)) == text


@pytest.mark.parametrize("text", ["", "石棉-1", "-5", "+8613900000000", "-0.5", "'quoted", "O'Neill", "1=1"])
def test_what_is_harmless_stays(text):
    assert neutral(text) == text
    assert original(text) == text


@given(st.text())
def test_nothing_guarded_starts_a_formula_and_everything_comes_back(text):
    made = neutral(text)
    assert not made.startswith(FORMULA_STARTS) or made[1:].replace(".", "", 1).isdigit()
    if not text.startswith("'"):
        assert original(made) == text


def test_every_writer_of_csv_uses_the_guard():
    writers = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if WRITES.search(path.read_text("utf-8"))}
    assert len(writers) > 8
    bare = [name for name in writers if not re.search(r"guard", (SRC / name).read_text("utf-8"))]
    assert set(bare) == set(OWN_WORDS)


def test_no_workbook_takes_texts_for_formulas():
    for path in SRC.rglob("*.py"):
        text = path.read_text("utf-8")
        for made in re.findall(r"xlsxwriter\.Workbook\([^)]*\)", text):
            assert '"strings_to_formulas": False' in made, path
