"""Views of the balance: one record a node, as the command line, the tables and the report page show it."""

from collections.abc import Sequence
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
    """One line of a statement: what, how it was reckoned, clause, amounts in CNY as text; ``at_most``: a ceiling."""

    what: Text
    arithmetic: str
    clause: Text
    low: str
    best: str
    high: str
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement: lines, totals by who is owed (civil and administrative apart), what could not be reckoned and why."""

    title: Text
    quantity: str
    lines: tuple[MoneyLine, ...]
    totals: tuple[MoneyLine, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """The balance of one node.

    Series are hourly: ``balance`` what was supplied, with the unexplained part under it; ``residual`` what is missing after
    losses and unread meters, with the fitted unexplained part under it; None where a run kept no series of the node.
    ``likeness`` is the probability that a residual of this shape is mining, ``noise_kw`` the spread that the loss model and
    unread meters leave in it. ``clocks`` are meters whose clock is off by minutes (told only), ``reset`` those whose readings
    were moved by whole slots.
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
    balance: SeriesView | None
    residual: SeriesView | None
    noise_kw: float = 0.0
    reset: tuple[tuple[str, float], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    money: tuple[StatementView, ...] = ()
    money_needs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceView:
    """All nodes of a run, flagged and most significant first."""

    first_day: date
    last_day: date
    nodes: tuple[NodeView, ...]
    simulated: Text | None
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PlantSeriesView:
    """Series of a station, (days × slots) kW one after the other, NaN missing.

    ``delivered`` holds contracted direct sales too; ``expected`` is the output by whichever way told; ``missing`` is NaN where
    a slot can tell nothing.
    """

    first_day: date
    slots: int
    generated: Sequence[float]
    own_use: Sequence[float]
    delivered: Sequence[float]
    expected: Sequence[float]
    missing: Sequence[float]

    @property
    def days(self) -> int:
        """Number of days in the window."""
        return len(self.generated) // self.slots


@dataclass(frozen=True, slots=True)
class PlantView:
    """One station: what it does not account for, by which way, and its series. ``usable`` is the share of slots that tell.

    ``missing`` is the mean power while it is missing with the bounds that the errors allowed give.
    """

    station: str
    river: str
    node: str
    capacity_kw: float
    way: Text
    flagged: bool
    missing: Estimate
    kwh: float
    of_capacity: float
    since: datetime
    until: datetime | None
    since_start: bool
    likeness: float
    usable: float
    energy: tuple[EnergyLine, ...]
    series: PlantSeriesView
    money: tuple[StatementView, ...] = ()
    money_needs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PlantsView:
    """All stations of a run, flagged ones with the largest share of their capacity first."""

    first_day: date
    last_day: date
    plants: tuple[PlantView, ...]
    simulated: Text | None
    notes: tuple[Text, ...]
