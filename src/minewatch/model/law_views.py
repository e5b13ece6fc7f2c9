"""Views of the law pages: instruments in a list, one instrument value by value, the map of a day, a notice that was read."""

from dataclasses import dataclass
from datetime import date

from minewatch.model.policy_views import InstrumentRow, JurisdictionRow
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class LawRow:
    """One instrument of the list: ``grades`` counts its values by how well they are attested; ``gaps`` what it does not know.

    ``stands`` tells whether its effect covers the day of the list.
    """

    instrument: InstrumentRow
    form: Text
    grades: tuple[tuple[str, int], ...]
    gaps: int
    stands: bool


@dataclass(frozen=True, slots=True)
class LawLine:
    """One value: its id in the pack (empty: none), what stands in front of it, its words, and where they stand."""

    id: str
    lead: Text
    words: Text
    at: str = ""
    source: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class LawSection:
    """Values of one kind under their heading."""

    heading: Text
    lines: tuple[LawLine, ...]


@dataclass(frozen=True, slots=True)
class LawExample:
    """What follows for one category of object on one day; ``deadlines`` are (words, when), when empty: counted from an event."""

    category: str
    who: Text
    trigger: Text
    on: date
    measures: tuple[Text, ...]
    deadlines: tuple[tuple[Text, str], ...]
    prices: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class LawSource:
    """One thing that was read for a pack."""

    name: str
    title: str
    where: str
    kind: str
    read: str


@dataclass(frozen=True, slots=True)
class LawPage:
    """One instrument. ``replaces`` is the version of ours that the user's own pack stands in for, empty: none."""

    row: LawRow
    edition: int
    why: Text
    facts: tuple[LawLine, ...]
    sections: tuple[LawSection, ...]
    examples: tuple[LawExample, ...]
    not_known: tuple[tuple[str, Text], ...]
    doubtful: tuple[Text, ...]
    sources: tuple[LawSource, ...]
    legend: tuple[tuple[str, Text], ...]
    others: tuple[InstrumentRow, ...]
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class LawChange:
    """One value that differs between two packs; empty: it is not there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LawDifference:
    """What differs between two packs, or between ours and the user's own of the same id."""

    before: Text
    after: Text
    changes: tuple[LawChange, ...]


@dataclass(frozen=True, slots=True)
class LawTile:
    """One province of the tile map: its place (column, row), short name, and what it has of its own."""

    column: int
    row: int
    short: Text
    division: JurisdictionRow


@dataclass(frozen=True, slots=True)
class LawMap:
    """The policy map of a day. ``elsewhere`` are jurisdictions that are no province and have something of their own.

    ``earlier`` and ``later`` are the nearest days on which something changes; ``first`` and ``last`` span all dated acts.
    """

    on: date
    first: date
    last: date
    earlier: date | None
    later: date | None
    nation: JurisdictionRow | None
    tiles: tuple[LawTile, ...]
    elsewhere: tuple[JurisdictionRow, ...]


@dataclass(frozen=True, slots=True)
class NoticePiece:
    """A stretch of a text that was read: ``field`` is what was seen in it (empty: nothing), ``event`` which event, from 1."""

    text: str
    field: str
    event: int


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One event of a text: who did what, where, when, by when, with what certainty, and what is doubtful in it."""

    number: int
    kind: str
    who: str
    place: Text
    when: str
    deadline: str
    measures: tuple[str, ...]
    certainty: str
    doubts: tuple[Text, ...]
    packs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeReading:
    """One document as it was read: its text in pieces, its events, draft packs (id, doubts, YAML) and contradictions."""

    name: str
    title: str
    today: date
    date_from: str
    pieces: tuple[NoticePiece, ...]
    events: tuple[NoticeEvent, ...]
    drafts: tuple[tuple[str, tuple[Text, ...], str], ...]
    contradictions: tuple[Text, ...]
