"""``minewatch model``: the curve model adapted to the office's own visits, looked at, and chosen for screening."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_json, print_table, say
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
    ("mines", Text("mines", "挖矿")),
    ("gain", Text("log-loss saved", "对数损失减少")),
    ("in_use", Text("in use", "使用中")),
)
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
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Adapt the shipped model to what visits found; kept only where it told held-out sites better.

    With few visits only the scale of the probabilities moves; with some hundred of both kinds further trees are tried.
    """
    with desk(workspace, as_, now) as at:
        found = use.fit(turn=at.turn, file=labels, judgements=judgements, use=put_to_use)
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
        print_rows(Text("Model", "模型"), COLUMNS[:-2], [{**row, "kind": KINDS[card.kind]}])
        _scores(card)
        labels = card.labels_from or Text("the workspace's record", "工作区记录").in_language(language())
        text = Text(
            "shift {shift:+.2f}, slope {slope:.2f}, {trees} trees; labels of {labels}, SHA-256 {digest}",
            "平移{shift:+.2f}，斜率{slope:.2f}，追加决策树{trees}棵；标签来自{labels}，SHA-256 {digest}",
        )
        say(text.format(shift=card.shift, slope=card.slope, trees=card.trees, labels=labels, digest=card.labels))
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
    print_rows(Text("Models", "模型"), COLUMNS, table)


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
    print_table(title, HEADINGS, rows)


def _with_interval(one: Measured) -> str:
    return f"{one.value:.3f} ({one.low:.3f} … {one.high:.3f})"
