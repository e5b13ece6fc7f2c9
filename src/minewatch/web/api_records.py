"""The record in the API: who one is, tips, the ledger's head, proof and events, the audit trail."""

import secrets
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from minewatch.model.actors import PERMISSIONS, Role
from minewatch.model.text import Text
from minewatch.model.trail_views import TrailPage
from minewatch.usecases import ledgering, tips, trail_search
from minewatch.usecases.pulls import pull_events
from minewatch.usecases.trail import exported
from minewatch.web.api_caller import Called
from minewatch.web.api_cases import Cursor, Event, Limit, event_told
from minewatch.web.api_models import Answered, Division, Given, Long, MaybeMoment, Name, Reason, api_router, problems
from minewatch.web.context import console_of

router = api_router("", "record")


class Me(Answered):
    """The token's owner, and what that person may do."""

    name: str
    roles: list[Role]
    divisions: list[str]
    permissions: list[str]


class TipGiven(Given):
    """A tip as it comes in; what is said and who said it are kept as personal data."""

    category: Name
    division: Division
    what: Reason
    informant: Long = ""
    contact: Long = ""
    pack: Name = tips.HOTLINE


class TipTaken(Answered):
    """The number of the tip."""

    id: str


class TipCategory(Answered):
    """A category of tips that a hotline takes."""

    id: str
    text: Text


class TipRead(Answered):
    """A tip with what was said; ``erased`` once an administrator erased it."""

    id: str
    at: MaybeMoment
    category: str
    division: str
    pack: str
    what: str = ""
    informant: str = ""
    contact: str = ""
    erased: bool = False


class Head(Answered):
    """The last position and hash of the ledger."""

    position: int
    hash: str


class FaultTold(Answered):
    """One place where the ledger is not as it was written."""

    code: str
    position: int
    stream: str
    text: Text


class Verification(Answered):
    """What verifying the ledger found; no faults: nothing was changed."""

    events: int
    head: Head
    faults: list[FaultTold]


class Events(Answered):
    """Events in order. Ask again with ``cursor`` for those after them."""

    items: list[Event]
    cursor: str
    more: bool


@router.get("/me")
def who_am_i(caller: Called) -> Me:
    """Tell whose token this is and what that person may do."""
    actor = caller.actor
    may = [name for name, roles in PERMISSIONS.items() if roles & actor.roles]
    return Me(name=actor.name, roles=sorted(actor.roles), divisions=list(actor.divisions), permissions=sorted(may))


@router.get("/tip-categories", responses=problems(404))
def list_tip_categories(
    caller: Called, pack: Annotated[str, Query(max_length=200)] = tips.HOTLINE
) -> list[TipCategory]:
    """Tell the categories of tips that a hotline's notice names."""
    return [TipCategory(id=one, text=text) for one, text in tips.categories(caller.turn, pack)]


@router.post("/tips", status_code=201, responses=problems(404, 409))
def add_tip(caller: Called, tip: TipGiven) -> TipTaken:
    """Record a tip; the informant is kept secret."""
    return TipTaken(id=tips.add_tip(turn=caller.turn, tip=tips.Tip(**tip.model_dump()), fresh=secrets.token_hex(16)))


@router.get("/tips/{tip}", responses=problems(404))
def read_tip(caller: Called, tip: str) -> TipRead:
    """Tell a tip with what was said, to a supervisor of the place; the reading is put on record."""
    found = tips.read_tip(turn=caller.turn, tip=tip)
    return TipRead.model_validate({name: found[name] for name in TipRead.model_fields if name in found})


@router.get("/ledger/head")
def get_head(caller: Called) -> Head:
    """Tell the ledger's last position and hash."""
    head = ledgering.head(turn=caller.turn)
    return Head(position=head.position, hash=head.hash)


@router.get("/ledger/verification")
def verify_ledger(caller: Called) -> Verification:
    """Check every row of the ledger against the chain and the head."""
    found = ledgering.verify(log=caller.office.log, actor=caller.actor, at=caller.turn.at)
    faults = [
        FaultTold(code=one.code, position=one.position, stream=one.stream, text=ledgering.fault_text(one))
        for one in found.faults
    ]
    head = Head(position=found.head.position, hash=found.head.hash)
    return Verification(events=found.events, head=head, faults=faults)


@router.get("/ledger/events")
def list_events(caller: Called, updated_since: Cursor = "", limit: Limit = 100) -> Events:
    """Pull the events after a cursor, for who may export the ledger."""
    found, cursor, more = pull_events(turn=caller.turn, since=updated_since, limit=limit)
    return Events(items=[event_told(one) for one in found], cursor=cursor, more=more)


@router.get(
    "/ledger/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def export_ledger(
    caller: Called, after: Annotated[int, Query(ge=0, le=2**53, description="Only events after this position.")] = 0
) -> StreamingResponse:
    """Stream every event after a position as a line of JSON with all that its hash covers; put on record."""
    lines = ledgering.export(log=caller.office.log, actor=caller.actor, at=caller.turn.at, after=after)
    exported(caller.turn, "ledger", f"after {after}", "")
    return StreamingResponse((line + "\n" for line in lines), media_type="application/x-ndjson")


@router.get("/audit")
def search_trail(
    request: Request,
    caller: Called,
    *,
    person: Annotated[str, Query(max_length=200)] = "",
    thing: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    first_day: Annotated[str, Query(max_length=10)] = "",
    last_day: Annotated[str, Query(max_length=10)] = "",
    before: Annotated[str, Query(max_length=80, description="``older`` of the page before.")] = "",
) -> TrailPage:
    """Search who saw, changed, exported and was refused what, newest first."""
    query = trail_search.query_of(person=person, thing=thing, kind=kind, first_day=first_day, last_day=last_day)
    store = console_of(request).store
    return trail_search.search(turn=caller.turn, query=query, sights=store, before=before)
