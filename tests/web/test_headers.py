import pytest

from minewatch.usecases.console import SightQuery
from minewatch.web.headers import MOST_BYTES


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere", "/static/console.css", "/static/console.js"])
def test_every_answer_carries_the_headers(console, path):
    headers = console.client("analyst").get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


def test_pages_are_not_kept_by_shared_machines(console):
    assert console.client("analyst").get("/account").headers["cache-control"] == "no-store"


def test_no_page_holds_script_or_style_of_its_own(console):
    admin = console.client("admin")
    for path in ("/", "/people", "/account", "/account/password"):
        text = admin.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click=" not in text
        assert "<script>" not in text


def test_a_body_that_is_too_large_is_refused_told_or_not(console):
    client = console.client("analyst")
    token = {"x-csrf-token": client.token()}
    assert client.post("/language", content=b"x" * (MOST_BYTES + 1), headers=token).status_code == 413

    def unannounced():
        for _ in range(MOST_BYTES // (1 << 20) + 2):
            yield b"language=" + b"x" * (1 << 20)

    headers = {**token, "content-type": "application/x-www-form-urlencoded"}
    assert client.post("/language", content=unannounced(), headers=headers).status_code == 413


def test_who_saw_what_is_kept_and_strangers_are_not(console):
    client = console.client("analyst")
    client.get("/account")
    console.anonymous().get("/account")
    client.get("/people")
    console.console.flush()
    sights, count = console.store.sights(SightQuery(), offset=0, limit=10)
    assert [(sight.actor, sight.route, sight.status) for sight in sights] == [
        ("analyst", "/people", 403),
        ("analyst", "/account", 200),
    ]
    assert count == 2


@pytest.mark.parametrize(
    "path", ["/static/../console.py", "/static/%2e%2e/console.py", "/static/..%2f..%2fcli/main.py"]
)
def test_static_files_do_not_lead_out_of_their_folder(console, path):
    assert console.anonymous().get(path).status_code == 404
