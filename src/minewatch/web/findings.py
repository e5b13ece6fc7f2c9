"""Findings: the list, one finding in full, decisions on one or many, the budget of visits, exports."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, Response

from minewatch.model.errors import InputError
from minewatch.model.findings_views import FindingQuery, TriageReceipt
from minewatch.model.reasons import REASONS
from minewatch.model.text import Text
from minewatch.model.triage import DISMISS_REASONS, NOTICED, STATUSES
from minewatch.usecases import budget as budgets
from minewatch.usecases import findings as use
from minewatch.usecases import triage
from minewatch.usecases.finding_curve import curve, traced
from minewatch.usecases.findings_query import read_query, written
from minewatch.usecases.findings_sheet import handed_out
from minewatch.web.context import Visitor, Who
from minewatch.web.findings_charts import budget_figure, curve_figure, heat_figure, peers_figure
from minewatch.web.pages import download, page, see_other

router = APIRouter(prefix="/findings")

DEFAULT = FindingQuery(status="todo", least=NOTICED)
"""What the list shows when nothing is asked for: what waits and is noticeable."""
DEFAULT_VISITS = 20
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PLANNED_BY = ("run", "division", "text", "reason", "least_kw", "most_kw", "since_from", "since_to")
"""What a plan of visits takes over from the list's filter."""
LONG = 4_000


def _asked(values: Mapping[str, str]) -> FindingQuery:
    """Return the query of an address line; ``status=all`` is any status, nothing at all is the list's default."""
    if not values:
        return DEFAULT
    given = dict(values)
    if given.get("status") == "all":
        given["status"] = ""
    return read_query(given)


def _line(query: FindingQuery, **changes: Any) -> str:
    """Write a query as an address line; any status is said, so that it is not taken for the default."""
    texts = written(query, **changes)
    return urlencode({"status": "all", **texts})


def _list_path(query: FindingQuery) -> str:
    return f"/findings?{_line(query)}"


def _path(run: str, meter: str, query: FindingQuery) -> str:
    return f"/findings/{quote(run)}/{quote(meter)}?{_line(query)}"


@router.get("")
def listed(request: Request, who: Who) -> Response:
    """Show one page of findings."""
    view = use.listed(turn=who.turn, query=_asked(request.query_params))
    return page(
        request,
        who,
        "findings.html",
        view=view,
        q=view.query,
        line=lambda **changes: _line(view.query, **changes),
        statuses=STATUSES,
        reasons=tuple(DISMISS_REASONS.values()),
        campaigns=use.open_campaigns(who.turn),
        reason_names={code: reason.name for code, reason in REASONS.items()},
        places={code: name for code, name, _ in view.divisions},
        may_decide=bool(who.actor.roles & use.DECIDERS),
    )


@router.get("/export.{kind}")
def export(request: Request, who: Who, kind: str) -> Response:
    """Hand out everything that the filter matches as a file; the ledger records it."""
    if kind not in MEDIA:
        raise InputError(
            Text(f"There is no file of kind {kind!r}.", f"没有“{kind}”类文件。"),
            remedy=Text("Ask for csv or xlsx.", "可选 csv 或 xlsx。"),
        )
    content = handed_out(turn=who.turn, query=_asked(request.query_params), kind=kind, language=who.language)
    return download(content, f"findings-{who.turn.at:%Y%m%d-%H%M}.{kind}", MEDIA[kind])


@router.post("/decide")
def decide(
    *,
    who: Who,
    what: Annotated[str, Form(max_length=20)],
    run: Annotated[str, Form(max_length=60)],
    meter: Annotated[list[str] | None, Form()] = None,
    everything: Annotated[str, Form(max_length=5)] = "",
    expected: Annotated[int | None, Form()] = None,
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=LONG)] = "",
    campaign: Annotated[str, Form(max_length=200)] = "",
    line: Annotated[str, Form(max_length=LONG)] = "",
    then: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Decide on the chosen findings, then show the list again, or the finding ``then``."""
    query = replace(_asked(dict(parse_qsl(line))), run=run)
    if everything:
        chosen = triage.Selection(run=run, query=query, expected=expected)
    else:
        chosen = triage.Selection(run=run, meters=tuple(meter or ()))
    receipt = _decided(who, what, chosen, reason=reason, note=note, campaign=campaign)
    message = receipt.sentence
    if receipt.left:
        why = receipt.left[0]
        message = Text(f"{message.en} {why[0]}: {why[1].en}.", f"{message.zh}{why[0]}：{why[1].zh}。")
    return see_other(_path(run, then, query) if then else _list_path(query), message)


def _decided(
    who: Visitor, what: str, chosen: triage.Selection, *, reason: str, note: str, campaign: str
) -> TriageReceipt:
    if what == "accept":
        return triage.accept(turn=who.turn, chosen=chosen, note=note)
    if what == "dismiss":
        return triage.dismiss(turn=who.turn, chosen=chosen, reason=reason, note=note)
    if what == "undo":
        return triage.undo(turn=who.turn, chosen=chosen, note=note)
    if what == "open":
        fresh = secrets.token_hex(16)
        return triage.open_for(turn=who.turn, chosen=chosen, campaign=campaign, fresh=fresh, note=note)
    raise InputError(
        Text(f"Nothing is called {what!r}.", f"没有名为“{what}”的操作。"),
        remedy=Text("Accept, dismiss, open or undo.", "可选采信、排除、立案或撤销。"),
    )


def _means(visits: int | None, hours: float | None, teams: int, each: float) -> budgets.Means:
    if visits is None and hours is None:
        return budgets.Means(visits=DEFAULT_VISITS)
    if hours is not None:
        return budgets.Means(hours=hours, teams=teams, hours_a_visit=each)
    return budgets.Means(visits=visits)


def _plan_query(request: Request) -> FindingQuery:
    """Return the findings a plan is made among: those that wait, filtered as the list was."""
    values = {name: text for name, text in request.query_params.items() if name in PLANNED_BY}
    return read_query({"status": "todo", **values})


@router.get("/budget")
def budget(
    request: Request,
    who: Who,
    visits: Annotated[str, Query(max_length=10)] = "",
    hours: Annotated[str, Query(max_length=10)] = "",
    teams: Annotated[str, Query(max_length=10)] = "",
    each: Annotated[str, Query(max_length=10)] = "",
    prevalence: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show what a number of visits, or hours of teams, buys."""
    asked = {"visits": visits, "hours": hours, "teams": teams, "each": each, "prevalence": prevalence}
    view, query = _budget(request, who, asked)
    return page(
        request,
        who,
        "findings_budget.html",
        view=view,
        told=budgets.told(view),
        asked=asked,
        figure=f"/findings/budget.json?{request.url.query}",
        chosen=_line(query, least=round(view.threshold - 5e-7, 6), status="todo"),
    )


@router.get("/budget.json")
def budget_curve(request: Request, who: Who) -> Response:
    """Return the curve of hits over visits as a figure."""
    names = ("visits", "hours", "teams", "each", "prevalence")
    view, _ = _budget(request, who, {name: request.query_params.get(name, "") for name in names})
    return JSONResponse(budget_figure(view, who.language))


def _budget(request: Request, who: Visitor, asked: Mapping[str, str]) -> tuple[Any, FindingQuery]:
    numbers = {name: _number(name, text) for name, text in asked.items() if text.strip()}
    visits = numbers.get("visits")
    means = _means(
        None if visits is None else int(visits),
        numbers.get("hours"),
        int(numbers.get("teams", 1)),
        numbers.get("each", 2.0),
    )
    query = _plan_query(request)
    share = numbers.get("prevalence")
    view = budgets.budget(turn=who.turn, means=means, query=query, prevalence=None if share is None else share / 100)
    return view, query


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
        int(value)
    except (ValueError, OverflowError) as error:
        raise InputError(
            Text(f"{name} cannot be {text!r}.", f"{name} 不能为“{text}”。"),
            remedy=Text("Give a number.", "请给出数值。"),
        ) from error
    return value


@router.get("/{run}/curve.json/{meter:path}")
def curve_json(who: Who, run: str, meter: str) -> Response:
    """Return the load with the estimated mining part as a figure."""
    return JSONResponse(curve_figure(curve(turn=who.turn, run=run, meter=meter), who.language))


@router.get("/{run}/heat.json/{meter:path}")
def heat_json(who: Who, run: str, meter: str) -> Response:
    """Return the load by day and time of day as a figure."""
    return JSONResponse(heat_figure(curve(turn=who.turn, run=run, meter=meter).series, who.language))


@router.get("/{run}/peers.json/{meter:path}")
def peers_json(who: Who, run: str, meter: str) -> Response:
    """Return the peers' probabilities as a figure."""
    found = use.shown(turn=who.turn, run=run, meter=meter)
    return JSONResponse(peers_figure(found.peers, found.line.probability, who.language))


@router.get("/{run}/sources/{meter:path}")
def sources(request: Request, who: Who, run: str, meter: str) -> Response:
    """Show the files and lines that the readings came from."""
    found = traced(turn=who.turn, run=run, meter=meter)
    back = f"/findings/{quote(run)}/{quote(meter)}"
    return page(request, who, "findings_sources.html", meter=meter, files=found, back=back)


@router.get("/{run}/{meter:path}")
def shown(request: Request, who: Who, run: str, meter: str) -> Response:
    """Show one finding in full."""
    query = _asked(request.query_params)
    view = use.shown(turn=who.turn, run=run, meter=meter, query=query)
    place = f"{quote(run)}/{{}}/{quote(meter)}"
    return page(
        request,
        who,
        "findings_one.html",
        view=view,
        one=view.line,
        back=_list_path(query),
        line=_line(query),
        before=_path(run, view.before, query) if view.before else "",
        after=_path(run, view.after, query) if view.after else "",
        figures={name: f"/findings/{place.format(name + '.json')}" for name in ("curve", "heat", "peers")},
        sources=f"/findings/{place.format('sources')}",
        reasons=tuple(DISMISS_REASONS.values()),
        dismissed_for=DISMISS_REASONS.get(view.line.reason_code),
        statuses=STATUSES,
    )
