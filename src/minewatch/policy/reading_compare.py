"""What a document says against the packs in hand, and against itself: two dates, two limits or two numbers for one notice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minewatch.model.text import Text
from minewatch.policy.library import Held
from minewatch.policy.reading_events import Event, offset_of
from minewatch.policy.schema import Pack, earliest_day, latest_day

NEAR_DAYS = 4
"""An untitled event this many days or fewer from a date of a pack of the same division may be the same instrument."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One value that two sayings of one instrument do not share; ``pack`` is a pack's id or ``document``."""

    event: int
    pack: str
    field: str
    says: str
    pack_says: str
    span: tuple[int, int]
    text: Text


def contradictions(found: Sequence[Event], packs: Sequence[Held]) -> list[Contradiction]:
    """Compare every event with the packs that may be the same instrument, and with earlier events of one title."""
    out: list[Contradiction] = []
    for index, event in enumerate(found):
        for held in packs:
            if _same(event, held.pack):
                out += _against(index, event, held.pack)
        out += _against_itself(index, event, found[:index])
    return out


def same_instruments(event: Event, packs: Sequence[Held]) -> tuple[str, ...]:
    """Ids of the packs in hand that may be the event's instrument."""
    return tuple(held.pack.id for held in packs if _same(event, held.pack))


def _bare(title: str) -> str:
    return re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", title)


def _same(event: Event, pack: Pack) -> bool:
    if event.number is not None and pack.number is not None and _bare(event.number.value) == _bare(pack.number.zh):
        return True
    if event.title is not None:
        return _bare(event.title.value) in {_bare(pack.title.zh), _bare(pack.title.en)}
    if (
        event.place is None
        or event.place.code != pack.jurisdiction.code
        or event.when is None
        or event.when.day is None
    ):
        return False
    if _FORM_KINDS.get(pack.form.value, frozenset()).isdisjoint({event.kind}) or event.certainty == "not_decided":
        return False
    days = [earliest_day(act.on) for act in pack.dates if len(act.on) == 10]
    return any(abs((event.when.day - day).days) <= NEAR_DAYS for day in days)


_FORM_KINDS = {
    "notice": frozenset({"notice", "order", "confirmation"}),
    "order": frozenset({"notice", "order"}),
    "consultation_draft": frozenset({"draft"}),
    "announcement": frozenset({"announcement", "notice"}),
    "communique": frozenset({"meeting", "statement"}),
    "meeting": frozenset({"meeting", "decision", "order"}),
    "decree": frozenset({"decree"}),
}


def _against(index: int, event: Event, pack: Pack) -> list[Contradiction]:
    out = []
    if event.when is not None and event.when.day is not None and pack.dates:
        within = any(earliest_day(act.on) <= event.when.day <= latest_day(act.on) for act in pack.dates)
        if not within:
            days = ", ".join(f"{act.act} {act.on}" for act in pack.dates)
            out.append(
                _one(index, pack.id, "when", event.when.day.isoformat(), days, (event.when.start, event.when.end))
            )
    limit = event.deadline
    moments = [deadline.at for deadline in pack.deadlines if deadline.at]
    if limit is not None and limit.day is not None and moments and limit.within is None:
        said = limit.written(offset_of(event)) or ""
        named = {moment[:10] for moment in moments}
        clocks = {moment[:10] + "T" + moment[11:] for moment in moments}
        agrees = limit.day.isoformat() in named and (limit.clock is None or said[:16] in clocks)
        if not agrees:
            out.append(_one(index, pack.id, "deadline", said, ", ".join(moments), (limit.start, limit.end)))
    number = event.number
    if number is not None and pack.number is not None and _bare(number.value) != _bare(pack.number.zh):
        out.append(_one(index, pack.id, "number", number.value, pack.number.zh, (number.start, number.end)))
    return out


def _against_itself(index: int, event: Event, before: Sequence[Event]) -> list[Contradiction]:
    out = []
    for earlier in before:
        if event.title is None or earlier.title is None or _bare(event.title.value) != _bare(earlier.title.value):
            continue
        pairs = (("when", event.when, earlier.when), ("deadline", event.deadline, earlier.deadline))
        for name, this, that in pairs:
            if this and that and this.written(offset_of(event)) != that.written(offset_of(earlier)):
                said, other = this.written(offset_of(event)) or "", that.written(offset_of(earlier)) or ""
                out.append(_one(index, "document", name, said, other, (this.start, this.end)))
    return out


def _one(index: int, pack: str, name: str, said: str, other: str, span: tuple[int, int]) -> Contradiction:
    text = Text(
        f"{name}: the document says {said}; {pack} says {other}.", f"{name}：文档为 {said}；{pack} 为 {other}。"
    )
    return Contradiction(index, pack, name, said, other, span, text)
