"""The demonstration: rehearse June 2021, import, screen, hold the findings against the truth, and drill the papers of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from minewatch.model.balance_views import BalanceView
from minewatch.model.origin import Origin
from minewatch.model.rehearsal_views import ComparisonView, RehearsalView
from minewatch.model.text import Language
from minewatch.rehearsal.parameters import DEADLINE
from minewatch.stores.results import ResultStore
from minewatch.stores.workspace import Workspace, init, open_workspace
from minewatch.usecases.balance import balance_view, run_balance
from minewatch.usecases.compare import compare
from minewatch.usecases.demo_papers import Papers, make_papers
from minewatch.usecases.findings_keep import keep_screening
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.import_beside import import_beside
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.input_effects import with_only
from minewatch.usecases.reading import read_options
from minewatch.usecases.rehearse import rehearse
from minewatch.usecases.run_screen import Outputs, ScreenSummary, write_outputs
from minewatch.usecases.screen import NOBODY, Watch
from minewatch.usecases.screen_files import screen_imported
from minewatch.usecases.screen_inputs import CHINA, Given
from minewatch.usecases.screen_known import gathered_workspace, keep_words
from minewatch.usecases.screen_scope import not_customers

ZONE = "Asia/Shanghai"
GRID_TABLES = (
    ("grid", "grid.csv"),
    ("meters", "meters.csv"),
    ("generation", "stations.csv"),
    ("generation", "generation.csv"),
    ("weather", "weather.csv"),
    ("outages", "network_outages.csv"),
)
GIVEN = Given(holidays=CHINA, deadline=DEADLINE)
"""What the office knows besides its imported tables: China's holidays, and the order that the drill's papers carry."""


@dataclass(frozen=True, slots=True)
class DemoView:
    """What the demonstration did: the region, the screening, how it stands against the truth, papers, balance of the grid.

    ``alone`` is how the same screening stands without what is known besides the curves.
    """

    rehearsal: RehearsalView
    screening: ScreenSummary
    comparison: ComparisonView
    alone: ComparisonView
    papers: Papers
    balance: BalanceView


def demo(
    *,
    out: Path,
    seed: int,
    meters: int,
    days: int,
    now: datetime,
    workers: int,
    language: Language = "en",
    watch: Watch = NOBODY,
) -> DemoView:
    """Run the whole path on a simulated region; below ``out``: region/, office/, findings.csv, report.html, papers/.

    The program reads only what a utility would hand over; the truth is opened after the findings were written. Run again,
    it starts from the same seed; the workspace keeps what was imported.
    """
    region = out / "region"
    practised = rehearse(
        out=region,
        seed=seed,
        meters=meters,
        days=days,
        progress=lambda _what, done, total: watch.simulating(done, total),
    )
    office = out / "office"
    workspace = open_workspace(office) if (office / "minewatch.toml").exists() else init(office, zone=ZONE)
    receipt = import_files(
        [region / "curves"],
        lake=workspace.lake(),
        now=now,
        options=with_zone(read_options(), ZONE),
        progress=watch.reading,
        issues_csv=out / "issues.csv",
    )
    store = grid_store(workspace)
    for what, file in GRID_TABLES:
        import_grid_files([region / file], what=what, store=store)
    import_beside(
        [region / "reactive.parquet"], what="reactive", folder=office, shards=workspace.lake().shards, now=now
    )
    lake = workspace.lake()
    with gathered_workspace(workspace, lake=lake, now=now, given=GIVEN, cases=False) as known:
        run = screen_imported(
            lake=lake,
            receipt=receipt,
            context=known,
            results=ResultStore(office / "screen"),
            workers=workers,
            aside=not_customers(store),
            progress=watch.screening,
        )
    keep_words(workspace, GIVEN)
    keep_screening(workspace=workspace, findings=run.findings, lake=run.lake, origin=Origin.SIMULATED, now=now)
    outputs = Outputs(
        findings=out / "findings.csv",
        report=out / "report.html",
        workbook=out / "findings.xlsx",
        language=language,
    )
    summary = write_outputs(run, outputs=outputs, now=now)
    truth = pl.read_parquet(region / "truth" / "truth.parquet")
    comparison, alone = compare(run.findings, truth), compare(with_only(run.findings, ()), truth)
    papers = make_papers(
        folder=office, findings=out / "findings.csv", region=region, seed=seed, out=out / "papers", language=language
    )
    balanced = _balance(workspace, region, now=now, watch=watch)
    return DemoView(practised, summary, comparison, alone, papers, balanced)


def _balance(workspace: Workspace, region: Path, *, now: datetime, watch: Watch) -> BalanceView:
    """Bring in what the grid's own meters say, after the customers' were screened, and balance every node."""
    import_files(
        [folder for folder in (region / "supply", region / "feed_in") if folder.is_dir()],
        lake=workspace.lake(),
        now=now,
        options=with_zone(read_options(), ZONE),
        progress=watch.reading,
    )
    view = balance_view(run_balance(lake=workspace.lake(), store=grid_store(workspace), progress=watch.screening))
    keep_balance(folder=workspace.folder, view=view, at=now)
    return view
