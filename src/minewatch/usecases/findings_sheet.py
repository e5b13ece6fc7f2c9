"""Findings of a list as a file: CSV or a workbook of everything a filter matches, no cell of which a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from minewatch.model.findings_views import FindingLine, FindingQuery
from minewatch.model.guard import neutral
from minewatch.model.origin import Origin
from minewatch.model.reasons import ALTERNATIVES, REASONS, sentence
from minewatch.model.text import Language, Text
from minewatch.model.triage import DISMISS_REASONS, STATUSES
from minewatch.reports.xlsx import Cell, CellKind, Sheet, SheetColumn, write_workbook
from minewatch.usecases.findings import find_run
from minewatch.usecases.findings_state import kept_findings, stems_of
from minewatch.usecases.office import Turn
from minewatch.usecases.trail import digest_of, exported

COLUMNS: tuple[tuple[str, SheetColumn], ...] = (
    ("meter", SheetColumn(Text("Meter", "计量点编号"), CellKind.TEXT, 24)),
    ("probability", SheetColumn(Text("Probability", "挖矿概率"), CellKind.SHARE, 11)),
    ("mining_kw", SheetColumn(Text("Mining kW", "挖矿功率（kW）"), CellKind.POWER, 12)),
    ("mining_kw_low", SheetColumn(Text("Mining kW, low", "挖矿功率下限（kW）"), CellKind.POWER, 12)),
    ("mining_kw_high", SheetColumn(Text("Mining kW, high", "挖矿功率上限（kW）"), CellKind.POWER, 12)),
    ("since", SheetColumn(Text("Since", "开始时间"), CellKind.MOMENT, 17)),
    ("until", SheetColumn(Text("Until", "结束时间"), CellKind.MOMENT, 17)),
    ("mean_kw", SheetColumn(Text("Mean kW", "平均功率（kW）"), CellKind.POWER, 12)),
    ("coverage", SheetColumn(Text("Readings present", "数据完整率"), CellKind.SHARE, 12)),
    ("status", SheetColumn(Text("Status", "状态"), CellKind.TEXT, 20)),
    ("decided_by", SheetColumn(Text("Decided by", "研判人"), CellKind.TEXT, 14)),
    ("decided_at", SheetColumn(Text("Decided at", "研判时间"), CellKind.TEXT, 18)),
    ("dismissed_for", SheetColumn(Text("Dismissed for", "排除理由"), CellKind.TEXT, 24)),
    ("note", SheetColumn(Text("Note", "备注"), CellKind.TEXT, 30)),
    ("case", SheetColumn(Text("Case", "案件"), CellKind.TEXT, 12)),
    ("division", SheetColumn(Text("Division", "区划代码"), CellKind.TEXT, 10)),
    ("customer", SheetColumn(Text("Customer", "用户编号"), CellKind.TEXT, 20)),
    ("declared_use", SheetColumn(Text("Declared use", "申报用途"), CellKind.TEXT, 16)),
    ("node", SheetColumn(Text("Node", "所属节点"), CellKind.TEXT, 18)),
    ("reasons", SheetColumn(Text("Reasons", "理由"), CellKind.TEXT, 60)),
    ("alternatives", SheetColumn(Text("What else would explain it", "还有什么能解释"), CellKind.TEXT, 40)),
    ("run", SheetColumn(Text("Run", "批次"), CellKind.TEXT, 22)),
    ("simulated", SheetColumn(Text("Simulated data", "模拟数据"), CellKind.TEXT, 12)),
)
"""The columns of both files; the CSV has the names, the workbook the headings."""
ANSWERS = {"no": Text("no", "否"), "yes": Text("yes", "是"), "partly": Text("partly", "部分")}


def exported_lines(*, turn: Turn, query: FindingQuery) -> tuple[FindingLine, ...]:
    """Return everything that ``query`` matches and the actor may read, in its order."""
    turn.may("finding.read")
    store = kept_findings(turn.office)
    chosen = replace(query, run=find_run(store, query.run).id)
    return store.lines(chosen, stems_of(turn.actor), everything=True)


def handed_out(*, turn: Turn, query: FindingQuery, kind: str, language: Language) -> bytes:
    """Return the list as ``csv`` or ``xlsx`` and record in the ledger that it was handed out."""
    make = findings_list_csv if kind == "csv" else findings_list_xlsx
    content = make(turn=turn, query=query, language=language)
    run = find_run(kept_findings(turn.office), query.run).id
    division = query.division if query.division.isdigit() else ""
    exported(turn, "findings", run, digest_of(content), division=division)
    return content


def findings_list_csv(*, turn: Turn, query: FindingQuery, language: Language) -> bytes:
    """Return the list as CSV: UTF-8 with a byte order mark (spreadsheets then read Chinese), ISO times, formulas disarmed."""
    lines = exported_lines(turn=turn, query=query)
    origin = find_run(kept_findings(turn.office), query.run).origin
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for name, _ in COLUMNS])
    for cells in _rows(turn, lines, language, origin):
        writer.writerow([_plain(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def findings_list_xlsx(*, turn: Turn, query: FindingQuery, language: Language) -> bytes:
    """Return the list as a workbook; a list of simulated findings says so on every page."""
    lines = exported_lines(turn=turn, query=query)
    origin = find_run(kept_findings(turn.office), query.run).origin
    rows = list(_rows(turn, lines, language, origin))
    sheet = Sheet(Text("Findings", "疑点"), tuple(column for _, column in COLUMNS), rows)
    return write_workbook((sheet,), language=language, made_at=turn.at, label=origin.label)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, float):
        return f"{cell:.4f}"
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _rows(turn: Turn, lines: Sequence[FindingLine], language: Language, origin: Origin) -> Iterator[list[Cell]]:
    for line in lines:
        figures = line.record.get("reason_figures")
        known = figures if isinstance(figures, dict) else {}
        others = line.record.get("alternatives")
        codes = others if isinstance(others, list) else []
        said = [sentence(code, known.get(code)).in_language(language) for code in line.reasons if code in REASONS]
        named = [ALTERNATIVES[code].name.in_language(language) for code in codes if code in ALTERNATIVES]
        why = DISMISS_REASONS.get(line.reason_code)
        yield [
            line.meter,
            line.probability,
            line.mining.value if line.mining else None,
            line.mining.low if line.mining else None,
            line.mining.high if line.mining else None,
            line.since,
            line.until,
            line.mean_kw,
            line.coverage,
            STATUSES[line.status].in_language(language),
            line.decided_by,
            turn.office.shown(line.decided_at),
            why.name.in_language(language) if why else "",
            line.note,
            line.case,
            line.division,
            line.customer,
            line.declared_use,
            line.node,
            " ".join(said),
            "; ".join(named),
            line.run,
            ANSWERS[origin.cell].in_language(language),
        ]
