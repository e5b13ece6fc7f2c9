"""Cases of the API: pulled by what changed, opened, read with their whole history."""

import secrets
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from minewatch.model.case_views import CasePage
from minewatch.model.events import StoredEvent
from minewatch.usecases.case_page import case_page
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.pulls import MOST, CaseFilter, events_of_case, one_case, pull_cases
from minewatch.usecases.sites import Candidate, checked, open_sites
from minewatch.usecases.steps import case_id
from minewatch.web.api_caller import Called
from minewatch.web.api_models import (
    Answered,
    Division,
    Done,
    Given,
    Long,
    MaybeMoment,
    Moment,
    Name,
    Power,
    Short,
    api_router,
    done,
    problems,
)

router = api_router("/cases", "cases")
Cursor = Annotated[str, Query(max_length=40, description="The cursor of the last answer; none begins at the start.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]


class Case(Answered):
    """Where a case stands. ``off``: the data last said that the load is off; ``party_key`` leads to personal data."""

    id: str
    version: int
    status: str
    campaign: str
    site: str
    division: str
    meters: list[str]
    location: str
    mining_kw: float | None
    hash_rate_ths: float | None
    categories: list[str]
    party_key: str
    first_noticed: MaybeMoment
    deadline: MaybeMoment
    zone: str
    overdue: bool
    notices: list[str]
    last_return: str
    last_outcome: str
    why: str
    off: bool
    stopped_at: MaybeMoment
    stopped_from: MaybeMoment
    stopped_to: MaybeMoment
    resumed_at: MaybeMoment
    contradictions: int
    resumptions: int
    visits: int
    measures: list[str]
    referrals: list[str]
    disputed: str
    mistaken_identity: bool
    not_mining: bool
    restored_by: str
    repeat_of: list[str]


class Cases(Answered):
    """Cases in the order they changed. Ask again with ``cursor`` for what changes after them."""

    items: list[Case]
    cursor: str
    more: bool


class Rule(Answered):
    """The rule a step rests on: pack, its version, section."""

    pack: str
    version: str
    section: str


class Event(Answered):
    """One event of the ledger with the hash that chains it."""

    position: int
    stream: str
    version: int
    name: str
    at: Moment
    actor: str
    cause: str
    rule: Rule | None
    data: dict[str, Any]
    hash: str


class Site(Given):
    """A site to open a case for; ``party`` is a name and kept as personal data, ``tip`` the tip it comes from."""

    site: Name
    division: Division
    meters: Annotated[list[Name], Field(default_factory=list, max_length=200)]
    kw: Power | None = None
    party: Short = ""
    location: Short = ""
    why: Long = ""
    tip: Short = ""


class Sites(Given):
    """Sites of a campaign."""

    campaign: Name
    sites: Annotated[list[Site], Field(min_length=1, max_length=1000)]


class Double(Answered):
    """A site that has a case already."""

    site: str
    case: str


class Repeat(Answered):
    """A site whose meter, party or place was in earlier campaigns' cases."""

    site: str
    cases: list[str]


class Opened(Answered):
    """What opening led to."""

    opened: list[Done]
    doubles: list[Double]
    repeats: list[Repeat]


def case_told(row: dict[str, Any]) -> Case:
    """Return a case's row as the API tells it."""
    values = {name: row[name] for name in Case.model_fields if name in row}
    return Case(**{**values, "division": row["jurisdiction"], "campaign": str(row["campaign"]).removeprefix(CAMPAIGN)})


def event_told(event: StoredEvent) -> Event:
    """Return an event as the API tells it."""
    rule = event.reference
    return Event(
        position=event.position,
        stream=event.stream,
        version=event.version,
        name=event.name,
        at=event.at,
        actor=event.actor,
        cause=event.cause,
        rule=Rule(pack=rule.pack, version=rule.version, section=rule.section) if rule else None,
        data=event.payload,
        hash=event.hash,
    )


@router.get("")
def list_cases(
    caller: Called,
    *,
    updated_since: Cursor = "",
    limit: Limit = 100,
    campaign: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    division: Annotated[str, Query(pattern=r"^([0-9]{6})?$", description="With everything below it.")] = "",
    overdue: Annotated[bool, Query(description="Only cases whose deadline has passed unstopped.")] = False,
) -> Cases:
    """Pull the cases you may read that changed since a cursor; those that are filtered out are left out."""
    wanted = CaseFilter(campaign=campaign, state=state, division=division, overdue=overdue)
    pull = pull_cases(turn=caller.turn, since=updated_since, limit=limit, wanted=wanted)
    return Cases(items=[case_told(row) for row in pull.rows], cursor=pull.cursor, more=pull.more)


@router.post("", status_code=201, responses=problems(404, 409))
def open_cases(caller: Called, sites: Sites) -> Opened:
    """Open a case for every site that has none in the campaign, all in one transaction."""
    candidates = [
        checked(
            caller.turn,
            Candidate(
                site=one.site,
                division=one.division,
                meters=tuple(one.meters),
                kw=one.kw,
                origin=f"tip:{one.tip}" if one.tip else "by hand",
                summary=one.why,
                party=one.party,
                location=one.location,
            ),
        )
        for one in sites.sites
    ]
    opened = open_sites(turn=caller.turn, campaign=sites.campaign, candidates=candidates, fresh=secrets.token_hex(16))
    return Opened(
        opened=[done(one) for one in opened.receipts],
        doubles=[Double(site=site, case=case) for site, case in opened.doubles],
        repeats=[Repeat(site=site, cases=list(cases)) for site, cases in opened.repeats],
    )


@router.get("/{case}", responses=problems(404))
def get_case(caller: Called, case: str) -> Case:
    """Tell where a case stands."""
    return case_told(one_case(turn=caller.turn, case=case_id(case)))


@router.get("/{case}/page", responses=problems(404))
def get_case_page(caller: Called, case: str) -> CasePage:
    """Tell everything the console's page of the case shows, with the steps that you may take now."""
    return case_page(turn=caller.turn, case=case_id(case))


@router.get("/{case}/events", responses=problems(404))
def get_case_events(caller: Called, case: str) -> list[Event]:
    """Tell every event of a case: when, who, what, under which rule."""
    return [event_told(event) for event in events_of_case(turn=caller.turn, case=case_id(case))]
