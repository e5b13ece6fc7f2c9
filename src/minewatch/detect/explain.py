"""From what moved the score to reasons: codes with the figures their sentences take, and what else would explain it."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.looks import FAMILIES, PLACE

MOST = 5
"""A reader takes in no more sentences."""

LEAST = 0.12
"""A family that moved the log-odds by less is not worth a sentence."""

_SPEAKS = {
    "level": "steady_floor",
    "floor": "steady_floor",
    "mean": "no_week",
    "profile": "constant_under_pattern",
    "noise": "quiet_load",
    "flat": "quiet_load",
    "edge": "timed_block",
    "jump": "equal_jumps",
    "clean": "equal_jumps",
    "dip": "short_drops",
    "sag": "short_drops",
    "two": "two_levels",
    "gap": "two_levels",
    "separate": "two_levels",
    "peak": "two_levels",
    "plateau": "two_levels",
    "jolt": "equal_jumps",
    "quiet": "constant_under_pattern",
    "drop": "short_drops",
    "rest": "two_levels",
    "repeat": "two_levels",
}

_ELSE = {
    "steady": ("server_room", "telecom_mast", "cold_store"),
    "timed": ("timed_lights", "electric_heating", "vehicle_charging"),
    "blocks": ("pump_station", "process_plant", "cold_store"),
}

SMALL_KW = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """One suspected meter: its curve, its looks, and what the model says of it."""

    kw: NDArray[np.float32]
    looks: NDArray[np.float32]
    families: NDArray[np.float64]
    first_day: date
    mining_kw: float
    started: bool
    stopped: bool
    switched: bool

    def figure(self, name: str) -> float:
        """Value of a named figure, nought where missing."""
        value = float(self.looks[PLACE[name]])
        return 0.0 if np.isnan(value) else value

    @property
    def size(self) -> float:
        """Mean absolute kW: the unit of the figures."""
        return float(10.0 ** self.figure("level_log_kw"))


def pattern_of(judged: Judged) -> str:
    """How the mining part runs: ``steady``, ``timed`` (by the clock) or ``blocks``."""
    if not judged.switched:
        return "steady"
    clock = max(judged.figure("separate_clock"), judged.figure("clean_clock"))
    sharp = min(judged.figure("edge_up_z"), judged.figure("edge_down_z"))
    return "timed" if clock > 0.25 or sharp > 3.0 else "blocks"


def reasons_of(judged: Judged, *, since: datetime, until: datetime | None) -> dict[str, dict[str, str]]:
    """Reason codes, at most ``MOST``, strongest first, each with the figures of its sentence."""
    found: dict[str, dict[str, str]] = {}
    nights, all_nights = nights_above(judged.kw, 0.8 * judged.mining_kw)
    always = not (judged.started or judged.stopped or judged.switched)
    if always and all_nights and nights >= 0.9 * all_nights and judged.figure("floor_p05") > 0.25:
        found["runs_all_night"] = {
            "kw": in_words(judged.mining_kw),
            "nights": str(nights),
            "all_nights": str(all_nights),
        }
    if judged.started and judged.figure("step_up_score") > 1.5:
        found["even_step_up"] = _step(judged, "up", since)
    if until is not None and judged.figure("step_down_score") > 1.5:
        found["even_step_down"] = _step(judged, "down", until)
    for place in np.argsort(-judged.families, kind="stable"):
        if judged.families[place] < LEAST or len(found) >= MOST:
            break
        code = _SPEAKS.get(FAMILIES[place])
        if code is not None and code not in found:
            figures = _figures(judged, code)
            if figures is not None:
                found[code] = figures
    if not found and judged.families.sum() > 0:
        found["whole_curve"] = {}
    return found


def alternatives_of(judged: Judged, pattern: str, declared: str | None) -> list[str]:
    """Codes of what else would explain the curve; the declared use first."""
    codes = list(_ELSE[pattern])
    if judged.started or judged.stopped:
        codes.append("new_equipment")
    if judged.mining_kw < SMALL_KW:
        codes.insert(0, "empty_house")
    if pattern == "steady" and judged.figure("noise_hour_p50") > 0.1:
        codes.append("process_plant")
    if declared is not None:
        codes = [declared, *(code for code in codes if code != declared)]
    return codes


def nights_above(kw: NDArray[np.float32], level: float) -> tuple[int, int]:
    """Nights (00:00 to 05:00) whose every reading is above ``level``, and nights read at all; 0, 0 for daily energy."""
    slots = kw.shape[1]
    if slots < 24:
        return 0, 0
    night = kw[:, : 5 * slots // 24]
    read = np.isfinite(night)
    known = read.any(axis=1)
    low = np.where(read, night, np.inf).min(axis=1, initial=np.inf)
    return int((known & (low > level)).sum()), int(known.sum())


def _step(judged: Judged, side: str, when: datetime) -> dict[str, str]:
    size = judged.figure(f"step_{side}_long") or judged.figure(f"step_{side}_size")
    return {"kw": in_words(size * judged.size), "date": f"{when:%Y-%m-%d}"}


def _alike(judged: Judged, name: str) -> bool:
    """Tell whether a figure that is a power is within a factor of two of the estimated one."""
    power = judged.figure(name) * judged.size
    return 0.5 * judged.mining_kw < power < 2.0 * judged.mining_kw


def _figures(judged: Judged, code: str) -> dict[str, str] | None:  # noqa: PLR0911 - one return a reason
    """Figures of a reason's sentence; None where the figures do not bear the sentence out."""
    of, size = judged.figure, judged.size
    if code == "steady_floor" and of("floor_daily_change") < 0.12 and of("floor_med") > 0.2:
        return {
            "kw": in_words(of("floor_med") * size),
            "percent": f"{100 * of('floor_daily_change'):.1f}",
            "share": f"{100 * min(of('floor_med'), 1.0):.0f}",
        }
    if code == "no_week" and of("floor_week_swing") < 0.1 * max(of("floor_med"), 0.05):
        return {"percent": f"{100 * of('floor_week_swing') / max(of('floor_med'), 0.05):.0f}"}
    if code == "constant_under_pattern" and of("profile_low_min") > 0.15:
        return {"kw": in_words(judged.mining_kw)}
    if code == "quiet_load" and of("noise_hour_p50") < 0.08:
        return {"percent": f"{100 * of('noise_hour_p50'):.1f}"}
    if code == "timed_block" and min(of("edge_up_z"), of("edge_down_z")) > 1.5:
        return {
            "kw": in_words(0.5 * (of("edge_up_size") + of("edge_down_size")) * size),
            "on": f"{int(of('edge_up_hour')):02d}",
            "off": f"{int(of('edge_down_hour')):02d}",
            "percent": f"{100 * min(of('edge_up_share'), of('edge_down_share')):.0f}",
        }
    if (
        code == "equal_jumps"
        and _alike(judged, "clean_size")
        and of("clean_common") > 0.3
        and of("clean_up_rate") + of("clean_down_rate") > 0.05
    ):
        return {
            "kw": in_words(of("clean_size") * size),
            "times": f"{of('clean_up_rate') + of('clean_down_rate'):.1f}",
        }
    if code == "short_drops" and of("sag_rate") >= 1.0 and of("sag_over_surge") > 0:
        return {"kw": in_words(of("sag_depth_p50") * size), "times": f"{of('sag_rate'):.0f}"}
    if code == "two_levels" and of("separate_gain") > 0.05 and _alike(judged, "separate_size"):
        return {"kw": in_words(of("separate_size") * size)}
    return None


def in_words(kw: float) -> str:
    """Write a power as people do: two figures that count."""
    if kw >= 10:
        return f"{kw:.0f}"
    return f"{kw:.1f}" if kw >= 1 else f"{kw:.2f}"
