"""Rounds of visits put on record for a day, and what one inspector has to do: rounds of the day and draws not yet visited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from minewatch.model.actors import Role, allowed
from minewatch.model.case_views import DrawRow, VisitTask
from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import JsonValue, NewEvent, utc_text
from minewatch.model.text import Text
from minewatch.usecases.access import actors, append_anyhow
from minewatch.usecases.campaign_reach import reached_campaign
from minewatch.usecases.case_index import CaseLine, readable_lines
from minewatch.usecases.case_list import Names, row_of
from minewatch.usecases.cases import CASE
from minewatch.usecases.drawing import DRAW
from minewatch.usecases.evidence_list import texts_of
from minewatch.usecases.office import Turn

ROUND, PLANNED = "round-", "round.planned/1"


@dataclass(frozen=True, slots=True)
class Team:
    """One team's round: who goes, and to which cases in order."""

    inspectors: tuple[str, ...]
    cases: tuple[str, ...]


def plan_day(*, turn: Turn, campaign: str, day: date, teams: Sequence[Team]) -> None:
    """Put the rounds of ``day`` on record; planned again, the last plan of a campaign and day counts.

    Raises ``InputError`` for a team without inspectors or cases, somebody who is no inspector, or a case that the actor may
    not read.
    """
    reached_campaign(turn=turn, campaign=campaign, action="case.plan")
    lines = {line.id: line for line in readable_lines(turn.office.log, turn.actor)}
    people = {one.name: one for one in actors(log=turn.office.log) if Role.INSPECTOR in one.roles}
    for team in teams:
        if not team.inspectors or not team.cases:
            raise InputError(
                Text("A round needs inspectors and cases.", "每组须有检查人员和案件。"),
                remedy=Text("Name both, or leave the round out.", "请补全，或删去该组。"),
            )
        for name in team.inspectors:
            if name not in people:
                raise InputError(
                    Text(f"{name} is no inspector.", f"{name} 不是检查人员。"),
                    remedy=Text(
                        f"Inspectors are: {', '.join(people) or 'none'}.", f"检查人员：{'、'.join(people) or '无'}。"
                    ),
                )
        for case in team.cases:
            if case not in lines:
                raise MissingError(
                    Text(f"There is no case {case}.", f"没有案件 {case}。"),
                    remedy=Text("List the cases: minewatch case list.", "请查看案件列表：minewatch case list。"),
                )
            for name in team.inspectors:
                if not allowed(people[name], "case.visit", lines[case].division):
                    raise InputError(
                        Text(f"{name} may not visit {case}.", f"{name} 无权检查 {case}。"),
                        remedy=Text("Name an inspector whose divisions cover it.", "请指定辖区内的检查人员。"),
                    )
    data: dict[str, JsonValue] = {
        "campaign": campaign,
        "day": day.isoformat(),
        "teams": [{"inspectors": list(team.inspectors), "cases": list(team.cases)} for team in teams],
        "by": turn.actor.name,
    }
    append_anyhow(turn.office.log, ROUND + campaign, NewEvent(PLANNED, data), turn.stamp)


def rounds_of(*, turn: Turn, campaign: str = "", day: date | None = None) -> tuple[dict[str, Any], ...]:
    """Return the planned rounds (of a campaign, of a day), the latest day first."""
    rows = [
        row
        for row in turn.office.log.read_rows("rounds")
        if (not campaign or row["campaign"] == campaign) and (day is None or row["day"] == day.isoformat())
    ]
    return tuple(sorted(rows, key=lambda row: str(row["day"]), reverse=True))


def draws(*, turn: Turn, campaign: str = "", case: str = "") -> tuple[DrawRow, ...]:
    """Return the draws (with a case among their objects, of a campaign or of none yet), the last committed first."""
    turn.may("campaign.read")
    rows = [
        row
        for row in turn.office.log.read_rows("draws")
        if (not case or case in row["objects"]) and (not campaign or row["campaign"] in {"", campaign})
    ]
    return tuple(
        DrawRow(
            name=str(row["id"]).removeprefix(DRAW),
            commitment=str(row["commitment"]),
            committed_at=str(row["committed_at"]),
            by=str(row["by"]),
            drawn_at=str(row["drawn_at"]),
            seed=str(row["seed"]),
            among=len(row["objects"]),
            visits=tuple((str(one["case"]), tuple(map(str, one["inspectors"]))) for one in row["visits"]),
        )
        for row in sorted(rows, key=lambda row: str(row["committed_at"]), reverse=True)
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    case: str
    since: str
    source: Text
    order: int


def visits_today(*, turn: Turn) -> tuple[VisitTask, ...]:
    """Return what the actor has to visit: the rounds of today that name them in order, then draws that wait for them.

    A visit counts as made once an event of the case, since the day began or since the draw, names them as inspector.
    """
    turn.may("case.visit")
    today = turn.at.astimezone(turn.office.zone).date()
    begin = utc_text(datetime.combine(today, time(0), turn.office.zone))
    wanted = [*_of_rounds(turn, today, begin), *_of_draws(turn, begin)]
    lines = {line.id: line for line in readable_lines(turn.office.log, turn.actor)}
    named = Names(today)
    tasks, seen = [], set()
    for one in wanted:
        line = lines.get(one.case)
        if line is None or one.case in seen:
            continue
        seen.add(one.case)
        made = _made(turn, one)
        if not made or made >= begin:
            tasks.append(_task(turn, line, one, named=named, done=bool(made)))
    return tuple(tasks)


def _task(turn: Turn, line: CaseLine, wanted: _Wanted, *, named: Names, done: bool) -> VisitTask:
    return VisitTask(row_of(line, turn=turn, named=named), line.state.location, wanted.source, wanted.order, done)


def _of_rounds(turn: Turn, today: date, begin: str) -> list[_Wanted]:
    return [
        _Wanted(str(case), begin, Text("round of the day", "当日检查路线"), order)
        for row in rounds_of(turn=turn, day=today)
        for team in row["teams"]
        if turn.actor.name in team["inspectors"]
        for order, case in enumerate(team["cases"], start=1)
    ]


def _of_draws(turn: Turn, begin: str) -> list[_Wanted]:
    return [
        _Wanted(
            str(one["case"]),
            min(str(row["drawn_at"]), begin),
            Text(f"spot check {name}", f"抽查 {name}"),
            order,
        )
        for row in turn.office.log.read_rows("draws")
        if row["drawn_at"]
        for name in (str(row["id"]).removeprefix(DRAW),)
        for order, one in enumerate(row["visits"], start=1)
        if turn.actor.name in one["inspectors"]
    ]


def _made(turn: Turn, wanted: _Wanted) -> str:
    """Return when the last visit that counts was recorded, empty where there is none."""
    found = ""
    for event in turn.office.log.stream(wanted.case):
        if (
            event.name == "case.visited/1"
            and event.at >= wanted.since
            and turn.actor.name in {event.actor, *texts_of(event.payload["inspectors"])}
        ):
            found = event.at
    return found


def next_days(turn: Turn, count: int = 7) -> tuple[date, ...]:
    """Return today and the days after it in the office's zone: those a round can be planned for."""
    today = turn.at.astimezone(turn.office.zone).date()
    return tuple(today + timedelta(days=number) for number in range(count))


def number_of(case: str) -> int:
    """Return the number of a case from its id."""
    return int(case.removeprefix(CASE))
