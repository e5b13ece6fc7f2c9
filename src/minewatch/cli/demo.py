"""``minewatch demo``: the whole path on a simulated region, and what was found against the known truth."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, progress_bar, say
from minewatch.model.balance_views import BalanceView
from minewatch.model.rehearsal_views import ComparisonView
from minewatch.model.text import Text, counted
from minewatch.usecases.demo import DemoView, demo
from minewatch.usecases.demo_papers import Papers
from minewatch.usecases.screen import Watch, first_time

app = typer.Typer()

SIMULATING = Text("simulating the region", "模拟地区")
READING = Text("importing", "导入")
SCREENING = Text("screening", "筛查")
SERVED_AT = "2021-06-18T14:30+08:00"
"""When the console of the demonstration begins: the afternoon after the deadline, stops partly confirmed."""


@app.command()
def command(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("demo-out"),
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same region.")] = 20210617,
    meters: Annotated[int, typer.Option("--meters", help="How many accounts.")] = 3000,
    days: Annotated[int, typer.Option("--days", help="How many days from 24 May 2021 on.")] = 32,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Threads that screen.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Simulate Ya'an in June 2021, import it, screen it, write the report, and compare with the known truth.

    Nothing but simulated data is used, every page says so, and no network is opened.
    """
    if notice := first_time():
        say(notice)
    with (
        progress_bar(SIMULATING, quiet=as_json) as simulating,
        progress_bar(READING, quiet=as_json) as reading,
        progress_bar(SCREENING, quiet=as_json) as screening,
    ):
        view = demo(
            out=out,
            seed=seed,
            meters=meters,
            days=days,
            now=datetime.now(UTC),
            workers=workers,
            language=language(),
            watch=Watch(simulating, reading, screening),
        )
    if as_json:
        print_json(
            {
                "rehearsal": asdict(view.rehearsal),
                "screening": view.screening.as_json(),
                "comparison": asdict(view.comparison),
                "comparison_by_curve_alone": asdict(view.alone),
                "balance": {
                    "nodes": len(view.balance.nodes),
                    "unexplained": [one.node for one in view.balance.nodes if one.flagged],
                },
                "papers": {"cases": view.papers.cases, "written": [str(path) for path in view.papers.written]},
            }
        )
    else:
        _show(view)
        _show_balance(view.balance)
        _show_console(out)


def _show(view: DemoView) -> None:
    say(view.rehearsal.label)
    rehearsal = view.rehearsal
    say(
        Text(
            f"The region: {rehearsal.meters:,} meters, {rehearsal.readings:,} readings, {counted(rehearsal.mines, 'mine')}, "
            f"{rehearsal.mines_metered} of them behind a meter.",
            f"模拟地区：{rehearsal.meters:,}个计量点，{rehearsal.readings:,}个读数，{rehearsal.mines}个矿场，"
            f"其中{rehearsal.mines_metered}个在计量点之后。",
        )
    )
    say(view.screening.sentence)
    _show_comparison(view.comparison, view.alone)
    for path in view.screening.written:
        say(Text(f"written: {path}", f"已写入：{path}"))
    _show_papers(view.papers)


def _show_balance(balance: BalanceView) -> None:
    flagged = sum(one.flagged for one in balance.nodes)
    moved = sum(len(one.moved_in) for one in balance.nodes)
    say(
        Text(
            f"Of {len(balance.nodes)} nodes of the grid, {counted(flagged, 'holds', 'hold')} load that nothing explains; "
            f"{counted(moved, 'meter hangs', 'meters hang')} elsewhere than booked.",
            f"电网{len(balance.nodes)}个节点中，{flagged}个存在无法解释的负荷；{moved}个计量点与台账所属节点不符。",
        )
    )


def _show_console(out: Path) -> None:
    command = f"minewatch serve --workspace {out / 'office'} --now {SERVED_AT}"
    say(Text(f"Look at all of it in the browser: {command}", f"在浏览器中查看：{command}"))


def _show_papers(papers: Papers) -> None:
    if not papers.written:
        say(Text("Nothing was found to open a case on: no papers.", "未发现可立案的疑点，未生成文书。"))
        return
    say(
        Text(
            f"A drill of 17 June on {counted(papers.cases, 'simulated case')}; its papers "
            "(letter, forms, case file, bulletins, bundle):",
            f"按6月17日情形对{papers.cases}个模拟案件作了演练，文书（通知书、报表、案卷、日报周报、卷宗包）：",
        )
    )
    for path in papers.written:
        say(Text(f"written: {path}", f"已写入：{path}"))


def _show_comparison(found: ComparisonView, alone: ComparisonView) -> None:
    by_curve = {cut.n: cut.found for cut in alone.cuts}
    rows = [
        (str(cut.n), str(cut.found), str(by_curve[cut.n]), str(cut.false_alarms), f"{cut.recall:.0%}")
        for cut in found.cuts
    ]
    print_table(
        Text("Against the known truth (simulated): the first N of the list", "与已知真值（模拟）对比：名单前N个"),
        (
            Text("first N", "前N个"),
            Text("mines", "矿场"),
            Text("by the curves alone", "仅凭曲线"),
            Text("false alarms", "误报"),
            Text("found of all", "检出率"),
        ),
        rows,
    )
    groups = [
        *((f"{group.name}", str(group.meters), str(group.flagged)) for group in found.by_evasion),
        *((f"{group.name}", str(group.meters), str(group.flagged)) for group in found.honest_by_kind if group.flagged),
    ]
    print_table(
        Text(
            f"At probability {found.threshold:.0%}: by how the mine hid, then lawful kinds accused",
            f"概率阈值{found.threshold:.0%}：按隐藏方式，其后为被误报的合法类型",
        ),
        (Text("kind", "类型"), Text("meters", "计量点"), Text("flagged", "标出")),
        groups,
    )
    if found.kw_error is not None:
        within = "–" if found.since_within_day is None else f"{found.since_within_day:.0%}"
        say(
            Text(
                f"Of the mines flagged: median error of kW {found.kw_error:.0%}; began within a day of the truth: {within}.",
                f"已标出的矿场：功率误差中位数{found.kw_error:.0%}；开始时间误差在一日内的占{within}。",
            )
        )
    say(
        Text(
            f"{counted(found.unmetered, 'mine has', 'mines have')} no own meter curve "
            "(hooked up before the meter or supplied by a station); "
            "only an energy balance can show them.",
            f"另有{found.unmetered}个矿场没有自己的计量曲线（表前接电或电站私自供电），只能通过电量平衡发现。",
        )
    )
