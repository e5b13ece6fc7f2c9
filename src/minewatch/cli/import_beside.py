"""``minewatch import reactive|currents``: what meters tell beside active power, into the workspace."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_json, progress_bar, say
from minewatch.cli.import_end import end_import
from minewatch.cli.import_grid import show_issues
from minewatch.cli.reading_options import CheckOption, ReceiptOption, WorkspaceOption, ZoneOption
from minewatch.model.text import Text, counted
from minewatch.usecases.import_beside import BesideReceipt, import_beside
from minewatch.usecases.import_readings import with_zone
from minewatch.usecases.reading import read_options
from minewatch.usecases.workspaces import VARIABLE, open_workspace

Files = Annotated[
    list[str], typer.Argument(help="CSV, XLSX or Parquet files, globs or folders, laid out like readings.")
]

NAMES = {
    "reactive": Text("reactive power", "无功功率"),
    "current_a": Text("current of phase A", "A相电流"),
    "current_b": Text("current of phase B", "B相电流"),
    "current_c": Text("current of phase C", "C相电流"),
}


def reactive(
    files: Files,
    workspace: WorkspaceOption = None,
    zone: ZoneOption = None,
    check: CheckOption = False,
    as_json: ReceiptOption = False,
) -> None:
    """Import reactive power (kvar): it tells motors from computer power supplies."""
    _import("reactive", files, workspace, zone, check=check, as_json=as_json)


def currents(
    files: Files,
    workspace: WorkspaceOption = None,
    zone: ZoneOption = None,
    check: CheckOption = False,
    as_json: ReceiptOption = False,
) -> None:
    """Import currents of the phases A, B, C (amperes): one row a meter, day and phase, or a column a phase."""
    _import("currents", files, workspace, zone, check=check, as_json=as_json)


def _import(
    what: str, files: list[str], workspace: Path | None, zone: str | None, *, check: bool, as_json: bool
) -> None:
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    with progress_bar(Text("importing", "正在导入"), quiet=as_json) as told:
        receipt = import_beside(
            files,
            what=what,
            folder=found.folder,
            shards=found.lake().shards,
            now=datetime.now(UTC),
            options=with_zone(read_options(zone=zone), found.zone),
            progress=told,
            check=check,
        )
    if as_json:
        print_json(receipt.as_json())
    else:
        _show(receipt, check=check)
    paths = [source.path for one in receipt.receipts.values() for source in one.sources]
    failed = all(one.nothing_taken for one in receipt.receipts.values())
    end_import(failed=failed, issues=receipt.issues, files=len(set(paths)), quiet=as_json)


def _show(receipt: BesideReceipt, *, check: bool) -> None:
    show_issues(receipt.issues)
    verb = Text("would be imported", "可导入") if check else Text("imported", "已导入")
    for name, one in receipt.receipts.items():
        what = NAMES[name]
        say(
            Text(
                f"{what.en}: {counted(one.readings, 'value')} of {counted(one.meters, 'meter')} {verb.en}; "
                f"{counted(one.known, 'was known', 'were known')}.",
                f"{what.zh}：{verb.zh}{one.meters:,}个计量点的{one.readings:,}个数值；{one.known:,}个此前已有。",
            )
        )
