"""``minewatch money``: what is owed, line by line, with clause and arithmetic."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_data, print_json, say
from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text
from minewatch.usecases.money import (
    Rules,
    Statement,
    evaded_statement,
    gains_statement,
    load_prices,
    read_cycles,
    surcharge_statement,
    theft_statement,
)
from minewatch.usecases.policy import open_library
from minewatch.usecases.workspaces import VARIABLE, open_workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

On = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day whose rules and prices count.")]
Division = Annotated[str, typer.Option("--division", help="GB/T 2260 code, such as 511800.")]
Prices = Annotated[Path | None, typer.Option("--prices", help="Your own dated prices (YAML, docs/balance.md).")]
Packs = Annotated[Path | None, typer.Option("--packs", help="Folder of your own packs; the workspace's otherwise.")]
Kwh = Annotated[str | None, typer.Option("--kwh", help="Energy in kWh: one number, or low:best:high.")]
Kw = Annotated[str | None, typer.Option("--kw", help="Power in kW where the duration is unknown; low:best:high too.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the statement as JSON.")]


@app.callback()
def group() -> None:
    """Reckon what is owed; every rule and price from a pack or your own table."""


@app.command()
def evaded(
    on: On,
    division: Division,
    kwh: Kwh = None,
    kw: Kw = None,
    prices: Prices = None,
    packs: Packs = None,
    as_json: AsJson = False,
) -> None:
    """Evaded transmission-distribution charge (your price), funds and surcharges."""
    _show(evaded_statement(rules=_rules(on, division, prices, packs), kwh=kwh, kw=kw), as_json=as_json)


@app.command()
def theft(
    on: On,
    division: Division,
    kwh: Kwh = None,
    kw: Kw = None,
    prices: Prices = None,
    packs: Packs = None,
    as_json: AsJson = False,
) -> None:
    """Repayment and breach fee, owed to the supplier; the fine's ceiling, owed to the state, kept apart."""
    _show(theft_statement(rules=_rules(on, division, prices, packs), kwh=kwh, kw=kw), as_json=as_json)


@app.command()
def gains(
    on: On,
    division: Division,
    kwh: Annotated[str, typer.Option("--kwh", help="Energy sold privately, kWh: one number, or low:best:high.")],
    prices: Prices = None,
    packs: Packs = None,
    category: Annotated[
        str, typer.Option("--category", help="unlicensed-supply, other-area or re-supply.")
    ] = "unlicensed-supply",
    as_json: AsJson = False,
) -> None:
    """Gains of a generator that sold privately, and the ceiling of the fine on them."""
    rules = _rules(on, division, prices, packs)
    _show(gains_statement(rules=rules, kwh=kwh, category=category), as_json=as_json)


@app.command()
def surcharge(
    cycles: Annotated[Path, typer.Argument(help="CSV or XLSX of the account's meter cycles: first, last, kwh.")],
    on: On,
    division: Division,
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="First day of mining.")],
    stop: Annotated[
        datetime | None, typer.Option("--stop", formats=["%Y-%m-%d"], help="First day without mining.")
    ] = None,
    warned: Annotated[
        datetime | None, typer.Option("--warned", formats=["%Y-%m-%d"], help="Day the user was warned.")
    ] = None,
    pack: Annotated[
        str | None, typer.Option("--pack", help="The rule's pack; the nearest division's otherwise.")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Allow a trial calculation after a draft.")] = False,
    packs: Packs = None,
    as_json: AsJson = False,
) -> None:
    """Differential surcharge on all energy of the account, pro rata for part cycles, never before the rule's first day."""
    statement = surcharge_statement(
        rules=_rules(on, division, None, packs),
        cycles=read_cycles(cycles),
        start=start.date(),
        stop=_day(stop),
        warned=_day(warned),
        pack=pack,
        draft=draft,
    )
    _show(statement, as_json=as_json)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _rules(on: datetime, division: str, prices: Path | None, packs: Path | None) -> Rules:
    return Rules(open_library(folder=packs or _own_packs()), on.date(), division, load_prices(prices))


def _own_packs() -> Path | None:
    try:
        found = open_workspace(given=None, variable=os.environ.get(VARIABLE), start=Path.cwd())
    except ConfigurationError:
        return None
    own = found.folder / "packs"
    return own if own.is_dir() else None


def _show(statement: Statement, *, as_json: bool) -> None:
    spoken = language()
    if as_json:
        print_json(as_plain(statement))
        return
    print_data(f"{statement.title.in_language(spoken)}  {statement.on}  {statement.quantity}")
    for line in statement.lines:
        amount = line.amount
        shown = (
            f"{amount.best:,}" if amount.low == amount.high else f"{amount.low:,} – {amount.best:,} – {amount.high:,}"
        )
        most = Text("at most ", "不超过").in_language(spoken) if line.at_most else ""
        print_data(f"  {line.what.in_language(spoken)}: {most}{shown} CNY")
        print_data(f"      {line.arithmetic};  {line.clause.in_language(spoken)}")
    for name, amount in statement.totals:
        shown = (
            f"{amount.best:,}" if amount.low == amount.high else f"{amount.low:,} – {amount.best:,} – {amount.high:,}"
        )
        print_data(f"  = {name.in_language(spoken)}: {shown} CNY")
    for note in statement.notes:
        say(note)


def as_plain(statement: Statement) -> dict[str, object]:
    """Return the statement as plain data; amounts as text, to the fen."""
    return {
        "title": statement.title.en,
        "on": statement.on,
        "quantity": statement.quantity,
        "lines": [
            {
                "kind": line.kind,
                "what": line.what.en,
                "arithmetic": line.arithmetic,
                "clause": line.clause.en,
                "at_most": line.at_most,
                "low": str(line.amount.low),
                "best": str(line.amount.best),
                "high": str(line.amount.high),
            }
            for line in statement.lines
        ],
        "totals": [
            {"what": name.en, "low": str(span.low), "best": str(span.best), "high": str(span.high)}
            for name, span in statement.totals
        ],
        "notes": [note.en for note in statement.notes],
    }
