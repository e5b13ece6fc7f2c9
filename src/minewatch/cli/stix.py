"""``minewatch stix``: pool infrastructure and observations as a STIX 2.1 bundle for police and CERT exchange."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from minewatch.cli.console import print_json, say
from minewatch.cli.desk import WorkspaceOption
from minewatch.model.text import Text, counted
from minewatch.usecases.stix import Sharing, is_marked, share, sightings_kept, sightings_of

app = typer.Typer(rich_markup_mode=None)


@app.command()
def command(
    out: Annotated[Path, typer.Option("--out", help="Bundle to write (JSON).")],
    producer: Annotated[str, typer.Option("--producer", help="The office that shares, by name.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="sightings.csv of minewatch traffic; none: those of the workspace.")
    ] = None,
    tlp: Annotated[
        Literal["white", "green", "amber", "red"], typer.Option("--tlp", help="Traffic Light Protocol colour.")
    ] = "amber",
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Pseudonyms of miners, to use or make; default: OUT.keys.json.")
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="Share addresses of miners, workers and holders as they are.")
    ] = False,
    simulated: Annotated[bool, typer.Option("--simulated", help="Mark everything as simulated.")] = False,
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write pool endpoints, observed traffic and indicators as STIX 2.1; miners are pseudonyms unless --with-names."""
    place = None if with_names else keys or out.with_name(out.name + ".keys.json")
    if files:
        sightings = sightings_of(files)
        simulated = simulated or any(is_marked(path) for path in files)
    else:
        sightings, marked = sightings_kept(
            given=workspace,
            variable=os.environ.get("MINEWATCH_WORKSPACE"),
            start=Path.cwd(),
            address=os.environ.get("MINEWATCH_LEDGER"),
        )
        simulated = simulated or marked
    how = Sharing(producer, tlp, simulated, place, secrets.token_hex(32))
    count = share(sightings=sightings, out=out, how=how, now=datetime.now(UTC))
    if as_json:
        print_json({"out": str(out), "sightings": count, "keys": None if place is None else str(place)})
        return
    say(Text(f"{out}: {counted(count, 'sighting')}, TLP:{tlp.upper()}", f"{out}：{count} 条观测，TLP:{tlp.upper()}"))
    if place is not None:
        say(Text("Keep {keys} apart; do not send it.", "请单独保管 {keys}，不要外发。").format(keys=place))
