"""Tables of the detection benchmark: ``python bench/detection/report.py`` after ``train.py``, ``refine.py`` (and ``peers.py``).

Reads what the held-out folds said, prints Markdown; ``--write`` puts it into docs/benchmarks.md between its marks. Every
positive is simulated; every background is real; nobody certified that no background meter mines.
"""

import argparse
import pickle
import platform
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score

from minewatch.detect.refine import FITTED_FROM, Refined
from minewatch.detect.training import HeldOut
from minewatch.kernels.looks import NAMES
from minewatch.rehearsal.schedules import HISTORIES
from minewatch.usecases.documentation import write_between

PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"
RATIOS = (0.1, 0.2, 0.4, 0.7, 1.0, 1.6, 99.0)


def threshold(score: np.ndarray, mine: np.ndarray, share: float) -> float:
    """Score above which only a share of those without a mine lie."""
    return float(np.sort(score[~mine])[::-1][int((~mine).sum() * share)])


def interval(score: np.ndarray, mine: np.ndarray, source: np.ndarray, *, against: np.ndarray | None = None) -> tuple:
    """95 % interval of the PR-AUC (or of its lead over another score), bootstrapped over source meters."""
    rng = np.random.default_rng(0)
    names, place = np.unique(source, return_inverse=True)
    rows = [np.flatnonzero(place == i) for i in range(len(names))]
    found = []
    for _ in range(300):
        chosen = np.concatenate([rows[i] for i in rng.integers(0, len(names), len(names))])
        lead = average_precision_score(mine[chosen], score[chosen])
        found.append(lead - (0 if against is None else average_precision_score(mine[chosen], against[chosen])))
    return tuple(np.quantile(found, [0.025, 0.975]))


def headline(name: str, score: np.ndarray, mine: np.ndarray, source: np.ndarray, ours: np.ndarray | None) -> str:
    low, high = interval(score, mine, source)
    at1, at01 = (score[mine] > threshold(score, mine, share) for share in (0.01, 0.001))
    order = np.argsort(-score, kind="stable")
    lead = ""
    if ours is not None:
        a, b = interval(ours, mine, source, against=score)
        lead = f"{a:+.2f} … {b:+.2f}"
    return (
        f"| {name} | {average_precision_score(mine, score):.3f} ({low:.2f}–{high:.2f}) | {at1.mean():.2f} | "
        f"{at01.mean():.2f} | {mine[order[:100]].mean():.2f} | {mine[order[:400]].mean():.2f} | {lead} |"
    )


def recall_table(windows: list, score: np.ndarray, mine: np.ndarray) -> list[str]:
    """Recall at 1 and 0.1 % false alarms by ratio and by mode."""
    t1, t01 = threshold(score, mine, 0.01), threshold(score, mine, 0.001)
    ratio = np.array([w.ratio for w in windows])
    what = np.array(["combined" if "+" in w.what else w.what for w in windows])
    out = ["| mines | windows | recall at 1 % | at 0.1 % |", "|---|---|---|---|"]
    for low, high in pairwise(RATIOS):
        chosen = mine & (ratio >= low) & (ratio < high)
        label = f"ratio {low}–{high}" if high < 9 else f"ratio above {low}"
        out.append(
            f"| {label} | {chosen.sum()} | {(score[chosen] > t1).mean():.2f} | {(score[chosen] > t01).mean():.2f} |"
        )
    for mode in np.unique(what[mine]):
        chosen = mine & (what == mode)
        out.append(
            f"| {mode} | {chosen.sum()} | {(score[chosen] > t1).mean():.2f} | {(score[chosen] > t01).mean():.2f} |"
        )
    return out


def alarm_table(windows: list, score: np.ndarray, mine: np.ndarray) -> list[str]:
    """Count false alarms at the 1 % threshold by kind of look-alike, by collection, and on the flattest untouched windows."""
    t1 = threshold(score, mine, 0.01)
    what = np.array([w.what if w.label == "lookalike" else f"untouched: {w.collection}" for w in windows])
    flat = np.array([_flatness(w.kw) for w in windows])
    untouched = np.array([w.label == "none" for w in windows])
    what_rows = [(kind, ~mine & (what == kind)) for kind in np.unique(what[~mine])]
    what_rows.append(("untouched, flattest tenth", untouched & (flat >= np.quantile(flat[untouched], 0.9))))
    out = ["| not mines | windows | false alarms |", "|---|---|---|"]
    return out + [f"| {name} | {rows.sum()} | {100 * (score[rows] > t1).mean():.1f} % |" for name, rows in what_rows]


def _flatness(kw: np.ndarray) -> float:
    read = kw[np.isfinite(kw)]
    return float(np.quantile(read, 0.05) / max(np.quantile(read, 0.95), 1e-6))


def calibration_error(probability: np.ndarray, mine: np.ndarray) -> float:
    """Measure the expected calibration error over fifteen bins of equal width."""
    place = np.minimum((probability * 15).astype(int), 14)
    return sum(
        (place == k).mean() * abs(probability[place == k].mean() - mine[place == k].mean())
        for k in range(15)
        if (place == k).any()
    )


def gate_line(said: HeldOut, thorough: HeldOut, mine: np.ndarray) -> str:
    """How many windows were looked at closely, and what the quick forest alone would give."""
    alone = average_precision_score(mine, said.first)
    closely = (
        f"{some.close.mean():.0%} of the windows, with {some.close[mine].mean():.0%} of the mines"
        for some in (said, thorough)
    )
    return f"Looked at closely: {' (thorough: '.join(closely)}); the quick forest alone: PR-AUC {alone:.3f}."


def estimates(looks: np.ndarray, windows: list, said: HeldOut, mine: np.ndarray, refined: list) -> list[str]:
    """Error of kW and of since on mines flagged at 1 %, as :meth:`minewatch.detect.refine.Refiner.refine` gives them."""
    flagged = mine & (said.score > threshold(said.score, mine, 0.01))
    size = 10.0 ** looks[:, NAMES.index("level_log_kw")].astype(np.float64)
    truth = np.array([w.added_kw for w in windows])
    kw, low, high = (size * part for part in (said.share, said.share_low, said.share_high))
    off, started, sure = np.zeros(len(windows)), np.zeros(len(windows), bool), np.zeros(len(windows))
    for i in np.flatnonzero(mine):
        since = windows[i].since / windows[i].kw.shape[1]
        started[i], off[i] = since > 1, since
        second: Refined | None = refined[i]
        if second is not None:
            # As the screen does: the second look's interval where its errors are known, the first one's elsewhere.
            sides = (low[i] / kw[i] * second.kw, high[i] / kw[i] * second.kw)
            low[i], high[i] = sides if said.score[i] < FITTED_FROM else (second.low, second.high)
            kw[i] = second.kw
            off[i], sure[i] = abs(second.begin / windows[i].kw.shape[1] - since), second.day_chance
    error, inside = np.abs(kw / np.where(mine, truth, 1.0) - 1), (low <= truth) & (truth <= high)
    inner = flagged & started
    out = [
        (
            f"Mines flagged at 1 % false alarms: {flagged.sum()}. "
            f"Median error of the power {100 * np.median(error[flagged]):.0f} %; "
            f"the 80 % interval holds {100 * inside[flagged].mean():.0f} % of them "
            f"({100 * inside[mine].mean():.0f} % of all mines). "
            f"Since: within one day for {100 * (off[flagged] <= 1).mean():.0f} % of all flagged, "
            f"for {100 * (off[inner] <= 1).mean():.0f} % "
            f"of the {inner.sum()} that started inside their window (median error there {np.median(off[inner]):.2f} days). "
            "Where the finding does not say that the beginning is uncertain "
            f"({100 * (sure[flagged] >= 0.5).mean():.0f} % of the flagged), "
            f"{100 * (off[flagged & (sure >= 0.5)] <= 1).mean():.0f} %."
        ),
        "",
        "| flagged mines | windows | median error of kW | since within a day |",
        "|---|---|---|---|",
    ]
    history = np.array([w.what.split("+")[0] if w.what.split("+")[0] in HISTORIES else "steady" for w in windows])
    kind = np.array(["there all along" if one == "steady" else one for one in history])
    for name in ("there all along", *(one for one in HISTORIES if one != "steady")):
        chosen = flagged & (kind == name)
        out.append(
            f"| {name} | {chosen.sum()} | {100 * np.median(error[chosen]):.0f} % | {100 * (off[chosen] <= 1).mean():.0f} % |"
        )
    return out


def leaks(looks: np.ndarray, windows: list, mine: np.ndarray) -> list[str]:
    """PR-AUC of a model that sees only what must not give the label away; chance is the share of mines."""
    grain = []
    for w in windows:
        read = w.kw[np.isfinite(w.kw)][:2000].astype(np.float64)
        decimals = np.abs(read[:, None] * [1, 10, 100, 1000] - np.round(read[:, None] * [1, 10, 100, 1000]))
        grain.append([np.isfinite(w.kw).mean(), len(w.kw), w.kw.shape[1], *(decimals < 1e-3).mean(axis=0)])
    size = looks[:, NAMES.index("level_log_kw")][:, None]
    fold = np.array([hash_of(w.site) % 5 for w in windows])
    out = ["| what a model may see | PR-AUC | chance |", "|---|---|---|"]
    for name, inputs in (("gaps, window length, step, rounding", np.array(grain)), ("mean power", size)):
        score = np.zeros(len(windows))
        for k in range(5):
            model = HistGradientBoostingClassifier(max_iter=60, random_state=0)
            score[fold == k] = model.fit(inputs[fold != k], mine[fold != k]).predict_proba(inputs[fold == k])[:, 1]
        out.append(f"| {name} | {average_precision_score(mine, score):.3f} | {mine.mean():.3f} |")
    return out


def hash_of(text: str) -> int:
    """Sum of a text's bytes: the same on every machine."""
    return sum(text.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", type=Path, default=Path("held-out.pkl"))
    parser.add_argument("--joined", type=Path, default=Path("held-out-glanced.pkl"), help="what glance.py kept")
    parser.add_argument("--refined", type=Path, default=Path("refined.pkl"))
    parser.add_argument("--peers", type=Path, default=Path("peers.pkl"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with options.held_out.open("rb") as file:
        looks, windows, thorough = pickle.load(file)  # noqa: S301 - our own file
    with options.joined.open("rb") as file:
        said = pickle.load(file)  # noqa: S301 - our own file
    with options.refined.open("rb") as file:
        refined = pickle.load(file)  # noqa: S301 - our own file
    mine = np.array([w.label == "mine" for w in windows])
    source = np.array([f"{w.collection}/{w.source}" for w in windows])
    rows = [
        headline("**minewatch**", said.score, mine, source, None),
        headline("minewatch `--thorough`, without the glance", thorough.score, mine, source, None),
    ]
    if options.peers.exists():
        with options.peers.open("rb") as file:
            peers = pickle.load(file)  # noqa: S301 - our own file
        rows += [headline(name, score, mine, source, said.score) for name, score in peers.items()]
    now = datetime.now(timezone(timedelta(hours=8)))
    text = [
        (
            f"{len(windows)} windows of {len(np.unique(source))} real meters at {len({w.site for w in windows})} sites, "
            f"{mine.mean():.1%} with a simulated mine. {now:%Y-%m-%d}, {platform.processor() or platform.machine()}, Python "
            f"{platform.python_version()}, numpy {version('numpy')}, numba {version('numba')}, "
            f"scikit-learn {version('scikit-learn')}."
        ),
        "",
        "| detector | PR-AUC (95 %) | recall at 1 % | at 0.1 % | precision at 100 | at 400 | our lead (95 %) |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"Expected calibration error: {calibration_error(said.probability, mine):.3f}. {gate_line(said, thorough, mine)}",
        "",
        *estimates(looks, windows, said, mine, refined),
        "",
        *recall_table(windows, said.score, mine),
        "",
        *alarm_table(windows, said.score, mine),
        "",
        *leaks(looks, windows, mine),
    ]
    print("\n".join(text))
    if options.write:
        write_between(PAGE, name="detection", text="\n".join(text))


if __name__ == "__main__":
    main()
