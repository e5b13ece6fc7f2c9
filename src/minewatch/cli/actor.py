"""``minewatch actor``: who may act in this workspace."""

from typing import Annotated

import typer

from minewatch.cli.console import print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk, print_rows
from minewatch.model.actors import Role
from minewatch.model.text import Text
from minewatch.usecases.access import actors, add_actor, find_actor, make_actor

app = typer.Typer(help="Who may act: names, roles and divisions.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name or staff number.")],
    role: Annotated[list[Role], typer.Option("--role", help="Repeatable.")],
    division: Annotated[list[str] | None, typer.Option("--division", help="GB/T 2260 code; repeatable.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register a person, or change one. The first person of a workspace must be an administrator."""
    with desk(workspace, as_, now) as at:
        log = at.office.log
        by = find_actor(log=log, name=as_) if as_ and as_ != name else None
        new = make_actor(name=name, roles=role, divisions=division or [])
        stored = add_actor(log=log, by=by, new=new, at=at.at)
        if as_json:
            print_json(stored.payload)
            return
        text = Text("{name} is registered as {roles}.", "已登记 {name}：{roles}。")
        say(text.format(name=name, roles=", ".join(sorted(role))))


@app.command("list")
def list_actors(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List who is registered."""
    with desk(workspace, None, None) as at:
        rows = [
            {"name": one.name, "roles": sorted(one.roles), "divisions": list(one.divisions)}
            for one in actors(log=at.office.log)
        ]
    if as_json:
        print_json(rows)
        return
    columns = (
        ("name", Text("name", "姓名")),
        ("roles", Text("roles", "角色")),
        ("divisions", Text("divisions", "辖区")),
    )
    print_rows(Text("People", "人员"), columns, rows)
