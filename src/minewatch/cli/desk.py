"""What commands on the ledger share: who acts, when, in which workspace; and how rows and receipts are printed."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from minewatch.cli.console import language, print_json, print_table, say
from minewatch.model.actors import Actor
from minewatch.model.errors import InputError
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.usecases.access import find_actor
from minewatch.usecases.cases import Receipt
from minewatch.usecases.office import Office, Turn, moment, open_office

WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Folder of the workspace; else the nearest one above.")
]
AsOption = Annotated[str | None, typer.Option("--as", envvar="MINEWATCH_ACTOR", help="Who acts, as registered.")]
NowOption = Annotated[str | None, typer.Option("--now", help="In a declared rehearsal: the time it is there.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ByOption = Annotated[str, typer.Option("--by", help="The person who decides, by name or staff number.")]
BecauseOption = Annotated[
    str, typer.Option("--because", help="Why an instrument is used that is no legal basis by itself; goes on record.")
]


ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")
"""Instants as JSON has them; tables show them without seconds and zone."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened office, the time the command happens at, and who gives it."""

    office: Office
    at: datetime
    name: str | None

    @property
    def actor(self) -> Actor:
        """Who acts; ``InputError`` when nobody was named or the name is not registered."""
        if not self.name:
            raise InputError(
                Text("It is not said who acts.", "未写明由谁办理。"),
                remedy=Text(
                    "Name yourself with --as NAME or MINEWATCH_ACTOR.", "请用 --as 姓名 或 MINEWATCH_ACTOR 写明本人。"
                ),
            )
        return find_actor(log=self.office.log, name=self.name)

    @property
    def turn(self) -> Turn:
        """Office, actor and time, for use cases."""
        return Turn(self.office, self.actor, self.at)

    def instant(self, text: str | None) -> datetime:
        """Return the time ``text`` in the workspace's zone, or the command's own time when there is none."""
        return self.at if text is None else self.office.instant(text)


@contextmanager
def desk(workspace: Path | None, name: str | None, now: str | None) -> Iterator[Desk]:
    """Open the workspace for one command and close it after."""
    with open_office(
        given=workspace,
        variable=os.environ.get("MINEWATCH_WORKSPACE"),
        start=Path.cwd(),
        address=os.environ.get("MINEWATCH_LEDGER"),
    ) as office:
        yield Desk(office, moment(office=office, asked=now, clock=datetime.now(UTC)), name)


def print_receipts(receipts: Sequence[Receipt], *, as_json: bool) -> None:
    """Tell what commands led to: the stream and its new events."""
    if as_json:
        print_json([{"id": one.stream, "version": one.version, "events": list(one.events)} for one in receipts])
    elif len(receipts) == 1:
        (one,) = receipts
        say(Text("{id}: {events}", "{id}：{events}").format(id=one.stream, events=", ".join(one.events)))
    else:
        say(Text("{n} records changed, in one transaction.", "一次事务，更新 {n} 条记录。").format(n=len(receipts)))


def print_rows(
    title: Text, columns: Sequence[tuple[str, Text]], rows: Sequence[dict[str, Any]], *, spare: Sequence[str] = ()
) -> None:
    """Print some columns of rows as a table; a missing value is shown as a dash.

    ``spare`` names columns that a narrow terminal may leave out, the least telling first.
    """
    names = [name for name, _ in columns]
    cells = [[shown(row.get(name)) for name in names] for row in rows]
    print_table(title, [text for _, text in columns], cells, spare=[names.index(name) for name in spare])


def shown(value: Any) -> str:
    """Write a value as a cell."""
    if value is None or value in ("", [], ()):
        return "—"
    if isinstance(value, Text):
        return value.in_language(language())
    if isinstance(value, bool):
        return Text("yes", "是").in_language(language()) if value else "—"
    if isinstance(value, str) and ISO.fullmatch(value):
        return value[:16].replace("T", " ")
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, list | tuple):
        return "; ".join(shown(item) for item in value)
    return str(value)


def print_issues(issues: Sequence[Issue]) -> None:
    """Print what could not be used of a file: place, value, sentence and remedy, one line each."""
    for one in issues:
        place = f"{one.file}:{one.line}" + (f" [{one.column}]" if one.column else "")
        say(Text(f"{place}: {one.sentence.en} {one.remedy.en}", f"{place}：{one.sentence.zh}{one.remedy.zh}"))


def issue_rows(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Return issues as plain data for ``--json``."""
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "value": one.value,
            "code": one.code,
            "grade": one.grade.value,
            "issue": {"en": one.sentence.en, "zh": one.sentence.zh},
            "remedy": {"en": one.remedy.en, "zh": one.remedy.zh},
        }
        for one in issues
    ]
