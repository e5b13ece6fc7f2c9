"""Pages of campaigns as views: the list, one campaign with its duties, packs to open from, proposed rounds."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from minewatch.casework.campaign import Due
from minewatch.casework.rollup import Level
from minewatch.model.actors import PERMISSIONS, Role, allowed
from minewatch.model.campaign_views import (
    CampaignPage,
    CampaignRow,
    DutyRow,
    PackToOpen,
    PlannedRound,
    PlanView,
    RoundRow,
)
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.policy.basis import doubts, without_effect
from minewatch.policy.terms import STATUS
from minewatch.usecases.access import actors
from minewatch.usecases.campaign_reach import reached_campaign
from minewatch.usecases.campaigning import status_rows, tasks
from minewatch.usecases.case_index import CaseLine, readable_lines
from minewatch.usecases.case_list import Names, overlaps, state_facets
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.office import Turn
from minewatch.usecases.rollups import Period, roll_up_view
from minewatch.usecases.rounds import draws, rounds_of
from minewatch.usecases.time_left import left
from minewatch.usecases.visits import Budget, plan_rounds, stops_of

DUE_BADGES: Mapping[str, str] = {
    Due.DONE: "good",
    Due.DONE_LATE: "warn",
    Due.OVERDUE: "bad",
    Due.DUE_TODAY: "warn",
    Due.OPEN: "info",
    Due.NO_DEADLINE: "info",
}
_ACTIONS = ("campaign.duty", "campaign.extend", "campaign.return", "campaign.close", "case.open", "case.notice")
_PLACELESS = ("draw.commit", "draw.draw", "case.plan")


def campaign_rows(*, turn: Turn) -> tuple[CampaignRow, ...]:
    """Return the campaigns whose region and the actor's have a place in common, the open ones first, by name."""
    _may_read(turn)
    lines = readable_lines(turn.office.log, turn.actor)
    named = Names(turn.at.astimezone(turn.office.zone).date())
    rows = [row for row in turn.office.log.read_rows("campaigns") if overlaps(turn.actor, row["region"])]
    made = [_row(turn, row, lines, named) for row in rows]
    return tuple(sorted(made, key=lambda row: (not row.is_open, row.name)))


def _may_read(turn: Turn) -> None:
    if not PERMISSIONS["campaign.read"] & turn.actor.roles:
        turn.may("campaign.read")


def _whole(turn: Turn, row: Mapping[str, Any]) -> bool:
    return all(allowed(turn.actor, "campaign.read", division) for division in row["region"])


def _row(turn: Turn, row: Mapping[str, Any], lines: Iterable[CaseLine], named: Names) -> CampaignRow:
    name = str(row["id"]).removeprefix(CAMPAIGN)
    mine = [line for line in lines if line.campaign == name]
    now = utc_text(turn.at)
    whole = _whole(turn, row)
    late = sum(
        1 for duty in row["duties"].values() if duty["deadline"] and not duty["returned_at"] and duty["deadline"] < now
    )
    return CampaignRow(
        name=name,
        title=str(row["title"]),
        region=tuple((str(code), named.of(str(code))) for code in row["region"]),
        instruments=tuple(str(one) for one in row["instruments"]),
        is_open=bool(row["is_open"]),
        sites=len(mine),
        overdue=sum(line.overdue(now) for line in mine),
        duties=len(row["duties"]) if whole else None,
        duties_overdue=late if whole else None,
    )


def campaign_page(
    *, turn: Turn, campaign: str, on: date | None = None, period: Period = "day", level: Level = "county"
) -> CampaignPage:
    """Return the page of a campaign, with the roll-up of the day ``on`` or the week that ends with it where one is asked for.

    A roll-up folds every event of the ledger up to that day, which the rest of the page does without.

    Raises ``MissingError`` for a campaign that is not there and ``RuleError`` (recorded) for one that lies elsewhere.
    """
    _may_read(turn)
    found = reached_campaign(turn=turn, campaign=campaign)
    whole = _whole(turn, found)
    today = turn.at.astimezone(turn.office.zone).date()
    lines = [line for line in readable_lines(turn.office.log, turn.actor) if line.campaign == campaign]
    return CampaignPage(
        row=_row(turn, found, lines, Names(today)),
        whole=whole,
        zone=str(found["zone"]),
        states=state_facets(lines),
        duties=_duties(turn, campaign) if whole else (),
        roll_up=roll_up_view(turn=turn, campaign=campaign, on=on, period=period, level=level)
        if whole and on is not None
        else None,
        draws=draws(turn=turn, campaign=campaign),
        rounds=tuple(_round(row) for row in rounds_of(turn=turn, campaign=campaign)),
        inspectors=tuple(one.name for one in actors(log=turn.office.log) if Role.INSPECTOR in one.roles),
        actions=_actions(turn, found),
    )


def _actions(turn: Turn, row: Mapping[str, Any]) -> frozenset[str]:
    if not row["is_open"]:
        return frozenset()
    over_all = {one for one in _ACTIONS if all(allowed(turn.actor, one, division) for division in row["region"])}
    # Opening cases and notices are checked case by case: a county may do so for its own.
    own = {one for one in ("case.open", "case.notice") if PERMISSIONS[one] & turn.actor.roles}
    return frozenset(over_all | own | {one for one in _PLACELESS if allowed(turn.actor, one, "")})


def _duties(turn: Turn, campaign: str) -> tuple[DutyRow, ...]:
    return tuple(
        DutyRow(
            id=str(row["duty"]),
            party=_text(row["party"]),
            task=_text(row["task"]),
            left=left(str(row["deadline"]), str(row["zone"]), now=turn.at) if row["deadline"] else None,
            stands=str(row["stands"]),
            stands_text=_text(row["stands_text"]),
            badge=DUE_BADGES[str(row["stands"])],
            returned_at=str(row["returned_at"]),
            nil=bool(row["nil"]),
            sites_found=int(str(row["sites_found"])),
            reports_to=str(row["reports_to"]),
        )
        for row in status_rows(turn=turn, campaign=CAMPAIGN + campaign)
    )


def _text(value: object) -> Text:
    return value if isinstance(value, Text) else Text(str(value), str(value))


def _round(row: Mapping[str, Any]) -> RoundRow:
    return RoundRow(
        day=str(row["day"]),
        by=str(row["by"]),
        planned_at=str(row["planned_at"]),
        teams=tuple((tuple(team["inspectors"]), tuple(team["cases"])) for team in row["teams"]),
    )


def packs_to_open(*, turn: Turn) -> tuple[PackToOpen, ...]:
    """Return the packs a campaign can be opened from today: those with effect, the ones in force first."""
    turn.may("campaign.open")
    on = turn.at.astimezone(turn.office.zone).date()
    held = [item for item in turn.office.library.all() if not without_effect(item, on)]
    found = [
        PackToOpen(
            id=item.pack.id,
            title=Text(item.pack.title.en, item.pack.title.zh),
            status=STATUS[item.pack.status.value],
            legal=not doubts(item, on),
            duties=sum(1 for _ in tasks(item.pack, on)),
            parties=tuple((party.id, Text(party.en, party.zh)) for party in item.pack.parties if party.obliged),
        )
        for item in held
    ]
    return tuple(sorted(found, key=lambda one: (not one.legal, one.id)))


def propose_rounds(*, turn: Turn, campaign: str, budget: Budget, hours_on_site: float) -> PlanView:
    """Return rounds for the budget over the campaign's open cases that the actor may read; nothing is put on record."""
    reached_campaign(turn=turn, campaign=campaign, action="case.plan")
    stops, unplaced = stops_of(turn=turn, campaign=campaign, hours_on_site=hours_on_site)
    lines = {line.id: line for line in readable_lines(turn.office.log, turn.actor)}
    rounds = [
        PlannedRound(
            cases=one.stops,
            sites=tuple(lines[case].state.site for case in one.stops),
            hours=one.hours,
            kw=sum(lines[case].state.mining_kw or 0.0 for case in one.stops),
        )
        for one in plan_rounds(stops, budget)
    ]
    return PlanView(tuple(rounds), unplaced, budget.teams, budget.hours)
