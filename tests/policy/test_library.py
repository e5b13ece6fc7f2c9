from datetime import date

import pytest

from minewatch.model.errors import InputError
from minewatch.policy.consequences import surcharges
from minewatch.policy.differences import differences
from minewatch.policy.faults import PackError
from minewatch.policy.library import digest, general_rules, library, shipped, with_general_rules
from minewatch.policy.schema import references

CHANGJI = next(held.text for held in shipped() if held.pack.id == "cn-xj-cj-20210609")


def ids(items):
    return [held.pack.id for held in items]


def test_the_instruments_of_june_2021_are_shipped():
    assert {
        "cn-ya-20210617", "cn-sc-20210618", "cn-nm-8-20210525", "cn-qh-20210609", "cn-xj-cj-20210609", "cn-yn-20210612",
        "cn-3assoc-20210518", "cn-fsdc51-20210521", "cn-sc-nea-20210602",
    } <= set(ids(library().all()))  # fmt: skip


def test_own_pack_wins_openly():
    own = CHANGJI.replace("edition: 1", "edition: 2")
    held = library({"mine.yaml": own}).get("cn-xj-cj-20210609")
    assert held.pack.edition == 2
    assert held.own
    assert held.origin == "mine.yaml"
    assert held.overrides == digest(CHANGJI)
    assert len(library({"mine.yaml": own})) == len(library())


def test_two_own_packs_of_one_id_are_a_fault():
    with pytest.raises(PackError, match=r"a\.yaml already holds"):
        library({"a.yaml": CHANGJI, "b.yaml": CHANGJI})


def test_version_is_of_the_content_whatever_the_line_ends():
    assert digest(CHANGJI) == digest(CHANGJI.replace("\n", "\r\n"))
    assert digest(CHANGJI) != digest(CHANGJI.replace("14:00", "15:00"))


def test_standing_goes_up_the_divisions_nation_first():
    found = ids(library().standing(date(2021, 6, 18), "511822"))
    assert found == ["cn-3assoc-20210518", "cn-fsdc51-20210521", "cn-sc-20210618", "cn-ya-20210617"]
    assert ids(library().standing(date(2021, 6, 16), "511822")) == ["cn-3assoc-20210518", "cn-fsdc51-20210521"]
    assert ids(library().in_force(date(2021, 6, 18), "511822")) == ["cn-3assoc-20210518"]
    assert ids(library().drafts(date(2021, 6, 18), "150600")) == ["cn-nm-8-20210525"]
    assert ids(library().drafts(date(2021, 5, 20), "150600")) == []


def test_unknown_pack_names_those_in_hand():
    with pytest.raises(InputError) as caught:
        library().get("nothing")
    assert "cn-sc-20210618" in caught.value.remedy


def test_differences_match_items_by_id():
    ours = library().get("cn-xj-cj-20210609").pack
    own = CHANGJI.replace('at: "2021-06-09 14:00"', 'at: "2021-06-09 16:00"').replace("edition: 1", "edition: 2")
    theirs = library({"mine.yaml": own}).get("cn-xj-cj-20210609").pack
    assert [(c.path, c.before, c.after) for c in differences(ours, theirs)] == [
        ("edition", "1", "2"),
        ("deadlines.d1400.at", "2021-06-09 14:00", "2021-06-09 16:00"),
    ]
    assert differences(ours, ours) == ()


def test_every_relation_and_basis_leads_to_a_pack():
    packs = library()
    for held in packs.all():
        linked = [relation.instrument for relation in held.pack.related]
        linked += [basis.instrument for basis in held.pack.basis if basis.instrument]
        for identity in linked:
            assert packs.get(identity)


def test_what_followed_is_shipped():
    followed = {
        "cn-nm-209-202103",
        "cn-1283", "cn-cat-2021", "cn-hi-202112", "cn-nm-115", "cn-sc-186", "cn-yf42-2026", "cn-nm-hotline-20210518"
    }  # fmt: skip
    assert followed <= set(ids(library().all()))


def test_every_value_has_a_reference_with_a_grade_we_ship():
    for held in library().all():
        grades = {ref.grade.value for _, ref in references(held.pack)}
        assert grades <= {"A", "B", "C"}
        assert len(list(references(held.pack))) > 5


def test_surcharges_of_a_division_come_nation_first():
    found = surcharges(library(), date(2022, 6, 1), "511822")
    assert [(held.pack.id, str(tariff.amount)) for held, tariff in found] == [
        ("cn-1283", "0.30"),
        ("cn-sc-186", "2.00"),
    ]


def test_general_rules_are_checked_and_stand_beside_the_packs():
    both = with_general_rules(library())
    assert {held.pack.id for held in general_rules()} >= {"cn-supply-rules-1996", "cn-power-law"}
    assert len(both) == len(library()) + len(general_rules())
    assert not {held.pack.id for held in general_rules()} & {held.pack.id for held in library().all()}
