"""Views of the wall: the running campaign at a glance. Built by use cases, rendered by doors."""

from dataclasses import dataclass

from minewatch.model.case_views import Facet, Left
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class RegionalLoad:
    """The sites' meters added up, slot by slot.

    ``first`` is the local start of the first slot (standard time of the workspace), ``minutes`` the width of one. ``kw`` is
    the mean power of the sites that report in the slot, None where none does; ``sites`` is how many do, of ``of`` sites that
    name meters. ``daily_only`` sites have nothing finer than a day and are not in it. ``before_kw`` is the mean of the 24
    hours before ``deadline`` (local), ``now_kw`` of the last 24 hours that are here; None where half of them is missing.
    ``days`` are the same by calendar day, in words for who cannot see the curve: (day, mean kW, mean number of sites).
    """

    first: str
    minutes: int
    kw: tuple[float | None, ...]
    sites: tuple[int, ...]
    of: int
    daily_only: int
    deadline: str
    last: str
    before_kw: float | None
    before_sites: float
    now_kw: float | None
    now_sites: float
    days: tuple[tuple[str, float | None, float], ...]


@dataclass(frozen=True, slots=True)
class CountyRow:
    """One county on the wall."""

    division: str
    name: Text
    projects: int
    mw: float
    stopped: int
    overdue: int
    contradictions: int
    resumptions: int


@dataclass(frozen=True, slots=True)
class NextDeadline:
    """The deadline that falls next (or fell last): of sites, of duties, and what it is called."""

    left: Left
    sites: int
    duties: int


@dataclass(frozen=True, slots=True)
class WallView:
    """The running campaign: ``at`` is when this was true (UTC text), ``clock`` the same in the workspace's zone.

    ``sites`` counts cases of the campaign that the person may read; ``late`` those that stopped after their deadline.
    """

    campaign: str
    title: str
    campaigns: tuple[tuple[str, str], ...]
    simulated: bool
    at: str
    clock: str
    next: NextDeadline | None
    load: RegionalLoad | None
    sites: int
    mw: float
    stopped: int
    stopped_mw: float
    states: tuple[Facet, ...]
    counties: tuple[CountyRow, ...]
    overdue: int
    late: int
    contradictions: int
    resumptions: int
    cannot_tell: int
    disputed: int
    duties: tuple[tuple[str, Text, int], ...]
