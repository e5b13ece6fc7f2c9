"""``minewatch model``: the curve model adapted to the office's own visits, looked at, and chosen for screening."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, progress_bar, say
from minewatch.cli.desk import (
    AsOption,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    issue_rows,
    print_issues,
    print_rows,
)
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.model.curve_models import KINDS, SHIPPED, Measured, ModelCard
from minewatch.model.text import Text
from minewatch.usecases import models as use
from minewatch.usecases import own_background as own
from minewatch.usecases.own_windows import WINDOWS

app = typer.Typer(
    help="The curve model: adapt it to what visits found, compare it with the shipped one, choose which screens.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

COLUMNS = (
    ("id", Text("model", "模型")),
    ("kind", Text("kind", "类型")),
    ("made_at", Text("made at", "生成时间")),
    ("by", Text("by", "生成人")),
    ("visits", Text("visits", "核查数")),
    ("meters", Text("meters", "计量点数")),
    ("mines", Text("mines", "挖矿")),
    ("gain", Text("log-loss saved", "对数损失减少")),
    ("in_use", Text("in use", "使用中")),
)
SPARE = ("by", "mines", "meters", "visits", "made_at")
"""What a narrow terminal leaves out of the models."""

HEADINGS = (
    Text("model", "模型"),
    Text("log-loss", "对数损失"),
    Text("log-loss saved", "减少"),
    Text("calibration error", "校准误差"),
    Text("PR-AUC", "PR-AUC"),
)


@app.command("fit")
def fit(
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="CSV or XLSX: meter and found (yes, no); else the workspace's record."),
    ] = None,
    judgements: Annotated[
        bool, typer.Option("--judgements", help="Learn from judgements at the desk too, not only from visits.")
    ] = False,
    put_to_use: Annotated[bool, typer.Option("--use", help="Screen with it from now on, if it is better.")] = False,
    on: Annotated[str, typer.Option("--on", help="Start from this model of `model learn`, not the shipped one.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Adapt the shipped model to what visits found; kept only where it told held-out sites better.

    With few visits only the scale of the probabilities moves; with some hundred of both kinds further trees are tried.
    """
    with desk(workspace, as_, now) as at:
        found = use.fit(turn=at.turn, file=labels, judgements=judgements, use=put_to_use, on=on)
    if as_json:
        print_json(
            {
                "kept": found.kept or SHIPPED,
                "in_use": found.in_use,
                "card": asdict(found.card),
                "issues": issue_rows(found.issues),
                "cautions": [asdict(text) for text in found.cautions],
            }
        )
    else:
        print_issues(found.issues)
        _scores(found.card)
        say(found.sentence)
        for text in found.cautions:
            say(text)
    if found.issues:
        raise typer.Exit(DONE_WITH_ISSUES)


@app.command("learn")
def learn(
    meters: Annotated[
        int, typer.Option("--meters", min=1, help="How many of the workspace's meters to learn from.")
    ] = (own.METERS),
    windows: Annotated[
        int, typer.Option("--windows", min=200, help="Windows to learn from; at most 200 a meter.")
    ] = WINDOWS,
    seed: Annotated[int, typer.Option("--seed", help="Draws meters, windows and simulated mines.")] = 0,
    put_to_use: Annotated[bool, typer.Option("--use", help="Screen with it from now on, if it is better.")] = False,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn how the workspace's own meters look, without a visit, by SIMULATED mines on their curves.

    Kept only where it told left-out meters better. No meter is judged by what was learned from its own site. Interrupted, the
    same command again goes on where it was.
    """
    with (
        desk(workspace, as_, now) as at,
        progress_bar(Text("drawing windows", "抽取窗口"), quiet=as_json) as drawing,
        progress_bar(Text("growing trees", "生成决策树"), quiet=as_json) as growing,
    ):
        watched = own.Watched(drawing=drawing, growing=growing, said=say)
        found = own.fit_background(
            turn=at.turn, meters=meters, windows=windows, seed=seed, use=put_to_use, watched=watched
        )
    if as_json:
        print_json(
            {
                "kept": found.kept or SHIPPED,
                "in_use": found.in_use,
                "card": asdict(found.card),
                "cautions": [asdict(text) for text in found.cautions],
                "taken_up": found.taken_up,
            }
        )
        return
    _scores(found.card)
    say(found.sentence)
    for text in found.cautions:
        say(text)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A model; none: all of them.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the models of the workspace, or the card of one: from which visits, by whom, how good beside the shipped one."""
    with desk(workspace, as_, None) as at:
        if name and name != SHIPPED:
            card = use.card(turn=at.turn, name=name)
            row = at.office.in_zone(asdict(card))
        else:
            found, in_use = use.cards(turn=at.turn)
            rows = [at.office.in_zone(asdict(one)) for one in found]
    if name and name != SHIPPED:
        if as_json:
            print_json(row)
            return
        print_rows(Text("Model", "模型"), COLUMNS[:-2], [{**row, "kind": KINDS[card.kind]}], spare=SPARE)
        _scores(card)
        say(_made_from(card))
        return
    if as_json:
        print_json({"in_use": in_use, "models": rows})
        return
    table = [
        {
            **row,
            "kind": KINDS[row["kind"]],
            "gain": _with_interval(one.scores[one.kind].gain),
            "in_use": one.id == in_use,
        }
        for row, one in zip(rows, found, strict=True)
    ]
    table.append({"id": SHIPPED, "kind": KINDS[SHIPPED], "in_use": in_use == SHIPPED})
    print_rows(Text("Models", "模型"), COLUMNS, table, spare=SPARE)


@app.command("use")
def choose(
    name: Annotated[str, typer.Argument(help="A model of the workspace, or shipped.")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose the model that screens the workspace from now on; everything is screened again with it."""
    with desk(workspace, as_, now) as at:
        before = use.choose(turn=at.turn, name=name)
    if as_json:
        print_json({"in_use": name, "before": before})
        return
    text = Text("{name} screens from now on (before: {before}).", "今后筛查使用 {name}（此前：{before}）。")
    say(text.format(name=name, before=before))


def _made_from(card: ModelCard) -> Text:
    """Say in one line what moved and what it was learned from."""
    if card.windows:
        return Text(
            f"shift {card.shift:+.2f}, slope {card.slope:.2f}, {card.trees} trees a part; {card.windows} windows "
            f"of {card.meters} meters, {card.first_day} to {card.last_day}, SIMULATED mines; SHA-256 of the curves {card.labels}",
            f"平移{card.shift:+.2f}，斜率{card.slope:.2f}，每组追加决策树{card.trees}棵；{card.meters}个计量点的{card.windows}个窗口，"
            f"{card.first_day}至{card.last_day}，矿机为模拟；曲线SHA-256 {card.labels}",
        )
    labels = card.labels_from or Text("the workspace's record", "工作区记录").in_language(language())
    return Text(
        f"shift {card.shift:+.2f}, slope {card.slope:.2f}, {card.trees} trees; labels of {labels}, SHA-256 {card.labels}",
        f"平移{card.shift:+.2f}，斜率{card.slope:.2f}，追加决策树{card.trees}棵；标签来自{labels}，SHA-256 {card.labels}",
    )


def _scores(card: ModelCard) -> None:
    rows = [
        (
            KINDS[kind].in_language(language()),
            _with_interval(one.log_loss),
            "" if kind == SHIPPED else _with_interval(one.gain),
            _with_interval(one.calibration_error),
            _with_interval(one.pr_auc) if one.pr_auc else "—",
        )
        for kind, one in card.scores.items()
    ]
    title = Text(
        f"Held-out sites, {card.folds} folds of {card.sites} sites; 90 % intervals over sites",
        f"留出场所检验：{card.sites}处分{card.folds}折；括号内为按场所抽样的90%区间",
    )
    if card.windows:
        title = Text(
            f"Left-out sites with SIMULATED mines, {card.folds} parts of {card.sites} sites; 90 % intervals over sites",
            f"留出场所检验（矿机为模拟）：{card.sites}处分{card.folds}组；括号内为按场所抽样的90%区间",
        )
    print_table(title, HEADINGS, rows, spare=(3,))


def _with_interval(one: Measured) -> str:
    return f"{one.value:.3f} ({one.low:.3f} … {one.high:.3f})"
