"""Whose campaign is it: one that shares no place with a person's divisions is refused to that person, on record."""

from typing import Any

from minewatch.model.errors import MissingError
from minewatch.model.text import Text
from minewatch.usecases.case_list import overlaps
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.office import Turn


def reached_campaign(*, turn: Turn, campaign: str, action: str = "campaign.read") -> dict[str, Any]:
    """Return the row of a campaign in which the actor may do ``action`` for at least a part of its region.

    Raises ``MissingError`` for one that is not there and ``RuleError`` (recorded) for one that lies elsewhere.
    """
    turn.may(action)
    row = turn.office.log.read_row("campaigns", CAMPAIGN + campaign)
    if row is None:
        raise MissingError(
            Text(f"There is no campaign {campaign}.", f"没有专项行动 {campaign}。"),
            remedy=Text("Choose one of the list.", "请从列表中选择。"),
        )
    if not overlaps(turn.actor, row["region"]):
        turn.may(action, str(row["region"][0]))
    return row
