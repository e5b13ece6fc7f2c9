"""Money kept with the case: arithmetic to the fen, energy from the very readings, in the case file and in the bundle."""

import json
import zipfile
from datetime import date

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.stores.verify_bundle import check_bundle
from minewatch.usecases.access import find_actor
from minewatch.usecases.letters import warned_on
from minewatch.usecases.office import Turn, open_office
from paper_office import DRILL, at, paper_office

NOW = at("chen", "19 16:00")
PRICES = """prices:
  - {id: td, kind: transmission, amount: 0.1923, from: 2021-01-01, source: made up}
  - {id: energy, kind: energy, amount: 0.55, from: 2021-01-01, source: made up}
  - {id: station, kind: station, amount: 0.25, from: 2021-01-01, source: made up}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("money")
    office = paper_office(folder)
    (folder / "prices.yaml").write_text(PRICES, "utf-8")
    return office, folder


def money(desk, kind, *more):
    office, folder = desk
    order = ("case", "money", "1", "--kind", kind, "--on", "2021-06-18", "--prices", folder / "prices.yaml")
    office.run(*order, *more, *NOW)
    *_, event = office.json("case", "log", "1", *NOW)
    assert event["event"] == "case.money_stated/1"
    return event["data"]


def test_told_energy(desk):
    data = money(desk, "theft", "--kwh", "900:1000:1200")
    totals = {one["what"]["en"]: (one["low"], one["best"], one["high"]) for one in data["statement"]["totals"]}
    assert totals["owed to the supplier"] == ("1980.00", "2200.00", "2640.00")
    assert [one.split(":")[0] for one in data["evidence"]] == ["prices"]


def test_energy_from_the_readings_is_tied_to_them_and_the_verifier_checks_it(desk):
    office, folder = desk
    data = money(desk, "evaded", "--readings", "2021-05-20:2021-06-10")
    assert data["evidence"][0].startswith("readings:")
    # 22 days of 450 and 550 kW, with two quarter hours of 22 days missing on either meter's 21 May
    assert float(data["statement"]["quantity"].split()[0]) == pytest.approx(22 * 24 * 1000 - 500, rel=1e-3)
    assert "Missing readings: 2 of 2112" in data["statement"]["notes"][-1]["en"]
    office.run("case", "bundle", "1", folder / "b.zip", *NOW)
    told = [english for status, english, _ in check_bundle((folder / "b.zip").read_bytes()).lines if status == "holds"]
    assert sum("rests on exactly these readings" in one for one in told) == 2
    with zipfile.ZipFile(folder / "b.zip") as held:
        assert data["evidence"][0].partition(":")[2] in json.loads(held.read("readings/windows.json"))


def test_the_case_file_shows_lines_clauses_and_totals(desk):
    office, folder = desk
    money(desk, "gains", "--kwh", "100000")
    office.run("--lang", "zh", "case", "file", "1", "--out", folder / "c.html", *NOW)
    page = (folder / "c.html").read_text("utf-8")
    for words in ("金额测算：电站违法所得测算", "100000 kWh × 0.25 CNY/kWh", "不超过125,000.00", "不是处理决定"):
        assert words in page, words


def test_a_surcharge_counts_from_the_warning_letter_and_a_draft_charges_nobody(desk):
    office, folder = desk
    with pytest.raises(RuleError, match="draft and can charge nobody"):
        money(desk, "surcharge", "--readings", "2021-05-20:2021-06-22", "--pack", "cn-sd-202202", "--on", "2022-05-10")
    issued = ("--number", "告1", "--section", "item 1", "--until", "2021-06-25 12:00", "--out", folder / "w.docx")
    given = ("--set", "issuer=x", "--set", "contact=y", "--set", "surcharge=0.30元/千瓦时")
    order = ("case", "letter", "1", "--kind", "surcharge", "--pack", "cn-ya-20210617", *issued, *given, *DRILL)
    with open_office(given=office.folder, variable=None, start=folder, address=None) as opened:
        turn = Turn(opened, find_actor(log=opened.log, name="chen"), opened.instant("2021-06-19 16:00"))
        assert warned_on(turn, "case-1") is None
        office.run(*order, *at("chen", "19 15:00"))
        assert warned_on(turn, "case-1") == date(2021, 6, 19)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((), "in one way"),
        (("--kwh", "1", "--kw", "2"), "in one way"),
        (("--readings", "May"), "names no days"),
        (("--readings", "2020-01-01:2020-01-02"), "no readings"),
    ],
)
def test_energy_is_told_in_one_way(desk, more, told):
    with pytest.raises(InputError, match=told):
        money(desk, "evaded", *more)


def test_who_may(desk):
    office, _ = desk
    with pytest.raises(RuleError, match=r"case\.money"):
        office.run("case", "money", "1", "--kind", "evaded", "--on", "2021-06-18", "--kwh", "1", *at("luo", "19 16:00"))
