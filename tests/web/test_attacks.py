"""What an attacker would try, on every route there is: forged forms, planted sessions, strange paths, hosts and methods."""

import pytest

from access_table import KNOWN, PUBLIC, TABLE, routes, url_of
from api_office import caller, furnished
from console_office import PASSWORD, TOKEN, Client
from minewatch.usecases.accounts import Secrets, open_session
from minewatch.web.app import make_app
from minewatch.web.console import Console, Reached

CHANGES = [name for name in TABLE if not name.startswith("GET") and " /api/v1/" not in name]
PAGES = [name for name in TABLE if name.startswith("GET") and " /api/v1/" not in name and TABLE[name].roles != PUBLIC]
WITH_PARAMETERS = [name for name in TABLE if "{" in name]
STRANGE = (
    "..%2f..%2fminewatch.toml", "%2e%2e", "..", "....//", "%00", "a%00b", "%0d%0aSet-Cookie:x=1", "x" * 9000, "-1", "0",
    "999999999999999999999999", "%F0%9F%92%A9", "%ff%fe", "case-1%27%20OR%201=1--", "con", "~root", "%5c..%5c",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with furnished(tmp_path_factory.mktemp("attacks")) as made:
        yield made


def signed(made, name="admin"):
    """Return a client with a session of its own, without the sign-in form; its token is ``csrf-NAME``."""
    open_session(store=made.store, name=name, secrets=Secrets(f"cookie-{name}", f"csrf-{name}"), at=made.at)
    client = made.anonymous()
    client.cookies.set("minewatch", f"cookie-{name}")
    return client


@pytest.fixture
def admin(office):
    yield signed(office)
    office.store.end_sessions("admin")


def actor_of(name):
    letters = {"D": "admin", "S": "supervisor", "A": "analyst", "I": "inspector", "U": "auditor"}
    roles = TABLE[name].roles
    return "supervisor" if roles == PUBLIC or "S" in roles else letters[roles[0]]


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"csrf": ""},
        {"csrf": "csrf-auditor"},
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"origin": "null"}},
        {"headers": {"sec-fetch-site": "cross-site"}},
        {"headers": {"sec-fetch-site": "same-site"}},
    ],
    ids=["none", "empty", "anothers", "origin", "null-origin", "cross-site", "same-site"],
)
@pytest.mark.parametrize("name", CHANGES)
def test_a_forged_form_changes_nothing(office, name, forged):
    actor = actor_of(name)
    client = signed(office, actor)
    data = dict(TABLE[name].form)
    data["csrf"] = forged.get("csrf", f"csrf-{actor}" if "headers" in forged else "")
    before = office.office.log.count()
    answer = client.post(url_of(name.split()[1]), data=data, headers=forged.get("headers", {}), follow_redirects=False)
    assert answer.status_code == 403
    assert office.office.log.count() == before
    assert client.get("/account").status_code == 200, "a forged request must not sign anybody out"
    office.store.end_sessions(actor)


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_made_by_post_alone(office, admin, name):
    path = url_of(name.split()[1])
    methods = {method for method, known, _ in routes() if known == name.split()[1]}
    before = office.office.log.version("accounts"), office.office.log.version("actors")
    for method in {"GET", "PUT", "PATCH", "DELETE", "TRACE"} - methods:
        answer = admin.request(method, path, headers={"x-csrf-token": "csrf-admin"}, follow_redirects=False)
        assert answer.status_code in {404, 405} or method == "GET"
    for override in ("x-http-method-override", "x-method-override", "x-http-method"):
        admin.get(path, headers={override: "POST"}, follow_redirects=False)
    assert (office.office.log.version("accounts"), office.office.log.version("actors")) == before


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_strange_paths_lead_nowhere_and_break_nothing(office, name):
    method, path = name.split()
    actor = actor_of(name)
    client = caller(office, actor) if " /api/v1/" in name else signed(office, actor)
    access = TABLE[name]
    for strange in STRANGE:
        url = url_of(path, **dict.fromkeys(KNOWN, strange))
        sent = {"json": access.json} if access.json is not None else {"content": access.content}
        if " /api/v1/" not in name:
            sent = {"data": {**access.form, "csrf": f"csrf-{actor}"}}
        office.console.rate._left.clear()
        answer = client.request(
            method, url + access.query, headers=access.headers, follow_redirects=False,
            **(sent if method != "GET" else {}),
        )  # fmt: skip
        assert answer.status_code < 500, f"{method} {url[:80]}: {answer.text[:200]}"
        assert "zone =" not in answer.text, "the workspace's own file was served"
        assert "x=1" not in answer.headers.get("set-cookie", "")
    office.store.end_sessions(actor)


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/%2fetc%2fpasswd",
     "/static/....//app.py", "/static/..%5capp.py", "/static/console.css%00.txt"],
)  # fmt: skip
def test_static_files_are_those_of_their_folder(admin, path):
    answer = admin.get(path)
    assert answer.status_code in {400, 404}
    assert "make_app" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_not_framed_kept_or_sniffed(office, name):
    actor = actor_of(name)
    answer = signed(office, actor).get(url_of(name.split()[1]), follow_redirects=False)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in {"no-store", "private, no-cache", "private, max-age=0"}
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "server" not in answer.headers
    office.store.end_sessions(actor)


def test_a_planted_session_is_never_the_signed_in_one(office):
    planted = office.anonymous()
    planted.cookies.set("minewatch", "planted-by-somebody")
    page = planted.get("/sign-in")
    token = TOKEN.search(page.text.split("<form", 1)[1])[1]
    planted.post("/sign-in", data={"name": "analyst", "password": PASSWORD, "csrf": token}, follow_redirects=False)
    thief = office.anonymous()
    thief.cookies.set("minewatch", "planted-by-somebody")
    assert thief.get("/account", follow_redirects=False).status_code == 303
    names = {cookie.value for cookie in planted.cookies.jar if cookie.name == "minewatch"}
    assert names - {"planted-by-somebody"}


def test_a_session_is_dead_after_signing_out_wherever_it_was_copied(office):
    client = office.client("inspector")
    stolen = client.cookies.get("minewatch")
    token = client.token()
    client.post("/sign-out", data={"csrf": token}, follow_redirects=False)
    thief = office.anonymous()
    thief.cookies.set("minewatch", stolen)
    assert thief.get("/account", follow_redirects=False).status_code == 303
    replayed = thief.post("/account/tokens", data={"label": "x", "csrf": token}, follow_redirects=False)
    assert replayed.status_code == 403


def test_a_form_token_of_one_session_opens_no_other(office):
    first, second = office.client("inspector"), office.client("inspector")
    token = first.token()
    assert token != second.token()
    assert second.post("/account/tokens", data={"label": "x", "csrf": token}).status_code == 403


@pytest.mark.parametrize(
    "next_",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "javascript:x",
     "///evil.example", "/\r\nLocation:https://evil.example", "http:evil.example", " //evil.example", "/\t/evil.example"],
)  # fmt: skip
def test_a_link_never_leads_to_another_site(office, next_):
    client = office.anonymous()
    page = client.get("/sign-in", params={"next": next_})
    token = TOKEN.search(page.text.split("<form", 1)[1])[1]
    data = {"name": "auditor", "password": PASSWORD, "csrf": token, "next": next_}
    signed_in = client.post("/sign-in", data=data, follow_redirects=False)
    assert signed_in.status_code == 303
    for place in (
        signed_in.headers["location"],
        client.post_form("/language", {"language": "en", "back": next_}).headers["location"],
        client.post_form("/theme", {"theme": "dark", "back": next_}).headers["location"],
    ):
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\", "/\t"))
        assert "evil.example" not in place or place.startswith("/%")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
def test_a_host_that_is_not_ours_is_not_answered(office, host):
    console = Console(office.office, office.store, lambda: office.at, Reached(names=("localhost", "127.0.0.1")))
    client = Client(make_app(console), base_url="http://localhost", raise_server_exceptions=False)
    assert client.get("/sign-in").status_code == 200
    answer = client.get("/sign-in", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "header", ["x-forwarded-host", "x-forwarded-for", "forwarded", "x-original-url", "x-rewrite-url"]
)
def test_headers_of_proxies_change_nothing_by_themselves(admin, header):
    answer = admin.get("/account", headers={header: "evil.example"}, follow_redirects=False)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    refused = admin.get("/sign-in", headers={header: "/people"}, follow_redirects=False)
    assert 'name="password"' in refused.text


def test_over_https_cookies_are_bound_to_the_host_and_never_sent_in_the_open(office):
    console = Console(office.office, office.store, lambda: office.at, Reached(secure=True))
    client = Client(make_app(console), base_url="https://localhost", raise_server_exceptions=False)
    page = client.get("/sign-in")
    cookie = page.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Domain" not in cookie
    assert page.headers["strict-transport-security"].startswith("max-age=")


def test_fields_nobody_asked_for_give_no_power(office, admin):
    data = {"name": "climber", "role": "analyst", "divisions": "511802", "roles": "administrator", "must_change": "0",
            "disabled": "0", "by": "root", "csrf": "csrf-admin"}  # fmt: skip
    assert admin.post("/people", data=data, follow_redirects=False).status_code == 303
    assert office.console.actor("climber").roles == {"analyst"}
    body = {"category": "miner", "division": "511824", "what": "w", "id": "tip-99", "at": "2000-01-01T00:00:00Z"}
    assert caller(office, "analyst").post("/api/v1/tips", json=body).status_code == 400
    assert not office.office.log.stream("tip-99")


def test_a_parameter_given_twice_or_as_a_list_breaks_nothing(office):
    client = caller(office, "analyst")
    assert client.get("/api/v1/cases?limit=1&limit=2").status_code == 200
    assert client.get("/api/v1/cases?state[]=new&state[$ne]=x").status_code == 200
    assert client.post("/api/v1/tips", json=[{"category": "miner"}]).status_code == 400
    deep = "[" * 5000 + "]" * 5000
    answer = client.post("/api/v1/tips", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 413}
