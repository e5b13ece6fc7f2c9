import numpy as np
import pytest

from minewatch.detect.matching import changes, lagged, match, meter_changes, misplaced, prepare, sets_of


@pytest.fixture(name="homes")
def made_homes():
    rng = np.random.default_rng(3)
    return 0.3 + rng.gamma(0.6, 0.5, (20, 14, 96))


def residual_of(homes, true, booked, nodes=3):
    noise = np.random.default_rng(4).normal(0.0, 0.02, (nodes, 14, 96))
    return noise + np.stack([homes[true == n].sum(0) - homes[booked == n].sum(0) for n in range(nodes)])


def test_a_meter_booked_next_door_is_found_and_nothing_else(homes):
    true = np.arange(20) % 3
    booked = true.copy()
    booked[4] = 2
    found = match(changes(residual_of(homes, true, booked)), prepare(meter_changes(homes)))
    assert misplaced(found, booked) == [(4, 1)]
    assert misplaced(match(changes(residual_of(homes, true, true)), prepare(meter_changes(homes))), true) == []


def test_the_share_past_the_meter_stands_in_the_residual(homes):
    true = np.zeros(20, dtype=np.int64)
    residual = residual_of(homes, true, true, nodes=1) + 0.7 * homes[5]
    found = match(changes(residual), prepare(meter_changes(homes)))
    assert int(np.argmax(found.z[0])) == 5
    assert found.share[0, 5] == pytest.approx(0.7, abs=0.05)
    share, z, _ = lagged(changes(residual[0]), changes(homes[5]), slots=96)
    assert share == pytest.approx(0.7, abs=0.05)
    assert z > 20


def test_a_clock_that_is_off_is_no_bypass(homes):
    meter = homes[0].ravel()
    late = (0.6 * meter + 0.4 * np.roll(meter, 1)).reshape(14, 96)
    share, z, ahead = lagged(changes(meter.reshape(14, 96) - late), changes(late), slots=96)
    assert share < 0.2
    assert z < 6
    assert ahead > 2


def test_missing_readings_and_flat_meters_say_nothing():
    flat = np.full((1, 14, 96), 2.0)
    gone = np.full((1, 14, 96), np.nan)
    found = match(np.zeros((1, 14 * 96)), prepare(meter_changes(np.concatenate([flat, gone]))))
    assert (found.z == 0).all()
    assert misplaced(found, np.zeros(2, dtype=np.int64)) == []


def test_sets_hold_whole_nodes_and_change_little(homes):
    booked = np.arange(20) % 3
    sets = sets_of(booked, most=14)
    assert [len(one) for one in sets] == [14, 6]
    assert sorted(np.concatenate(sets).tolist()) == list(range(20))
    assert [len(one) for one in sets_of(booked, most=1)] == [7, 7, 6]
    residual = changes(residual_of(homes, booked, booked) + 0.7 * homes[5])
    whole = match(residual, prepare(meter_changes(homes)))
    cut = match(residual, prepare(meter_changes(homes), together=sets))
    assert cut.share[:, 5] == pytest.approx(whole.share[:, 5], abs=0.05)
