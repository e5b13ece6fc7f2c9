"""Read what people typed into forms: empty fields are nothing, numbers may have thousands set apart."""

import math
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.notices import NoticeOrder
from minewatch.web.context import Visitor, Who

MOST_LETTERS = 4000
"""The longest text of a form's field."""
Typed = Annotated[str, Form(max_length=MOST_LETTERS)]
"""A text of a form's field."""


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


def notice_order(
    who: Who,
    pack: Typed,
    number: Typed,
    by: Typed,
    how: Typed = "in person",
    deadline: Typed = "",
    until: Typed = "",
    because: Typed = "",
) -> NoticeOrder:
    """Return the notice that a form orders, for one case or for all that wait."""
    return NoticeOrder(
        pack=pack, by=by, number=number, how=how, deadline=deadline, until=optional_moment(who, until), because=because
    )


Ordered = Annotated[NoticeOrder, Depends(notice_order)]
"""The notice that a form orders, for routes."""
