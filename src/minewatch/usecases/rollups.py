"""Daily and weekly roll-ups as a view: the same figures for the screen, for JSON and for paper."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Literal

from minewatch.casework.rollup import Level, Tally, roll_up
from minewatch.model.casework_views import RollUpRow, RollUpView
from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import campaign_label

Period = Literal["day", "week"]
WEEK = 7

__all__ = ["Level", "Period", "roll_up_view"]


def roll_up_view(*, turn: Turn, campaign: str, on: date, period: Period, level: Level) -> RollUpView:
    """Return the roll-up of the day ``on``, or of the seven days that end with it, in the workspace's zone.

    A day that is not over is counted up to now and says so. Raises ``InputError`` for a campaign that is not there and
    for a day to come.
    """
    row = turn.office.log.read_row("campaigns", CAMPAIGN + campaign)
    if row is None:
        raise MissingError(
            Text(f"There is no campaign {campaign}.", f"没有专项行动 {campaign}。"),
            remedy=Text(
                "List the campaigns: minewatch campaign status.", "请查看专项行动：minewatch campaign status。"
            ),
        )
    for division in row["region"]:
        turn.may("campaign.read", division)
    zone = turn.office.zone
    begin = datetime.combine(on, time(0), zone)
    end = begin + timedelta(days=1)
    if begin > turn.at:
        raise InputError(
            Text(f"{on} has not begun.", f"{on} 尚未开始。"),
            remedy=Text("Choose today or a day before.", "请选择今天或之前的日期。"),
        )
    until = min(end, turn.at)
    if period == "week":
        begin -= timedelta(days=WEEK - 1)
    # What happens in the very instant of the question counts.
    closing = utc_text(until if until == end else until + timedelta(microseconds=1))
    tallies = roll_up(
        turn.office.log.events(), since=utc_text(begin), until=closing, level=level, campaign=CAMPAIGN + campaign
    )
    rows = tuple(_row(one, on) for one in tallies)
    return RollUpView(
        campaign=campaign,
        title=str(row["title"]),
        period=period,
        level=level,
        begins=begin.isoformat(timespec="minutes"),
        ends=until.isoformat(timespec="minutes"),
        whole=until == end,
        simulated=campaign_label(turn.office, campaign) is not None,
        rows=rows,
        total=_total(tallies),
    )


def _row(tally: Tally, on: date) -> RollUpRow:
    figures = asdict(tally)
    figures["mw"], figures["stopped_mw"] = round(tally.mw, 3), round(tally.stopped_mw, 3)
    return RollUpRow(name=divisions.name_of(tally.division, on), **figures)


def _total(tallies: tuple[Tally, ...]) -> RollUpRow:
    whole = Tally("")
    for tally in tallies:
        for name, value in asdict(tally).items():
            if name != "division":
                setattr(whole, name, getattr(whole, name) + value)
    figures = asdict(whole)
    figures["mw"], figures["stopped_mw"] = round(whole.mw, 3), round(whole.stopped_mw, 3)
    return RollUpRow(name=Text("all", "合计"), **figures)
