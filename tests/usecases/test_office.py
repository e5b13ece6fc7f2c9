"""The office: its zone, its clock, a rehearsal's own time; nothing becomes a rehearsal later."""

from datetime import timedelta

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.stores.workspace import init
from minewatch.usecases.office import declare_rehearsal, moment, open_office
from ya_turn import when, ya


@pytest.fixture
def earnest(tmp_path):
    init(tmp_path / "e", zone="+08:00", shards=1)
    with open_office(given=tmp_path / "e", variable=None, start=tmp_path, address=None) as office:
        yield office


def test_times_are_of_the_offices_zone_and_an_offset_wins(earnest):
    assert earnest.instant("2021-06-17 22:00") == when(17, 22)
    assert earnest.instant("2021-06-17T14:00+00:00") == when(17, 22)
    assert earnest.shown("2021-06-17T14:00:00.000000Z") == "2021-06-17 22:00"
    assert earnest.span("2021-06-17T14:00:00.000000Z", "2021-06-17T14:15:00.000000Z") == (
        "2021-06-17 22:00 – 2021-06-17 22:15"
    )
    assert earnest.span("2021-06-17T14:00:00.000000Z", "2021-06-17T14:00:00.000000Z") == ""
    nested = {"a": ["2021-06-17T14:00:00.000000Z"], "b": ("x", 1)}
    assert earnest.in_zone(nested) == {"a": ["2021-06-17T22:00:00+08:00"], "b": ["x", 1]}
    with pytest.raises(InputError, match="is not a time"):
        earnest.instant("tomorrow")


def test_only_a_rehearsal_has_a_time_of_its_own(earnest, tmp_path):
    clock = when(30)
    assert moment(office=earnest, asked=None, clock=clock) == clock
    with pytest.raises(RuleError, match="Only a rehearsal"):
        moment(office=earnest, asked="2021-06-17 12:00", clock=clock)
    with ya(tmp_path / "r", cases=0) as drill:
        assert moment(office=drill, asked="2021-06-17 12:00", clock=clock) == when(17)
        with pytest.raises(RuleError, match="cannot become a rehearsal"):
            declare_rehearsal(office=drill, by="Chen", at=when(17) + timedelta(days=1))
