"""The chart library, served from the wheel it is installed from: compressed once, kept by browsers by its version."""

import gzip
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text

router = APIRouter()
KEPT = "public, max-age=31536000, immutable"


@cache
def _charts(packed: bool) -> bytes:  # noqa: FBT001 - the two forms of one file
    found = find_spec("plotly")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError(
            Text("The chart library is not installed.", "图表库未安装。"),
            remedy=Text("Install minewatch again.", "请重新安装 minewatch。"),
        )
    content = (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_bytes()
    return gzip.compress(content, 6) if packed else content


@cache
def charts_version() -> str:
    """Return the version of the chart library, which stands in the script's address."""
    return version("plotly")


@router.get("/static/charts-library/{number}.js", include_in_schema=False)
def charts_library(request: Request, number: str) -> Response:
    """Serve the library; ``number`` is its version and only makes the address change with it."""
    del number
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(_charts(packed), media_type="text/javascript; charset=utf-8", headers=headers)
