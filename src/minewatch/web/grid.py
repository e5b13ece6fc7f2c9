"""Grid: the tree of nodes with their balances, one node, sites on a plain map."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from minewatch.model.errors import InputError
from minewatch.model.grid_views import LEVELS
from minewatch.usecases import grid_pages as use
from minewatch.usecases.site_map import NODES, STATE_WORDS, map_figure, site_map
from minewatch.web.context import Who
from minewatch.web.pages import page

router = APIRouter(prefix="/grid")

Words = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=100_000)]
LISTED = 200


@router.get("")
def grid(request: Request, who: Who, q: Words = "", *, flagged: bool = False, number: Number = 1) -> Response:
    """Show the top of the tree, or what a search found."""
    searched = bool(q.strip() or flagged)
    try:
        if searched:
            view = use.grid_search(turn=who.turn, text=q, flagged=flagged, page=number)
        else:
            view = use.grid_roots(turn=who.turn, page=number)
    except InputError as error:
        return page(request, who, "grid_empty.html", told=error.told(who.language))
    return page(
        request, who, "grid.html", view=view, asked={"q": q, "flagged": flagged}, searched=searched, levels=LEVELS
    )


@router.get("/children")
def children(request: Request, who: Who, node: Words, number: Number = 1) -> Response:
    """Return what hangs under a node, as a piece of the tree."""
    view = use.grid_children(turn=who.turn, node=node, page=number)
    return page(request, who, "grid_children.html", view=view, node=node)


@router.get("/map")
def sites(
    request: Request, who: Who, state: Annotated[list[str] | None, Query()] = None, nodes: Words = "flagged"
) -> Response:
    """Show sites and nodes on plain axes."""
    view = site_map(turn=who.turn, states=frozenset(state or ()), nodes=nodes)
    asked = urlencode([*(("state", one) for one in state or ()), ("nodes", nodes)])
    return page(
        request,
        who,
        "grid_map.html",
        view=view,
        chosen=state or [],
        nodes=nodes,
        choices=NODES,
        states=STATE_WORDS,
        asked=asked,
        listed=[one for one in view.sites if one.address.startswith("/cases/")][:LISTED],
    )


@router.get("/map.json")
def sites_json(who: Who, state: Annotated[list[str] | None, Query()] = None, nodes: Words = "flagged") -> Response:
    """Return the map as a figure."""
    view = site_map(turn=who.turn, states=frozenset(state or ()), nodes=nodes)
    return JSONResponse(map_figure(view, language=who.language))


@router.get("/balance.json")
def balance_json(who: Who, node: Words) -> Response:
    """Return what a node was supplied with and the unexplained part."""
    return JSONResponse(use.balance_figure(turn=who.turn, node=node, language=who.language))


@router.get("/residual.json")
def residual_json(who: Who, node: Words) -> Response:
    """Return what is missing at a node."""
    return JSONResponse(use.residual_figure(turn=who.turn, node=node, language=who.language))


@router.get("/heat.json")
def heat_json(who: Who, node: Words) -> Response:
    """Return what is missing at a node, hours by days."""
    return JSONResponse(use.residual_heat(turn=who.turn, node=node, language=who.language))


@router.get("/{node:path}")
def node_page(request: Request, who: Who, node: str, number: Number = 1) -> Response:
    """Show one node."""
    view = use.grid_node(turn=who.turn, node=node, page=number)
    return page(request, who, "grid_node.html", view=view, levels=LEVELS)
