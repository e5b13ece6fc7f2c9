"""What visits found, as a table of labels: CSV or XLSX with a meter and an answer a row, as ``minewatch findings labels`` writes.

Needed are the meter (``subject``, ``meter``, 计量点…) and the answer (``found``, ``mine``, 核查结果…): yes or no. Days of the
readings the answer is about (``first_day``, ``last_day``), the site, who found it and when, and on what it rests may stand
beside it. What cannot be used is an issue, never an exception.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minewatch.model.form_issues import form_issue
from minewatch.model.issues import Issue
from minewatch.readers.forms import Field, FormRow, read_form

VISIT_FIELDS = (
    Field("meter", ("subject", "meter", "meter_id", "计量点", "计量点编号", "表计编号"), needed=True),
    Field("found", ("found", "mine", "mining", "核查结果", "是否挖矿"), needed=True),
    Field("first_day", ("first_day", "首日", "开始日期")),
    Field("last_day", ("last_day", "末日", "结束日期")),
    Field("at", ("at", "visited", "visited_at", "核查时间", "核查日期")),
    Field("site", ("site", "customer", "用户", "用户编号", "场所")),
    Field("basis", ("basis", "依据")),
)
ANSWERS = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One answer: at ``line`` of the file. Days are None where not told; ``basis`` is ``visit`` or ``judgement``."""

    line: int
    meter: str
    mine: bool
    first_day: date | None
    last_day: date | None
    seen: date | None
    site: str
    basis: str


def read_visits(path: Path) -> tuple[tuple[VisitRow, ...], tuple[Issue, ...]]:
    """Read what visits found and what could not be used; ``InputError`` where there is no file.

    A meter that stands twice with the same answer counts once, with different answers not at all.
    """
    form = read_form(path, VISIT_FIELDS)
    rows: dict[str, VisitRow] = {}
    issues = list(form.issues)
    contradicted = set()
    for row in form.rows:
        faults = list(_faults(row, path.name))
        issues += faults
        if faults:
            continue
        found = _row(row)
        known = rows.setdefault(found.meter, found)
        if known.mine != found.mine and found.meter not in contradicted:
            contradicted.add(found.meter)
            issues.append(
                form_issue("label_contradicts", path.name, line=row.line, column=row.column("found"), value=found.meter)
            )
    return tuple(row for meter, row in rows.items() if meter not in contradicted), tuple(issues)


def _faults(row: FormRow, file: str) -> Iterator[Issue]:
    answer = row.cells["found"]
    if answer.casefold() not in ANSWERS:
        yield form_issue("label_no_answer", file, line=row.line, column=row.column("found"), value=answer)
    for name in ("first_day", "last_day", "at"):
        text = row.cells.get(name, "")
        if text and _day(text) is None:
            yield form_issue("form_bad_day", file, line=row.line, column=row.column(name), value=text)


def _row(row: FormRow) -> VisitRow:
    cells = row.cells
    return VisitRow(
        line=row.line,
        meter=cells["meter"],
        mine=ANSWERS[cells["found"].casefold()],
        first_day=_day(cells.get("first_day", "")),
        last_day=_day(cells.get("last_day", "")),
        seen=_day(cells.get("at", "")),
        site=cells.get("site", ""),
        basis=cells.get("basis", "") or "visit",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
