"""Views of campaigns for people who run them: the list, one campaign with its duties, draws and rounds, packs to open from."""

from dataclasses import dataclass

from minewatch.model.case_views import DrawRow, Facet, Left
from minewatch.model.casework_views import RollUpView
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign in the list; ``overdue`` counts sites, ``duties_overdue`` the parties' duties (None: not for this person)."""

    name: str
    title: str
    region: tuple[tuple[str, Text], ...]
    instruments: tuple[str, ...]
    is_open: bool
    sites: int
    overdue: int
    duties: int | None
    duties_overdue: int | None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of an obliged party: where it stands, how it is coloured, and what was returned."""

    id: str
    party: Text
    task: Text
    left: Left | None
    stands: str
    stands_text: Text
    badge: str
    returned_at: str
    nil: bool
    sites_found: int
    reports_to: str


@dataclass(frozen=True, slots=True)
class RoundRow:
    """The rounds planned for one day: (inspectors, cases) a team."""

    day: str
    by: str
    planned_at: str
    teams: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One campaign. ``whole`` is false for who reads only a part of its region: duties and roll-up are not for them.

    ``actions`` are the permissions that this person has over the whole region (of draws: at all).
    """

    row: CampaignRow
    whole: bool
    zone: str
    states: tuple[Facet, ...]
    duties: tuple[DutyRow, ...]
    roll_up: RollUpView | None
    draws: tuple[DrawRow, ...]
    rounds: tuple[RoundRow, ...]
    inspectors: tuple[str, ...]
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class PackToOpen:
    """A pack a campaign can be opened from; ``parties`` are those it obliges, so that real bodies can be named."""

    id: str
    title: Text
    status: Text
    legal: bool
    duties: int
    parties: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A proposed round of one team, not yet on record."""

    cases: tuple[str, ...]
    sites: tuple[str, ...]
    hours: float
    kw: float


@dataclass(frozen=True, slots=True)
class PlanView:
    """Rounds proposed for a budget; ``unplaced`` are cases without a known place or power."""

    rounds: tuple[PlannedRound, ...]
    unplaced: tuple[str, ...]
    teams: int
    hours: float
