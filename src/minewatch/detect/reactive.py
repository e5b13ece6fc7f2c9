"""What reactive power says of a suspected part: supplies of servers and mining machines need next to none, motors much.

Asked is what the part itself draws, for the host beside it may have motors of its own. Steps of the suspected power tell it best.
Such steps of motors are the host's own, though, where the part runs all the time; then, as without steps, the lowest load is
asked what is left of its reactive power when the host had as much as motors can need. Where the whole load needs none,
neither does the part.
"""

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Moved
from minewatch.detect.steps import LEAST_STEPS, steps_near

NO_REACTIVE = 0.7
MUCH_REACTIVE = -1.2
"""Weights in log-odds, by reasoning, not fitted."""
NONE, MUCH = 0.15, 0.45
"""kvar over kW: corrected supplies stay below 0.15 or little above, motors lie above 0.45."""
OF_MOTORS = 0.9
"""kvar over kW that the load of a host may need at most: motors at part load, nothing compensated."""
LEAST_READINGS = 96

Floats = NDArray[np.float32]


def on_reactive(kw: Floats, kvar: Floats | None, *, mining_kw: float, steady: bool) -> Moved:
    """Weigh the reactive power of one meter; ``kw`` and ``kvar`` (days, slots), NaN missing.

    Nothing is said where fewer than 96 readings have both, for daily energy, or where the host may have needed it all.
    """
    if kvar is None or kvar.shape != kw.shape or kw.shape[1] < 24 or mining_kw <= 0:
        return {}
    known = np.isfinite(kw) & np.isfinite(kvar)
    if known.sum() < LEAST_READINGS:
        return {}
    tangent = _of_steps(np.where(known, kw, np.nan), kvar, mining_kw)
    if tangent is not None and tangent < NONE:
        return {"no_reactive_steps": (NO_REACTIVE, {"factor": _factor(tangent)})}
    if tangent is not None and not steady:
        return {"much_reactive_steps": (MUCH_REACTIVE, {"factor": _factor(tangent)})} if tangent > MUCH else {}
    return _of_lowest(kw[known].astype(np.float64), kvar[known].astype(np.float64), mining_kw, steady=steady)


def _of_steps(kw: Floats, kvar: Floats, mining_kw: float) -> float | None:
    """Median kvar over kW of the steps of about ``mining_kw``; None with fewer than three."""
    flat, reactive = kw.ravel().astype(np.float64), kvar.ravel().astype(np.float64)
    found = [
        abs(float(np.median(reactive[step.after]) - np.median(reactive[step.before])) / step.kw)
        for step in steps_near(flat, mining_kw, hour=max(kw.shape[1] // 24, 2))
    ]
    return float(np.median(found)) if len(found) >= LEAST_STEPS else None


def _of_lowest(kw: NDArray[np.float64], kvar: NDArray[np.float64], mining_kw: float, *, steady: bool) -> Moved:
    """Judge by the lowest fifth of the readings of a part that always runs, by the highest of one that is switched."""
    there = kw > 0
    if there.sum() < LEAST_READINGS:
        return {}
    kw, kvar = kw[there], np.abs(kvar[there])
    chosen = kw <= np.quantile(kw, 0.2) if steady else kw >= np.quantile(kw, 0.8)
    load, tangent = float(np.median(kw[chosen])), float(np.median(kvar[chosen] / kw[chosen]))
    if tangent < NONE:
        return {"no_reactive": (NO_REACTIVE, {"factor": _factor(tangent)})}
    part = min(mining_kw, load)
    left = (tangent * load - OF_MOTORS * (load - part)) / part
    if steady and left > MUCH:
        return {"much_reactive": (MUCH_REACTIVE, {"factor": _factor(tangent)})}
    return {}


def _factor(tangent: float) -> str:
    return f"{1 / np.sqrt(1 + tangent**2):.2f}"
