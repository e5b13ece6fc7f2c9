"""The second look at a suspect: curves with a known beginning and power are dated and measured."""

from datetime import date
from io import BytesIO

import numpy as np
import pytest

from minewatch.detect.block import Block
from minewatch.detect.learned import shipped_model, snapped
from minewatch.detect.looks import take_looks
from minewatch.detect.refine import (
    CHOICE_NAMES,
    POWER_NAMES,
    Suspect,
    choices_of,
    end_of,
    group_of,
    power_row,
    read_refiner,
    shipped_refiner,
)

DAYS, SLOTS = 60, 48


def host(seed=0):
    """A small works: busy by day, less on Sundays, some noise."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(SLOTS) + 0.5) * 24 / SLOTS
    shape = 1.0 + 1.5 * ((hour > 8) & (hour < 18))
    kw = shape * rng.lognormal(0.0, 0.06, (DAYS, 1)) * rng.lognormal(0.0, 0.08, (DAYS, SLOTS))
    kw[6::7] *= 0.6
    return kw.astype(np.float32)


def suspect(kw):
    looks = take_looks(Block(("m",), date(2021, 4, 1), kw[None]), costly=True)
    model = shipped_model()
    share = float(snapped(looks, np.exp(model.forests["share"].raw(looks)))[0])
    return Suspect(
        kw, looks[0], share, *(float(model.forests[n].raw(looks)[0]) for n in ("started", "stopped", "switched"))
    )


def onset(kw, slot):
    kw.ravel()[slot:] += 2.0


def stages(kw, slot):
    flat = kw.ravel()
    flat[slot:] += 0.8
    flat[slot + 5 * SLOTS :] += 0.7
    flat[slot + 9 * SLOTS :] += 0.9


def nights(kw, slot):
    hour = np.arange(kw.size) % SLOTS * 24 / SLOTS
    flat = kw.ravel()
    flat[(np.arange(kw.size) >= slot) & ((hour >= 22) | (hour < 7))] += 2.0


def evenings_off(kw, slot):
    hour = np.arange(kw.size) % SLOTS * 24 / SLOTS
    flat = kw.ravel()
    flat[(np.arange(kw.size) >= slot) & ((hour < 18) | (hour >= 22))] += 2.0


def shrinking(kw, slot):
    flat = kw.ravel()
    flat[slot:] = 0.4 * flat[slot:] + 2.0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("part", [onset, stages, nights, evenings_off, shrinking])
def test_the_beginning_is_dated_to_a_day_and_the_power_measured(part, seed):
    kw, slot = host(seed), (20 + 5 * seed) * SLOTS + 20
    part(kw, slot)
    running = slot + 24 if part is nights else slot
    refined = shipped_refiner().refine(suspect(kw))
    assert abs(refined.begin - running) <= SLOTS
    assert refined.low < refined.kw < refined.high
    if part in {onset, nights, evenings_off}:
        assert refined.kw == pytest.approx(2.0, rel=0.12)
        assert refined.day_chance > 0.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_part_that_was_there_all_along_begins_with_the_window(seed):
    assert shipped_refiner().refine(suspect(host(seed) + np.float32(2.0))).begin == 0


def test_a_part_that_stops_is_measured_and_its_end_dated():
    kw, slot = host(4), 37 * SLOTS + 11
    kw.ravel()[:slot] += 2.0
    refined = shipped_refiner().refine(suspect(kw))
    assert refined.begin == 0
    assert refined.end is not None
    assert abs(refined.end - slot) <= 2
    assert refined.kw == pytest.approx(2.0, rel=0.12)


def test_the_row_of_the_windows_first_day_holds_the_most_of_the_others():
    kw = host(5)
    onset(kw, 30 * SLOTS)
    choices = choices_of(suspect(kw))
    assert choices.days[0] == 0
    column = CHOICE_NAMES.index("on_step_7")
    assert choices.figures[0, column] == np.nanmax(choices.figures[1:, column])
    assert choices.figures[0, CHOICE_NAMES.index("rank")] == -1
    assert sorted(choices.figures[1:, CHOICE_NAMES.index("rank")]) == list(range(len(choices.days) - 1))


def test_groups_are_told_apart_by_date_stop_and_switching():
    row = np.zeros(len(POWER_NAMES), np.float32)
    rank, stopped, switched = (CHOICE_NAMES.index(name) for name in ("rank", "stopped", "switched"))
    found = []
    for values in ((2, 0, 0), (2, 0, 1), (-1, 1, 1), (-1, 0, 1), (-1, 0, 0)):
        row[[rank, stopped, switched]] = values
        found.append(group_of(row))
    assert found == [0, 1, 2, 3, 4]


def test_gaps_and_stuck_readings_are_no_error():
    kw = host(6)
    onset(kw, 30 * SLOTS)
    kw[10:14] = np.nan
    kw[40:46] = 3.25
    before = kw.copy()
    seen = suspect(kw)
    refined = shipped_refiner().refine(seen)
    np.testing.assert_array_equal(seen.kw, before)
    assert abs(refined.begin - 30 * SLOTS) <= SLOTS
    assert end_of(seen, refined.begin) is None or seen.stopped > 0
    assert len(power_row(seen, choices_of(seen), 0, None)) == len(POWER_NAMES)


def test_a_refiner_is_read_as_it_was_written_and_refused_for_other_figures(monkeypatch):
    first, second = BytesIO(), BytesIO()
    shipped_refiner().save(first)
    first.seek(0)
    again = read_refiner(first)
    again.save(second)
    assert first.getvalue() == second.getvalue()
    monkeypatch.setattr("minewatch.detect.refine.POWER_NAMES", ("other",))
    second.seek(0)
    with pytest.raises(ValueError, match="fit it again"):
        read_refiner(second)
