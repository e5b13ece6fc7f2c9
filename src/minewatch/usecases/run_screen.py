"""A screening from beginning to end: read, screen, write what was asked for, and say what was found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from minewatch.detect.identity import Judge
from minewatch.model.curve_models import SHIPPED
from minewatch.model.errors import InputError, StoreError
from minewatch.model.issues import Grade, Issue
from minewatch.model.origin import Origin
from minewatch.model.text import Language, Text, counted
from minewatch.model.views import FindingRow, InputView, ScreenReportView
from minewatch.readers.options import ReadOptions
from minewatch.reports.findings_html import render_screen_report
from minewatch.reports.findings_xlsx import screen_workbook
from minewatch.stores.results import ResultStore
from minewatch.stores.workspace import Workspace, find_workspace
from minewatch.usecases.findings_keep import keep_screening
from minewatch.usecases.findings_out import findings_csv, findings_json
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.models import judge_of
from minewatch.usecases.screen import NOBODY, Watch
from minewatch.usecases.screen_files import ScreenRun, screen_workspace, screened_files
from minewatch.usecases.screen_inputs import NOTHING_GIVEN, Given
from minewatch.usecases.screen_known import gathered_workspace, keep_words
from minewatch.usecases.screen_report import ReportInput, screen_report
from minewatch.usecases.screen_scope import not_customers

TITLE = Text("Screening for mining load", "挖矿负荷筛查报告")
SHOWN_ROWS = 10
SHOWN_ISSUES = 12


@dataclass(frozen=True, slots=True)
class Outputs:
    """What to write, and how: CSV of all findings, HTML report, workbook; how many findings the report shows in full."""

    findings: Path | None = None
    report: Path | None = None
    workbook: Path | None = None
    top: int = 25
    worth: float = 0.5
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class Judging:
    """By which model to judge: a file's, else the workspace's in use, else the shipped; ``thorough``: none is cleared early.

    With ``learn`` the shipped model first learns how the meters of the files look.
    """

    model: Path | None = None
    thorough: bool = False
    learn: LearnFirst | None = None

    def on_files(self) -> Judge | LearnFirst:
        """Return the judge, or what learns it once the files are read. ``InputError`` where a model is named too."""
        if self.learn is None:
            return self.judge(None)
        if self.model is not None:
            raise InputError(
                Text(
                    "--learn starts from the shipped model, but --model names another.",
                    "--learn 从随软件提供的模型开始学习，但 --model 指定了其他模型。",
                ),
                remedy=Text("Leave one of the two out.", "请去掉其中一个选项。"),
            )
        return replace(self.learn, thorough=self.thorough)

    def judge(self, workspace: Workspace | None) -> Judge:
        """Return the judge; the errors are those of ``models.judge_of``."""
        judge = judge_of(workspace, given=self.model)
        return judge.thorough() if self.thorough else judge


AS_SHIPPED = Judging()
"""The workspace's model in use or the shipped one, with its glance and its gate."""


@dataclass(frozen=True, slots=True)
class ScreenSummary:
    """What a run found, in short. ``records`` are the top findings as plain data; ``run`` names it where it is kept."""

    meters: int
    readings: int
    worth_a_visit: int
    worth: float
    ranked: tuple[FindingRow, ...]
    issues: tuple[Issue, ...]
    noted: int
    disqualifying: int
    origin: Origin
    written: tuple[Path, ...]
    records: list[dict[str, object]]
    run: str = ""
    model: str = SHIPPED
    inputs: tuple[InputView, ...] = ()
    learned: Text | None = None

    @property
    def sentence(self) -> Text:
        """The result in one sentence."""
        return Text(
            f"{counted(self.meters, 'meter')}, {counted(self.readings, 'reading')}; {self.worth_a_visit} worth a visit "
            f"(probability {self.worth:.0%} or more); {counted(self.noted, 'fault')} noted, "
            f"{counted(self.disqualifying, 'value')} not usable.",
            f"共{self.meters}个计量点、{self.readings}个读数；建议现场核查{self.worth_a_visit}个（概率≥{self.worth:.0%}）；"
            f"数据提示{self.noted}处，无法使用{self.disqualifying}处。",
        )

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return {
            "meters": self.meters,
            "readings": self.readings,
            "worth_a_visit": self.worth_a_visit,
            "worth": self.worth,
            "simulated": self.origin.is_simulated,
            "origin": self.origin.value,
            "issues": {"noted": self.noted, "disqualifying": self.disqualifying},
            "findings": self.records,
            "run": self.run,
            "model": self.model,
            "learned": asdict(self.learned) if self.learned else None,
            "inputs": [asdict(one) for one in self.inputs],
            "written": [str(path) for path in self.written],
        }


def run_on_files(  # noqa: PLR0913 - what to read, what to write, and the command's options
    patterns: Sequence[str | Path],
    *,
    options: ReadOptions,
    outputs: Outputs,
    now: datetime,
    judging: Judging = AS_SHIPPED,
    workers: int = 2,
    issues_csv: Path | None = None,
    inputs: Given = NOTHING_GIVEN,
    watch: Watch = NOBODY,
) -> ScreenSummary:
    """Screen files without a workspace and write ``outputs``; see ``screen_files.screened_files`` for the errors.

    ``judging`` says by which model, ``inputs`` what else is known.
    """
    with screened_files(
        patterns,
        now=now,
        options=options,
        given=inputs,
        judge=judging.on_files(),
        workers=workers,
        issues_csv=issues_csv,
        watch=watch,
    ) as run:
        name = run.judge.name if run.judge else ""
        return replace(write_outputs(run, outputs=outputs, now=now), model=name or SHIPPED)


def run_on_workspace(  # noqa: PLR0913 - which workspace takes three, the rest are the command's options
    *,
    given: Path | None,
    variable: str | None,
    start: Path,
    outputs: Outputs,
    now: datetime,
    judging: Judging = AS_SHIPPED,
    workers: int = 2,
    division: str = "",
    inputs: Given = NOTHING_GIVEN,
    watch: Watch = NOBODY,
) -> ScreenSummary:
    """Screen a workspace and write ``outputs``; the findings are kept in the workspace for triage.

    Finished work is kept in the workspace's folder ``screen``. Meters of the grid itself and of what is fed in get no finding
    (``screen_scope``). ``judging`` says by which model. ``division`` is where meters lie that the imported table of
    meters places nowhere. What else was imported (weather, outages …) is used; ``inputs`` stand in place of it.
    """
    workspace = find_workspace(given, variable=variable, start=start)
    results = ResultStore(workspace.folder / "screen")
    judge = judging.judge(workspace)
    lake = workspace.lake()
    with gathered_workspace(workspace, lake=lake, now=now, given=inputs) as known:
        run = screen_workspace(
            lake=lake,
            results=results,
            context=known,
            judge=judge,
            workers=workers,
            aside=not_customers(grid_store(workspace)),
            progress=watch.screening,
        )
    keep_words(workspace, inputs)
    kept = keep_screening(
        workspace=workspace,
        findings=run.findings,
        lake=run.lake,
        origin=run.origin,
        now=now,
        division=division,
        judge=judge,
    )
    return replace(write_outputs(run, outputs=outputs, now=now), run=kept.id, model=judge.name or SHIPPED)


def write_outputs(run: ScreenRun, *, outputs: Outputs, now: datetime) -> ScreenSummary:
    """Write what was asked for and return the summary. Raises ``StoreError`` for a place that cannot be written."""
    given = ReportInput(
        title=TITLE,
        made_at=now,
        sources=run.sources,
        issues=run.issues,
        issues_noted=run.noted,
        issues_disqualifying=run.disqualifying,
        simulated=run.origin.label,
        findings_file=outputs.findings.name if outputs.findings else "",
        top=outputs.top if outputs.report else 0,
        worth=outputs.worth,
        inputs=run.inputs,
        learned=run.learned,
    )
    view = screen_report(findings=run.findings, lake=run.lake, given=given)
    written = []
    for path, content in _contents(run, view, outputs):
        write_file(path, content)
        written.append(path)
    return ScreenSummary(
        meters=view.meters_read,
        readings=view.readings,
        worth_a_visit=view.worth_a_visit,
        worth=outputs.worth,
        ranked=view.ranked[:SHOWN_ROWS],
        issues=by_kind(run.issues)[:SHOWN_ISSUES],
        noted=run.noted,
        disqualifying=run.disqualifying,
        origin=run.origin,
        written=tuple(written),
        records=findings_json(run.findings, language=outputs.language, top=max(outputs.top, SHOWN_ROWS)),
        inputs=run.inputs,
        learned=run.learned,
    )


def by_kind(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return one issue a code and file, the first place with the count of all, the disqualifying ones first."""
    first: dict[tuple[str, str], Issue] = {}
    counts: dict[tuple[str, str], int] = {}
    for issue in issues:
        key = (issue.code, issue.file)
        first.setdefault(key, issue)
        counts[key] = counts.get(key, 0) + issue.count
    together = [replace(issue, count=counts[key]) for key, issue in first.items()]
    return tuple(sorted(together, key=lambda issue: (issue.grade is Grade.NOTED, -issue.count)))


def _contents(run: ScreenRun, view: ScreenReportView, outputs: Outputs) -> list[tuple[Path, bytes]]:
    contents = []
    if outputs.findings:
        contents.append((outputs.findings, findings_csv(run.findings, origin=run.origin)))
    if outputs.report:
        contents.append((outputs.report, render_screen_report(view, language=outputs.language).encode("utf-8")))
    if outputs.workbook:
        contents.append((outputs.workbook, screen_workbook(view, language=outputs.language)))
    return contents


def write_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, whole or not at all. Raises ``StoreError`` for a place that cannot be written."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            Text(
                f"{path} could not be written: {error.strerror or error}.",
                f"无法写入 {path}：{error.strerror or error}。",
            ),
            remedy=Text("Free some space or choose another place.", "请腾出空间或另选位置。"),
        ) from error
