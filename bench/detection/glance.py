"""Fit the glance that clears what is clear: ``python bench/detection/glance.py`` after ``train.py``.

Draws windows as ``train.py`` does, with a seed of its own, fits a small forest on the figures of a glance, sets the gate
where three in ten of the training windows without a mine pass (cross-fitted by site), writes it into the package, and
prints what the gate costs on the held-out windows that ``train.py`` judged.
"""

import argparse
import pickle
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from report import threshold
from sklearn.metrics import average_precision_score
from train import begin, windows_drawn

from minewatch.detect.learned import Glance
from minewatch.detect.training import calibration, fit_glance
from minewatch.kernels.glance import GLANCE_NAMES, glance_at_block

TRAINING_DRAW = (7, 40)
PASSING = 0.3
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--held-out", type=Path, default=Path("held-out.pkl"))
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
    gate = threshold(score, mine, PASSING)
    with options.held_out.open("rb") as file:
        _, trial, held_out = pickle.load(file)  # noqa: S301 - our own file
    trial_mine = np.array([window.label == "mine" for window in trial])
    trial_fold = np.array([fold_of[window.site] for window in trial])
    trial_figures = np.array([glanced(window.kw) for window in trial])
    trial_score = np.zeros(len(trial))
    for k, forest in forests.items():
        trial_score[trial_fold == k] = forest.raw(trial_figures[trial_fold == k])
    scale = calibration(trial_score, trial_mine)
    model = Glance(fit_glance(figures, mine), scale, gate, GLANCE_NAMES)
    with options.out.open("wb") as file:
        model.save(file)
    passed = trial_score >= gate
    cleared = scale[0] * trial_score + scale[1]
    joined = np.where(passed, held_out.score, np.minimum(cleared, scale[0] * gate + scale[1]))
    untouched = np.array([window.label == "none" for window in trial])
    parts_passed = [
        f"{share:.1%} of {name}"
        for name, share in (
            ("all", passed.mean()),
            ("the untouched", passed[untouched].mean()),
            ("the mines", passed[trial_mine].mean()),
        )
    ]
    print(f"passed: {', '.join(parts_passed)}")
    for name, said in (("without the glance", held_out.score), ("with it", joined)):
        area = average_precision_score(trial_mine, said)
        found = [np.mean(said[trial_mine] > threshold(said, trial_mine, share)) for share in (0.01, 0.001)]
        print(f"{name}: PR-AUC {area:.3f}, recall {found[0]:.3f} at 1 %, {found[1]:.3f} at 0.1 %")
    found = held_out.score > threshold(held_out.score, trial_mine, 0.01)
    print(f"of the {np.sum(found & trial_mine)} mines found at 1 %, {np.mean(passed[found & trial_mine]):.1%} pass")


if __name__ == "__main__":
    main()
