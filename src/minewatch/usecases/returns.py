"""Self-inspection returns in bulk, from CSV or XLSX: good rows are recorded, the others told by line, column and remedy."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from minewatch.casework.case import decide
from minewatch.casework.commands import Command, RecordReturn, ReturnKind
from minewatch.model.errors import InputError, RuleError
from minewatch.model.form_issues import form_issue
from minewatch.model.issues import Issue
from minewatch.readers.forms import Field, FormRow, read_form
from minewatch.usecases.cases import CAMPAIGN, Receipt, act_on_many, case_state, visible_cases
from minewatch.usecases.office import Turn

FIELDS = (
    Field("case", ("案件编号", "案件", "case id", "case number")),
    Field("meter", ("计量点编号", "计量点", "meter_id", "户号")),
    Field("site", ("项目名称", "项目", "site name", "场所")),
    Field("kind", ("自查结论", "结论", "answer", "result", "状态"), needed=True),
    Field("received", ("收到时间", "报送时间", "received at", "date")),
    Field("signed_by", ("签字人", "签署人", "signed by", "负责人"), needed=True),
    Field("stopped_at", ("停机时间", "关停时间", "stopped at", "stopped")),
    Field("machines", ("矿机数量", "矿机台数", "machines", "台数")),
    Field("hash_rate_ths", ("算力(TH/s)", "算力", "hash rate", "hash rate (TH/s)")),
    Field("power_kw", ("功率(kW)", "功率", "kw", "power")),
    Field("note", ("备注", "说明", "remark", "note")),
)

ANSWERS: Mapping[str, ReturnKind] = {
    "stopped": ReturnKind.STOPPED,
    "已关停": ReturnKind.STOPPED,
    "已停机": ReturnKind.STOPPED,
    "关停": ReturnKind.STOPPED,
    "not mining": ReturnKind.NOT_MINING,
    "not_mining": ReturnKind.NOT_MINING,
    "未挖矿": ReturnKind.NOT_MINING,
    "不涉及": ReturnKind.NOT_MINING,
    "still running": ReturnKind.STILL_RUNNING,
    "still_running": ReturnKind.STILL_RUNNING,
    "运行中": ReturnKind.STILL_RUNNING,
    "未关停": ReturnKind.STILL_RUNNING,
    "nil": ReturnKind.NIL,
    "无": ReturnKind.NIL,
    "零报告": ReturnKind.NIL,
}
"""How a form may say it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Receipts of the returns recorded, the contradictions they raised (case ids), and the rows not taken."""

    receipts: tuple[Receipt, ...]
    contradictions: tuple[str, ...]
    issues: tuple[Issue, ...]


class _RowFaultError(Exception):
    """One row cannot be used; carries its issue."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue = issue


def record_returns(*, turn: Turn, path: Path, campaign: str | None = None) -> Returned:
    """Record every usable row of the file in one transaction. A site is named by case, meter or name.

    A row for a case that has a row before it in the same file is refused, as is one that the procedure forbids.
    """
    form = read_form(path, FIELDS)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = visible_cases(log=turn.office.log, actor=turn.actor)
    stream = CAMPAIGN + campaign if campaign else None
    mine = [row for row in rows if stream is None or row["campaign"] == stream]
    commands: dict[str, Command] = {}
    issues = list(form.issues)
    for row in form.rows:
        try:
            case = _case(form.file, row, mine)
            if case in commands:
                raise _RowFaultError(form_issue("form_double", form.file, line=row.line, value=case))
            command = _command(turn, form.file, row, f"{digest}:{row.line}")
            _try(turn, form.file, row, (case, command))
        except _RowFaultError as fault:
            issues.append(fault.issue)
            continue
        commands[case] = command
    receipts: tuple[Receipt, ...] = ()
    if commands:
        receipts = act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=list(commands.items()))
    contradicted = tuple(one.stream for one in receipts if "case.contradiction_found/1" in one.events)
    return Returned(receipts, contradicted, tuple(sorted(issues, key=lambda one: one.line)))


def _try(turn: Turn, file: str, row: FormRow, given: tuple[str, Command]) -> None:
    case, command = given
    try:
        decide(case_state(turn.office.log, case), command)
    except RuleError as error:
        issue = form_issue("form_refused", file, line=row.line, value=f"{case}: {error.message}")
        raise _RowFaultError(issue) from error


def _case(file: str, row: FormRow, cases: Sequence[Mapping[str, Any]]) -> str:
    cells = row.cells
    if "case" in cells:
        named = cells["case"] if cells["case"].startswith("case-") else f"case-{cells['case']}"
        found = [one for one in cases if one["id"] == named]
        field = "case"
    elif "meter" in cells:
        found = [one for one in cases if cells["meter"] in one["meters"] and one["status"] != "closed"]
        field = "meter"
    elif "site" in cells:
        found = [one for one in cases if one["site"] == cells["site"] and one["status"] != "closed"]
        field = "site"
    else:
        raise _RowFaultError(form_issue("form_missing", file, line=row.line, column=FIELDS[0].headings[0]))
    if len(found) != 1:
        code = "form_many_cases" if found else "form_no_case"
        raise _RowFaultError(form_issue(code, file, line=row.line, column=row.column(field), value=cells[field]))
    return str(found[0]["id"])


def _command(turn: Turn, file: str, row: FormRow, document: str) -> RecordReturn:
    cells = row.cells
    kind = ANSWERS.get(" ".join(cells["kind"].casefold().split()))
    if kind is None:
        raise _RowFaultError(_fault("form_bad_choice", file, row, "kind"))
    machines = _number(file, row, "machines")
    return RecordReturn(
        kind=kind,
        received_at=_instant(turn, file, row, "received") or turn.at,
        signed_by=cells["signed_by"],
        stopped_at=_instant(turn, file, row, "stopped_at"),
        machines=None if machines is None else round(machines),
        hash_rate_ths=_number(file, row, "hash_rate_ths"),
        power_kw=_number(file, row, "power_kw"),
        document_digest=document,
        note=cells.get("note", ""),
    )


def _fault(code: str, file: str, row: FormRow, field: str) -> Issue:
    return form_issue(code, file, line=row.line, column=row.column(field), value=row.cells[field])


def _instant(turn: Turn, file: str, row: FormRow, field: str) -> datetime | None:
    if field not in row.cells:
        return None
    try:
        return turn.office.instant(row.cells[field].replace("/", "-"))
    except InputError as error:
        raise _RowFaultError(_fault("form_bad_time", file, row, field)) from error


def _number(file: str, row: FormRow, field: str) -> float | None:
    if field not in row.cells:
        return None
    try:
        value = float(row.cells[field].replace(",", "").replace("，", ""))
    except ValueError as error:
        raise _RowFaultError(_fault("form_bad_number", file, row, field)) from error
    if not 0 <= value < float("inf"):
        raise _RowFaultError(_fault("form_bad_number", file, row, field))
    return value
