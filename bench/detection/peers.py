"""Score the peers on the same windows and folds: ``python bench/detection/peers.py`` in the bench environment.

Peers: load factor; a flat-24-hour rule; Catch22 and tsfresh (minimal set) features + LightGBM; MiniRocket + ridge; ECOD on
Catch22 features. All see hourly means over the meter's mean, gaps bridged by straight lines, for none takes NaN. MiniRocket
needs one length: it is taken over pieces of 14 days, eight at most, and averaged. Writes name → scores, in the trial's order.
"""

import argparse
import pickle
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pycatch22
from aeon.transformations.collection.convolution_based import MiniRocket
from background import Source, sources
from pyod.models.ecod import ECOD
from sklearn.linear_model import RidgeClassifier
from sklearn.preprocessing import StandardScaler
from tsfresh.feature_extraction import MinimalFCParameters, extract_features
from windows import Window, draw

PIECE = 14 * 24

Learn = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def folds_of(sites: list[str]) -> dict[str, int]:
    """Draw the folds as ``minewatch.detect.training.folds_of`` does."""
    names = np.unique(np.array(sites))
    order = np.random.default_rng(0).permutation(len(names))
    return {str(names[place]): i % 5 for i, place in enumerate(order)}


def hourly(window: Window) -> np.ndarray:
    """Hourly means over the mean, gaps bridged."""
    days, slots = window.kw.shape
    parts = window.kw.reshape(days * 24, slots // 24).astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hours = np.nanmean(parts, axis=1)
    known = np.isfinite(hours)
    hours = np.interp(np.arange(hours.size), np.flatnonzero(known), hours[known])
    return hours / np.abs(hours).mean()


def load_factor(hours: np.ndarray) -> float:
    return float(hours.mean() / hours.max())


def flat_day_share(hours: np.ndarray) -> float:
    """Share of days whose lowest hour is above 80 % of the highest, and the mean of that ratio to part ties."""
    days = hours.reshape(-1, 24)
    flat = days.min(axis=1) / np.maximum(days.max(axis=1), 1e-9)
    return float((flat > 0.8).mean() + 1e-3 * flat.mean())


def catch22(series: list[np.ndarray]) -> np.ndarray:
    return np.array([pycatch22.catch22_all(list(hours), catch24=True)["values"] for hours in series])


def tsfresh_minimal(series: list[np.ndarray]) -> np.ndarray:
    """Take the minimal set, in portions that fit the memory."""
    out = []
    for start in range(0, len(series), 500):
        some = series[start : start + 500]
        table = pd.DataFrame({"id": np.repeat(np.arange(len(some)), [len(s) for s in some]), "x": np.concatenate(some)})
        out.append(
            extract_features(
                table, column_id="id", default_fc_parameters=MinimalFCParameters(), n_jobs=0, disable_progressbar=True
            ).to_numpy()
        )
    return np.concatenate(out)


def pieces(hours: np.ndarray) -> np.ndarray:
    whole = hours[: len(hours) // PIECE * PIECE].reshape(-1, PIECE)
    return whole[np.unique(np.linspace(0, len(whole) - 1, 8).astype(int))]


def minirocket(series: list[np.ndarray], kernel: MiniRocket | None) -> tuple[np.ndarray, MiniRocket]:
    cut = [pieces(hours) for hours in series]
    flat = np.concatenate(cut)[:, None, :].astype(np.float32)
    if kernel is None:
        kernel = MiniRocket(n_kernels=2000, random_state=0, n_jobs=1)
        kernel.fit(flat[:4000])
    features = np.concatenate([kernel.transform(flat[i : i + 2000]) for i in range(0, len(flat), 2000)])
    starts = np.concatenate([[0], np.cumsum([len(some) for some in cut])[:-1]])
    return np.add.reduceat(features, starts) / np.array([len(some) for some in cut])[:, None], kernel


def boosted(train: np.ndarray, mine: np.ndarray, trial: np.ndarray) -> np.ndarray:
    model = lightgbm.LGBMClassifier(
        n_estimators=400, learning_rate=0.05, num_leaves=31, verbose=-1, random_state=0, n_jobs=1
    )
    return model.fit(train, mine).predict_proba(trial)[:, 1]


def ridge(train: np.ndarray, mine: np.ndarray, trial: np.ndarray) -> np.ndarray:
    scale = StandardScaler().fit(train)
    return RidgeClassifier(alpha=1000.0).fit(scale.transform(train), mine).decision_function(scale.transform(trial))


def drawn(found: list[Source], fold: dict[str, int], *, seed: int, number: int, seen: bool) -> list[Window]:
    """Draw the first of the very windows that ``train.py`` draws."""
    out = []
    for source in found:
        mates = [mate for mate in found if fold[mate.site] == fold[source.site]] if seen else []
        shares = (0.45, 0.2) if seen else (0.1, 0.1)
        out += draw(source, seed=seed, number=number, shares=shares, seen=seen, mates=mates)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=50, help="training windows a source, at most 50")
    parser.add_argument("--drawn", type=Path, default=Path("drawn.pkl"), help="what train.py drew")
    parser.add_argument("--out", type=Path, default=Path("peers.pkl"))
    options = parser.parse_args()
    found = sources()
    fold = folds_of([source.site for source in found])
    training = drawn(found, fold, seed=1, number=options.windows, seen=True)
    with options.drawn.open("rb") as file:
        _, _, trial, *_ = pickle.load(file)  # noqa: S301 - our own file
    mine = np.array([window.label == "mine" for window in training])
    untouched = np.array([window.label == "none" for window in training])
    fold_training = np.array([fold[window.site] for window in training])
    fold_trial = np.array([fold[window.site] for window in trial])
    train_series, trial_series = [hourly(w) for w in training], [hourly(w) for w in trial]
    print(len(training), "training,", len(trial), "trial windows", flush=True)
    scores = {
        "load factor": np.array([load_factor(hours) for hours in trial_series]),
        "flat 24 hours": np.array([flat_day_share(hours) for hours in trial_series]),
    }

    def by_fold(name: str, train: np.ndarray, held: np.ndarray, learn: Learn) -> None:
        scores[name] = np.zeros(len(trial))
        for k in range(5):
            scores[name][fold_trial == k] = learn(
                train[fold_training != k], mine[fold_training != k], held[fold_trial == k]
            )
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
        with options.out.open("wb") as file:
            pickle.dump(scores, file)

    began = time.perf_counter()
    train_c22, trial_c22 = catch22(train_series), catch22(trial_series)
    by_fold("Catch22 + LightGBM", train_c22, trial_c22, boosted)
    scores["ECOD on Catch22"] = np.zeros(len(trial))
    for k in range(5):
        ecod = ECOD().fit(np.nan_to_num(train_c22[(fold_training != k) & untouched]))
        scores["ECOD on Catch22"][fold_trial == k] = ecod.decision_function(np.nan_to_num(trial_c22[fold_trial == k]))
    train_ts, trial_ts = tsfresh_minimal(train_series), tsfresh_minimal(trial_series)
    by_fold("tsfresh minimal + LightGBM", train_ts, trial_ts, boosted)
    train_mr, kernel = minirocket(train_series, None)
    trial_mr, _ = minirocket(trial_series, kernel)
    by_fold("MiniRocket + ridge", train_mr, trial_mr, ridge)


if __name__ == "__main__":
    main()
