"""``minewatch balance``: energy that is missing, by transformer area, feeder and substation."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, progress_bar, say
from minewatch.cli.import_grid import show_issues
from minewatch.cli.reading_options import KindOption, LayoutOption, StampsOption, UnitOption, WorkspaceOption
from minewatch.model.balance_views import BalanceView
from minewatch.model.text import Text, counted
from minewatch.usecases.balance import balance_view, findings_frame
from minewatch.usecases.balance_files import Days, FileBooks, balance_files, balance_workspace
from minewatch.usecases.balance_report import add_money, balance_page
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.guarded_csv import guarded_csv
from minewatch.usecases.missing_money import rules_on
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.workspaces import VARIABLE

app = typer.Typer()

HEADINGS = (
    Text("node", "节点"),
    Text("kind", "类型"),
    Text("unexplained kW", "无法解释（千瓦）"),
    Text("of the node", "占比"),
    Text("since", "开始"),
    Text("significance", "显著性"),
    Text("first suspects", "首要嫌疑"),
)


@app.command()
def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files of readings, of meters and of nodes; none: balance the workspace."),
    ] = None,
    grid: Annotated[list[str] | None, typer.Option("--grid", help="With FILES: table of the grid; repeatable.")] = None,
    meters: Annotated[
        list[str] | None, typer.Option("--meters", help="With FILES: table of meters; repeatable.")
    ] = None,
    generation: Annotated[
        list[str] | None, typer.Option("--generation", help="With FILES: stations and generation; repeatable.")
    ] = None,
    layout: LayoutOption = None,
    unit: UnitOption = None,
    kind: KindOption = None,
    stamps: StampsOption = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Zone of the files' times, e.g. Asia/Shanghai or +08:00.")
    ] = None,
    workspace: WorkspaceOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write every node's finding to this CSV file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the report to this HTML file.")] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="Write evidence for fuse, and for case open --findings, to this CSV."),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, max=500, help="How many nodes the report shows in full.")] = 25,
    first_day: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    last_day: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    division: Annotated[str | None, typer.Option("--division", help="Division whose funds count, for money.")] = None,
    prices: Annotated[Path | None, typer.Option("--prices", help="Your own dated prices, for money.")] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads that balance; the result is the same for any number.")
    ] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Balance every node: supplied less metered, split into losses, unread meters and what nothing explains.

    With FILES and --grid no workspace is needed. Without, the workspace is balanced; over all days (without --from and --to)
    the result is kept there, where the console shows it.
    """
    days = Days(_day(first_day), _day(last_day))
    with progress_bar(Text("balancing", "正在平衡计算"), quiet=as_json) as told:
        if files or grid:
            books = FileBooks(tuple(grid or ()), tuple(meters or ()), tuple(generation or ()))
            options = read_options(layout=layout, unit=unit, kind=kind, stamps=stamps, zone=zone)
            done = balance_files(
                files or [],
                books=books,
                now=datetime.now(UTC),
                options=options,
                days=days,
                workers=workers,
                progress=told,
            )
        else:
            done = balance_workspace(
                given=workspace, variable=os.environ.get(VARIABLE), days=days, workers=workers, progress=told
            )
    run = done.run
    if not as_json:
        show_issues(done.issues)
    view = balance_view(run)
    if done.workspace is not None and first_day is None and last_day is None:
        keep_balance(folder=done.workspace, view=view, at=datetime.now(UTC))
    frame = findings_frame(view, origin=run.origin)
    if out is not None:
        write_file(out, guarded_csv(frame, bom=True))
    if evidence is not None:
        write_file(evidence, guarded_csv(done.evidence))
    if report is not None:
        rules = rules_on(view.last_day, division=division, prices=prices, packs=done.packs)
        write_file(report, balance_page(add_money(view, rules=rules, top=top), top=top, language=language()))
    if as_json:
        print_json(
            {
                "first_day": view.first_day,
                "last_day": view.last_day,
                "simulated": run.origin.is_simulated,
                "nodes": frame.to_dicts(),
            }
        )
        return
    _show(view)
    for path in (out, report, evidence):
        if path is not None:
            say(Text(f"written: {path}", f"已写入：{path}"))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _show(view: BalanceView) -> None:
    if view.simulated:
        say(view.simulated)
    flagged = [one for one in view.nodes if one.flagged]
    rows = []
    for one in flagged[:30]:
        estimate = one.unexplained
        rows.append(
            (
                one.node,
                one.kind,
                f"{estimate.value:.1f} ({estimate.low:.1f}–{estimate.high:.1f})" if estimate else "",
                f"{100 * estimate.value / max(abs(one.mean_kw), 1e-9):.0f} %" if estimate else "",
                f"{'≤ ' if one.since_start else ''}{one.since:%Y-%m-%d %H:%M}" if one.since else "",
                f"{one.z:.1f}",
                ", ".join(f"{who.meter} ({100 * who.share:.0f} %)" for who in one.suspects[:3]),
            )
        )
    print_table(Text("Nodes with unexplained load", "存在无法解释负荷的节点"), HEADINGS, rows, spare=(1, 5))
    moved = sum(len(one.moved_in) for one in view.nodes)
    say(
        Text(
            f"{counted(len(view.nodes), 'node')} balanced, {len(flagged)} with unexplained load; "
            f"{counted(moved, 'meter hangs', 'meters hang')} elsewhere than booked.",
            f"共平衡{len(view.nodes)}个节点，{len(flagged)}个存在无法解释的负荷；{moved}个计量点与台账所属节点不符。",
        )
    )
    for note in view.notes:
        say(note)
