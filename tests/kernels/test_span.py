"""Power inside a span of time against the same hours outside: held against a slow twin and a known part."""

import numpy as np
import pytest

from kernels import naive_onset
from minewatch.kernels.span import SPAN_NAMES, span_figures


def flat(days, seed=0):
    rng = np.random.default_rng(seed)
    return 0.1 * rng.standard_normal((days, 24)), 0.05 + 0.1 * rng.random(24)


@pytest.mark.parametrize(("begin", "end"), [(20 * 24 + 7, 1440), (0, 35 * 24 + 3), (15 * 24, 40 * 24)])
def test_the_part_is_measured_as_the_twin_does(begin, end):
    rest, spread = flat(60)
    rest.ravel()[begin:end] += 3.0
    rest[::9, 4:9] = np.nan
    out = np.empty(len(SPAN_NAMES))
    span_figures(rest, spread, begin, end, 2.0, out)
    np.testing.assert_allclose(out, naive_onset.span_figures(rest, spread, begin, end, 2.0), rtol=1e-5, atol=1e-6)
    assert out[SPAN_NAMES.index("on_all")] == pytest.approx(1.5, rel=0.03)
    assert out[SPAN_NAMES.index("mean_near")] == pytest.approx(1.5, rel=0.03)


def test_only_the_hours_in_which_it_runs_count():
    rest, spread = flat(60)
    rest[30:, 22:] += 2.0
    rest[30:, :7] += 2.0
    out = np.empty(len(SPAN_NAMES))
    span_figures(rest, spread, 30 * 24, 1440, 2.0, out)
    assert out[SPAN_NAMES.index("on_all")] == pytest.approx(1.0, rel=0.05)
    assert out[SPAN_NAMES.index("hours_on_all")] == pytest.approx(9 / 24)


def test_without_an_end_inside_there_is_nothing_to_compare():
    rest, spread = flat(30)
    out = np.empty(len(SPAN_NAMES))
    span_figures(rest, spread, 24, 720, 1.0, out)
    assert np.isnan(out).all()
