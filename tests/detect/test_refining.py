"""Fitting the second look: it learns dates and powers of made suspects, and the parts never saw their own fold."""

from io import BytesIO

import numpy as np
import pytest

from minewatch.detect.looks import PLACE
from minewatch.detect.refine import GROUPS, Suspect, choices_of
from minewatch.detect.refining import Case, bands_of, fit_refiner
from minewatch.kernels.looks import NAMES


def case(seed):
    """A noisy flat host with a part of a known power, from a known day on; the first look overestimates by a quarter."""
    rng = np.random.default_rng(seed)
    kw = rng.lognormal(0.0, 0.2, (30, 24)).astype(np.float32)
    day, power = int(rng.integers(6, 24)), float(rng.uniform(1.0, 3.0))
    kw[day:] += power
    looks = rng.uniform(0.1, 1.0, len(NAMES)).astype(np.float32)
    looks[PLACE["level_log_kw"]] = np.log10(kw.mean())
    suspect = Suspect(kw, looks, 1.25 * power / float(kw.mean()), 1.0, -1.0, -1.0)
    return Case(suspect, choices_of(suspect), float(day), power, f"site{seed % 6}")


@pytest.fixture(scope="module")
def cases():
    return [case(seed) for seed in range(120)]


def test_it_learns_dates_and_powers_of_cases_it_never_saw(cases):
    fold = np.arange(len(cases)) % 3
    _, parts = fit_refiner(cases, fold=fold, trees=30)
    found = [parts[int(k)].refine(one.suspect) for one, k in zip(cases, fold, strict=True)]
    days = np.array([abs(said.begin / 24 - one.since) for said, one in zip(found, cases, strict=True)])
    error = np.array([abs(said.kw / one.kw - 1) for said, one in zip(found, cases, strict=True)])
    held = np.mean([said.low <= one.kw <= said.high for said, one in zip(found, cases, strict=True)])
    assert (days <= 1).mean() > 0.9
    assert np.median(error) < 0.12
    assert 0.65 < held < 0.95


def test_the_same_cases_give_the_same_bytes(cases):
    files = [BytesIO(), BytesIO()]
    for file in files:
        fit_refiner(cases[:60], fold=np.arange(60) % 2, trees=5)[0].save(file)
    assert files[0].getvalue() == files[1].getvalue()


def test_a_group_with_few_cases_takes_the_bands_of_all():
    left = np.concatenate([np.linspace(-1, 1, 101), np.full(5, 9.0)])
    bands = bands_of(left, np.concatenate([np.zeros(101, int), np.ones(5, int)]))
    assert bands.shape == (GROUPS, 2)
    assert bands[0] == pytest.approx([-0.8, 0.8])
    assert bands[1] == pytest.approx(np.quantile(left, [0.1, 0.9]))
