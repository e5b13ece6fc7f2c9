"""How every import ends: its exit code, and the words where nothing was taken."""

from collections.abc import Sequence

import typer

from minewatch.cli.exits import DONE_WITH_ISSUES, EXIT_CODES
from minewatch.model.errors import InputError
from minewatch.model.issues import Grade, Issue
from minewatch.model.text import Text, counted


def end_import(*, failed: bool, issues: Sequence[Issue], files: int, quiet: bool) -> None:
    """End an import with its exit code: failed when nothing was taken (said unless ``quiet``), or with issues, or well."""
    if failed and quiet:
        raise typer.Exit(EXIT_CODES[InputError])
    if failed:
        raise InputError(
            Text(f"Nothing was taken from {counted(files, 'file')}.", f"{files} 个文件均未采用任何数据。"),
            remedy=Text("The issues above say what to do about each.", "请按上列问题逐个文件处理。"),
        )
    if any(issue.grade is Grade.DISQUALIFYING for issue in issues):
        raise typer.Exit(DONE_WITH_ISSUES)
