"""How long the findings pages take with 50,000 findings: ``python bench/console/findings.py [--findings N]``.

Processor time of this process, medians of eleven calls, beside the wall clock. Each figure also stands as a multiple of a
bare SQL query over the same file (one scan that counts findings), so that it can be held against another machine. Pages are
rendered in the process, without a network.
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from console_office import ConsoleOffice, make_console
from finding_samples import many, run_view
from minewatch.model.findings_views import FindingQuery
from minewatch.stores.findings import NAME, FindingStore
from minewatch.usecases import triage
from minewatch.usecases.budget import Means, budget
from minewatch.usecases.findings import listed, shown
from minewatch.usecases.findings_sheet import findings_list_csv
from minewatch.usecases.office import Turn

REPEATS = 11
BARE = "SELECT count(*) FROM findings WHERE run = 'screen-1' AND division = '511824' AND coverage + probability > 1.0"


def median(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor and of wall clock."""
    busy, wall = [], []
    for _ in range(REPEATS):
        start, before = time.perf_counter(), time.process_time()
        call()
        busy.append(time.process_time() - before)
        wall.append(time.perf_counter() - start)
    return statistics.median(busy) * 1000, statistics.median(wall) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=50_000)
    number = parser.parse_args().findings
    with tempfile.TemporaryDirectory() as folder, make_console(Path(folder)) as made:
        path = made.office.workspace.folder / NAME
        rows = list(many(number))
        start = time.perf_counter()
        FindingStore(path).keep(run_view(findings=number), rows)
        print(f"kept {number:,} findings in {time.perf_counter() - start:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
        measure(made, path, number)


def measure(made: ConsoleOffice, path: Path, number: int) -> None:
    turn = Turn(made.office, made.console.actor("analyst"), made.at)
    everything = triage.Selection(query=FindingQuery(status="todo", most=0.001))
    start = time.perf_counter()
    done = len(triage.dismiss(turn=turn, chosen=everything, reason="too_small").done)
    print(f"dismissed {done:,} findings at once in {time.perf_counter() - start:.2f} s")
    connection = sqlite3.connect(path)
    bare = median(lambda: connection.execute(BARE).fetchall())
    connection.close()
    queries = {
        "first page": FindingQuery(status="todo", least=0.1),
        "first page, any status": FindingQuery(),
        "last page": FindingQuery(page=10**6),
        "sorted by kW": FindingQuery(sort="kw"),
        "text search": FindingQuery(text="000123"),
        "one reason, one county": FindingQuery(reason="steady_floor", division="511824"),
    }
    print(f"{'':34} {'busy ms':>9} {'wall ms':>9}")
    print(f"{'bare SQL':34} {bare[0]:9.1f} {bare[1]:9.1f}")
    for name, query in queries.items():
        tell(name, median(lambda query=query: listed(turn=turn, query=query)), bare)
    meter = listed(turn=turn, query=FindingQuery()).lines[0].meter
    tell("one finding in full", median(lambda: shown(turn=turn, run="", meter=meter)), bare)
    tell("budget of 100 visits", median(lambda: budget(turn=turn, means=Means(visits=100))), bare)
    client = made.client("analyst")
    tell("GET /findings", median(lambda: client.get("/findings")), bare)
    tell("GET /findings, any status, kW", median(lambda: client.get("/findings?status=all&sort=kw")), bare)
    tell("GET /findings/{run}/{meter}", median(lambda: client.get(f"/findings/screen-1/{meter}")), bare)
    tell("GET /findings/budget", median(lambda: client.get("/findings/budget?visits=100")), bare)
    start = time.perf_counter()
    size = len(findings_list_csv(turn=turn, query=FindingQuery(), language="en"))
    print(f"CSV of {number:,} findings: {time.perf_counter() - start:.1f} s, {size / 1e6:.1f} MB")


def tell(name: str, took: tuple[float, float], bare: tuple[float, float]) -> None:
    print(f"{name:34} {took[0]:9.1f} {took[1]:9.1f}  {took[0] / bare[0]:5.1f} x bare")


if __name__ == "__main__":
    main()
