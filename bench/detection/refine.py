"""Fit the second look at suspects again: ``python bench/detection/refine.py [--out FILE]``, after ``train.py``.

Draws mines of its own (no window of the trial) in the shared background, keeps those that the shipped model suspects, fits
their dates and powers, writes the refiner, and keeps what refiners that never saw a site say of the trial's mines for
``report.py``. Same seed, same machine type, same versions: same bytes.
"""

import argparse
import pickle
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import train
from windows import Window, draw

from minewatch.detect.learned import TRAITS, odds_of, shipped_model, snapped
from minewatch.detect.looks import PLACE
from minewatch.detect.refine import FITTED_FROM, Refined, Refiner, Suspect, choices_of
from minewatch.detect.refining import Case, fit_refiner
from minewatch.detect.training import HeldOut
from minewatch.kernels.looks import NAMES, look_at, look_closely_at

DRAW = (41, 48)
"""Seed and windows a source."""
SHARES = (0.6, 0.0)
MODEL = Path(__file__).parents[2] / "src/minewatch/detect/model/refine.npz"


def cases_of(place: int) -> list[Case]:
    """Draw the mines of one source, and keep the suspects among them with their proposed days."""
    source, mates = train.with_mates(place)
    model = shipped_model()
    found = []
    for window in draw(source, seed=DRAW[0], number=DRAW[1], shares=SHARES, seen=True, mates=mates):
        if window.label != "mine":
            continue
        looks = np.empty((1, len(NAMES)), np.float32)
        kw = np.ascontiguousarray(window.kw[None])
        look_at(kw, looks)
        look_closely_at(kw, looks)
        odds = model.first_log_odds(looks)
        if odds[0] < model.gate or model.log_odds(looks)[0] < FITTED_FROM:
            continue
        said = {name: float(model.forests[name].raw(looks)[0]) for name in TRAITS}
        share = float(snapped(looks, np.exp(model.forests["share"].raw(looks)))[0])
        suspect = Suspect(window.kw, looks[0], share, **said)
        since = window.since / window.kw.shape[1]
        found.append(Case(suspect, choices_of(suspect), since, window.added_kw, source.site))
    return found


def trial_said(
    looks: np.ndarray, windows: list[Window], said: HeldOut, fold: dict[str, int], parts: dict[int, Refiner]
) -> list[Refined | None]:
    """Refine the trial's mines by refiners that never saw their sites; None: no mine, or a meter never looked at closely."""
    chances = {name: np.clip(getattr(said, name), 1e-9, 1 - 1e-9) for name in TRAITS}
    traits = {name: odds_of(chance) for name, chance in chances.items()}
    found: list[Refined | None] = []
    for i, window in enumerate(windows):
        if window.label != "mine" or not said.close[i] or np.isnan(looks[i, PLACE["level_log_kw"]]):
            found.append(None)
            continue
        flags = {name: float(traits[name][i]) for name in TRAITS}
        suspect = Suspect(window.kw, looks[i], float(said.share[i]), **flags)
        found.append(parts[fold[window.site]].refine(suspect))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--held-out", type=Path, default=Path("held-out.pkl"))
    parser.add_argument("--refined", type=Path, default=Path("refined.pkl"))
    options = parser.parse_args()
    began = time.perf_counter()
    sources, fold_of = train.begin()
    with Pool(2) as pool:
        cases = [case for some in pool.map(cases_of, range(len(sources)), chunksize=4) for case in some]
    print(f"{len(cases)} suspects drawn: {time.perf_counter() - began:.0f} s", flush=True)
    refiner, parts = fit_refiner(cases, fold=np.array([fold_of[case.group] for case in cases]))
    with options.out.open("wb") as file:
        refiner.save(file)
    print(f"wrote {options.out} ({options.out.stat().st_size / 1024:.0f} KiB) in {time.perf_counter() - began:.0f} s")
    if options.held_out.exists():
        with options.held_out.open("rb") as file:
            looks, windows, said = pickle.load(file)  # noqa: S301 - our own file
        with options.refined.open("wb") as file:
            pickle.dump(trial_said(looks, windows, said, fold_of, parts), file)


if __name__ == "__main__":
    main()
