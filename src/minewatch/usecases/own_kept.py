"""What a learning from the workspace's own meters has done so far, kept piece by piece: a killed run is taken up again.

::

    DIR/learning/<key>.npz    the windows drawn from one meter, or the trees of one part

A key is a digest of the curves, their sites, the settings and the version: other input begins anew, and what it does not
need is removed. Once a learning is finished its pieces stay until the next one with other input, so that the same command
again takes seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from numpy.typing import NDArray

from minewatch import __version__
from minewatch.detect.forest import Forest
from minewatch.detect.identity import detector_digest
from minewatch.detect.own_background import GROWTH, PARTS
from minewatch.model.text import Text, counted
from minewatch.stores.unfinished import UnfinishedStore
from minewatch.stores.workspace import Workspace
from minewatch.usecases.own_windows import Hosts

FOLDER = "learning"
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class KeptWork:
    """The pieces of one learning, named by ``run``, the digest of its input and settings."""

    store: UnfinishedStore
    run: str
    meters: tuple[str, ...]
    taken: dict[str, int] = field(default_factory=lambda: {"meters": 0, "parts": 0})
    """How many pieces an earlier start had made, by kind; counted when the work begins."""

    def windows(self, meter: str, draw: Callable[[], Arrays]) -> Arrays:
        """Return the windows of a meter as arrays: kept ones, or drawn now and kept."""
        return self._piece(f"meter {meter}", draw)

    def forest(self, part: int, grow: Callable[[], Forest]) -> Forest:
        """Return the trees of a part: kept ones, or grown now and kept."""
        return Forest.from_arrays(self._piece(f"part {part}", lambda: grow().arrays("own")), "own")

    @property
    def sentence(self) -> Text | None:
        """What is taken up again, None for a first start."""
        meters, parts = self.taken["meters"], self.taken["parts"]
        if not meters and not parts:
            return None
        windows = counted(len(self.meters), "meter")
        return Text(
            f"Going on from an earlier start: the windows of {meters} of {windows} and the trees of {parts} of {PARTS} parts "
            "are there.",
            f"接续此前的学习：{len(self.meters)}个计量点中{meters}个的窗口、{PARTS}组中{parts}组的决策树已完成。",
        )

    def _piece(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        key = _key(self.run, name)
        held = self.store.get(key)
        if held is None:
            held = make()
            self.store.put(key, held)
        return held


def begun(workspace: Workspace, hosts: Hosts, *, sites: Mapping[str, str], settings: Mapping[str, int]) -> KeptWork:
    """Open what is kept for a learning from ``hosts``; pieces of a learning from other input are removed."""
    said = (
        hosts.digest,
        sorted(sites.items()),
        sorted(settings.items()),
        PARTS,
        GROWTH,
        detector_digest(),
        __version__,
    )
    run = sha256(repr(said).encode()).hexdigest()
    store = UnfinishedStore(workspace.folder / FOLDER)
    meters = tuple(one.name for one in hosts.sources)
    keys = {
        "meters": [_key(run, f"meter {one}") for one in meters],
        "parts": [_key(run, f"part {k}") for k in range(PARTS)],
    }
    store.keep_only(frozenset(key for some in keys.values() for key in some))
    taken = {kind: sum(store.has(key) for key in some) for kind, some in keys.items()}
    return KeptWork(store, run, meters, taken)


def _key(run: str, name: str) -> str:
    return sha256(f"{run} {name}".encode()).hexdigest()
