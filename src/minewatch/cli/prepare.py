"""``minewatch prepare``: compile what a first screening would compile, ahead of it."""

import os
from typing import Annotated

import typer

from minewatch.cli.console import print_json, say
from minewatch.model.text import Text
from minewatch.usecases.prepare import prepare

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def command(
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that compile.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was compiled as JSON.")] = False,
) -> None:
    """Make this computer ready, so that its first screening begins at once: for installers and container images.

    What is compiled is kept in the user's cache folder (MINEWATCH_CACHE), for this user, this installation and this kind of
    processor. Nothing is done where all of it is there.
    """
    done = prepare(processes=workers)
    if as_json:
        print_json({"compiled": list(done.shares), "processes": done.processes})
    elif done.shares:
        say(Text("Ready to screen.", "准备完毕，可以筛查。"))
    else:
        say(Text("Ready to screen; nothing was left to do.", "此前已准备完毕，可以筛查。"))
