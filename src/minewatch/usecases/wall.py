"""The wall: the running campaign at a glance, for one person's divisions, as of now."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from minewatch.casework import campaign as campaigns
from minewatch.casework.case_state import WAITING
from minewatch.model.actors import PERMISSIONS, allowed
from minewatch.model.errors import RuleError
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.model.wall_views import CountyRow, NextDeadline, RegionalLoad, WallView
from minewatch.usecases.campaigning import DUE_TEXTS
from minewatch.usecases.case_index import CaseLine, readable_lines
from minewatch.usecases.case_list import Names, overlaps, state_facets
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import cases_label
from minewatch.usecases.stops import standard
from minewatch.usecases.time_left import instant_of, left
from minewatch.usecases.wall_load import regional_load, sites_of


def wall(*, turn: Turn, campaign: str = "") -> WallView:
    """Return the wall of ``campaign``, or of the campaign opened last that is still open; empty where there is none.

    A person sees a campaign whose region and theirs have a place in common, and of it the cases they may read. Raises
    ``RuleError`` for a role that reads no campaigns, and for a campaign elsewhere.
    """
    if not PERMISSIONS["campaign.read"] & turn.actor.roles:
        turn.may("campaign.read")
    rows = _campaigns(turn)
    row = _chosen(rows, campaign)
    if row is None and campaign:
        raise RuleError(
            Text(
                f"{turn.actor.name} may not see the campaign {campaign}, or there is none.",
                f"{turn.actor.name} 无权查看专项行动 {campaign}，或该行动不存在。",
            ),
            remedy=Text(
                "Choose one of the list, or ask a person whose division covers its region.",
                "请从列表中选择，或请辖区包含该地区的人员办理。",
            ),
        )
    name = str(row["id"]).removeprefix(CAMPAIGN) if row else ""
    readable = readable_lines(turn.office.log, turn.actor)
    lines = [line for line in readable if line.campaign == name] if row else []
    now = utc_text(turn.at)
    return WallView(
        campaign=name,
        title=str(row["title"]) if row else "",
        campaigns=tuple((str(one["id"]).removeprefix(CAMPAIGN), str(one["title"])) for one in rows),
        simulated=cases_label(turn.office, lines) is not None,
        at=now,
        clock=turn.office.shown(now),
        next=_next(turn, lines, row),
        load=_load(turn, lines),
        sites=len(lines),
        mw=_mw(lines),
        stopped=sum(line.state.off for line in lines),
        stopped_mw=_mw(line for line in lines if line.state.off),
        states=state_facets(lines),
        counties=_counties(turn, lines, now),
        overdue=sum(line.overdue(now) for line in lines),
        late=sum(line.state.last_outcome == "late" for line in lines),
        contradictions=sum(line.state.contradictions > 0 for line in lines),
        resumptions=sum(line.state.resumptions > 0 for line in lines),
        cannot_tell=sum(line.state.last_outcome == "cannot_tell" for line in lines),
        disputed=sum(bool(line.state.disputed) for line in lines),
        duties=_duties(turn, row),
    )


def _campaigns(turn: Turn) -> list[dict[str, Any]]:
    """Campaigns this person may see, the open ones first, the last opened first (by the order of their first events)."""
    rows = turn.office.log.read_rows("campaigns")
    mine = [row for row in rows if overlaps(turn.actor, row["region"])]
    opened = {str(row["id"]): turn.office.log.stream(str(row["id"]))[0].position for row in mine}
    return sorted(mine, key=lambda row: (not row["is_open"], -opened[str(row["id"])]))


def _chosen(rows: Sequence[dict[str, Any]], campaign: str) -> dict[str, Any] | None:
    if not campaign:
        return rows[0] if rows else None
    return next((row for row in rows if row["id"] == CAMPAIGN + campaign), None)


def _mw(lines: Iterable[CaseLine]) -> float:
    return round(sum(line.state.mining_kw or 0.0 for line in lines) / 1000, 3)


def _may_read_all(turn: Turn, row: Mapping[str, Any]) -> bool:
    return all(allowed(turn.actor, "campaign.read", division) for division in row["region"])


def _next(turn: Turn, lines: Sequence[CaseLine], row: Mapping[str, Any] | None) -> NextDeadline | None:
    """Return the deadline that falls next, of sites that are still awaited and duties not done; else the last one passed."""
    if row is None:
        return None
    sites: Counter[tuple[str, str]] = Counter(
        (line.state.deadline, line.state.zone) for line in lines if line.state.deadline and line.state.status in WAITING
    )
    duties: Counter[tuple[str, str]] = Counter()
    if _may_read_all(turn, row):
        open_duties = (duty for duty in row["duties"].values() if duty["deadline"] and not duty["returned_at"])
        duties.update((str(duty["deadline"]), str(duty["zone"])) for duty in open_duties)
    every = sorted({*sites, *duties})
    now = utc_text(turn.at)
    coming = [one for one in every if one[0] >= now]
    if not every:
        return None
    deadline, zone = coming[0] if coming else every[-1]
    same = [one for one in every if one[0] == deadline]
    return NextDeadline(
        left(deadline, zone, now=turn.at), sum(sites[one] for one in same), sum(duties[one] for one in same)
    )


def _load(turn: Turn, lines: Sequence[CaseLine]) -> RegionalLoad | None:
    """Return the load of all sites against the deadline that most of them have."""
    deadlines = Counter(line.state.deadline for line in lines if line.state.deadline)
    most = min(deadlines, key=lambda one: (-deadlines[one], one), default="")
    return regional_load(
        turn.office.workspace.lake_folder,
        sites_of((line.id, line.state.meters) for line in lines if line.state.meters),
        deadline=instant_of(most) if most else None,
        now=turn.at,
        zone=standard(turn),
    )


def _counties(turn: Turn, lines: Sequence[CaseLine], now: str) -> tuple[CountyRow, ...]:
    named = Names(turn.at.astimezone(turn.office.zone).date())
    by: dict[str, list[CaseLine]] = defaultdict(list)
    for line in lines:
        by[line.division].append(line)
    rows = [
        CountyRow(
            division=code,
            name=named.of(code),
            projects=len(held),
            mw=_mw(held),
            stopped=sum(line.state.off for line in held),
            overdue=sum(line.overdue(now) for line in held),
            contradictions=sum(line.state.contradictions > 0 for line in held),
            resumptions=sum(line.state.resumptions > 0 for line in held),
        )
        for code, held in by.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.mw, row.division)))


def _duties(turn: Turn, row: Mapping[str, Any] | None) -> tuple[tuple[str, Text, int], ...]:
    """Count the campaign's duties by where they stand, for who may read the whole campaign."""
    if row is None or not _may_read_all(turn, row):
        return ()
    counts = Counter(_stands(duty, turn.at) for duty in row["duties"].values())
    return tuple((stands.value, DUE_TEXTS[stands], counts[stands]) for stands in campaigns.Due if counts[stands])


def _stands(duty: Mapping[str, Any], now: datetime) -> campaigns.Due:
    return campaigns.due(duty["deadline"], duty["zone"], now=now, done_at=duty["returned_at"])
