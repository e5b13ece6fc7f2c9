"""Answers of visits as a file: what is read, what becomes an issue."""

from datetime import date

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.visits import read_visits
from visited_office import write_labels


def test_answers_in_both_languages_with_days_and_site(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(
        "核查结果登记表\n计量点编号,核查结果,首日,末日,核查日期,用户编号\n"
        "0051,是,2021-05-20,2021-06-18,2021-06-19 10:30,K1\n0052,否,,,,\n",
        "gb18030",
    )
    rows, issues = read_visits(path)
    assert not issues
    assert [(row.meter, row.mine, row.site) for row in rows] == [("0051", True, "K1"), ("0052", False, "")]
    assert (rows[0].first_day, rows[0].last_day, rows[0].seen) == (
        date(2021, 5, 20),
        date(2021, 6, 18),
        date(2021, 6, 19),
    )
    assert rows[1].basis == "visit"


def test_what_cannot_be_used_is_told_by_line(tmp_path):
    answers = [
        ("A", "yes", ""),
        ("B", "maybe", ""),
        ("", "no", ""),
        ("C", "no", "32 May"),
        ("A", "no", ""),
        ("D", "YES", ""),
    ]
    rows, issues = read_visits(write_labels(tmp_path / "v.csv", answers, heading=("meter", "found", "first_day")))
    assert [row.meter for row in rows] == ["D"]
    assert {(issue.line, issue.code) for issue in issues} == {
        (3, "label_no_answer"),
        (4, "form_missing"),
        (5, "form_bad_day"),
        (6, "label_contradicts"),
    }
    assert all(issue.remedy.zh and issue.sentence.zh for issue in issues)


def test_the_same_answer_twice_counts_once(tmp_path):
    rows, issues = read_visits(write_labels(tmp_path / "v.csv", [("A", "yes"), ("A", "是")]))
    assert len(rows) == 1
    assert not issues


def test_a_file_without_answers_and_no_file(tmp_path):
    rows, issues = read_visits(write_labels(tmp_path / "v.csv", [("A",)], heading=("meter",)))
    assert not rows
    assert [issue.code for issue in issues] == ["form_no_column"]
    with pytest.raises(InputError, match="no file"):
        read_visits(tmp_path / "nothing.csv")
