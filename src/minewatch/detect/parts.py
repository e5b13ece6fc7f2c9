"""Parts of a workspace's meters, each judged by trees that never saw a meter of it.

Trees grown on a workspace's own meters know those meters: a mine among them would be taken for its host's habit. So the
sites learned from are split into parts, the trees of a part are grown on all other parts, and every meter has one part for
ever, by a hash of its site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.forest import Forest


def key_of(name: str) -> int:
    """Return the first eight bytes of the SHA-256 of a meter's or site's name as a number; no name can be read from it."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")


def hashed_part(name: str, parts: int) -> int:
    """Return the part of a site, or of a meter that was not learned from, by its name alone."""
    return key_of(name) % parts


@dataclass(frozen=True)
class Parts:
    """Forests by part, in the units of the model's own judging forest, and the parts of the meters that were learned from.

    ``known`` are the keys (:func:`key_of`) of those meters and of all others of their sites, rising, and ``part`` their
    parts; a meter that is not among them was seen by no tree and has the part of its own key.
    """

    forests: tuple[Forest, ...]
    known: NDArray[np.uint64]
    part: NDArray[np.int8]

    def of(self, meters: Sequence[str]) -> NDArray[np.int64]:
        """Return the part of each meter."""
        keys = np.array([key_of(meter) for meter in meters], np.uint64)
        place = np.searchsorted(self.known, keys)
        inside = np.minimum(place, max(len(self.known) - 1, 0))
        found = (
            (place < len(self.known)) & (self.known[inside] == keys) if len(self.known) else np.zeros(len(keys), bool)
        )
        hashed = (keys % np.uint64(len(self.forests))).astype(np.int64)
        return np.where(found, self.part[inside] if len(self.known) else 0, hashed)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to be saved with a model."""
        arrays: dict[str, NDArray[Any]] = {"own_known": self.known, "own_part": self.part}
        for number, forest in enumerate(self.forests):
            arrays |= forest.arrays(f"own{number}")
        return arrays


def parts_of(sites: Mapping[str, str], forests: Sequence[Forest]) -> Parts:
    """Return the parts for forests and the site of each meter that was learned from or stands at a site learned from."""
    keys = np.array([key_of(meter) for meter in sites], np.uint64)
    part = np.array([hashed_part(site, len(forests)) for site in sites.values()], np.int8)
    order = np.argsort(keys, kind="stable")
    return Parts(tuple(forests), keys[order], part[order])


def read_parts(arrays: Mapping[str, NDArray[Any]]) -> Parts | None:
    """Read what :meth:`Parts.arrays` gave, None from a model without."""
    if "own_known" not in arrays:
        return None
    number = 0
    while f"own{number}_feature" in arrays:
        number += 1
    forests = tuple(Forest.from_arrays(arrays, f"own{k}") for k in range(number))
    return Parts(forests, arrays["own_known"], arrays["own_part"])
