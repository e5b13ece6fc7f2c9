"""Campaigns from packs: duties with deadline and section, one a day for daily reports, real bodies; drafts refused in earnest."""

from datetime import date

import pytest

from minewatch.model.errors import InputError, MinewatchError, RuleError
from minewatch.policy.library import library
from minewatch.stores.workspace import init
from minewatch.usecases.campaigning import open_from_packs, status_rows, tasks
from minewatch.usecases.office import open_office
from ya_turn import BECAUSE, turn_of, when, ya


def test_a_daily_report_is_one_task_a_day_to_the_last_deadline():
    days = [one.id for one in tasks(library().get("cn-sc-20210618").pack, date(2021, 6, 18)) if "daily" in one.id]
    assert {"daily-2021-06-18", "daily-2021-06-25"} <= set(days)
    assert "daily-2021-06-26" not in days


def test_bodies_get_duties_of_their_own(tmp_path):
    with ya(tmp_path) as office:
        bodies = {"cities": ["雅安市", "甘孜州"]}
        more = {"title": "sc", "region": ["511800"], "packs": ["cn-sc-20210618"], "by": "Chen"}
        open_from_packs(turn=turn_of(office, at=when(18)), name="sc", **more, bodies=bodies)
        rows = status_rows(turn=turn_of(office, at=when(18)), campaign="campaign-sc")
        named = {row["party"].zh for row in rows}
        assert {"雅安市", "甘孜州"} <= named
        with pytest.raises(InputError, match="No pack has a party villages"):
            open_from_packs(turn=turn_of(office, at=when(18)), name="s2", **more, bodies={"villages": ["x"]})


@pytest.mark.parametrize(("at", "stands"), [(when(17, 9), "due_today"), (when(17, 22, 1), "overdue")])
def test_what_stands_where(tmp_path, at, stands):
    with ya(tmp_path) as office:
        rows = status_rows(turn=turn_of(office, at=at), campaign="campaign-ya")
        assert {row["stands"] for row in rows} == {stands}
        with pytest.raises(MinewatchError, match="no campaign"):
            status_rows(turn=turn_of(office), campaign="campaign-none")


def test_in_earnest_a_report_is_refused_unless_somebody_takes_it_on(tmp_path):
    init(tmp_path / "w", zone="+08:00", shards=1)
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as office:
        ask = {"name": "ya", "title": "ya", "region": ["511800"], "packs": ["cn-ya-20210617"], "by": "Chen"}
        with pytest.raises(RuleError, match="cannot be the legal basis"):
            open_from_packs(turn=turn_of(office), **ask)
        with pytest.raises(InputError, match="cannot name a campaign"):
            open_from_packs(turn=turn_of(office), **{**ask, "name": "a b"})
        open_from_packs(turn=turn_of(office), **ask, because=BECAUSE)
        assert office.log.stream("campaign-ya")[0].payload["exception_reason"] == BECAUSE
