"""From what moved the score to reasons: codes with the figures their sentences take, and what else would explain it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.dating import moment, step_slot
from minewatch.detect.looks import FAMILIES, PLACE
from minewatch.detect.measured import floor_of, lift_at, nights_above

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

_SIGN = {
    "runs_all_night": "steady",
    "steady_floor": "steady",
    "constant_under_pattern": "steady",
    "quiet_load": "steady",
    "timed_block": "timed",
    "equal_jumps": "blocks",
    "two_levels": "blocks",
}
"""Which kind of part each reason speaks of, and so what else would explain it."""

MOST_ELSE = 4
DAYS_A_MONTH = 30
MOST_HOURS = 16
"""Hours of the day that must have moved for a step to be told as one of the whole day."""
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


def reasons_of(judged: Judged, *, pattern: str, until: datetime | None) -> dict[str, dict[str, str]]:
    """Reason codes, at most ``MOST``, strongest first, each with the figures of its sentence.

    What a sentence claims is measured on the curve (:mod:`minewatch.detect.measured`) and left unsaid where it does not hold.
    Of a part that seems never to stop the last reason says that a server room cannot be ruled out.
    """
    found: dict[str, dict[str, str]] = {}
    always = not (judged.started or judged.stopped or judged.switched)
    level = 0.8 * judged.mining_kw
    nights, all_nights = nights_above(judged.kw, level)
    if always and all_nights and nights >= 0.9 * all_nights and judged.figure("floor_p05") > 0.25:
        found["runs_all_night"] = {"least": in_words(level), "nights": str(nights), "all_nights": str(all_nights)}
    if judged.started and judged.figure("step_up_score") > 1.5:
        found |= _step(judged, "up", "even_step_up")
    if until is not None and judged.figure("step_down_score") > 1.5:
        found |= _step(judged, "down", "even_step_down")
    undecided = pattern == "steady"
    for place in np.argsort(-judged.families, kind="stable"):
        if judged.families[place] < LEAST or len(found) >= MOST - undecided:
            break
        code = _SPEAKS.get(FAMILIES[place])
        if code is not None and code not in found:
            figures = _figures(judged, code)
            if figures is not None:
                found[code] = figures
    if not found and judged.families.sum() > 0:
        found["whole_curve"] = {}
    if found and undecided:
        found["like_server_room"] = {}
    return found


def alternatives_of(judged: Judged, pattern: str, reasons: Iterable[str], declared: str | None) -> list[str]:
    """Codes of what else would explain the reasons that are told; the declared use first.

    They follow the reasons in their order, so that nothing is offered as an explanation of what nobody said.
    """
    patterns = list(dict.fromkeys(_SIGN[code] for code in reasons if code in _SIGN)) or [pattern]
    codes = list(dict.fromkeys(code for one in patterns for code in _ELSE[one]))[:MOST_ELSE]
    if pattern == "steady" and "server_room" not in codes:
        codes.insert(0, "server_room")
    if judged.started or judged.stopped:
        codes.append("new_equipment")
    if judged.mining_kw < SMALL_KW:
        codes.insert(0, "empty_house")
    if pattern == "steady" and judged.figure("noise_hour_p50") > 0.1 and "process_plant" not in codes:
        codes.append("process_plant")
    if declared is not None:
        codes = [declared, *(code for code in codes if code != declared)]
    return codes


def _step(judged: Judged, side: str, code: str) -> dict[str, dict[str, str]]:
    """Say of the step what the fortnights before and after it show; nothing where most hours did not move with it."""
    days, slots = judged.kw.shape
    size = (1 if side == "up" else -1) * judged.figure(f"step_{side}_size") * judged.size
    slot = step_slot(judged.kw, round(judged.figure(f"step_{side}_place") * days), size)
    lift = lift_at(judged.kw, slot)
    if lift is None or lift.kw * size <= 0 or lift.hours < MOST_HOURS:
        return {}
    when = moment(judged.first_day, slot, slots)
    return {
        code: {
            "kw": in_words(abs(lift.kw)),
            "date": f"{when:%Y-%m-%d}",
            "hours": str(lift.hours),
            "days": str(lift.days),
        }
    }


def _alike(judged: Judged, name: str) -> bool:
    """Tell whether a figure that is a power is within a factor of two of the estimated one."""
    return _near(judged, judged.figure(name))


def _near(judged: Judged, share: float) -> bool:
    """Tell whether a power over the mean load is within a factor of two of the estimated one."""
    power = share * judged.size
    return 0.5 * judged.mining_kw < power < 2.0 * judged.mining_kw


def _figures(judged: Judged, code: str) -> dict[str, str] | None:  # noqa: PLR0911 - one return a reason
    """Figures of a reason's sentence; None where the figures do not bear the sentence out."""
    of, size = judged.figure, judged.size
    if code == "steady_floor":
        floor = floor_of(judged.kw)
        if floor is None or floor.change > 0.08 or floor.share < 0.3:
            return None
        return {"kw": in_words(floor.kw), "percent": f"{100 * floor.change:.1f}", "share": f"{100 * floor.share:.0f}"}
    if code == "no_week" and of("floor_week_swing") < 0.1 * max(of("floor_med"), 0.05):
        return {"percent": f"{100 * of('floor_week_swing') / max(of('floor_med'), 0.05):.0f}"}
    if code == "constant_under_pattern" and of("profile_low_min") > 0.15:
        return {"kw": in_words(judged.mining_kw)}
    if code == "quiet_load" and of("noise_hour_p50") < 0.04:
        return {"percent": f"{100 * of('noise_hour_p50'):.1f}"}
    edge = 0.5 * (of("edge_up_size") + of("edge_down_size"))
    if code == "timed_block" and min(of("edge_up_z"), of("edge_down_z")) > 1.5 and _near(judged, edge):
        return {
            "kw": in_words(edge * size),
            "on": f"{int(of('edge_up_hour')):02d}",
            "off": f"{int(of('edge_down_hour')):02d}",
            "percent": f"{100 * min(of('edge_up_share'), of('edge_down_share')):.0f}",
        }
    if (
        code == "equal_jumps"
        and _alike(judged, "clean_size")
        and of("clean_common") > 0.3
        and DAYS_A_MONTH * (of("clean_up_rate") + of("clean_down_rate")) >= 2.0
    ):
        return {
            "kw": in_words(of("clean_size") * size),
            "a_month": f"{DAYS_A_MONTH * (of('clean_up_rate') + of('clean_down_rate')):.0f}",
        }
    if code == "short_drops" and of("sag_rate") >= 1.0 and of("sag_over_surge") > 0.2:
        return {"kw": in_words(of("sag_depth_p50") * size), "times": f"{of('sag_rate'):.0f}"}
    if code == "two_levels" and of("separate_gain") > 0.1 and _alike(judged, "separate_size"):
        return {"kw": in_words(of("separate_size") * size)}
    return None


def in_words(kw: float) -> str:
    """Write a power as people do: two figures that count."""
    if kw >= 10:
        return f"{kw:.0f}"
    return f"{kw:.1f}" if kw >= 1 else f"{kw:.2f}"
