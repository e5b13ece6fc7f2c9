"""The steps of a case by its forms: each leads to its event, what is typed wrong is told, what may not be is refused."""

import io

import openpyxl
import pytest

from case_office import LATER
from console_cases import fill_console

PACK = "cn-sc-20210618"


@pytest.fixture
def filled(console):
    return fill_console(console)


def names(made, case="case-1"):
    return [event.name for event in made.office.log.stream(case)]


def post(made, step, data, who="supervisor", case="case-1"):
    return made.client(who).post_form(f"/cases/{case}/{step}", data)


def test_a_notice(filled):
    data = {"pack": "cn-ya-20210617", "number": "7", "by": "Chen", "how": "by hand", "because": "drill"}
    answer = post(filled, "notice", data, case="case-4")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/case-4")
    event = filled.office.log.stream("case-4")[-1]
    assert (event.name, event.payload["deadline"]) == ("case.notice_served/1", "2021-06-17T14:00:00.000000Z")
    again = post(filled, "notice", {**data, "because": ""}, case="case-4")
    assert again.status_code == 403
    assert "legal basis" in again.text


def test_from_return_to_restoration(filled):
    back = {"kind": "stopped", "signed_by": "王", "stopped_at": "2021-06-17T21:30", "machines": "1,280", "kw": "95.5"}
    assert post(filled, "return", back, who="analyst").status_code == 303
    filled.at = LATER
    assert post(filled, "verify", {"as_of": ""}, who="analyst").status_code == 303
    assert (
        post(filled, "restore", {"basis": "decision 12", "by": "Chen", "effective": "2021-06-20T08:00"}).status_code
        == 303
    )
    assert names(filled)[2:] == ["case.return_received/1", "case.stop_verified/2", "case.restored/1"]
    given = filled.office.log.stream("case-1")
    assert given[2].payload["machines"] == 1280
    assert given[-1].actor == "supervisor"


def test_extension_dispute_settlement_and_close(filled):
    assert post(filled, "extend", {"until": "2021-06-20T22:00", "reason": "ill", "by": "Chen"}).status_code == 303
    raised = {"kind": "figures", "raised_by": "王", "grounds": "factor"}
    assert post(filled, "dispute", raised, who="inspector").status_code == 303
    assert post(filled, "close", {"reason": "r", "by": "Chen"}).status_code == 403
    assert post(filled, "settle", {"upheld": "no", "reason": "checked", "by": "Chen"}).status_code == 303
    assert filled.office.log.stream("case-1")[-1].payload["upheld"] is False
    assert post(filled, "close", {"reason": "r", "by": "Chen"}).status_code == 303


def test_categories_measures_and_referral(filled):
    filled.at = LATER
    page = filled.client("supervisor").get("/cases/case-1").text
    category = page.split('name="category" value="', 1)[1].split('"', 1)[0]
    pack = page.split('action="/cases/case-1/categories"', 1)[1].split('name="pack" value="', 1)[1].split('"', 1)[0]
    chosen = {"pack": pack, "category": category, "reason": "r", "by": "Chen"}
    assert post(filled, "categories", chosen).status_code == 303
    page = filled.client("supervisor").get("/cases/case-1").text
    measure = page.split('name="measure" value="', 1)[1].split('"', 1)[0]
    taken = {"pack": pack, "measure": measure, "by": "Chen", "acting": "grid company", "because": "drill"}
    assert post(filled, "measures", taken).status_code == 303
    assert post(filled, "measures", {**taken, "measure": ""}).status_code in {400, 403}
    assert post(filled, "lift", {"measure": f"{pack}/{measure}", "reason": "r", "by": "Chen"}).status_code == 303
    handed = {"target": "police", "body": "公安局", "pack": pack, "section": "1", "by": "Chen", "because": "drill"}
    assert post(filled, "refer", handed).status_code == 303
    assert {"case.measure_taken/1", "case.measure_lifted/1", "case.referred/1"} <= set(names(filled))


def test_a_filled_in_form(filled):
    client = filled.client("analyst")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/campaigns/ya/returns.xlsx").content))
    rows = sheet.active
    heads = {cell.value: cell.column for row in rows.iter_rows(max_row=12) for cell in row if cell.value}
    line = next(row[0].row for row in rows.iter_rows() if str(row[0].value) == "1")
    rows.cell(line, heads["自查结论"]).value = "已关停"
    rows.cell(line, heads["停机时间"]).value = "2021-06-17 21:30"
    rows.cell(line, heads["签字人"]).value = "王"
    content = io.BytesIO()
    sheet.save(content)
    answer = client.post_form("/cases/case-1/return-form", files={"form": ("f.xlsx", content.getvalue(), "x/y")})
    assert answer.status_code == 200
    assert names(filled)[-1] == "case.return_received/1"
    wrong = client.post_form("/cases/case-1/return-form", files={"form": ("f.exe", b"MZ", "x/y")})
    assert wrong.status_code == 400
    damaged = client.post_form("/cases/case-1/return-form", files={"form": ("f.xlsx", b"PK damaged", "x/y")})
    assert damaged.status_code == 200
    assert "Rows not taken" in damaged.text


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("return", {"kind": "x", "signed_by": "a"}),
        ("return", {"kind": "nil", "signed_by": "a", "machines": "-1"}),
        ("return", {"kind": "nil", "signed_by": "a", "machines": "1.5"}),
        ("return", {"kind": "nil", "signed_by": "a", "kw": "many"}),
        ("return", {"kind": "nil", "signed_by": "a", "received": "soon"}),
        ("return", {"kind": "nil"}),
        ("extend", {"until": "later", "reason": "r", "by": "b"}),
        ("dispute", {"kind": "x", "raised_by": "a", "grounds": "b"}),
        ("dispute", {"kind": "figures", "raised_by": "a", "grounds": "b" * 5000}),
        ("refer", {"target": "x", "body": "b", "pack": PACK, "section": "1", "by": "c"}),
    ],
)
def test_what_is_typed_wrong_is_told_and_changes_nothing(filled, step, data):
    head = filled.office.log.head()
    assert post(filled, step, data).status_code == 400
    assert filled.office.log.head() == head


def test_an_instrument_that_is_not_there_is_told_and_changes_nothing(filled):
    head = filled.office.log.head()
    assert post(filled, "notice", {"pack": "none", "number": "1", "by": "c"}).status_code == 404
    assert filled.office.log.head() == head


@pytest.mark.parametrize("step", ["notice", "extend", "close", "restore", "verify", "return", "lift", "settle"])
@pytest.mark.parametrize("who", ["auditor", "county"])
def test_who_may_not_is_refused(filled, step, who):
    data = {
        "pack": "cn-ya-20210617", "number": "1", "by": "x", "because": "y", "until": "2021-06-20T22:00", "reason": "r",
        "basis": "b", "kind": "stopped", "stopped_at": "2021-06-17T21:00", "signed_by": "s", "measure": "m", "upheld": "no",
    }  # fmt: skip
    before = names(filled)
    assert post(filled, step, data, who=who).status_code in {400, 403}
    assert names(filled) == before


def test_a_step_without_the_token_is_refused(filled):
    client = filled.client("supervisor")
    answer = client.post("/cases/case-1/close", data={"reason": "r", "by": "b"}, follow_redirects=False)
    assert answer.status_code == 403
    assert "case.closed/1" not in names(filled)
