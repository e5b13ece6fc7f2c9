"""``minewatch bulletin``: the daily or weekly bulletin of a campaign, for people and for a scheduler."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from minewatch.cli.case_options import InCampaign
from minewatch.cli.console import language, print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk
from minewatch.model.days import day_of
from minewatch.model.text import Text
from minewatch.usecases.bulletins import write_bulletin

app = typer.Typer()


@app.command()
def command(
    campaign: InCampaign,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    on: Annotated[str | None, typer.Option("--on", help="Day, such as 2021-06-18; else yesterday.")] = None,
    period: Annotated[
        Literal["day", "week"], typer.Option("--period", help="The day, or the week that ends with it.")
    ] = "day",
    level: Annotated[
        Literal["province", "city", "county"], typer.Option("--by-level", help="Divisions of which level.")
    ] = "county",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the bulletin as .html, .docx and .xlsx: counts, MW, deadlines, contradictions, resumptions, by division."""
    with desk(workspace, as_, now) as at:
        day = day_of(on) if on else at.at.astimezone(at.office.zone).date() - timedelta(days=1)
        written = write_bulletin(
            turn=at.turn, campaign=campaign, on=day, period=period, level=level, language=language(), folder=out
        )
    if as_json:
        print_json({"written": [str(path) for path in written]})
        return
    for path in written:
        say(Text("written: {path}", "已写入：{path}").format(path=path))
