from datetime import date, datetime, timedelta

import numpy as np

from minewatch.detect.block import Block, Context
from minewatch.detect.circumstances import circumstances_of
from minewatch.detect.screen import screen_block

FIRST = date(2021, 6, 1)
START = datetime.fromisoformat("2021-06-01T00:00")


def load(days=30, slots=96):
    rng = np.random.default_rng(0)
    return (5.0 + 0.3 * rng.random((days, slots))).astype(np.float32)


def moved(kw, *, until=None, **given):
    return circumstances_of(kw, meter="m", first_day=FIRST, mining_kw=4.0, until=until, context=Context(**given))


def test_nothing_known_moves_nothing():
    assert moved(load()) == {}


def test_a_load_that_drops_with_the_network_is_nearly_proof():
    kw = load()
    outages = []
    for day in (3, 9, 20):
        kw[day, 40:44] -= 3.8
        begin = START + timedelta(days=day, hours=10)
        outages.append((begin, begin + timedelta(hours=1)))
    said = moved(kw, outages=tuple(outages))
    assert said["drops_with_network"][0] >= 3
    assert said["drops_with_network"][1] == {"times": "3", "all_times": "3"}
    assert moved(load(), outages=tuple(outages))["stays_in_outages"][0] < 0


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
    assert moved(kw, temperature_c=temperature)["follows_weather"][0] < 0


def test_a_share_thought_to_mine_shifts_every_probability():
    kw = load()[None]
    block = Block(("m",), FIRST, kw)
    few = screen_block(block, context=Context(prevalence=0.001))["probability"][0]
    many = screen_block(block, context=Context(prevalence=0.3))["probability"][0]
    assert few < screen_block(block)["probability"][0] < many
