"""A query of findings read from plain texts (an address line, a form, options) and written back as such."""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from minewatch.model.days import day_of
from minewatch.model.errors import InputError
from minewatch.model.findings_views import LARGEST_PAGE, SORTS, FindingQuery
from minewatch.model.reasons import REASONS
from minewatch.model.text import Text
from minewatch.model.triage import STATUSES

LONGEST_TEXT = 200
_DEFAULT = FindingQuery()
_NUMBERS = ("least", "most", "least_kw", "most_kw")
_DAYS = ("since_from", "since_to")
_COUNTS = ("page", "size")


def read_query(values: Mapping[str, str]) -> FindingQuery:
    """Read a query; names it does not know and empty values are passed over. ``InputError`` for what cannot be used."""
    found: dict[str, Any] = {}
    for name in (field.name for field in fields(FindingQuery)):
        text = values.get(name, "").strip()
        if not text:
            continue
        if len(text) > LONGEST_TEXT:
            raise InputError(
                Text(f"{name} is too long.", f"{name} 过长。"),
                remedy=Text(f"Give at most {LONGEST_TEXT} characters.", f"最多 {LONGEST_TEXT} 个字符。"),
            )
        found[name] = _value(name, text)
    query = replace(_DEFAULT, **found)
    if query.sort not in SORTS:
        raise InputError(
            Text(f"Nothing is sorted by {query.sort!r}.", f"不能按“{query.sort}”排序。"),
            remedy=Text(f"Sort by one of: {', '.join(SORTS)}.", f"可选排序：{'、'.join(SORTS)}。"),
        )
    if query.status and query.status != "todo" and query.status not in STATUSES:
        raise InputError(
            Text(f"There is no status {query.status!r}.", f"没有状态“{query.status}”。"),
            remedy=Text(f"One of: todo, {', '.join(STATUSES)}.", f"可选：todo、{'、'.join(STATUSES)}。"),
        )
    if query.reason and query.reason not in REASONS:
        raise InputError(
            Text(f"Nothing is suspected for {query.reason!r}.", f"没有疑点理由“{query.reason}”。"),
            remedy=Text(f"One of: {', '.join(REASONS)}.", f"可选：{'、'.join(REASONS)}。"),
        )
    if query.division not in {"", "unplaced"} and not (query.division.isdigit() and len(query.division) == 6):
        raise InputError(
            Text(f"{query.division!r} is no division code.", f"“{query.division}”不是行政区划代码。"),
            remedy=Text("Write six digits, such as 511824.", "请写六位数字，如 511824。"),
        )
    return query


def _value(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return _number(name, text)
    if name in _COUNTS:
        most = LARGEST_PAGE if name == "size" else 10**9
        if not text.isdecimal() or not 1 <= int(text[:12]) <= most:
            raise InputError(
                Text(f"{name} cannot be {text!r}.", f"{name} 不能为“{text}”。"),
                remedy=Text(f"Give a whole number from 1 to {most}.", f"请给出 1 至 {most} 的整数。"),
            )
        return int(text)
    if name in _DAYS:
        return day_of(text)
    if name == "descending":
        return text not in {"0", "no", "false"}
    return text


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            Text(f"{name} cannot be {text!r}.", f"{name} 不能为“{text}”。"),
            remedy=Text("Give a number, such as 0.5.", "请给出数值，如 0.5。"),
        )
    return value


def written(query: FindingQuery, **changes: Any) -> dict[str, str]:
    """Return what differs from an empty query as texts, with ``changes`` made: what an address line takes."""
    changed = replace(query, **changes)
    out = {}
    for field in fields(FindingQuery):
        value = getattr(changed, field.name)
        if value != getattr(_DEFAULT, field.name):
            out[field.name] = ("1" if value else "0") if isinstance(value, bool) else str(value)
    return out
