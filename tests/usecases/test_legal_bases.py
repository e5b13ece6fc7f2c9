"""No step rests on an instrument that was not there that day; a draft or a report only where a named person says why."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import RuleError
from minewatch.stores.workspace import init
from minewatch.usecases.legal_bases import rest_on
from minewatch.usecases.office import Turn, open_office
from office_cli import OfficeCli

CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("000000",))


@pytest.fixture
def office(tmp_path):
    init(tmp_path / "w", zone="+08:00", shards=1)
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as opened:
        yield opened


def turn(office, *moment):
    return Turn(office, CHEN, datetime(*moment, tzinfo=timezone(timedelta(hours=8))))


def test_an_instrument_in_force_needs_no_reason(office):
    resting = rest_on(turn=turn(office, 2021, 10, 1), pack="cn-1283", by="Chen", because="")
    assert resting.at("item 12").section == "item 12"
    assert resting.at("item 12").version == resting.held.version
    assert resting.basis.exception_reason == ""


def test_the_day_is_that_of_the_offices_zone(office):
    just_before = datetime(2021, 9, 2, 15, 59, tzinfo=UTC)
    with pytest.raises(RuleError, match="no effect on that day"):
        rest_on(turn=Turn(office, CHEN, just_before), pack="cn-1283", by="Chen", because="urgent")
    assert rest_on(turn=Turn(office, CHEN, just_before + timedelta(minutes=1)), pack="cn-1283", by="Chen", because="")


def test_a_report_needs_a_person_and_a_reason_and_says_the_way_out_in_both_languages(office):
    with pytest.raises(RuleError) as refused:
        rest_on(turn=turn(office, 2021, 6, 19), pack="cn-sc-20210618", by="Chen", because=" ")
    assert refused.value.remedy.endswith("(--because, with --by)")
    assert "不能作为法定依据" in refused.value.told("zh")[0]
    assert refused.value.told("zh")[1].endswith("（--because，并写明 --by）")
    taken = rest_on(turn=turn(office, 2021, 6, 19), pack="cn-sc-20210618", by="Chen", because="read out on the phone")
    assert taken.basis.exception_reason == "read out on the phone"


def at(moment):
    return ("--as", "chen", "--now", moment)


def begun(folder):
    """Return an office of 17 June 2021 with a campaign and one case."""
    office = OfficeCli(folder / "w", begin="2021-06-17 08:00")
    pack = ("--pack", "cn-ya-20210617", "--region", "511800", "--by", "Chen")
    office.run("campaign", "open", "ya", *pack, *at("2021-06-17 09:00"))
    office.run("case", "open", "--site", "甲站", "--division", "511824", "--campaign", "ya", *at("2021-06-17 09:00"))
    return office


STEPS = {
    "notice": ("case", "notice", "1", "--number", "N", "--until", "2021-08-01 12:00"),
    "measure": ("case", "measure", "1", "--take", "close-found"),
    "refer": ("case", "refer", "1", "--to", "police", "--body", "county police", "--section", "item 12"),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_rests_on_what_came_later_whatever_the_reason(tmp_path, step):
    office = begun(tmp_path)
    with pytest.raises(RuleError, match="cn-1283 cannot be the legal basis of a step dated 2021-06-19"):
        office.run(*STEPS[step], "--pack", "cn-1283", "--by", "Chen", "--because", "soon", *at("2021-06-19 09:00"))


def test_no_category_of_what_came_later(tmp_path):
    office = begun(tmp_path)
    named = ("--set", "unsafe", "--reason", "found", "--by", "Chen")
    with pytest.raises(RuleError, match="cn-1283 had no effect on 2021-06-19"):
        office.run("case", "categories", "1", "--pack", "cn-1283", *named, *at("2021-06-19 09:00"))


def test_a_referral_keeps_why_a_report_was_used(tmp_path):
    office = begun(tmp_path)
    drill = ("--by", "Chen", "--because", "read out on the phone")
    pack = ("--pack", "cn-sc-20210618")
    office.run(*STEPS["notice"], *pack, *drill, *at("2021-06-19 09:00"))
    refer = ("case", "refer", "1", "--to", "police", "--body", "county police", "--section", "section 3", *pack)
    with pytest.raises(RuleError, match="reported only"):
        office.run(*refer, "--by", "Chen", *at("2021-06-19 10:00"))
    office.run(*refer, *drill, *at("2021-06-19 10:00"))
    last = office.json("case", "log", "1", *at("2021-06-19 11:00"))[-1]
    assert (last["event"], last["data"]["exception_reason"]) == ("case.referred/1", "read out on the phone")
