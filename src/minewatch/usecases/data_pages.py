"""What a workspace holds and what was wrong with it: imports, their files and faults; a job's faulty places one by one."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import polars as pl

from minewatch.model.data_views import (
    DataPage,
    FileRow,
    ImportRow,
    IssueCount,
    IssuePage,
    IssueRow,
    TableRow,
)
from minewatch.model.errors import InputError
from minewatch.model.form_issues import FORM_ISSUES
from minewatch.model.grid_issues import GRID_ISSUES
from minewatch.model.guard import neutral
from minewatch.model.issues import CATALOGUE, Grade, IssueKind
from minewatch.model.jobs import Job, JobKind
from minewatch.model.text import Text
from minewatch.model.traffic_issues import TRAFFIC_ISSUES
from minewatch.readers.issuelog import COLUMNS
from minewatch.stores.manifest import ImportRecord, SourceRecord
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.jobs import ask, job, job_store
from minewatch.usecases.meter_places import hidden_meters
from minewatch.usecases.office import Turn
from minewatch.usecases.trail import digest_of, exported

PAGE = 50
SHOWN_FILES = 20
MOST_EXPORTED = 1_000_000
KINDS_OF_FAULTS: Mapping[str, IssueKind] = {**CATALOGUE, **GRID_ISSUES, **TRAFFIC_ISSUES, **FORM_ISSUES}
GUARD = r"^'([=+\-@\t\r])"
"""The apostrophe that the list of faulty places has before what a spreadsheet would run: a page shows what the file held."""
TABLES = ("grid", "meters", "stations", "generation", "weather", "outages", "holidays")


def data_page(*, turn: Turn, page: int = 1) -> DataPage:
    """Return one page of the imports, the newest first, and what the workspace holds in all."""
    turn.may("data.read")
    lake = turn.office.workspace.lake()
    manifest = lake.manifest
    sources = {
        number: tuple(own) for number, own in groupby(sorted(manifest.sources, key=_sequence), key=lambda s: s.sequence)
    }
    newest = list(reversed(manifest.imports))
    shown = newest[(max(page, 1) - 1) * PAGE : max(page, 1) * PAGE]
    spans = [(slots, lake.days(slots)) for slots in lake.slot_kinds]
    return DataPage(
        imports=tuple(_import_row(record, sources.get(record.sequence, ())) for record in shown),
        found=len(newest),
        tables=tuple(_tables(turn)),
        readings=sum(record.readings for record in manifest.imports),
        bytes=sum(part.bytes for part in manifest.parts),
        spans=tuple((slots, *span) for slots, span in spans if span is not None),
    )


def _sequence(source: SourceRecord) -> int:
    return source.sequence


def _import_row(record: ImportRecord, sources: tuple[SourceRecord, ...]) -> ImportRow:
    counts = tuple(issue_count(code, count) for code, count in record.issues.items())
    return ImportRow(
        number=record.sequence,
        at=record.at,
        files=tuple(
            FileRow(Path(one.path).name, one.digest, one.bytes, Path(one.path).is_file())
            for one in sources[:SHOWN_FILES]
        ),
        more_files=max(len(sources) - SHOWN_FILES, 0),
        readings=record.readings,
        first_day=record.first_day,
        last_day=record.last_day,
        noted=sum(one.count for one in counts if one.grade is Grade.NOTED),
        disqualifying=sum(one.count for one in counts if one.grade is Grade.DISQUALIFYING),
        issues=tuple(sorted(counts, key=lambda one: (one.grade is Grade.NOTED, -one.count))),
    )


def _tables(turn: Turn) -> list[TableRow]:
    store = grid_store(turn.office.workspace)
    rows = []
    for kind in TABLES:
        for path in reversed(store.parts(kind)):
            _, number, digest = path.stem.split("-", 2)
            frame = pl.scan_parquet(path)
            names = frame.select(pl.col("file").first()).collect().item() if "file" in frame.collect_schema() else ""
            rows.append(TableRow(kind, int(number), str(names or ""), digest, frame.select(pl.len()).collect().item()))
    return rows


def issue_count(code: str, count: int) -> IssueCount:
    """Return a kind of fault in words; a code of an older program is shown as it is."""
    kind = KINDS_OF_FAULTS.get(code)
    if kind is None:
        return IssueCount(code, Grade.NOTED, count, Text(code, code), Text("", ""))
    dots = {"value": "…", "column": "…", "meter": "…", "line": "…"}
    return IssueCount(code, kind.grade, count, _filled(kind.sentence, dots), _filled(kind.remedy, dots))


def _filled(text: Text, values: Mapping[str, str]) -> Text:
    """Fill fields without format(): a value may hold braces."""
    en, zh = text.en, text.zh
    for name, value in values.items():
        en, zh = en.replace(f"{{{name}}}", value), zh.replace(f"{{{name}}}", value)
    return Text(en, zh)


def ask_again(*, turn: Turn, number: int, digest: str, kind: JobKind) -> Job:
    """Ask for a file of an import to be imported again or judged again, where it still lies; never by a path that is typed.

    Raises ``InputError`` for a file that no import names, or that is gone or has other content now and was to be judged.
    """
    turn.may("data.import")
    if kind not in {JobKind.READINGS, JobKind.RECHECK}:
        raise InputError(
            Text(f"{kind} is not done with a file.", "该操作不适用于文件。"),
            remedy=Text("Import it again, or judge it again.", "请选择重新导入或重新检查。"),
        )
    for source in turn.office.workspace.lake().manifest.sources:
        if (source.sequence, source.digest) == (number, digest):
            if not Path(source.path).is_file():
                raise InputError(
                    Text(
                        f"{Path(source.path).name} is no longer where it was.", f"{Path(source.path).name} 已不在原处。"
                    ),
                    remedy=Text("Upload it.", "请上传该文件。"),
                )
            return ask(turn=turn, kind=kind, files=[source.path])
    raise InputError(
        Text(f"Import {number} has no such file.", f"第 {number} 次导入中没有该文件。"),
        remedy=Text("Choose one of the list of imports.", "请从导入列表中选择。"),
    )


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which faulty places: by kind of fault, grade, file, and a text that stands in meter, column or value."""

    code: str = ""
    grade: str = ""
    file: str = ""
    text: str = ""


def issue_page(*, turn: Turn, identity: str, asked: IssueFilter, page: int = 1) -> IssuePage:
    """Return one page of the faulty places of a job's files, in the order they were met."""
    frame = _issues(turn, job(turn=turn, identity=identity))
    chosen = _matching(frame, asked)
    totals = chosen.group_by("code").agg(pl.col("count").sum()).sort("count", "code", descending=[True, False])
    pages = max(-(-chosen.height // PAGE), 1)
    page = min(max(page, 1), pages)
    return IssuePage(
        rows=tuple(_issue_row(row) for row in chosen.slice((page - 1) * PAGE, PAGE).iter_rows(named=True)),
        found=chosen.height,
        page=page,
        pages=pages,
        counts=tuple(issue_count(code, count) for code, count in totals.iter_rows()),
        files=tuple(Path(name).name for name in sorted(frame["file"].unique().to_list())[:200]),
    )


def export_issues(*, turn: Turn, identity: str, asked: IssueFilter) -> tuple[bytes, str, str]:
    """Return the faulty places as CSV whose cells no spreadsheet runs: content, name, media type; put on record."""
    chosen = _matching(_issues(turn, job(turn=turn, identity=identity)), asked).head(MOST_EXPORTED)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in chosen.with_columns(pl.col("file").str.extract(r"([^/\\\\]*)$")).iter_rows():
        writer.writerow([neutral(str(cell)) if cell is not None else "" for cell in row])
    content = out.getvalue().encode("utf-8-sig")
    exported(turn, "faulty places of an import", identity, digest_of(content))
    return content, f"{identity}-issues.csv", "text/csv"


def _issues(turn: Turn, found: Job) -> pl.DataFrame:
    """Return the places of a job that is over; one that was killed may have left its last line cut off."""
    path = job_store(turn.office).issues_file(found.id)
    schema = {name: pl.Int64 if name in {"line", "count"} else pl.String for name in COLUMNS}
    if not found.is_over or not path.exists():
        return pl.DataFrame(schema=schema)
    read = pl.scan_csv(
        path,
        schema=schema,
        raise_if_empty=False,
        truncate_ragged_lines=True,
        ignore_errors=True,
        missing_columns="insert",
    ).collect()
    frame = read.drop_nulls(["grade", "count"]).with_columns(pl.col(pl.String).fill_null(""))
    frame = frame.with_columns(pl.col("column", "value", "meter").str.replace(GUARD, "$1"))
    hidden = hidden_meters(turn, "data.read")
    return frame.filter(~pl.col("meter").is_in(list(hidden))) if hidden else frame


def _matching(frame: pl.DataFrame, asked: IssueFilter) -> pl.DataFrame:
    if asked.code:
        frame = frame.filter(pl.col("code") == asked.code)
    if asked.grade:
        frame = frame.filter(pl.col("grade") == asked.grade)
    if asked.file:
        frame = frame.filter(pl.col("file").str.ends_with(asked.file))
    if asked.text:
        found = [pl.col(name).str.contains(asked.text, literal=True) for name in ("meter", "column", "value")]
        frame = frame.filter(pl.any_horizontal(found))
    return frame


def _issue_row(row: dict[str, str | int]) -> IssueRow:
    code, value, column = str(row["code"]), str(row["value"]), str(row["column"])
    kind = KINDS_OF_FAULTS.get(code)
    values = {"value": value, "column": column, "meter": str(row["meter"]), "line": str(row["line"])}
    english = Text(str(row["issue"]), str(row["issue"]))
    return IssueRow(
        file=Path(str(row["file"])).name,
        line=int(row["line"]),
        column=column,
        value=value,
        meter=str(row["meter"]),
        code=code,
        grade=Grade(str(row["grade"])),
        count=int(row["count"]),
        words=_filled(kind.sentence, values) if kind else english,
        remedy=_filled(kind.remedy, values) if kind else Text(str(row["remedy"]), str(row["remedy"])),
    )
