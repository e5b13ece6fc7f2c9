"""Cambridge's method on Cambridge's own list of machines, against the figures it published."""

import csv
import statistics
from datetime import date, timedelta

import pytest

from minewatch.impact import machines, network
from minewatch.impact.machines import Machine
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Source
from minewatch.model.text import Text
from shared_data import shared_file

# Published by Cambridge, TWh a year: date -> (upper, lower, best guess).
PUBLISHED = {
    "2020-06-01": (70.6, 27.0, 49.2),
    "2021-05-12": (486.1, 46.8, 139.6),
    "2021-06-13": (234.1, 34.9, 92.8),
    "2021-07-03": (150.9, 22.5, 59.5),
}


def rows(name):
    with shared_file(f"bitcoin/{name}").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cambridge_list():
    """The machines of Cambridge's own list; 1 TH/s each, so that watts are J/TH."""
    return [
        Machine(
            row["model"],
            1.0,
            float(row["j_per_th"]),
            date.fromisoformat(row["release"]),
            Source(Text("CBECI", "CBECI"), "A"),
        )
        for row in rows("asic_models.csv")
        if row["quality"].startswith("A")
    ]


def network_days():
    return {
        date.fromisoformat(row["date"]): row
        for row in rows("daily_btc.csv")
        if row["cm_price_usd"] and row["cm_blocks"]
    }


def published_and_computed(day):
    days = network_days()
    earned = []
    for back in range(14):
        row = days[day - timedelta(back)]
        coins = network.subsidy(int(row["height"])) * float(row["cm_blocks"])
        earned.append(coins * float(row["cm_price_usd"]) / float(row["cm_hashrate_THs"]))
    threshold = machines.break_even(statistics.mean(earned), 0.05)
    rate = 1e12 * statistics.mean(float(days[day - timedelta(back)]["cm_hashrate_THs"]) for back in range(7))
    kept = [m for m in cambridge_list() if m.released <= day and m.j_per_th < threshold]
    e = machines.efficiency(machines.fleet(kept, day, threshold=None, by_age=False))
    # Cambridge had no age limit then; the limit of the later version drops only machines outside these bounds.
    high, low = max(m.j_per_th for m in kept), min(m.j_per_th for m in kept)
    mean = statistics.mean(m.j_per_th for m in kept)
    assert e.low == low
    return PUBLISHED[day.isoformat()], [
        machines.yearly_twh(rate, high, 1.20),
        machines.yearly_twh(rate, low, 1.01),
        machines.yearly_twh(rate, mean, 1.10),
    ]


@pytest.mark.parametrize("day", PUBLISHED)
def test_lower_bound_is_cambridges(day):
    (_, lower, _), (_, computed, _) = published_and_computed(date.fromisoformat(day))
    assert computed == pytest.approx(lower, rel=0.005)


@pytest.mark.parametrize("day", PUBLISHED)
def test_upper_bound_is_near_cambridges(day):
    (upper, _, _), (computed, _, _) = published_and_computed(date.fromisoformat(day))
    assert computed == pytest.approx(upper, rel=0.06)


def test_best_guess_is_cambridges_before_two_models_were_weighed_apart():
    (_, _, guess), (_, _, computed) = published_and_computed(date(2020, 6, 1))
    assert computed == pytest.approx(guess, rel=0.01)


def test_the_list_holds_the_two_machines_that_bound_2021():
    named = {machine.model: machine.j_per_th for machine in cambridge_list()}
    assert named["Bitmain Antminer S19 Pro (110Th)"] == pytest.approx(29.5, abs=0.1)
    assert named["Bitmain Antminer S7-LN"] == pytest.approx(258.2, abs=0.1)


def test_our_own_table_has_the_same_ends_and_a_source_in_every_row():
    table = machines.machine_table()
    ends = {machine.model: machine.j_per_th for machine in table}
    assert ends["Antminer S19 Pro 110T"] == pytest.approx(29.55, abs=0.01)
    assert ends["Antminer S7-LN"] == pytest.approx(258.15, abs=0.01)
    assert all(
        machine.source.reference.en and machine.source.reference.zh and machine.source.grade in "ABC"
        for machine in table
    )


def test_a_machine_that_does_not_pay_is_out_and_none_left_is_an_error():
    day = date(2021, 6, 13)
    kept = machines.fleet(machines.machine_table(), day, threshold=50.0, by_age=False)
    assert max(line.j_per_th for line in kept) < 50
    assert sum(line.weight for line in kept) == pytest.approx(1)
    with pytest.raises(InputError, match="paid for its electricity"):
        machines.fleet(machines.machine_table(), day, threshold=5.0, by_age=False)


@pytest.mark.parametrize(
    ("months", "weight"), [(0, 1.0), (13, 1.0), (15, 0.8), (27, 0.6), (39, 0.4), (51, 0.2), (61, 0)]
)
def test_weights_fall_with_age(months, weight):
    on = date(2021, 6, 1)
    assert machines.age_weight(on - timedelta(days=months * 30.4375), on) == pytest.approx(weight)


def test_break_even_price_and_income_are_two_sides_of_one_balance():
    money = 0.30  # a day and TH/s
    threshold = machines.break_even(money, 0.05)
    assert threshold * 86_400 / machines.JOULE_PER_KWH * 0.05 == pytest.approx(money)
