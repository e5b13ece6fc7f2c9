"""``minewatch screen``: from files, or from a workspace, to ranked, explained findings."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, progress_bar, say
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.cli.reading_options import (
    DelimiterOption,
    EncodingOption,
    KindOption,
    LayoutOption,
    MeterOption,
    SheetOption,
    StampsOption,
    StepOption,
    UnitOption,
)
from minewatch.cli.screen_options import (
    CurrentsOption,
    DeadlineOption,
    HolidaysOption,
    MetersOption,
    OutagesOption,
    ReactiveOption,
    WeatherOption,
    given_inputs,
)
from minewatch.model.curve_models import SHIPPED
from minewatch.model.errors import InputError
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.own_background import LEAST_METERS, Watched
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import Judging, Outputs, ScreenSummary, run_on_files, run_on_workspace
from minewatch.usecases.screen import Watch, first_time

app = typer.Typer()

READING = Text("reading", "读取")
SCREENING = Text("screening", "筛查")
LEARN_FIRST = Text(
    "The shipped model never saw these meters' region: --learn lets it learn how they look first (some minutes).",
    "随软件提供的模型未见过本地区的计量点：加 --learn 可先学习其负荷特征（约需几分钟）。",
)
LEARN_HERE = Text(
    "The shipped model never saw these meters' region: minewatch model learn --use lets it learn how they look (some minutes).",
    "随软件提供的模型未见过本地区的计量点：可先运行 minewatch model learn --use 学习其负荷特征（约需几分钟）。",
)
"""Hints where enough meters are there to learn from."""
DRAWING = Text("drawing windows", "抽取窗口")
GROWING = Text("growing trees", "生成决策树")

HEADINGS = (
    Text("rank", "序号"),
    Text("meter", "计量点"),
    Text("probability", "概率"),
    Text("mining kW", "挖矿功率（千瓦）"),
    Text("since", "开始"),
    Text("until", "结束"),
    Text("strongest reason", "首要理由"),
)
SPARE = (0, 5)
"""Rank and end: the order of the rows shows the one, and most findings have no other."""

ISSUES = Text(
    "Issues in the files, one line a kind and file: the first place and how often (all places: --issues issues.csv)",
    "文件中的问题，每类每文件一行：首个位置和次数（全部位置：--issues issues.csv）",
)
ISSUE_HEADINGS = (
    Text("first place", "首个位置"),
    Text("value", "内容"),
    Text("times", "次数"),
    Text("what is wrong", "问题"),
    Text("what to do", "处理办法"),
)

INPUTS_GIVEN = Text("What else was known, and at how many meters it spoke", "其他已知信息及其作用的计量点数")
INPUT_HEADINGS = (
    Text("input", "信息"),
    Text("given", "已提供"),
    Text("for mining", "支持挖矿"),
    Text("against", "不支持"),
)


@app.command()
def screen(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files, globs or folders of readings; none: screen the workspace.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write every meter's finding to this CSV file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the report to this HTML file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write every meter's finding to this workbook.")] = None,
    issues: Annotated[Path | None, typer.Option("--issues", help="Write every fault in the files to this CSV.")] = None,
    top: Annotated[int, typer.Option("--top", min=0, max=500, help="How many findings the report shows in full.")] = 25,
    worth: Annotated[
        float, typer.Option("--worth", min=0.0, max=1.0, help="Probability from which a visit is worth while.")
    ] = 0.5,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", help="The workspace to screen; the nearest one otherwise.")
    ] = None,
    division: Annotated[
        str | None,
        typer.Option("--division", help="Workspace: division of meters that the table of meters places nowhere."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="A model file that judges; else the workspace's in use, or the shipped."),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough", help="Look closely at every meter: slower, and ranks the lower half a little better."
        ),
    ] = False,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn",
            help="Files: first learn how these meters look, by SIMULATED mines on them; some minutes, 30 meters or more.",
        ),
    ] = False,
    weather: WeatherOption = None,
    outages: OutagesOption = None,
    meters: MetersOption = None,
    reactive: ReactiveOption = None,
    currents: CurrentsOption = None,
    holidays: HolidaysOption = "",
    deadline: DeadlineOption = "",
    layout: LayoutOption = None,
    unit: UnitOption = None,
    kind: KindOption = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Zone of the file's times, e.g. Asia/Shanghai or +08:00.")
    ] = None,
    stamps: StampsOption = None,
    step: StepOption = None,
    meter: MeterOption = None,
    delimiter: DelimiterOption = None,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads that screen; the result is the same for any number.")
    ] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary and top findings as JSON.")] = False,
) -> None:
    """Rank meters by how probably they hide mining: probability, kW, dates and reasons, one row a meter.

    With FILES no workspace is needed. Without, the workspace is screened; what did not change is not screened again.
    Its findings are kept there for triage: minewatch findings.
    """
    outputs = Outputs(findings=out, report=report, workbook=xlsx, top=top, worth=worth, language=language())
    now = datetime.now(UTC)
    inputs = given_inputs(
        weather=weather,
        outages=outages,
        meters=meters,
        reactive=reactive,
        currents=currents,
        holidays=holidays,
        deadline=deadline,
    )
    if notice := first_time():
        say(notice)
    with (
        progress_bar(READING, quiet=as_json) as reading,
        progress_bar(DRAWING, quiet=as_json, shown=False) as drawing,
        progress_bar(GROWING, quiet=as_json, shown=False) as growing,
        progress_bar(SCREENING, quiet=as_json) as screening,
    ):
        if files:
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
            summary = run_on_files(
                files,
                options=options,
                outputs=outputs,
                now=now,
                judging=Judging(
                    model,
                    thorough=thorough,
                    learn=LearnFirst(watched=Watched(drawing=drawing, growing=growing)) if learn else None,
                ),
                workers=workers,
                issues_csv=issues,
                inputs=inputs,
                watch=Watch(reading=reading, screening=screening),
            )
        else:
            _refuse_reading_options(locals())
            if learn:
                raise InputError(
                    Text(
                        "--learn is for files; a workspace keeps what it learned.",
                        "--learn 仅用于文件；工作区会保存所学的模型。",
                    ),
                    remedy=Text("Run minewatch model learn --use first.", "请先运行 minewatch model learn --use。"),
                )
            summary = run_on_workspace(
                given=workspace,
                variable=os.environ.get("MINEWATCH_WORKSPACE"),
                start=Path.cwd(),
                outputs=outputs,
                now=now,
                judging=Judging(model, thorough=thorough),
                workers=workers,
                division=division_code(division),
                inputs=inputs,
                watch=Watch(screening=screening),
            )
    if as_json:
        print_json(summary.as_json())
    else:
        _show(summary)
    if summary.disqualifying:
        raise typer.Exit(DONE_WITH_ISSUES)


def _refuse_reading_options(given: dict[str, object]) -> None:
    names = ("layout", "unit", "kind", "zone", "stamps", "step", "meter", "delimiter", "encoding", "sheet", "issues")
    used = [name for name in names if given[name] is not None]
    if used:
        raise InputError(
            Text(
                f"--{used[0]} says how to read files, but no file was named.",
                f"--{used[0]} 说明如何读取文件，但未指定文件。",
            ),
            remedy=Text(
                "Name files, or leave the option out to screen the workspace.", "请指定文件，或去掉该选项以筛查工作区。"
            ),
        )


def division_code(text: str | None) -> str:
    """Return a division code as given; ``InputError`` for what is none."""
    if text and not (text.isdigit() and len(text) == 6):
        raise InputError(
            Text(f"{text!r} is no division code.", f"“{text}”不是行政区划代码。"),
            remedy=Text("Write six digits, such as 511800.", "请写六位数字，如 511800。"),
        )
    return text or ""


def _place(issue: Issue) -> str:
    line = f":{issue.line}" if issue.line else ""
    column = f" {issue.column}" if issue.column else ""
    return f"{Path(issue.file).name}{line}{column}"


def _show(summary: ScreenSummary) -> None:
    spoken = language()
    if summary.origin.label:
        say(summary.origin.label)
    if summary.issues:
        rows = [
            (
                _place(issue),
                issue.value,
                f"{issue.count:,}",
                issue.sentence.in_language(spoken),
                issue.remedy.in_language(spoken),
            )
            for issue in summary.issues
        ]
        print_table(ISSUES, ISSUE_HEADINGS, rows, spare=(1,))
    rows_found = [
        (
            str(row.rank),
            row.meter,
            f"{row.probability:.2f}",
            f"{row.mining.value:.1f} ({row.mining.low:.1f}–{row.mining.high:.1f})" if row.mining else "",
            f"{row.since:%Y-%m-%d %H:%M}" if row.since else "",
            f"{row.until:%Y-%m-%d %H:%M}" if row.until else "",
            row.reason.in_language(spoken),
        )
        for row in summary.ranked
    ]
    print_table(Text("Most suspicious meters", "最可疑的计量点"), HEADINGS, rows_found, spare=SPARE)
    _show_inputs(summary)
    say(summary.sentence)
    if summary.learned:
        say(summary.learned)
    elif summary.model != SHIPPED:
        say(Text("judged by the model {model}", "所用模型：{model}").format(model=summary.model))
    elif summary.meters >= LEAST_METERS:
        say(LEARN_HERE if summary.run else LEARN_FIRST)
    if summary.run:
        text = Text("findings kept as {run}: minewatch findings list", "疑点已保存为 {run}：minewatch findings list")
        say(text.format(run=summary.run))
    for path in summary.written:
        say(Text(f"written: {path}", f"已写入：{path}"))


def _show_inputs(summary: ScreenSummary) -> None:
    """Say what else was given and what it changed, and what was not."""
    spoken = language()
    rows = [
        (one.name.in_language(spoken), one.says.in_language(spoken), str(one.spoke_for), str(one.spoke_against))
        for one in summary.inputs
        if one.given
    ]
    if rows:
        print_table(INPUTS_GIVEN, INPUT_HEADINGS, rows)
    missing = [one.name for one in summary.inputs if not one.given]
    if rows and missing:
        say(
            Text(
                f"not given: {', '.join(name.en for name in missing)}",
                f"未提供：{'、'.join(name.zh for name in missing)}",
            )
        )
