"""``minewatch fuse``: one ranked list from everything the detectors found."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_json, print_table, say
from minewatch.cli.desk import AsOption, desk
from minewatch.model.errors import InputError
from minewatch.model.text import Text, counted
from minewatch.usecases.fuse_evidence import FusionInput, fuse_files, fused_csv
from minewatch.usecases.fuse_workspace import Plan, fuse_workspace
from minewatch.usecases.run_screen import write_file

app = typer.Typer()


@app.command()
def command(
    findings: Annotated[Path | None, typer.Option("--findings", help="findings.csv of minewatch screen.")] = None,
    sightings: Annotated[Path | None, typer.Option("--sightings", help="sightings.csv of minewatch traffic.")] = None,
    meters: Annotated[
        Path | None, typer.Option("--meters", help="CSV of meter, customer and, if known, declared_use.")
    ] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", help="CSV of subject, detector, llr: tips, balances, what else is known; repeatable."
        ),
    ] = None,
    visits: Annotated[
        Path | None,
        typer.Option("--visits", help="CSV of subject, found (yes/no): results that re-weight the detectors."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where the list goes.")] = Path("fused.csv"),
    prior: Annotated[float, typer.Option("--prior", help="Share of meters that mine, before any evidence.")] = 0.01,
    budget: Annotated[int, typer.Option("--budget", min=0, help="How many visits can be made.")] = 0,
    share: Annotated[float, typer.Option("--random", help="Share of the visits drawn at random.")] = 0.1,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the random visits.")] = 1,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", help="Keep the list there for triage; its latest screening is fused unless --findings."
        ),
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="With --workspace: weigh detectors by what its visits found.")
    ] = False,
    as_: AsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """Fuse meter, balance, traffic, tips and declared use into one probability a meter, each contribution shown.

    Conflicts are shown, not averaged away. Who was inspected is no random sample, so a share of the visits is random.
    """
    given = FusionInput(findings, sightings, meters, tuple(evidence or ()), visits)
    plan = Plan(prior=prior, budget=budget, share=share, seed=seed)
    run = ""
    if workspace is None:
        if learn:
            raise InputError(
                Text(
                    "Without a workspace there are no visits to learn from.", "没有工作区，就没有可供学习的核查结果。"
                ),
                remedy=Text("Give --workspace.", "请用 --workspace 指定工作区。"),
            )
        view = fuse_files(given=given, prior=prior, budget=budget, share=share, seed=seed)
    else:
        with desk(workspace, as_, None) as at:
            view, run = fuse_workspace(
                office=at.office, given=given, plan=plan, turn=at.turn if learn else None, now=at.at
            )
    write_file(out, fused_csv(view))
    if as_json:
        rows = view.fused.to_dicts()
        for row in rows:
            row["contributions"] = json.loads(row["contributions"])
        print_json(
            {
                "weights": asdict(view.weights),
                "unlinked": view.unlinked,
                "subjects": rows,
                "visits": view.visits,
                "run": run,
                "simulated": view.origin.is_simulated,
            }
        )
        return
    if view.origin.label:
        say(view.origin.label)
    headings = (
        Text("subject", "对象"),
        Text("probability", "概率"),
        Text("kW", "千瓦"),
        Text("conflict", "矛盾"),
        Text("what each added", "各线索贡献"),
    )
    table = [
        (
            row["subject"],
            f"{row['probability']:.3f}",
            "" if row["kw"] is None else f"{row['kw']:.1f}",
            " / ".join(row["conflict"]),
            row["contributions"].strip("{}").replace('"', ""),
        )
        for row in view.fused.head(15).iter_rows(named=True)
    ]
    print_table(Text("All evidence together", "综合线索排序"), headings, table, spare=(3,))
    for subject, words in view.checks.items():
        say(Text(f"{subject}: {words.en}", f"{subject}：{words.zh}"))
    if view.unlinked:
        say(
            Text(
                f"{counted(view.unlinked, 'sighting names', 'sightings name')} no single meter: the address belonged to "
                "nobody or to several customers.",
                f"{view.unlinked}条流量记录无法对应到唯一计量点：其地址当时无用户或属多个用户。",
            )
        )
    if view.weights.visits:
        say(
            Text(
                f"Weights follow {counted(view.weights.visits, 'visit')}, no random sample: that says little about what "
                "the list missed.",
                f"权重依据{view.weights.visits}次现场核查结果。这些核查并非随机抽样，难以反映名单遗漏的情况。",
            )
        )
    if run:
        say(Text(f"kept as {run}: minewatch findings list", f"已保存为{run}：minewatch findings list"))
    say(Text(f"written: {out}", f"已写入：{out}"))
