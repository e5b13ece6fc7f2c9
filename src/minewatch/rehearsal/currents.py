"""Currents of the phases: motors draw even ones, single-phase circuits hang by chance, machines in rows or on one phase.

What the meter tells is the current at one moment of the slot, so that a busy load's differs from its mean power; the voltage
wanders by site, by day and a little between the phases. A customer with its own transformer (Dyn) is metered at high voltage,
where a load of one phase shows in two lines, and many such meters measure two of the lines only.
"""

import numpy as np

from minewatch.rehearsal.layout import Account, Layout, stream
from minewatch.rehearsal.loads import Curve, Loads
from minewatch.rehearsal.parameters import CURRENTS, RegionParameters
from minewatch.rehearsal.reactive import mining_by_account, reactive_parts
from minewatch.rehearsal.series import Floats, slow_noise

VOLTS = {"380V": 380.0, "10kV": 10_000.0, "35kV": 35_000.0}
"""Volts between the lines by voltage class."""
TURN = np.exp(-2j * np.pi * np.arange(3) / 3.0)
"""The three phases as phasors of length one."""


def machines_by_account(loads: Loads) -> dict[int, int]:
    """Return how many machines are metered by each account that has some."""
    found: dict[int, int] = {}
    for run in loads.mines:
        for number, share in zip(run.accounts, run.shares, strict=True):
            if run.evasion not in {"before_meter", "private_supply"}:
                found[number] = max(1, round(run.mine.units * share))
    return found


def machine_shares(rng: np.random.Generator, machines: int) -> Floats:
    """Return which share of some machines hangs on each phase: all on one, or in rows as even as whole machines allow."""
    one, even = rng.random(), 1.0 + CURRENTS.uneven * rng.standard_normal(3)
    order = rng.permutation(3)
    chance = next((chance for most, chance in CURRENTS.on_one_phase if machines <= most), 0.0)
    if one < chance:
        counts = np.array([float(machines), 0.0, 0.0])
    else:
        counts = np.array([float((machines + rest) // 3) for rest in (2, 1, 0)]) * even
    return np.asarray(counts[order] / counts.sum())


def circuit_shares(rng: np.random.Generator, *, kw: float, count: int, spacing: float) -> Floats:
    """Return (3, count): the share of single-phase circuits of ``kw`` together on each phase, as it wanders over the slots."""
    circuits = max(3, round(kw / CURRENTS.circuit_kw))
    on = rng.integers(0, 3, circuits)
    base = 0.05 + np.bincount(on, rng.exponential(1.0, circuits), minlength=3)
    wander = CURRENTS.wander * np.sqrt(3.0 / circuits)
    moving = np.stack([slow_noise(rng, count=count, spacing=spacing) for _ in range(3)])
    weights = base[:, None] * np.exp(wander * moving)
    return np.asarray(weights / weights.sum(axis=0))


def phase_currents(
    parameters: RegionParameters, account: Account, *, metered: Curve, mining: Curve | None, machines: int
) -> Curve:
    """Return the amperes (3, days, slots) that the meter of a three-phase account tells; a line it does not measure is NaN.

    ``metered`` is its true power, ``mining`` the part of it that mines (None: none), by so many ``machines``.
    """
    rng = stream(parameters, "account", 3 * 10**7 + account.number)
    parts = {} if mining is None else {account.number: mining}
    kvar = reactive_parts(parameters, account, metered=metered, mining=parts)
    mine = np.minimum(mining, metered) if mining is not None else np.zeros_like(metered)
    count = metered.size
    even = rng.uniform(*CURRENTS.three_phase.get(account.group.kind, CURRENTS.other))
    single = (1.0 - even) * float((metered - mine).mean())
    circuits = circuit_shares(rng, kw=single, count=count, spacing=parameters.slots / 8.0)
    own_on = even / 3.0 + (1.0 - even) * circuits
    rows = machine_shares(rng, machines)[:, None] if machines else np.full((3, 1), 1.0 / 3.0)
    own = (metered - mine + 1j * kvar[0]).ravel() * (1.0 + CURRENTS.moment * rng.standard_normal(count))
    machine = (mine + 1j * kvar[1]).ravel() * (1.0 + CURRENTS.moment_mining * rng.standard_normal(count))
    volts = _volts(rng, account, count=count, slots=parameters.slots)
    amperes = 1000.0 * np.conj(own_on * own + rows * machine) / volts * TURN[:, None]
    two = rng.random() < CURRENTS.two_elements
    if account.group.high_voltage:
        # Dyn11: the line at high voltage carries the difference of two phases at low voltage.
        amperes = (amperes - np.roll(amperes, -1, axis=0)) / np.sqrt(3.0)
    told = np.abs(amperes) * (1.0 + CURRENTS.noise * rng.standard_normal((3, count)))
    step = CURRENTS.step_a * account.ct
    told = np.round(told / step) * step
    if account.group.high_voltage and two:
        told[1] = np.nan
    return np.asarray(told.reshape(3, *metered.shape), dtype=np.float32)


def _volts(rng: np.random.Generator, account: Account, *, count: int, slots: int) -> Floats:
    """Volts (3, count) from each phase to neutral."""
    site = 1.0 + CURRENTS.voltage_site * rng.standard_normal()
    phase = 1.0 + CURRENTS.voltage_phase * rng.standard_normal((3, 1))
    day = 1.0 + CURRENTS.voltage_day * slow_noise(rng, count=count, spacing=slots / 4.0)
    return np.asarray(VOLTS[account.voltage] / np.sqrt(3.0) * site * phase * day)


def current_curves(parameters: RegionParameters, layout: Layout, loads: Loads) -> tuple[list[str], Curve]:
    """Return ids and amperes (meters, 3, days, slots) of the meters that tell currents: all but 220 V ones."""
    mining, machines = mining_by_account(loads), machines_by_account(loads)
    told = [account for account in layout.accounts if account.voltage != "220V"]
    curves = [
        phase_currents(
            parameters,
            account,
            metered=loads.metered[account.number],
            mining=mining.get(account.number),
            machines=machines.get(account.number, 0),
        )
        for account in told
    ]
    shape = (0, 3, parameters.days, parameters.slots)
    return [account.meter for account in told], np.stack(curves) if curves else np.empty(shape, np.float32)
