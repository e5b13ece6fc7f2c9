"""``minewatch import traffic``: look for mining in traffic files and keep the sightings in the workspace."""

import os
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import progress_bar, say
from minewatch.cli.import_end import end_import
from minewatch.cli.reading_options import WorkspaceOption
from minewatch.cli.traffic import show_receipt
from minewatch.model.origin import SIMULATED
from minewatch.model.text import Text
from minewatch.usecases.import_traffic import import_traffic
from minewatch.usecases.traffic import TrafficOptions
from minewatch.usecases.workspaces import VARIABLE, open_workspace


def traffic(
    files: Annotated[list[Path], typer.Argument(help="Captures, logs, flow records or directories of them.")],
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sightings as JSON lines on stdout.")] = False,
    pools: Annotated[
        Path | None, typer.Option("--pools", help="A pool list to use in place of the one shipped.")
    ] = None,
    customers: Annotated[Path | None, typer.Option("--customers", help="CSV: address or network, customer.")] = None,
    leases: Annotated[Path | None, typer.Option("--leases", help="CSV: address, customer, from, to.")] = None,
    nat: Annotated[
        Path | None, typer.Option("--nat", help="CSV: address, port_low, port_high, customer, from, to.")
    ] = None,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.0, max=1.0, help="Least probability of a row.")
    ] = 0.5,
    max_flows: Annotated[int, typer.Option("--max-flows", min=64, help="Flows held in memory at once.")] = 65_536,
) -> None:
    """Import what traffic files show of mining; the same sightings are kept once."""
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    with progress_bar(Text("reading traffic", "读取流量"), quiet=as_json) as told:
        receipt = import_traffic(
            files=files,
            workspace=found.folder,
            options=TrafficOptions(pools, threshold, max_flows, customers, leases, nat),
            progress=told,
        )
    show_receipt(receipt.run, as_json=as_json)
    if receipt.simulated:
        say(SIMULATED)
    if receipt.new:
        say(Text(f"kept in the workspace as {receipt.digest[:12]}", f"已存入工作区，编号 {receipt.digest[:12]}"))
    elif not receipt.run.nothing_taken:
        say(Text("the workspace has these sightings already", "工作区中已有这些记录"))
    end_import(failed=receipt.run.nothing_taken, issues=receipt.run.issues, files=receipt.run.files, quiet=as_json)
