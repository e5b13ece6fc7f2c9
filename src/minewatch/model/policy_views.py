"""Views of policy: which jurisdiction has what on a day, and the dated acts of the instruments."""

from dataclasses import dataclass
from datetime import date

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """One instrument in a list: ``version`` is the digest of its pack; ``origin`` is ``shipped`` or the user's file."""

    id: str
    title: Text
    code: str
    place: Text
    status: str
    status_text: Text
    begins: str | None
    ends: str | None
    version: str
    origin: str
    overrides: str | None = None


@dataclass(frozen=True, slots=True)
class JurisdictionRow:
    """One jurisdiction on one day.

    ``verdict`` is the strongest thing it has of its own: ``in_force``, ``reported``, ``statement``, ``draft`` or
    ``none``. What a division above it has applies too and stands in that division's row. ``no_effect`` are acts that
    never had an effect, such as a symposium that decided nothing.
    """

    code: str
    name: Text
    level: str
    verdict: str
    verdict_text: Text
    in_force: tuple[InstrumentRow, ...]
    reported: tuple[InstrumentRow, ...]
    statement: tuple[InstrumentRow, ...]
    draft: tuple[InstrumentRow, ...]
    no_effect: tuple[InstrumentRow, ...]


@dataclass(frozen=True, slots=True)
class PolicyMapView:
    """The policy map of a day: the nation first, then the divisions by code."""

    on: date
    rows: tuple[JurisdictionRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One dated act; ``precise`` is false when only the month is known (then ``on`` is its first day)."""

    on: date
    precise: bool
    act: str
    act_text: Text
    instrument: InstrumentRow


@dataclass(frozen=True, slots=True)
class PolicyTimelineView:
    """Dated acts in order of time."""

    rows: tuple[TimelineRow, ...]
