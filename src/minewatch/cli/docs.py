"""``python -m minewatch.cli.docs DIR``: writes the generated pages. A maintainer's tool, called by ``make docs``."""

import json
import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from minewatch.cli.main import app
from minewatch.usecases.casework_pages import casework_page
from minewatch.usecases.documentation import issues_page, words_page
from minewatch.usecases.policy import documentation_pages
from minewatch.web.api_schema import openapi


def _help_pages(command: Any, path: str) -> list[str]:
    context = command.make_context(path, [], resilient_parsing=True)
    context.terminal_width = 100
    context.max_content_width = 100
    text = [
        f"{'#' * min(path.count(' ') + 2, 4)} `{path}`",
        "",
        "```text",
        command.get_help(context).rstrip(),
        "```",
        "",
    ]
    if isinstance(command, TyperGroup):
        for name in command.list_commands(context):
            context.args = [name]
            child = command.get_command(context, name)
            text += _help_pages(child, f"{path} {name}")
    return text


def cli_page() -> str:
    """Return ``docs/cli.md``: the help of every command, and the exit codes."""
    exits = sys.modules["minewatch.cli.exits"].__doc__ or ""
    table = exits.split("\n\n", 1)[1].strip()
    return "\n".join(
        [
            "# The command line",
            "",
            "Generated from the commands' own help by `make docs`; do not edit by hand.",
            "",
            *_help_pages(typer.main.get_command(app), "minewatch"),
            "## Exit codes",
            "",
            "```text",
            table,
            "```",
            "",
        ]
    )


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    written = {
        "words.md": words_page(),
        "issues.md": issues_page(),
        "cli.md": cli_page(),
        "casework.md": casework_page(),
        "openapi.json": json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n",
    }
    return {**written, **documentation_pages()}


def main(folder: Path) -> None:
    """Write every generated page into ``folder``."""
    for name, text in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
