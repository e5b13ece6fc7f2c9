"""The first page after signing in."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from minewatch.usecases.workspaces import holdings
from minewatch.web.context import Who
from minewatch.web.pages import page

router = APIRouter()


@router.get("/")
def start(request: Request, who: Who) -> Response:
    """Show what the workspace holds."""
    return page(request, who, "home.html", holdings=holdings(workspace=who.office.workspace))
