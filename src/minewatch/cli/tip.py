"""``minewatch tip``: tips from the public; what was said and who said it are kept apart and secret."""

import secrets
from typing import Annotated

import typer

from minewatch.cli.console import print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk, print_rows
from minewatch.model.text import Text
from minewatch.usecases import tips as use

app = typer.Typer(help="Tips from the public.", no_args_is_help=True, rich_markup_mode=None)

Tip = Annotated[str, typer.Argument(help="Number of the tip.")]


@app.command()
def add(
    category: Annotated[str, typer.Option("--category", help="Category of the hotline; minewatch tip categories.")],
    division: Annotated[str, typer.Option("--division", help="Where, as GB/T 2260 code.")],
    what: Annotated[str, typer.Option("--what", help="What was reported.")],
    informant: Annotated[str, typer.Option("--informant", help="Who reported it; empty: anonymous.")] = "",
    contact: Annotated[str, typer.Option("--contact", help="How to reach them.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a tip. The ledger holds its category and place only."""
    tip = use.Tip(category=category, division=division, what=what, informant=informant, contact=contact)
    with desk(workspace, as_, now) as at:
        number = use.add_tip(turn=at.turn, tip=tip, fresh=secrets.token_hex(16))
    if as_json:
        print_json({"id": number})
    else:
        say(Text("Recorded as {id}.", "已登记为 {id}。").format(id=number))


@app.command()
def categories(workspace: WorkspaceOption = None, as_: AsOption = None, as_json: JsonOption = False) -> None:
    """List the categories of tips the hotline takes."""
    with desk(workspace, as_, None) as at:
        found = use.categories(at.turn)
    if as_json:
        print_json([{"id": name, "en": text.en, "zh": text.zh} for name, text in found])
    else:
        columns = (("id", Text("category", "类别")), ("text", Text("meaning", "含义")))
        print_rows(Text("Tips", "举报类别"), columns, [{"id": name, "text": text} for name, text in found])


@app.command()
def read(
    tip: Tip,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
) -> None:
    """Read a tip as JSON, informant included; for a supervisor of the place, and the reading is recorded."""
    with desk(workspace, as_, now) as at:
        print_json(at.office.in_zone(use.read_tip(turn=at.turn, tip=tip)))


@app.command()
def erase(
    tip: Tip,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase what was said and who said it; that a tip came in stays on record."""
    with desk(workspace, as_, now) as at:
        erased = use.erase_tip(turn=at.turn, tip=tip)
    if as_json:
        print_json({"erased": erased})
    else:
        say(Text("Erased.", "已删除。") if erased else Text("There was nothing to erase.", "没有可删除的内容。"))
