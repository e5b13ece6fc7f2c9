"""Returns in bulk: by case, meter or name; bad rows told, the others taken; a claim of not mining disputes."""

import pytest

from minewatch.usecases.cases import visible_cases
from minewatch.usecases.returns import record_returns
from ya_turn import BAI, turn_of, when, ya

HEAD = "案件编号,计量点编号,项目名称,自查结论,停机时间,签字人,矿机数量\n"


def returned(office, folder, rows):
    path = folder / "returns.csv"
    path.write_text(HEAD + rows, "utf-8")
    return record_returns(turn=turn_of(office, BAI, when(17, 23)), path=path, campaign="ya")


def test_a_site_is_named_by_case_meter_or_name(tmp_path):
    with ya(tmp_path, cases=3, noticed=True) as office:
        done = returned(office, tmp_path, "1,,,已关停,2021/06/17 21:00,a,5\n,M2,,运行中,,b,\n,,site 3,未挖矿,,c,\n")
        assert [one.stream for one in done.receipts] == ["case-1", "case-2", "case-3"]
        assert done.issues == ()
        rows = {row["id"]: row for row in visible_cases(log=office.log, actor=BAI)}
        assert rows["case-1"]["said_stopped"] is True
        assert rows["case-2"]["status"] == "not_stopped"
        assert rows["case-3"]["disputed"] == "not_mining"
        assert done.contradictions == ()
        data = office.log.stream("case-1")[-1].payload
        assert data["stopped_at"] == "2021-06-17T13:00:00.000000Z"
        assert data["document_digest"].endswith(":2")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,,,已关停,2021-06-17 21:00,a,", "form_no_case"),
        ("1,,,也许,,a,", "form_bad_choice"),
        ("1,,,已关停,gestern,a,", "form_bad_time"),
        ("1,,,运行中,,a,-4", "form_bad_number"),
        ("1,,,已关停,,a,", "form_refused"),
        (",,,运行中,,a,", "form_missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_others_are_taken(tmp_path, row, code):
    with ya(tmp_path, noticed=True) as office:
        done = returned(office, tmp_path, row + "\n2,,,运行中,,b,\n")
        assert [one.stream for one in done.receipts] == ["case-2"]
        assert [(one.code, one.line) for one in done.issues] == [(code, 2)]


def test_a_case_that_stands_twice_is_taken_once(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        done = returned(office, tmp_path, "1,,,运行中,,a,\n1,,,运行中,,a,\n")
        assert len(done.receipts) == 1
        assert [one.code for one in done.issues] == ["form_double"]
