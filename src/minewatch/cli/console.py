"""What every command prints with: data on stdout, everything else on stderr, in the language asked for."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from minewatch.cli.columns import fitted, folded
from minewatch.model.text import Language, Text

WIDTH_WITHOUT_TERMINAL = 150
"""Columns of a table that goes into a file or a pipe."""

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
"""Messages, tables and progress: never data."""


def language() -> Language:
    """Return the language asked for by ``--lang`` or ``MINEWATCH_LANG``; English when neither says."""
    return "zh" if os.environ.get("MINEWATCH_LANG") == "zh" else "en"


def say(text: Text) -> None:
    """Print one sentence to stderr in the user's language; markup in it is printed, not obeyed."""
    ERRORS.print(text.in_language(language()), markup=False)


def print_data(text: str) -> None:
    """Print data to stdout, whatever encoding the terminal claims."""
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def print_json(value: object) -> None:
    """Print ``value`` as JSON to stdout."""
    print_data(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(
    title: Text, headings: Sequence[Text], rows: Sequence[Sequence[str]], *, spare: Sequence[int] = ()
) -> None:
    """Print a table to stderr; what comes from files is printed as it is, never obeyed as markup.

    ``spare`` names the places of columns that a narrow terminal may leave out, the least telling first; those are told.
    """
    spoken = language()
    width = _width()
    names = [heading.in_language(spoken) for heading in headings]
    fit = fitted([[name, *(row[place] for row in rows)] for place, name in enumerate(names)], width=width, spare=spare)
    table = Table(title=title.in_language(spoken), title_justify="left", header_style="bold")
    for place, cells in zip(fit.shown, fit.widths, strict=True):
        table.add_column(names[place], overflow="fold", width=cells)
    for row in rows:
        places = zip(fit.shown, fit.widths, strict=True)
        table.add_row(*(_plain("\n".join(folded(row[place], width=room))) for place, room in places))
    Console(stderr=True, highlight=False, soft_wrap=True, width=width).print(table)
    if fit.left_out:
        missing = [headings[place] for place in fit.left_out]
        say(
            Text(
                f"Left out for want of room: {', '.join(one.en for one in missing)} (a wider terminal or --json has all).",
                f"窗口较窄，未显示：{'、'.join(one.zh for one in missing)}（加宽窗口或用 --json 可看全部）。",
            )
        )


def _width() -> int:
    """Return how many cells wide a table may be: the terminal's, or what a file or a pipe is given."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return ERRORS.width if ERRORS.is_terminal else WIDTH_WITHOUT_TERMINAL


def _plain(cell: str) -> str:
    return cell.replace("[", "\\[")


@contextmanager
def progress_bar(label: Text, *, quiet: bool = False, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Draw a progress bar on stderr while the block runs; yields a function to be told (done, all).

    One that is not ``shown`` appears when it is first told: for work that may not have to be done.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=ERRORS,
        disable=quiet or not ERRORS.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task(label.in_language(language()), total=None, visible=shown)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield told
