"""Commands of a case that need data: returns from files, the verified stop, categories and measures, the plan of visits."""

from dataclasses import asdict
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.case_options import Case, InCampaign, Reason
from minewatch.cli.console import print_json, say
from minewatch.cli.desk import (
    AsOption,
    BecauseOption,
    ByOption,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    issue_rows,
    print_issues,
    print_receipts,
    print_rows,
)
from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.model.errors import InputError
from minewatch.model.text import Text, counted
from minewatch.usecases import measures as measuring
from minewatch.usecases import steps, stops, visits
from minewatch.usecases.returns import record_returns
from minewatch.usecases.stop_words import OUTCOMES, SOURCES, WHY


def record_return(
    case: Annotated[str | None, typer.Argument(help="Number of the case; with --file: none.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Returns in bulk: CSV or XLSX.")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="With --file: only its cases.")] = None,
    kind: Annotated[steps.ReturnKind | None, typer.Option("--kind", help="What the return says.")] = None,
    signed_by: Annotated[str, typer.Option("--signed-by", help="Who signed it.")] = "",
    received: Annotated[str | None, typer.Option("--received", help="When it came in; default: now.")] = None,
    stopped: Annotated[str | None, typer.Option("--stopped", help="When the site stopped, as it says.")] = None,
    machines: Annotated[int | None, typer.Option("--machines", help="Machines, as it says.")] = None,
    hash_rate: Annotated[float | None, typer.Option("--hash-rate", help="TH/s, as it says.")] = None,
    kw: Annotated[float | None, typer.Option("--kw", help="Power, as it says.")] = None,
    digest: Annotated[str, typer.Option("--digest", help="SHA-256 of the paper or file.")] = "",
    note: Annotated[str, typer.Option("--note", help="Anything else.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a self-inspection return, or a file of them; a nil return is a return.

    A return that says stopped while the data says running becomes a contradiction. Exit code 10 when rows of a file could
    not be used; the others are taken.
    """
    if (case is None) == (file is None):
        raise InputError(
            Text("One return or a file of them?", "是一份报告还是一个文件？"),
            remedy=Text("Name a case, or use --file, not both.", "请写明案件，或用 --file，二者择一。"),
        )
    with desk(workspace, as_, now) as at:
        if file is not None:
            done = record_returns(turn=at.turn, path=file, campaign=campaign)
        else:
            if kind is None:
                raise InputError(
                    Text("The return says nothing.", "报告没有结论。"), remedy=Text("Add --kind.", "请加 --kind。")
                )
            command = steps.RecordReturn(
                kind=kind,
                received_at=at.instant(received),
                signed_by=signed_by,
                stopped_at=at.office.instant(stopped) if stopped else None,
                machines=machines,
                hash_rate_ths=hash_rate,
                power_kw=kw,
                document_digest=digest,
                note=note,
            )
            print_receipts(steps.give(turn=at.turn, cases=[case or ""], command=command), as_json=as_json)
            return
    if as_json:
        print_json(
            {
                "recorded": [one.stream for one in done.receipts],
                "contradictions": list(done.contradictions),
                "issues": issue_rows(done.issues),
            }
        )
    else:
        print_issues(done.issues)
        for one in done.contradictions:
            say(Text("{case}: the return contradicts the data.", "{case}：报告与数据相矛盾。").format(case=one))
        number, rows = len(done.receipts), len({one.line for one in done.issues})
        say(
            Text(
                f"{counted(number, 'return')} recorded, {counted(rows, 'row')} not taken.",
                f"登记报告 {number} 份，未采用 {rows} 行。",
            )
        )
    if done.issues:
        raise typer.Exit(DONE_WITH_ISSUES)


def verify(
    cases: Annotated[list[str] | None, typer.Argument(help="Numbers of cases; none: all open ones.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Judge by readings up to then; default: now.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge whether and when each site stopped, and put the verdicts on record.

    Heard are the site's meters, its node (supplied less everybody else), the station that feeds it and its traffic, as far
    as they were imported; each is named with its reason. Where they contradict each other the verdict says so.
    """
    with desk(workspace, as_, now) as at:
        chosen = [steps.case_id(one) for one in cases or []]
        lake = at.office.workspace.lake()
        judged, _ = stops.verify_stops(turn=at.turn, lake=lake, cases=chosen, as_of=at.instant(as_of))
        rows = [
            {
                "case": one.case,
                "outcome": one.command.outcome.value,
                "outcome_text": OUTCOMES[one.command.outcome.value],
                "stopped_at": _shown(one.command.stopped_at, at.office.zone),
                "stopped_from": _shown(one.command.stopped_from, at.office.zone),
                "stopped_to": _shown(one.command.stopped_to, at.office.zone),
                "between": _between(one.command, at.office.zone),
                "exact": one.exact,
                "resumed_at": _shown(one.command.resumed_at, at.office.zone),
                "remaining_kw": one.command.remaining_kw,
                "why": one.why,
                "rests_on": [SOURCES[name] for name in one.command.source.split(", ")],
                "sources": [_source(said) for said in one.command.sources],
                "evidence": list(one.command.evidence),
            }
            for one in judged
        ]
    if as_json:
        print_json([{name: _plain(value) for name, value in row.items()} for row in rows])
        return
    columns = (
        ("case", Text("case", "案件")),
        ("outcome_text", Text("the data says", "数据结论")),
        ("stopped_at", Text("stopped", "停机时间")),
        ("between", Text("not before / not after", "不早于／不晚于")),
        ("resumed_at", Text("back", "复机时间")),
        ("remaining_kw", Text("kW left", "剩余 kW")),
        ("rests_on", Text("rests on", "依据")),
        ("why", Text("why not", "无法判定原因")),
    )
    print_rows(Text("Verified stop", "停机核验"), columns, rows, spare=("why", "resumed_at", "rests_on", "between"))


def _source(said: steps.SourceSaid) -> dict[str, object]:
    return {**asdict(said), "why_text": WHY[said.why] if said.why else None}


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return asdict(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def _shown(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else moment.astimezone(zone).isoformat(timespec="minutes")


def _between(command: steps.RecordVerification, zone: tzinfo) -> list[str]:
    """Return the earliest and the latest time of a stop that is not dated to one time."""
    if command.stopped_from == command.stopped_to:
        return []
    return [_shown(command.stopped_from, zone), _shown(command.stopped_to, zone)]


def area(
    division: Annotated[str, typer.Option("--division", help="Division of the area.")],
    meter: Annotated[list[str], typer.Option("--meter", help="Meter or node of the area; repeatable.")],
    before: Annotated[str, typer.Option("--before", help="First day that no longer counts as before.")],
    after: Annotated[str, typer.Option("--after", help="First day that counts as after.")],
    days: Annotated[int, typer.Option("--days", help="Days on each side.")] = 21,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove a stop for an area: what it drew before and after, like weekdays compared, with a 95 % interval."""
    with desk(workspace, as_, now) as at:
        change, series = stops.area_proof(
            turn=at.turn,
            lake=at.office.workspace.lake(),
            meters=meter,
            division=division,
            before=_day(before),
            after=_day(after),
            days=days,
        )
    if as_json:
        print_json({**asdict(change), "meters": list(series.found), "evidence": f"readings:{series.digest}"})
        return
    say(
        Text(
            "{before:.1f} kW before, {after:.1f} kW after: {fall:.1f} kW less (95 %: {low:.1f} to {high:.1f}).",
            "此前 {before:.1f} kW，此后 {after:.1f} kW：下降 {fall:.1f} kW（95 %：{low:.1f} 至 {high:.1f}）。",
        ).format(
            before=change.before_kw, after=change.after_kw, fall=change.fall_kw, low=change.low_kw, high=change.high_kw
        )
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a day.", f"“{text}”不是日期。"),
            remedy=Text("Write it as 2021-06-17.", "请写作 2021-06-17。"),
        ) from error


def categories(
    case: Case,
    pack: Annotated[str, typer.Option("--pack", help="The instrument whose categories are meant.")],
    category: Annotated[list[str], typer.Option("--set", help="Category of the pack; repeatable.")],
    reason: Reason,
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which categories of object of an instrument the site falls under; several at once."""
    with desk(workspace, as_, now) as at:
        chosen = [steps.case_id(case)]
        receipts = measuring.set_categories(
            turn=at.turn, cases=chosen, pack=pack, categories=category, reason=reason, by=by
        )
    print_receipts(receipts, as_json=as_json)


def measure(
    case: Case,
    pack: Annotated[str, typer.Option("--pack", help="The instrument whose measures are meant.")],
    take: Annotated[list[str] | None, typer.Option("--take", help="Take this measure; repeatable. None: list.")] = None,
    by: Annotated[str, typer.Option("--by", help="The person who decides.")] = "",
    acting: Annotated[str, typer.Option("--acting", help="Who acts, where the pack names nobody.")] = "",
    because: BecauseOption = "",
    amount: Annotated[str, typer.Option("--amount", help="Amount in CNY, where there is one.")] = "",
    note: Annotated[str, typer.Option("--note", help="Anything else.")] = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the measures an instrument sets for the case's categories, or take some of them."""
    with desk(workspace, as_, now) as at:
        if take:
            order = measuring.MeasureOrder(
                pack=pack, measures=tuple(take), by=by, acting=acting, because=because, amount_cny=amount, note=note
            )
            print_receipts(
                measuring.take_measures(turn=at.turn, case=steps.case_id(case), order=order), as_json=as_json
            )
            return
        found = measuring.offers(turn=at.turn, case=steps.case_id(case), pack=pack)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    columns = (
        ("id", Text("measure", "措施")),
        ("category_text", Text("category", "对象类别")),
        ("text", Text("what", "内容")),
        ("acting", Text("who acts", "实施主体")),
        ("section", Text("clause", "条款")),
        ("taken", Text("taken", "已采取")),
    )
    rows = [{name: getattr(one, name) for name, _ in columns} for one in found]
    print_rows(Text("Measures", "措施"), columns, rows)


def plan(
    campaign: InCampaign,
    base: Annotated[str, typer.Option("--base", help="Where teams start: latitude,longitude.")],
    teams: Annotated[int, typer.Option("--teams", help="How many teams.")] = 1,
    hours: Annotated[float, typer.Option("--hours", help="Hours each team has, travel included.")] = 8.0,
    on_site: Annotated[float, typer.Option("--on-site", help="Hours a visit takes.")] = 1.0,
    speed: Annotated[float, typer.Option("--speed", help="km/h on the road.")] = 40.0,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan visits by a budget of teams and hours: the most probable kW first."""
    latitude, mark, longitude = base.partition(",")
    if not mark or not visits.is_location(base):
        raise InputError(
            Text(f"{base!r} is no place.", f"“{base}”不是坐标。"),
            remedy=Text("Write degrees, such as 29.98,103.04.", "请写度数，如 29.98,103.04。"),
        )
    with desk(workspace, as_, now) as at:
        found, unplaced = visits.stops_of(turn=at.turn, campaign=campaign, hours_on_site=on_site)
    budget = visits.Budget(teams=teams, hours=hours, base=(float(latitude), float(longitude)), speed_kmh=speed)
    rounds = visits.plan_rounds(found, budget)
    if as_json:
        print_json({"rounds": [asdict(one) for one in rounds], "without_place_or_power": list(unplaced)})
        return
    columns = (
        ("team", Text("team", "小组")),
        ("stops", Text("cases in order", "依次走访")),
        ("hours", Text("hours", "小时")),
        ("prize", Text("weighed kW", "加权 kW")),
    )
    rows = [{"team": str(number), **asdict(one)} for number, one in enumerate(rounds, start=1)]
    print_rows(Text("Visits", "走访计划"), columns, rows)
    if unplaced:
        text = Text("Not planned, place or power unknown: {cases}.", "未列入（缺坐标或功率）：{cases}。")
        say(text.format(cases=", ".join(unplaced)))


def register(app: typer.Typer) -> None:
    """Add the commands to ``minewatch case``."""
    app.command("return")(record_return)
    for step in (verify, area, categories, measure, plan):
        app.command()(step)
