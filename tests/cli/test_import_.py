"""init, import and export as a user types them."""

import json

import pytest
from typer.testing import CliRunner

from minewatch.cli import export, import_, init
from minewatch.model.errors import ConfigurationError, ConflictError, InputError

runner = CliRunner()


def run(app, *words, code=0):
    result = runner.invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.delenv("MINEWATCH_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    run(init.app, "office", "--zone", "+08:00", "--shards", "2")
    return tmp_path / "office"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "一月.csv"
    rows = "".join(f"户1,2021-06-0{d} {h:02d}:00,{d + h / 100}\n" for d in (1, 2) for h in range(24))
    path.write_text("meter,time,kw\n" + rows, "utf-8")
    return path


def test_import_export_and_import_again(office, table):
    receipt = json.loads(run(import_.app, "readings", table, "--workspace", office, "--json").stdout)
    assert (receipt["committed"], receipt["readings"], receipt["days"]) == (True, 48, {"24": 2})
    again = json.loads(run(import_.app, "readings", table, "--workspace", office, "--json").stdout)
    assert (again["committed"], again["issue_counts"]) == (False, {"same_file": 1})
    wrote = json.loads(run(export.app, "--out", "a.csv", "--workspace", office, "--json").stdout)
    assert wrote["rows"] == 48
    run(init.app, "second", "--zone", "+08:00", "--json")
    back = json.loads(run(import_.app, "readings", "a.csv", "--workspace", "second", "--json").stdout)
    assert back["readings"] == 48
    few = ("--meters", "户1,x", "--from", "2021-06-02", "--to", "2021-06-02", "--days")
    run(export.app, "--out", "b.csv", "--workspace", "second", *few)
    assert (office.parent / "b.csv").read_text("utf-8").splitlines()[1].startswith("户1,2021-06-02,2.0,2.01,")
    (office.parent / "ids.txt").write_text("nobody\n")
    nothing = run(export.app, "--out", "c.parquet", "--workspace", "second", "--meters", "@ids.txt", "--json")
    assert json.loads(nothing.stdout)["rows"] == 0


def test_a_check_exits_10_where_rows_cannot_be_used_and_keeps_nothing(office, table, monkeypatch):
    monkeypatch.setenv("MINEWATCH_WORKSPACE", str(office))
    with table.open("a") as out:
        out.write("户1,2021-06-03 00:00,many\n")
    result = run(import_.app, "readings", table, "--check", "--issues", "issues.csv", code=10)
    assert result.stdout == ""
    assert "many" in (office.parent / "issues.csv").read_text("utf-8-sig")
    assert not list((office / "lake" / "parts").iterdir())


def test_the_recognised_layout_can_be_saved_and_used(office, table, monkeypatch):
    monkeypatch.chdir(office)
    run(import_.app, "readings", table, "--check", "--save-layout", "map.json")
    layout = json.loads((office / "map.json").read_text("utf-8"))
    assert layout["family"] == "long"
    layout["unit"] = "W"
    (office / "map.json").write_text(json.dumps(layout))
    run(import_.app, "readings", table, "--layout", "map.json")
    run(export.app, "--out", "a.csv")
    assert (office / "a.csv").read_text("utf-8").splitlines()[1].endswith(",0.001")


def test_errors_are_of_the_tree(office, table, tmp_path):
    with pytest.raises(ConflictError):
        run(init.app, office)
    with pytest.raises(ConfigurationError):
        run(import_.app, "readings", table, "--workspace", tmp_path)
    with pytest.raises(InputError):
        run(import_.app, "readings", "nothing*.csv", "--workspace", office)
    with pytest.raises(InputError):
        run(import_.app, "readings", table, "--workspace", office, "--layout", "no-such-file")
    with pytest.raises(InputError):
        run(export.app, "--out", "a.csv", "--workspace", office, "--meters", "@no-such-file")
    (tmp_path / "x.xml").write_text("<a/>")
    with pytest.raises(InputError, match="No layout"):
        run(import_.app, "readings", "x.xml", "--workspace", office, "--save-layout", "m.json")


def test_what_is_readable_of_a_folder_is_taken_and_the_rest_told(office, table, tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    table.rename(folder / table.name)
    (folder / "b.csv").write_bytes(b"%PDF-1.7\n")
    (folder / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    words = ("readings", folder, tmp_path / "nowhere", "--workspace", office, "--json")
    receipt = json.loads(run(import_.app, *words, code=10).stdout)
    assert receipt["readings"] == 48
    assert receipt["issue_counts"] == {"document_file": 1, "left_out_files": 1, "nothing_there": 1}
    (left,) = [one for one in receipt["issues"] if one["code"] == "left_out_files"]
    assert left["sentence"]["en"] == "Files of the folder with other endings were left out: c.png."


@pytest.mark.parametrize("kind", ["readings", "meters", "reactive"])
def test_an_import_that_takes_nothing_fails(office, tmp_path, kind):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    words = (kind, tmp_path / "a.csv", tmp_path / "b.csv", "--workspace", office)
    told = json.loads(run(import_.app, *words, "--json", code=3).stdout)
    assert {one["code"] for one in told["issues"]} == {"picture_file"}
    with pytest.raises(InputError, match="Nothing was taken from 2 files") as refused:
        run(import_.app, *words)
    assert refused.value.told("zh")[0] == "2 个文件均未采用任何数据。"
