"""A day as people type it: one reading of it for forms, queries and bulletins."""

from datetime import date

from minewatch.model.errors import InputError
from minewatch.model.text import Text

SHOWN = 40
"""Letters of a wrong text that the error repeats."""


def day_of(text: str) -> date:
    """Return the day that ``text`` writes out (ISO 8601); ``InputError`` for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text[:SHOWN]!r} is no day.", f"“{text[:SHOWN]}”不是日期。"),
            remedy=Text("Write it as 2021-06-17.", "请写作 2021-06-17。"),
        ) from error


def optional_day(text: str | None) -> date | None:
    """Return the day, None where nothing is written; ``InputError`` for what is no day."""
    return day_of(text.strip()) if text is not None and text.strip() else None
