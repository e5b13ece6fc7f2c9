"""Each instrument's own story through the command line: Sichuan, Inner Mongolia, Qinghai, Yunnan."""

import pytest

from minewatch.model.errors import RuleError
from office_cli import OfficeCli

DRILL = ("--because", "known from the press only; used in the drill", "--by", "Chen")


def as_at(name, moment):
    return ("--as", name, "--now", moment)


def duties(office, campaign, moment):
    return {row["duty"]: row for row in office.json("campaign", "status", campaign, *as_at("chen", moment))}


SITES = """26个疑似项目清单,,,,
项目名称,行政区划代码,计量点编号,功率(kW),备注
{rows}
甲站,511824,,abc,
乙站,999999,,900,
,511824,,900,
项目1,511824,,800,重复
"""


def test_sichuan_18_june(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-06-18 08:00")
    opened = as_at("chen", "2021-06-18 09:00")
    body = ("--body", "cities=雅安市", "--body", "cities=甘孜州")
    office.run(
        "campaign", "open", "sc", "--pack", "cn-sc-20210618", "--region", "510000", "--by", "Chen", *body, *opened
    )
    found = duties(office, "sc", "2021-06-18 09:00")
    # 20 June for the 26, 25 June for self-check and sweep, each counted to the end of the day; one report a day until then.
    assert found["cn-sc-20210618/d20/state-grid"]["deadline"] == "2021-06-21T00:00:00+08:00"
    assert found["cn-sc-20210618/d25/central-power"]["deadline"] == "2021-06-26T00:00:00+08:00"
    assert found["cn-sc-20210618/d25/central-power"]["reports_to"].startswith("provincial Development")
    daily = [name for name in found if "/daily-" in name and name.endswith("cities.1")]
    assert [name.split("daily-")[1][:10] for name in daily] == [f"2021-06-{day}" for day in range(18, 26)]
    assert found["cn-sc-20210618/daily-2021-06-18/cities.1"]["stands"] == "due_today"
    done = ("campaign", "return", "sc", "cn-sc-20210618/daily-2021-06-18/cities.1", "--signed-by", "Li", "--sites", "0")
    office.run(*done, *as_at("chen", "2021-06-18 20:00"))
    later = duties(office, "sc", "2021-06-19 08:00")
    assert later["cn-sc-20210618/daily-2021-06-18/cities.1"]["stands"] == "done"
    assert later["cn-sc-20210618/daily-2021-06-18/cities.1"]["nil"] is True
    assert later["cn-sc-20210618/daily-2021-06-18/cities.2"]["stands"] == "overdue"
    assert later["cn-sc-20210618/d20/state-grid"]["stands"] == "open"

    sites = tmp_path / "26.csv"
    rows = "\n".join(f"项目{n},511824,5118240{n:06d},{700 + n},国网报送" for n in range(1, 27))
    sites.write_text(SITES.format(rows=rows), "utf-8-sig")
    opened_cases = office.json("case", "open", "--campaign", "sc", "--sites", str(sites), *opened, code=10)
    assert len(opened_cases["opened"]) == 26
    assert [(one["line"], one["code"]) for one in opened_cases["issues"]] == [
        (29, "form_bad_number"),
        (30, "form_bad_division"),
        (31, "form_missing"),
        (32, "form_double"),
    ]
    assert opened_cases["issues"][0]["column"] == "功率(kW)"
    again = office.json("case", "open", "--campaign", "sc", "--sites", str(sites), *opened, code=10)
    assert again["opened"] == []
    assert len(again["doubles"]) == 26

    notice = (
        "case",
        "notice",
        "--all-in",
        "suspected",
        "--pack",
        "cn-sc-20210618",
        "--deadline",
        "d20",
        "--number",
        "SC",
    )
    served = office.json(*notice, *DRILL, *opened)
    assert len(served) == 26
    returns = tmp_path / "returns.csv"
    returns.write_text(
        "计量点编号,自查结论,停机时间,签字人,算力(TH/s),矿机数量\n"
        "5118240000001,已关停,2021-06-20 18:00,张三,12000,200\n"
        "5118240000002,零报告,,李四,,\n"
        "5118240000003,也许,,李四,,\n"
        "5118240000004,已关停,,王五,,\n"
        "5118240999999,已关停,2021-06-20 18:00,王五,,\n",
        "utf-8",
    )
    got = office.json("case", "return", "--file", str(returns), *as_at("bai", "2021-06-20 19:00"), code=10)
    assert got["recorded"] == ["case-1", "case-2"]
    assert [(one["line"], one["code"]) for one in got["issues"]] == [
        (4, "form_bad_choice"),
        (5, "form_refused"),
        (6, "form_no_case"),
    ]
    view = office.json("campaign", "roll-up", "sc", "--by-level", "city", *as_at("chen", "2021-06-21 00:30"))
    (ya,) = view["rows"]
    assert ya["division"] == "511800"
    assert ya["projects"] == 26
    assert ya["hash_rate_ths"] == 12000
    assert ya["overdue"] == 26
    assert ya["mw"] == pytest.approx(sum(700 + n for n in range(1, 27)) / 1000)
    before = office.json("campaign", "roll-up", "sc", "--on", "2021-06-20", *as_at("chen", "2021-06-21 00:30"))
    assert before["total"]["overdue"] == 0
    assert before["whole"] is True


def test_inner_mongolia_decides_by_category(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-05-26 08:00")
    now = as_at("chen", "2021-05-26 10:00")
    pack = ("--pack", "cn-nm-8-20210525")
    office.run("campaign", "open", "nm", *pack, "--region", "150000", "--by", "Chen", *now)
    office.run("case", "open", "--campaign", "nm", "--site", "cloud firm", "--division", "150100", *now)
    office.run("case", "notice", "1", *pack, "--number", "1", "--until", "2021-06-01 00:00", *DRILL, *now)
    sets = ("--set", "datacentre-cloud", "--set", "telecom-internet")
    office.run("case", "categories", "1", *pack, *sets, "--reason", "licence and load", "--by", "Chen", *now)
    offered = {one["id"]: one for one in office.json("case", "measure", "1", *pack, *now)}
    assert set(offered) == {"m2-benefits", "m2-market", "m2-account", "m3-licence", "m3-account"}
    assert offered["m3-licence"]["acting"].startswith("电信主管部门")
    assert offered["m3-licence"]["section"] == "item 3"
    take = ("case", "measure", "1", *pack, "--take", "m2-market", "--take", "m3-licence")
    with pytest.raises(RuleError, match="cannot be the legal basis"):
        office.run(*take, "--by", "Chen", *now)
    receipts = office.json(*take, *DRILL, *now)
    assert receipts[0]["events"] == ["case.measure_taken/1", "case.measure_taken/1"]
    with pytest.raises(RuleError, match="sets no measure m5-refer"):
        office.run("case", "measure", "1", *pack, "--take", "m5-refer", *DRILL, *now)
    events = office.json("case", "log", "1", *now)
    taken = [one for one in events if one["event"] == "case.measure_taken/1"]
    assert [one["rule"][2] for one in taken] == ["item 2", "item 3"]
    assert taken[1]["data"]["by"] == "Chen"
    lift = (
        "case",
        "lift",
        "1",
        "--measure",
        "cn-nm-8-20210525/m2-market",
        "--reason",
        "licence found valid",
        "--by",
        "Chen",
    )
    office.run(*lift, *now)
    assert office.json("case", "show", "1", *now)["measures"] == ["cn-nm-8-20210525/m3-licence"]


def test_qinghai_draws_its_spot_checks(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-06-09 08:00")
    now = as_at("chen", "2021-06-21 10:00")
    for name in ("ma", "su", "wu"):
        office.run(
            *("actor", "add", name, "--role", "inspector", "--division", "630000"), *as_at("root", "2021-06-09 09:00")
        )
    office.run("campaign", "open", "qh", "--pack", "cn-qh-20210609", "--region", "630000", "--by", "Chen", *now)
    for number in range(12):
        office.run("case", "open", "--campaign", "qh", "--site", f"mine {number}", "--division", "630100", *now)
    assert office.run("draw", "size", "--population", "12", "--tolerated", "1").stdout.strip() == "9"
    office.run("draw", "commit", "june", "--seed", "lots 4711", *now)
    wrong = ("draw", "draw", "june", "--campaign", "qh", "--count", "4", "--seed", "another")
    with pytest.raises(RuleError, match="not the one that was committed"):
        office.run(*wrong, *now)
    drawn = office.json(*wrong[:-1], "lots 4711", "--recuse", "3=ma", *now)
    assert len(drawn["visits"]) == 4
    assert all(len(visit["inspectors"]) == 2 for visit in drawn["visits"])
    assert office.json("draw", "check", "june")["same"] is True
    first = drawn["visits"][0]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 photo")
    who = [word for name in first["inspectors"] for word in ("--inspector", name)]
    visit = ("case", "visit", first["case"], *who, "--found", "racks empty", "--still", "--photo", str(photo))
    checks = ("--check", "meter sealed=yes", "--check", "racks=0", "--location", "36.62,101.78")
    office.run(*visit, *checks, *as_at("luo", "2021-06-22 11:00"))
    events = office.json("case", "log", first["case"], *now)
    assert events[-1]["data"]["checks"] == ["meter sealed=yes", "racks=0"]
    assert len(events[-1]["data"]["photos"][0]) == 64


def test_yunnan_has_three_classes(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-06-12 08:00")
    now = as_at("chen", "2021-06-12 10:00")
    pack = ("--pack", "cn-yn-20210612")
    office.run("campaign", "open", "yn", *pack, "--region", "530000", "--by", "Chen", *now)
    assert duties(office, "yn", "2021-06-12 10:00")["cn-yn-20210612/end-june/power-departments"]["deadline"] == (
        "2021-07-01T00:00:00+08:00"
    )
    classes = {
        "evading-miner": {"joint-check", "cut-supply"},
        "selling-generator": {"joint-check", "punish"},
        "unsafe-miner": {"joint-check", "close-rectify"},
    }
    for number, (name, measures) in enumerate(classes.items(), start=1):
        office.run("case", "open", "--campaign", "yn", "--site", name, "--division", "530100", *now)
        office.run("case", "notice", number, *pack, "--number", number, *DRILL, *now)
        office.run("case", "categories", number, *pack, "--set", name, "--reason", "joint check", "--by", "Chen", *now)
        assert {one["id"] for one in office.json("case", "measure", number, *pack, *now)} == measures
    # The report names nobody who punishes: somebody must be named.
    office.run("case", "measure", 2, *pack, "--take", "punish", "--acting", "provincial energy bureau", *DRILL, *now)
    refer = (
        "case",
        "refer",
        "2",
        "--to",
        "market_operator",
        "--body",
        "昆明电力交易中心",
        *pack,
        "--section",
        "report",
    )
    with pytest.raises(RuleError, match="reported only"):
        office.run(*refer, "--by", "Chen", *now)
    office.run(*refer, *DRILL, *now)
    assert office.json("case", "show", "2", *now)["status"] == "referred"


def test_tips_keep_the_informant_secret(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-05-18 08:00")
    now = as_at("bai", "2021-05-19 10:00")
    assert len(office.json("tip", "categories", "--as", "bai")) == 4
    tip = (
        "tip",
        "add",
        "--category",
        "host",
        "--division",
        "150100",
        "--what",
        "fans at night",
        "--informant",
        "Wang Wu",
    )
    assert office.json(*tip, *now)["id"] == "tip-1"
    exported = office.run("ledger", "export", "--as", "gao").stdout
    assert "Wang Wu" not in exported
    assert "fans" not in exported
    with pytest.raises(RuleError, match="tip\\.read"):
        office.run("tip", "read", "1", *now)
    boss = as_at("chen", "2021-05-19 11:00")
    assert '"Wang Wu"' in office.run("tip", "read", "1", *boss).stdout
    office.run("tip", "erase", "1", *as_at("root", "2021-06-19 11:00"))
    assert '"erased": true' in office.run("tip", "read", "1", *boss).stdout
    assert office.json("ledger", "verify", "--as", "gao")["faults"] == []
    names = [line.split('"name":"')[1].split('"')[0] for line in exported.splitlines()]
    assert "tip.received/1" in names


def test_repeat_offenders_are_recognised(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-06-09 08:00")
    now = as_at("chen", "2021-06-18 10:00")
    for name in ("one", "two"):
        office.run("campaign", "open", name, "--pack", "cn-sc-20210618", "--region", "510000", "--by", "Chen", *now)
    case = ("case", "open", "--division", "511824", "--site")
    office.run(*case, "old hall", "--campaign", "one", "--meter", "M1", "--party", "Old Firm", *now)
    by_meter = office.json(*case, "new hall", "--campaign", "two", "--meter", "M1", *now)
    assert by_meter["repeats"] == [{"site": "new hall", "cases": ["case-1"]}]
    by_party = office.json(*case, "third hall", "--campaign", "two", "--party", "old  firm", *now)
    assert by_party["repeats"] == [{"site": "third hall", "cases": ["case-1"]}]
    assert office.json(*case, "fourth hall", "--campaign", "two", "--party", "Other", *now)["repeats"] == []
    assert "Old Firm" not in office.run("ledger", "export", "--as", "gao").stdout
