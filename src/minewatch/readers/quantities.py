"""What a meter's data stream measures, in the codes that ESPI and IEC 61968-9 share, and which stream to read.

Codes are those of IEC 61968-9 annex C (ReadingType), which NAESB ESPI REQ.21 takes over: accumulation, flow direction,
commodity, unit, phases, measuring period.
"""

from collections.abc import Iterable
from dataclasses import dataclass

WATT, WATT_HOUR = 38, 72
ELECTRICITY = frozenset({0, 1, 2})
"""Commodity: not said, secondary metered, primary metered."""
BACKWARDS = 19
"""Flow direction: from the customer to the grid."""
UNWANTED_FLOWS = frozenset({2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
"""Reactive quadrants, lagging, leading and reverse; wanted are 0 (not said), 1 forward, 4 net, 20 total."""
REGISTERS = frozenset({1, 2, 3, 9})
"""Accumulations of a dial: bulk quantity, continuous cumulative, cumulative, summation."""
EXTREMES = frozenset({4, 5, 7, 8, 9, 10, 11})
"""Aggregates that are no mean: excess, thresholds, maxima and minima."""
ONE_PHASE = frozenset({32, 33, 64, 65, 128, 129, 40, 66, 132})
"""Phase codes of one phase, or of two phases against each other, of a three-phase supply."""
PERIODS = {1: 10, 2: 15, 3: 1, 4: 1440, 5: 30, 6: 5, 7: 60, 10: 2, 14: 3, 31: 20}
PERIODS |= {50: 60, 51: 30, 52: 20, 53: 15, 54: 10, 55: 5, 56: 1}
"""Minutes of a measuring period; 50 and above are fixed blocks."""

MEASURED, ESTIMATED, UNUSABLE = "measured", "estimated", "unusable"
GRADES = (MEASURED, ESTIMATED, UNUSABLE)
"""From best to worst."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of readings of a meter. ``factor`` takes its values to kW or kWh; ``step`` is in minutes, 0: not said."""

    kind: str
    factor: float
    step: int
    net: bool
    one_phase: bool

    @property
    def rank(self) -> tuple[int, int, int]:
        """Smaller is better: interval energy before power before registers, all phases before one, forward before net."""
        return ("energy", "power", "register").index(self.kind), int(self.one_phase), int(self.net)


@dataclass(frozen=True, slots=True)
class Codes:
    """A reading type in numbers; 0 means not said. ``step`` is in minutes."""

    unit: int
    multiplier: int = 0
    accumulation: int = 0
    flow: int = 0
    commodity: int = 0
    aggregate: int = 0
    phases: int = 0
    step: int = 0

    def stream(self) -> Stream | str:
        """Return what is measured, or why it is not read, in a few words for an issue."""
        if self.commodity not in ELECTRICITY:
            return f"commodity {self.commodity}"
        if self.unit not in {WATT, WATT_HOUR}:
            return f"unit {self.unit}"
        if self.flow in UNWANTED_FLOWS:
            return "energy fed into the grid" if self.flow == BACKWARDS else f"flow direction {self.flow}"
        if self.aggregate in EXTREMES:
            return f"aggregate {self.aggregate}"
        if not -12 <= self.multiplier <= 12:
            return f"multiplier {self.multiplier}"
        factor = 10.0**self.multiplier / 1000
        if self.unit == WATT:
            kind = "power"
        else:
            dial = self.accumulation in REGISTERS or (self.accumulation == 0 and self.step == 0)
            kind = "register" if dial else "energy"
        return Stream(kind, factor, self.step, self.flow == 4, self.phases in ONE_PHASE)


def best(streams: Iterable[Stream]) -> frozenset[Stream]:
    """Return the streams to read of one meter: those of the best rank; daily ones only where there are none finer.

    A meter often sends the same energy several times (intervals and registers, all phases and each phase, days and quarter
    hours); reading them all would make each day contradict itself.
    """
    found = set(streams)
    if not found:
        return frozenset()
    rank = min(stream.rank for stream in found)
    alike = {stream for stream in found if stream.rank == rank}
    fine = {stream for stream in alike if 0 < stream.step <= 60}
    return frozenset(fine or alike)
