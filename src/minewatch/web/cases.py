"""Cases: the list, the page of one case, its photos and papers. Steps against somebody are in ``case_steps``."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from minewatch.usecases.case_choices import case_choices
from minewatch.usecases.case_downloads import (
    Download,
    bundle_of,
    case_file_of,
    letter_of,
    letters_ready,
    own_letters,
)
from minewatch.usecases.case_list import FLAGS, SORTS, CaseQuery, case_list
from minewatch.usecases.case_page import case_page
from minewatch.usecases.case_words import ANSWERS, DISPUTES, TARGETS
from minewatch.usecases.money_trial import money_trial
from minewatch.usecases.photos import open_photo
from minewatch.usecases.steps import case_id
from minewatch.web.context import Who
from minewatch.web.pages import download, page

router = APIRouter(prefix="/cases")

Short = Annotated[str, Query(max_length=200)]


@router.get("")
def listed(
    request: Request,
    who: Who,
    campaign: Short = "",
    state: Short = "",
    division: Short = "",
    flag: Short = "",
    words: Short = "",
    sort: Short = "number",
    descending: bool = False,  # noqa: FBT001, FBT002 - a parameter of the query
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
) -> Response:
    """Show one page of cases under filters."""
    query = CaseQuery(
        campaign=campaign,
        state=state,
        division=division,
        flag=flag,
        words=words,
        sort=sort,
        descending=descending,
        page=number,
    )
    view = case_list(turn=who.turn, query=query)

    def address(**changed: object) -> str:
        """Return the list's address with some of the question changed; what is empty is left out."""
        asked = {
            "campaign": campaign,
            "state": state,
            "division": division,
            "flag": flag,
            "words": words,
            "sort": sort if sort != "number" else "",
            "descending": "true" if descending else "",
            **changed,
        }
        told = urlencode({name: value for name, value in asked.items() if value})
        return f"/cases?{told}" if told else "/cases"

    return page(request, who, "cases.html", view=view, query=query, address=address, sorts=tuple(SORTS), flags=FLAGS)


@router.get("/{case}")
def one(request: Request, who: Who, case: str) -> Response:
    """Show a case."""
    identity = case_id(case)
    return page(
        request,
        who,
        "case.html",
        view=case_page(turn=who.turn, case=identity),
        choices=case_choices(turn=who.turn, case=identity),
        letters=letters_ready(turn=who.turn, case=identity),
        own_letters=own_letters(),
        answers=ANSWERS,
        disputes=DISPUTES,
        targets=TARGETS,
        now=f"{who.turn.at.astimezone(who.office.zone):%Y-%m-%dT%H:%M}",
    )


@router.get("/{case}/money")
def money(request: Request, who: Who, case: str, kwh: Short = "", kw: Short = "") -> Response:
    """Show what is owed, line by line with clause; nothing is recorded."""
    identity = case_id(case)
    view = case_page(turn=who.turn, case=identity)
    found = money_trial(turn=who.turn, case=identity, kwh=kwh.strip(), kw=kw.strip())
    return page(request, who, "case_money.html", view=view, money=found)


@router.get("/{case}/photos/{digest}")
def photo(who: Who, case: str, digest: str) -> Response:
    """Return a photo of a visit; what a browser cannot show is saved, never opened."""
    path, kind = open_photo(turn=who.turn, case=case_id(case), digest=digest)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    kept = "inline" if kind.shown else "attachment"
    return FileResponse(
        path,
        media_type=kind.media,
        filename=f"{digest[:16]}{kind.ending}",
        content_disposition_type=kept,
        headers=headers,
    )


@router.get("/{case}/letters/{kind}")
def letter(
    who: Who, case: str, kind: str, language: Literal["zh", "en"] = "zh", issuer: Short = "", contact: Short = ""
) -> Response:
    """Return a letter of the case as a Word document."""
    given = {"issuer": issuer, "contact": contact}
    return _handed(letter_of(turn=who.turn, case=case_id(case), kind=kind, language=language, given=given))


@router.get("/{case}/file.{form}")
def case_file(who: Who, case: str, form: Literal["html", "docx"]) -> Response:
    """Return the case file in the person's language."""
    return _handed(case_file_of(turn=who.turn, case=case_id(case), form=form, language=who.language))


@router.get("/{case}/bundle.zip")
def case_bundle(who: Who, case: str) -> Response:
    """Return the case as a signed bundle."""
    return _handed(bundle_of(turn=who.turn, case=case_id(case)))


def _handed(made: Download) -> Response:
    return download(made.content, made.name, made.media)
