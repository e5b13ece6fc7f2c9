"""``minewatch paper``: letters of a case as Word documents, their templates, and the check of a template."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from minewatch.cli.case_options import Case, InCampaign
from minewatch.cli.console import language, print_data, print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.model.errors import InputError
from minewatch.model.letters import LetterKind
from minewatch.model.text import Text, counted
from minewatch.usecases import letters as use
from minewatch.usecases.bulletins import return_form
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.steps import case_id

app = typer.Typer(help="Letters and their templates.", no_args_is_help=True, rich_markup_mode=None)

KindOption = Annotated[LetterKind, typer.Option("--kind", help="Which letter.")]


@app.command()
def notice(
    case: Case,
    kind: KindOption,
    out: Annotated[Path, typer.Option("--out", help="Word document to write.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE; repeatable; wins over what the case says.")
    ] = None,
    in_: Annotated[
        Literal["zh", "en"] | None, typer.Option("--in", help="Language of the letter; else that of --lang.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a letter of the case from its events and the pack they applied, in the office's own template where it has one."""
    given = dict(pair_of(text) for text in set_ or ())
    with desk(workspace, as_, now) as at:
        order = use.LetterOrder(case=case_id(case), kind=kind, language=in_ or language(), given=given)
        content = use.letter(turn=at.turn, order=order)
    write_file(out, content)
    _written((out,), as_json=as_json)


def pair_of(text: str) -> tuple[str, str]:
    """Read ``FIELD=VALUE``; ``InputError`` for what sets no field."""
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(
            Text(f"{text!r} sets no field.", f"“{text}”没有给任何字段赋值。"),
            remedy=Text(
                "Write --set FIELD=VALUE, such as --set contact=0835-….",
                "请写作 --set 字段=值，如 --set contact=0835-…。",
            ),
        )
    return name.strip(), value


def _written(paths: tuple[Path, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"written": [str(path) for path in paths]})
        return
    for path in paths:
        say(Text("written: {path}", "已写入：{path}").format(path=path))


@app.command()
def templates(
    folder: Annotated[Path, typer.Argument(help="Folder to write to, such as templates in the workspace.")],
    as_json: JsonOption = False,
) -> None:
    """Write the templates of every letter in both languages, to be edited in Word; existing files stay untouched."""
    made = []
    for name, content in use.templates():
        path = folder / name
        if not path.exists():
            write_file(path, content)
            made.append(path)
    _written(tuple(made), as_json=as_json)


@app.command()
def check(
    template: Annotated[Path, typer.Argument(help="Template (.docx).")], kind: KindOption, as_json: JsonOption = False
) -> None:
    """Name what is wrong with a template: unknown fields by place, fields that are missing. Exit code 10 if anything is."""
    faults = use.check(path=template, kind=kind)
    if as_json:
        rows = [{"code": one.code, "field": one.field, "place": one.place.in_language(language())} for one in faults]
        print_json(rows)
    else:
        for one in faults:
            print_data(one.sentence.in_language(language()))
        say(Text(f"{counted(len(faults), 'fault')}.", f"发现 {len(faults)} 处问题。"))
    if faults:
        raise typer.Exit(DONE_WITH_ISSUES)


@app.command()
def form(
    campaign: InCampaign,
    out: Annotated[Path, typer.Option("--out", help="Workbook to write (.xlsx).")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the form of self-inspection returns for a campaign's open cases; minewatch case return --file reads it back."""
    with desk(workspace, as_, now) as at:
        content = return_form(turn=at.turn, campaign=campaign, language=language())
    write_file(out, content)
    _written((out,), as_json=as_json)
