"""``minewatch policy``: instruments as data."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from minewatch.cli.console import language, print_json
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.model.errors import InputError
from minewatch.model.policy_views import InstrumentRow
from minewatch.model.text import Text, counted
from minewatch.usecases import policy as use
from minewatch.usecases import policy_reading as reading
from minewatch.usecases.workspaces import VARIABLE

app = typer.Typer(
    help="Instruments as data: list, show, check, compare; who has what in force on a day; read documents.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WIDTH_OF_FILES = 160
"""Columns of a table that goes into a file or a pipe."""

Own = Annotated[
    Path | None,
    typer.Option(
        "--packs",
        envvar="MINEWATCH_PACKS",
        help="Folder of your own packs, which win over ours openly; else the workspace's packs.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _library(folder: Path | None) -> Any:
    return use.find_library(folder=folder, variable=os.environ.get(VARIABLE), start=Path.cwd())


def _say(text: Text) -> str:
    return text.in_language(language())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a day.", f"“{text}”不是日期。"),
            remedy=Text("Write it as 2021-06-12.", "请写作 2021-06-12。"),
        ) from error


def _table(*headings: Text) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        names = heading.en in {"id", "instrument", "instruments of its own", "code"}
        table.add_column(_say(heading), overflow="fold", no_wrap=names)
    return table


def _show(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES).print(table)


def _origin(row: InstrumentRow) -> str:
    if row.origin == "shipped":
        return _say(Text("shipped", "内置"))
    return row.origin + (_say(Text(" (in place of ours)", "（替代内置）")) if row.overrides else "")


@app.command("list")
def list_packs(
    on: Annotated[str | None, typer.Option("--on", help="Only what had begun by that day.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Only this division (GB/T 2260).")] = None,
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """List the packs in hand."""
    rows = use.list_packs(_library(packs), on=_day(on), code=code)
    if as_json:
        print_json(use.as_data(rows))
        return
    table = _table(
        Text("id", "编号"),
        Text("where", "地区"),
        Text("from", "起"),
        Text("status", "状态"),
        Text("title", "标题"),
        Text("from where", "来源"),
    )
    for row in rows:
        table.add_row(row.id, _say(row.place), row.begins or "—", _say(row.status_text), _say(row.title), _origin(row))
    _show(table)


@app.command()
def show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the pack.")],
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """Show one pack: what it says, each value with its reference, and what it does not know."""
    held = _library(packs).get(identity)
    if as_json:
        print_json(use.pack_data(held))
    else:
        typer.echo(use.pack_page(held, language()))


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Pack files or folders; none: the shipped packs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check packs: every fault with file, line, path and remedy. Exit code 3 when there is any."""
    receipt = use.check_files(files or [])
    if as_json:
        print_json(use.as_data(receipt))
    else:
        for fault in receipt.faults:
            where = f"{fault.file}:{fault.line}" if fault.line else fault.file
            typer.echo(f"{where}: {fault.path}: {_say(fault.wrong)} {_say(fault.remedy)}")
        good, faulty = len(receipt.checked), len(receipt.faults)
        done = Text(
            f"{counted(good, 'pack')} without fault, {counted(faulty, 'fault')}", f"{good} 个包无误，{faulty} 处错误"
        )
        typer.echo(_say(done))
    if receipt.faults:
        raise typer.Exit(3)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Id of a pack in hand, or a file.")],
    after: Annotated[str, typer.Argument(help="Id of a pack in hand, or a file.")],
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two versions of a pack, value by value."""
    changes = use.compare(_library(packs), before, after)
    if as_json:
        print_json(use.as_data(changes))
        return
    for change in changes:
        typer.echo(f"{change.path}\n  - {change.before or '—'}\n  + {change.after or '—'}")
    number = len(changes)
    typer.echo(_say(Text(counted(number, "value differs", "values differ"), f"{number} 处不同")))


@app.command("map")
def policy_map(
    on: Annotated[str, typer.Option("--on", help="The day, such as 2021-06-12.")],
    picture: Annotated[Path | None, typer.Option("--picture", help="Also draw it: a .png or .svg file.")] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="List provinces that have nothing, too.")] = False,
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """Which jurisdiction has what in force on a day. What the nation has applies everywhere and stands in its own row."""
    day = _day(on)
    assert day is not None  # noqa: S101 - the option is required
    held = _library(packs)
    view = use.map_view(held, on=day)
    if picture is not None:
        use.save_map(view, use.timeline_view(held), picture, language())
    if as_json:
        print_json(use.as_data(view))
        return
    table = _table(
        Text("code", "代码"), Text("where", "地区"), Text("verdict", "结论"), Text("instruments of its own", "本地文件")
    )
    codes = {item.pack.jurisdiction.code for item in held.all()}
    shown = [row for row in view.rows if everywhere or row.code in codes]
    for row in shown:
        own = (*row.in_force, *row.reported, *row.statement, *row.draft)
        names = [f"{item.id} ({_say(item.status_text)})" for item in own]
        names += [f"{item.id} ({_say(Text('no effect', '无效力'))})" for item in row.no_effect]
        table.add_row(row.code, _say(row.name), _say(row.verdict_text), "\n".join(names) or "—")
    _show(table)
    hidden = len(view.rows) - len(shown)
    if hidden:
        text = Text(
            "{n} more provinces have none of their own (--all lists them)",
            "另有 {n} 个省级地区无本地文件（--all 全部列出）",
        )
        typer.echo(_say(text.format(n=hidden)), err=True)


@app.command()
def timeline(
    code: Annotated[list[str] | None, typer.Option("--code", help="Only these divisions (GB/T 2260).")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Also draw it: a .png or .svg file.")] = None,
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """Dated acts, beginnings, ends and deadlines of all instruments in order of time."""
    view = use.timeline_view(_library(packs), codes=code or ())
    if picture is not None:
        use.save_timeline(view, picture, language())
    if as_json:
        print_json(use.as_data(view))
        return
    table = _table(Text("day", "日期"), Text("where", "地区"), Text("what", "事项"), Text("instrument", "文件"))
    for row in view.rows:
        day = row.on.isoformat() if row.precise else f"{row.on:%Y-%m}"
        table.add_row(day, _say(row.instrument.place), _say(row.act_text), row.instrument.id)
    _show(table)


@app.command()
def read(
    path: Annotated[Path, typer.Argument(help="A document, a folder of documents, or a feed file (RSS, Atom).")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the draft packs and the readings.")] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="The day a document is of that names none itself, such as 2021-06-18.")
    ] = None,
    packs: Own = None,
    as_json: AsJson = False,
) -> None:
    """Read notices and news: events with their spans, a timeline, draft packs for a person to confirm."""
    readings, refused = reading.read_documents(path, _library(packs), today=_day(day))
    written = reading.save_readings(readings, out) if out is not None else []
    if as_json:
        print_json(reading.readings_data(path, readings, refused))
    else:
        _print_readings(readings)
    for item in refused:
        typer.echo(f"{item.name}: {item.error.message} {item.error.remedy}", err=True)
    for file in written:
        typer.echo(str(file), err=True)
    if refused:
        raise typer.Exit(DONE_WITH_ISSUES)


def _print_readings(readings: list[reading.Reading]) -> None:
    table = _table(
        Text("day", "日期"),
        Text("where", "地区"),
        Text("what", "事项"),
        Text("who", "主体"),
        Text("deadline", "期限"),
        Text("measures", "措施"),
        Text("certainty", "确定程度"),
        Text("span", "位置"),
    )
    for when, item, event in reading.timeline_of(readings):
        row = reading.event_data(item, event)
        actions = ", ".join(dict.fromkeys(done["action"] for done in row["measures"]))
        span = f"{row['span'][0]}-{row['span'][1]}"
        table.add_row(
            "—" if when == "~" else when,
            row["jurisdiction" if language() == "zh" else "jurisdiction_en"] or "—",
            row["kind"],
            row["who"] or "—",
            row["deadline"] or "—",
            actions or "—",
            row["certainty"],
            span,
        )
    _show(table)
    for item in readings:
        for draft in item.drafts:
            doubts = "; ".join(_say(doubt) for doubt in draft.doubtful)
            typer.echo(
                _say(
                    Text("draft {id}: to confirm: {doubts}", "草稿 {id}：待确认：{doubts}").format(
                        id=draft.id, doubts=doubts
                    )
                )
            )
        for clash in item.contradictions:
            typer.echo(_say(Text("contradiction: ", "矛盾：")) + _say(clash.text))
