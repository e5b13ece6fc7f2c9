"""What the first screening on a computer compiles, in shares that can be compiled one beside the other.

Each share calls what a screening calls, on one made-up meter, so that it compiles just what a screening needs. No figure of
it is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from minewatch.detect.block import Block
from minewatch.detect.learned import shipped_glance, shipped_model
from minewatch.detect.looks import FAMILIES, FAMILY_OF, add_costly_looks, take_glances, take_looks
from minewatch.detect.refine import Suspect, shipped_refiner
from minewatch.kernels.compiled import compiled_before
from minewatch.kernels.facts import facts_of
from minewatch.kernels.forest import walk, walk_families
from minewatch.kernels.glance import glance_at_block
from minewatch.kernels.grid import drop_stuck, to_hours
from minewatch.kernels.looks import NAMES, look_at, look_closely_at
from minewatch.kernels.onset import hour_steps, onset_days
from minewatch.kernels.span import span_figures

_DAYS, _SLOTS = 15, 24


def _meter() -> Block:
    """One meter that draws more every hour of the day and every day."""
    kw = np.add.outer(np.arange(_DAYS), np.arange(_SLOTS)).astype(np.float32) + 1
    return Block(("made up",), date(2021, 1, 1), kw[None])


def _glance() -> None:
    block = _meter()
    facts_of(block.kw, np.empty((1, 5), np.int64), np.empty(1))
    shipped_glance().log_odds(take_glances(block)[0])


def _looks() -> None:
    take_looks(_meter(), costly=False)


def _close_looks() -> None:
    add_costly_looks(_meter(), np.zeros((1, len(NAMES)), np.float32))


def _second_look() -> None:
    looks = np.full((1, len(NAMES)), 0.5, np.float32)
    shipped_model().forests["mine"].by_family(looks, FAMILY_OF, len(FAMILIES))
    shipped_refiner().refine(Suspect(_meter().kw[0], looks[0], share=0.5, started=1.0, stopped=-1.0, switched=-1.0))
    hour_steps(np.zeros((_DAYS, 24)), 7, 7, np.empty(_DAYS + 128), np.empty(24))


@dataclass(frozen=True, slots=True)
class Share:
    """The kernels that one share compiles, the call that does, and about which part of the whole work it is."""

    kernels: tuple[Callable[..., Any], ...]
    call: Callable[[], None]
    work: float

    @property
    def ready(self) -> bool:
        """Whether all of it was compiled on this computer before."""
        return all(compiled_before(one.__module__.rpartition(".")[2], one.__name__) for one in self.kernels)


SHARES = {
    "looks": Share((look_at,), _looks, 0.3),
    "close looks": Share((look_closely_at,), _close_looks, 0.3),
    "glance": Share((facts_of, glance_at_block, walk), _glance, 0.2),
    "second look": Share(
        (drop_stuck, to_hours, onset_days, span_figures, hour_steps, walk_families), _second_look, 0.2
    ),
}
"""All that a screening of quarter hours, half hours or hours compiles."""


def unready() -> tuple[str, ...]:
    """Names of the shares that are still to be compiled on this computer."""
    return tuple(name for name, share in SHARES.items() if not share.ready)


def compile_shares(names: tuple[str, ...]) -> None:
    """Compile shares by name in this process; what was compiled before costs next to nothing."""
    for name in names:
        SHARES[name].call()
