"""Audit: who saw, changed and exported what; the ledger's proofs."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import Response

from minewatch.model.trail_views import TRAIL_KINDS, LedgerCheck
from minewatch.usecases.trail_ledger import check_ledger, take_anchor
from minewatch.usecases.trail_search import export, query_of, search
from minewatch.web.context import Visitor, Who
from minewatch.web.pages import download, page

router = APIRouter(prefix="/audit")

Words = Annotated[str, Query(max_length=200)]
Field = Annotated[str, Form(max_length=200)]
MOST_ANCHOR_BYTES = 100_000


@router.get("")
def audit(
    request: Request,
    who: Who,
    person: Words = "",
    thing: Words = "",
    kind: Words = "",
    first: Words = "",
    last: Words = "",
    before: Words = "",
) -> Response:
    """Show one page of the trail."""
    asked = {"person": person, "thing": thing, "kind": kind, "first": first, "last": last}
    return _show(request, who, asked, before=before)


def _show(
    request: Request, who: Visitor, asked: dict[str, str], *, before: str = "", checked: LedgerCheck | None = None
) -> Response:
    query = query_of(
        person=asked["person"],
        thing=asked["thing"],
        kind=asked["kind"],
        first_day=asked["first"],
        last_day=asked["last"],
    )
    who.console.flush()
    view = search(turn=who.turn, query=query, sights=who.console.store, before=before)
    older = urlencode({**{name: value for name, value in asked.items() if value}, "before": view.older})
    return page(
        request,
        who,
        "audit.html",
        view=view,
        asked=asked,
        kinds=TRAIL_KINDS,
        older=older if view.older else "",
        begun=not before,
        checked=checked,
    )


@router.post("/export")
def export_trail(
    who: Who,
    form: Field = "csv",
    person: Field = "",
    thing: Field = "",
    kind: Field = "",
    first: Field = "",
    last: Field = "",
) -> Response:
    """Hand the entries out; that is an entry itself."""
    query = query_of(person=person, thing=thing, kind=kind, first_day=first, last_day=last)
    who.console.flush()
    return download(*export(turn=who.turn, query=query, form=form, sights=who.console.store))


@router.post("/verify")
def verify_ledger(request: Request, who: Who, anchors: list[UploadFile] | None = None) -> Response:
    """Check the ledger, against anchors where some are given."""
    given = [(one.filename or "anchor", one.file.read(MOST_ANCHOR_BYTES)) for one in anchors or () if one.filename]
    checked = check_ledger(turn=who.turn, anchors=given)
    nothing = dict.fromkeys(("person", "thing", "kind", "first", "last"), "")
    return _show(request, who, nothing, checked=checked)


@router.post("/anchor")
def anchor(who: Who) -> Response:
    """Hand out the ledger's head."""
    return download(*take_anchor(turn=who.turn))
