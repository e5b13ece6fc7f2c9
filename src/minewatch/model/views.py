"""Views: frozen records that use cases build and that reports and the web both render, so that they cannot differ.

A view is finished: whoever renders one lays it out and decides nothing. Arrays cross as flat sequences of numbers (an
``array("f")`` is best: it crosses without a copy), row by row, so that this module needs only the standard library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.issues import Issue
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated power in kW with its 80 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class InputView:
    """One optional input of a screening (``model.inputs``): whether it was given, and at how many meters it spoke.

    ``says`` tells what was given, or what it would tell had it been. ``spoke_for`` and ``spoke_against`` count meters whose
    probability it raised and lowered.
    """

    code: str
    name: Text
    given: bool
    says: Text
    spoke_for: int = 0
    spoke_against: int = 0


@dataclass(frozen=True, slots=True)
class SourceView:
    """One file that was read.

    ``digest`` is the SHA-256 of its bytes in hexadecimal; ``layout`` says in words which layout was recognised;
    ``first_day`` and ``last_day`` are missing where the file gave no reading.
    """

    file: str
    digest: str
    layout: Text
    meters: int
    readings: int
    first_day: date | None = None
    last_day: date | None = None
    noted: int = 0
    disqualifying: int = 0


@dataclass(frozen=True, slots=True)
class BandView:
    """How many meters have a probability in ``[low, high)``; the last band includes its upper end."""

    name: Text
    low: float
    high: float
    meters: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of the ranked table.

    ``mining`` is missing where there is nothing to measure. Times are the meter's standard time. ``since`` is missing
    where there is nothing to date; ``since_start`` tells that mining already ran when the readings began, so that the
    true start lies before ``since``; ``until`` is missing where mining still ran when the readings ended. ``mean_kw``
    is the mean of all readings, missing where there is none; ``coverage`` is the share of slots with a reading, 0 to 1;
    ``reason`` tells the strongest reason in a few words.
    """

    rank: int
    meter: str
    probability: float
    mining: Estimate | None
    since: datetime | None
    since_start: bool
    until: datetime | None
    mean_kw: float | None
    coverage: float
    reason: Text


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: its code and the sentence that says it, figures filled in."""

    code: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class AlternativeView:
    """What else would explain the curve, and which evidence would decide between it and mining."""

    code: str
    sentence: Text
    evidence: Text


@dataclass(frozen=True, slots=True)
class LookView:
    """What one look at the curve contributed to the score: above 0 speaks for mining, below 0 against it.

    The unit is the natural logarithm of the odds.
    """

    name: Text
    value: float


@dataclass(frozen=True, slots=True)
class FactView:
    """One thing known about the meter from the user's own tables, such as its declared use or its transformer area."""

    name: Text
    value: str


@dataclass(frozen=True, slots=True)
class SeriesView:
    """The readings of one meter over the window, day after day from ``first_day``.

    ``kw`` holds ``slots`` mean powers for each day in kW, NaN where no reading exists; ``mining_kw`` has the same shape
    and holds the estimated mining part, 0 where it is off and NaN where nothing can be said. ``daily_base_kw`` has one
    base load a day in kW (NaN: too few readings), or is empty where none was computed. A shape that does not fit is a
    bug of the use case and raises ``ValueError``.
    """

    first_day: date
    slots: int
    kw: Sequence[float]
    mining_kw: Sequence[float]
    daily_base_kw: Sequence[float] = ()

    def __post_init__(self) -> None:
        if self.slots < 1 or not self.kw or len(self.kw) % self.slots:
            raise ValueError(f"{len(self.kw)} readings are not whole days of {self.slots} slots")
        if len(self.mining_kw) != len(self.kw):
            raise ValueError(f"{len(self.mining_kw)} values of the mining part for {len(self.kw)} readings")
        if self.daily_base_kw and len(self.daily_base_kw) != self.days:
            raise ValueError(f"{len(self.daily_base_kw)} base loads for {self.days} days")

    @property
    def days(self) -> int:
        """Number of days in the window."""
        return len(self.kw) // self.slots


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in full, as an investigator needs it; ``would_help``: which further inputs would tell most, in sentences."""

    row: FindingRow
    reasons: tuple[ReasonView, ...]
    alternatives: tuple[AlternativeView, ...]
    looks: tuple[LookView, ...]
    issues: tuple[Issue, ...]
    series: SeriesView
    facts: tuple[FactView, ...] = ()
    would_help: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreenReportView:
    """One run of the screening, from the files that were read to the findings worth a visit.

    ``simulated`` is the label to show on every page when any of the data is simulated, and missing for real data.
    ``coverage`` is the share of slots with a reading over all meters, 0 to 1. ``threshold`` says in words from when on
    a meter counts as worth a visit, ``calibration`` on what the probabilities rest. ``worth_kw`` is the mining power of
    the meters worth a visit together. ``ranked`` may be cut to the first rows and ``issues`` to the first ones;
    ``meters_read``, ``issues_noted`` and ``issues_disqualifying`` count all. ``findings_file`` names the file that has
    every row, empty where none was written. ``inputs`` are the optional inputs, given or not; empty where nothing was
    asked after them.
    """

    title: Text
    made_at: datetime
    software: str
    simulated: Text | None
    sources: tuple[SourceView, ...]
    meters_read: int
    readings: int
    first_day: date | None
    last_day: date | None
    coverage: float
    threshold: Text
    calibration: Text
    worth_a_visit: int
    worth_kw: Estimate | None
    bands: tuple[BandView, ...]
    ranked: tuple[FindingRow, ...]
    findings: tuple[FindingView, ...]
    issues: tuple[Issue, ...]
    issues_noted: int
    issues_disqualifying: int
    findings_file: str = ""
    inputs: tuple[InputView, ...] = ()
