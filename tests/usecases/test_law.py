"""The law as pages: grades, every value with its section, examples that are worked out, what differs."""

from datetime import UTC, date, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError
from minewatch.policy.library import general_rules, shipped
from minewatch.policy.schema import references
from minewatch.stores.workspace import init
from minewatch.usecases.law import SHIPPED, law_difference, law_list, law_page
from minewatch.usecases.office import Turn, open_office

NOW = datetime(2021, 6, 20, 4, 0, tzinfo=UTC)
ANALYST = Actor("li", frozenset({Role.ANALYST}), ("511800",))


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="Asia/Shanghai", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield Turn(office, ANALYST, NOW)


def test_every_pack_and_general_rule_is_listed_with_its_grades(turn):
    rows = law_list(turn=turn)
    assert {row.instrument.id for row in rows} == {one.pack.id for one in (*shipped(), *general_rules())}
    sichuan = next(row for row in rows if row.instrument.id == "cn-sc-20210618")
    held = next(one for one in shipped() if one.pack.id == "cn-sc-20210618")
    assert sum(count for _, count in sichuan.grades) == len(list(references(held.pack)))
    assert sichuan.stands
    assert not next(row for row in rows if row.instrument.id == "cn-nm-8-20210525").stands, "a draft never stands"


def test_the_list_by_place_status_and_day(turn):
    codes = {row.instrument.code for row in law_list(turn=turn, code="510000")}
    assert codes == {"510000", "511800"}
    assert {row.instrument.status for row in law_list(turn=turn, status="draft")} == {"draft"}
    before = law_list(turn=turn, on=date(2021, 6, 1))
    assert not next(row for row in before if row.instrument.id == "cn-sc-20210618").stands


@pytest.mark.parametrize("identity", [one.pack.id for one in (*shipped(), *general_rules())])
def test_each_value_of_each_pack_says_where_it_stands(turn, identity):
    page = law_page(turn=turn, identity=identity)
    lines = [*page.facts, *(line for section in page.sections for line in section.lines)]
    names = {source.name for source in page.sources}
    assert lines
    for line in lines:
        assert line.at, line
        assert line.grade in {"A", "B", "C"}
        assert line.source in names
        assert line.words.en
        assert line.words.zh


def test_an_example_is_worked_out_on_the_first_day(turn):
    page = law_page(turn=turn, identity="cn-sc-20210618")
    listed = next(one for one in page.examples if one.category == "listed-suspects")
    assert listed.on == date(2021, 6, 18)
    assert [when for _, when in listed.deadlines] == ["2021-06-21 00:00 +0800"]
    assert "clear out" in listed.measures[1].en
    assert page.not_known


def test_two_packs_and_ones_own_version_are_compared(turn):
    found = law_difference(turn=turn, before="cn-nm-8-20210525", after="cn-sc-20210618")
    assert any(change.path == "jurisdiction.code" and change.after == "510000" for change in found.changes)
    assert not law_difference(turn=turn, before=SHIPPED, after="cn-sc-20210618").changes
    own = turn.office.workspace.folder / "packs"
    own.mkdir()
    text = next(one for one in shipped() if one.pack.id == "cn-ya-20210617").text
    (own / "mine.yaml").write_text(text.replace("2021-06-17 22:00", "2021-06-17 23:00"), "utf-8")
    assert law_page(turn=turn, identity="cn-ya-20210617").replaces
    (change,) = law_difference(turn=turn, before=SHIPPED, after="cn-ya-20210617").changes
    assert (change.before, change.after) == ("2021-06-17 22:00", "2021-06-17 23:00")


@pytest.mark.parametrize("name", ["/etc/passwd", "../../minewatch.toml", "nothing", ""])
def test_a_comparison_opens_no_file(turn, name):
    with pytest.raises(InputError, match="There is no pack"):
        law_difference(turn=turn, before=name, after="cn-sc-20210618")
