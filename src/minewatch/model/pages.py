"""A page: a finished document of blocks that HTML, Word and text lay out alike. Use cases build pages; reports decide nothing.

A cell is a text in two languages, words that are the same in both, a number, or None where there is nothing (shown as a dash).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from minewatch.model.text import Text
from minewatch.model.views import SeriesView

Cell = Text | str | int | float | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the page."""

    text: Text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: named columns, and rows with a cell for each. ``empty`` is said where there is no row."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: Text


@dataclass(frozen=True, slots=True)
class Curve:
    """A load curve and the sentence that tells it.

    ``until`` (standard time of the meter) is where it fell; ``marks`` are more moments with their names, such as a deadline.
    ``days_apart`` adds the picture of each day from 00:00 to 24:00 and the daily mean below, where there is room.
    """

    series: SeriesView
    until: datetime | None
    caption: Text
    marks: tuple[tuple[datetime, Text], ...] = ()
    days_apart: bool = True


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one a name, from 0; ``unit`` is the unit of the values."""

    bars: tuple[tuple[Text, float], ...]
    unit: Text
    caption: Text


DotKind = Literal["off", "running", "open"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One site on a map: WGS-84 degrees, mining power in kW (None: not known), and what the data last said."""

    latitude: float
    longitude: float
    kw: float | None
    kind: DotKind


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Sites by their coordinates; ``names`` are places (name, latitude, longitude) written beside them."""

    dots: tuple[Dot, ...]
    names: tuple[tuple[Text, float, float], ...]
    caption: Text


Block = Heading | Paragraph | Grid | Curve | Bars | SiteMap


@dataclass(frozen=True, slots=True)
class PageView:
    """A page; ``label`` (rehearsal, simulated data) stands on every sheet of it."""

    title: Text
    label: Text | None
    made: Text
    made_at: datetime
    blocks: tuple[Block, ...]
