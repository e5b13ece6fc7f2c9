"""The wall: the running campaign at a glance, for a desk and for a big screen; it refreshes itself."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from minewatch.model.text import Text
from minewatch.model.wall_views import RegionalLoad, WallView
from minewatch.usecases.wall import wall
from minewatch.web.context import Visitor, Who
from minewatch.web.pages import page, rendered

router = APIRouter()

Campaign = Annotated[str, Query(max_length=200)]


def show(request: Request, who: Visitor, view: WallView) -> Response:
    """Render the wall of ``view``."""
    return page(request, who, "wall.html", view=view, fall=fall(view.load))


@router.get("/wall")
def desk(request: Request, who: Who, campaign: Campaign = "") -> Response:
    """Show the wall of a campaign, or of the one opened last."""
    return show(request, who, wall(turn=who.turn, campaign=campaign))


@router.get("/wall/screen")
def screen(request: Request, who: Who, campaign: Campaign = "") -> Response:
    """Show the wall for a big screen: large type, nothing that needs a hand."""
    view = wall(turn=who.turn, campaign=campaign)
    return page(request, who, "wall_screen.html", view=view, fall=fall(view.load))


@router.get("/wall.json")
def data(request: Request, who: Who, campaign: Campaign = "", form: str = "desk") -> Response:
    """Return the wall as data, and its figures as they are shown (``form`` desk or screen), for the page to refresh itself."""
    view = wall(turn=who.turn, campaign=campaign)
    template = "wall_screen_figures.html" if form == "screen" else "wall_figures.html"
    figures = rendered(request, who, template, view=view, fall=fall(view.load))
    plain = asdict(view)
    plain.pop("load")
    shown = f"{view.load.last} {view.load.first} {sum(view.load.sites)}" if view.load else ""
    return JSONResponse({**plain, "figures": figures, "load": shown})


@router.get("/wall/load.json")
def load(who: Who, campaign: Campaign = "") -> Response:
    """Return the sites' load as a figure: power, how many sites report, the deadline."""
    view = wall(turn=who.turn, campaign=campaign)
    return JSONResponse(figure(view.load, who) if view.load else {"data": [], "layout": {}})


def fall(found: RegionalLoad | None) -> float | None:
    """Return by how much of itself the load fell since the day before the deadline, in per cent; negative: it rose."""
    if found is None or not found.before_kw or found.now_kw is None:
        return None
    return round(100 * (1 - found.now_kw / found.before_kw), 1)


def figure(found: RegionalLoad, who: Visitor) -> dict[str, Any]:
    """Return a plotly figure of the load."""
    begin = datetime.fromisoformat(found.first)
    times = [
        (begin + timedelta(minutes=found.minutes * slot)).strftime("%Y-%m-%dT%H:%M") for slot in range(len(found.kw))
    ]
    power, sites, falls = (
        text.in_language(who.language)
        for text in (
            Text("kW of the sites that report", "报数项目合计功率（kW）"),
            Text("sites that report", "报数项目数"),
            Text("deadline", "期限"),
        )
    )
    layout: dict[str, Any] = {
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": "kW"}},
        "yaxis2": {
            "title": {"text": sites},
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "range": [0, max(1, found.of) * 1.05],
            "dtick": max(1, -(-found.of // 5)),
        },
        "margin": {"l": 64, "r": 56, "t": 12, "b": 40},
    }
    if found.deadline:
        layout["shapes"] = [
            {"type": "line", "x0": found.deadline, "x1": found.deadline, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"width": 2, "dash": "dash", "color": "#c2410c"}}
        ]  # fmt: skip
        layout["annotations"] = [
            {"x": found.deadline, "yref": "paper", "y": 1, "text": falls, "showarrow": False, "xanchor": "left",
             "xshift": 4}
        ]  # fmt: skip
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "name": power, "x": times, "y": found.kw, "fill": "tozeroy",
             "line": {"shape": "hv", "width": 2}},
            {"type": "scatter", "mode": "lines", "name": sites, "x": times, "y": found.sites, "yaxis": "y2",
             "line": {"shape": "hv", "width": 1, "dash": "dot"}},
        ],
        "layout": layout,
    }  # fmt: skip
