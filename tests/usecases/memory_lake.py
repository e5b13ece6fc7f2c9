"""A lake in memory: the port that screening needs, without disk, split into shards in any way a test likes."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np


@dataclass
class MemoryBlock:
    meters: tuple
    first_day: date
    kw: np.ndarray


class MemoryLake:
    """``blocks_by_shard``: one list of blocks a shard; all blocks of one call share the same kind of day."""

    def __init__(self, blocks_by_shard):
        self._blocks = blocks_by_shard
        self.asked = 0

    @property
    def shards(self):
        return len(self._blocks)

    @property
    def slot_kinds(self):
        return tuple(sorted({block.kw.shape[2] for shard in self._blocks for block in shard}, reverse=True))

    def shards_of(self, meters):
        del meters
        return range(self.shards)

    def shard_digest(self, shard, slots):
        digest = sha256(str(slots).encode())
        for block in self._blocks[shard]:
            if block.kw.shape[2] == slots:
                digest.update(repr((block.meters, block.first_day)).encode() + block.kw.tobytes())
        return digest.hexdigest()

    def blocks(self, shard, slots, *, meters=None, readings=0):
        del readings
        for block in self._blocks[shard]:
            if block.kw.shape[2] == slots:
                self.asked += 1
                kept = [i for i, meter in enumerate(block.meters) if meters is None or meter in meters]
                if kept:
                    yield MemoryBlock(tuple(block.meters[i] for i in kept), block.first_day, block.kw[kept])


def example_meters(count, *, days=28, slots=48, seed=1, mines=2):
    """Households made of noise and habits; the first ``mines`` of them have a steady load on top from day 10 on."""
    rng = np.random.default_rng(seed)
    hours = np.arange(slots) * 24 / slots
    habit = 0.3 + 0.8 * np.exp(-((hours - 19) ** 2) / 6) + 0.4 * np.exp(-((hours - 7.5) ** 2) / 2)
    kw = habit * rng.gamma(2.0, 0.5, (count, days, slots))
    mines = min(mines, count)
    kw[:mines, 10:] += 6.0 + rng.normal(0, 0.05, (mines, days - 10, slots))
    return kw.astype(np.float32)
