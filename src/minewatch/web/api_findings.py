"""Findings of the API: listed and filtered a page at a time, shown in full, decided on with a reason."""

import secrets
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from minewatch.model.findings_views import FindingDetail, FindingQuery, FindingsPage, TriageReceipt
from minewatch.model.text import Text
from minewatch.usecases import findings as use
from minewatch.usecases import triage
from minewatch.usecases.findings_query import read_query
from minewatch.web.api_caller import Called
from minewatch.web.api_models import Answered, Day, Given, Long, Name, Short, api_router, problems

router = api_router("/findings", "findings", 404)
Some = Annotated[str, Query(max_length=200)]
Chance = Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)]
Kilowatts = Annotated[float | None, Query(ge=0, le=1e9, allow_inf_nan=False)]


class Decision(Given):
    """What is decided on findings of a run; ``run`` empty: the latest. A dismissal needs a reason of the catalogue."""

    what: Literal["accept", "dismiss", "undo", "open"]
    run: Annotated[str, Field(max_length=60)] = ""
    meters: Annotated[list[Name], Field(min_length=1, max_length=1000)]
    reason: Annotated[str, Field(max_length=40)] = ""
    note: Long = ""
    campaign: Short = ""


class Left(Answered):
    """A finding that was left alone, and why."""

    meter: str
    why: Text


class Decided(Answered):
    """What a decision led to."""

    done: list[str]
    left: list[Left]
    cases: list[str]


@router.get("")
def list_findings(
    caller: Called,
    *,
    run: Annotated[str, Query(max_length=60, description="None: the latest run.")] = "",
    status: Annotated[str, Query(max_length=20, description="A status, or todo for all that wait.")] = "",
    division: Annotated[str, Query(pattern=r"^([0-9]{6})?$")] = "",
    reason: Some = "",
    text: Some = "",
    least: Chance = None,
    most: Chance = None,
    least_kw: Kilowatts = None,
    most_kw: Kilowatts = None,
    since_from: Day | None = None,
    since_to: Day | None = None,
    sort: Annotated[str, Query(max_length=20)] = "probability",
    descending: bool = True,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FindingsPage:
    """Tell one page of the findings you may see, with how many there are of each status."""
    given = {"run": run, "status": status, "division": division, "reason": reason, "text": text, "sort": sort}
    checked = read_query(given)
    query = FindingQuery(
        run=checked.run,
        status=checked.status,
        division=checked.division,
        reason=checked.reason,
        text=checked.text,
        sort=checked.sort,
        least=least,
        most=most,
        least_kw=least_kw,
        most_kw=most_kw,
        since_from=since_from,
        since_to=since_to,
        descending=descending,
        page=page,
        size=size,
    )
    return use.listed(turn=caller.turn, query=query)


@router.post("/decisions", status_code=201, responses=problems(409))
def decide_findings(caller: Called, decision: Decision) -> Decided:
    """Accept, dismiss, take back, or open cases for findings: all of one call in one transaction."""
    receipt = _decide(caller, decision)
    left = [Left(meter=meter, why=why) for meter, why in receipt.left]
    return Decided(done=list(receipt.done), left=left, cases=list(receipt.cases))


def _decide(caller: Called, given: Decision) -> TriageReceipt:
    turn, chosen = caller.turn, triage.Selection(run=given.run, meters=tuple(given.meters))
    if given.what == "accept":
        return triage.accept(turn=turn, chosen=chosen, note=given.note)
    if given.what == "dismiss":
        return triage.dismiss(turn=turn, chosen=chosen, reason=given.reason, note=given.note)
    if given.what == "undo":
        return triage.undo(turn=turn, chosen=chosen, note=given.note)
    return triage.open_for(
        turn=turn, chosen=chosen, campaign=given.campaign, fresh=secrets.token_hex(16), note=given.note
    )


@router.get("/{run}/{meter}")
def get_finding(caller: Called, run: str, meter: str) -> FindingDetail:
    """Tell one finding in full: figures, reasons, other explanations, peers, what was decided."""
    return use.shown(turn=caller.turn, run=run, meter=meter)
