"""The steps of a case as forms: each parses what was typed, gives one command to one case, and says what it led to."""

from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from minewatch.model.errors import InputError
from minewatch.model.letters import LetterKind
from minewatch.model.text import Text
from minewatch.usecases import measures, steps, stops
from minewatch.usecases.case_downloads import issued_letter
from minewatch.usecases.case_page import case_page
from minewatch.usecases.issue_letters import LetterToIssue
from minewatch.usecases.money_trial import keep_statement
from minewatch.usecases.notices import serve
from minewatch.usecases.uploads import uploaded_returns
from minewatch.usecases.wall_load import open_lake
from minewatch.web.context import Visitor, Who
from minewatch.web.pages import download, page, see_other
from minewatch.web.parsing import Ordered, Typed, moment_or_now, optional_count, optional_moment, optional_number

router = APIRouter(prefix="/cases/{case}")

Kind = TypeVar("Kind", steps.ReturnKind, steps.DisputeKind, steps.ReferralTarget, LetterKind)
Chosen = Annotated[list[str] | None, Form()]


def _done(case: str, text: Text) -> Response:
    return see_other(f"/cases/{steps.case_id(case)}", text)


def _give(who: Visitor, case: str, command: steps.Command, text: Text) -> Response:
    steps.give(turn=who.turn, cases=[case], command=command)
    return _done(case, text)


@router.post("/notice")
def notice(who: Who, case: str, order: Ordered) -> Response:
    """Serve a notice; text, deadline and section come from the pack in force today."""
    serve(turn=who.turn, cases=[steps.case_id(case)], order=order)
    return _done(case, Text("The notice is on record as served.", "通知送达已登记。"))


@router.post("/extend")
def extend(who: Who, case: str, until: Typed, reason: Typed, by: Typed) -> Response:
    """Give more time, with a reason."""
    command = steps.ExtendDeadline(deadline=who.office.instant(until), reason=reason, by=by)
    return _give(who, case, command, Text("More time is given.", "期限已延长。"))


@router.post("/return")
def record_return(
    who: Who,
    case: str,
    kind: Typed,
    signed_by: Typed,
    received: Typed = "",
    stopped_at: Typed = "",
    machines: Typed = "",
    hash_rate: Typed = "",
    kw: Typed = "",
    note: Typed = "",
) -> Response:
    """Record a self-inspection return that came on paper."""
    command = steps.RecordReturn(
        kind=_choice(steps.ReturnKind, kind),
        received_at=moment_or_now(who, received),
        signed_by=signed_by,
        stopped_at=optional_moment(who, stopped_at),
        machines=optional_count(machines, Text("machines", "矿机台数")),
        hash_rate_ths=optional_number(hash_rate, Text("hash rate", "算力")),
        power_kw=optional_number(kw, Text("power", "功率")),
        note=note,
    )
    return _give(who, case, command, Text("The return is recorded.", "自查报告已登记。"))


@router.post("/return-form")
def return_form(request: Request, who: Who, case: str, form: Annotated[UploadFile, File()]) -> Response:
    """Record the returns of a filled-in form, row by row; what could not be used is shown."""
    view = case_page(turn=who.turn, case=steps.case_id(case))
    content = form.file.read()
    done = uploaded_returns(
        turn=who.turn, name=form.filename or "", content=content, campaign=view.row.campaign or None
    )
    back = f"/cases/{view.row.id}"
    return page(request, who, "rows_taken.html", taken=done.receipts, issues=done.issues, doubles=(), back=back)


@router.post("/verify")
def verify(who: Who, case: str, as_of: Typed = "") -> Response:
    """Judge the stop by the readings and record what they say."""
    judged, _ = stops.verify_stops(
        turn=who.turn,
        lake=open_lake(who.office.workspace.lake_folder),
        cases=(steps.case_id(case),),
        as_of=moment_or_now(who, as_of),
    )
    outcome = judged[0].command.outcome.value.replace("_", " ")
    return _done(case, Text("The data says: {outcome}.", "数据结论已登记（{outcome}）。").format(outcome=outcome))


@router.post("/categories")
def categories(who: Who, case: str, pack: Typed, reason: Typed, by: Typed, category: Chosen = None) -> Response:
    """Say which categories of a pack the site falls under."""
    measures.set_categories(
        turn=who.turn, cases=[steps.case_id(case)], pack=pack, categories=category or [], reason=reason, by=by
    )
    return _done(case, Text("The categories are set.", "类别已确定。"))


@router.post("/measures")
def take_measures(
    who: Who,
    case: str,
    pack: Typed,
    by: Typed,
    measure: Chosen = None,
    acting: Typed = "",
    because: Typed = "",
    amount: Typed = "",
    note: Typed = "",
) -> Response:
    """Take measures that the pack sets for the case's categories."""
    if not measure:
        raise InputError(Text("No measure was chosen.", "未选择措施。"), remedy=Text("Choose one.", "请选择。"))
    order = measures.MeasureOrder(
        pack=pack, measures=tuple(measure), by=by, acting=acting, because=because, amount_cny=amount, note=note
    )
    measures.take_measures(turn=who.turn, case=steps.case_id(case), order=order)
    return _done(case, Text("The measures are on record.", "措施已登记。"))


@router.post("/letter")
def issue_letter(
    who: Who,
    case: str,
    kind: Typed,
    pack: Typed,
    section: Typed,
    number: Typed,
    by: Typed,
    until: Typed = "",
    how: Typed = "in person",
    because: Typed = "",
    issuer: Typed = "",
    contact: Typed = "",
    ask: Typed = "",
    language: Literal["zh", "en"] = "zh",
) -> Response:
    """Issue a letter that is no notice; the document comes as a download and is kept as it was issued."""
    given = {"issuer": issuer.strip(), "contact": contact.strip(), "ask": ask.strip()}
    order = LetterToIssue(
        kind=_choice(LetterKind, kind),
        pack=pack,
        section=section,
        number=number,
        by=by,
        language=language,
        until=optional_moment(who, until),
        how=how,
        because=because,
        given={name: value for name, value in given.items() if value},
    )
    made = issued_letter(turn=who.turn, case=steps.case_id(case), order=order)
    return download(made.content, made.name, made.media)


@router.post("/money")
def keep_money(who: Who, case: str, kind: Typed, kwh: Typed = "", kw: Typed = "") -> Response:
    """Keep a money statement with the case; nothing is decided by it."""
    keep_statement(turn=who.turn, case=steps.case_id(case), kind=kind, kwh=kwh.strip(), kw=kw.strip())
    return _done(case, Text("The statement is kept with the case.", "测算结果已附入案件。"))


@router.post("/lift")
def lift(who: Who, case: str, measure: Typed, reason: Typed, by: Typed) -> Response:
    """Take a measure back."""
    command = steps.LiftMeasure(measure=measure, reason=reason, by=by)
    return _give(who, case, command, Text("The measure is lifted.", "措施已解除。"))


@router.post("/dispute")
def dispute(who: Who, case: str, kind: Typed, raised_by: Typed, grounds: Typed) -> Response:
    """Put a dispute on record."""
    command = steps.Dispute(
        kind=_choice(steps.DisputeKind, kind), raised_by=raised_by, grounds=grounds, raised_at=who.turn.at
    )
    return _give(who, case, command, Text("The dispute is on record.", "异议已登记。"))


@router.post("/settle")
def settle(who: Who, case: str, upheld: Typed, reason: Typed, by: Typed) -> Response:
    """Decide the open dispute."""
    command = steps.SettleDispute(upheld=upheld == "yes", reason=reason, by=by)
    return _give(who, case, command, Text("The dispute is decided.", "异议已处理。"))


@router.post("/restore")
def restore(who: Who, case: str, basis: Typed, by: Typed, effective: Typed = "") -> Response:
    """Give supply back: the decision of a named person."""
    command = steps.Restore(by=by, basis=basis, effective_at=moment_or_now(who, effective))
    return _give(who, case, command, Text("The restoration is on record.", "恢复供电已登记。"))


@router.post("/refer")
def refer(
    who: Who,
    case: str,
    target: Typed,
    body: Typed,
    pack: Typed,
    section: Typed,
    by: Typed,
    note: Typed = "",
    because: Typed = "",
) -> Response:
    """Hand the case to another body."""
    order = steps.ReferralOrder(
        target=_choice(steps.ReferralTarget, target),
        body=body,
        pack=pack,
        section=section,
        by=by,
        note=note,
        because=because,
    )
    steps.refer(turn=who.turn, cases=[case], order=order)
    return _done(case, Text("The referral is on record.", "移送已登记。"))


@router.post("/close")
def close(who: Who, case: str, reason: Typed, by: Typed) -> Response:
    """Close the case."""
    return _give(who, case, steps.Close(reason=reason, by=by), Text("The case is closed.", "案件已结案。"))


def _choice(kinds: type[Kind], value: str) -> Kind:
    try:
        return kinds(value)
    except ValueError as error:
        raise InputError(
            Text(f"{value!r} cannot be chosen.", f"无法选择 {value!r}。"),
            remedy=Text(f"Choose one of: {', '.join(kinds)}.", f"请选择：{'、'.join(kinds)}。"),
        ) from error
