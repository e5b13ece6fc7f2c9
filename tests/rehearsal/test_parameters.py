"""The parameters are consistent with each other."""

from minewatch.rehearsal.customers import CUSTOMERS
from minewatch.rehearsal.lookalikes import KINDS
from minewatch.rehearsal.mines import MODES
from minewatch.rehearsal.parameters import CLASSES, COUNTIES, EVASIONS, MineMix, Obedience


def test_counties_are_yaans_eight():
    assert len(COUNTIES) == 8
    assert all(county.code.startswith("5118") for county in COUNTIES)
    assert abs(sum(county.share for county in COUNTIES) - 1.0) < 1e-9


def test_every_class_has_a_model():
    for one in CLASSES:
        assert one.kind in (KINDS if one.lookalike else CUSTOMERS)


def test_mixes_name_what_exists():
    mix, rules = MineMix(), Obedience()
    assert set(mix.modes) == set(MODES)
    assert set(mix.per_thousand) | {"private_supply"} == set(EVASIONS)
    for table in (rules.open_mines, rules.hidden_mines):
        assert abs(sum(table.values()) - 1.0) < 1e-9
