"""The difficulty rule of Bitcoin, exact: integers as the network computes them, no floating point.

At every height that 2,016 divides, the new target is the old one times the seconds the last 2,016 blocks took, divided
by the seconds they should have taken. The seconds are measured over 2,015 intervals only (first block of the epoch to
its last), clamped to a quarter and four times the aim, multiplied and divided in integers, capped at the easiest target
and stored with 3 bytes of mantissa.

Sources: btcsuite/btcd ``blockchain/difficulty.go`` (``calcNextRequiredDifficulty``); the Bitcoin developer guide's
block chain chapter, which names the off-by-one error of 2,015 intervals. No BIP defines the rule.
"""

from minewatch.model.errors import InputError
from minewatch.model.text import Text

EPOCH_BLOCKS = 2016
"""Blocks between two retargets."""

EPOCH_INTERVALS = EPOCH_BLOCKS - 1
"""Intervals the rule measures: one fewer than blocks."""

AIM_SECONDS = 1_209_600
"""Seconds an epoch should take: two weeks."""

SHORTEST_SECONDS, LONGEST_SECONDS = AIM_SECONDS // 4, AIM_SECONDS * 4
"""The measured time is clamped to these."""

EASIEST_TARGET = 0xFFFF << 208
"""The target of difficulty 1; no target is easier."""

STEADY_INTERVAL = AIM_SECONDS / EPOCH_INTERVALS
"""Block interval in seconds at which the rule changes nothing: 600.30, not 600, because one interval is missing."""


def target_of(bits: int) -> int:
    """Return the target that the compact form ``bits`` stands for.

    Raises InputError for a form no valid header carries (sign bit set, or nothing left of the mantissa).
    """
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000 or not mantissa or not 0 < size <= 32:
        raise InputError(
            Text(f"{bits:08x} is not a difficulty target in compact form.", f"{bits:08x} 不是压缩格式的难度目标。"),
            remedy=Text(
                "Give the eight hexadecimal digits of a block header's bits field, for example 170e1ef9.",
                "请给出区块头 bits 字段的八位十六进制数，如 170e1ef9。",
            ),
        )
    return mantissa << 8 * (size - 3) if size >= 3 else mantissa >> 8 * (3 - size)


def compact(target: int) -> int:
    """Return ``target`` in compact form: a byte of size and three bytes of mantissa, the rest cut off."""
    size = (target.bit_length() + 7) // 8
    mantissa = target >> 8 * (size - 3) if size > 3 else target << 8 * (3 - size)
    if mantissa & 0x800000:
        mantissa >>= 8
        size += 1
    return size << 24 | mantissa


def next_bits(bits: int, span: int) -> int:
    """Return the compact target after an epoch of target ``bits`` whose 2,015 intervals took ``span`` seconds.

    ``span`` is the time of the epoch's last block less that of its first; it may be anything, as header times may.
    """
    clamped = min(max(span, SHORTEST_SECONDS), LONGEST_SECONDS)
    return compact(min(target_of(bits) * clamped // AIM_SECONDS, EASIEST_TARGET))


def difficulty_of(bits: int) -> float:
    """Return the difficulty: how many times harder than the easiest target."""
    return EASIEST_TARGET / target_of(bits)


def change(old_bits: int, new_bits: int) -> float:
    """Return the change of difficulty at a retarget as a fraction: -0.28 is 28 % easier."""
    return target_of(old_bits) / target_of(new_bits) - 1


def hashes_per_block(bits: int) -> float:
    """Return how many hashes one block takes on average at this target (2^256 over target plus one)."""
    return 2**256 / (target_of(bits) + 1)
