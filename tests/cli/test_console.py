"""What commands print with."""

import json

import pytest

from minewatch.cli import console
from minewatch.model.text import Text


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.delenv("MINEWATCH_LANG", raising=False)


def test_the_language_follows_the_environment(monkeypatch):
    assert console.language() == "en"
    monkeypatch.setenv("MINEWATCH_LANG", "zh")
    assert console.language() == "zh"


def test_data_goes_to_stdout_and_nothing_else(capfdbinary):
    console.print_json({"meter": "石棉-1"})
    console.say(Text("done", "完成"))
    out, err = capfdbinary.readouterr()
    assert json.loads(out) == {"meter": "石棉-1"}
    assert err.strip() == b"done"


def test_names_from_files_are_not_obeyed_as_markup(capfd):
    console.print_table(Text("t", "t"), [Text("meter", "计量点")], [["[red]x[/red]"], ["[/nonsense]"]])
    err = capfd.readouterr().err
    assert "[red]x[/red]" in err
    assert "[/nonsense]" in err


def test_progress_is_silent_where_nobody_watches(capfd):
    with console.progress_bar(Text("work", "处理")) as told:
        told(1, 2)
    assert "work" not in capfd.readouterr().err


def test_a_narrow_terminal_keeps_ids_whole_and_says_what_it_left_out(capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    headings = [Text("meter", "计量点"), Text("division", "区划"), Text("customer", "用户"), Text("reason", "理由")]
    rows = [["5118240000154", "511824", "K00000000000154", "the load is unusually even all night"]]
    console.print_table(Text("t", "t"), headings, rows, spare=(2, 1))
    err = capfd.readouterr().err
    assert "│ 5118240000154 │ 511824" in err
    assert "K00000000000154" not in err
    assert "Left out for want of room: customer (a wider terminal or --json has all)." in err
    assert max(len(line) for line in err.splitlines() if "│" in line) <= 50


def test_a_file_gets_wide_tables(capfd, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    row = ["5118240000154", "x" * 100]
    console.print_table(Text("t", "t"), [Text("meter", "计量点"), Text("reason", "理由")], [row], spare=(1,))
    assert "x" * 100 in capfd.readouterr().err


def test_a_bar_that_may_not_be_needed_appears_when_it_is_first_told(monkeypatch):
    seen = []

    class Watched(console.Progress):
        def update(self, task_id, **fields):
            seen.append((self.tasks[0].visible, fields["visible"]))
            super().update(task_id, **fields)

    monkeypatch.setattr(console, "Progress", Watched)
    with console.progress_bar(Text("work", "处理"), shown=False) as told:
        told(1, 2)
        told(2, 2)
    assert seen == [(False, True), (True, True)]
