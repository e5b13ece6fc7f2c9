"""The API's description: OpenAPI 3.1 as data, and the same as a page to read; neither loads anything from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from minewatch import __version__
from minewatch.web import api_campaigns, api_cases, api_data, api_findings, api_law, api_records, api_steps
from minewatch.web.api_models import Problem
from minewatch.web.context import Who
from minewatch.web.pages import page

API_ROUTERS: tuple[APIRouter, ...] = (
    api_findings.router,
    api_cases.router,
    api_steps.router,
    api_campaigns.router,
    api_law.router,
    api_data.router,
    api_records.router,
)
DESCRIPTION = """The same use cases as the console's and the command line's, with the same permissions.

Send a token of the page /account as `Authorization: Bearer TOKEN`. Times are ISO 8601 with an offset; those of answers are
UTC. Errors are problem details (RFC 9457) with a remedy. Lists that take `updated_since` answer with a cursor: keep it and ask
again with it for what changed since; `more` says whether something waits already."""
router = APIRouter()


@cache
def openapi() -> dict[str, Any]:
    """Return the description of the API."""
    routes = [route for one in API_ROUTERS for route in one.routes]
    told = get_openapi(title="minewatch", version=__version__, description=DESCRIPTION, routes=routes)
    for operations in told["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # what cannot be used is answered with 400, as problem details
    schemas = told["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = Problem.model_json_schema()
    told["components"]["schemas"] = dict(sorted(schemas.items()))
    return told


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or field: where it stands (path, query, header; empty: body), its type and the schema that names it."""

    name: str
    where: str
    needed: bool
    type: str
    link: str
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; ``answers`` are (status, words, schema)."""

    id: str
    method: str
    path: str
    words: str
    fields: tuple[Field, ...]
    body: str
    answers: tuple[tuple[str, str, str], ...]


def groups() -> dict[str, list[Operation]]:
    """Return the operations by their tag, in the order of the routers."""
    found: dict[str, list[Operation]] = {}
    for path, operations in openapi()["paths"].items():
        for method, said in operations.items():
            found.setdefault(said["tags"][0], []).append(_operation(path, method, said))
    return found


def schemas() -> dict[str, tuple[str, tuple[Field, ...]]]:
    """Return every schema by name: its words and its fields."""
    return {
        name: (str(schema.get("description", "")), tuple(_fields(schema)))
        for name, schema in openapi()["components"]["schemas"].items()
        if "properties" in schema
    }


def _operation(path: str, method: str, said: Mapping[str, Any]) -> Operation:
    parameters = [
        Field(one["name"], one["in"], one.get("required", False), *_type(one["schema"]), one.get("description", ""))
        for one in said.get("parameters", ())
    ]
    content = said.get("requestBody", {}).get("content", {})
    bodies = [_type(one["schema"])[1] for one in content.values()]
    return Operation(
        id=said["operationId"],
        method=method.upper(),
        path=path,
        words=said.get("description", ""),
        fields=tuple(parameters),
        body=bodies[0] if bodies else "",
        answers=tuple(_answers(said["responses"])),
    )


def _answers(responses: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, said in sorted(responses.items()):
        kinds = [_type(one.get("schema", {})) for one in said.get("content", {}).values()]
        shown = kinds[0] if kinds else ("", "")
        yield status, "" if status < "300" else said["description"], shown[1] or shown[0]


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, one in schema["properties"].items():
        yield Field(name, "", name in needed, *_type(one), one.get("description", ""))


def _type(schema: Mapping[str, Any]) -> tuple[str, str]:
    """Return a schema's type in words and the name of the schema it refers to (empty: none)."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return name, name
    if "anyOf" in schema:
        parts = [_type(one) for one in schema["anyOf"]]
        return " or ".join(text for text, _ in parts), next((link for _, link in parts if link), "")
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    if "const" in schema:
        return repr(schema["const"]), ""
    if schema.get("type") == "array":
        text, link = _type(schema.get("items", {}))
        return f"list of {text}", link
    kind = str(schema.get("type", "anything"))
    return (f"{kind} ({schema['format']})" if "format" in schema else kind), ""


@router.get("/api/v1/openapi.json", include_in_schema=False)
def published() -> Response:
    """Publish the description; it tells nothing that the program's own documentation does not."""
    return JSONResponse(openapi())


@router.get("/api", include_in_schema=False)
def reference(request: Request, who: Who) -> Response:
    """Show the description as a page."""
    return page(request, who, "api.html", groups=groups(), schemas=schemas(), about=DESCRIPTION)
