"""A suspect looked at once more: on which day its part began, and how much it draws, both by measuring around that day.

The forests of :mod:`minewatch.detect.learned` judge by figures of the whole window. Here the power they found is used to look
for the beginning: several tests propose days (:mod:`minewatch.kernels.onset`), a small forest chooses among them and the
window's first day, and with the day known the same hours before and after it measure the power
(:mod:`minewatch.kernels.span`), which a second forest joins with the other measurements. Fitted on simulated mines in real
background by ``bench/detection/refine.py``; the first date of a rise in stages is the one it learned to choose.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.dating import rise_slot, step_slot
from minewatch.detect.forest import Forest
from minewatch.detect.learned import CANDIDATES, chance_of
from minewatch.detect.looks import PLACE
from minewatch.kernels.grid import drop_stuck, to_hours
from minewatch.kernels.onset import DAY_NAMES, MOST, hour_steps, onset_days
from minewatch.kernels.span import SPAN_NAMES, span_figures

TOLD = (
    "step_up_score",
    "step_up_z",
    "step_up_size",
    "step_down_size",
    "step_down_score",
    "step_up_place",
    "step_down_place",
    "step_up_long",
    "step_up_surprise",
    "step_up_least",
    "step_share_between",
)
"""Looks that are told to the forests beside the figures of each day."""

CHOICE_NAMES = (
    *(f"all_{name}" for name in DAY_NAMES),
    *(f"on_{name}" for name in DAY_NAMES),
    *("started", "stopped", "switched", "log_share", "days", "slots"),
    *TOLD,
    *("rank", "proposed", "by_step"),
)
POWER_NAMES = (*CHOICE_NAMES, *SPAN_NAMES, *(f"over_{name}" for name in CANDIDATES))
FITTED_FROM = -0.5
"""Log-odds of mining from which suspects were among those that the second look learned from."""

SOME_HOURS = 0.6
"""Share of the hours of the day that step, below which each hour's own step is looked for."""

GROUPS = 5
"""Kinds of suspect whose errors of the power are told apart: see :func:`group_of`."""

_TOLD = np.array([PLACE[name] for name in TOLD])
_CANDIDATES = np.array([PLACE[name] for name in CANDIDATES])

Figures = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suspect:
    """What the first judgement says of one meter: its curve and looks, the share, log-odds of three traits.

    ``kw`` (days, slots) float32 with 24, 48 or 96 slots, NaN missing; ``share`` is the part's power over the mean load.
    """

    kw: NDArray[np.float32]
    looks: Figures
    share: float
    started: float
    stopped: float
    switched: float

    @property
    def size(self) -> float:
        """Mean absolute kW."""
        return float(10.0 ** self.looks[PLACE["level_log_kw"]].astype(np.float64))


@dataclass(frozen=True, slots=True)
class Choices:
    """Days on which a part may have begun: ``days`` with 0 (it was there all along) first, and a row of figures each.

    ``rest`` (days, 24) and ``spread`` (24,) are the curve without its hours (:func:`~minewatch.kernels.onset.without_hours`).
    """

    days: NDArray[np.int64]
    figures: Figures
    rest: NDArray[np.float64]
    spread: NDArray[np.float64]


def choices_of(suspect: Suspect) -> Choices:
    """Propose and describe the days on which a suspect's part may have begun."""
    kw, looks = np.ascontiguousarray(suspect.kw, dtype=np.float32).copy(), suspect.looks
    days, slots = kw.shape
    hours = np.empty((days, 24), np.float32)
    drop_stuck(kw, slots)
    to_hours(kw, hours)
    extra = _days_of_step(suspect)
    rest, spread = np.empty((days, 24)), np.empty(24)
    wide = 2 * len(DAY_NAMES)
    described = np.full((MOST, wide), np.nan)
    proposed = onset_days(hours, suspect.share * suspect.size, suspect.size, extra, rest, spread, described)
    number = len(proposed)
    figures = np.empty((number + 1, len(CHOICE_NAMES)), np.float32)
    figures[1:, :wide] = described[:number]
    # The window's first day is told what the best of the others has to say against it.
    figures[0, :wide] = _most(described[:number])
    flags = (suspect.started, suspect.stopped, suspect.switched, np.log(suspect.share), days, slots)
    figures[:, wide : wide + 6] = flags
    figures[:, wide + 6 : -3] = looks[_TOLD]
    figures[0, -3], figures[1:, -3] = -1.0, np.argsort(np.argsort(proposed))
    figures[:, -2] = number
    figures[0, -1], figures[1:, -1] = 0.0, np.isin(proposed, extra)
    return Choices(np.concatenate([[0], proposed]), figures, rest, spread)


def _most(described: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest of each column, NaN where none is known."""
    known = np.where(np.isnan(described), -np.inf, described).max(axis=0, initial=-np.inf)
    return np.where(np.isinf(known), np.nan, known)


def _days_of_step(suspect: Suspect) -> NDArray[np.int64]:
    """Days of the most even step up, and of the first stage before it; none where there is no such step."""
    place, size = (float(suspect.looks[PLACE[name]]) for name in ("step_up_place", "step_up_size"))
    if np.isnan(place) or not size > 0:
        return np.empty(0, np.int64)
    days, slots = suspect.kw.shape
    day = round(place * days)
    return np.array([day, (rise_slot(suspect.kw, day, size * suspect.size) + slots // 2) // slots], np.int64)


def end_of(suspect: Suspect, begin: int) -> int | None:
    """Slot at which a part that is held to have stopped, and began at the slot ``begin``, did so; None where it did not."""
    place, size = (float(suspect.looks[PLACE[name]]) for name in ("step_down_place", "step_down_size"))
    if suspect.stopped <= 0 or np.isnan(place) or not size > 0:
        return None
    end = step_slot(suspect.kw, round(place * len(suspect.kw)), -size * suspect.size)
    return end if end > begin else None


def power_row(suspect: Suspect, choices: Choices, place: int, end: int | None) -> Figures:
    """Figures the power is judged by, where the part began on the day at ``place`` of the choices and ended at slot ``end``."""
    days, slots = suspect.kw.shape
    span = np.empty(len(SPAN_NAMES))
    last = 24 * days if end is None else end * 24 // slots
    unit = suspect.share * suspect.size
    span_figures(choices.rest, choices.spread, 24 * int(choices.days[place]), last, unit, span)
    beside = suspect.looks[_CANDIDATES].astype(np.float64)
    over = np.log(np.where(beside > 1e-3, beside, np.nan)) - np.log(suspect.share)
    return np.concatenate([choices.figures[place], span, over]).astype(np.float32)


def group_of(row: Figures) -> int:
    """Kind of suspect by its row of power figures: dated; dated and switched; stopped; switched; none of these."""
    dated = row[CHOICE_NAMES.index("rank")] >= 0
    switched = row[CHOICE_NAMES.index("switched")] > 0
    if dated:
        return 1 if switched else 0
    if row[CHOICE_NAMES.index("stopped")] > 0:
        return 2
    return 3 if switched else 4


@dataclass(frozen=True, slots=True)
class Refined:
    """What the second look says: slots of the beginning (0: the window's) and end, how sure the day is, and the power.

    ``day_chance`` is the estimated chance that the beginning lies within one day; ``kw`` comes with its 80 % interval.
    """

    begin: int
    end: int | None
    day_chance: float
    kw: float
    low: float
    high: float


@dataclass(frozen=True)
class Refiner:
    """Two forests: ``days`` judges rows of :class:`Choices`, ``power`` gives log(truth / estimate) of a power row.

    ``bands`` (``GROUPS``, 2) are the 10 % and 90 % quantiles of what is left of that logarithm.
    """

    days: Forest
    power: Forest
    bands: NDArray[np.float64]

    def choose(self, choices: Choices) -> tuple[int, float]:
        """Place of the day chosen and the estimated chance that it is right to one day."""
        score = self.days.raw(choices.figures)
        place = int(np.argmax(score))
        return place, float(chance_of(score[place]))

    def refine(self, suspect: Suspect) -> Refined:
        """Date and measure one suspect."""
        choices = choices_of(suspect)
        place, chance = self.choose(choices)
        begin = begin_of(suspect, choices, place)
        end = end_of(suspect, begin)
        row = power_row(suspect, choices, place, end)
        kw = suspect.share * suspect.size * float(np.exp(self.power.raw(row[None])[0]))
        low, high = np.exp(self.bands[group_of(row)])
        return Refined(begin, end, chance, kw, kw * float(low), kw * float(high))

    def save(self, file: Path | IO[bytes]) -> None:
        """Write it as compressed arrays; the same refiner gives the same bytes."""
        arrays = self.days.arrays("days") | self.power.arrays("power") | {"bands": self.bands}
        np.savez_compressed(file, allow_pickle=False, names=np.array(POWER_NAMES), **arrays)


def begin_of(suspect: Suspect, choices: Choices, place: int) -> int:
    """Slot of the beginning within a day of the day chosen; 0 for the window's first day."""
    day = int(choices.days[place])
    if day == 0:
        return 0
    slots = suspect.kw.shape[1]
    row = choices.figures[place]
    lift = np.full(24, float(row[CHOICE_NAMES.index("on_step_2")]) * suspect.share * suspect.size)
    if row[CHOICE_NAMES.index("on_hours_on")] < SOME_HOURS:
        # A part that runs at night only leaves the day as it was: no hour of the day says that it has not begun.
        hour_steps(choices.rest, day, 7, np.empty(len(suspect.kw) + 128), lift)
    lift = np.where(lift > 0.0, lift, 0.0)
    return step_slot(suspect.kw, day, np.repeat(lift, slots // 24), reach=1) if lift.any() else day * slots


def read_refiner(file: Path | IO[bytes]) -> Refiner:
    """Read a refiner; ValueError where it was fitted on other figures than this version takes."""
    with np.load(file, allow_pickle=False) as arrays:
        if tuple(str(name) for name in arrays["names"]) != POWER_NAMES:
            raise ValueError("the refiner was fitted on other figures; fit it again with this version")
        return Refiner(Forest.from_arrays(arrays, "days"), Forest.from_arrays(arrays, "power"), arrays["bands"])


@cache
def shipped_refiner() -> Refiner:
    """Return the refiner inside the package."""
    with (resources.files("minewatch.detect") / "model" / "refine.npz").open("rb") as file:
        return read_refiner(file)
