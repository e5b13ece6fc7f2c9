"""``minewatch plants``: what power stations generated and do not account for."""

import os
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, say
from minewatch.cli.import_grid import show_issues
from minewatch.cli.reading_options import ReceiptOption, WorkspaceOption
from minewatch.model.text import Text, counted
from minewatch.usecases.balance_files import tables_of_plants
from minewatch.usecases.guarded_csv import guarded_csv
from minewatch.usecases.missing_evidence import evidence_frame, plant_evidence
from minewatch.usecases.missing_money import rules_on
from minewatch.usecases.plants import plants_frame, run_plants
from minewatch.usecases.plants_report import add_plant_money, plants_page, plants_view
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.workspaces import VARIABLE

app = typer.Typer()

HEADINGS = (
    Text("station", "电站"),
    Text("told by", "判断依据"),
    Text("missing kW", "缺口（千瓦）"),
    Text("of capacity", "占装机"),
    Text("kWh", "电量（千瓦时）"),
    Text("since", "开始"),
)


@app.command()
def command(
    files: Annotated[
        list[str] | None, typer.Argument(help="Tables of stations and generation; none: those of the workspace.")
    ] = None,
    workspace: WorkspaceOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write every station's finding to this CSV file.")] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="Write evidence for fuse, and for case open --findings, to this CSV."),
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the report to this HTML file.")] = None,
    top: Annotated[int, typer.Option("--top", min=0, max=500, help="How many stations the report shows in full.")] = 25,
    division: Annotated[str | None, typer.Option("--division", help="Division whose rules count, for money.")] = None,
    prices: Annotated[Path | None, typer.Option("--prices", help="Your own dated prices, for money.")] = None,
    as_json: ReceiptOption = False,
) -> None:
    """Hold generation against own use, delivery, contracts and the water; tell undeclared supply with its interval."""
    with tables_of_plants(files, workspace=workspace, variable=os.environ.get(VARIABLE)) as (store, packs, issues):
        show_issues(issues)
        run = run_plants(store=store)
        evidence_rows = evidence_frame(plant_evidence(run), tables=store, origin=run.origin)
    frame = plants_frame(run)
    if out is not None:
        write_file(out, guarded_csv(frame, bom=True))
    if evidence is not None:
        write_file(evidence, guarded_csv(evidence_rows))
    if report is not None:
        rules = rules_on(run.window.last_day, division=division, prices=prices, packs=packs)
        view = add_plant_money(plants_view(run), run, rules=rules)
        write_file(report, plants_page(view, top=top, language=language()))
    if as_json:
        print_json(frame.to_dicts())
        return
    if run.origin.label:
        say(run.origin.label)
    table = [
        (
            one.station,
            one.way,
            f"{one.kw:.0f} ({one.kw_low:.0f}–{one.kw_high:.0f})",
            f"{100 * one.of_capacity:.0f} %",
            f"{one.kwh:,.0f}",
            f"{run.since(one):%Y-%m-%d %H:%M}",
        )
        for one in run.findings
        if one.flagged
    ]
    print_table(Text("Stations with power unaccounted for", "出力去向不明的电站"), HEADINGS, table)
    say(
        Text(
            f"{counted(len(run.findings), 'station')} judged, {len(table)} with power unaccounted for. "
            "A faulty meter or gauge leaves the same gap.",
            f"共判断{len(run.findings)}座电站，{len(table)}座出力去向不明。表计或水情测量故障也会造成同样的缺口。",
        )
    )
