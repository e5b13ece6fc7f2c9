"""Views of the grid pages: nodes with their balances, the single-line picture, a node's page, sites on a plain map."""

from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.balance_views import NodeView
from minewatch.model.text import Text

NODE_KINDS: dict[str, Text] = {
    "substation": Text("substation", "变电站"),
    "feeder": Text("feeder", "线路"),
    "area": Text("transformer area", "台区"),
    "station": Text("power station", "电站"),
    "meter": Text("meter", "计量点"),
}
"""Kinds of nodes in words; another kind is shown as it was imported."""

LEVELS: tuple[tuple[float, Text], ...] = (
    (0.0, Text("nothing unexplained", "无无法解释部分")),
    (0.02, Text("up to 5 %", "不超过 5%")),
    (0.05, Text("5 to 15 %", "5%–15%")),
    (0.15, Text("15 to 40 %", "15%–40%")),
    (0.40, Text("40 % and more", "40% 以上")),
)
"""Levels of the unexplained share of a node's supply, each from the share given; level -1: not balanced."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One node: how many nodes hang under it, and what its balance says where it was balanced.

    Energies are kWh over the balance's days; ``kw`` is the unexplained power, ``share`` its part of the mean supply.
    ``flagged_below`` counts nodes with unexplained load under it.
    """

    node: str
    kind: str
    kind_words: Text
    county: str
    children: int
    meters: int
    balanced: bool
    flagged: bool
    flagged_below: int
    level: int
    mean_kw: float | None = None
    supplied: float | None = None
    metered: float | None = None
    loss: float | None = None
    kw: float | None = None
    share: float | None = None
    since: datetime | None = None
    since_start: bool = False


@dataclass(frozen=True, slots=True)
class GridStanding:
    """Which balance is shown: its days, when it was made (UTC text, empty: none yet), and whether the data is simulated."""

    made_at: str
    first_day: date | None
    last_day: date | None
    simulated: Text | None
    nodes: int
    flagged: int


@dataclass(frozen=True, slots=True)
class GridPage:
    """One page of nodes: the roots, the children of a node, or what a search found, with ``paths`` from the top."""

    standing: GridStanding
    rows: tuple[GridRow, ...]
    paths: tuple[tuple[str, ...], ...]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class LineBox:
    """One node of the single-line picture, in the picture's units."""

    x: float
    y: float
    width: float
    height: float
    row: GridRow


@dataclass(frozen=True, slots=True)
class LineWire:
    """One line of the single-line picture; ``width`` grows with the unexplained share of the node it leads to."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    level: int


@dataclass(frozen=True, slots=True)
class SingleLine:
    """A node, what it feeds, and what that feeds; ``hidden`` counts nodes that had no room."""

    width: float
    height: float
    boxes: tuple[LineBox, ...]
    wires: tuple[LineWire, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class PlantRow:
    """One power station under a node and what its meters, its water or its river tell."""

    station: str
    capacity_kw: float | None
    way: str
    flagged: bool
    kw: float | None
    kw_low: float | None
    kw_high: float | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class GridNodePage:
    """One node: the path from the top, what hangs under it, its balance with money, the picture, power stations."""

    standing: GridStanding
    row: GridRow
    path: tuple[GridRow, ...]
    children: GridPage
    balance: NodeView | None
    line: SingleLine | None
    plants: tuple[PlantRow, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One thing on the plain map: kilometres east and north of the map's middle; ``address`` is its page."""

    name: str
    what: str
    words: Text
    east_km: float
    north_km: float
    kw: float | None
    address: str


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Things with coordinates; ``latitude`` and ``longitude`` are the middle. ``without`` counts those not shown."""

    latitude: float
    longitude: float
    sites: tuple[Site, ...]
    without: int
