"""From looks to suspicion by hand-set rules of physics: used where no learned model applies, and as a yardstick.

Each sign is a number from 0 (absent) to 1 (as a mine would show it); the log-odds are a sum with weights set by
reasoning, not fitted. See :mod:`minewatch.kernels.looks` for the figures.
"""

import numpy as np
from numpy.typing import NDArray

from minewatch.kernels.looks import NAMES

PLACE = {name: i for i, name in enumerate(NAMES)}

SIGNS = ("steady", "step_up", "step_down", "timed", "jumps")
WEIGHTS = np.array([4.0, 4.0, 3.0, 3.0, 3.0])
START = -4.5
"""Log-odds of a meter without any sign: about one in ninety."""


def _ramp(values: NDArray[np.float32], nought: float, full: float) -> NDArray[np.float64]:
    part = (values.astype(np.float64) - nought) / (full - nought)
    return np.nan_to_num(np.clip(part, 0.0, 1.0))


def signs_of(looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Strength of each of ``SIGNS`` per meter, 0 to 1: (meters, signs); missing figures count as absent."""

    def figure(name: str) -> NDArray[np.float32]:
        return looks[:, PLACE[name]]

    steady = (
        _ramp(figure("floor_to_mean_p10"), 0.35, 0.75)
        * _ramp(figure("floor_daily_change"), 0.06, 0.015)
        * _ramp(figure("noise_floor_p50"), 0.06, 0.015)
    )
    up = _ramp(figure("step_up_score"), 2.0, 6.0) * _ramp(figure("step_up_z"), 5.0, 15.0)
    down = _ramp(figure("step_down_score"), 2.0, 6.0) * _ramp(figure("step_down_z"), 5.0, 15.0)
    timed = (
        _ramp(figure("edge_up_z"), 2.0, 8.0)
        * _ramp(figure("edge_down_z"), 2.0, 8.0)
        * _ramp(figure("edge_equal"), 0.6, 0.9)
        * _ramp(figure("edge_top_spread"), 0.6, 0.1)
    )
    jumps = _ramp(figure("jump_peak"), 4.0, 12.0) * _ramp(figure("two_levels_tightness"), 0.5, 0.15)
    return np.column_stack([steady, up, down, timed, jumps])


def suspicion(signs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability from the strengths of the signs."""
    return np.asarray(1.0 / (1.0 + np.exp(-(START + signs @ WEIGHTS))))
