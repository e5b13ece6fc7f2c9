"""Views of cases for people who decide: the list, the page of one case, visits. Built by use cases, rendered by doors.

Instants are the ledger's UTC texts, empty where there are none; ``Left`` has them in the zone the instrument named.
Powers are kW of mining as the case holds them, None where unknown.
"""

from dataclasses import dataclass

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Left:
    """A deadline and how long is left: ``local`` is its time in ``zone``; ``minutes`` is negative once it has passed.

    Minutes are whole and round down, so that nobody is told more time than there is.
    """

    deadline: str
    zone: str
    local: str
    minutes: int
    text: Text


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list of cases; ``badge`` is how the state is coloured: good, warn, bad or info."""

    id: str
    number: int
    site: str
    division: str
    place: Text
    campaign: str
    kw: float | None
    status: str
    status_text: Text
    badge: str
    left: Left | None
    overdue: bool
    outcome: str
    outcome_text: Text
    contradictions: int
    resumptions: int
    disputed: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """How many cases one choice of a filter has, the other filters as they stand."""

    key: str
    text: Text
    count: int
    badge: str = ""


@dataclass(frozen=True, slots=True)
class CaseListView:
    """One page of cases: ``total`` is how many the filters leave; ``all_kw`` the power known of them."""

    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int
    size: int
    all_kw: float
    states: tuple[Facet, ...]
    counties: tuple[Facet, ...]
    campaigns: tuple[Facet, ...]
    flags: tuple[Facet, ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event in words: ``id`` is its evidence id (``E<version>``), ``clause`` what it rests on, ``badge`` its colour."""

    id: str
    at: str
    title: Text
    words: Text
    actor: str
    clause: str
    badge: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as served."""

    number: str
    at: str
    how: str
    deadline: Left
    by: str
    pack: str
    section: str
    because: str


@dataclass(frozen=True, slots=True)
class ReturnGiven:
    """One self-inspection return; what it does not name is None."""

    at: str
    kind: str
    text: Text
    signed_by: str
    stopped_at: str
    machines: int | None
    hash_rate_ths: float | None
    kw: float | None
    document: str
    note: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one source said about a stop; ``counted`` is whether the verdict rests on it."""

    source: Text
    text: Text
    badge: str
    why: Text
    counted: bool


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """What the data said of a stop: its likeliest, earliest and latest time, and by which sources.

    ``remaining_kw`` is what still ran, None where it cannot be told; ``why`` is why the data cannot tell.
    """

    at: str
    as_of: str
    outcome: str
    text: Text
    badge: str
    stopped_at: str
    stopped_from: str
    stopped_to: str
    resumed_at: str
    remaining_kw: float | None
    why: Text
    evidence: tuple[str, ...]
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo by its SHA-256; ``kept``: the file is here, ``shown``: a browser can show it."""

    digest: str
    kept: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class VisitMade:
    """One inspection on site, at which who went, and what was found; ``running`` None: it was not seen."""

    at: str
    inspectors: tuple[str, ...]
    found: str
    machines: int | None
    running: bool | None
    location: str
    checks: tuple[tuple[str, str], ...]
    photos: tuple[Photo, ...]
    signatures: tuple[Photo, ...]
    submission: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure an instrument offers for a category of the case; ``acting`` empty: the instrument names nobody."""

    pack: str
    measure: str
    category: str
    category_text: Text
    text: Text
    acting: str
    law: Text | None
    section: str
    taken: bool
    legal: bool
    standing: Text


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A category of a pack that a case may be put in; ``held`` when it is in it."""

    pack: str
    id: str
    text: Text
    held: bool


@dataclass(frozen=True, slots=True)
class PackChoice:
    """An instrument a notice or a referral may rest on; ``legal`` false: only with a reason of a named person."""

    id: str
    title: Text
    status: Text
    legal: bool
    deadlines: tuple[tuple[str, Text], ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One spot-check draw: what was committed, and once drawn the seed, the objects and who goes where.

    ``among`` is how many objects it was drawn from; ``visits`` are (case, inspectors) in the order drawn.
    """

    name: str
    commitment: str
    committed_at: str
    by: str
    drawn_at: str
    seed: str
    among: int
    visits: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows. ``actions`` are the steps that its state allows and this person may take."""

    row: CaseRow
    version: int
    meters: tuple[str, ...]
    location: str
    origin: str
    summary: str
    party_key: str
    hash_rate_ths: float | None
    stopped_at: str
    stopped_from: str
    stopped_to: str
    resumed_at: str
    timeline: tuple[TimelineEntry, ...]
    notices: tuple[Notice, ...]
    returns: tuple[ReturnGiven, ...]
    verdicts: tuple[VerdictGiven, ...]
    visits: tuple[VisitMade, ...]
    draws: tuple[DrawRow, ...]
    measures_taken: tuple[str, ...]
    repeat_of: tuple[str, ...]
    actions: frozenset[str]
    simulated: bool


@dataclass(frozen=True, slots=True)
class CaseChoices:
    """What the forms of a case's page offer."""

    packs: tuple[PackChoice, ...]
    categories: tuple[CategoryChoice, ...]
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class VisitTask:
    """One visit that somebody is to make: ``source`` is the round or draw it comes from, ``done`` once it was made."""

    row: CaseRow
    location: str
    source: Text
    order: int
    done: bool


@dataclass(frozen=True, slots=True)
class VisitReceipt:
    """What a visit that was sent in led to: ``event`` is ``E<version>`` of the case, ``repeated`` when it was here before."""

    case: str
    event: str
    received_at: str
    repeated: bool
