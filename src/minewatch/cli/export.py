"""``minewatch export``: readings of the lake to a file any tool reads."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_json, say
from minewatch.cli.reading_options import WorkspaceOption
from minewatch.model.errors import InputError
from minewatch.model.text import Text, counted
from minewatch.usecases.export_readings import Selection, export_readings
from minewatch.usecases.workspaces import VARIABLE, open_workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="File to write: .parquet or .csv.")],
    workspace: WorkspaceOption = None,
    meters: Annotated[
        str | None, typer.Option("--meters", help="Meter ids with commas, or @FILE with one a line; default all.")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, itself included.")
    ] = None,
    days: Annotated[bool, typer.Option("--days/--long", help="A row a day, or (default) a row a reading.")] = False,
    slots: Annotated[int | None, typer.Option("--slots", help="Only days of this kind: 96, 48, 24 or 1.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write readings as Parquet or CSV; times are standard time, kw is mean power, missing readings have no row."""
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    receipt = export_readings(
        lake=found.lake(),
        out=out,
        selection=Selection(_meters(meters), first.date() if first else None, last.date() if last else None),
        shape="days" if days else "long",
        slots=slots,
    )
    if as_json:
        print_json(
            {
                "out": str(receipt.out),
                "rows": receipt.rows,
                "bytes": receipt.bytes,
                "simulated": receipt.origin.is_simulated,
            }
        )
        return
    if receipt.origin.label:
        say(receipt.origin.label)
    say(
        Text(
            f"{counted(receipt.rows, 'row')} written to {receipt.out}.", f"已写入 {receipt.rows:,} 行至 {receipt.out}。"
        )
    )


def _meters(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    if text.startswith("@"):
        try:
            names = Path(text[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                Text(f"{text[1:]} cannot be read: {error}.", f"无法读取 {text[1:]}：{error}。"),
                remedy=Text("Give a text file of meter ids.", "请提供每行一个计量点编号的文本文件。"),
            ) from error
    else:
        names = text.split(",")
    return frozenset(name.strip() for name in names if name.strip())
