"""Screen files without a workspace: they go through the same import into a lake that is thrown away afterwards."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import polars as pl

from minewatch.detect.block import NOTHING_ELSE, Context
from minewatch.detect.identity import Judge
from minewatch.detect.peers import beside_peers
from minewatch.model.errors import InputError
from minewatch.model.issues import Grade, Issue
from minewatch.model.origin import Origin, together
from minewatch.model.text import Text, counted
from minewatch.model.views import InputView, SourceView
from minewatch.readers.options import ReadOptions
from minewatch.stores.lake import Lake
from minewatch.stores.results import ResultStore
from minewatch.usecases.import_readings import ImportReceipt, import_files
from minewatch.usecases.layout_words import layout_words
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.screen import NOBODY, Progress, Watch, ranked, screen_lake, without_readings
from minewatch.usecases.screen_inputs import NOTHING_GIVEN, Given
from minewatch.usecases.screen_known import Known, gather, input_views
from minewatch.usecases.screen_scope import customers_only
from minewatch.usecases.simulated import of_flags, readings_origin

THROWAWAY_SHARDS = 16
MOST_TOLD = 10
"""Files whose reason is told when not one of them could be used."""


@dataclass(frozen=True, slots=True)
class ScreenRun:
    """What a screening found: ranked findings, the lake they came from, and what was met on the way."""

    findings: pl.DataFrame
    lake: Lake
    sources: tuple[SourceView, ...]
    issues: tuple[Issue, ...]
    noted: int
    disqualifying: int
    origin: Origin
    inputs: tuple[InputView, ...] = ()
    judge: Judge | None = None
    learned: Text | None = None


@contextmanager
def screened_files(  # noqa: PLR0913 - what to read, what else is known, and how to judge
    patterns: Sequence[str | Path],
    *,
    now: datetime,
    options: ReadOptions,
    context: Context = NOTHING_ELSE,
    given: Given = NOTHING_GIVEN,
    judge: Judge | LearnFirst | None = None,
    workers: int = 2,
    issues_csv: Path | None = None,
    watch: Watch = NOBODY,
) -> Iterator[ScreenRun]:
    """Read ``patterns`` (files, globs, folders) and screen every meter; the lake behind the run lives as long as the block.

    What else is known is ``given`` as files, or ready as a ``context``. With :class:`LearnFirst` for a ``judge`` the model first
    learns how these meters look. Raises ``InputError`` when not one meter was found, or for a file of ``given`` that cannot
    be used.
    """
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        lake = Lake.create(Path(folder) / "lake", shards=THROWAWAY_SHARDS)
        receipt = import_files(
            patterns, lake=lake, now=now, options=options, progress=watch.reading, issues_csv=issues_csv
        )
        lake = lake.refreshed()
        known = gather(given, lake=lake, folder=Path(folder), now=now, zone=options.zone)
        sentence = None
        if isinstance(judge, LearnFirst):
            learned = judge(lake, known.around.customers)
            judge, sentence = learned.judge, learned.sentence
        run = screen_imported(
            lake=lake,
            receipt=receipt,
            context=context if given == NOTHING_GIVEN else known,
            judge=judge,
            workers=workers,
            progress=watch.screening,
        )
        yield replace(run, judge=judge, learned=sentence)


def screen_imported(
    *,
    lake: Lake,
    receipt: ImportReceipt,
    context: Context | Known = NOTHING_ELSE,
    judge: Judge | None = None,
    workers: int = 2,
    results: ResultStore | None = None,
    aside: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> ScreenRun:
    """Screen a lake right after the import that ``receipt`` tells of: files, issues and silent meters come along.

    Meters ``aside`` (see ``screen_scope``) get no finding. Raises ``InputError`` when not one meter was found.
    """
    found = screen_lake(lake=lake, context=context, judge=judge, workers=workers, results=results, progress=progress)
    findings = _beside_peers(customers_only(with_silent_meters(found, receipt), aside), context)
    if not findings.height:
        raise no_meters(receipt)
    issues = (*receipt.issues, *_issues(context))
    return ScreenRun(
        findings=findings,
        lake=lake,
        sources=tuple(source_views(receipt)),
        issues=issues,
        **issue_totals(issues),
        origin=_origin(lake, context),
        inputs=_inputs(context, findings),
    )


def _beside_peers(findings: pl.DataFrame, context: Context | Known) -> pl.DataFrame:
    """Tell where each meter stands among those of its class, where the books are known."""
    books = context.around.books if isinstance(context, Known) else None
    return findings if books is None else beside_peers(findings, books)


def _origin(lake: Lake, context: Context | Known) -> Origin:
    """Return what a screening rests on: the readings, and what else was known."""
    besides = [of_flags(context.simulated)] if isinstance(context, Known) and context.simulated else []
    return together([readings_origin(lake), *besides])


def _issues(context: Context | Known) -> tuple[Issue, ...]:
    return context.issues if isinstance(context, Known) else ()


def _inputs(context: Context | Known, findings: pl.DataFrame) -> tuple[InputView, ...]:
    return input_views(context.told, findings) if isinstance(context, Known) else ()


def screen_workspace(
    *,
    lake: Lake,
    results: ResultStore,
    context: Context | Known = NOTHING_ELSE,
    judge: Judge | None = None,
    workers: int = 2,
    aside: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> ScreenRun:
    """Screen a workspace's lake; finished work is kept in ``results`` and only what changed is screened again.

    Meters ``aside`` (see ``screen_scope``) get no finding.
    """
    found = screen_lake(lake=lake, context=context, judge=judge, workers=workers, results=results, progress=progress)
    findings = _beside_peers(customers_only(found, aside), context)
    if not findings.height:
        raise InputError(
            Text("The workspace holds no readings.", "工作区中没有读数。"),
            remedy=Text("Import some: minewatch import readings FILE…", "请先导入：minewatch import readings 文件…"),
        )
    return ScreenRun(
        findings=findings,
        lake=lake,
        sources=(),
        issues=_issues(context),
        **issue_totals(_issues(context)),
        origin=_origin(lake, context),
        inputs=_inputs(context, findings),
    )


def with_silent_meters(findings: pl.DataFrame, receipt: ImportReceipt) -> pl.DataFrame:
    """Add the meters that were named in the files but gave no usable reading."""
    known = set(findings["meter_id"])
    silent = [meter for meter in receipt.meters_without_readings if meter not in known]
    return ranked(pl.concat([findings, without_readings(silent)])) if silent else findings


def no_meters(receipt: ImportReceipt) -> InputError:
    """Return the error for files in which no meter was found, with the first reason of each file, of some."""
    bad = [issue for issue in receipt.issues if issue.grade is Grade.DISQUALIFYING]
    reasons = {issue.file: issue for issue in reversed(bad)}
    told = [reasons[file] for file in sorted(reasons)][:MOST_TOLD]
    remedy = Text(
        "Check that the files hold readings: a meter, a time and a value.",
        "请确认文件中有读数：计量点、时间和数值。",
    )
    files = counted(len(receipt.sources), "file")
    message = Text(f"No meter was found in {files}.", f"{len(receipt.sources)}个文件中没有找到计量点。")
    if len(told) == 1:
        (only,) = told
        return InputError(
            Text(f"{message.en} {only.file}: {only.sentence.en}", f"{message.zh}{only.file}：{only.sentence.zh}"),
            remedy=only.remedy,
        )
    more = Text("\n  …", "\n  ……") if len(reasons) > len(told) else Text("", "")
    lines = Text(
        "".join(f"\n  {one.file}: {one.sentence.en} {one.remedy.en}" for one in told),
        "".join(f"\n  {one.file}：{one.sentence.zh}{one.remedy.zh}" for one in told),
    )
    return InputError(Text(message.en + lines.en + more.en, message.zh + lines.zh + more.zh), remedy=remedy)


class Totals(TypedDict):
    """Places of all issues by grade."""

    noted: int
    disqualifying: int


def issue_totals(issues: Sequence[Issue]) -> Totals:
    """Count the places of all issues by grade."""
    totals = Totals(noted=0, disqualifying=0)
    for issue in issues:
        totals["disqualifying" if issue.grade is Grade.DISQUALIFYING else "noted"] += issue.count
    return totals


def source_views(receipt: ImportReceipt) -> Iterator[SourceView]:
    """Yield the view of each file that was read."""
    for outcome in receipt.sources:
        file = str(outcome.path)
        own = [issue for issue in receipt.issues if issue.file in {file, outcome.path.name}]
        yield SourceView(
            file=file,
            digest=outcome.digest,
            layout=layout_words(outcome.layout),
            meters=outcome.meters,
            readings=outcome.readings,
            noted=sum(issue.count for issue in own if issue.grade is Grade.NOTED),
            disqualifying=sum(issue.count for issue in own if issue.grade is Grade.DISQUALIFYING),
        )
