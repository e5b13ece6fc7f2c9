"""Events of a document: who issued or did what, where, when, by when, how certain; each with its span.

A sentence is read for *triggers* (a verb of issuing, meeting, deciding, ordering, restoring …). Each trigger makes one
event of the stretch of the sentence that belongs to it: from its subject to the next trigger's subject. Sentences after
it in the same paragraph that name no new actor add their measures and limits to the last instrument. Nothing is
supplied that the text does not say; where something is taken from the sentence before, the event says so in its doubts.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from minewatch.model.text import Text
from minewatch.policy.divisions import NATION
from minewatch.policy.reading_measures import Done, measures
from minewatch.policy.reading_mentions import Mentions, Span, mentions
from minewatch.policy.reading_names import Agency, Named
from minewatch.policy.reading_notice import face
from minewatch.policy.reading_numbers import Quantity
from minewatch.policy.reading_places import Place, of_number, utc_offset
from minewatch.policy.reading_time import Moment
from minewatch.policy.reading_triggers import (
    CHINESE_BODY,
    CONTINUES,
    GOES_ON,
    LISTED,
    MEETING_SAYS,
    NATIONAL,
    REFERS,
    SENTENCE,
    Trigger,
    certainty_of,
    language_of,
    one_source,
    triggers,
)
from minewatch.policy.terms import Action


@dataclass(slots=True)
class Event:
    """One event; spans count characters of the document's text. ``when`` and ``deadline`` are mentions of a time."""

    kind: str
    start: int
    end: int
    trigger: Span
    who: tuple[Agency, ...] = ()
    place: Place | None = None
    others: tuple[Place, ...] = ()
    when: Moment | None = None
    deadline: Moment | None = None
    limits: list[Moment] = field(default_factory=list)
    title: Named | None = None
    number: Named | None = None
    measures: list[Done] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    certainty: str = "reported"
    one_source: bool = False
    doubts: list[Text] = field(default_factory=list)


def events(text: str, today: date, headline: Span | None = None) -> list[Event]:
    """Every event of ``text`` in order. The headline is read only when the rest gives nothing."""
    found = mentions(text, today)
    language = language_of(text)
    whole = _whole_notice(found)
    if whole is not None:
        return [whole]
    out: list[Event] = []
    goes_on = False
    for start, end in _lines(text):
        if headline is None or start >= headline[1]:
            refers = bool(REFERS.match(text, start)) or (goes_on and bool(LISTED.match(text, start)))
            carrier = next((event for event in reversed(out) if event.kind in CONTINUES), None) if refers else None
            made = _paragraph(found, (start, end), language, out, carrier)
            goes_on = carrier is not None or any(event.kind in CONTINUES for event in made)
            out += made
    if not out and headline is not None:
        out = _paragraph(found, headline, language, out, None)
    return out


def _whole_notice(found: Mentions) -> Event | None:
    """Return the document as one event where it is itself a notice."""
    seen = face(found.text, found.agencies, found.times, found.numbers)
    if seen is None:
        return None
    event = Event("notice", seen.start, seen.end, (seen.title.start, seen.title.end), who=seen.who, when=seen.when)
    event.title, event.number = seen.title, seen.number
    of_bodies = [agency.place for agency in seen.who if agency.place is not None]
    if of_bodies:
        event.place = of_bodies[0]
    else:
        event.place, event.others = _where(found, event, seen.start, seen.title.end, (seen.start, seen.end))
    event.measures = measures(found.text, seen.title.end, seen.end)
    event.quantities = _amounts(found, seen.title.end, seen.end)
    _limit(event, [t for t in found.times if seen.title.end <= t.start and t.end <= seen.end and t.role == "by"])
    _kind(found.text[seen.start : seen.title.end], event, whole=True)
    event.certainty = certainty_of(found.text[seen.start : seen.end], event.kind, _asks(event))
    return event


def _limit(event: Event, limits: list[Moment]) -> None:
    """Add limits to an event; the first is its deadline."""
    event.limits += [limit for limit in limits if limit.day is not None]
    if event.deadline is None and event.limits:
        event.deadline = event.limits[0]
        if event.deadline.within is not None:
            event.doubts.append(Text("the deadline is counted, not named", "期限为推算，并非原文日期"))


def _asks(event: Event) -> bool:
    """Whether a measure asks something of somebody; a telephone for tips does not."""
    return any(done.action is not Action.TIP_OFF for done in event.measures)


def limit_of(text: str, event: Event, done: Done) -> Moment | None:
    """Return the limit a measure stands under: the one in its clause, else the last one before it in its sentence."""
    inside = [limit for limit in event.limits if done.start <= limit.start and limit.end <= done.end]
    if inside:
        return inside[0]
    opens = max(text.rfind(mark, 0, done.start) for mark in "。；！？\n")
    before = [limit for limit in event.limits if opens < limit.start and limit.end <= done.start]
    return before[-1] if before else None


def _lines(text: str) -> list[Span]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def _paragraph(found: Mentions, span: Span, language: str, before: list[Event], carried: Event | None) -> list[Event]:
    out: list[Event] = []
    for match in SENTENCE[language].finditer(found.text, *span):
        left, right = _stripped(found.text, match.start(), match.end())
        if left >= right:
            continue
        carrier = next((event for event in reversed(out) if event.kind in CONTINUES), carried)
        kept = triggers(found.text, left, right, language)
        if (met := _meeting_goes_on(found, left, out)) is not None:
            _continue(found, met, left, right)
            continue
        kept = [item for item in _apart(found, kept) if not item.needs_subject or _has_subject(found, left, item)]
        if (
            carrier is not None
            and all(item.kind in GOES_ON for item in kept)
            and not _new_actor(found, left, kept, carrier)
        ):
            _continue(found, carrier, left, right)
            continue
        made = _sentence(found, kept, left, right, [*before, *out])
        out += made
    return out


def _stripped(text: str, left: int, right: int) -> Span:
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return left, right


def _amounts(found: Mentions, begin: int, finish: int) -> list[Quantity]:
    """Quantities of a stretch; what stands in a title is part of its name."""
    inside = [q for q in found.quantities if begin <= q.start and q.end <= finish]
    return [q for q in inside if not any(named.start <= q.start < named.end for named in found.titles)]


def _meeting_goes_on(found: Mentions, left: int, out: list[Event]) -> Event | None:
    """Return the meeting just told of, where a sentence opens with 会议要求 and the like."""
    if out and out[-1].kind in _SPEAKS and MEETING_SAYS.match(found.text, left):
        return out[-1]
    return None


def _apart(found: Mentions, kept: list[Trigger]) -> list[Trigger]:
    """Leave out a verb of the kind of the one before it where no other body stands between: it is one act told twice."""
    out: list[Trigger] = []
    for item in kept:
        last = out[-1] if out else None
        between = [a for a in found.agencies if last is not None and last.end <= a.start and a.end <= item.start]
        if last is None or last.kind != item.kind or between:
            out.append(item)
    return out


def _new_actor(found: Mentions, left: int, kept: list[Trigger], carrier: Event) -> bool:
    """Whether a sentence names a body or another place before its first verb: then it is about somebody else."""
    if not kept:
        return False
    home = carrier.place.code if carrier.place else None
    named = [place for place in found.places if left <= place.start and place.end <= kept[0].start]
    if home is not None and any(place.code != home for place in named):
        return True
    return any(left <= agency.start and agency.end <= kept[0].start for agency in found.agencies)


def _sentence(found: Mentions, kept: list[Trigger], left: int, right: int, before: list[Event]) -> list[Event]:
    made: list[Event] = []
    starts = _starts(found, kept, left)
    for index, trigger in enumerate(kept):
        begin = starts[index]
        finish = starts[index + 1] if index + 1 < len(kept) and starts[index + 1] > trigger.start else right
        begin, finish = _tidy(found.text, begin, finish)
        event = _event(found, trigger, (begin, finish), (left, right), made, before)
        if event is not None:
            made.append(event)
    return made


def _starts(found: Mentions, kept: list[Trigger], left: int) -> list[int]:
    """Where each trigger's stretch begins: at its own subject if it has one after the last trigger, else with the last."""
    starts: list[int] = []
    for index, trigger in enumerate(kept):
        if index == 0:
            starts.append(left)
            continue
        previous = kept[index - 1]
        own = [a for a in found.agencies if previous.end <= a.start and a.end <= trigger.start]
        text = found.text
        edge = own[0].start if own else trigger.start
        cut = max(text.rfind(mark, previous.end, edge + 1) for mark in "，；,;、")
        joint = [
            m.end() for m in re.finditer(r"以及|并且|同时|而(?!且)|但|whereas|while|, and ", text[previous.end : edge])
        ]
        if trigger.clause:
            starts.append(
                max((text.rfind(mark, previous.end, trigger.start) for mark in "，；,;"), default=-1) + 1 or starts[-1]
            )
        elif trigger.shares_subject and not own:
            starts.append(starts[-1])
        elif cut >= previous.end:
            starts.append(cut + 1)
        elif joint:
            starts.append(previous.end + joint[-1])
        else:
            starts.append(edge if own else starts[-1])
    return starts


def _tidy(text: str, begin: int, finish: int) -> Span:
    while begin < finish and text[begin] in " ，；、,;。":
        begin += 1
    lead = re.match(r"以及|并且|但是?|而(?!且)|and\s+|but\s+", text[begin:finish])
    if lead:
        begin += lead.end()
    while finish > begin and text[finish - 1] in " ，；、,;":
        finish -= 1
    return begin, finish


def _event(
    found: Mentions, trigger: Trigger, span: Span, sentence: Span, made: list[Event], before: list[Event]
) -> Event | None:
    begin, finish = span
    event = Event(trigger.kind, begin, finish, (trigger.start, trigger.end))
    event.title = _inside(found.titles, begin, finish)
    event.number = _inside(found.numbers, begin, finish)
    event.who = _who(found, trigger, begin, made, before)
    event.place, event.others = _where(found, event, begin, finish, sentence)
    event.measures = measures(found.text, begin, finish)
    event.quantities = _amounts(found, begin, finish)
    _when(found, event, trigger, begin, finish, made)
    _kind(found.text, event)
    _one_of_many(found, event, trigger, begin)
    event.certainty = certainty_of(found.text[begin:finish], event.kind, _asks(event))
    if event.kind in {"meeting", "symposium"} and event.when and event.when.day and event.when.day > found.today:
        event.certainty = "not_decided"
    event.one_source = one_source(found.text[sentence[0] : finish])
    if event.one_source and event.kind in {"meeting", "report", "order"} and event.certainty in {"decided", "reported"}:
        event.certainty = "reported_by_one_source"
    local = bool(_LOCAL.search(found.text[begin:finish])) or event.title is not None
    if event.place is None and not event.others and event.kind not in _PLACELESS and not event.who and not local:
        return None if event.number is None else event
    _inherit(event, [*before, *made])
    return event if _says_something(event) else None


# Kinds that may take their place from the sentence before; others without place, body and title say too little.
_PLACELESS = frozenset(
    {"restoration", "meeting", "order", "statement", "confirmation", "report", "requirement", "no_decision"}
)

# Words that lean on a place named before.
_LOCAL = re.compile(r"全[省市州县区盟旗]|当地|该[省市州县区]|[省市州县]内")

# Kinds whose body goes on speaking in the next sentence (会议指出 …).
_SPEAKS = frozenset({"meeting", "symposium", "decision"})


def _one_of_many(found: Mentions, event: Event, trigger: Trigger, begin: int) -> None:
    """Make an overview of a verb of issuing that has three provinces and more as its subject, and no body."""
    listed = [p for p in found.places if begin <= p.start and p.end <= trigger.start and p.depth == 1]
    if event.kind == "notice" and not event.who and len({place.code for place in listed}) >= 3:
        event.kind, event.place, event.others = "overview", None, tuple(listed)


def _inside(items: list[Named], begin: int, finish: int) -> Named | None:
    return next((item for item in items if begin <= item.start and item.end <= finish), None)


def _has_subject(found: Mentions, left: int, trigger: Trigger) -> bool:
    """Whether a verb that needs one has a body before it in the sentence, or a place right before it."""
    if any(left <= agency.start and agency.end <= trigger.start for agency in found.agencies):
        return True
    return any(left <= place.start and place.end <= trigger.start <= place.end + 8 for place in found.places)


def _who(found: Mentions, trigger: Trigger, begin: int, made: list[Event], before: list[Event]) -> tuple[Agency, ...]:
    """Return the bodies right before the trigger that are joined to one another; a shared subject is the event's before."""
    if trigger.nobody or trigger.clause:
        return ()
    inside = [a for a in found.agencies if begin <= a.start and a.end <= trigger.start]
    if trigger.shares_subject and made and not [a for a in inside if a.start >= made[-1].trigger[1]]:
        return made[-1].who
    if trigger.shares_subject and not made and not inside and before and before[-1].kind in _SPEAKS:
        return before[-1].who
    if not inside and trigger.subject_after:
        inside = [a for a in found.agencies if trigger.end <= a.start <= trigger.end + 24][:1]
    group: list[Agency] = []
    for agency in reversed(inside):
        gap = found.text[agency.end : group[-1].start] if group else ""
        if group and not re.fullmatch(r"\s*(?:、|，|和|及|与|会同|联合|以及|,|and|и|\s)*\s*(?:the\s+)?", gap):
            break
        group.append(agency)
    return tuple(reversed(group))


def _where(
    found: Mentions, event: Event, begin: int, finish: int, sentence: Span
) -> tuple[Place | None, tuple[Place, ...]]:
    """Return the place of the body that acts, else of the stretch, else of the sentence before it; national bodies: the nation."""
    of_bodies = [agency.place for agency in event.who if agency.place is not None]
    if of_bodies:
        return of_bodies[0], ()
    if event.who and any(NATIONAL.search(agency.name) for agency in event.who):
        chinese = bool(re.search(r"[\u4e00-\u9fff]", event.who[0].name))
        if not chinese and not CHINESE_BODY.search(event.who[0].name):
            return _country(found, sentence), ()
        return Place(event.who[0].start, event.who[0].end, NATION, Text("China", "全国")), ()
    if event.number is not None and (code := of_number(event.number.value)):
        named = next((place for place in found.places if place.code == code), None)
        if named is not None:
            return named, ()
    titled = [(named.start, named.end) for named in found.titles]
    inside = [
        place
        for place in found.places
        if begin <= place.start and place.end <= finish and not any(a <= place.start < b for a, b in titled)
    ]
    if not inside:
        inside = [place for place in found.places if sentence[0] <= place.start and place.end <= event.trigger[0]]
    listed = [place for place in inside if place.depth == 1]
    if len({place.code for place in listed}) >= 3 and event.kind == "overview":
        return None, tuple(listed)
    if not inside:
        return None, ()
    before = [place for place in inside if place.end <= event.trigger[0]] or inside
    deepest = max(place.depth for place in before)
    return next(place for place in before if place.depth == deepest), ()


def _country(found: Mentions, sentence: Span) -> Place | None:
    """Return the country or province of the sentence, else the last one named before it."""
    wide = [place for place in found.places if place.depth <= 1 and place.start < sentence[1]]
    inside = [place for place in wide if place.start >= sentence[0]]
    return inside[0] if inside else wide[-1] if wide else None


def _when(found: Mentions, event: Event, trigger: Trigger, begin: int, finish: int, made: list[Event]) -> None:
    inside = [time for time in found.times if begin <= time.start and time.end <= finish and time.day is not None]
    points = [time for time in inside if time.role != "by"]
    limits = [time for time in inside if time.role == "by"]
    if trigger.time_near:
        points.sort(key=lambda time: abs(time.start - trigger.start))
    event.when = points[0] if points else None
    _limit(event, limits)
    if event.when is None and trigger.shares_subject and made:
        event.when = made[-1].when


def _kind(text: str, event: Event, *, whole: bool = False) -> None:
    stretch = text if whole else text[event.start : event.end]
    title = event.title.value if event.title else ""
    if event.kind == "notice":
        if re.search(
            r"征求意见|意见稿|草案|for comment|consultation|draft\b|проект\w*\s+(?:приказ|постановл|закон)",
            stretch + title,
            re.IGNORECASE,
        ):
            event.kind = "draft"
        elif re.search(r"公告|通告|announcement|объявлени", title or stretch, re.IGNORECASE) and "通知" not in title:
            event.kind = "announcement"
        elif title.endswith("决定") or re.search(r"\bdecree\b", title, re.IGNORECASE):
            event.kind = "decree"


def _inherit(event: Event, before: list[Event]) -> None:
    """Take the place of the event before where a meeting or a restoration names none, and say so."""
    if event.place is None and not event.others:
        last = next((item for item in reversed(before) if item.place is not None), None)
        if last is not None:
            event.place = last.place
            event.doubts.append(Text("the place is taken from the sentence before", "地区承前句"))


def _says_something(event: Event) -> bool:
    if event.kind in {"report", "order"}:
        return bool(event.measures or event.deadline or event.quantities)
    if event.kind == "figure":
        return bool(event.quantities) and event.place is not None
    return True


def _continue(found: Mentions, event: Event, left: int, right: int) -> None:
    """Add the measures, limits and quantities of a sentence that goes on about the last instrument."""
    added = measures(found.text, left, right)
    limits = [t for t in found.times if left <= t.start and t.end <= right and t.role == "by" and t.day is not None]
    number = _inside(found.numbers, left, right)
    amounts = _amounts(found, left, right)
    if not (added or limits or number or amounts):
        return
    event.end = right
    event.measures += added
    event.quantities += amounts
    if event.certainty == "decided" and added:
        event.certainty = "required"
    event.number = event.number or number
    _limit(event, limits)


def offset_of(event: Event) -> timedelta:
    """UTC offset in which the event's clock times are read: that of its place; China's where it has none."""
    return utc_offset(event.place.code if event.place else NATION)
