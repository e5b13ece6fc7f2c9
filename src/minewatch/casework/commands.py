"""What a person can ask of a case, as frozen records. Every decision names who decides.

Times are aware instants. ``by`` is the person who decides, by name or staff number; the actor who typed the command is kept
apart, in the event's stamp. Free text is kept as it was written. Personal data appears as keys only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from minewatch.model.events import JsonValue, RuleReference


class ReturnKind(StrEnum):
    """What a self-inspection return says."""

    STOPPED = "stopped"
    NOT_MINING = "not_mining"
    STILL_RUNNING = "still_running"
    NIL = "nil"


class StopOutcome(StrEnum):
    """What the data says about a stop."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_STOPPED = "not_stopped"
    CAME_BACK = "came_back"
    CANNOT_TELL = "cannot_tell"


class DisputeKind(StrEnum):
    """What a dispute is about."""

    MISTAKEN_IDENTITY = "mistaken_identity"
    NOT_MINING = "not_mining"
    FIGURES = "figures"
    PROCEDURE = "procedure"


class ReferralTarget(StrEnum):
    """Where a case can be handed to."""

    POLICE = "police"
    DISCIPLINE_INSPECTION = "discipline_inspection"
    LICENCE_AUTHORITY = "licence_authority"
    CREDIT_SYSTEM = "credit_system"
    MARKET_OPERATOR = "market_operator"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case for a site; ``origin`` tells where it came from (finding id, list, tip), ``summary`` freezes its words.

    ``location`` is ``latitude,longitude`` in WGS-84 degrees, empty where unknown; ``repeat_of`` names earlier cases of other
    campaigns against the same meter, party or site. ``evidence`` names by digest what it rests on, ``finding`` keeps the
    finding's own figures as they stood.
    """

    campaign: str
    site: str
    jurisdiction: str
    meters: tuple[str, ...]
    origin: str
    summary: str
    mining_kw: float | None
    categories: tuple[str, ...] = ()
    party_key: str = ""
    location: str = ""
    repeat_of: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    finding: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCategories:
    """Say which categories of object of which instrument the site falls under; several at once are possible."""

    categories: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeNotice:
    """Serve a notice with a deadline, on the basis of an instrument in force (the use case has checked that).

    ``exception_reason`` is why a named person used an instrument that is no legal basis by itself; ``text_digest`` is the
    SHA-256 of the notice's text as it was served.
    """

    number: str
    kind: str
    basis: RuleReference
    deadline: datetime
    zone: str
    served_at: datetime
    how: str
    by: str
    exception_reason: str = ""
    text_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLetter:
    """Issue a letter that is no notice: inspection, rectification, surcharge warning, request for a return.

    ``document_digest`` is the SHA-256 of the document as issued; ``asks`` and ``surcharge`` are its words. A ``deadline`` of
    a letter leaves the case's own deadline as it is.
    """

    kind: str
    number: str
    addressee: str
    basis: RuleReference
    issued_at: datetime
    how: str
    by: str
    zone: str
    deadline: datetime | None = None
    asks: str = ""
    surcharge: str = ""
    exception_reason: str = ""
    document_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMoney:
    """Keep a money statement with the case: no decision, but what the rules give for the energy named.

    ``statement`` is plain data: title, day, quantity, lines with clause and arithmetic, totals, notes; ``evidence`` names
    by digest the readings, the prices and the cycles it was reckoned from.
    """

    kind: str
    statement: Mapping[str, JsonValue]
    evidence: tuple[str, ...] = ()
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """Give more time, with a reason."""

    deadline: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturn:
    """Record a self-inspection return as it came in, on paper or as a file (by digest)."""

    kind: ReturnKind
    received_at: datetime
    signed_by: str
    stopped_at: datetime | None = None
    machines: int | None = None
    hash_rate_ths: float | None = None
    power_kw: float | None = None
    document_digest: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSaid:
    """What one source says about a stop: the site's ``meters``, its ``node``, its ``station`` or its ``traffic``.

    ``outcome`` is a :class:`StopOutcome`; ``why`` the code of its reason, empty where none is needed; times are UTC texts,
    empty where it has none; ``evidence`` names exactly what was read; ``counted`` is whether the verdict rests on it.
    """

    source: str
    outcome: str
    why: str = ""
    stopped_from: str = ""
    stopped_to: str = ""
    resumed_at: str = ""
    evidence: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVerification:
    """Record what the data or a visit says about the stop; ``why`` is needed where it cannot tell.

    ``stopped_at`` is the likeliest time, ``stopped_from`` and ``stopped_to`` the earliest and the latest it may have been
    (None: the same). A stop is late only when its earliest time lies after the deadline. Where the load is off and only the
    side of the deadline is open, the outcome is ``cannot_tell`` with these times. ``sources`` is what each source says.
    """

    outcome: StopOutcome
    as_of: datetime
    source: str
    evidence: tuple[str, ...]
    stopped_at: datetime | None = None
    stopped_from: datetime | None = None
    stopped_to: datetime | None = None
    resumed_at: datetime | None = None
    remaining_kw: float | None = None
    why: str = ""
    sources: tuple[SourceSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit:
    """Record an inspection on site: at least who went, what was found, and the photos by digest.

    ``checks`` are the answers to the check-list, each ``item=answer``. ``signatures`` are pictures by digest, one an inspector
    in their order, empty where somebody did not sign. ``submission`` is the number that a phone gave the report, so that it
    is taken once however often it is sent; empty for what was typed at a desk.
    """

    at: datetime
    inspectors: tuple[str, ...]
    found: str
    machines: int | None
    running: bool | None
    photos: tuple[str, ...] = ()
    location: str = ""
    checks: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    submission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMeasure:
    """Take one measure of an instrument for one category, naming who acts.

    ``exception_reason`` is why ``by`` used an instrument that is no legal basis by itself.
    """

    measure: str
    category: str
    basis: RuleReference
    acting_body: str
    by: str
    amount_cny: str = ""
    note: str = ""
    exception_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftMeasure:
    """Take a measure back (a blacklisting, a suspension), with a reason."""

    measure: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Put on record that somebody disputes the case."""

    kind: DisputeKind
    raised_by: str
    grounds: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDispute:
    """Decide the open dispute. An upheld mistaken identity or not-mining dispute ends measures against this party."""

    upheld: bool
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Give supply back: the recorded decision of a named person, with its basis."""

    by: str
    basis: str
    effective_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """Hand the case, or a part of it, to another body, on the basis of an instrument of that day (the use case checks it).

    ``exception_reason`` is why ``by`` used an instrument that is no legal basis by itself.
    """

    target: ReferralTarget
    body: str
    basis: RuleReference
    by: str
    note: str = ""
    exception_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close the case with a reason."""

    reason: str
    by: str


Command = (
    OpenCase
    | SetCategories
    | ServeNotice
    | IssueLetter
    | StateMoney
    | ExtendDeadline
    | RecordReturn
    | RecordVerification
    | RecordVisit
    | TakeMeasure
    | LiftMeasure
    | Dispute
    | SettleDispute
    | Restore
    | Refer
    | Close
)
