from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.policy.money import (
    Cycle,
    Figure,
    Span,
    evaded,
    factored,
    fen,
    plain,
    presumed_kwh,
    priced,
    surcharge,
    total,
)

HERE = Text("here", "此处")


def figure(value):
    return Figure(Decimal(value), HERE)


def exactly(value):
    return Span.exactly(Decimal(value))


def test_unknown_duration_of_twenty_megawatts():
    energy, shown = presumed_kwh(exactly(20000), days=figure(180), hours=figure(12))
    assert energy == exactly(43_200_000)
    assert shown == "20000 kW × 12 h × 180 d = 43200000 kWh"
    with pytest.raises(InputError):
        presumed_kwh(exactly(1), days=figure(0), hours=figure(12))


def test_funds_on_it_to_the_fen():
    funds = [(Text(one, one), figure(one)) for one in ("0.02", "0.00196875", "0.0062", "0.019")]
    lines = evaded(exactly(43_200_000), transmission=None, funds=funds)
    assert [line.amount.best for line in lines] == [Decimal(one) for one in ("864000", "85050", "267840", "820800")]
    assert total(lines, kinds=frozenset({"evaded"})).best == Decimal("2037690.00")


def test_surcharge_counts_whole_and_part_cycles_after_every_bar():
    cycles = [
        Cycle(date(2022, 5, 16), date(2022, 6, 15), Decimal(310)),
        Cycle(date(2022, 4, 16), date(2022, 5, 15), Decimal(300)),
    ]
    lines = surcharge(
        cycles, price=figure("2"), start=date(2021, 1, 1), stop=date(2022, 6, 1), issued=date(2022, 4, 30), warned=None
    )
    assert [line.amount.best for line in lines] == [Decimal(320), Decimal(320)]
    warned = surcharge(
        cycles, price=figure("2"), start=date(2022, 4, 1), stop=None, issued=date(2022, 4, 1), warned=date(2022, 5, 16)
    )
    assert [line.amount.best for line in warned] == [Decimal(620)]
    assert (
        surcharge(cycles, price=figure(2), start=date(2023, 1, 1), stop=None, issued=date(2022, 4, 1), warned=None)
        == []
    )


def test_cycles_that_overlap_are_refused():
    cycles = [
        Cycle(date(2022, 5, 1), date(2022, 5, 31), Decimal(1)),
        Cycle(date(2022, 5, 31), date(2022, 6, 30), Decimal(1)),
    ]
    with pytest.raises(InputError):
        surcharge(cycles, price=figure(2), start=date(2022, 5, 1), stop=None, issued=date(2022, 5, 1), warned=None)
    with pytest.raises(InputError):
        surcharge(
            [Cycle(date(2022, 5, 2), date(2022, 5, 1), Decimal(1))],
            price=figure(2),
            start=date(2022, 5, 1),
            stop=None,
            issued=date(2022, 5, 1),
            warned=None,
        )


def test_a_multiple_is_of_the_rounded_amount_as_on_the_bill():
    base = priced(exactly("0.333"), figure("0.1"), kind="repayment", what=HERE)
    assert base.amount.best == Decimal("0.03")
    assert factored(base, figure(3), kind="civil_fee", what=HERE).amount.best == Decimal("0.09")


def test_civil_and_administrative_amounts_stay_apart():
    base = priced(exactly(100), figure("0.5"), kind="repayment", what=HERE)
    lines = [
        base,
        factored(base, figure(3), kind="civil_fee", what=HERE),
        factored(base, figure(5), kind="fine", what=HERE),
    ]
    assert total(lines, kinds=frozenset({"repayment", "civil_fee"})).best == Decimal(200)
    assert total(lines, kinds=frozenset({"fine"})).best == Decimal(250)


@given(st.integers(1, 60), st.integers(0, 70), st.integers(0, 10**6))
def test_parts_of_a_cycle_add_up_to_no_more_than_the_whole(length, at, kwh):
    first = date(2022, 1, 1)
    cycle = Cycle(first, date.fromordinal(first.toordinal() + length - 1), Decimal(kwh))
    cut = date.fromordinal(first.toordinal() + at)

    def of(start, stop):
        lines = surcharge([cycle], price=figure(2), start=start, stop=stop, issued=start, warned=None)
        return sum((line.amount.best for line in lines), Decimal(0))

    assert abs(of(first, cut) + of(cut, None) - 2 * Decimal(kwh)) <= Decimal("0.01")


def test_writing():
    assert (plain(Decimal("0.02000")), plain(Decimal(43200000)), plain(Decimal("0.00196875"))) == (
        "0.02",
        "43200000",
        "0.00196875",
    )
    assert fen(Decimal("0.005")) == Decimal("0.01")
