from minewatch.model.inputs import HELPS, INPUT_OF, INPUTS, most_helpful
from minewatch.model.reasons import ALTERNATIVES, REASONS


def test_every_reason_of_an_input_stands_in_the_catalogue():
    assert set(INPUT_OF) <= set(REASONS)
    assert set(HELPS) == set(ALTERNATIVES)
    assert {name for names in HELPS.values() for name in names} <= set(INPUTS)


def test_the_most_helpful_inputs_are_those_that_tell_the_first_alternatives_from_a_mine():
    assert [one.code for one in most_helpful(("electric_heating",), given=frozenset())] == ["weather", "outages"]
    helped = most_helpful(("pump_station", "cold_store"), given=frozenset({"reactive"}))
    assert helped[0].code == "currents"
    assert most_helpful((), given=frozenset()) == ()
