"""The ``minewatch`` command. A command's module is loaded when the command is typed, so that ``--help`` is quick."""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from minewatch import __version__
from minewatch.cli.exits import INTERRUPTED, exit_code
from minewatch.cli.wrong_usage import in_chinese
from minewatch.model.errors import MinewatchError
from minewatch.model.text import Language, Text

# name -> (module that holds `app`, one line of help). The modules are loaded on demand.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("minewatch.cli.demo", "Run the whole path on a simulated region and compare with the known truth."),
    "screen": ("minewatch.cli.screen", "Rank meters by how probably they hide mining; write findings and report."),
    "init": ("minewatch.cli.init", "Make a workspace."),
    "import": ("minewatch.cli.import_", "Bring files into the workspace."),
    "grid": ("minewatch.cli.grid", "The tree of the grid that was imported, and what is wrong with it."),
    "balance": ("minewatch.cli.balance", "Energy that is missing, by transformer area, feeder and substation."),
    "plants": ("minewatch.cli.plants", "What power stations generated and do not account for."),
    "money": ("minewatch.cli.money", "What is owed: evaded charges, theft, surcharges, gains; line by line."),
    "export": ("minewatch.cli.export", "Write readings of the workspace as Parquet or CSV."),
    "prepare": ("minewatch.cli.prepare", "Make this computer ready ahead of its first screening."),
    "rehearse": ("minewatch.cli.rehearse", "Write a simulated region with known truth to practise on."),
    "findings": ("minewatch.cli.findings", "Findings kept in the workspace: list, decide, plan visits, export labels."),
    "model": ("minewatch.cli.model", "The curve model: adapt it to your own visits, compare, choose which screens."),
    "fuse": ("minewatch.cli.fuse", "Fuse findings, traffic, tips and other evidence into one ranked list."),
    "traffic": ("minewatch.cli.traffic", "Look for mining in captures, logs and flow records."),
    "stix": ("minewatch.cli.stix", "Share pool infrastructure and observations as STIX 2.1; miners under pseudonyms."),
    "serve": ("minewatch.cli.serve", "The console in the browser: wall, findings, cases, law, audit."),
    "policy": ("minewatch.cli.policy", "Instruments as data: who has what in force on a day; read notices and news."),
    "campaign": ("minewatch.cli.campaign", "Instruments applied to a region: duties, deadlines, returns, roll-ups."),
    "case": ("minewatch.cli.case", "One case a site: notice, return, verified stop, measures, restoration, referral."),
    "tip": ("minewatch.cli.tip", "Tips from the public; the informant is kept secret."),
    "draw": ("minewatch.cli.draw", "Spot checks: objects and inspectors drawn at random, provably."),
    "actor": ("minewatch.cli.actor", "Who may act: names, roles, divisions."),
    "ledger": ("minewatch.cli.ledger", "The record that cannot be rewritten: verify, export, anchor."),
    "paper": ("minewatch.cli.paper", "Letters as Word documents from templates an office edits; check a template."),
    "bulletin": ("minewatch.cli.bulletin", "Daily or weekly bulletin of a campaign as HTML, Word and Excel."),
    "impact": ("minewatch.cli.impact", "Hash rate of a load, shares of regions, what a stop does to the network."),
}

STOPPED = Text("interrupted; run the same command again to go on", "已中断；重新运行同一命令即可继续")
WHAT_TO_DO = Text("  what to do: ", "  处理办法：")


@contextmanager
def _usage_in_chinese() -> Iterator[None]:
    """Tell a wrong command line in Chinese where that is asked for; the library would tell it in English."""
    try:
        yield
    except TyperException as error:
        told = in_chinese(error) if os.environ.get("MINEWATCH_LANG") == "zh" else None
        if told is None:
            raise
        context = getattr(error, "ctx", None)
        sys.stderr.write(f"minewatch: {told}\n")
        if context is not None:
            sys.stderr.write(f"{WHAT_TO_DO.zh}用法见 {context.command_path} --help\n")
        raise typer.Exit(error.exit_code) from error


class LazyGroup(TyperGroup):
    """A group whose commands live in modules that are imported when one of them is called."""

    listing = False
    """Whether the list of commands is being printed, for which stand-ins will do."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Print the list of commands without loading any."""
        self.listing = True
        try:
            super().format_commands(ctx, formatter)
        finally:
            self.listing = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what stands before the command's name."""
        with _usage_in_chinese():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Parse the rest and run the command."""
        with _usage_in_chinese():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all commands, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load the module of ``cmd_name`` and return its command; while help is printed, return a stand-in."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, help_text = COMMANDS[cmd_name]
        if self.listing:
            return typer.core.TyperCommand(cmd_name, help=help_text, short_help=help_text)
        command = typer.main.get_command(importlib.import_module(module).app)
        _plain_help(command)
        command.name = cmd_name
        command.help = command.help or help_text
        return command


def _plain_help(command: Any) -> None:
    """Print help as plain text everywhere, whatever a command's own module asked for."""
    command.rich_markup_mode = None
    for child in getattr(command, "commands", {}).values():
        _plain_help(child)


app = typer.Typer(
    cls=LazyGroup,
    help="Find cryptocurrency mining on a power grid; carry a clean-up order through, fairly and provably.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"minewatch {__version__}")
        raise typer.Exit


@app.callback()
def root(
    lang: Annotated[
        str, typer.Option("--lang", envvar="MINEWATCH_LANG", help="Language of what is printed: en or zh.")
    ] = "en",
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find cryptocurrency mining on a power grid; carry a clean-up order through, fairly and provably."""
    del version
    if lang not in {"en", "zh"}:
        raise typer.BadParameter("write --lang en or --lang zh", param_hint="--lang")
    os.environ["MINEWATCH_LANG"] = lang


def language_first(arguments: list[str]) -> list[str]:
    """Move ``--lang zh`` to the front, where it belongs, from wherever the user wrote it."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for place, word in enumerate(options):
        width = 2 if word == "--lang" else 1
        if word == "--lang" or word.startswith("--lang="):
            return [*arguments[place : place + width], *arguments[:place], *arguments[place + width :]]
    return arguments


def _interrupted() -> NoReturn:
    spoken: Language = "zh" if os.environ.get("MINEWATCH_LANG") == "zh" else "en"
    sys.stderr.write(f"minewatch: {STOPPED.in_language(spoken)}\n")
    sys.exit(INTERRUPTED)


def run() -> NoReturn:
    """Run the command line; an error a user can meet is printed as a sentence with its remedy, never as a traceback."""
    try:
        app(language_first(sys.argv[1:]))
    except MinewatchError as error:
        spoken: Language = "zh" if os.environ.get("MINEWATCH_LANG") == "zh" else "en"
        wrong, cure = error.told(spoken)
        if "--json" in sys.argv:
            sys.stdout.write(json.dumps({"error": wrong, "remedy": cure}, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"minewatch: {wrong}\n{WHAT_TO_DO.in_language(spoken)}{cure}\n")
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Typer turns Ctrl-C into this code, without a word
            _interrupted()
        raise
    sys.exit(0)
