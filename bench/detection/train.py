"""Fit the shipped model again: ``python bench/detection/train.py [--out FILE]``.

Draws the windows from the shared background with the rehearsal's mines and look-alikes, takes the looks, fits,
writes the model, and keeps what the held-out folds said for ``report.py``. Same seed, same machine type, same
versions: same bytes.
"""

import argparse
import pickle
import time
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from background import Source, sources
from windows import Window, draw

from minewatch.detect.training import Cases, fit, folds_of
from minewatch.kernels.looks import NAMES, look_at, look_closely_at
from minewatch.rehearsal.windows import TRAINING_SHARES, TRIAL_SHARES

TRAINING_DRAWS = ((1, 50), (5, 75), (6, 75), (8, 200), (9, 200))
"""Seeds and windows a source; twice as many windows gave 0.02 of PR-AUC each time, up to these."""
TREES = 1500
TRIAL_DRAW = (2, 24)
MODEL = Path(__file__).parents[2] / "src/minewatch/detect/model/curve.npz"

_SOURCES: list[Source] = []
_FOLD: dict[str, int] = {}


def begin() -> tuple[list[Source], dict[str, int]]:
    """Read the sources and draw their folds, once before any drawing; returns both."""
    _SOURCES.extend(sources())
    _FOLD.update(folds_of(np.array([source.site for source in _SOURCES]), folds=5, seed=0))
    return _SOURCES, _FOLD


def windows_drawn(task: tuple[int, int, int, bool]) -> list[Window]:
    """Draw the windows of one source; task: its place, seed, number, for training or not.

    Hosts are joined only with hosts of the same fold: no source's load is ever on both sides of a split.
    """
    place, seed, number, seen = task
    source, mates = with_mates(place)
    shares = TRAINING_SHARES if seen else TRIAL_SHARES
    return draw(source, seed=seed, number=number, shares=shares, seen=seen, mates=mates if seen else [])


def with_mates(place: int) -> tuple[Source, list[Source]]:
    """Return a source by its place, and the sources of its fold."""
    source = _SOURCES[place]
    return source, [mate for mate in _SOURCES if _FOLD[mate.site] == _FOLD[source.site]]


def windows_of(task: tuple[int, int, int, bool]) -> tuple[np.ndarray, list[Window]]:
    """Draw and look at the windows of one source; the task of :func:`windows_drawn`."""
    found = windows_drawn(task)
    looks = np.empty((len(found), len(NAMES)), np.float32)
    for i, window in enumerate(found):
        kw = np.ascontiguousarray(window.kw[None])
        look_at(kw, looks[i : i + 1])
        look_closely_at(kw, looks[i : i + 1])
    return looks, found


def drawn(pool: Pool, draw_of: tuple[int, int], *, seen: bool) -> tuple[np.ndarray, list[Window]]:
    """Draw windows of all sources by a seed and a number."""
    parts = pool.map(windows_of, [(i, *draw_of, seen) for i in range(len(_SOURCES))], chunksize=4)
    return np.concatenate([looks for looks, _ in parts]), [w for _, some in parts for w in some]


def cases_of(looks: np.ndarray, found: list[Window]) -> Cases:
    """Truth of windows as the learner wants it."""
    mine = np.array([w.label == "mine" for w in found])
    scale = 10.0 ** looks[:, NAMES.index("level_log_kw")].astype(np.float64)
    share = np.array([w.added_kw for w in found]) / scale
    day = np.array([w.kw.shape[1] for w in found])
    return Cases(
        looks=looks,
        mine=mine,
        share=np.where(mine, share, np.nan),
        started=mine & (np.array([w.since for w in found]) > day),
        stopped=mine & (np.array([w.until for w in found]) >= 0),
        switched=mine & np.array([any(r in w.what for r in RHYTHM_NAMES) for w in found]),
        group=np.array([w.site for w in found]),
    )


def joined(parts: list[Cases]) -> Cases:
    """Cases one after another."""
    return Cases(*(np.concatenate([getattr(part, name) for part in parts]) for name in Cases.__slots__))


RHYTHM_NAMES = ("evening_curtailed", "night_only", "price_blocks", "throttled", "host_busy")


def _draw_all(options: argparse.Namespace) -> tuple[Cases, np.ndarray, list[Window], np.ndarray]:
    """Draw all windows and keep them for the next fit.

    Of those for training only what is learned from, and beside it ``what`` each window is (``none``, a mode, a kind of
    look-alike), by which ``unseen.py`` leaves some out.
    """
    training, what = [], []
    with Pool(2) as pool:
        trial_looks, trial = drawn(pool, TRIAL_DRAW, seen=False)
        for some in TRAINING_DRAWS:
            looks, found = drawn(pool, some, seen=True)
            training.append(cases_of(looks, found))
            what += [str(window.what) for window in found]
    kept = joined(training), trial_looks, trial, np.array(what)
    with options.drawn.open("wb") as file:
        pickle.dump(kept, file)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--drawn", type=Path, default=Path("drawn.pkl"), help="windows kept from an earlier run")
    parser.add_argument("--held-out", type=Path, default=Path("held-out.pkl"))
    options = parser.parse_args()
    began = time.perf_counter()
    begin()
    if options.drawn.exists():
        with options.drawn.open("rb") as file:
            training_cases, trial_looks, trial, *_ = pickle.load(file)  # noqa: S301 - our own file
    else:
        training_cases, trial_looks, trial, _ = _draw_all(options)
    print(
        f"{len(training_cases.mine)} training and {len(trial)} trial windows: {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    with Pool(2) as pool:
        model, held_out = fit(
            training_cases,
            cases_of(trial_looks, trial),
            fold=_FOLD,
            trees=TREES,
            mapper=partial(pool.map, chunksize=1),
        )
    options.out.parent.mkdir(exist_ok=True)
    with options.out.open("wb") as file:
        model.save(file)
    with options.held_out.open("wb") as file:
        pickle.dump((trial_looks, trial, held_out), file)
    print(f"wrote {options.out} ({options.out.stat().st_size / 1024:.0f} KiB) in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
