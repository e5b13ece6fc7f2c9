"""Read what people typed into forms: empty fields are nothing, numbers may have thousands set apart."""

import math
from datetime import date, datetime

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.web.context import Visitor

MOST_LETTERS = 4000
"""The longest text of a form's field."""


def optional_number(text: str, words: Text) -> float | None:
    """Return a number from nought up, None for an empty field; ``InputError`` names the field otherwise."""
    plain = text.strip().replace(",", "").replace("，", "")
    if not plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise InputError(
            Text(f"{words.en}: {text!r} is no number from nought up.", f"{words.zh}：{text!r} 不是有效数字。"),
            remedy=Text("Write digits, such as 280.", "请填写数字，如 280。"),
        )
    return value


def optional_count(text: str, words: Text) -> int | None:
    """Return a whole number from nought up, None for an empty field; ``InputError`` names the field otherwise."""
    value = optional_number(text, words)
    if value is not None and value != int(value):
        raise InputError(
            Text(f"{words.en}: {text!r} is no whole number.", f"{words.zh}：{text!r} 不是整数。"),
            remedy=Text("Write digits, such as 280.", "请填写数字，如 280。"),
        )
    return None if value is None else int(value)


def optional_moment(who: Visitor, text: str) -> datetime | None:
    """Return a time of the workspace's zone, None for an empty field."""
    return who.office.instant(text.strip()) if text.strip() else None


def moment_or_now(who: Visitor, text: str) -> datetime:
    """Return a time of the workspace's zone, the time now for an empty field."""
    return optional_moment(who, text) or who.turn.at


def day_of(text: str) -> date | None:
    """Return a day, None for an empty field; ``InputError`` for what is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is no day.", f"{text!r} 不是日期。"),
            remedy=Text("Write it as 2021-06-18.", "请写作 2021-06-18。"),
        ) from error
