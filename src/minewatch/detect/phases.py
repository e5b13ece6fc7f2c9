"""What the currents of the three phases say of a suspected part.

Mining machines have single-phase supplies with a power factor near 1. An operator spreads rows of them evenly over the phases,
or the fuses of one trip: the part draws nearly the same current in A, B and C, and so does every step of it. Motors are even
too, but need reactive current. A few machines at home hang on one phase. The currents of a server room look like
those of a mine: nothing here tells the two apart.

Beside it, currents times voltage is the power that must have passed: a meter that tells much less reads too little. That is
evidence of tampering or of a wrong transformer ratio, not of mining, and moves nothing.
"""

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Moved
from minewatch.detect.measured import to_a_tenth
from minewatch.detect.steps import LEAST_STEPS, steps_near

EVEN = 0.4
LIKE_MOTORS = -0.8
ONE_PHASE = 0.3
TOO_LARGE = -0.5
"""Weights in log-odds, by reasoning: even phases are common, a step that needs reactive current is no power supply's, and nobody
hangs a large mine on one phase."""

HOUSEHOLD_KW = 12.0
"""A part up to this hangs on one phase in a home or a shop (60 A at 220 V, about 13 kW)."""
LEAST_READINGS = 96
LEAST_SHARE, MOST_SHARE = 0.26, 0.41
ONE_SHARE = 0.85
SUPPLY_FACTOR, MOTOR_FACTOR = 0.93, 0.88
BEYOND_KNOWN, BEYOND_ASSUMED = 1.25, 1.8
"""Apparent power by the currents over that by the meter: from 1.25 on where reactive power is known (nominal voltage is within
10 % by GB/T 12325), from 1.8 on where a low power factor might explain it."""
NO_SCALE = 0.8
"""Currents that carry less than 0.8 of the metered power are not in amperes of the supply: a transformer ratio is missing."""

Floats = NDArray[np.float32]


def on_phases(
    kw: Floats, *, amperes: Floats | None, kvar: Floats | None, volts: float | None, mining_kw: float
) -> Moved:
    """Weigh the currents of one meter: ``amperes`` (3, days, slots), ``kw`` and ``kvar`` (days, slots), NaN missing.

    ``volts`` is nominal from a phase to neutral; without it the power factor of the part is not judged, nor the meter.
    Nothing is said where a phase is not known or fewer than 96 readings have all of them.
    """
    if amperes is None or amperes.shape != (3, *kw.shape) or kw.shape[1] < 24 or mining_kw <= 0:
        return {}
    known = np.isfinite(kw) & np.isfinite(amperes).all(axis=0)
    if known.sum() < LEAST_READINGS:
        return {}
    moved: Moved = {}
    scale, scaled = None, False
    if volts is not None:
        scale, with_kvar = _beyond(kw, amperes, kvar, volts, known)
        scaled = scale is not None and scale >= NO_SCALE
        most = BEYOND_KNOWN if with_kvar else BEYOND_ASSUMED
        if scale is not None and scale > most:
            moved["current_beyond_meter"] = (0.0, {"times": f"{scale:.1f}"})
            scaled = False
    found = _of_steps(kw, amperes, known, mining_kw) or _of_floor(kw, amperes, known, mining_kw)
    if found is None:
        return moved
    shares, amps, part_kw, how = found
    factor = part_kw * 1000.0 / (volts * amps) if volts is not None and scaled and amps > 0 else None
    return moved | _judge(shares, factor, part_kw, how)


def _judge(shares: NDArray[np.float64], factor: float | None, part_kw: float, how: str) -> Moved:
    """Say what the division of a part over the phases, and its power factor, mean."""
    ordered = np.sort(shares)
    percent = {name: f"{100 * value:.0f}" for name, value in zip("abc", shares, strict=True)}
    if ordered[-1] >= ONE_SHARE:
        figures = {
            "percent": f"{100 * ordered[-1]:.0f}",
            "phase": "ABC"[int(np.argmax(shares))],
            "kw": to_a_tenth(part_kw),
        }
        small = part_kw <= HOUSEHOLD_KW
        return {"on_one_phase": (ONE_PHASE, figures)} if small else {"large_on_one_phase": (TOO_LARGE, figures)}
    if ordered[0] < LEAST_SHARE or ordered[-1] > MOST_SHARE or factor is None:
        return {}
    figures = {**percent, "factor": f"{min(factor, 1.0):.2f}"}
    if factor >= SUPPLY_FACTOR:
        return {f"even_phases_{how}": (EVEN, figures)}
    return {"phases_of_motors": (LIKE_MOTORS, figures)} if factor < MOTOR_FACTOR else {}


_Found = tuple[NDArray[np.float64], float, float, str]


def _of_steps(kw: Floats, amperes: Floats, known: NDArray[np.bool_], mining_kw: float) -> _Found | None:
    """How steps of about ``mining_kw`` divide: shares of the phases, amperes in all, kW; None with fewer than three."""
    flat = np.where(known, kw, np.nan).ravel().astype(np.float64)
    phases = amperes.reshape(3, -1).astype(np.float64)
    shares: list[NDArray[np.float64]] = []
    amps: list[float] = []
    sizes: list[float] = []
    for step in steps_near(flat, mining_kw, hour=max(kw.shape[1] // 24, 2)):
        change = np.array([np.median(one[step.after]) - np.median(one[step.before]) for one in phases]) * np.sign(
            step.kw
        )
        if np.isfinite(change).all() and change.sum() > 0:
            shares.append(change / change.sum())
            amps.append(float(change.sum()))
            sizes.append(abs(step.kw))
    if len(shares) < LEAST_STEPS:
        return None
    middle = np.median(np.array(shares), axis=0)
    return middle / middle.sum(), float(np.median(amps)), float(np.median(sizes)), "steps"


def _of_floor(kw: Floats, amperes: Floats, known: NDArray[np.bool_], mining_kw: float) -> _Found | None:
    """How the lowest load divides where it is about the suspected part alone; None where the host's own load is in it."""
    values = kw[known].astype(np.float64)
    level = float(np.quantile(values, 0.1))
    low = values <= level
    part = float(np.median(values[low]))
    if not 0.75 <= part / mining_kw <= 1.25:
        return None
    amps = np.array([np.median(one[known][low]) for one in amperes], dtype=np.float64)
    if not amps.sum() > 0:
        return None
    return amps / amps.sum(), float(amps.sum()), part, "floor"


def _beyond(
    kw: Floats, amperes: Floats, kvar: Floats | None, volts: float, known: NDArray[np.bool_]
) -> tuple[float | None, bool]:
    """Apparent power by the currents over the metered one, median; and whether the metered one has reactive power in it."""
    with_kvar = kvar is not None and kvar.shape == kw.shape
    if with_kvar and kvar is not None:
        both = known & np.isfinite(kvar)
        with_kvar = int(both.sum()) >= LEAST_READINGS
        known = both if with_kvar else known
    power = np.abs(kw[known]).astype(np.float64)
    if with_kvar and kvar is not None:
        power = np.hypot(power, kvar[known].astype(np.float64))
    apparent = volts * amperes[:, known].astype(np.float64).sum(axis=0) / 1000.0
    enough = power > 0.05 * power.max(initial=0.0)
    if enough.sum() < LEAST_READINGS:
        return None, with_kvar
    return float(np.median(apparent[enough] / power[enough])), with_kvar
