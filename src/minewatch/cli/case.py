"""``minewatch case``: open, list, show; steps are in ``case_steps``, data checks in ``case_checks``, paper in ``case_paper``."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli import case_checks, case_paper, case_steps
from minewatch.cli.case_options import Case, InCampaign
from minewatch.cli.console import print_data, print_json, say
from minewatch.cli.desk import (
    AsOption,
    Desk,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    issue_rows,
    print_issues,
    print_rows,
    shown,
)
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.model.errors import InputError
from minewatch.model.issues import Issue
from minewatch.model.text import Text, counted
from minewatch.usecases import sites as use
from minewatch.usecases.cases import history, visible_cases
from minewatch.usecases.steps import case_id

app = typer.Typer(help="Cases: one a site, from suspicion to its end.", no_args_is_help=True, rich_markup_mode=None)


@app.command("open")
def open_case(
    campaign: InCampaign,
    findings: Annotated[Path | None, typer.Option("--findings", help="findings.csv of a screening.")] = None,
    threshold: Annotated[float, typer.Option("--threshold", help="With --findings: least probability.")] = 0.5,
    top: Annotated[int | None, typer.Option("--top", help="With --findings: only the first so many.")] = None,
    least_kw: Annotated[float, typer.Option("--least-kw", help="With --findings: least mining power.")] = 0.0,
    meters: Annotated[
        Path | None, typer.Option("--meters", help="Table of meters: where each lies, whose it is.")
    ] = None,
    sites: Annotated[Path | None, typer.Option("--sites", help="Site list, CSV or XLSX.")] = None,
    site: Annotated[str | None, typer.Option("--site", help="One site by name.")] = None,
    division: Annotated[
        str | None, typer.Option("--division", help="Its division code (for --findings: of all).")
    ] = None,
    meter: Annotated[list[str] | None, typer.Option("--meter", help="Its meter; repeatable.")] = None,
    kw: Annotated[float | None, typer.Option("--kw", help="Its mining power.")] = None,
    party: Annotated[str, typer.Option("--party", help="Whose it is; kept as personal data.")] = "",
    location: Annotated[str, typer.Option("--location", help="latitude,longitude in degrees.")] = "",
    why: Annotated[str, typer.Option("--why", help="What speaks for it.")] = "",
    tip: Annotated[str, typer.Option("--tip", help="The tip it comes from.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open cases from findings, from a site list, or one by hand. Doubles are left out and named.

    Exit code 10 when rows could not be used; the others are taken.
    """
    if sum(one is not None for one in (findings, sites, site)) != 1:
        raise InputError(
            Text("Say where the sites come from.", "请写明项目来源。"),
            remedy=Text("Use one of --findings, --sites and --site.", "请在 --findings、--sites、--site 中选用一个。"),
        )
    with desk(workspace, as_, now) as at:
        issues: tuple[Issue, ...] = ()
        if findings is not None:
            candidates, issues = use.read_findings(
                at.turn,
                findings,
                least=use.Least(threshold, least_kw, top),
                division=division,
                meters=meters,
                lake=at.office.workspace.lake(),
            )
        elif sites is not None:
            candidates, issues = use.read_sites(at.turn, sites)
        else:
            one = use.Candidate(
                site=site or "",
                division=division or "",
                meters=tuple(meter or ()),
                kw=kw,
                origin=f"tip:{tip}" if tip else "by hand",
                summary=why,
                party=party,
                location=location,
            )
            candidates = [use.checked(at.turn, one)]
        opened = use.open_sites(
            turn=at.turn, campaign=campaign, candidates=candidates, issues=issues, fresh=secrets.token_hex(16)
        )
    _print_opened(opened, as_json=as_json)
    if opened.issues:
        raise typer.Exit(DONE_WITH_ISSUES)


def _print_opened(opened: use.Opened, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "opened": [one.stream for one in opened.receipts],
                "doubles": [{"site": site, "case": case} for site, case in opened.doubles],
                "repeats": [{"site": site, "cases": list(cases)} for site, cases in opened.repeats],
                "issues": issue_rows(opened.issues),
            }
        )
        return
    print_issues(opened.issues)
    for site, case in opened.doubles:
        say(Text("{site} has a case already: {case}.", "{site} 已有案件：{case}。").format(site=site, case=case))
    for site, cases in opened.repeats:
        text = Text("{site} is a repeat of {cases}.", "{site} 为再次涉案：{cases}。")
        say(text.format(site=site, cases=", ".join(cases)))
    number, rows = len(opened.receipts), len({one.line for one in opened.issues})
    say(
        Text(
            f"{counted(number, 'case')} opened, {counted(rows, 'row')} not taken.",
            f"立案 {number} 件，未采用 {rows} 行。",
        )
    )


COLUMNS = (
    ("id", Text("case", "案件")),
    ("site", Text("site", "项目")),
    ("jurisdiction", Text("division", "区划")),
    ("mining_kw", Text("kW", "功率 kW")),
    ("status", Text("state", "状态")),
    ("deadline", Text("deadline", "期限")),
    ("last_outcome", Text("the data says", "数据结论")),
    ("contradictions", Text("contradictions", "矛盾")),
    ("disputed", Text("disputed", "异议")),
)


@app.command("list")
def list_cases(
    campaign: Annotated[str | None, typer.Option("--campaign", help="Only this campaign.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only cases in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases whose deadline has passed unstopped.")] = False,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the cases you may read."""
    with desk(workspace, as_, now) as at:
        rows = use.listed(turn=at.turn, campaign=campaign, state=state, overdue=overdue)
        rows = at.office.in_zone(rows)
    if as_json:
        print_json(rows)
    else:
        print_rows(Text("Cases", "案件"), COLUMNS, rows, spare=("disputed", "contradictions", "jurisdiction", "site"))


@app.command()
def show(
    case: Case,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where a case stands."""
    with desk(workspace, as_, now) as at:
        row = at.office.in_zone(_row(at, case))
    if as_json:
        print_json(row)
        return
    names = (("name", Text("", "")), ("value", Text("", "")))
    cells = [{"name": name, "value": shown(value)} for name, value in row.items()]
    print_rows(Text("Case", "案件"), names, cells)


def _row(at: Desk, case: str) -> dict[str, object]:
    history(log=at.office.log, actor=at.actor, case=case_id(case), at=at.at)
    rows = visible_cases(log=at.office.log, actor=at.actor)
    return next(row for row in rows if row["id"] == case_id(case))


@app.command("log")
def log_of_case(
    case: Case,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every event of a case: when, who, what, under which rule."""
    with desk(workspace, as_, now) as at:
        events = history(log=at.office.log, actor=at.actor, case=case_id(case), at=at.at)
        rows = [
            {
                "position": event.position,
                "version": event.version,
                "at": event.at,
                "actor": event.actor,
                "event": event.name,
                "rule": [event.reference.pack, event.reference.version, event.reference.section]
                if event.reference
                else None,
                "data": event.payload,
                "hash": event.hash,
            }
            for event in events
        ]
        rows = at.office.in_zone(rows)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        rule = f"  [{row['rule'][0]}, {row['rule'][2]}]" if row["rule"] else ""
        print_data(f"{row['at'][:16].replace('T', ' ')}  {row['actor']}  {row['event']}{rule}")


case_steps.register(app)
case_checks.register(app)
case_paper.register(app)
