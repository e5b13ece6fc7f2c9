"""Views of the balance: one record a node, as the command line, the tables and the report page show it."""

from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.text import Text
from minewatch.model.views import Estimate, SeriesView


@dataclass(frozen=True, slots=True)
class SuspectView:
    """A customer whose own curve stands in the residual: ``share`` of the metered curve runs past the meter, mean kW."""

    meter: str
    customer: str
    share: float
    z: float
    kw: float


@dataclass(frozen=True, slots=True)
class EnergyLine:
    """One line of the node's energy over the window, kWh."""

    what: Text
    kwh: float


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One line of a statement: what, how it was reckoned, clause, amounts in CNY as text."""

    what: Text
    arithmetic: str
    clause: Text
    low: str
    best: str
    high: str


@dataclass(frozen=True, slots=True)
class NodeView:
    """The balance of one node.

    Series are hourly: ``balance`` what was supplied, with the unexplained part under it; ``residual`` what is missing after
    losses and unread meters, with the fitted unexplained part under it.
    """

    node: str
    kind: str
    flagged: bool
    z: float
    mean_kw: float
    unexplained: Estimate | None
    since: datetime | None
    until: datetime | None
    since_start: bool
    likeness: float
    energy: tuple[EnergyLine, ...]
    suspects: tuple[SuspectView, ...]
    moved_in: tuple[str, ...]
    moved_out: tuple[str, ...]
    clocks: tuple[tuple[str, float], ...]
    read_meters: int
    unread_meters: int
    balance: SeriesView
    residual: SeriesView
    together: tuple[tuple[str, ...], ...] = ()
    money: tuple[MoneyLine, ...] = ()
    money_notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceView:
    """All nodes of a run, flagged and most significant first."""

    first_day: date
    last_day: date
    nodes: tuple[NodeView, ...]
    simulated: Text | None
    notes: tuple[Text, ...]
