import json

import pytest
from typer.testing import CliRunner

from minewatch.cli.policy import app
from minewatch.model.errors import InputError

runner = CliRunner()


def run(*words):
    result = runner.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_map_on_12_june_says_sichuan_has_none(tmp_path):
    data = json.loads(run("map", "--on", "2021-06-12", "--json", "--picture", str(tmp_path / "map.png")))
    assert next(row for row in data["rows"] if row["code"] == "510000")["verdict"] == "none"
    assert (tmp_path / "map.png").stat().st_size > 10_000
    assert "Sichuan" in run("map", "--on", "2021-06-12")


def test_list_show_timeline_diff_as_text_and_json():
    assert "cn-sc-20210618" in run("list")
    assert [row["id"] for row in json.loads(run("list", "--code", "630000", "--json"))] == ["cn-qh-20210609"]
    assert "2021-06-17 22:00 Asia/Shanghai" in run("show", "cn-ya-20210617")
    assert json.loads(run("show", "cn-ya-20210617", "--json"))["pack"]["status"]["value"] == "reported_meeting"
    assert any(row["act"] == "deadline:d1400" for row in json.loads(run("timeline", "--json"))["rows"])
    assert "cn-ya-20210617" in run("timeline", "--code", "511800")
    assert json.loads(run("diff", "cn-ya-20210617", "cn-ya-20210617", "--json")) == []


def test_check_tells_faults_and_exits_3(tmp_path):
    assert "without fault" in run("check")
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: minewatch-pack/1\n", "utf-8")
    result = runner.invoke(app, ["check", str(bad), "--json"])
    assert result.exit_code == 3
    assert json.loads(result.stdout)["faults"][0]["line"] == 1


def test_a_wrong_day_is_told():
    with pytest.raises(InputError, match="not a day"):
        runner.invoke(app, ["map", "--on", "12 June"], catch_exceptions=False)


def test_read_prints_a_timeline_and_json_and_saves_drafts(tmp_path):
    file = tmp_path / "news.txt"
    file.write_text("2021年6月9日\n6月9日，青海省工业和信息化厅下发通知，要求6月20日前全部关停挖矿项目。\n", "utf-8")
    assert "青海省工业和信息化厅" in run("read", str(file))
    data = json.loads(run("read", str(file), "--json", "--out", str(tmp_path / "out")))
    assert set(data) == {"document", "events", "draft"}
    start, end = data["events"][0]["span"]
    assert data["document"]["text"][start:end] == data["events"][0]["text"]
    assert "without fault" in run("check", str(tmp_path / "out"))
    (tmp_path / "bad.docx").write_bytes(b"PK broken")
    result = runner.invoke(app, ["read", str(tmp_path), "--json"])
    assert result.exit_code == 10
    assert len(json.loads(result.stdout)) == 2
