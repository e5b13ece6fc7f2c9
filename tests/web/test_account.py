import re

import pytest

from console_office import PASSWORD
from minewatch.usecases.accounts import name_of_token


def test_a_changed_password_ends_other_sessions_but_not_this_one(console):
    here, there = console.client("analyst"), console.client("analyst")
    new = "five entirely different quiet words"
    answer = here.post_form("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert here.get("/account", follow_redirects=False).status_code == 200
    assert there.get("/account", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong", "a good long password", "a good long password", "old password is wrong"),
        (PASSWORD, "short", "short", "12 to 200"),
        (PASSWORD, "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "easy to guess"),
        (PASSWORD, "the analyst is me", "the analyst is me", "easy to guess"),
        (PASSWORD, PASSWORD, PASSWORD, "is the old one"),
        (PASSWORD, "a good long password", "another one entirely", "differ"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(console, old, new, again, told):
    answer = console.client("analyst").post_form("/account/password", {"old": old, "new": new, "again": again})
    assert answer.status_code == 400
    assert told in answer.text


def test_a_token_is_shown_once_kept_as_a_digest_and_can_be_taken_back(console):
    client = console.client("analyst")
    page = client.post_form("/account/tokens", {"label": "nightly <b>pull</b>"}).text
    secret = re.search(r"<code>([\w-]{43})</code>", page)[1]
    assert "<b>pull</b>" not in page
    assert secret not in client.get("/account").text
    assert name_of_token(store=console.store, secret=secret, at=console.at) == "analyst"
    (token,) = console.store.tokens("analyst")
    assert secret not in repr(token)
    client.post_form(f"/account/tokens/{token.id}/end")
    assert name_of_token(store=console.store, secret=secret, at=console.at) is None


def test_nobody_takes_back_another_persons_token(console):
    console.client("analyst").post_form("/account/tokens", {"label": "mine"})
    (token,) = console.store.tokens("analyst")
    assert console.client("supervisor").post_form(f"/account/tokens/{token.id}/end").status_code == 400
    assert console.store.tokens("analyst") == (token,)


def test_a_token_expires(console):
    page = console.client("analyst").post_form("/account/tokens", {"label": "x"}).text
    secret = re.search(r"<code>([\w-]{43})</code>", page)[1]
    console.later(days=91)
    assert name_of_token(store=console.store, secret=secret, at=console.at) is None
