from datetime import date, datetime, timedelta

import numpy as np

from minewatch.detect.block import Block, Context
from minewatch.detect.circumstances import circumstances_of, went_down
from minewatch.detect.screen import screen_block

FIRST = date(2021, 6, 1)
START = datetime.fromisoformat("2021-06-01T00:00")


def load(days=30, slots=96):
    rng = np.random.default_rng(0)
    return (5.0 + 0.3 * rng.random((days, slots))).astype(np.float32)


def moved(kw, *, until=None, since=None, steady=True, mining_kw=4.0, **given):
    return circumstances_of(
        kw,
        meter="m",
        first_day=FIRST,
        mining_kw=mining_kw,
        since=since,
        until=until,
        steady=steady,
        context=Context(**given),
    )


def test_nothing_known_moves_nothing():
    assert moved(load()) == {}


def test_a_load_that_drops_with_the_network_is_nearly_proof():
    kw = load()
    outages = []
    for day in (3, 9, 20):
        kw[day, 40:44] -= 3.8
        begin = START + timedelta(days=day, hours=10)
        outages.append((begin, begin + timedelta(hours=1)))
    said = moved(kw, outages={"": tuple(outages)})
    assert said["drops_with_network"][0] >= 3
    assert said["drops_with_network"][1] == {"times": "3", "all_times": "3"}
    assert moved(load(), outages={"": tuple(outages)})["stays_in_outages"][0] < 0


def test_reactive_power_tells_motors_from_computers():
    kw = load()
    assert moved(kw, reactive_kvar={"m": 0.02 * kw})["no_reactive"][0] > 0
    assert moved(kw, reactive_kvar={"m": 0.7 * kw})["much_reactive"][0] < 0
    assert moved(kw, reactive_kvar={"other": 0.7 * kw}) == {}


def test_a_stop_at_the_deadline_counts():
    deadline = datetime.fromisoformat("2021-06-17T22:00")
    assert moved(load(), deadline=deadline, until=deadline + timedelta(hours=1))["stops_at_deadline"][0] > 0
    assert moved(load(), deadline=deadline, until=deadline - timedelta(days=3)) == {}


def test_a_floor_that_follows_the_weather_speaks_against():
    days = 40
    warmth = 15 + 10 * np.sin(np.arange(days) / 6)
    kw = load(days) + (0.2 * warmth)[:, None].astype(np.float32)
    temperature = np.repeat(warmth[:, None], 24, axis=1).astype(np.float32)
    assert moved(kw, temperature_c={"": temperature})["follows_weather"][0] < 0
    assert moved(kw, temperature_c={"": temperature}, steady=False) == {}


def test_a_part_that_begins_while_the_season_goes_on_does_not_follow_the_weather():
    days = 40
    warmth = np.linspace(10, 30, days) + np.random.default_rng(1).normal(0, 1.0, days)
    temperature = {"": np.repeat(warmth[:, None], 24, axis=1).astype(np.float32)}
    kw = load(days)
    kw[18:] += 4.0
    assert "follows_weather" in moved(kw, temperature_c=temperature)
    assert moved(kw, temperature_c=temperature, since=START + timedelta(days=18)) == {}
    assert moved(kw, temperature_c=temperature, until=START + timedelta(days=18, hours=3)) == {}


def test_a_share_thought_to_mine_shifts_every_probability():
    kw = load()[None]
    block = Block(("m",), FIRST, kw)
    few = screen_block(block, context=Context(prevalence=0.001))["probability"][0]
    many = screen_block(block, context=Context(prevalence=0.3))["probability"][0]
    assert few < screen_block(block)["probability"][0] < many


def dropping(kw, days, *, by=3.8):
    """Drop the load for an hour at 10:00 of some days and return those hours as outages."""
    outages = []
    for day in days:
        kw[day, 40:44] -= by
        begin = START + timedelta(days=day, hours=10)
        outages.append((begin, begin + timedelta(hours=1)))
    return tuple(outages)


def test_a_load_that_drops_at_that_hour_every_day_proves_nothing():
    kw = load()
    outages = dropping(kw, (3, 9, 20))
    kw[:, 40:44] = kw[3, 40:44]
    assert "drops_with_network" not in moved(kw, outages={"": outages})


def test_an_outage_while_the_suspected_part_was_off_proves_nothing():
    kw = load() - np.float32(4.5)
    outages = tuple((START + timedelta(days=day), START + timedelta(days=day, hours=1)) for day in (3, 9, 20))
    assert moved(kw, outages={"": outages}) == {}


def test_a_load_that_does_not_come_back_did_not_drop_with_the_network():
    kw = load()
    outages = dropping(kw, (20,))
    kw[20, 40:] = kw[20, 40]
    kw[21:] -= np.float32(3.8)
    assert "drops_with_network" not in moved(kw, outages={"": outages})


def test_outages_of_another_county_do_not_count():
    kw = load()
    outages = dropping(kw, (3, 9, 20))
    elsewhere = {"511823": outages}
    assert moved(kw, outages=elsewhere, places={"m": "511802"}) == {}
    assert "drops_with_network" in moved(kw, outages=elsewhere, places={"m": "511823"})
    assert "drops_with_network" in moved(kw, outages={"511800": outages}, places={"m": "511802"})


def test_empty_days_around_change_nothing():
    kw = load()
    outages = {"": dropping(kw, (3, 9, 20))}
    wider = np.full((50, 96), np.nan, np.float32)
    wider[7:37] = kw
    padded = circumstances_of(
        wider,
        meter="m",
        first_day=FIRST - timedelta(days=7),
        mining_kw=4.0,
        until=None,
        context=Context(outages=outages),
    )
    assert padded == moved(kw, outages=outages)


def test_the_deadline_of_a_meters_own_case_comes_before_the_orders():
    order = datetime.fromisoformat("2021-06-17T22:00")
    own = {"m": order - timedelta(days=7)}
    assert moved(load(), deadline=order, deadlines=own, until=order) == {}
    assert "stops_at_deadline" in moved(load(), deadline=order, deadlines=own, until=own["m"])


def test_a_part_that_stops_for_the_inspection_and_comes_back_stopped_at_the_deadline():
    deadline = datetime.fromisoformat("2021-06-17T22:00")
    kw = load()
    kw.ravel()[16 * 96 + 80 : 19 * 96] -= np.float32(3.8)
    assert moved(kw, deadline=deadline)["stops_at_deadline"] == (1.5, {"when": "2021-06-17 20:00", "hours": "2"})
    # The finding's own end is told where both speak of one stop.
    told = moved(kw, deadline=deadline, until=datetime.fromisoformat("2021-06-17T19:30"))["stops_at_deadline"][1]
    assert told == {"when": "2021-06-17 19:30", "hours": "2"}
    early = load()
    early.ravel()[15 * 96 + 40 : 19 * 96] -= np.float32(3.8)
    assert moved(early, deadline=deadline)["stops_at_deadline"][1] == {"when": "2021-06-16 10:00", "hours": "36"}
    assert moved(load(), deadline=deadline) == {}
    # A works that is shut every night stops at no deadline.
    nightly = load()
    nightly[:, 84:] -= np.float32(3.8)
    nightly[:, :30] -= np.float32(3.8)
    assert moved(nightly, deadline=deadline) == {}
    # Neither does what had stopped long before, nor what cannot be compared.
    early = load()
    early[8:] -= np.float32(3.8)
    assert moved(early, deadline=deadline) == {}
    few = load()
    few[:14] = np.nan
    assert moved(few, deadline=deadline) == {}


def test_a_works_that_closes_one_day_a_week_stops_at_no_deadline():
    deadline = datetime.fromisoformat("2021-06-19T22:00")
    kw = load()
    kw.ravel()[:] -= np.float32(3.8) * (((np.arange(30 * 96) - 88) // 96 % 7) == 4)
    assert moved(kw, deadline=deadline) == {}


def test_what_fell_with_the_network_is_looked_at_closely_though_a_glance_would_clear_it():
    rng = np.random.default_rng(8)
    hours = np.arange(96) / 4
    habit = 2.0 + 6.0 * np.exp(-((hours - 19) ** 2) / 6)
    kw = np.stack([habit * rng.gamma(8, 1 / 8, (30, 96)) for _ in range(3)]).astype(np.float32)
    days = (3, 9, 20, 24)
    outages = {"": tuple((START + timedelta(days=day), START + timedelta(days=day, hours=2)) for day in days)}
    for day in days:
        kw[0, day, :8] *= np.float32(0.2)
    block = Block(("m", "n", "o"), FIRST, kw)
    assert went_down(block, Context(outages=outages)).tolist() == [0]
    assert went_down(block, Context()).tolist() == []
    assert went_down(block, Context(outages={"511802": outages[""]}, places={"n": "511802"})).tolist() == []
    alone, known = screen_block(block), screen_block(block, context=Context(outages=outages))
    assert alone["look_weights"][0] == "{}"
    assert "drops_with_network" in known["look_weights"][0]
    assert known["probability"].to_list()[1:] == alone["probability"].to_list()[1:]


def test_outages_before_the_part_began_or_after_it_stopped_do_not_count():
    kw = load()
    outages = {"": dropping(kw, (3, 9, 20))}
    began = START + timedelta(days=15)
    assert moved(kw, outages=outages, since=began)["drops_with_network"][1] == {"times": "1", "all_times": "1"}
    assert moved(load(), outages=outages, since=START + timedelta(days=25)) == {}
    assert moved(load(), outages=outages, until=START + timedelta(days=2)) == {}


def test_standing_through_outages_says_nothing_of_a_part_that_may_have_been_off_or_is_smaller_than_estimated():
    kw = load()
    outages = {"": dropping(kw, (3, 9, 20), by=1.4)}
    assert moved(kw, outages=outages) == {}
    assert "stays_in_outages" in moved(load(), outages=outages)
    assert moved(load(), outages=outages, steady=False) == {}
