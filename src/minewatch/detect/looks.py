"""Looks: named figures of each meter's curve, gathered in families that the reasons speak of."""

import numpy as np

from minewatch.detect.block import Block
from minewatch.kernels.compiled import Array
from minewatch.kernels.looks import NAMES, look_at

FAMILIES = {
    "level": "levels over the day and the year",
    "floor": "the daily floor and how little it changes",
    "mean": "the daily mean and how little it changes",
    "profile": "the envelope over the day, and spread against level",
    "noise": "changes from hour to hour and day to day",
    "step": "even steps from one day to the next",
    "edge": "edges at fixed clock times",
    "jump": "jumps of one size",
    "dip": "short drops that come back",
    "two": "two levels once the daily pattern is taken away",
    "rest": "what is left once the daily pattern is taken away",
    "repeat": "repetition of what is left",
    "load": "repetition of the load",
    "flat": "runs of even load",
}
"""Families of looks, by the first word of a figure's name."""

FAMILY_OF = tuple(name.split("_")[0] for name in NAMES)


def take_looks(block: Block) -> Array:
    """Every figure of ``NAMES`` for every meter of a block with 24, 48 or 96 slots: (meters, figures) float32."""
    out = np.empty((len(block.meters), len(NAMES)), np.float32)
    look_at(np.ascontiguousarray(block.kw, dtype=np.float32), out)
    return out
