"""Campaigns of the API: pulled, opened from packs, their duties, returns and roll-ups."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from minewatch.model.casework_views import RollUpView
from minewatch.model.text import Text
from minewatch.usecases import steps
from minewatch.usecases.campaigning import open_from_packs, status_rows
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.pulls import pull_campaigns
from minewatch.usecases.rollups import Level, Period, roll_up_view
from minewatch.web.api_caller import Called
from minewatch.web.api_cases import Cursor, Limit
from minewatch.web.api_models import (
    Answered,
    Count,
    Day,
    Digest,
    Division,
    Done,
    Given,
    Instant,
    Long,
    MaybeMoment,
    Name,
    Reason,
    Short,
    api_router,
    done,
    problems,
)

router = api_router("/campaigns", "campaigns")
MISSING = problems(404)
STEP = problems(404, 409)


class Campaign(Answered):
    """One campaign: its instruments (ids of packs), the divisions it covers, how many duties are returned."""

    name: str
    version: int
    title: str
    region: list[str]
    instruments: list[str]
    zone: str
    is_open: bool
    closed: bool
    duties: int
    returned: int


class Campaigns(Answered):
    """Campaigns in the order they changed."""

    items: list[Campaign]
    cursor: str
    more: bool


class Duty(Answered):
    """What one obliged party must do by when, and where it stands now."""

    campaign: str
    duty: str
    party: Text
    task: Text
    deadline: MaybeMoment
    zone: str
    stands: str
    stands_text: Text
    returned_at: MaybeMoment
    nil: bool
    sites_found: int
    reports_to: str


class CampaignGiven(Given):
    """A campaign to open under packs; ``bodies`` names the real bodies behind a party of a pack."""

    name: Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")]
    title: Short = ""
    region: Annotated[list[Division], Field(min_length=1, max_length=50)]
    packs: Annotated[list[Name], Field(min_length=1, max_length=20)]
    by: Name
    because: Long = ""
    bodies: Annotated[dict[str, list[Name]], Field(default_factory=dict, max_length=50)]


class DutyReturnGiven(Given):
    """What a party returned; no sites is a nil return. ``received_at`` none: now."""

    duty: Short
    signed_by: Short = ""
    sites_found: Count = 0
    received_at: Instant | None = None
    document_digest: Digest = ""
    note: Long = ""


class DutyExtensionGiven(Given):
    """More time for a duty."""

    duty: Short
    until: Instant
    reason: Reason
    by: Name


class CampaignClosingGiven(Given):
    """Why the campaign is closed."""

    reason: Reason
    by: Name


def _told(row: dict[str, Any]) -> Campaign:
    duties = row["duties"].values()
    return Campaign(
        name=str(row["id"]).removeprefix(CAMPAIGN),
        version=row["version"],
        title=row["title"],
        region=row["region"],
        instruments=row["instruments"],
        zone=row["zone"],
        is_open=row["is_open"],
        closed=row["closed"],
        duties=len(duties),
        returned=sum(bool(duty["returned_at"]) for duty in duties),
    )


@router.get("")
def list_campaigns(caller: Called, updated_since: Cursor = "", limit: Limit = 100) -> Campaigns:
    """Pull the campaigns that touch your divisions and changed since a cursor."""
    pull = pull_campaigns(turn=caller.turn, since=updated_since, limit=limit)
    return Campaigns(items=[_told(row) for row in pull.rows], cursor=pull.cursor, more=pull.more)


@router.post("", status_code=201, responses=STEP)
def open_campaign(caller: Called, given: CampaignGiven) -> Done:
    """Open a campaign; every obliged party of the packs gets its duties and deadlines."""
    receipt = open_from_packs(
        turn=caller.turn,
        name=given.name,
        title=given.title or given.name,
        region=given.region,
        packs=given.packs,
        by=given.by,
        because=given.because,
        bodies=given.bodies,
    )
    return done(receipt)


@router.get("/{name}/duties", responses=MISSING)
def list_duties(caller: Called, name: str) -> list[Duty]:
    """Tell who must do what by when, and what is overdue or due today."""
    rows = status_rows(turn=caller.turn, campaign=CAMPAIGN + name)
    return [Duty.model_validate({**row, "campaign": name}) for row in rows]


@router.get("/{name}/roll-up", responses=MISSING)
def get_roll_up(
    caller: Called,
    name: str,
    on: Annotated[Day | None, Query(description="The day; none: today.")] = None,
    period: Annotated[Period, Query(description="That day, or the week it ends.")] = "day",
    level: Annotated[Level, Query(description="What a row is.")] = "county",
) -> RollUpView:
    """Tell the roll-up of a day or a week by division."""
    day = on or today(caller.turn.at, caller)
    return roll_up_view(turn=caller.turn, campaign=name, on=day, period=period, level=level)


def today(at: datetime, caller: Called) -> date:
    """Return the day it is in the office's zone."""
    return at.astimezone(caller.office.zone).date()


@router.post("/{name}/returns", status_code=201, responses=STEP)
def record_duty_return(caller: Called, name: str, given: DutyReturnGiven) -> Done:
    """Record what an obliged party returned; a nil return is a return."""
    command = steps.RecordDutyReturn(
        duty=given.duty,
        received_at=given.received_at or caller.turn.at,
        nil=given.sites_found == 0,
        sites_found=given.sites_found,
        signed_by=given.signed_by,
        document_digest=given.document_digest,
        note=given.note,
    )
    return done(steps.give_campaign(turn=caller.turn, campaign=name, command=command))


@router.post("/{name}/extensions", status_code=201, responses=STEP)
def extend_duty(caller: Called, name: str, given: DutyExtensionGiven) -> Done:
    """Extend a duty's deadline, with a reason."""
    command = steps.ExtendDuty(duty=given.duty, deadline=given.until, reason=given.reason, by=given.by)
    return done(steps.give_campaign(turn=caller.turn, campaign=name, command=command))


@router.post("/{name}/closings", status_code=201, responses=STEP)
def close_campaign(caller: Called, name: str, given: CampaignClosingGiven) -> Done:
    """Close a campaign."""
    command = steps.CloseCampaign(reason=given.reason, by=given.by)
    return done(steps.give_campaign(turn=caller.turn, campaign=name, command=command))
