"""Law in the API: instruments with every value and its reference, and which jurisdiction has what on a day."""

from typing import Annotated

from fastapi import Query

from minewatch.model.law_views import LawMap, LawPage, LawRow
from minewatch.model.policy_views import PolicyTimelineView
from minewatch.usecases.law import law_list, law_page
from minewatch.usecases.law_map import law_map, law_timeline
from minewatch.web.api_caller import Called
from minewatch.web.api_models import Day, api_router, problems

router = api_router("", "law")
On = Annotated[Day | None, Query(description="The day; none: today.")]
Code = Annotated[str, Query(pattern=r"^([0-9]{6})?$", description="Division's code of GB/T 2260.")]


@router.get("/packs")
def list_packs(
    caller: Called, on: On = None, code: Code = "", status: Annotated[str, Query(max_length=40)] = ""
) -> list[LawRow]:
    """Tell the instruments in hand, of a division and with a status; each says whether it stands on the day."""
    return list(law_list(turn=caller.turn, on=on, code=code, status=status))


@router.get("/packs/{pack}", responses=problems(404))
def get_pack(caller: Called, pack: str, on: On = None) -> LawPage:
    """Tell one instrument value by value, each with its reference and grade."""
    return law_page(turn=caller.turn, identity=pack, on=on)


@router.get("/map")
def get_map(caller: Called, on: On = None) -> LawMap:
    """Tell which jurisdiction has what on a day."""
    return law_map(turn=caller.turn, on=on)


@router.get("/timeline")
def get_timeline(caller: Called, code: Code = "") -> PolicyTimelineView:
    """Tell all dated acts in order of time."""
    return law_timeline(turn=caller.turn, code=code)
