"""``minewatch import``: bring files into the workspace. One subcommand a kind of table."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli import import_beside, import_grid
from minewatch.cli.console import language, print_json, print_table, progress_bar, say
from minewatch.cli.import_end import end_import
from minewatch.cli.import_traffic import traffic
from minewatch.cli.reading_options import (
    CheckOption,
    DelimiterOption,
    EncodingOption,
    KindOption,
    LayoutOption,
    MeterOption,
    ReceiptOption,
    SheetOption,
    StampsOption,
    StepOption,
    UnitOption,
    WorkspaceOption,
    ZoneOption,
)
from minewatch.model.errors import InputError, StoreError
from minewatch.model.issues import Grade, Issue
from minewatch.model.text import Text, counted
from minewatch.usecases.import_readings import ImportReceipt, SourceOutcome, import_files, with_zone
from minewatch.usecases.layout_words import layout_words
from minewatch.usecases.reading import read_options
from minewatch.usecases.workspaces import VARIABLE, open_workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def group() -> None:
    """Bring files into the workspace."""


app.command()(traffic)
for _command in (
    import_grid.grid,
    import_grid.meters,
    import_grid.generation,
    import_grid.weather,
    import_grid.outages,
    import_grid.holidays,
    import_beside.reactive,
    import_beside.currents,
):
    app.command()(_command)


@app.command()
def readings(
    files: Annotated[list[str], typer.Argument(help="Files, globs or folders of meter readings.")],
    workspace: WorkspaceOption = None,
    check: CheckOption = False,
    issues: Annotated[Path | None, typer.Option("--issues", help="Write every fault in the files to this CSV.")] = None,
    layout: LayoutOption = None,
    save_layout: Annotated[
        Path | None,
        typer.Option("--save-layout", help="Write what was recognised as a mapping file to correct and reuse."),
    ] = None,
    unit: UnitOption = None,
    kind: KindOption = None,
    zone: ZoneOption = None,
    stamps: StampsOption = None,
    step: StepOption = None,
    meter: MeterOption = None,
    delimiter: DelimiterOption = None,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    as_json: ReceiptOption = False,
) -> None:
    """Import meter readings: all or nothing, the same file only once, every fault told by place and remedy."""
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    options = read_options(
        layout=layout,
        unit=unit,
        kind=kind,
        zone=zone,
        stamps=stamps,
        step_minutes=step,
        meter=meter,
        delimiter=delimiter,
        encoding=encoding,
        sheet=sheet,
    )
    with progress_bar(Text("importing", "正在导入"), quiet=as_json) as told:
        receipt = import_files(
            files,
            lake=found.lake(),
            now=datetime.now(UTC),
            options=with_zone(options, found.zone),
            progress=told,
            issues_csv=issues,
            check=check,
        )
    if save_layout is not None:
        _save_layout(receipt, save_layout)
    if as_json:
        print_json(_as_json(receipt))
    else:
        _show(receipt, check=check, issues_csv=issues)
    end_import(
        failed=receipt.nothing_taken,
        issues=receipt.issues,
        files=len(receipt.sources),
        quiet=as_json,
    )


def _save_layout(receipt: ImportReceipt, path: Path) -> None:
    layout = next((source.layout for source in receipt.sources if source.layout is not None), None)
    if layout is None:
        raise InputError(
            Text("No layout was recognised.", "未识别出表格布局。"),
            remedy=Text("Only tables have one; see the issues of the files.", "只有表格才有布局；请查看各文件的问题。"),
        )
    try:
        path.write_text(layout.to_json(), "utf-8")
    except OSError as error:
        raise StoreError(
            Text(f"{path} cannot be written: {error}.", f"无法写入 {path}：{error}。"),
            remedy=Text("Choose another place.", "请另选位置。"),
        ) from error


def _as_json(receipt: ImportReceipt) -> dict[str, object]:
    return {
        "committed": receipt.committed,
        "sources": [asdict(source) for source in receipt.sources],
        "meters": receipt.meters,
        "days": receipt.days,
        "readings": receipt.readings,
        "known": receipt.known,
        "meters_without_readings": receipt.meters_without_readings,
        "simulated": receipt.origin.is_simulated,
        "origin": receipt.origin.value,
        "issue_counts": receipt.issue_counts,
        "issues": [asdict(issue) for issue in receipt.issues],
    }


def _show(receipt: ImportReceipt, *, check: bool, issues_csv: Path | None) -> None:
    spoken = language()
    broken = {issue.file for issue in receipt.issues if issue.grade is Grade.DISQUALIFYING}
    print_table(
        Text("Files", "文件"),
        (Text("file", "文件"), Text("bytes", "字节"), Text("read as", "识别为")),
        [
            (
                str(source.path),
                f"{source.bytes:,}",
                _read_as(source, broken=str(source.path) in broken).in_language(spoken),
            )
            for source in receipt.sources
        ],
    )
    if receipt.issues:
        print_table(
            Text("Issues: the first place of each kind and file, and how many", "问题：每类每文件的首个位置及次数"),
            (
                Text("place", "位置"),
                Text("times", "次数"),
                Text("what is wrong", "问题"),
                Text("what to do", "处理办法"),
            ),
            [
                (_place(issue), f"{count:,}", issue.sentence.in_language(spoken), issue.remedy.in_language(spoken))
                for issue, count in _first_of_each(receipt.issues)
            ],
        )
        if issues_csv is not None:
            say(Text("Every place: {path}", "全部位置：{path}").format(path=issues_csv))
    if receipt.origin.label:
        say(receipt.origin.label)
    verb = Text("would be imported", "可导入") if check else Text("imported", "已导入")
    kinds = ", ".join(f"{days:,} × {slots}" for slots, days in receipt.days.items())
    readings, meters = counted(receipt.readings, "reading"), counted(receipt.meters, "meter")
    known = counted(receipt.known, "was known", "were known")
    say(
        Text(
            f"{readings} of {meters} {verb.en} (days × slots: {kinds or '0'}); {known}.",
            f"{verb.zh} {receipt.meters:,} 个计量点的 {receipt.readings:,} 个读数（日数 × 时段数：{kinds or '0'}）；"
            f"{receipt.known:,} 个此前已有。",
        )
    )


def _read_as(source: SourceOutcome, *, broken: bool) -> Text:
    if not source.new or (broken and source.layout is None):
        return Text("—", "—")
    return layout_words(source.layout)


def _first_of_each(issues: tuple[Issue, ...]) -> list[tuple[Issue, int]]:
    """Return the first issue of each kind and file with the number of places of that kind in that file."""
    counts: dict[tuple[str, str], int] = {}
    firsts: dict[tuple[str, str], Issue] = {}
    for issue in issues:
        key = (issue.code, issue.file)
        counts[key] = counts.get(key, 0) + issue.count
        firsts.setdefault(key, issue)
    return [(firsts[key], count) for key, count in counts.items()]


def _place(issue: Issue) -> str:
    line = f":{issue.line}" if issue.line else ""
    column = f" {issue.column}" if issue.column else ""
    meter = f" ({issue.meter})" if issue.meter else ""
    return f"{Path(issue.file).name}{line}{column}{meter}"
