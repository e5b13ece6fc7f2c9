"""What else is known sharpens the judgement: reactive power, known outages, the order's deadline, temperature.

Each circumstance moves the log-odds by a weight set by reasoning, not fitted: no public record of mines has these
inputs. The weights are modest but for the drop together with the network, which little else explains.
"""

from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Context

WITH_NETWORK = 3.0
NOT_WITH_NETWORK = -0.7
AT_DEADLINE = 1.5
NO_REACTIVE = 0.7
MUCH_REACTIVE = -1.2
WITH_WEATHER = -1.0

Moved = dict[str, tuple[float, dict[str, str]]]
"""Reason code → (log-odds, figures)."""


def circumstances_of(
    kw: NDArray[np.float32], *, meter: str, first_day: date, mining_kw: float, until: datetime | None, context: Context
) -> Moved:
    """Weigh each given circumstance of one meter, in log-odds; empty where nothing is known or applies."""
    moved: Moved = {}
    moved |= _network(kw, first_day, mining_kw, context)
    moved |= _reactive(kw, context.reactive_kvar.get(meter))
    moved |= _weather(kw, context.temperature_c)
    if context.deadline is not None and until is not None and abs(until - context.deadline) <= timedelta(days=1):
        moved["stops_at_deadline"] = (AT_DEADLINE, {"when": f"{until:%Y-%m-%d %H:%M}"})
    return moved


def _network(kw: NDArray[np.float32], first_day: date, mining_kw: float, context: Context) -> Moved:
    """Compare the load in each known outage with an hour before and after."""
    slots = kw.shape[1]
    if slots < 24 or mining_kw <= 0:
        return {}
    flat = kw.ravel()
    start = datetime.combine(first_day, datetime.min.time())
    length = timedelta(days=1) / slots
    drops = []
    for begin, end in context.outages:
        first = int(np.ceil((begin - start) / length))
        last = int((end - start) / length)
        hour = slots // 24
        if first - hour < 0 or last + hour > flat.size or last <= first:
            continue
        inside = flat[first:last]
        around = np.concatenate([flat[first - hour : first], flat[last : last + hour]])
        if np.isfinite(inside).any() and np.isfinite(around).any():
            drops.append(float(np.nanmedian(around) - np.nanmedian(inside)) / mining_kw)
    if not drops:
        return {}
    followed = sum(drop > 0.5 for drop in drops)
    if followed >= 2 or (followed == 1 == len(drops)):
        weight = WITH_NETWORK if followed >= 2 else 0.5 * WITH_NETWORK
        return {"drops_with_network": (weight, {"times": str(followed), "all_times": str(len(drops))})}
    return {"stays_in_outages": (NOT_WITH_NETWORK, {"all_times": str(len(drops))})} if followed == 0 else {}


def _reactive(kw: NDArray[np.float32], kvar: NDArray[np.float32] | None) -> Moved:
    """Ratio of reactive to active power in the lowest fifth of the readings: server supplies are near nought there."""
    if kvar is None or kvar.shape != kw.shape:
        return {}
    known = np.isfinite(kw) & np.isfinite(kvar) & (kw > 0)
    if known.sum() < 96:
        return {}
    low = known & (kw <= np.quantile(kw[known], 0.2))
    tangent = float(np.median(np.abs(kvar[low]) / kw[low]))
    figures = {"factor": f"{1 / np.sqrt(1 + tangent**2):.2f}"}
    if tangent < 0.15:
        return {"no_reactive": (NO_REACTIVE, figures)}
    return {"much_reactive": (MUCH_REACTIVE, figures)} if tangent > 0.45 else {}


def _weather(kw: NDArray[np.float32], temperature_c: NDArray[np.float32] | None) -> Moved:
    """Rank correlation of the day's low load with the day's temperature or its distance from 18 °C."""
    if temperature_c is None or len(temperature_c) != len(kw) or len(kw) < 21 or kw.shape[1] < 24:
        return {}
    known = np.isfinite(kw).all(axis=1) & np.isfinite(temperature_c).all(axis=1)
    if known.sum() < 21:
        return {}
    floor = _ranks(np.sort(kw[known], axis=1)[:, : kw.shape[1] // 8].mean(axis=1))
    warmth = temperature_c[known].mean(axis=1)
    close = max(abs(_correlation(floor, _ranks(warmth))), abs(_correlation(floor, _ranks(np.abs(warmth - 18.0)))))
    return {"follows_weather": (WITH_WEATHER, {"correlation": f"{close:.2f}"})} if close > 0.7 else {}


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.corrcoef(a, b)[0, 1])
