"""``minewatch findings``: the findings kept in the workspace, looked at and decided on."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from minewatch.cli.case_options import InCampaign
from minewatch.cli.console import language, print_data, print_json, print_table, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk, print_rows
from minewatch.cli.findings_options import (
    DivisionOption,
    LeastKwOption,
    LeastOption,
    ReasonOption,
    RunOption,
    SinceFromOption,
    SinceToOption,
    SortOption,
    StatusOption,
    TextOption,
    query_of,
)
from minewatch.model.curve_models import SHIPPED
from minewatch.model.errors import InputError
from minewatch.model.findings_views import FindingLine, FindingQuery, FindingsPage, TriageReceipt
from minewatch.model.text import Text, counted
from minewatch.model.triage import DISMISS_REASONS, STATUSES
from minewatch.usecases import budget as budgets
from minewatch.usecases import findings as use
from minewatch.usecases import triage
from minewatch.usecases.findings_sheet import handed_out
from minewatch.usecases.labels import labels as use_labels
from minewatch.usecases.labels import labels_csv, labels_parquet
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.why import why as use_why

app = typer.Typer(
    help="Findings kept in the workspace: list, look, accept, dismiss, open cases, plan by budget, export labels.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Meters = Annotated[list[str] | None, typer.Argument(help="Meters; none: everything the filter matches, with --all.")]
AllOption = Annotated[bool, typer.Option("--all", help="Everything that the filter matches.")]
NoteOption = Annotated[str, typer.Option("--note", help="In words; goes on record. Name no person in it.")]

COLUMNS = (
    ("meter", Text("meter", "计量点")),
    ("probability", Text("probability", "概率")),
    ("kw", Text("mining kW", "挖矿功率（千瓦）")),
    ("since", Text("since", "开始")),
    ("division", Text("division", "区划")),
    ("customer", Text("customer", "用户")),
    ("status", Text("status", "状态")),
    ("decided_by", Text("by", "研判人")),
    ("case", Text("case", "案件")),
)
SPARE = ("decided_by", "customer", "division", "case")


@app.command("runs")
def runs(workspace: WorkspaceOption = None, as_: AsOption = None, as_json: JsonOption = False) -> None:
    """List the runs whose findings are kept, latest first."""
    with desk(workspace, as_, None) as at:
        found = use.runs(turn=at.turn)
    if as_json:
        print_json([asdict(run) for run in found])
        return
    columns = (
        ("id", Text("run", "批次")),
        ("made_at", Text("made at", "生成时间")),
        ("findings", Text("findings", "疑点数")),
        ("noticed", Text("noticeable", "值得关注")),
        ("simulated", Text("simulated", "模拟")),
        ("model", Text("model", "模型")),
    )
    rows = [
        asdict(run) | {"model": run.model or SHIPPED} | {"made_at": f"{run.made_at:%Y-%m-%d %H:%M}Z"} for run in found
    ]
    print_rows(Text("Runs", "筛查批次"), columns, rows, spare=("model", "simulated"))


@app.command("list")
def list_findings(
    run: RunOption = "",
    status: StatusOption = "todo",
    least: LeastOption = None,
    least_kw: LeastKwOption = None,
    since_from: SinceFromOption = "",
    since_to: SinceToOption = "",
    division: DivisionOption = "",
    reason: ReasonOption = "",
    text: TextOption = "",
    sort: SortOption = "probability",
    ascending: Annotated[bool, typer.Option("--ascending", help="Smallest first.")] = False,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page.")] = 1,
    size: Annotated[int, typer.Option("--size", min=1, max=500, help="Lines a page.")] = 50,
    out: Annotated[Path | None, typer.Option("--out", help="Write all that matches to this .csv or .xlsx.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List findings you may read, filtered and sorted; write them to a file with --out."""
    given = {"run": run, "status": status, "division": division, "reason": reason, "text": text, "sort": sort}
    bounds = {"least": least, "least_kw": least_kw, "since_from": since_from, "since_to": since_to}
    query = query_of({**given, **bounds, "page": page, "size": size, "descending": "0" if ascending else ""})
    with desk(workspace, as_, None) as at:
        if out is not None:
            write_file(out, _file(at.turn, query, out))
            say(Text(f"written: {out}", f"已写入：{out}"))
            return
        found = use.listed(turn=at.turn, query=query)
    if as_json:
        print_json(
            {
                "run": found.run.id if found.run else None,
                "simulated": found.simulated is not None,
                "total": found.total,
                "page": found.query.page,
                "pages": found.pages,
                "statuses": dict(found.statuses),
                "findings": [_plain(line) for line in found.lines],
            }
        )
        return
    if found.simulated:
        say(found.simulated)
    if found.lines:
        print_rows(Text("Findings", "疑点"), COLUMNS, [_row(line) for line in found.lines], spare=SPARE)
    for told in _counted(found):
        say(told)


def _counted(found: FindingsPage) -> Iterator[Text]:
    """Say how many match; where none do, why the list may be empty."""
    if found.run is None:
        yield Text("No findings are kept yet: minewatch screen.", "尚无疑点，请先筛查：minewatch screen。")
        return
    told = Text("{total} in all, page {page} of {pages}.", "共{total}个，第{page}页，共{pages}页。")
    yield told.format(total=found.total, page=found.query.page, pages=found.pages)
    if not found.total and any(found.statuses.values()):
        yield Text("Others have another status: --status all.", "其他状态的疑点请用 --status all 查看。")
    if not found.total and found.unplaced:
        yield Text(
            "Findings whose place is unknown ({n}) are shown to people of the whole country (000000) only: "
            "minewatch import meters tells the places.",
            "另有{n}个地点未知的疑点，仅全国辖区（000000）的人员可见：请用 minewatch import meters 补充地点。",
        ).format(n=found.unplaced)


def _file(turn: Any, query: FindingQuery, out: Path) -> bytes:
    if out.suffix in {".csv", ".xlsx"}:
        return handed_out(turn=turn, query=query, kind=out.suffix[1:], language=language())
    raise InputError(
        Text(f"{out} is neither .csv nor .xlsx.", f"{out} 既非 .csv 也非 .xlsx 文件。"),
        remedy=Text("Name the file so.", "请用其中一种扩展名。"),
    )


def _plain(line: FindingLine) -> dict[str, Any]:
    row = asdict(line)
    for name in ("since", "until", "first_day", "last_day"):
        row[name] = row[name] and row[name].isoformat()
    return row


def _row(line: FindingLine) -> dict[str, Any]:
    return {
        "meter": line.meter,
        "probability": f"{line.probability:.3f}",
        "kw": line.mining.value if line.mining else None,
        "since": f"{line.since:%Y-%m-%d}" if line.since else "",
        "division": line.division,
        "customer": line.customer,
        "status": STATUSES[line.status],
        "decided_by": line.decided_by,
        "case": line.case,
    }


@app.command("show")
def show(
    meter: Annotated[str, typer.Argument(help="The meter.")],
    run: RunOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one finding in full: reasons, what else would explain it, peers, what was decided."""
    with desk(workspace, as_, None) as at:
        found = use.shown(turn=at.turn, run=run, meter=meter)
        history = at.office.in_zone([asdict(one) for one in found.history])
    if as_json:
        print_json({**asdict(found), "line": _plain(found.line), "history": history, "run": asdict(found.run)})
        return
    spoken = language()
    if found.simulated:
        say(found.simulated)
    print_rows(Text(meter, meter), COLUMNS, [_row(found.line)], spare=SPARE)
    for reason in found.reasons:
        print_data(f"+ {reason.sentence.in_language(spoken)}")
    for other in found.alternatives:
        print_data(f"? {other.sentence.in_language(spoken)} → {other.evidence.in_language(spoken)}")
    for note in found.notes:
        print_data(f"! {note.in_language(spoken)}")
    model = Text("Judged by the model {model} (run {run}).", "所用模型：{model}（批次 {run}）。")
    print_data(model.format(model=found.run.model or SHIPPED, run=found.run.id).in_language(spoken))
    peers = Text(
        f"More suspicious than {found.peers.below:.0%} of {found.peers.peers} {found.peers.kind.en}.",
        f"在{found.peers.peers}个{found.peers.kind.zh}中，可疑程度高于{found.peers.below:.0%}。",
    )
    print_data(peers.in_language(spoken))
    for one in history:
        why = one["reason"][spoken] if one["reason"] else ""
        print_data(f"{one['at'][:16]} {one['by']}: {one['name'][spoken]} {why} {one['note']} {one['case']}".rstrip())


@app.command("why")
def why(
    meter: Annotated[str, typer.Argument(help="The meter.")],
    run: RunOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a meter was told as it was, a cleared one too: what spoke for mining and what against; judged again now."""
    with desk(workspace, as_, None) as at:
        found = use_why(turn=at.turn, meter=meter, run=run)
    if as_json:
        print_json(asdict(found))
        return
    if found.simulated:
        say(found.simulated)
    spoken = language()
    print_data(found.summary.in_language(spoken))
    for sign, texts in (("+", found.speaks_for), ("-", found.speaks_against)):
        for text in texts:
            print_data(f"{sign} {text.in_language(spoken)}")
    _list(Text("Known besides the curve:", "曲线之外的已知信息："), found.known)
    _list(Text("Further data that would tell most:", "最有助于判定的补充数据："), found.would_help)


def _list(title: Text, texts: Sequence[Text]) -> None:
    if texts:
        print_data(title.in_language(language()))
        for text in texts:
            print_data(f"  {text.in_language(language())}")


def _selection(
    meters: list[str] | None, everything: bool, run: str, given: dict[str, str | float | None]
) -> triage.Selection:
    if bool(meters) == everything:
        raise InputError(
            Text("Say which findings.", "请说明是哪些疑点。"),
            remedy=Text("Name meters, or give a filter with --all.", "请指定计量点，或用 --all 加筛选条件。"),
        )
    query = query_of({**given, "run": run}) if everything else None
    return triage.Selection(run=run, meters=tuple(meters or ()), query=query)


@app.command("accept")
def accept(
    meters: Meters = None,
    everything: AllOption = False,
    run: RunOption = "",
    status: StatusOption = "todo",
    least: LeastOption = None,
    division: DivisionOption = "",
    text: TextOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accept findings: believed, waiting for a case or a visit."""
    given: dict[str, Any] = {"status": status, "least": least, "division": division, "text": text}
    with desk(workspace, as_, now) as at:
        receipt = triage.accept(turn=at.turn, chosen=_selection(meters, everything, run, given), note=note)
    _tell(receipt, as_json=as_json)


@app.command("dismiss")
def dismiss(
    meters: Meters = None,
    why: Annotated[str, typer.Option("--why", help="A reason of the catalogue: minewatch findings reasons.")] = "",
    everything: AllOption = False,
    run: RunOption = "",
    status: StatusOption = "todo",
    least: LeastOption = None,
    most: Annotated[float | None, typer.Option("--most", help="Greatest probability.")] = None,
    division: DivisionOption = "",
    text: TextOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dismiss findings for a reason of the catalogue."""
    given: dict[str, Any] = {"status": status, "least": least, "most": most, "division": division, "text": text}
    chosen = _selection(meters, everything, run, given)
    with desk(workspace, as_, now) as at:
        receipt = triage.dismiss(turn=at.turn, chosen=chosen, reason=why, note=note)
    _tell(receipt, as_json=as_json)


@app.command("undo")
def undo(
    meters: Annotated[list[str], typer.Argument(help="Meters.")],
    run: RunOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the last decision on findings back."""
    with desk(workspace, as_, now) as at:
        receipt = triage.undo(turn=at.turn, chosen=triage.Selection(run=run, meters=tuple(meters)), note=note)
    _tell(receipt, as_json=as_json)


@app.command("open")
def open_cases(
    meters: Annotated[list[str], typer.Argument(help="Meters.")],
    campaign: InCampaign,
    run: RunOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open cases for findings, one a customer; doubles are left out and named."""
    chosen = triage.Selection(run=run, meters=tuple(meters))
    with desk(workspace, as_, now) as at:
        receipt = triage.open_for(
            turn=at.turn, chosen=chosen, campaign=campaign, fresh=secrets.token_hex(16), note=note
        )
    _tell(receipt, as_json=as_json)


def _tell(receipt: TriageReceipt, *, as_json: bool) -> None:
    if as_json:
        left = [{"meter": meter, "why": asdict(why)} for meter, why in receipt.left]
        print_json({"done": list(receipt.done), "left": left, "cases": list(receipt.cases)})
        return
    say(receipt.sentence)
    for meter, why in receipt.left[:20]:
        say(Text(f"{meter}: {why.en}", f"{meter}：{why.zh}"))


@app.command("reasons")
def reasons(as_json: JsonOption = False) -> None:
    """List the reasons for which a finding may be dismissed."""
    rows = [asdict(reason) for reason in DISMISS_REASONS.values()]
    if as_json:
        print_json(rows)
        return
    headings = (Text("code", "代码"), Text("reason", "理由"), Text("teaches the detector", "用于改进模型"))
    yes, no = Text("yes", "是").in_language(language()), "—"
    table = [
        (one.code, one.name.in_language(language()), yes if one.lawful else no) for one in DISMISS_REASONS.values()
    ]
    print_table(Text("Reasons to dismiss", "排除理由"), headings, table)


@app.command("labels")
def labels(
    out: Annotated[Path, typer.Option("--out", help="A .parquet or .csv file.")],
    visits_only: Annotated[bool, typer.Option("--visits-only", help="Only what rests on visits.")] = False,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write labelled examples for fitting the detector again, or (CSV) for ``minewatch fuse --visits``."""
    if out.suffix not in {".csv", ".parquet"}:
        raise InputError(
            Text(f"{out} is neither .parquet nor .csv.", f"{out} 既非 .parquet 也非 .csv 文件。"),
            remedy=Text("Name the file so.", "请用其中一种扩展名。"),
        )
    with desk(workspace, as_, None) as at:
        found = use_labels(turn=at.turn, visits_only=visits_only)
    write_file(out, labels_csv(found) if out.suffix == ".csv" else labels_parquet(found))
    counts = {
        "labels": len(found),
        "mines": sum(one.mine for one in found),
        "visits": sum(one.basis == "visit" for one in found),
    }
    if as_json:
        print_json({**counts, "written": str(out)})
        return
    say(
        Text(
            f"{counted(counts['labels'], 'label')}, {counted(counts['mines'], 'mine')}; "
            f"{counted(counts['visits'], 'rests on a visit', 'rest on visits')}.",
            f"标签{counts['labels']}个，其中挖矿{counts['mines']}个；现场核查{counts['visits']}个。",
        )
    )


@app.command("budget")
def budget(
    visits: Annotated[int | None, typer.Option("--visits", help="How many sites can be visited.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", help="Or: hours of a team.")] = None,
    teams: Annotated[int, typer.Option("--teams", help="With --hours: how many teams.")] = 1,
    hours_a_visit: Annotated[float, typer.Option("--hours-a-visit", help="With --hours: the way included.")] = 2.0,
    prevalence: Annotated[
        float | None, typer.Option("--prevalence", help="Share of mines among all meters; else as calibrated.")
    ] = None,
    run: RunOption = "",
    status: StatusOption = "todo",
    division: DivisionOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what visits buy: the threshold, expected hits and visits in vain, with their 80 % interval."""
    query = query_of({"run": run, "status": status, "division": division})
    means = budgets.Means(visits=visits, teams=teams, hours=hours, hours_a_visit=hours_a_visit)
    with desk(workspace, as_, None) as at:
        found = budgets.budget(turn=at.turn, means=means, query=query, prevalence=prevalence)
    if as_json:
        print_json({**asdict(found), "run": found.run.id})
        return
    for text in budgets.told(found):
        say(text)
