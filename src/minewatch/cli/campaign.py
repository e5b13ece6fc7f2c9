"""``minewatch campaign``: instruments applied to a region; who must do what by when; what they returned."""

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from minewatch.cli.console import print_json
from minewatch.cli.desk import (
    AsOption,
    BecauseOption,
    ByOption,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    print_receipts,
    print_rows,
)
from minewatch.model.casework_views import ROLL_UP_COLUMNS
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import campaigning as use
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.rollups import roll_up_view
from minewatch.usecases.steps import CloseCampaign, ExtendDuty, RecordDutyReturn, give_campaign

app = typer.Typer(
    help="Campaigns: instruments applied to a region, duties, returns, roll-ups.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="Name of the campaign.")]


def _bodies(texts: list[str] | None) -> dict[str, list[str]]:
    bodies: dict[str, list[str]] = {}
    for text in texts or []:
        party, mark, body = text.partition("=")
        if not mark or not body.strip():
            raise InputError(
                Text(f"{text!r} names no body.", f"“{text}”未写明单位。"),
                remedy=Text("Write PARTY=NAME, such as counties=雨城区.", "请写作 责任单位=名称，如 counties=雨城区。"),
            )
        bodies.setdefault(party, []).append(body.strip())
    return bodies


@app.command("open")
def open_campaign(
    name: Name,
    pack: Annotated[list[str], typer.Option("--pack", help="Id of an instrument's pack; repeatable.")],
    region: Annotated[list[str], typer.Option("--region", help="GB/T 2260 code; repeatable.")],
    by: ByOption,
    title: Annotated[str, typer.Option("--title", help="Title in words.")] = "",
    body: Annotated[
        list[str] | None, typer.Option("--body", help="PARTY=NAME: a real body behind a party of the pack; repeatable.")
    ] = None,
    because: BecauseOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a campaign; every obliged party of the packs gets its duties and deadlines."""
    with desk(workspace, as_, now) as at:
        receipt = use.open_from_packs(
            turn=at.turn,
            name=name,
            title=title or name,
            region=region,
            packs=pack,
            by=by,
            because=because,
            bodies=_bodies(body),
        )
        if as_json:
            print_receipts([receipt], as_json=True)
        else:
            _print_status(at.office.in_zone(use.status_rows(turn=at.turn, campaign=CAMPAIGN + name)))


def _print_status(rows: list[dict[str, object]]) -> None:
    columns = (
        ("duty", Text("duty", "任务编号")),
        ("party", Text("party", "责任单位")),
        ("task", Text("what", "事项")),
        ("deadline", Text("by", "期限")),
        ("stands_text", Text("stands", "状态")),
        ("sites_found", Text("sites", "项目数")),
    )
    print_rows(Text("Duties", "责任事项"), columns, rows)


@app.command()
def status(
    name: Annotated[str | None, typer.Argument(help="Name of the campaign; none: all.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who must do what by when, and what is overdue or due today."""
    with desk(workspace, as_, now) as at:
        wanted = CAMPAIGN + name if name else None
        rows = use.status_rows(turn=at.turn, campaign=wanted)
        shown = at.office.in_zone(rows)
    if as_json:
        print_json(
            [{k: {"en": v.en, "zh": v.zh} if isinstance(v, Text) else v for k, v in row.items()} for row in shown]
        )
    else:
        _print_status(shown)


@app.command()
def duty(
    name: Name,
    duty_id: Annotated[str, typer.Argument(metavar="DUTY", help="Id of the duty, as status prints it.")],
    until: Annotated[str, typer.Option("--until", help="The new deadline.")],
    reason: Annotated[str, typer.Option("--reason", help="Why more time is given.")],
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Extend a duty's deadline, with a reason."""
    with desk(workspace, as_, now) as at:
        command = ExtendDuty(duty=duty_id, deadline=at.instant(until), reason=reason, by=by)
        receipt = give_campaign(turn=at.turn, campaign=name, command=command)
    print_receipts([receipt], as_json=as_json)


@app.command("return")
def record_return(
    name: Name,
    duty_id: Annotated[str, typer.Argument(metavar="DUTY", help="Id of the duty, as status prints it.")],
    signed_by: Annotated[str, typer.Option("--signed-by", help="Who signed the return.")],
    sites: Annotated[int, typer.Option("--sites", help="How many sites it names; 0 is a nil return.")] = 0,
    received: Annotated[str | None, typer.Option("--received", help="When it came in; default: now.")] = None,
    digest: Annotated[str, typer.Option("--digest", help="SHA-256 of the paper or file.")] = "",
    note: Annotated[str, typer.Option("--note", help="Anything else.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what an obliged party returned; a nil return is a return."""
    with desk(workspace, as_, now) as at:
        command = RecordDutyReturn(
            duty=duty_id,
            received_at=at.instant(received),
            nil=sites == 0,
            sites_found=sites,
            signed_by=signed_by,
            document_digest=digest,
            note=note,
        )
        receipt = give_campaign(turn=at.turn, campaign=name, command=command)
    print_receipts([receipt], as_json=as_json)


@app.command("roll-up")
def roll_up(
    name: Name,
    on: Annotated[str | None, typer.Option("--on", help="The day, such as 2021-06-18; default: today.")] = None,
    period: Annotated[Literal["day", "week"], typer.Option("--period", help="That day, or the week it ends.")] = "day",
    level: Annotated[Literal["county", "city", "province"], typer.Option("--by-level", help="Rows.")] = "county",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the roll-up of a day or a week: projects, MW, stopped, verified, overdue, referred, by division."""
    with desk(workspace, as_, now) as at:
        day = at.instant(on).date() if on else at.at.astimezone(at.office.zone).date()
        view = roll_up_view(turn=at.turn, campaign=name, on=day, period=period, level=level)
    if as_json:
        print_json(asdict(view))
        return
    simulated = Text(" (REHEARSAL OR SIMULATED DATA)", "（演练或模拟数据）") if view.simulated else Text("", "")
    title = Text(
        f"{view.title}{simulated.en}: {view.begins} to {view.ends}",
        f"{view.title}{simulated.zh}：{view.begins} 至 {view.ends}",
    )
    whole = (*view.rows, view.total)
    rows = [{key: getattr(row, key) for key, _ in ROLL_UP_COLUMNS} | {"mw": f"{row.mw:.3f}"} for row in whole]
    begin = next(number for number, (key, _) in enumerate(ROLL_UP_COLUMNS) if key == "cannot_tell")
    print_rows(title, ROLL_UP_COLUMNS[:begin], rows)
    rest = Text("Steps, open questions, and what the period brought", "处置、待查与本期新增")
    print_rows(rest, (ROLL_UP_COLUMNS[0], *ROLL_UP_COLUMNS[begin:]), rows)


@app.command()
def close(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why it is closed.")],
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a campaign."""
    with desk(workspace, as_, now) as at:
        receipt = give_campaign(turn=at.turn, campaign=name, command=CloseCampaign(reason=reason, by=by))
    print_receipts([receipt], as_json=as_json)
