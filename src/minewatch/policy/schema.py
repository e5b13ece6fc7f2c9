"""What a pack must look like: one instrument, its words as data, each value with its reference.

A value that is not known is left out and named in ``not_known``; a thing the instrument positively does not have is
named in ``has_none`` with a reference. Silence is a fault. Dates that are known to the month only are written
``2021-12`` and count from the month's last day and to its first, so that nothing is called in force on a day on which
it might not have been.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from minewatch.model.text import Text
from minewatch.policy.terms import Action, Form, Grade, PartyKind, Reading, Status, Unit

FORMAT = "minewatch-pack/1"


def _partial_date(value: object) -> str:
    text = str(value)
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text):
        raise ValueError("write a date as 2021-06-18, or 2021-06 when only the month is known")
    date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    return text


def _moment(value: object) -> str:
    text = str(value)
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})", text)
    if not match or not ((int(match[2]) < 24 and int(match[3]) < 60) or (match[2], match[3]) == ("24", "00")):
        raise ValueError("write the minute as 2021-06-09 14:00 (24:00 is the end of the day)")
    date.fromisoformat(match[1])
    return text


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("write a zone of the IANA list, such as Asia/Shanghai") from error
    return value


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("write a decimal number, such as 0.30") from error


PartialDate = Annotated[str, BeforeValidator(_partial_date)]
Moment = Annotated[str, BeforeValidator(_moment)]
Zone = Annotated[str, AfterValidator(_zone)]
Amount = Annotated[Decimal, BeforeValidator(_decimal)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


def latest_day(partial: str) -> date:
    """Last day a partial date may mean."""
    if len(partial) == 10:
        return date.fromisoformat(partial)
    year, month = int(partial[:4]), int(partial[5:])
    return date(year, month, monthrange(year, month)[1])


def earliest_day(partial: str) -> date:
    """First day a partial date may mean."""
    return date.fromisoformat(partial if len(partial) == 10 else f"{partial}-01")


class Strict(BaseModel):
    """Base of all records of a pack: frozen, and a field it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Ref(Strict):
    """Where a value stands: section or item of the instrument, the source it was read in, how well it is attested.

    ``span`` is present in packs drafted from a document: character offsets into the document's text.
    """

    at: Words
    source: Id
    grade: Grade
    span: tuple[int, int] | None = None


class Source(Strict):
    """One thing that was read. ``where`` is an address or a citation, never followed by the program."""

    kind: Literal["official", "official_copy", "press", "law_firm", "aggregator", "document"]
    title: Words
    where: Words
    read: Literal["full", "excerpt", "quoted"]


class Bilingual(Strict):
    """A text in Chinese and English; which of the two is the original stands in the pack's language."""

    zh: Words
    en: Words

    @property
    def text(self) -> Text:
        """The text as the house's two-language record."""
        return Text(self.en, self.zh)


class Cited(Bilingual):
    """A text with its reference."""

    ref: Ref


class Issuer(Cited):
    """Who issued it. ``code`` is the division the body belongs to, absent for a body that has none."""

    kind: PartyKind = PartyKind.OTHER
    code: str | None = None


class Jurisdiction(Strict):
    """Where it applies: GB/T 2260 code valid ``on`` that day (000000: the whole country), or an ISO 3166 code."""

    code: Annotated[str, Field(pattern=r"^(\d{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")]
    on: PartialDate
    ref: Ref


class StatusEntry(Strict):
    """The instrument's status and why it is called so."""

    value: Status
    why: Bilingual
    ref: Ref


class DatedAct(Strict):
    """One date of the instrument's life."""

    act: Literal[
        "signed", "adopted", "issued", "published", "circulated", "confirmed", "held", "comments_from", "comments_to"
    ]
    on: PartialDate
    ref: Ref


class Validity(Strict):
    """From when to when it has effect; both ends included. ``start`` absent: it never had effect (a meeting without decision)."""

    start: PartialDate | None = Field(default=None, alias="from")
    end: PartialDate | None = Field(default=None, alias="to")
    note: Bilingual | None = None
    ref: Ref


class Basis(Cited):
    """What the instrument rests on; ``instrument`` is the id of its pack where there is one."""

    instrument: Id | None = None


class Party(Cited):
    """Somebody the instrument obliges or lets act."""

    id: Id
    kind: PartyKind
    obliged: bool = True


class Measure(Cited):
    """What is to be done. ``actors`` are parties; ``law`` is what the instrument itself cites, absent if it cites none."""

    id: Id
    action: Action
    actors: tuple[Id, ...] = ()
    law: Bilingual | None = None
    deadline: Id | None = None
    immediate: bool = False


class Category(Cited):
    """A class of object: whom it covers, what triggers it, which measures follow (several at once)."""

    id: Id
    trigger: Bilingual
    measures: Annotated[tuple[Id, ...], Field(min_length=1)]


class Within(Strict):
    """A time to act that is counted from an event of the case instead of being named."""

    count: Annotated[int, Field(ge=0, le=3650)]
    unit: Literal["day", "working_day", "hour", "month"]
    after: Bilingual


class Deadline(Cited):
    """By when, for whom. ``at`` is a minute in ``zone``; ``reading`` says how the text's words were turned into it."""

    id: Id
    parties: tuple[Id, ...] = ()
    at: Moment | None = None
    within: Within | None = None
    zone: Zone = "Asia/Shanghai"
    reading: Reading = Reading.AT
    strict: Moment | None = None
    note: Bilingual | None = None


class When(Strict):
    """When a report is due: by a deadline of the pack, at an interval, or on an event; exactly one of the three."""

    deadline: Id | None = None
    every: Literal["day", "week", "month"] | None = None
    event: Bilingual | None = None


class Report(Cited):
    """Who reports what to whom, when; ``zh`` and ``en`` say what."""

    id: Id
    sender: Id = Field(alias="from")
    recipient: Id | None = Field(alias="to")
    when: When


class Tariff(Cited):
    """A price or a factor set by law, valid between two days (both included); ``applies_to`` are categories."""

    id: Id
    kind: Literal["surcharge", "fund", "breach_fee", "theft_fee", "fine", "presumed_use", "factor"]
    amount: Amount
    unit: Unit
    start: PartialDate | None = Field(default=None, alias="from")
    end: PartialDate | None = Field(default=None, alias="to")
    applies_to: tuple[Id, ...] = ()
    at_most: bool = False
    at_least: bool = False


class Quantity(Cited):
    """A number the text states that is not a price, such as 26 suspected projects."""

    id: Id
    value: Amount
    unit: Unit


class Relation(Strict):
    """How it stands to another instrument that has a pack."""

    instrument: Id
    how: Literal[
        "rests_on", "followed_by", "follows", "amends", "amended_by", "implements", "overtaken_by", "overtakes"
    ]
    ref: Ref


Gap = Literal[
    "number", "text", "issuers", "dates", "valid", "basis", "parties", "categories", "measures", "deadlines",
    "reporting", "tariffs", "quantities", "outcome", "names", "other",
]  # fmt: skip


class NotKnown(Bilingual):
    """Something the pack does not know; ``field`` is the part of the pack it concerns."""

    field: Gap


class HasNone(Cited):
    """Something the instrument positively does not have."""

    field: Gap


class Pack(Strict):
    """One instrument. See the module's docstring for what silence means."""

    format: Literal["minewatch-pack/1"]
    id: Id
    edition: Annotated[int, Field(ge=1)] = 1
    language: Literal["zh", "en", "ru"] = "zh"
    drafted_from: str | None = None
    doubtful: tuple[Bilingual, ...] = ()
    title: Cited
    form: Form
    issuers: tuple[Issuer, ...] = ()
    jurisdiction: Jurisdiction
    number: Cited | None = None
    status: StatusEntry
    dates: tuple[DatedAct, ...] = ()
    valid: Validity
    basis: tuple[Basis, ...] = ()
    parties: tuple[Party, ...] = ()
    categories: tuple[Category, ...] = ()
    measures: tuple[Measure, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    reporting: tuple[Report, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    related: tuple[Relation, ...] = ()
    notes: tuple[Cited, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    has_none: tuple[HasNone, ...] = ()
    sources: dict[Id, Source]

    def in_force(self, on: date) -> bool:
        """Whether its effect covers the day: from the latest day its start may mean to the earliest its end may mean."""
        if self.valid.start is None or latest_day(self.valid.start) > on:
            return False
        return self.valid.end is None or on <= earliest_day(self.valid.end)

    def measure(self, identity: str) -> Measure:
        """Return the measure of that id; the checked pack has it."""
        return next(measure for measure in self.measures if measure.id == identity)

    def party(self, identity: str) -> Party:
        """Return the party of that id; the checked pack has it."""
        return next(party for party in self.parties if party.id == identity)


def instant(moment: str, zone: str) -> datetime:
    """Turn ``2021-06-09 14:00`` in a zone into an aware time; 24:00 is midnight of the next day."""
    day = date.fromisoformat(moment[:10])
    hour, minute = int(moment[11:13]), int(moment[14:])
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


def utc(moment: str, zone: str) -> datetime:
    """Return the same as :func:`instant`, in UTC."""
    return instant(moment, zone).astimezone(UTC)


def references(value: Any, path: tuple[str | int, ...] = ()) -> Iterable[tuple[tuple[str | int, ...], Ref]]:
    """Every reference in a pack with the path of the value that carries it, in the order of the fields."""
    if isinstance(value, Ref):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from references(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from references(item, (*path, index))
