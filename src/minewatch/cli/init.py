"""``minewatch init``: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_json, say
from minewatch.model.text import Text
from minewatch.usecases.workspaces import init_workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the workspace; it is made if it is not there.")],
    zone: Annotated[
        str, typer.Option("--zone", help="Zone of the meters: a name (Asia/Shanghai) or an offset (+08:00).")
    ] = "Asia/Shanghai",
    shards: Annotated[
        int | None, typer.Option("--shards", help="Shards the readings are spread over, fixed for ever; default 64.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Make a workspace: one folder for readings, cases and results, found from any folder below it."""
    made = init_workspace(folder=folder, zone=zone, shards=shards)
    if as_json:
        print_json({"workspace": str(made.folder.absolute()), "zone": made.zone, "shards": made.shards})
        return
    say(
        Text(
            "Workspace {folder} made, zone {zone}. Next: minewatch import readings FILE… --workspace {folder}",
            "已建立工作区 {folder}，时区 {zone}。下一步：minewatch import readings 文件… --workspace {folder}",
        ).format(folder=made.folder, zone=made.zone)
    )
