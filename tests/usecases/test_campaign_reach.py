import pytest

from case_office import BAI, COUNTY, ELSEWHERE, GAO, case_office, turn
from minewatch.model.errors import MissingError, RuleError
from minewatch.usecases.campaign_reach import reached_campaign


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_a_county_reaches_the_campaign_of_its_city(office):
    for actor in (BAI, COUNTY, GAO):
        assert reached_campaign(turn=turn(office, actor), campaign="ya")["id"] == "campaign-ya"


def test_elsewhere_and_the_wrong_role_are_refused_on_record(office):
    for actor, action in ((ELSEWHERE, "campaign.read"), (GAO, "case.plan")):
        before = office.log.version("access")
        with pytest.raises(RuleError):
            reached_campaign(turn=turn(office, actor), campaign="ya", action=action)
        assert office.log.version("access") == before + 1


def test_what_is_not_there_is_missing(office):
    with pytest.raises(MissingError):
        reached_campaign(turn=turn(office), campaign="none")
