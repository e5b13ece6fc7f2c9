"""What missing energy tells of mining, as log-likelihood ratios for fusion (:mod:`minewatch.detect.fuse`).

The figures come from simulated regions other than those reported (docs/benchmarks.md). Energy that is missing is not mining
energy yet: what the shape of it says is a second factor, and both stand for one observation of one detector.
"""

import math

from minewatch.detect.balance import NodeFinding, Suspect
from minewatch.detect.plants import PlantFinding
from minewatch.detect.residual_shape import residual_model

NODE_SLOPE, NODE_OFFSET = 2.2, -0.7
"""Ratio of a flagged node against the logarithm of its significance, fitted to 120 simulated regions (seeds 9100 to 9219)."""
SPLIT_LLR = 4.2
"""Knots stand at 94 % of simulated areas with a split mine and at 1.4 % of the others (seeds 9000 to 9109, quarter hours)."""
PLANT_LLR = {"balance": 4.2, "water": 4.2, "river": 0.7}
"""None of 200 honest simulated stations was told by meters or water (so at most 1.5 %, by the rule of three); by the river
one in ten sellers and one in twenty honest ones."""
SHAPE_MOST = 2.5
"""The shape of what is missing moves the ratio by so much at most, either way: simulated residuals are not all there are."""
SCREEN_BASE_RATE = 0.1
"""Share of mines among the windows the screen's own probability was calibrated on (see the model card)."""


def shape_llr(likeness: float) -> float:
    """Return what the load shape of a node's residual adds, at the model's own share of mines 0; bounded."""
    return _bounded(likeness, residual_model().prevalence)


def screen_llr(likeness: float) -> float:
    """Return what the screen's look at a sum of meters or at a station's gap adds; bounded."""
    return _bounded(likeness, SCREEN_BASE_RATE)


def _bounded(likeness: float, base_rate: float) -> float:
    clipped = min(max(likeness, 1e-6), 1.0 - 1e-6)
    odds = math.log(clipped / (1.0 - clipped)) - math.log(base_rate / (1.0 - base_rate))
    return min(max(odds, -SHAPE_MOST), SHAPE_MOST)


def node_llr(one: NodeFinding) -> float:
    """Return what a flagged node's unexplained load tells: by its significance and by its shape."""
    return NODE_SLOPE * math.log(max(one.z, 1.0)) + NODE_OFFSET + shape_llr(one.likeness)


def suspect_llr(one: NodeFinding, suspect: Suspect) -> float:
    """Return what a customer's curve in the residual tells: the node's ratio, times how much of it follows that curve."""
    follows = min(suspect.kw / one.kw, 1.0) if one.kw > 0.0 else 0.0
    return node_llr(one) * follows


def split_llr(likeness: float) -> float:
    """Return what accounts that move together tell of each of them: by the knot itself and the shape of their sum."""
    return SPLIT_LLR + screen_llr(likeness)


def plant_llr(one: PlantFinding) -> float:
    """Return what a station's undeclared power tells of a mine behind it, by the way it was found and its shape."""
    return PLANT_LLR[one.way] + screen_llr(one.likeness)
