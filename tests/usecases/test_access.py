"""Who may do what: refusals on record, the first person an administrator, divisions by their levels."""

import pytest

from minewatch.model.actors import ACTIONS, PERMISSIONS, Role
from minewatch.model.errors import InputError, MinewatchError, RuleError
from minewatch.usecases.access import actors, add_actor, check, find_actor, make_actor
from ya_turn import BAI, CHEN, ROOT, when, ya


def test_a_refusal_is_recorded_before_it_is_told(tmp_path):
    with ya(tmp_path, cases=0) as office:
        check(log=office.log, actor=CHEN, action="case.notice", division="511824", at=when(17))
        for actor, division in ((BAI, "511824"), (CHEN, "510100")):
            with pytest.raises(RuleError) as refused:
                check(log=office.log, actor=actor, action="case.notice", division=division, at=when(17))
            assert "无权" in refused.value.told("zh")[0]
        events = [event.payload for event in office.log.stream("access")]
        assert events[-1] == {"actor": "chen", "action": "case.notice", "division": "510100"}
        assert len(events) == 2


def test_people_are_registered_by_administrators_and_changed_by_a_later_event(tmp_path):
    with ya(tmp_path, cases=0) as office:
        wide = make_actor(name="bai", roles=[Role.ANALYST, Role.INSPECTOR], divisions=["510000"])
        with pytest.raises(RuleError, match="actor\\.manage"):
            add_actor(log=office.log, by=CHEN, new=wide, at=when(17))
        add_actor(log=office.log, by=ROOT, new=wide, at=when(17))
        assert find_actor(log=office.log, name="bai") == wide
        assert [one.name for one in actors(log=office.log)].count("bai") == 1
        with pytest.raises(MinewatchError, match="Nobody is registered as 'nobody'"):
            find_actor(log=office.log, name="nobody")
        with pytest.raises(InputError, match="Say who adds"):
            add_actor(log=office.log, by=None, new=wide, at=when(17))


@pytest.mark.parametrize(("name", "divisions"), [(" ", []), ("x", ["5118"]), ("x", ["Ya'an"])])
def test_what_is_no_person(name, divisions):
    with pytest.raises(InputError):
        make_actor(name=name, roles=[Role.ANALYST], divisions=divisions)


def test_every_action_has_words():
    assert set(ACTIONS) == set(PERMISSIONS)
