"""``minewatch draw``: spot checks drawn at random, objects and inspectors, so that anybody can draw again."""

from typing import Annotated

import typer

from minewatch.cli.case_options import InCampaign
from minewatch.cli.console import print_data, print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk, print_rows
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import drawing as use
from minewatch.usecases.steps import case_id

app = typer.Typer(
    help="Spot checks: objects and inspectors drawn at random, provably.", no_args_is_help=True, rich_markup_mode=None
)

Name = Annotated[str, typer.Argument(help="Name of the draw.")]
DIFFERENT = 3


@app.command()
def commit(
    name: Name,
    seed: Annotated[str, typer.Option("--seed", help="A seed nobody can guess; keep it secret until the draw.")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the SHA-256 of the seed on record before the list is closed."""
    with desk(workspace, as_, now) as at:
        digest = use.commit(turn=at.turn, name=name, seed=seed)
    if as_json:
        print_json({"draw": name, "commitment": digest})
    else:
        print_data(digest)


@app.command()
def draw(
    name: Name,
    campaign: InCampaign,
    seed: Annotated[str, typer.Option("--seed", help="The seed that was committed to; it is published now.")],
    count: Annotated[int, typer.Option("--count", help="How many cases to draw.")],
    team: Annotated[int, typer.Option("--team", help="Inspectors a visit; at least 2.")] = 2,
    recuse: Annotated[
        list[str] | None, typer.Option("--recuse", help="CASE=NAME: who may not go there; repeatable.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw cases and inspectors; the result and the seed are published in the ledger."""
    recused: dict[str, frozenset[str]] = {}
    for text in recuse or []:
        case, mark, person = text.partition("=")
        if not mark:
            raise InputError(
                Text(f"{text!r} recuses nobody.", f"“{text}”未写明回避人员。"),
                remedy=Text("Write CASE=NAME, such as 12=luo.", "请写作 案件=姓名，如 12=luo。"),
            )
        recused[case_id(case)] = recused.get(case_id(case), frozenset()) | {person}
    with desk(workspace, as_, now) as at:
        order = use.DrawOrder(name=name, campaign=campaign, seed=seed, count=count, team=team, recused=recused)
        result = use.draw(turn=at.turn, order=order)
    if as_json:
        print_json(result)
        return
    columns = (("case", Text("case", "案件")), ("inspectors", Text("inspectors", "检查人员")))
    print_rows(Text("Drawn", "抽查结果"), columns, result["visits"])


@app.command()
def check(name: Name, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Draw again from what was published and compare. Exit code 3 when it differs."""
    with desk(workspace, None, None) as at:
        same, published = use.recheck(office=at.office, name=name)
    if as_json:
        print_json({"same": same, **published})
    else:
        say(
            Text("The draw can be repeated and gives the same.", "抽取可复现，结果一致。")
            if same
            else Text("The draw cannot be repeated: seed or result differ.", "抽取无法复现：种子或结果不一致。")
        )
    if not same:
        raise typer.Exit(DIFFERENT)


@app.command()
def size(
    population: Annotated[int, typer.Option("--population", help="How many objects there are.")],
    tolerated: Annotated[int, typer.Option("--tolerated", help="How many bad ones would be tolerated.")],
    assurance: Annotated[float, typer.Option("--assurance", help="With which probability more would show.")] = 0.95,
    as_json: JsonOption = False,
) -> None:
    """Tell how many to check: exact hypergeometric sample size."""
    number = use.sample_size(population, tolerated=tolerated, assurance=assurance)
    if as_json:
        print_json({"population": population, "tolerated": tolerated, "assurance": assurance, "size": number})
    else:
        print_data(str(number))
