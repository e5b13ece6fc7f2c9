"""Origins: what rests on simulated data bears a label, together with what does not as well."""

import pytest

from minewatch.model.origin import MIXED, SIMULATED, Origin, origin_of, together


def test_only_measured_data_goes_without_a_label():
    assert [one.label for one in Origin] == [None, SIMULATED, MIXED]
    assert [one.mark is None for one in Origin] == [True, False, False]
    assert [one.is_simulated for one in Origin] == [False, True, True]
    assert "SIMULATED" in SIMULATED.en
    assert "SIMULATED" in MIXED.en
    assert "模拟数据" in MIXED.zh


@pytest.mark.parametrize("one", Origin)
def test_an_origin_survives_a_table(one):
    assert origin_of(one.cell) is one
    assert origin_of(f" {one.cell.upper()} ") is one


def test_a_cell_that_says_nothing_tells_nothing():
    assert origin_of("") is Origin.MEASURED
    assert origin_of("perhaps") is Origin.MEASURED


def test_measured_and_simulated_together_are_mixed():
    assert together([]) is Origin.MEASURED
    assert together([Origin.SIMULATED, Origin.SIMULATED]) is Origin.SIMULATED
    assert together([Origin.SIMULATED, Origin.MEASURED]) is Origin.MIXED
    assert together([Origin.MIXED]) is Origin.MIXED
