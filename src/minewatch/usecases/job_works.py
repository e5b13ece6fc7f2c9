"""What jobs do: each kind calls the same use case as its command does and says in a sentence what came of it."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.issues import Grade, Issue
from minewatch.model.jobs import Job, JobKind
from minewatch.model.origin import Origin
from minewatch.model.text import Text, counted
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.options import ReadOptions
from minewatch.stores.jobs import JobStore
from minewatch.stores.lake import Lake
from minewatch.usecases.balance import Effort, balance_view, run_balance
from minewatch.usecases.coverage import measure_coverage
from minewatch.usecases.grid_index import held_index
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import ImportReceipt, import_files, with_zone
from minewatch.usecases.import_traffic import import_traffic
from minewatch.usecases.office import Office
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from minewatch.usecases.screen import Watch
from minewatch.usecases.simulated import of_flags
from minewatch.usecases.traffic import TrafficOptions

Told = Callable[[int, int], None]
WORTH = 0.5
SAID = ("unit", "kind", "zone", "stamps", "layout", "meter", "encoding", "sheet", "delimiter")
"""What may be said about files of readings, as on the command line; a layout only by the name of its family."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job did: a sentence, and figures by name."""

    said: Text
    figures: Mapping[str, int] = field(default_factory=dict)


Work = Callable[[Office, Job, Callable[[], datetime], Told], Outcome]


def _issues_file(office: Office, job: Job) -> Path:
    return JobStore(office.workspace.folder / "jobs").issues_file(job.id)


def said_options(job: Job) -> ReadOptions:
    """Return the options of reading that were said in a form; ``InputError`` for a layout that is a path."""
    said = {name: value for name, value in job.options.items() if name in SAID and value}
    layout = said.pop("layout", None)
    if layout is not None and ("/" in layout or "\\" in layout or "." in layout):
        raise InputError(
            Text("A layout is named by its family here.", "此处只能按类型选择表格布局。"),
            remedy=Text("Choose one of the list.", "请从列表中选择。"),
        )
    return read_options(layout=layout, **said)


def _readings(office: Office, job: Job, clock: Callable[[], datetime], told: Told) -> Outcome:
    receipt = import_files(
        job.files,
        lake=office.workspace.lake(),
        now=clock(),
        options=with_zone(said_options(job), office.workspace.zone),
        progress=told,
        issues_csv=_issues_file(office, job),
    )
    return Outcome(_with_label(_of_readings(receipt), receipt.origin), _figures(receipt.issues) | _numbers(receipt))


def _numbers(receipt: ImportReceipt) -> dict[str, int]:
    return {
        "readings": receipt.readings,
        "known": receipt.known,
        "meters": receipt.meters,
        "new_files": sum(one.new for one in receipt.sources),
    }


def _with_label(said: Text, origin: Origin) -> Text:
    label = origin.label
    return said if label is None else Text(f"{said.en} {label.en}", f"{said.zh}{label.zh}")


def _of_readings(receipt: ImportReceipt) -> Text:
    return Text(
        f"{counted(receipt.readings, 'reading')} of {counted(receipt.meters, 'meter')} imported; "
        f"{counted(receipt.known, 'was known', 'were known')}.",
        f"导入 {receipt.meters:,} 个计量点的 {receipt.readings:,} 个读数；{receipt.known:,} 个此前已有。",
    )


def _recheck(office: Office, job: Job, clock: Callable[[], datetime], told: Told) -> Outcome:
    """Read the files as if for the first time, into a lake that is thrown away: every faulty place, nothing changed."""
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        receipt = import_files(
            job.files,
            lake=Lake.create(Path(folder) / "lake", shards=16),
            now=clock(),
            options=with_zone(said_options(job), office.workspace.zone),
            progress=told,
            issues_csv=_issues_file(office, job),
            check=True,
        )
    said = Text(
        f"{counted(receipt.readings, 'reading')} of {counted(receipt.meters, 'meter')} judged; nothing was changed.",
        f"已检查 {receipt.meters:,} 个计量点的 {receipt.readings:,} 个读数；未作任何更改。",
    )
    return Outcome(said, _figures(receipt.issues) | _numbers(receipt))


def _tables(office: Office, job: Job, _clock: Callable[[], datetime], told: Told) -> Outcome:
    receipt = import_grid_files(job.files, what=job.kind.value, store=grid_store(office.workspace))
    _write_issues(receipt.issues, _issues_file(office, job))
    told(len(receipt.files), len(receipt.files))
    rows, new = sum(one.rows for one in receipt.files), sum(one.new for one in receipt.files)
    said = Text(f"{counted(rows, 'row')} read; {counted(new, 'new file')}.", f"读取 {rows:,} 行；新文件 {new} 个。")
    said = _with_label(said, of_flags(one.simulated for one in receipt.files))
    return Outcome(said, _figures(receipt.issues) | {"rows": rows, "new_files": new})


def _write_issues(issues: Sequence[Issue], path: Path) -> None:
    with IssueLog(path=path) as log:
        for issue in issues:
            log.add(issue)


def _figures(issues: Sequence[Issue]) -> dict[str, int]:
    counts = {"noted": 0, "disqualifying": 0}
    for issue in issues:
        counts["disqualifying" if issue.grade is Grade.DISQUALIFYING else "noted"] += issue.count
    return counts


def _traffic(office: Office, job: Job, _clock: Callable[[], datetime], told: Told) -> Outcome:
    receipt = import_traffic(
        files=[Path(path) for path in job.files],
        workspace=office.workspace.folder,
        options=TrafficOptions(),
        progress=told,
    )
    _write_issues(receipt.run.issues, _issues_file(office, job))
    seen = len(receipt.run.sightings)
    if receipt.run.nothing_taken:
        number = receipt.run.files
        said = Text(f"Nothing was taken from {counted(number, 'file')}.", f"{number} 个文件均未采用任何数据。")
        return Outcome(said, _figures(receipt.run.issues))
    said = Text(f"{counted(seen, 'sighting')} of mining traffic.", f"发现 {seen:,} 条挖矿流量。")
    return Outcome(said, _figures(receipt.run.issues) | {"sightings": seen, "flows": receipt.run.flows})


def _screen(office: Office, _job: Job, clock: Callable[[], datetime], told: Told) -> Outcome:
    summary = run_on_workspace(
        given=office.workspace.folder,
        variable=None,
        start=office.workspace.folder,
        outputs=Outputs(top=0, worth=WORTH),
        now=clock(),
        workers=os.cpu_count() or 1,
        watch=Watch(screening=told),
    )
    return Outcome(
        _with_label(summary.sentence, summary.origin),
        {"meters": summary.meters, "worth_a_visit": summary.worth_a_visit},
    )


def _balance(office: Office, _job: Job, clock: Callable[[], datetime], told: Told) -> Outcome:
    effort = Effort(workers=os.cpu_count() or 1, scratch=office.workspace.folder)
    lake, store = office.workspace.lake(), grid_store(office.workspace)
    view = balance_view(run_balance(lake=lake, store=store, effort=effort, progress=told))
    keep_balance(folder=office.workspace.folder, view=view, at=clock())
    held_index(office)
    flagged = sum(one.flagged for one in view.nodes)
    said = Text(
        f"{counted(len(view.nodes), 'node')} balanced, {flagged:,} with unexplained load.",
        f"已平衡 {len(view.nodes):,} 个节点，{flagged:,} 个存在无法解释的负荷。",
    )
    return Outcome(said, {"nodes": len(view.nodes), "flagged": flagged})


def _coverage(office: Office, _job: Job, _clock: Callable[[], datetime], told: Told) -> Outcome:
    found = measure_coverage(folder=office.workspace.folder, lake=office.workspace.lake(), progress=told)
    said = Text(
        f"{counted(found.meters, 'meter')} over {counted(found.days, 'day')} measured.",
        f"已统计 {found.meters:,} 个计量点、{found.days:,} 天。",
    )
    return Outcome(said, {"meters": found.meters, "days": found.days})


WORKS: Mapping[JobKind, Work] = {
    JobKind.READINGS: _readings,
    JobKind.GRID: _tables,
    JobKind.METERS: _tables,
    JobKind.GENERATION: _tables,
    JobKind.WEATHER: _tables,
    JobKind.OUTAGES: _tables,
    JobKind.HOLIDAYS: _tables,
    JobKind.TRAFFIC: _traffic,
    JobKind.RECHECK: _recheck,
    JobKind.SCREEN: _screen,
    JobKind.BALANCE: _balance,
    JobKind.COVERAGE: _coverage,
}
"""What does each kind of job."""
