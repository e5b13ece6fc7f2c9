"""Views of a rehearsal: what was written, and how findings stand against the known truth."""

from dataclasses import dataclass

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file of a rehearsal: ``path`` below the folder, ``bytes`` long, ``what`` it holds."""

    path: str
    bytes: int
    what: Text


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """A simulated region on disk. ``label`` is to be shown wherever its figures are."""

    label: Text
    folder: str
    seed: int
    meters: int
    readings: int
    mines: int
    mines_metered: int
    files: tuple[WrittenFile, ...]


@dataclass(frozen=True, slots=True)
class CutView:
    """The first ``n`` findings: ``found`` of them are mines, ``false_alarms`` are not; ``recall`` over all in a curve."""

    n: int
    found: int
    false_alarms: int
    recall: float


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group of meters: how many there are and how many were flagged."""

    name: str
    meters: int
    flagged: int


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Findings against the truth of a simulated region.

    Counted are the meters whose curve holds mining; ``unmetered`` mines have no curve and can only show in balances.
    ``threshold`` is the probability from which on a meter counts as flagged. ``kw_error`` is the median of
    |estimate − truth| / truth and ``kw_covered`` the share of truths inside the interval, ``since_days`` the median
    error of the start in days and ``since_within_day`` the share dated within one day, all over flagged mines; None
    where none was flagged or measured. ``not_screened`` counts mines in curves that no finding names.
    """

    label: Text
    meters: int
    mines: int
    unmetered: int
    not_screened: int
    threshold: float
    flagged: int
    flagged_mines: int
    cuts: tuple[CutView, ...]
    by_evasion: tuple[GroupView, ...]
    by_mode: tuple[GroupView, ...]
    honest_by_kind: tuple[GroupView, ...]
    kw_error: float | None
    kw_covered: float | None
    since_days: float | None
    since_within_day: float | None
