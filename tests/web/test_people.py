import re

import pytest

from console_office import TOKEN


def test_an_administrator_registers_a_person_who_must_choose_a_password(console):
    admin = console.client("admin")
    assert admin.post_form("/people", {"name": "wang", "role": "inspector", "divisions": "511802"}).status_code == 303
    page = admin.post_form("/people/account", {"name": "wang"}).text
    once = re.search(r"<code>([^<]+)</code>", page)[1]
    client = console.anonymous()
    token = TOKEN.search(client.get("/sign-in").text.split("<form", 1)[1])[1]
    client.post("/sign-in", data={"name": "wang", "password": once, "csrf": token}, follow_redirects=False)
    assert client.get("/", follow_redirects=False).headers["location"] == "/account/password"
    token = TOKEN.search(client.get("/account/password").text)
    data = {"old": once, "new": "words of my own here", "again": "words of my own here", "csrf": token[1] or token[2]}
    assert client.post("/account/password", data=data, follow_redirects=False).status_code == 303
    assert client.get("/", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("name", ["supervisor", "analyst", "inspector", "auditor"])
def test_only_administrators_manage_people_and_the_attempt_is_recorded(console, name):
    client = console.client(name)
    before = len(console.office.log.stream("access"))
    assert client.get("/people").status_code == 403
    assert (
        client.post_form("/people", {"name": name, "role": "administrator", "divisions": "000000"}).status_code == 403
    )
    assert client.post_form("/people/account", {"name": "admin"}).status_code == 403
    assert client.post_form("/people/close", {"name": "admin"}).status_code == 403
    assert len(console.office.log.stream("access")) == before + 4


def test_a_closed_account_is_out_at_once_and_ones_own_cannot_be_closed(console):
    admin, analyst = console.client("admin"), console.client("analyst")
    assert admin.post_form("/people/close", {"name": "admin"}).status_code == 403
    assert admin.post_form("/people/close", {"name": "analyst"}).status_code == 303
    assert analyst.get("/account", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"name": "x", "role": "king"}, "king"),
        ({"name": "x"}, "no role"),
        ({"name": " ", "role": "analyst"}, "no name"),
        ({"name": "x", "role": "analyst", "divisions": "51"}, "division code"),
    ],
)
def test_what_makes_no_person_is_refused_with_the_reason(console, data, told):
    answer = console.client("admin").post_form("/people", data)
    assert answer.status_code == 400
    assert told in answer.text
