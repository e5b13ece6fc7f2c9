"""The steps of a case in the API: each gives one command to one case and answers with its receipt."""

from datetime import datetime
from typing import Annotated

from fastapi import Header, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from minewatch.model.case_views import VisitReceipt
from minewatch.model.events import utc_text
from minewatch.usecases import steps
from minewatch.usecases.measures import MeasureOrder, Offer, offers, set_categories, take_measures
from minewatch.usecases.notices import NoticeOrder, serve
from minewatch.usecases.photos import MOST_BYTES, keep_photo
from minewatch.usecases.stops import verify_stops
from minewatch.usecases.visit_reports import MOST_CHECKS, MOST_PEOPLE, MOST_PHOTOS, VisitReport, send_visit
from minewatch.web.api_caller import Called, Caller
from minewatch.web.api_models import (
    Answered,
    Count,
    Digest,
    Done,
    Given,
    Instant,
    Long,
    MaybeMoment,
    Name,
    Power,
    Reason,
    Short,
    api_router,
    done,
)

router = api_router("/cases/{case}", "steps of a case", 404, 409)


class NoticeGiven(Given):
    """A notice to serve. ``deadline`` is the id of the pack's deadline where it has several; ``until`` one of your own."""

    pack: Name
    number: Name
    by: Name
    how: Short = "in person"
    deadline: Short = ""
    until: Instant | None = None
    because: Long = ""


class NoticeServed(Answered):
    """The receipt and the text as it was served."""

    receipt: Done
    text: str


class ExtensionGiven(Given):
    """More time."""

    until: Instant
    reason: Reason
    by: Name


class ReturnGiven(Given):
    """A self-inspection return as it came in; ``received_at`` none: now."""

    kind: steps.ReturnKind
    signed_by: Short = ""
    received_at: Instant | None = None
    stopped_at: Instant | None = None
    machines: Count | None = None
    hash_rate_ths: Power | None = None
    power_kw: Power | None = None
    document_digest: Digest = ""
    note: Long = ""


class VerificationAsked(Given):
    """Judge by readings up to ``as_of``; none: up to now."""

    as_of: Instant | None = None


class Verified(Answered):
    """What the data says of the stop: likeliest, earliest and latest time, and why it cannot tell where it cannot."""

    receipts: list[Done]
    outcome: str
    stopped_at: MaybeMoment
    stopped_from: MaybeMoment
    stopped_to: MaybeMoment
    resumed_at: MaybeMoment
    remaining_kw: float | None
    exact: bool
    why: str
    evidence: list[str]


class VisitGiven(Given):
    """An inspection on site; photos and signatures by the SHA-256 under which they were sent before, checks ``item=answer``."""

    at: Instant
    inspectors: Annotated[list[Name], Field(min_length=1, max_length=MOST_PEOPLE)]
    found: Reason
    machines: Count | None = None
    running: bool | None = None
    location: Short = ""
    checks: Annotated[list[Short], Field(default_factory=list, max_length=MOST_CHECKS)]
    photos: Annotated[list[Digest], Field(default_factory=list, max_length=MOST_PHOTOS)]
    signatures: Annotated[list[Digest], Field(default_factory=list, max_length=MOST_PEOPLE)]


class PhotoKept(Answered):
    """The SHA-256 that names the photo from now on."""

    digest: str


class CategoriesGiven(Given):
    """Which categories of a pack the site falls under."""

    pack: Name
    categories: Annotated[list[Name], Field(min_length=1, max_length=50)]
    reason: Reason
    by: Name


class MeasuresTaken(Given):
    """Which measures of a pack are taken; ``acting`` where the pack names nobody."""

    pack: Name
    measures: Annotated[list[Name], Field(min_length=1, max_length=50)]
    by: Name
    acting: Short = ""
    because: Long = ""
    amount_cny: Annotated[str, Field(pattern=r"^([0-9]{1,12}(\.[0-9]{1,2})?)?$")] = ""
    note: Long = ""


class LiftGiven(Given):
    """A measure to take back."""

    measure: Name
    reason: Reason
    by: Name


class DisputeGiven(Given):
    """What somebody disputes."""

    kind: steps.DisputeKind
    raised_by: Name
    grounds: Reason


class SettlementGiven(Given):
    """The decision on the open dispute."""

    upheld: bool
    reason: Reason
    by: Name


class RestorationGiven(Given):
    """The decision to give supply back; ``effective_at`` none: now."""

    by: Name
    basis: Reason
    effective_at: Instant | None = None


class ReferralGiven(Given):
    """Where the case is handed to, under which section of which pack."""

    target: steps.ReferralTarget
    body: Name
    pack: Name
    section: Name
    by: Name
    note: Long = ""
    because: Long = ""


class ClosingGiven(Given):
    """Why the case is closed."""

    reason: Reason
    by: Name


StepCommand = (
    steps.ExtendDeadline
    | steps.RecordReturn
    | steps.LiftMeasure
    | steps.Dispute
    | steps.SettleDispute
    | steps.Restore
    | steps.Close
)


def _give(caller: Caller, case: str, command: StepCommand) -> Done:
    (receipt,) = steps.give(turn=caller.turn, cases=[case], command=command)
    return done(receipt)


def _text(at: datetime | None) -> str:
    return utc_text(at) if at else ""


@router.post("/notices", status_code=201)
def serve_notice(caller: Called, case: str, notice: NoticeGiven) -> NoticeServed:
    """Serve a notice: text, deadline and section come from the pack in force that day."""
    order = NoticeOrder(
        pack=notice.pack,
        by=notice.by,
        number=notice.number,
        how=notice.how,
        deadline=notice.deadline,
        until=notice.until,
        because=notice.because,
    )
    served = serve(turn=caller.turn, cases=[steps.case_id(case)], order=order)
    return NoticeServed(receipt=done(served.receipts[0]), text=next(iter(served.texts.values())))


@router.post("/extensions", status_code=201)
def extend_deadline(caller: Called, case: str, extension: ExtensionGiven) -> Done:
    """Give more time, with a reason."""
    command = steps.ExtendDeadline(deadline=extension.until, reason=extension.reason, by=extension.by)
    return _give(caller, case, command)


@router.post("/returns", status_code=201)
def record_return(caller: Called, case: str, given: ReturnGiven) -> Done:
    """Record a self-inspection return; one that says stopped while the data says running becomes a contradiction."""
    received = given.received_at or caller.turn.at
    command = steps.RecordReturn(**{**given.model_dump(), "received_at": received})
    return _give(caller, case, command)


@router.post("/verifications", status_code=201)
def verify_stop(caller: Called, case: str, asked: VerificationAsked) -> Verified:
    """Judge whether and when the site stopped and put the verdict on record."""
    turn = caller.turn
    lake = caller.office.workspace.lake()
    (judged,), receipts = verify_stops(turn=turn, lake=lake, cases=[steps.case_id(case)], as_of=asked.as_of or turn.at)
    said = judged.command
    return Verified(
        receipts=[done(one) for one in receipts],
        outcome=said.outcome.value,
        stopped_at=_text(said.stopped_at),
        stopped_from=_text(said.stopped_from),
        stopped_to=_text(said.stopped_to),
        resumed_at=_text(said.resumed_at),
        remaining_kw=said.remaining_kw,
        exact=judged.exact,
        why=said.why,
        evidence=list(said.evidence),
    )


@router.post(
    "/photos",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def send_photo(caller: Called, case: str, request: Request) -> PhotoKept:
    """Keep a photo (JPEG, PNG, WebP, HEIC) for a visit to come; sent again it is the same photo."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            break
    return PhotoKept(digest=await run_in_threadpool(_keep, caller, case, content))


def _keep(caller: Caller, case: str, content: bytes) -> str:
    return keep_photo(turn=caller.turn, case=steps.case_id(case), content=content)


@router.post("/visits", status_code=201)
def record_visit(
    caller: Called,
    case: str,
    visit: VisitGiven,
    key: Annotated[str, Header(alias="Idempotency-Key", max_length=40, description="A UUID of the report's own.")],
) -> VisitReceipt:
    """Record an inspection on site exactly once: sent again under its key, it gets the first receipt."""
    report = VisitReport(
        submission=key,
        case=steps.case_id(case),
        at=visit.at,
        inspectors=tuple(visit.inspectors),
        found=visit.found,
        machines=visit.machines,
        running=visit.running,
        location=visit.location,
        checks=tuple(visit.checks),
        photos=tuple(filter(None, visit.photos)),
        signatures=tuple(visit.signatures),
    )
    return send_visit(turn=caller.turn, report=report)


@router.post("/categories", status_code=201)
def say_categories(caller: Called, case: str, given: CategoriesGiven) -> Done:
    """Say which categories of an instrument the site falls under; those of other instruments stay."""
    (receipt,) = set_categories(
        turn=caller.turn,
        cases=[steps.case_id(case)],
        pack=given.pack,
        categories=given.categories,
        reason=given.reason,
        by=given.by,
    )
    return done(receipt)


@router.get("/measures")
def list_measures(caller: Called, case: str, pack: Annotated[str, Query(max_length=200)]) -> list[Offer]:
    """Tell the measures that a pack sets for the case's categories."""
    return list(offers(turn=caller.turn, case=steps.case_id(case), pack=pack))


@router.post("/measures", status_code=201)
def take_some_measures(caller: Called, case: str, given: MeasuresTaken) -> list[Done]:
    """Take measures that the pack sets for the case's categories."""
    order = MeasureOrder(**{**given.model_dump(), "measures": tuple(given.measures)})
    return [done(one) for one in take_measures(turn=caller.turn, case=steps.case_id(case), order=order)]


@router.post("/lifts", status_code=201)
def lift_measure(caller: Called, case: str, lift: LiftGiven) -> Done:
    """Take a measure back, with a reason."""
    return _give(caller, case, steps.LiftMeasure(**lift.model_dump()))


@router.post("/disputes", status_code=201)
def record_dispute(caller: Called, case: str, dispute: DisputeGiven) -> Done:
    """Put a dispute on record; until it is settled no measure is taken, nothing referred, nothing closed."""
    return _give(caller, case, steps.Dispute(**dispute.model_dump(), raised_at=caller.turn.at))


@router.post("/settlements", status_code=201)
def settle_dispute(caller: Called, case: str, settlement: SettlementGiven) -> Done:
    """Decide the open dispute."""
    return _give(caller, case, steps.SettleDispute(**settlement.model_dump()))


@router.post("/restorations", status_code=201)
def restore_supply(caller: Called, case: str, given: RestorationGiven) -> Done:
    """Give supply back: the recorded decision of a named person, with its basis."""
    command = steps.Restore(by=given.by, basis=given.basis, effective_at=given.effective_at or caller.turn.at)
    return _give(caller, case, command)


@router.post("/referrals", status_code=201)
def refer_case(caller: Called, case: str, given: ReferralGiven) -> Done:
    """Hand the case to another body."""
    order = steps.ReferralOrder(**given.model_dump())
    (receipt,) = steps.refer(turn=caller.turn, cases=[case], order=order)
    return done(receipt)


@router.post("/closings", status_code=201)
def close_case(caller: Called, case: str, closing: ClosingGiven) -> Done:
    """Close the case, with a reason."""
    return _give(caller, case, steps.Close(reason=closing.reason, by=closing.by))
