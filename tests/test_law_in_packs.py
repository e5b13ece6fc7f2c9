"""What the law sets (days to act, prices, fees, factors) stands in packs, as dated values with their reference.

Code that needs such a number takes it from a pack. This test reads the source for the two ways a number of the law
usually slips in: a stretch of more than one day or month written out (one day is how code says "tomorrow"), and a number
given to a name that speaks of prices, fees, fines, deadlines or terms. Engineering numbers are not meant: parts that know
nothing of law are left out, and the few lines elsewhere that look alike stand below with their reason.
"""

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "minewatch"

# Parts that handle law or its people. Kernels, detectors, simulators and stores know no law.
PARTS = ("policy", "casework", "usecases", "reports", "cli", "web")

LAWFUL_NAMES = re.compile(
    r"(?:^|_)(?:price|tariff|surcharge|fee|fine|penalty|levy|fund|deadline|due|grace|term|notice_days|working_days|"
    r"within_days|days_to|months_to|cny|yuan)(?:_|$)",
    re.IGNORECASE,
)

SPAN = {"days", "weeks", "months", "working_days"}

# "file: source line" -> why it is no number of the law
EXCEPTIONS = {
    "reports/policy_charts.py: return on - timedelta(days=35), on + timedelta(days=35)": "width of a picture",
    "reports/policy_charts.py: longest = max((later - earlier for earlier, later in pairwise(days)), "
    "default=timedelta(days=30))": "width of a picture",
    "reports/policy_charts.py: return days[0] - timedelta(days=30), days[-1] + min(longest, timedelta(days=180))": "width of "
    "a picture",
    "usecases/law_map.py: end = max(act.on for act in acts) + timedelta(days=180)": "width of a picture",
    "usecases/wall_load.py: first = max(min(first, deadline - timedelta(days=2)), "
    "last - timedelta(days=MOST_DAYS - 1))": "width of a picture",
    "usecases/bulletins.py: AHEAD = timedelta(days=3)": "how far a bulletin looks ahead: a choice of display, no deadline",
}


def number(node):
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def suspects(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                named = keyword.arg or ""
                if not number(keyword.value):
                    continue
                size = abs(ast.literal_eval(keyword.value))
                if (named in SPAN and size > 1) or (LAWFUL_NAMES.search(named) and size):
                    yield node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and number(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and LAWFUL_NAMES.search(t.id) for t in targets) and getattr(
                node.value, "value", 1
            ):
                yield node


def modules():
    return [path for part in PARTS for path in sorted((SRC / part).glob("*.py"))]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SRC).as_posix())
def test_no_number_of_the_law_stands_in_code(path):
    text = path.read_text("utf-8")
    name = path.relative_to(SRC).as_posix()
    for node in suspects(ast.parse(text)):
        line = text.splitlines()[node.lineno - 1].strip()
        assert any(
            f"{name}: {line}".startswith(known) or known.startswith(f"{name}: {line}") for known in EXCEPTIONS
        ), (
            f"{name}:{node.lineno} writes out a number that may be set by law: {line!r}; take it from a pack, or name the "
            "line in EXCEPTIONS with the reason why it is no number of the law"
        )


def test_the_search_finds_what_it_should():
    lawful = ["NOTICE_DAYS_TO_STOP = 5", "surcharge_cny = 0.30", "x = timedelta(days=7)", "f(fine=3)"]
    harmless = ["fill = 2", "out_of_date = 4", "y = timedelta(days=1)"]
    planted = "\n".join([*lawful, *harmless])
    found = {node.lineno for node in suspects(ast.parse(planted))}
    assert found == {1, 2, 3, 4}


def test_no_exception_is_left_over():
    for known in EXCEPTIONS:
        name, line = known.split(": ", 1)
        assert line in (SRC / name).read_text("utf-8"), f"{known!r} is gone; remove its exception"
