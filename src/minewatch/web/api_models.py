"""What crosses the border of the API: problems, receipts, and the rules that every text and time from outside is held to."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from minewatch.usecases.cases import Receipt

FIRST_YEAR, LAST_YEAR = 1990, 2200
WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _usable(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"a time between {FIRST_YEAR} and {LAST_YEAR} is expected")
    return at


def _readable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text must not hold NUL")
    return text


def _written(value: object) -> object:
    """Refuse numbers, which would be taken as seconds since 1970: a day and a time are written out (ISO 8601)."""
    if not (isinstance(value, date) or (isinstance(value, str) and WRITTEN.match(value))):
        raise ValueError("write it as 2021-06-17, a time as 2021-06-17T22:00:00+08:00")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_usable)]
"""A time with its offset, such as ``2021-06-17T22:00:00+08:00``."""
Day = Annotated[date, BeforeValidator(_written)]
"""A day, such as ``2021-06-17``."""
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""An instant in UTC as the ledger writes it, such as ``2021-06-17T14:00:00.000000Z``."""
MaybeMoment = Annotated[Moment | None, BeforeValidator(lambda value: value or None)]
"""An instant in UTC, null where there is none."""
Short = Annotated[str, StringConstraints(max_length=300), AfterValidator(_readable)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_readable)]
Long = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_readable)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_readable)]
Division = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""A division's code of GB/T 2260."""
Digest = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
"""A SHA-256 in hexadecimal, empty for none."""
Power = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Given(BaseModel):
    """What a caller sends: a field that is not asked for is refused, never passed on."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answered(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True)


class Problem(Answered):
    """An error (RFC 9457); ``remedy`` says what to do about it."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    remedy: str = ""


class Done(Answered):
    """The receipt of a step: the case or campaign, its version now, and the events that were written."""

    stream: str
    version: int
    events: list[str]


def done(receipt: Receipt) -> Done:
    """Return a receipt as the API tells it."""
    return Done(stream=receipt.stream, version=receipt.version, events=list(receipt.events))


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the description of a route says of its errors."""
    words: Mapping[int, str] = {
        400: "What was sent cannot be used",
        401: "No token, or one that has ended",
        403: "The person, the law or the procedure does not allow it; a refused person is put on record",
        404: "There is no such thing",
        409: "Somebody else was faster, or the thing exists already",
        413: "Too large",
        429: "Too many requests; come again after Retry-After seconds",
        503: "The workspace or its database is not ready",
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words[status], "content": content} for status in statuses}


def api_router(path: str, tag: str, *more: int) -> APIRouter:
    """Return a router of the API under ``path``; every route may answer with the usual problems and those of ``more``."""
    usual = problems(400, 401, 403, 413, 429, 503, *more)
    return APIRouter(
        prefix=f"/api/v1{path}", tags=[tag], responses=usual, generate_unique_id_function=lambda route: route.name
    )
