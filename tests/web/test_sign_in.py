import pytest

from console_office import PASSWORD, TOKEN
from minewatch.usecases.accounts import FAILURES


def form_token(client):
    return TOKEN.search(client.get("/sign-in").text.split("<form", 1)[1])[1]


def attempt(client, name, password, **more):
    data = {"name": name, "password": password, "csrf": form_token(client), **more}
    return client.post("/sign-in", data=data, follow_redirects=False)


def test_a_page_sends_strangers_to_the_form_and_back_to_where_they_wanted(console):
    client = console.anonymous()
    answer = client.get("/people?x=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fpeople%3Fx%3D1"
    assert attempt(client, "admin", PASSWORD, next="/people?x=1").headers["location"] == "/people?x=1"
    assert client.get("/people").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"]
)
def test_signing_in_never_leads_off_the_console(console, elsewhere):
    assert attempt(console.anonymous(), "admin", PASSWORD, next=elsewhere).headers["location"] == "/"


def test_one_sentence_answers_a_wrong_name_and_a_wrong_password(console):
    wrong_name = attempt(console.anonymous(), "nobody", PASSWORD)
    wrong_password = attempt(console.anonymous(), "analyst", "x" * 20)
    assert wrong_name.status_code == wrong_password.status_code == 403
    assert "Name or password is wrong." in wrong_name.text
    assert "Name or password is wrong." in wrong_password.text


def test_failures_lock_the_account_for_a_while_and_stand_on_record(console):
    client = console.anonymous()
    for _ in range(FAILURES):
        attempt(client, "analyst", "wrong wrong wrong")
    assert "locked" in attempt(client, "analyst", PASSWORD).text
    assert [event.name for event in console.office.log.stream("accounts")] == ["account.locked/1"]
    console.later(minutes=16)
    assert attempt(client, "analyst", PASSWORD).status_code == 303


def test_a_session_planted_before_signing_in_is_not_the_one_after(console):
    client = console.anonymous()
    client.cookies.set("minewatch", "planted", domain="localhost.local")
    attempt(client, "analyst", PASSWORD)
    cookies = [cookie.value for cookie in client.cookies.jar if cookie.name == "minewatch"]
    assert (
        console.anonymous().get("/account", headers={"cookie": "minewatch=planted"}, follow_redirects=False).status_code
        == 303
    )
    assert any(value != "planted" for value in cookies)


def test_the_cookie_is_kept_from_scripts_and_other_sites(console):
    cookie = attempt(console.anonymous(), "analyst", PASSWORD).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_session_ends_when_idle_after_a_day_and_on_signing_out(console):
    idle, busy, leaver = (console.client("analyst") for _ in range(3))
    assert leaver.post_form("/sign-out").status_code == 303
    assert leaver.get("/account", follow_redirects=False).status_code == 303
    console.later(minutes=50)
    assert busy.get("/account").status_code == 200
    console.later(minutes=20)
    assert idle.get("/account", follow_redirects=False).status_code == 303
    for _ in range(12):
        console.later(minutes=50)
        busy.get("/account")
    assert busy.get("/account", follow_redirects=False).status_code == 303


def test_language_and_theme_are_kept(console):
    client = console.client("analyst")
    assert "Sign out" in client.get("/").text
    client.post_form("/language", {"language": "zh", "back": "/"})
    client.post_form("/theme", {"theme": "dark"})
    page = client.get("/").text
    assert "退出" in page
    assert 'data-theme="dark"' in page
    assert 'lang="zh-CN"' in page
