"""The network's own record: retarget epochs from real headers, the subsidy, hash rate from difficulty and time.

All times are unix seconds UTC, as headers carry them; hash rates are hashes a second. Nothing here estimates a region.
"""

import csv
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources

from minewatch.impact import retarget
from minewatch.model.errors import InputError
from minewatch.model.text import Text

HALVING_BLOCKS = 210_000
"""Blocks between two halvings of the subsidy."""

HASHES_PER_SHARE_DIFFICULTY = 2**256 / (retarget.EASIEST_TARGET + 1)
"""Mean hashes one share of difficulty 1 stands for: 2^32 and 1.5e-5 of it more."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One difficulty epoch by its first block: height, header time (unix seconds) and compact target."""

    height: int
    time: int
    bits: int

    @property
    def difficulty(self) -> float:
        """Difficulty of the epoch's blocks."""
        return retarget.difficulty_of(self.bits)


def data_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file shipped in ``impact/data`` (sources and licences: NOTICE.md there)."""
    text = resources.files("minewatch.impact").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def real_epochs() -> tuple[Epoch, ...]:
    """Return the 437 epochs to January 2025 from real headers, oldest first."""
    return tuple(Epoch(int(row["height"]), int(row["time"]), int(row["bits"], 16)) for row in data_rows("epochs.csv"))


def real_block_times() -> dict[int, int]:
    """Return header times of blocks 688,590 to 689,477 (23 June to 3 July 2021) by height, unix seconds."""
    return {int(row["height"]): int(row["time"]) for row in data_rows("block_times.csv")}


def subsidy(height: int) -> float:
    """Return the new coins of the block at ``height``, in BTC: 50, halved every 210,000 blocks."""
    return (5_000_000_000 >> min(height // HALVING_BLOCKS, 63)) / 1e8


def hashrate(bits: int, mean_interval: float) -> float:
    """Return hashes a second when blocks of target ``bits`` come every ``mean_interval`` seconds."""
    return retarget.hashes_per_block(bits) / mean_interval


@dataclass(frozen=True, slots=True)
class NetworkDay:
    """The network around a moment: height (about), compact target, hash rate of the whole epoch in hashes a second."""

    height: int
    bits: int
    hashrate: float
    epoch: Epoch


def network_at(time: int, epochs: tuple[Epoch, ...]) -> NetworkDay:
    """Return the network at ``time`` (unix seconds), the hash rate being the mean of its whole epoch, after the fact.

    Raises InputError outside the shipped record.
    """
    for first, following in itertools.pairwise(epochs):
        if first.time <= time < following.time:
            interval = (following.time - first.time) / retarget.EPOCH_BLOCKS
            height = first.height + int((time - first.time) / interval)
            return NetworkDay(height, first.bits, hashrate(first.bits, interval), first)
    start, end = (datetime.fromtimestamp(epochs[i].time, UTC).date() for i in (0, -1))
    raise InputError(
        Text(
            f"The shipped record of the network runs from {start} to {end}; "
            f"{datetime.fromtimestamp(time, UTC).date()} is outside it.",
            f"随软件提供的全网记录为 {start} 至 {end}；{datetime.fromtimestamp(time, UTC).date()} 不在其中。",
        ),
        remedy=Text(
            "Give the network's difficulty of that day with --difficulty (any node or block explorer shows it).",
            "请用 --difficulty 给出当日全网难度（可从任一节点或区块浏览器查得）。",
        ),
    )


def network_of(difficulty: float, height: int) -> NetworkDay:
    """Return the network for a given ``difficulty``, taking blocks to come on time."""
    bits = retarget.compact(int(retarget.EASIEST_TARGET / difficulty))
    epoch = Epoch(height - height % retarget.EPOCH_BLOCKS, 0, bits)
    return NetworkDay(height, bits, hashrate(bits, retarget.STEADY_INTERVAL), epoch)
