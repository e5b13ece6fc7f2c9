"""Energy and hash rate, both ways: from a load to hash rate, from shares in traffic to hash rate, from steps to machines.

Power is mean active power at the meter in kW; hash rate is in hashes a second unless a unit says PH/s (1e15).
"""

from collections.abc import Sequence

from scipy import stats

from minewatch.impact.machines import Machine
from minewatch.impact.network import HASHES_PER_SHARE_DIFFICULTY
from minewatch.model.errors import InputError
from minewatch.model.impact_views import CountLine, Driver, Spread
from minewatch.model.text import Text

PETA = 1e15


def _mid(spread: Spread) -> float:
    return (spread.low + spread.high) / 2 if spread.best is None else spread.best


def petahash(kw: float, pue: float, j_per_th: float) -> float:
    """Return PH/s of ``kw`` at the meter; zero power is zero hash rate."""
    return kw * 1e3 / pue / j_per_th / 1e3


def hashrate_of_load(load: Spread, pue: Spread, efficiency: Spread) -> Spread:
    """Return the hash rate behind a load in PH/s, with every input at its unfavourable, best and favourable end."""
    return Spread(
        petahash(load.low, pue.high, efficiency.high),
        petahash(_mid(load), _mid(pue), _mid(efficiency)),
        petahash(load.high, pue.low, efficiency.low),
        "PH/s",
    )


def load_of_hashrate(rate: Spread, pue: Spread, efficiency: Spread) -> Spread:
    """Return the load at the meter in kW behind a hash rate in PH/s."""
    return Spread(
        rate.low * 1e3 * efficiency.low * pue.low / 1e3,
        _mid(rate) * 1e3 * _mid(efficiency) * _mid(pue) / 1e3,
        rate.high * 1e3 * efficiency.high * pue.high / 1e3,
        "kW",
    )


def drivers(load: Spread, pue: Spread, efficiency: Spread) -> tuple[Driver, ...]:
    """Return what each input alone does to the hash rate, the widest first."""
    fixed = {
        "load": Spread(_mid(load), _mid(load), _mid(load), load.unit),
        "pue": Spread(_mid(pue), _mid(pue), _mid(pue), pue.unit),
        "efficiency": Spread(_mid(efficiency), _mid(efficiency), _mid(efficiency), efficiency.unit),
    }
    named = (
        ("efficiency", Text("efficiency of the machines", "矿机能效"), efficiency),
        ("pue", Text("power at the meter over power of the machines (PUE)", "电能使用效率（PUE）"), pue),
        ("load", Text("mining power at the meter", "计量点挖矿功率"), load),
    )
    found = [Driver(name, given, hashrate_of_load(**(fixed | {key: given}))) for key, name, given in named]
    return tuple(sorted(found, key=lambda driver: driver.result.low - driver.result.high))


def hashrate_of_shares(counted: Sequence[tuple[int, float]], seconds: float, *, level: float = 0.95) -> Spread:
    """Return the hash rate that accepted shares prove, in PH/s, with its exact Poisson (Garwood) interval.

    counted: pairs of (number of accepted shares, their difficulty); mixed difficulties are brought to one effective
    count, (sum of difficulties)^2 over sum of squares. seconds: length of the observation. Shares that were rejected, or
    submitted while the tap was off, are not in it: the figure is a lower bound when packets were lost.
    """
    work = sum(number * difficulty for number, difficulty in counted)
    squares = sum(number * difficulty**2 for number, difficulty in counted)
    if seconds <= 0 or work <= 0:
        raise InputError(
            Text(
                "No accepted share was given, or no time in which they were seen.",
                "未给出被接受的份额数，或未给出观测时长。",
            ),
            remedy=Text(
                "Give the number of accepted shares, their difficulty and the seconds observed, all above zero.",
                "请给出被接受的份额数、其难度和观测秒数，三者均须大于零。",
            ),
        )
    effective = work**2 / squares
    best = work * HASHES_PER_SHARE_DIFFICULTY / seconds / PETA
    low = stats.chi2.ppf((1 - level) / 2, 2 * effective) / 2 / effective
    high = stats.chi2.ppf((1 + level) / 2, 2 * effective + 2) / 2 / effective
    return Spread(float(best * low), best, float(best * high), "PH/s")


def machine_counts(step: Spread, machines: Sequence[Machine], pue: Spread) -> tuple[CountLine, ...]:
    """Return for each model how many machines would make a step of load, or nothing for those where no number fits.

    step: kW of one plateau over the one before, with its uncertainty. A model is possible when a whole number of machines
    at a PUE inside the range lies inside the step's range. Those with the fewest possible numbers come first: they say most.
    """
    lines = []
    for machine in machines:
        each = Spread(machine.watts * pue.low, machine.watts * _mid(pue), machine.watts * pue.high, "W")
        fewest = max(1, -int(-step.low * 1e3 // each.high))
        most = int(step.high * 1e3 // each.low)
        if fewest <= most:
            lines.append(CountLine(machine.model, each, fewest, most, step))
    return tuple(sorted(lines, key=lambda line: (line.most - line.fewest, line.model)))


def common_models(steps: Sequence[Spread], machines: Sequence[Machine], pue: Spread) -> tuple[str, ...]:
    """Return the models of which whole numbers explain every step; all of them when nothing can be told."""
    possible = [{line.model for line in machine_counts(step, machines, pue)} for step in steps]
    return tuple(machine.model for machine in machines if all(machine.model in models for models in possible))
