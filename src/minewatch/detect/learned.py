"""The learned model: forests, calibration and error bands, loaded once from the arrays shipped in the package."""

import io
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.forest import Forest
from minewatch.detect.parts import Parts, read_parts
from minewatch.kernels.glance import GLANCE_NAMES
from minewatch.kernels.looks import NAMES

TRAITS = ("started", "stopped", "switched")
"""What is told of the course of a mine inside the window."""

FORESTS = ("first", "mine", "share", *TRAITS)
LEVELS = (0.1, 0.3, 0.6, 0.9)
"""Borders of probability between which the errors of the power are told apart."""

CANDIDATES = (
    "step_up_long",
    "step_down_long",
    "step_up_size",
    "step_down_size",
    "edge_up_size",
    "edge_down_size",
    "separate_size",
    "two_levels_gap",
    "clean_size",
    "gap_width",
)
"""Figures that are themselves a power over the meter's mean and may be the mine's."""

_PLACES = np.array([NAMES.index(name) for name in CANDIDATES])
NEAR = 0.12
"""A candidate within this (in logarithm) of the forest's estimate is taken for the better measurement."""


def snapped(looks: NDArray[np.float32], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move an estimated share half the way to the nearest candidate, where one is near."""
    candidates = looks[:, _PLACES].astype(np.float64)
    distance = np.log(np.where(candidates > 1e-3, candidates, np.nan)) - np.log(share)[:, None]
    distance = np.where(np.isnan(distance), np.inf, distance)
    best = np.argmin(np.abs(distance), axis=1)
    nearest = distance[np.arange(len(share)), best]
    return share * np.exp(np.where(np.abs(nearest) < NEAR, 0.5 * nearest, 0.0))


def chance_of(odds: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def odds_of(chance: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Log-odds of a probability above 0 and below 1."""
    return np.asarray(np.log(chance / (1.0 - chance)))


@dataclass(frozen=True)
class Model:
    """What :func:`minewatch.detect.training.fit` learned.

    The forest ``first`` judges by the figures that cost little; only what it gives a log-odds of at least ``gate`` is
    looked at closely and judged by the forest ``mine``, which goes on with the trees of ``first``. ``first_scale`` and
    ``scale`` (a, b) turn their scores into calibrated log-odds a·score + b for meters of which a share ``prevalence``
    mine; ``bands`` (levels, 3) are quantiles of the error of the share's logarithm; ``looks`` are the names of the
    figures it was fitted on. ``own`` is None, or one further forest for each part of a workspace's meters, which never
    saw a meter of that part (:meth:`for_part`).
    """

    forests: dict[str, Forest]
    first_scale: NDArray[np.float64]
    gate: float
    scale: NDArray[np.float64]
    bands: NDArray[np.float64]
    looks: tuple[str, ...]
    prevalence: float
    own: Parts | None = None

    def for_part(self, part: int) -> "Model":
        """Return the model that judges the meters of one part: its forest goes on with that part's trees."""
        return self if self.own is None else self._by_part[part]

    @cached_property
    def _by_part(self) -> "tuple[Model, ...]":
        own = self.own.forests if self.own else ()
        mine = self.forests["mine"]
        return tuple(replace(self, forests={**self.forests, "mine": mine.followed_by(one)}, own=None) for one in own)

    def first_log_odds(self, looks: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated log-odds of mining by the cheap figures alone, one a row of looks."""
        return np.asarray(self.first_scale[0] * self.forests["first"].raw(looks) + self.first_scale[1])

    def log_odds(self, looks: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated log-odds of mining of meters looked at closely, one a row of looks."""
        return np.asarray(self.scale[0] * self.forests["mine"].raw(looks) + self.scale[1])

    def share_of_size(self, log_kw: NDArray[np.float32]) -> NDArray[np.float64]:
        """Share of its load that a meter of each size (logarithm to base 10 of kW) would mine, were nothing else known.

        The very number that the forest gives a row with all other figures missing, looked up instead of walked to.
        """
        borders, shares = self._shares_by_size
        return shares[np.searchsorted(borders, log_kw, side="left")]

    @cached_property
    def _shares_by_size(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        borders, raw = self.forests["share"].along(NAMES.index("level_log_kw"), len(NAMES))
        return borders, np.exp(raw)

    def content(self) -> bytes:
        """Return what :meth:`save` writes."""
        file = io.BytesIO()
        self.save(file)
        return file.getvalue()

    def save(self, file: Path | IO[bytes]) -> None:
        """Write the model as compressed arrays; the same model gives the same bytes."""
        arrays = {
            "first_scale": self.first_scale,
            "gate": np.array([self.gate]),
            "scale": self.scale,
            "bands": self.bands,
            "looks": np.array(self.looks),
            "prevalence": np.array([self.prevalence]),
        }
        for name in FORESTS:
            arrays |= self.forests[name].arrays(name)
        if self.own is not None:
            arrays |= self.own.arrays()
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_model(file: Path | IO[bytes]) -> Model:
    """Read a model; ValueError where it was fitted on other looks than this version takes."""
    with np.load(file, allow_pickle=False) as arrays:
        looks = tuple(str(name) for name in arrays["looks"])
        if looks != tuple(NAMES):
            raise ValueError("the model was fitted on other looks; fit it again with this version")
        return Model(
            {name: Forest.from_arrays(arrays, name) for name in FORESTS},
            arrays["first_scale"],
            float(arrays["gate"][0]),
            arrays["scale"],
            arrays["bands"],
            looks,
            float(arrays["prevalence"][0]),
            read_parts(arrays),
        )


@dataclass(frozen=True)
class Glance:
    """What clears most meters before any look is taken: a small forest on the figures of ``kernels.glance``.

    A meter whose score is below ``gate`` is cleared; ``scale`` (a, b) turns its score into calibrated log-odds.
    """

    forest: Forest
    scale: NDArray[np.float64]
    gate: float
    names: tuple[str, ...]

    def log_odds(self, figures: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Calibrated log-odds of mining, one a row of figures, and which rows have to be looked at."""
        score = self.forest.raw(figures)
        return np.asarray(self.scale[0] * np.minimum(score, self.gate) + self.scale[1]), score >= self.gate

    def save(self, file: Path | IO[bytes]) -> None:
        """Write it as compressed arrays; the same glance gives the same bytes."""
        arrays = self.forest.arrays("glance") | {"scale": self.scale, "gate": np.array([self.gate])}
        np.savez_compressed(file, allow_pickle=False, names=np.array(self.names), **arrays)


def read_glance(file: Path | IO[bytes]) -> Glance:
    """Read a glance; ValueError where it was fitted on other figures than this version takes."""
    with np.load(file, allow_pickle=False) as arrays:
        names = tuple(str(name) for name in arrays["names"])
        if names != tuple(GLANCE_NAMES):
            raise ValueError("the glance was fitted on other figures; fit it again with this version")
        return Glance(Forest.from_arrays(arrays, "glance"), arrays["scale"], float(arrays["gate"][0]), names)


@cache
def shipped_glance() -> Glance:
    """Return the glance inside the package."""
    with (resources.files("minewatch.detect") / "model" / "glance.npz").open("rb") as file:
        return read_glance(file)


@cache
def shipped_model() -> Model:
    """Return the model inside the package."""
    with (resources.files("minewatch.detect") / "model" / "curve.npz").open("rb") as file:
        return read_model(file)
