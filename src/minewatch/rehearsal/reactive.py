"""Reactive power of meters behind three phases: motors need it, power supplies of servers and mining machines hardly do."""

from collections.abc import Mapping

import numpy as np

from minewatch.rehearsal.layout import Account, Layout, stream
from minewatch.rehearsal.loads import Curve, Loads
from minewatch.rehearsal.parameters import REACTIVE, RegionParameters
from minewatch.rehearsal.series import Floats, slow_noise


def mining_by_account(loads: Loads) -> dict[int, Curve]:
    """Return the part of each metered curve that is mining, by account; accounts without mining are left out."""
    parts: dict[int, Curve] = {}
    for run in loads.mines:
        if run.evasion in {"before_meter", "private_supply"}:
            continue
        for number, share in zip(run.accounts, run.shares, strict=True):
            parts[number] = (run.mine.kw * np.float32(share)).astype(np.float32)
    return parts


def reactive_parts(
    parameters: RegionParameters, account: Account, *, metered: Curve, mining: Mapping[int, Curve]
) -> tuple[Floats, Floats]:
    """Return kvar (days, slots) of one account's own load and of its mining part, each with its own tan φ.

    Negative: capacitive, as uninterruptible supplies at part load are.
    """
    rng = stream(parameters, "account", 2 * 10**7 + account.number)
    low, high = REACTIVE.tan_phi.get(account.group.kind, REACTIVE.other)
    mine = np.minimum(mining.get(account.number, np.float32(0.0)), metered)
    count = metered.size
    wander = 1.0 + 0.08 * slow_noise(rng, count=count, spacing=parameters.slots / 3.0).reshape(metered.shape)
    own = (metered - mine) * rng.uniform(low, high) * wander
    own = own + 0.01 * rng.standard_normal(metered.shape) * metered
    return np.asarray(own), np.asarray(mine * rng.uniform(*REACTIVE.mining))


def reactive_power(
    parameters: RegionParameters, account: Account, *, metered: Curve, mining: Mapping[int, Curve]
) -> Curve:
    """Return kvar (days, slots) of one account as its meter tells it."""
    own, mine = reactive_parts(parameters, account, metered=metered, mining=mining)
    return np.asarray(np.round(own + mine, 3), dtype=np.float32)


def reactive_curves(parameters: RegionParameters, layout: Layout, loads: Loads) -> tuple[list[str], Curve]:
    """Return ids and curves (meters, days, slots) in kvar of the meters that tell reactive power: all but 220 V ones."""
    mining = mining_by_account(loads)
    told = [account for account in layout.accounts if account.voltage != "220V"]
    curves = [
        reactive_power(parameters, account, metered=loads.metered[account.number], mining=mining) for account in told
    ]
    shape = (0, parameters.days, parameters.slots)
    return [account.meter for account in told], np.stack(curves) if curves else np.empty(shape, np.float32)
