"""Looks: named figures of each meter's curve, gathered in families that the reasons speak of."""

import numpy as np

from minewatch.detect.block import Block
from minewatch.kernels.compiled import Array
from minewatch.kernels.glance import GLANCE_NAMES, glance_at_block
from minewatch.kernels.looks import NAMES, look_at, look_closely_at

FAMILIES = (
    "level",
    "floor",
    "mean",
    "profile",
    "noise",
    "step",
    "edge",
    "jump",
    "dip",
    "two",
    "rest",
    "repeat",
    "load",
    "flat",
    "clean",
    "sag",
    "gap",
    "peak",
    "plateau",
    "jolt",
    "quiet",
    "drop",
    "separate",
)
"""Families of looks: the first words of the figures' names."""

FAMILY_OF = np.array([FAMILIES.index(name.split("_")[0]) for name in NAMES])
"""Place in ``FAMILIES`` of each figure."""

PLACE = {name: i for i, name in enumerate(NAMES)}
"""Place of each figure by name."""


def take_looks(block: Block, *, costly: bool) -> Array:
    """Take every figure of ``NAMES`` of every meter of a block with 24, 48 or 96 slots: (meters, figures) float32.

    Without ``costly`` the costly figures are NaN.
    """
    out = np.empty((len(block.meters), len(NAMES)), np.float32)
    look_at(np.ascontiguousarray(block.kw, dtype=np.float32), out)
    if costly:
        add_costly_looks(block, out)
    return out


def add_costly_looks(block: Block, looks: Array) -> None:
    """Fill the costly figures of ``looks``, which holds the others, as :func:`take_looks` does with ``costly``."""
    look_closely_at(np.ascontiguousarray(block.kw, dtype=np.float32), looks)


def take_glances(block: Block) -> tuple[Array, Array]:
    """Glance at every meter of a block with 24, 48 or 96 slots: figures (meters, ``GLANCE_NAMES``) float32 and sizes.

    A size is the mean absolute power in kW; NaN, as are the figures, for a meter hardly read or that never draws.
    """
    out = np.empty((len(block.meters), len(GLANCE_NAMES)), np.float32)
    size = np.empty(len(block.meters), np.float64)
    glance_at_block(np.ascontiguousarray(block.kw, dtype=np.float32), size, out)
    return out, size
