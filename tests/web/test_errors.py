import pytest

from minewatch.model import errors
from minewatch.model.text import Text
from minewatch.web.errors import STATUS, status_of


@pytest.mark.parametrize("kind", errors.MinewatchError.__subclasses__())
def test_every_error_of_ours_has_a_status(kind):
    assert kind in STATUS
    assert status_of(kind(Text("m", "m"), remedy=Text("r", "r"))) == STATUS[kind]


def test_pages_for_people_and_problem_details_for_programs(console):
    client = console.client("analyst")
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "<h1>There is nothing here</h1>" in page.text
    problem = client.get("/people", headers={"accept": "application/json"})
    assert problem.status_code == 403
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["title"] == "Not allowed"
    assert problem.json()["remedy"]


def test_a_wrong_method_says_what_is_allowed(console):
    answer = console.client("analyst").post_form("/account")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_a_missing_field_is_named(console):
    answer = console.client("analyst").post_form("/account/tokens")
    assert answer.status_code == 400
    assert "label" in answer.text


def test_a_fault_of_the_program_tells_nothing_of_its_inside(console):
    def broken(**_values):
        raise ZeroDivisionError("secret inside")

    console.store.tokens = broken
    answer = console.client("analyst").get("/account")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "The program has a fault" in answer.text
