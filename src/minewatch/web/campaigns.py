"""Campaigns: list, open from packs, one campaign with duties, roll-up, site lists, notices to many, rounds of visits."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response

from minewatch.model.campaign_views import PlanView
from minewatch.model.casework_views import ROLL_UP_COLUMNS
from minewatch.model.days import optional_day
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import steps
from minewatch.usecases.campaign_pages import campaign_page, campaign_rows, packs_to_open, propose_rounds
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.case_downloads import bulletin_of, return_form_of
from minewatch.usecases.notices import serve_waiting
from minewatch.usecases.rounds import Team, next_days, plan_day
from minewatch.usecases.uploads import uploaded_sites
from minewatch.usecases.visits import Budget
from minewatch.web.context import Visitor, Who
from minewatch.web.pages import download, page, see_other
from minewatch.web.parsing import Ordered, Typed, moment_or_now, optional_count, optional_number

router = APIRouter(prefix="/campaigns")

Period = Literal["day", "week"]
Level = Literal["county", "city", "province"]
BUDGET = {"teams": "2", "hours": "8", "base": "", "on_site": "1.5"}
"""What the form of a plan says before anything was asked."""


@router.get("")
def listed(request: Request, who: Who) -> Response:
    """List the campaigns that concern the person, and offer to open one."""
    may_open = bool({"supervisor"} & who.actor.roles)
    packs = packs_to_open(turn=who.turn) if may_open else ()
    return page(request, who, "campaigns.html", rows=campaign_rows(turn=who.turn), packs=packs)


@router.post("")
def open_campaign(
    who: Who,
    name: Typed,
    region: Typed,
    by: Typed,
    title: Typed = "",
    because: Typed = "",
    bodies: Typed = "",
    pack: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Open a campaign from packs; every obliged party gets its duties and deadlines."""
    open_from_packs(
        turn=who.turn,
        name=name.strip(),
        title=title.strip() or name.strip(),
        region=region.replace(",", " ").split(),
        packs=pack or [],
        by=by,
        because=because,
        bodies=_bodies(bodies),
    )
    return see_other(f"/campaigns/{name.strip()}", Text("The campaign is open.", "专项行动已启动。"))


def _bodies(text: str) -> dict[str, list[str]]:
    bodies: dict[str, list[str]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        party, mark, body = line.partition("=")
        if not mark or not body.strip():
            raise InputError(
                Text(f"{line!r} names no body.", f"{line!r} 未写明单位。"),
                remedy=Text("Write PARTY=NAME, such as counties=雨城区.", "请写作 责任方=单位，如 counties=雨城区。"),
            )
        bodies.setdefault(party.strip(), []).append(body.strip())
    return bodies


@router.get("/{name}")
def one(
    request: Request,
    who: Who,
    name: str,
    on: Annotated[str, Query(max_length=10)] = "",
    period: Period = "day",
    level: Level = "county",
) -> Response:
    """Show a campaign with the roll-up of a day or week."""
    return _show(request, who, name, (on, period, level))


def _show(
    request: Request,
    who: Visitor,
    name: str,
    roll: tuple[str, Period, Level] = ("", "day", "county"),
    *,
    plan: PlanView | None = None,
    asked: Mapping[str, str] = BUDGET,
) -> Response:
    """Render the page of a campaign; ``plan`` are proposed rounds and ``asked`` the budget they were asked for."""
    on, period, level = roll
    day = optional_day(on)
    today = who.turn.at.astimezone(who.office.zone).date()
    view = campaign_page(turn=who.turn, campaign=name, on=day, period=period, level=level)
    return page(
        request,
        who,
        "campaign.html",
        view=view,
        columns=ROLL_UP_COLUMNS,
        day=day or today,
        period=period,
        level=level,
        days=next_days(who.turn),
        plan=plan,
        asked=asked,
    )


@router.post("/{name}/extend")
def extend_duty(who: Who, name: str, duty: Typed, until: Typed, reason: Typed, by: Typed) -> Response:
    """Give a party more time."""
    command = steps.ExtendDuty(duty=duty, deadline=who.office.instant(until), reason=reason, by=by)
    steps.give_campaign(turn=who.turn, campaign=name, command=command)
    return see_other(f"/campaigns/{name}", Text("More time is given.", "期限已延长。"))


@router.post("/{name}/return")
def record_return(
    who: Who, name: str, duty: Typed, signed_by: Typed, sites: Typed = "", received: Typed = "", note: Typed = ""
) -> Response:
    """Record what an obliged party returned; a nil return is a return."""
    found = optional_count(sites, Text("sites", "项目数")) or 0
    command = steps.RecordDutyReturn(
        duty=duty,
        received_at=moment_or_now(who, received),
        nil=found == 0,
        sites_found=found,
        signed_by=signed_by,
        note=note,
    )
    steps.give_campaign(turn=who.turn, campaign=name, command=command)
    return see_other(f"/campaigns/{name}", Text("The return is recorded.", "报告已登记。"))


@router.post("/{name}/close")
def close(who: Who, name: str, reason: Typed, by: Typed) -> Response:
    """Close the campaign."""
    steps.give_campaign(turn=who.turn, campaign=name, command=steps.CloseCampaign(reason=reason, by=by))
    return see_other("/campaigns", Text("The campaign is closed.", "专项行动已结束。"))


@router.post("/{name}/sites")
def site_list(request: Request, who: Who, name: str, form: Annotated[UploadFile, File()]) -> Response:
    """Open cases for a site list, row by row; what could not be used is shown."""
    opened = uploaded_sites(
        turn=who.turn,
        name=form.filename or "",
        content=form.file.read(),
        campaign=name,
        fresh=secrets.token_hex(16),
    )
    return page(
        request,
        who,
        "rows_taken.html",
        back=f"/campaigns/{name}",
        taken=opened.receipts,
        issues=opened.issues,
        doubles=opened.doubles,
    )


@router.post("/{name}/notices")
def notices(who: Who, name: str, order: Ordered) -> Response:
    """Serve a notice on every suspected case of the campaign that the person may read, all of them or none."""
    served = serve_waiting(turn=who.turn, campaign=name, order=order)
    told = Text("{n} notices are on record as served.", "已登记送达通知 {n} 份。").format(n=len(served.receipts))
    return see_other(f"/campaigns/{name}", told)


@router.get("/{name}/returns.xlsx")
def return_form(who: Who, name: str) -> Response:
    """Return the form of self-inspection returns."""
    made = return_form_of(turn=who.turn, campaign=name, language=who.language)
    return download(made.content, made.name, made.media)


@router.get("/{name}/bulletin.{form}")
def bulletin(
    who: Who,
    name: str,
    form: str,
    on: Annotated[str, Query(max_length=10)] = "",
    period: Period = "day",
    level: Level = "county",
) -> Response:
    """Return the bulletin of a day, or of the week that ends with it."""
    day = optional_day(on) or who.turn.at.astimezone(who.office.zone).date()
    made = bulletin_of(
        turn=who.turn, campaign=name, on=day, period=period, level=level, language=who.language, form=form
    )
    return download(made.content, made.name, made.media)


@router.post("/{name}/plan")
def plan(
    request: Request, who: Who, name: str, teams: Typed, hours: Typed, base: Typed, on_site: Typed = "1.5"
) -> Response:
    """Propose rounds for a budget; nothing is put on record yet."""
    place = tuple(optional_number(part, Text("base", "出发地")) for part in base.replace("，", ",").split(","))
    if len(place) != 2 or place[0] is None or place[1] is None:
        raise InputError(
            Text(f"{base!r} is no place.", f"{base!r} 不是有效坐标。"),
            remedy=Text("Write degrees, such as 29.98,103.00.", "请填写度数，如 29.98,103.00。"),
        )
    budget = Budget(
        teams=optional_count(teams, Text("teams", "组数")) or 0,
        hours=optional_number(hours, Text("hours", "小时")) or 0.0,
        base=(place[0], place[1]),
    )
    stay = optional_number(on_site, Text("hours on site", "现场小时数")) or 1.5
    proposed = propose_rounds(turn=who.turn, campaign=name, budget=budget, hours_on_site=stay)
    asked = {"teams": teams, "hours": hours, "base": base, "on_site": on_site}
    return _show(request, who, name, plan=proposed, asked=asked)


@router.post("/{name}/rounds")
async def put_rounds(request: Request, who: Who, name: str) -> Response:
    """Put rounds on record for a day: ``cases-N`` and ``inspectors-N`` a team."""
    form = await request.form()
    given = {key: value for key, value in form.items() if isinstance(value, str)}
    numbers = sorted(key.removeprefix("cases-") for key in given if key.startswith("cases-"))
    teams = [
        Team(
            tuple(str(value) for value in form.getlist(f"inspectors-{number}")),
            tuple(steps.case_id(one) for one in given[f"cases-{number}"].replace(",", " ").split()),
        )
        for number in numbers
        if given[f"cases-{number}"].strip()
    ]
    day = optional_day(given.get("day", "")) or next_days(who.turn, 1)[0]
    plan_day(turn=who.turn, campaign=name, day=day, teams=teams)
    return see_other(
        f"/campaigns/{name}", Text("The rounds of {day} are on record.", "{day} 的检查路线已登记。").format(day=day)
    )
