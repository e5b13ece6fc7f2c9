"""Spot-check draws: commit to a seed, draw, and the proof that anybody can draw again."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import drawing
from minewatch.usecases.rounds import draws
from minewatch.usecases.steps import case_id
from minewatch.web.context import Who
from minewatch.web.pages import page, see_other
from minewatch.web.parsing import Typed, optional_count

router = APIRouter(prefix="/draws")


@router.post("/commit")
def commit(who: Who, name: Typed, seed: Typed) -> Response:
    """Put the SHA-256 of a seed on record; the seed itself is not kept."""
    plain = name.strip()
    if not plain or not all(letter.isalnum() or letter in "-_." for letter in plain):
        raise InputError(
            Text(f"{name!r} cannot name a draw.", f"{name!r} 不能作为抽查名称。"),
            remedy=Text("Use letters, digits, - and _.", "请使用字母、数字、- 和 _。"),
        )
    drawing.commit(turn=who.turn, name=plain, seed=seed)
    told = Text("The commitment is on record. Keep the seed until the draw.", "承诺值已登记，请保存种子至抽取时。")
    return see_other(f"/draws/{plain}", told)


@router.get("/{name}")
def proof(
    request: Request,
    who: Who,
    name: str,
    recheck: bool = False,  # noqa: FBT001, FBT002 - a parameter of the query
) -> Response:
    """Show a draw with its proof; ``recheck`` draws again now from what was published."""
    found = next((one for one in draws(turn=who.turn) if one.name == name), None)
    if found is None:
        raise InputError(
            Text(f"There is no draw {name}.", f"没有抽查 {name}。"),
            remedy=Text("Open it from its campaign.", "请从专项行动页面打开。"),
        )
    published: dict[str, Any] = {}
    same = None
    if found.drawn_at:
        redrawn, published = drawing.recheck(office=who.office, name=name)
        same = redrawn if recheck else None
    return page(request, who, "draw.html", draw=found, published=published, same=same)


@router.post("/{name}")
def draw(
    who: Who, name: str, campaign: Typed, seed: Typed, count: Typed, team: Typed = "2", recuse: Typed = ""
) -> Response:
    """Draw cases and inspectors; seed and result are published in the ledger."""
    recused: dict[str, frozenset[str]] = {}
    for line in filter(None, (line.strip() for line in recuse.splitlines())):
        case, mark, person = line.partition("=")
        if not mark:
            raise InputError(
                Text(f"{line!r} recuses nobody.", f"{line!r} 未写明回避人员。"),
                remedy=Text("Write CASE=NAME, such as 12=luo.", "请写作 案件=姓名，如 12=luo。"),
            )
        key = case_id(case.strip())
        recused[key] = recused.get(key, frozenset()) | {person.strip()}
    order = drawing.DrawOrder(
        name=name,
        campaign=campaign,
        seed=seed,
        count=optional_count(count, Text("how many", "抽取数")) or 0,
        team=optional_count(team, Text("team", "每组人数")) or 2,
        recused=recused,
    )
    drawing.draw(turn=who.turn, order=order)
    return see_other(f"/draws/{name}?recheck=true", Text("Drawn and published.", "已抽取并公布。"))
