"""The command itself: quick help, errors as sentences, exit codes."""

import importlib
import re
import subprocess
import sys

import pytest
import typer

from minewatch.cli import main
from minewatch.cli.exits import exit_code
from minewatch.model.errors import ConfigurationError, ConflictError, InputError, RuleError, StoreError
from minewatch.model.text import Text

HEAVY = ("numpy", "polars", "numba", "pyarrow", "sklearn", "matplotlib", "rich.table", "sqlalchemy", "pydantic", "yaml")


def test_help_loads_none_of_the_heavy_libraries():
    # The time of --help is the time of its imports; this holds on a noisy machine too.
    script = (
        "import sys\n"
        "sys.argv = ['minewatch', '--help']\n"
        "from minewatch.cli.main import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Usage: minewatch" in done.stdout
    for name, (_, line) in main.COMMANDS.items():
        assert name in done.stdout
        assert line.split()[0] in done.stdout


def test_every_command_has_a_module_and_a_line_of_help():
    for module, line in main.COMMANDS.values():
        assert importlib.import_module(module).app is not None
        assert line.endswith(".")


@pytest.mark.parametrize(
    ("kind", "code"),
    [(InputError, 3), (RuleError, 4), (ConflictError, 5), (ConfigurationError, 6), (StoreError, 7)],
)
def test_an_error_becomes_a_sentence_with_a_remedy_and_an_exit_code(monkeypatch, capsys, kind, code):
    error = kind(Text("It is wrong.", "有误。"), remedy=Text("Do it right.", "请更正。"))
    assert exit_code(error) == code

    def fails(_arguments):
        raise error

    monkeypatch.setattr(main, "app", fails)
    monkeypatch.setattr(sys, "argv", ["minewatch", "x"])
    with pytest.raises(SystemExit) as stopped:
        main.run()
    assert stopped.value.code == code
    assert capsys.readouterr().err == "minewatch: It is wrong.\n  what to do: Do it right.\n"


def test_an_error_is_json_where_json_was_asked_for(monkeypatch, capsys):
    def fails(_arguments):
        raise InputError(Text("It is wrong.", "有误。"), remedy=Text("Do it right.", "请更正。"))

    monkeypatch.setattr(main, "app", fails)
    monkeypatch.setattr(sys, "argv", ["minewatch", "x", "--json"])
    with pytest.raises(SystemExit):
        main.run()
    assert capsys.readouterr().out == '{"error": "It is wrong.", "remedy": "Do it right."}\n'


def test_an_interruption_inside_a_command_says_how_to_go_on(monkeypatch, capsys):
    app = typer.Typer()

    @app.command()
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr(sys, "argv", ["minewatch"])
    with pytest.raises(SystemExit) as stopped:
        main.run()
    assert stopped.value.code == 130
    assert "run the same command again" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(monkeypatch, capsys):
    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "app", interrupted)
    with pytest.raises(SystemExit) as stopped:
        main.run()
    assert stopped.value.code == 130
    assert "run the same command again" in capsys.readouterr().err


def test_an_unknown_command_is_told_apart_from_a_bug():
    done = subprocess.run([sys.executable, "-m", "minewatch", "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["screen", "a.csv", "--lang", "zh", "--json"], ["--lang", "zh", "screen", "a.csv", "--json"]),
        (["screen", "a.csv", "--lang=zh"], ["--lang=zh", "screen", "a.csv"]),
        (["--lang", "zh", "screen", "a.csv"], ["--lang", "zh", "screen", "a.csv"]),
        (["screen", "--lang"], ["--lang", "screen"]),
        (["screen", "--", "--lang"], ["screen", "--", "--lang"]),
        (["screen", "a.csv"], ["screen", "a.csv"]),
    ],
)
def test_the_language_may_stand_after_the_command(given, wanted):
    assert main.language_first(given) == wanted


def test_chinese_is_spoken_when_asked_after_the_command(tmp_path):
    script = "import sys; from minewatch.cli.main import run; sys.argv = ['minewatch', *sys.argv[1:]]; run()"
    command = [sys.executable, "-c", script, "init", str(tmp_path / "office"), "--lang", "zh"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search("[\u4e00-\u9fff]", done.stderr + done.stdout)


def test_an_interruption_is_told_in_the_language_asked_for(capsys, monkeypatch):
    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "app", interrupted)
    monkeypatch.setenv("MINEWATCH_LANG", "zh")
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "minewatch: 已中断；重新运行同一命令即可继续\n"
