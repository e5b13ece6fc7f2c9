"""What the contract says beside a suspected part: load above the contracted capacity, declared use, a price that does not fit.

Nothing here moves the probability. A declaration is cheap, so it must not buy a discount; an overrun or a price that does not fit
is a matter between the account and its supplier whatever runs there, and no record says how often either comes with mining.
"""

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Contract, Moved
from minewatch.detect.dating import moment
from minewatch.model.contracts import FOR_LIVING_AND_FARMING

ABOVE = 1.02
"""Power over the contracted capacity from which a slot counts: what a meter of class 2 may be wrong by."""
LEAST_SLOTS = 4
LEAST_SHARE = 0.005
"""Slots above, and share of what was read, from which an overrun is told: a motor's start is none."""
CAME_WITH = 10.0
"""The overrun came with the part where its share of the time rose this many times."""
EVEN = frozenset({"server_room", "telecom_mast", "cold_store", "pump_station"})
SWITCHED = frozenset(
    {"timed_lights", "electric_heating", "vehicle_charging", "pump_station", "process_plant", "cold_store"}
)
"""Declared uses that can themselves draw a part that runs all the time, and one that is switched."""
LEAST_KW = 1.0
"""Power of a part, less than one machine, below which the price is not asked about."""

Floats = NDArray[np.float32]


def on_contract(
    kw: Floats,
    *,
    contract: Contract | None,
    kvar: Floats | None,
    first_day: date,
    mining_kw: float,
    since: datetime | None,
    steady: bool,
) -> Moved:
    """Tell what the contract of one meter says of its load; ``kw`` and ``kvar`` (days, slots), NaN missing.

    ``since`` is when the suspected part began, None at the window's start. All weights are nought.
    """
    if contract is None:
        return {}
    told = _overrun(kw, contract.capacity_kva, kvar, first_day, since)
    if contract.use_code in (EVEN if steady else SWITCHED):
        told["declared_draws_so"] = {"use": contract.use}
    unlike = contract.use_code is None and contract.tariff_kind in FOR_LIVING_AND_FARMING
    if steady and unlike and mining_kw >= LEAST_KW:
        told["tariff_unlike_part"] = {"tariff": contract.tariff, "kw": f"{mining_kw:.3g}"}
    return {code: (0.0, figures) for code, figures in told.items()}


def _overrun(
    kw: Floats, capacity: float | None, kvar: Floats | None, first_day: date, since: datetime | None
) -> dict[str, dict[str, str]]:
    """Tell how often and by how much the load was above the contracted capacity, and whether that came with the part.

    Held against it is the apparent power where reactive power was read with it, else the active one, which is never larger.
    """
    if capacity is None or not capacity > 0 or kw.shape[1] < 24:
        return {}
    load = np.abs(kw).ravel().astype(np.float64)
    with_kvar = kvar is not None and kvar.shape == kw.shape and bool(np.isfinite(kvar).any())
    if kvar is not None and with_kvar:
        load = np.hypot(load, np.nan_to_num(kvar).ravel())
    read = np.isfinite(load)
    above = read & (load > ABOVE * capacity)
    count = int(above.sum())
    if count < max(LEAST_SLOTS, LEAST_SHARE * int(read.sum())):
        return {}
    start, length = datetime.combine(first_day, time()), timedelta(days=1) / kw.shape[1]
    first = moment(first_day, int(np.argmax(above)), kw.shape[1])
    figures = {
        "capacity": f"{capacity:.6g}",
        "by": f"{float(np.median(load[above])) - capacity:.3g}",
        "unit": "kVA" if with_kvar else "kW",
        "first": f"{first:%Y-%m-%d}",
    }
    begin = 0 if since is None else int((since - start) / length)
    before, after = _share(above[:begin], read[:begin]), _share(above[begin:], read[begin:])
    if before is not None and after is not None and after > CAME_WITH * before:
        return {"beyond_contract_with_part": figures | {"before": _percent(before), "after": _percent(after)}}
    return {"beyond_contract": figures | {"percent": _percent(count / int(read.sum()))}}


def _share(above: NDArray[np.bool_], read: NDArray[np.bool_]) -> float | None:
    """Share of what was read that is above; None where less than a day's worth of slots, 24, was read."""
    return float(above.sum() / read.sum()) if read.sum() >= 24 else None


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.095 or share == 0 else f"{100 * share:.1f}"
