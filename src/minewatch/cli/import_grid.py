"""``minewatch import grid|meters|generation|weather|outages|holidays``: tables of the grid into the workspace."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, say
from minewatch.cli.import_end import end_import
from minewatch.cli.reading_options import CheckOption, ReceiptOption, WorkspaceOption
from minewatch.model.issues import Issue
from minewatch.model.text import Text, counted
from minewatch.usecases.import_grid import GridReceipt, grid_store, import_grid_files
from minewatch.usecases.simulated import of_flags
from minewatch.usecases.workspaces import VARIABLE, open_workspace

Files = Annotated[list[str], typer.Argument(help="CSV, XLSX or Parquet files, globs or folders.")]


def grid(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import the grid's tree: node, parent, kind, validity dates. Circles, orphans and double parents are told."""
    _import("grid", files, workspace, check=check, as_json=as_json)


def meters(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import meters: id, customer, declared use, contract, voltage, the node as the books have it, direction."""
    _import("meters", files, workspace, check=check, as_json=as_json)


def generation(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import power stations and what they generate, use, deliver, sell directly; inflow; dispatch orders."""
    _import("generation", files, workspace, check=check, as_json=as_json)


def weather(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import outdoor temperature by division and time; a line without a division holds everywhere."""
    _import("weather", files, workspace, check=check, as_json=as_json)


def outages(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import times when the network of a region, or a mining pool, was known to be down: division, start, end."""
    _import("outages", files, workspace, check=check, as_json=as_json)


def holidays(
    files: Files, workspace: WorkspaceOption = None, check: CheckOption = False, as_json: ReceiptOption = False
) -> None:
    """Import public holidays: one date a line."""
    _import("holidays", files, workspace, check=check, as_json=as_json)


def _import(what: str, files: list[str], workspace: Path | None, *, check: bool, as_json: bool) -> None:
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    receipt = import_grid_files(files, what=what, store=grid_store(found), check=check)
    if as_json:
        print_json({"files": [asdict(one) for one in receipt.files], "issues": [asdict(one) for one in receipt.issues]})
    else:
        _show(receipt, check=check)
    end_import(
        failed=not any(one.rows for one in receipt.files),
        issues=receipt.issues,
        files=len(receipt.files),
        quiet=as_json,
    )


def show_issues(issues: tuple[Issue, ...], *, most: int = 40) -> None:
    """Print issues as a table: place, what is wrong, what to do."""
    if not issues:
        return
    spoken = language()
    rows = [
        (
            f"{Path(one.file).name}{f':{one.line}' if one.line else ''} {one.column}".strip(),
            f"{one.count:,}",
            one.sentence.in_language(spoken),
            one.remedy.in_language(spoken),
        )
        for one in issues[:most]
    ]
    headings = (
        Text("place", "位置"),
        Text("times", "次数"),
        Text("what is wrong", "问题"),
        Text("what to do", "处理办法"),
    )
    print_table(Text(f"Issues ({len(issues)})", f"问题（{len(issues)}）"), headings, rows)


def _show(receipt: GridReceipt, *, check: bool) -> None:
    label = of_flags(one.simulated for one in receipt.files).label
    if label:
        say(label)
    show_issues(receipt.issues)
    for one in receipt.files:
        state = (
            Text("read only", "仅读取")
            if check
            else Text("new", "新增")
            if one.new
            else Text("nothing new", "无新内容")
        )
        say(
            Text(
                f"{one.path.name}: {one.kind}, {counted(one.rows, 'row')}, {state.en}.",
                f"{one.path.name}：{one.kind}，{one.rows:,}行，{state.zh}。",
            )
        )
