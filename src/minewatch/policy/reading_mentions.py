"""Everything a text mentions, found once, before events are made of it."""

from dataclasses import dataclass
from datetime import date

from minewatch.policy.reading_names import Agency, Named, agencies, numbers, titles
from minewatch.policy.reading_numbers import Quantity, quantities
from minewatch.policy.reading_places import Place, places
from minewatch.policy.reading_time import Moment, moments

Span = tuple[int, int]
"""Characters of the document's text: the first, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Everything found in a text before events are made of it."""

    text: str
    places: list[Place]
    agencies: list[Agency]
    titles: list[Named]
    numbers: list[Named]
    times: list[Moment]
    quantities: list[Quantity]
    today: date


def mentions(text: str, today: date) -> Mentions:
    """Find places, bodies, titles, numbers, times and quantities in ``text``."""
    found = places(text, today)
    return Mentions(
        text, found, agencies(text, found), titles(text), numbers(text), moments(text, today), quantities(text), today
    )
