"""How much like mining the missing energy of a node looks: the meter's look, calibrated again on what balances leave.

The screen judges a residual as if it were a meter's curve, but it learned from meters: a residual carries the noise of the
loss model and of unread meters, and where a customer bypasses the meter, a part of an ordinary load. So the screen's log-odds
go, with a dozen figures of the residual's level, spread and noise, into a small forest that was fitted to residuals of
simulated regions (``bench/balance/shape.py``): mines before and past the meter against ordinary customers and look-alikes that
are missing from the books, and against what is left where nothing is hidden. All of it is simulated.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.forest import Forest
from minewatch.detect.learned import chance_of, odds_of

Floats = NDArray[np.float64]

FIGURES = (
    "screen_log_odds",
    "noise",
    "rest_spread",
    "plateau_spread",
    "level_p05",
    "level_p25",
    "level_p50",
    "level_p75",
    "level_p95",
    "profile_spread",
    "daily_spread",
    "change_p50",
    "change_p90",
)
"""What the forest takes; all but the first over the residual's mean level."""


@dataclass(frozen=True, slots=True)
class ResidualModel:
    """The forest and the share of mines among the residuals it was fitted to."""

    forest: Forest
    prevalence: float

    def save(self, file: Path | IO[bytes]) -> None:
        """Write the model as compressed arrays; the same model gives the same bytes."""
        arrays = self.forest.arrays("shape") | {
            "figures": np.array(FIGURES),
            "prevalence": np.array([self.prevalence]),
        }
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_residual_model(file: Path | IO[bytes]) -> ResidualModel:
    """Read a model; ValueError where it was fitted on other figures than this version takes."""
    with np.load(file, allow_pickle=False) as arrays:
        if tuple(str(name) for name in arrays["figures"]) != FIGURES:
            raise ValueError("the model was fitted on other figures; fit it again with this version")
        return ResidualModel(Forest.from_arrays(arrays, "shape"), float(arrays["prevalence"][0]))


@cache
def residual_model() -> ResidualModel:
    """Return the model inside the package."""
    with (resources.files("minewatch.detect") / "model" / "residual.npz").open("rb") as file:
        return read_residual_model(file)


def noise_of(left: Floats, unexplained: Floats) -> float:
    """Robust spread (kW) of what the unexplained part does not follow of ``left``, the residual: loss model, unread meters."""
    rest = (left - unexplained).ravel()
    rest = rest[np.isfinite(rest)]
    return 1.4826 * float(np.median(np.abs(rest - np.median(rest)))) if rest.size else 0.0


def shape_figures(left: Floats, unexplained: Floats, plateau: Floats, screened: float) -> NDArray[np.float32]:
    """Return the figures of one residual: ``left`` (days, 24) kW with NaN missing; ``screened`` the screen's probability."""
    clipped = min(max(screened, 1e-6), 1.0 - 1e-6)
    odds = float(odds_of(clipped))
    flat = left.ravel()
    here = flat[np.isfinite(flat)]
    if here.size < 48:
        return np.array([odds, *[np.nan] * (len(FIGURES) - 1)], dtype=np.float32)
    size = max(float(here.mean()), 1e-6)
    rest = (left - unexplained).ravel()
    rest = rest[np.isfinite(rest)]
    whole = left[np.isfinite(left).all(axis=1)]
    step = np.abs(np.diff(here))
    figures = (
        np.median(np.abs(rest - np.median(rest))),
        rest.std(),
        plateau.std(),
        *np.quantile(here, (0.05, 0.25, 0.5, 0.75, 0.95)),
        whole.mean(axis=0).std() if len(whole) else np.nan,
        whole.mean(axis=1).std() if len(whole) else np.nan,
        *np.quantile(step, (0.5, 0.9)),
    )
    return np.array([odds, *(float(figure) / size for figure in figures)], dtype=np.float32)


def mining_likeness(figures: NDArray[np.float32]) -> Floats:
    """Return, for rows of figures, the probability of mining at the model's own prevalence."""
    return chance_of(residual_model().forest.raw(figures))
