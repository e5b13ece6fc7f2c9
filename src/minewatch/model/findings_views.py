"""Findings of a workspace as screen, command line and export show them: runs, lines, one finding in full, a budget.

Times of a finding are the meter's standard time; a missing value is None. ``status`` is a key of ``triage.STATUSES``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.origin import Origin
from minewatch.model.text import Text, counted
from minewatch.model.views import AlternativeView, Estimate, LookView, ReasonView, SeriesView

SORTS = ("probability", "kw", "since", "meter", "customer", "division", "coverage", "decided")
"""What a list of findings may be sorted by."""
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingQuery:
    """Which findings are wanted, how sorted, and which page of them.

    ``run`` empty: the latest run. ``status`` is a key of ``triage.STATUSES``, ``todo`` for all that wait, or empty for all.
    ``division`` is a GB/T 2260 code and means everything below it; ``unplaced`` findings without a place. Bounds are
    included; None leaves one out. ``text`` is looked for in meter, customer, node and declared use.
    """

    run: str = ""
    status: str = ""
    least: float | None = None
    most: float | None = None
    least_kw: float | None = None
    most_kw: float | None = None
    since_from: date | None = None
    since_to: date | None = None
    division: str = ""
    reason: str = ""
    text: str = ""
    sort: str = "probability"
    descending: bool = True
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class RunView:
    """One run whose findings are kept.

    ``kind`` is ``screen`` or ``fuse``; ``made_at`` an instant; ``detector`` and ``input`` are digests of who judged and of
    what; ``findings`` counts meters, ``noticed`` those worth listing; ``prevalence`` is the share of mines its
    probabilities are calibrated for; ``reasons`` counts findings by reason
    code, ``places`` by division (the empty one: place unknown). ``model`` names the workspace's own model of the curve that
    judged, empty for the shipped one. ``simulated``: some or all of the readings are; ``mixed``: not all of them.
    """

    id: str
    kind: str
    made_at: datetime
    detector: str
    input: str
    findings: int
    noticed: int
    simulated: bool
    first_day: date | None
    last_day: date | None
    prevalence: float
    reasons: Mapping[str, int]
    places: Mapping[str, int]
    model: str = ""
    mixed: bool = False

    @property
    def origin(self) -> Origin:
        """What the readings of the run are."""
        if not self.simulated:
            return Origin.MEASURED
        return Origin.MIXED if self.mixed else Origin.SIMULATED


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as a list shows it, with the status that decisions give it.

    ``decided_by``, ``decided_at`` (ledger's UTC text), ``reason_code`` and ``note`` tell of the last decision that was not
    taken back; ``decisions`` counts all of them; ``case`` is the id of the meter's case. ``record``
    has everything the detector said, as plain data (codes, figures, weights).
    """

    run: str
    rank: int
    meter: str
    probability: float
    mining: Estimate | None
    since: datetime | None
    until: datetime | None
    mean_kw: float | None
    coverage: float
    first_day: date | None
    last_day: date | None
    slots: int
    pattern: str
    reasons: tuple[str, ...]
    division: str
    customer: str
    declared_use: str
    node: str
    status: str
    decided_by: str
    decided_at: str
    reason_code: str
    note: str
    decisions: int
    case: str
    record: Mapping[str, object]

    @property
    def since_start(self) -> bool:
        """Whether the load already ran when the readings began, so that the true start lies before ``since``."""
        if self.since is None or self.first_day is None:
            return False
        return self.since <= datetime(self.first_day.year, self.first_day.month, self.first_day.day)  # noqa: DTZ001 - the meter's standard time


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """One page of a list: the run, its lines, how many match in all, and how many of each status and division there are.

    ``statuses`` counts what the other filters leave (whatever the status asked for); ``divisions`` counts the whole run as
    far as the reader may see it. ``unplaced`` counts findings of the run that nobody but people for the whole country
    sees, because their place is unknown. ``runs`` are all runs kept, latest first.
    """

    query: FindingQuery
    run: RunView | None
    runs: tuple[RunView, ...]
    lines: tuple[FindingLine, ...]
    total: int
    pages: int
    statuses: Mapping[str, int]
    divisions: tuple[tuple[str, Text, int], ...]
    reasons: tuple[tuple[str, Text, int], ...]
    unplaced: int
    simulated: Text | None


@dataclass(frozen=True, slots=True)
class PeersView:
    """Where a meter lies among its peers of the same run: of the same declared use where enough are, of like mean power.

    ``counts`` are peers by probability in tenths, ``below`` the share of peers less suspicious than this meter. ``kind``
    says in words who the peers are; ``median_kw`` is their mean power, missing where there is no peer.
    """

    kind: Text
    peers: int
    below: float
    counts: tuple[int, ...]
    median_kw: float | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision on a meter's findings, as the ledger has it; ``at`` is the ledger's UTC text."""

    name: Text
    at: str
    by: str
    run: str
    probability: float | None
    reason: Text | None
    note: str
    case: str
    version: int


@dataclass(frozen=True, slots=True)
class SourceTrace:
    """One file that the meter's readings came from; ``path`` has its last two names only.

    ``digest`` is the SHA-256 of its bytes at import; ``found`` says whether it still lies where it was with the same size;
    ``lines`` are the first lines that name the meter (text files only), ``more`` whether there are more.
    """

    path: str
    digest: str
    imported_at: str
    found: bool
    lines: tuple[int, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """One finding in full, as an analyst needs it to decide.

    ``before`` and ``after`` are the neighbours in the list the finding was opened from (empty at its ends). ``would_help``
    says which inputs the workspace lacks would tell most.
    """

    line: FindingLine
    run: RunView
    status: Text
    place: Text | None
    reasons: tuple[ReasonView, ...]
    alternatives: tuple[AlternativeView, ...]
    looks: tuple[LookView, ...]
    notes: tuple[Text, ...]
    conflict: tuple[Text, ...]
    peers: PeersView
    history: tuple[DecisionView, ...]
    campaigns: tuple[tuple[str, str], ...]
    siblings: tuple[FindingLine, ...]
    may_decide: bool
    simulated: Text | None
    before: str
    after: str
    would_help: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingCurve:
    """The readings behind one finding and the estimated mining part; None where the workspace holds no readings of it."""

    meter: str
    series: SeriesView | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class BudgetPoint:
    """After ``visits`` visits down the list: expected hits and their 80 % interval, the probability at that place.

    ``none`` is the chance that not one visit finds anything.
    """

    visits: int
    expected: float
    low: int
    high: int
    probability: float
    none: float


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What a number of visits buys.

    ``waiting`` counts findings that wait, ``visits`` the sites that are visited (meters of one customer are one site);
    ``threshold`` is the probability of the last; ``low`` to ``high`` is the 80 % interval of hits, ``false_low`` to
    ``false_high`` that of visits in vain; ``none`` is the chance that not one visit finds anything. ``prevalence`` is the
    share of mines the user named, ``rests_on`` says what the probabilities rest on, ``past`` how past visits compare with
    what was foretold, ``caution`` what the figures cannot tell.
    """

    run: RunView
    waiting: int
    visits: int
    hours: Text | None
    threshold: float
    expected: float
    low: int
    high: int
    false_low: int
    false_high: int
    none: float
    prevalence: float | None
    rests_on: Text
    curve: tuple[BudgetPoint, ...]
    past: Text | None
    caution: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled example for fitting the detector again; ``division`` is where the meter lies, empty where unknown.

    ``basis`` is ``visit`` (somebody was there) or ``judgement`` (an analyst decided at the desk). ``window`` days are those
    that were screened; ``event`` names stream and version of the ledger's event the label rests on; ``digest`` is that of
    the finding as it was decided on.
    """

    meter: str
    mine: bool
    basis: str
    first_day: date | None
    last_day: date | None
    by: str
    at: str
    run: str
    probability: float | None
    reason: str
    division: str
    event: str
    digest: str


@dataclass(frozen=True, slots=True)
class TriageReceipt:
    """What a decision led to: how many findings were decided, and those left alone with the reason why."""

    done: tuple[str, ...]
    left: tuple[tuple[str, Text], ...]
    cases: tuple[str, ...] = ()

    @property
    def sentence(self) -> Text:
        """The receipt in one sentence."""
        opened = f"; {counted(len(self.cases), 'case')} opened" if self.cases else ""
        opened_zh = f"，立案{len(self.cases)}件" if self.cases else ""
        left = f"; {counted(len(self.left), 'left as it is', 'left as they are')}" if self.left else ""
        left_zh = f"，{len(self.left)}个保持原状" if self.left else ""
        return Text(
            f"{counted(len(self.done), 'finding')} decided{opened}{left}.",
            f"已处理{len(self.done)}个疑点{opened_zh}{left_zh}。",
        )
