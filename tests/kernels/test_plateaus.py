import numpy as np
import pytest

from kernels import naive
from minewatch.kernels.plateaus import plateau_gains


@pytest.mark.parametrize(("days", "columns"), [(2, 3), (5, 8), (14, 5)])
def test_gains_are_those_of_columns_built_and_projected(days, columns):
    rng = np.random.default_rng(days)
    hours = 24 * days
    system = np.concatenate([rng.normal(size=(hours, columns)), np.eye(columns)])
    q, _ = np.linalg.qr(system)
    scale = rng.random(hours) * (rng.random(hours) > 0.1)
    left, tail_left = rng.normal(size=hours), rng.normal(size=columns)
    basis, tail = np.ascontiguousarray(q[:hours]), np.ascontiguousarray(q[hours:])
    wanted = naive.plateau_gains(scale, left, basis, tail, tail_left)
    out = np.empty_like(wanted)
    plateau_gains(scale, left, basis, tail, tail_left, out)
    np.testing.assert_allclose(out, wanted, rtol=1e-9, atol=1e-9)


def test_hours_that_do_not_count_leave_no_trace():
    rng = np.random.default_rng(3)
    q, _ = np.linalg.qr(rng.normal(size=(72, 2)))
    scale = np.ones(72)
    scale[24:48] = 0.0
    basis = np.ascontiguousarray(q) * (scale > 0)[:, None]
    first, second = np.empty((1 + 2 * 11 + 24 * 19, 6)), np.empty((1 + 2 * 11 + 24 * 19, 6))
    left = rng.normal(size=72) * scale
    plateau_gains(scale, left, basis, np.zeros((0, 2)), np.zeros(0), first)
    plateau_gains(scale, left, basis, np.zeros((0, 2)), np.zeros(0), second)
    assert first.tobytes() == second.tobytes()
    assert first[0, 0] == 48.0
