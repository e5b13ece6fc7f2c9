"""Every route against every role: let in or refused exactly as the table says, each refusal on record."""

from pathlib import Path

import pytest

from access_table import EVERYBODY, NAMES, PUBLIC, TABLE, page, routes, url_of
from api_office import furnished
from console_office import BEGIN, Client
from minewatch.usecases.accounts import Secrets, open_session

ACTORS = {"D": "admin", "S": "supervisor", "A": "analyst", "I": "inspector", "U": "auditor"}
ROOT = Path(__file__).parents[2]


def is_api(name):
    return " /api/v1/" in name


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with furnished(tmp_path_factory.mktemp("access")) as made:
        yield made


def ask(made, name, access, actor):
    """Send the route's request as ``actor`` (empty: nobody) with a session or a token of its own; return the answer."""
    method, path = name.split()
    client = Client(made.app, base_url="http://localhost", raise_server_exceptions=False)
    form = dict(access.form)
    if actor and is_api(name):
        client.headers["Authorization"] = f"Bearer {actor}"
    elif actor:
        open_session(store=made.store, name=actor, secrets=Secrets(f"cookie-{actor}", f"csrf-{actor}"), at=made.at)
        client.cookies.set("minewatch", f"cookie-{actor}")
        form["csrf"] = f"csrf-{actor}"
    else:
        client.cookies.set("minewatch-form", "planted")
        form["csrf"] = "planted"
    sent = {"json": access.json} if access.json is not None else {"content": access.content}
    if access.files:
        sent = {"data": access.form, "files": access.files}
    if method != "GET" and not is_api(name):
        client.headers["X-CSRF-Token"] = form["csrf"]
        sent = {"data": form, "files": access.files or None} if access.json is None else {"json": access.json}
    if actor:
        made.store.end_session("")
    answer = client.request(
        method,
        url_of(path) + access.query,
        headers=access.headers,
        follow_redirects=False,
        **(sent if method != "GET" else {}),
    )
    made.store.end_sessions(actor)
    return answer


def outcome(made, name, access, actor):
    """Tell what came of a request: ``in``, ``refused`` (and recorded), ``nobody`` (sign in first)."""
    before = made.office.log.version("access")
    answer = ask(made, name, access, actor)
    assert answer.status_code != 500, f"{name} as {actor}: {answer.text[:300]}"
    recorded = made.office.log.version("access") - before
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in?"):
        return "nobody"
    if recorded:
        assert answer.status_code == 403, f"{name} as {actor} was refused but answered {answer.status_code}"
        return "refused"
    return "in"


def test_every_route_stands_in_the_table_and_nothing_else():
    assert {f"{method} {path}" for method, path, _ in routes()} == set(TABLE), "say in access_table.py who may reach it"


def test_the_application_serves_nothing_beside_its_routers(office):
    mounted = [route.path for route in office.app.routes if getattr(route, "path", None)]
    assert mounted == ["/static"]


@pytest.mark.parametrize("name", TABLE)
def test_the_route_lets_in_whom_the_table_says(office, name):
    access = TABLE[name]
    allowed = EVERYBODY if access.roles == PUBLIC else access.roles
    expected = {letter: "in" if letter in allowed else "refused" for letter in NAMES}
    order = sorted(NAMES, key=lambda letter: letter in allowed)
    assert {letter: outcome(office, name, access, ACTORS[letter]) for letter in order} == {
        letter: expected[letter] for letter in order
    }


@pytest.mark.parametrize("name", TABLE)
def test_nobody_gets_past_the_sign_in(office, name):
    assert outcome(office, name, TABLE[name], "") == ("in" if TABLE[name].roles == PUBLIC else "nobody")


@pytest.mark.parametrize("name", [name for name, access in TABLE.items() if access.placed and "S" in access.roles])
@pytest.mark.parametrize("stranger", ["county", "elsewhere"])
def test_a_supervisor_of_another_place_is_refused(office, name, stranger):
    own_part = TABLE[name].placed == "part" and stranger == "county"
    assert outcome(office, name, TABLE[name], stranger) == ("in" if own_part else "refused")


def test_what_takes_a_case_a_campaign_or_a_tip_is_held_to_its_place():
    for name, access in TABLE.items():
        path = name.split()[1]
        if "{case}" in path or "{tip}" in path or "/campaigns/{name}" in path:
            assert access.placed, name


def test_the_page_is_the_table():
    assert (ROOT / "docs" / "console-access.md").read_text("utf-8") == page(), "python tests/access_table.py"


def test_sessions_of_the_matrix_are_the_real_ones(office):
    assert office.at == BEGIN
    assert ask(office, "GET /account", TABLE["GET /account"], "analyst").status_code == 200
