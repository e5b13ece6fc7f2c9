"""The guard: a change must come from one of the console's own pages."""

import pytest

FORM = {"language": "zh", "back": "/"}


def language(console):
    return console.store.account("analyst").language


def test_a_form_without_the_sessions_token_changes_nothing(console):
    client = console.client("analyst")
    for token in ({}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": console.client("supervisor").token()}):
        answer = client.post("/language", data={**FORM, **token}, follow_redirects=False)
        assert answer.status_code == 403
        assert "not sent from this console" in answer.text
    assert language(console) == "en"
    assert client.post_form("/language", FORM).status_code == 303
    assert language(console) == "zh"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_page_changes_nothing_even_with_the_token(console, headers):
    assert console.client("analyst").post_form("/language", FORM, headers=headers).status_code == 403
    assert language(console) == "en"


def test_the_token_may_come_in_a_header_and_only_there_for_other_bodies(console):
    client = console.client("analyst")
    token = client.token()
    assert (
        client.post("/language", data=FORM, headers={"x-csrf-token": token}, follow_redirects=False).status_code == 303
    )
    assert client.post("/language", json={**FORM, "csrf": token}).status_code == 403


def test_the_sign_in_form_is_guarded_too(console):
    data = {"name": "analyst", "password": "whatever it is", "csrf": "made up"}
    assert console.anonymous().post("/sign-in", data=data).status_code == 403
    assert console.store.account("analyst").failed == 0


def test_a_role_taken_away_is_gone_with_the_next_request(console):
    admin = console.client("admin")
    assert admin.get("/people").status_code == 200
    admin.post_form("/people", {"name": "admin", "role": "auditor", "divisions": "000000"})
    assert admin.get("/people").status_code == 403
