"""Draws by their pages: commit, draw, prove."""

import pytest

from case_office import turn
from console_cases import fill_console
from minewatch.usecases.steps import Close, give


@pytest.fixture
def filled(console):
    made = fill_console(console)
    give(turn=turn(made.office), cases=["3", "4"], command=Close(reason="r", by="Chen"))
    return made


DRAW = {"campaign": "ya", "seed": "seed 7", "count": "1", "team": "2"}


def test_commit_draw_and_draw_again(filled):
    client = filled.client("supervisor")
    assert client.post_form("/draws/commit", {"name": "d1", "seed": "seed 7"}).headers["location"] == "/draws/d1"
    before = client.get("/draws/d1").text
    assert "not drawn yet" in before
    assert "seed 7" not in before
    assert client.post_form("/draws/d1", {**DRAW, "seed": "other"}).status_code == 403
    assert client.post_form("/draws/d1", {**DRAW, "recuse": "1=luo\n2=luo"}).status_code == 303
    page = client.get("/draws/d1?recheck=true").text
    assert "the result is the same" in page
    assert "seed 7" in page
    assert "the result is the same" not in client.get("/draws/d1").text
    assert "d1" in client.get("/campaigns/ya").text
    assert "Spot-check draws" in client.get("/cases/case-1").text


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/draws/commit", {"name": "a/b", "seed": "s"}, 400),
        ("/draws/commit", {"name": " ", "seed": "s"}, 400),
        ("/draws/none", DRAW, 403),
    ],
)
def test_what_cannot_be(filled, path, data, status):
    assert filled.client("supervisor").post_form(path, data).status_code == status


def test_recusals_are_lines(filled):
    client = filled.client("supervisor")
    client.post_form("/draws/commit", {"name": "d1", "seed": "seed 7"})
    assert client.post_form("/draws/d1", {**DRAW, "recuse": "luo"}).status_code == 400
    assert client.get("/draws/none").status_code == 400


@pytest.mark.parametrize("who", ["analyst", "inspector", "auditor"])
def test_only_supervisors_draw(filled, who):
    assert filled.client(who).post_form("/draws/commit", {"name": "d1", "seed": "s"}).status_code == 403
