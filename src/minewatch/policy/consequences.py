"""What follows from an instrument for one object on one day: measures, deadlines, tariffs, each with its reference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.policy.deadlines import due
from minewatch.policy.library import Held, Library
from minewatch.policy.schema import Category, Deadline, Measure, Pack, Tariff, earliest_day, latest_day


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline and the instant it falls; ``at`` is missing when it is counted from an event not yet known."""

    deadline: Deadline
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """All that one instrument says of one category of object on one day."""

    pack: str
    version: str
    category: Category
    measures: tuple[Measure, ...]
    deadlines: tuple[Due, ...]
    tariffs: tuple[Tariff, ...]


def category(pack: Pack, identity: str) -> Category:
    """Return the category of that id; ``InputError`` naming those the pack has."""
    for item in pack.categories:
        if item.id == identity:
            return item
    names = ", ".join(item.id for item in pack.categories) or "none"
    raise InputError(
        Text(f"{pack.id} has no category {identity!r}.", f"{pack.id} 没有对象类别“{identity}”。"),
        remedy=Text(f"It has: {names}.", f"可选类别：{names}。"),
    )


def tariff_stands(pack: Pack, tariff: Tariff, on: date) -> bool:
    """Whether a tariff is charged ``on`` the day: within its own dates, and the pack's where it has none of its own."""
    start = tariff.start or pack.valid.start
    end = tariff.end or pack.valid.end
    if start is None or latest_day(start) > on:
        return False
    return end is None or on <= earliest_day(end)


def consequences(held: Held, identity: str, on: date) -> Consequences:
    """Measures, deadlines and tariffs of the pack for a category ``on`` a day.

    Measures are returned even where the pack has no effect that day (a draft), so that it can be rehearsed; tariffs
    only while they stand.
    """
    pack = held.pack
    wanted = category(pack, identity)
    measures = tuple(pack.measure(name) for name in wanted.measures)
    names = dict.fromkeys(measure.deadline for measure in measures if measure.deadline is not None)
    deadlines = tuple(item for item in pack.deadlines if item.id in names)
    tariffs = tuple(
        tariff
        for tariff in pack.tariffs
        if (not tariff.applies_to or identity in tariff.applies_to) and tariff_stands(pack, tariff, on)
    )
    dues = tuple(Due(item, due(item) if item.at is not None else None) for item in deadlines)
    return Consequences(pack.id, held.version, wanted, measures, dues, tariffs)


def surcharges(packs: Library, on: date, code: str) -> tuple[tuple[Held, Tariff], ...]:
    """Every surcharge that stands in a division ``on`` a day, the nation's first; the nearest division's comes last."""
    return tuple(
        (held, tariff) for held, tariff in _tariffs(packs.standing(on, code), on) if tariff.kind == "surcharge"
    )


def _tariffs(items: Iterable[Held], on: date) -> Iterable[tuple[Held, Tariff]]:
    for held in items:
        for tariff in held.pack.tariffs:
            if tariff_stands(held.pack, tariff, on):
                yield held, tariff
