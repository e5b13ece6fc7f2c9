"""Spot checks as verbs: commit to a seed, draw objects and inspectors, let anybody check the draw."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from minewatch.casework.draw import DrawObject, check_commitment, commitment, draw_inspectors, draw_objects, sample_size
from minewatch.model.actors import Role, allowed
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import JsonValue, NewEvent
from minewatch.model.text import Text
from minewatch.usecases.access import actors
from minewatch.usecases.cases import CAMPAIGN, visible_cases
from minewatch.usecases.office import Office, Turn

__all__ = ["DrawOrder", "commit", "draw", "recheck", "sample_size"]

DRAW = "draw-"
COMMITTED, DRAWN = "draw.seed_committed/1", "draw.drawn/1"
WORSE_RECORD = 3
"""Weight that each contradiction, resumption or earlier case adds to an object; our choice, told with every draw."""


@dataclass(frozen=True, slots=True)
class DrawOrder:
    """What is to be drawn: how many cases of a campaign, teams of how many, who may not go where (case -> names)."""

    name: str
    campaign: str
    seed: str
    count: int
    team: int
    recused: Mapping[str, frozenset[str]]


def commit(*, turn: Turn, name: str, seed: str) -> str:
    """Put the SHA-256 of the seed on record before the list is closed; the seed itself stays with who chose it."""
    turn.may("draw.commit")
    if turn.office.log.stream(DRAW + name):
        raise RuleError(
            Text(f"The draw {name} has a seed.", f"抽查 {name} 已有种子。"),
            remedy=Text(
                "Draw with it, or begin another draw under a new name.", "请用该种子抽取，或以新名称另行抽查。"
            ),
        )
    digest = commitment(seed)
    event = NewEvent(COMMITTED, {"commitment": digest, "by": turn.actor.name})
    turn.office.log.append(DRAW + name, [event], expected=0, stamp=turn.stamp)
    return digest


def draw(*, turn: Turn, order: DrawOrder) -> dict[str, Any]:
    """Draw cases and inspectors with the committed seed, record and return the result with all that a check needs.

    Objects are the open cases of the campaign that the actor may read; a bad record weighs more. Inspectors are the people
    registered as such whose divisions cover the case. Raises ``RuleError`` for another seed or too few inspectors.
    """
    turn.may("draw.draw")
    events = turn.office.log.stream(DRAW + order.name)
    if not events:
        raise RuleError(
            Text(f"No seed was committed to for {order.name}.", f"{order.name} 尚未承诺种子。"),
            remedy=Text("First: minewatch draw commit.", "请先：minewatch draw commit。"),
        )
    if any(event.name == DRAWN for event in events):
        raise RuleError(
            Text(f"{order.name} was drawn already.", f"{order.name} 已抽取。"),
            remedy=Text(
                "A draw is done once; begin another under a new name.", "每次抽查只抽一次；请以新名称另行抽查。"
            ),
        )
    check_commitment(order.seed, str(events[0].payload["commitment"]))
    rows = [
        row
        for row in visible_cases(log=turn.office.log, actor=turn.actor)
        if row["campaign"] == CAMPAIGN + order.campaign and row["status"] != "closed"
    ]
    if not rows:
        raise InputError(
            Text(f"{order.campaign} has no open case to draw from.", f"{order.campaign} 没有可抽取的在办案件。"),
            remedy=Text("Open cases first.", "请先立案。"),
        )
    objects = [DrawObject(str(row["id"]), weight_of(row)) for row in rows]
    inspectors = [one for one in actors(log=turn.office.log) if Role.INSPECTOR in one.roles]
    recused = {
        str(row["id"]): order.recused.get(str(row["id"]), frozenset())
        | {one.name for one in inspectors if not allowed(one, "case.visit", str(row["jurisdiction"]))}
        for row in rows
    }
    result: dict[str, Any] = {
        "campaign": order.campaign,
        "seed": order.seed,
        "count": order.count,
        "team": order.team,
        "objects": [asdict(one) for one in sorted(objects, key=lambda one: one.id)],
        "inspectors": sorted(one.name for one in inspectors),
        "recused": {case: sorted(names) for case, names in sorted(recused.items()) if names},
    }
    result["visits"] = _visits(result)
    event = NewEvent(DRAWN, dict[str, JsonValue](result))
    turn.office.log.append(DRAW + order.name, [event], expected=len(events), stamp=turn.stamp)
    return result


def weight_of(row: Mapping[str, Any]) -> int:
    """Return a case's weight in a draw: 1, and more for each contradiction, resumption and earlier case."""
    return 1 + WORSE_RECORD * (int(row["contradictions"]) + int(row["resumptions"]) + len(row["repeat_of"]))


def _visits(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    objects = [DrawObject(one["id"], one["weight"]) for one in result["objects"]]
    drawn = draw_objects(result["seed"], objects, result["count"])
    recused = {case: frozenset(names) for case, names in result["recused"].items()}
    visits = draw_inspectors(result["seed"], drawn, result["inspectors"], recused=recused, team=result["team"])
    return [{"case": one.object, "inspectors": list(one.inspectors)} for one in visits]


def recheck(*, office: Office, name: str) -> tuple[bool, dict[str, Any]]:
    """Draw again from what was published: (same result and committed seed, the published result). Anybody may."""
    events: Sequence[Any] = office.log.stream(DRAW + name)
    drawn = next((event.payload for event in events if event.name == DRAWN), None)
    if drawn is None:
        raise InputError(
            Text(f"{name} was not drawn.", f"{name} 尚未抽取。"),
            remedy=Text("Look at its name; a draw is checked after it is done.", "请核对名称；抽取之后方可核对。"),
        )
    published: dict[str, Any] = dict(drawn)
    same_seed = commitment(published["seed"]) == events[0].payload["commitment"]
    return same_seed and _visits(published) == published["visits"], published
