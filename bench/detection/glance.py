"""Fit the glance that clears what is clear: ``python bench/detection/glance.py`` after ``train.py``.

Draws windows as ``train.py`` does, with a seed of its own, fits a small forest on the figures of a glance, sets the gate
where ``PASSING`` of the training windows without a mine pass (cross-fitted by site), writes it into the package, and
prints what the gate, and others, cost on the held-out windows that ``train.py`` judged. What the two together said of
those windows is kept for ``report.py``.
"""

import argparse
import pickle
from dataclasses import replace
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from report import threshold
from sklearn.metrics import average_precision_score
from train import begin, windows_drawn

from minewatch.detect.learned import Glance, chance_of
from minewatch.detect.training import HeldOut, calibration, fit_glance
from minewatch.kernels.glance import GLANCE_NAMES, glance_at_block

TRAINING_DRAW = (7, 200)
PASSING = 0.5
TRIED = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
OUT = Path(__file__).parents[2] / "src/minewatch/detect/model/glance.npz"


def glanced(kw: np.ndarray) -> np.ndarray:
    """Figures of one window."""
    out = np.empty((1, len(GLANCE_NAMES)), np.float32)
    glance_at_block(np.ascontiguousarray(kw[None]), np.empty(1), out)
    return out[0]


def windows_of(task: tuple[int, int, int, bool]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Glances, labels and sites of the windows of one source."""
    found = windows_drawn(task)
    glances = np.array([glanced(window.kw) for window in found]).reshape(-1, len(GLANCE_NAMES))
    return glances, np.array([window.label == "mine" for window in found]), [window.site for window in found]


def together(said: HeldOut, score: np.ndarray, gate: float, mine: np.ndarray, fold: np.ndarray) -> HeldOut:
    """Join what glance and looks say of the trial, as the screen does; each fold calibrated on the others.

    ``score``: the cross-fitted scores of the glance. The model's own calibration stays as it is.
    """
    passed = score >= gate
    scale = calibration(score, mine)
    joined = np.where(passed, said.score, scale[0] * np.minimum(score, gate) + scale[1])
    probability = said.probability.copy()
    for k in np.unique(fold):
        a, b = calibration(score[fold != k], mine[fold != k])
        here = (fold == k) & ~passed
        probability[here] = chance_of(a * score[here] + b)
    return replace(said, score=joined, probability=probability, close=said.close & passed)


def told(name: str, said: HeldOut, mine: np.ndarray) -> str:
    """One line: how well a judgement ranks."""
    at1, at01 = (np.mean(said.score[mine] > threshold(said.score, mine, share)) for share in (0.01, 0.001))
    area = average_precision_score(mine, said.score)
    return f"{name}: PR-AUC {area:.3f}, recall {at1:.3f} at 1 %, {at01:.3f} at 0.1 %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--held-out", type=Path, default=Path("held-out.pkl"))
    parser.add_argument("--joined", type=Path, default=Path("held-out-glanced.pkl"))
    options = parser.parse_args()
    sources, fold_of = begin()
    with Pool(2) as pool:
        parts = pool.map(windows_of, [(i, *TRAINING_DRAW, True) for i in range(len(sources))], chunksize=4)
    figures = np.concatenate([part[0] for part in parts])
    mine = np.concatenate([part[1] for part in parts])
    site = np.array([name for part in parts for name in part[2]])
    fold = np.array([fold_of[name] for name in site])
    forests = {k: fit_glance(figures[fold != k], mine[fold != k]) for k in range(5)}
    score = np.zeros(len(mine))
    for k, forest in forests.items():
        score[fold == k] = forest.raw(figures[fold == k])
    with options.held_out.open("rb") as file:
        _, trial, held_out = pickle.load(file)  # noqa: S301 - our own file
    trial_mine = np.array([window.label == "mine" for window in trial])
    trial_fold = np.array([fold_of[window.site] for window in trial])
    trial_figures = np.array([glanced(window.kw) for window in trial])
    trial_score = np.zeros(len(trial))
    for k, forest in forests.items():
        trial_score[trial_fold == k] = forest.raw(trial_figures[trial_fold == k])
    untouched = np.array([window.label == "none" for window in trial])
    found = (held_out.score > threshold(held_out.score, trial_mine, 0.01)) & trial_mine
    print(told("without a glance", held_out, trial_mine))
    for share in TRIED:
        gate = threshold(score, mine, share)
        passed = trial_score >= gate
        print(
            told(
                f"{share:.0%} pass in training",
                together(held_out, trial_score, gate, trial_mine, trial_fold),
                trial_mine,
            )
        )
        print(
            f"  passed: {passed.mean():.1%} of all, {passed[untouched].mean():.1%} of the untouched, "
            f"{passed[trial_mine].mean():.1%} of the mines, {passed[found].mean():.1%} of the {found.sum()} found at 1 %"
        )
    gate = threshold(score, mine, PASSING)
    model = Glance(fit_glance(figures, mine), calibration(trial_score, trial_mine), gate, GLANCE_NAMES)
    with options.out.open("wb") as file:
        model.save(file)
    with options.joined.open("wb") as file:
        pickle.dump(together(held_out, trial_score, gate, trial_mine, trial_fold), file)


if __name__ == "__main__":
    main()
