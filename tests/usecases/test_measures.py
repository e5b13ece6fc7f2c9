"""Categories decide measures; each names who acts under which clause, and a reason is kept where one was needed."""

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.usecases.measures import MeasureOrder, offers, set_categories, take_measures
from ya_turn import BECAUSE, turn_of, when, ya

SC = "cn-sc-20210618"
LATER = when(19)


def categorised(office, pack=SC, names=("others-found",)):
    turn = turn_of(office, at=LATER)
    set_categories(turn=turn, cases=["case-1"], pack=pack, categories=names, reason="sweep", by="Chen")
    return turn


def test_measures_are_offered_for_the_categories_set(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        assert offers(turn=turn_of(office, at=LATER), case="case-1", pack=SC) == ()
        found = offers(turn=categorised(office), case="case-1", pack=SC)
        assert "close-found" in {one.id for one in found}
        assert {one.section for one in found} == {"section 3"}
        assert not any(one.taken for one in found)


def test_a_measure_is_taken_with_its_clause_and_reason(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        turn = categorised(office)
        order = MeasureOrder(pack=SC, measures=("close-found",), by="Chen", because=BECAUSE)
        take_measures(turn=turn, case="case-1", order=order)
        event = office.log.stream("case-1")[-1]
        assert event.payload["measure"] == f"{SC}/close-found"
        assert event.payload["exception_reason"] == BECAUSE
        assert event.reference.section == "section 3"
        assert next(one for one in offers(turn=turn, case="case-1", pack=SC) if one.id == "close-found").taken


def test_what_is_refused(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        turn = categorised(office)
        with pytest.raises(RuleError, match="reported only"):
            take_measures(turn=turn, case="case-1", order=MeasureOrder(pack=SC, measures=("close-found",), by="Chen"))
        with pytest.raises(RuleError, match="sets no measure m5-refer"):
            take_measures(
                turn=turn,
                case="case-1",
                order=MeasureOrder(pack=SC, measures=("m5-refer",), by="Chen", because=BECAUSE),
            )
        yn = categorised(office, "cn-yn-20210612", ("selling-generator",))
        order = MeasureOrder(pack="cn-yn-20210612", measures=("punish",), by="Chen", because=BECAUSE)
        with pytest.raises(InputError, match="does not say who acts on punish"):
            take_measures(turn=yn, case="case-1", order=order)
        early = turn_of(office, at=when(17, 13))
        with pytest.raises(RuleError, match="had no effect on 2021-06-17"):
            set_categories(turn=early, cases=["case-1"], pack=SC, categories=["others-found"], reason="r", by="Chen")


def test_categories_of_other_packs_stay(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        categorised(office)
        categorised(office, "cn-yn-20210612", ("unsafe-miner",))
        kept = office.log.stream("case-1")[-1].payload["categories"]
        assert kept == [f"{SC}/others-found", "cn-yn-20210612/unsafe-miner"]
