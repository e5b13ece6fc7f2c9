"""What is measured beside active power: reactive power and the currents of the phases, in tables laid out like readings.

The same machinery reads them: layout, times, gaps, faults. Only which rows and columns are wanted, which units there are and
which multipliers apply differ; that stands here.
"""

import re
from typing import Literal, get_args

from minewatch.readers.headings import Role, is_other_quantity, kind_of, plain, role_of

Measured = Literal["active", "reactive", "current_a", "current_b", "current_c"]
"""What a pass over a file reads: active power or energy, reactive power in kvar, the current of a phase in A."""

MEASURED: tuple[str, ...] = get_args(Measured)

UNITS_BESIDE = {
    "kvar": 1.0, "var": 1e-3, "mvar": 1e3, "千乏": 1.0, "乏": 1e-3, "兆乏": 1e3,
    "a": 1.0, "ka": 1e3, "ma": 1e-3, "安": 1.0, "安培": 1.0, "amp": 1.0, "ampere": 1.0, "amperes": 1.0,
}  # fmt: skip
"""Units by spelling (lower case) and their factor to kvar or A."""

_PHASE = re.compile(
    r"(?:^|[^a-z])(?:phase ?)?i? ?([abc])(?:$|[^a-z])|([abc]) ?相|(?:^|[^a-z])(?:phase ?)?l([123])(?:$|[^0-9a-z])"
)
_NOT_CURRENT = (
    "voltage",
    "电压",
    "power",
    "功率",
    "有功",
    "无功",
    "电量",
    "energy",
    "kw",
    "kvar",
    "factor",
    "因数",
    "相角",
)
_NOT_REACTIVE = (
    "voltage",
    "电压",
    "current",
    "电流",
    "factor",
    "因数",
    "反向",
    "export",
    "a相",
    "b相",
    "c相",
    "电量",
    "示值",
)
_PHASE_HEADINGS = ("phase", "相", "相序", "相位")


def phase_of(text: str) -> str | None:
    """Return the phase (a, b or c; L1, L2 and L3 are a, b and c) that a word names, or None."""
    found = _PHASE.search(plain(text))
    if found is None:
        return None
    return found[1] or found[2] or "abc"[int(found[3]) - 1]


def is_unwanted(text: str, measured: Measured) -> bool:
    """Tell whether a quantity, as a heading or a cell names it, is another than ``measured``."""
    if measured == "active":
        return is_other_quantity(text)
    words = plain(text)
    if measured == "reactive":
        if any(word in words for word in _NOT_REACTIVE):
            return True
        return not any(word in words for word in ("reactive", "kvar", "无功")) and kind_of(words) is not None
    return any(word in words for word in _NOT_CURRENT) or phase_of(words) != measured[-1]


def role_beside(heading: str, measured: Measured) -> Role | None:
    """Return the role of a column by its heading when ``measured`` is read."""
    role = role_of(heading)
    if measured == "active":
        return role
    words = plain(heading)
    if role is None and words in _PHASE_HEADINGS:
        return "quantity"
    if measured == "reactive" and any(word in words for word in ("reactive", "kvar", "无功")):
        return "ignored" if is_unwanted(heading, measured) else "value"
    if measured != "reactive" and phase_of(words) is not None and role in {None, "value", "ignored"}:
        return "ignored" if is_unwanted(heading, measured) else "value"
    return "ignored" if role == "value" and kind_of(words) is not None else role


def slots_beside(heading: str, measured: Measured) -> bool:
    """Tell whether a numbered column (P1, Q96, Ia7) may be a slot of what is measured: not one of another quantity."""
    if measured == "active":
        return True
    prefix = re.sub(r"[\d ]+$", "", plain(heading))
    if prefix in {"p", "r", "", "第"}:
        return True
    if measured == "reactive":
        return prefix in {"q", "kvar", "无功", "无功功率"}
    return prefix in {"i", "电流", "current", "ampere", "amperes"} or phase_of(prefix) == measured[-1]
