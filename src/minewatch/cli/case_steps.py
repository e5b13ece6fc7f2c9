"""The steps of a case as commands: each parses, gives one command to one or many cases, and prints a receipt."""

from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.case_options import AllIn, Case, Cases, OfCampaign, Reason
from minewatch.cli.console import print_data, print_json
from minewatch.cli.desk import (
    AsOption,
    BecauseOption,
    ByOption,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    print_receipts,
)
from minewatch.usecases import steps as use
from minewatch.usecases.notices import NoticeOrder, serve


def notice(
    pack: Annotated[str, typer.Option("--pack", help="The instrument the notice rests on.")],
    number: Annotated[str, typer.Option("--number", help="Number of the notice; the stem when there are many.")],
    by: ByOption,
    cases: Cases = None,
    all_in: AllIn = None,
    campaign: OfCampaign = None,
    deadline: Annotated[str, typer.Option("--deadline", help="Id of the pack's deadline, where it has several.")] = "",
    until: Annotated[str | None, typer.Option("--until", help="A deadline of your own.")] = None,
    how: Annotated[str, typer.Option("--how", help="How it was served.")] = "in person",
    because: BecauseOption = "",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the texts, one file a case.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve a notice: text, deadline and section come from the pack in force that day."""
    with desk(workspace, as_, now) as at:
        chosen = use.choose(turn=at.turn, cases=cases or (), all_in=all_in, campaign=campaign)
        order = NoticeOrder(
            pack=pack,
            by=by,
            number=number,
            how=how,
            deadline=deadline,
            until=at.office.instant(until) if until else None,
            because=because,
        )
        served = serve(turn=at.turn, cases=chosen, order=order)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for case, text in served.texts.items():
            (out / f"{case}.txt").write_text(text, "utf-8")
    if as_json:
        rows = [{"id": one.stream, "version": one.version, "text": served.texts[one.stream]} for one in served.receipts]
        print_json(rows)
        return
    if len(served.texts) == 1:
        print_data(next(iter(served.texts.values())))
    print_receipts(served.receipts, as_json=False)


def extend(
    until: Annotated[str, typer.Option("--until", help="The new deadline.")],
    reason: Reason,
    by: ByOption,
    cases: Cases = None,
    all_in: AllIn = None,
    campaign: OfCampaign = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give more time, with a reason."""
    with desk(workspace, as_, now) as at:
        chosen = use.choose(turn=at.turn, cases=cases or (), all_in=all_in, campaign=campaign)
        command = use.ExtendDeadline(deadline=at.instant(until), reason=reason, by=by)
        receipts = use.give(turn=at.turn, cases=chosen, command=command)
    print_receipts(receipts, as_json=as_json)


def visit(
    case: Case,
    inspector: Annotated[list[str], typer.Option("--inspector", help="Who went; repeatable.")],
    found: Annotated[str, typer.Option("--found", help="What was found, in words.")],
    machines: Annotated[int | None, typer.Option("--machines", help="Machines counted.")] = None,
    running: Annotated[bool | None, typer.Option("--running/--still", help="Whether machines ran.")] = None,
    photo: Annotated[list[Path] | None, typer.Option("--photo", help="Photo; its SHA-256 is kept; repeatable.")] = None,
    check: Annotated[list[str] | None, typer.Option("--check", help="Check-list: item=answer; repeatable.")] = None,
    location: Annotated[str, typer.Option("--location", help="latitude,longitude in degrees.")] = "",
    when: Annotated[str | None, typer.Option("--at", help="When; default: now.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record an inspection on site: who went, the check-list, photos by digest, the place."""
    with desk(workspace, as_, now) as at:
        command = use.visit_of(
            at=at.instant(when),
            inspectors=inspector,
            found=found,
            machines=machines,
            running=running,
            photos=photo or (),
            checks=check or (),
            location=location,
        )
        receipts = use.give(turn=at.turn, cases=[case], command=command)
    print_receipts(receipts, as_json=as_json)


def lift(
    case: Case,
    measure: Annotated[str, typer.Option("--measure", help="The measure to take back.")],
    reason: Reason,
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a measure back (a blacklisting, a suspension), with a reason."""
    with desk(workspace, as_, now) as at:
        receipts = use.give(turn=at.turn, cases=[case], command=use.LiftMeasure(measure=measure, reason=reason, by=by))
    print_receipts(receipts, as_json=as_json)


def dispute(
    case: Case,
    kind: Annotated[use.DisputeKind, typer.Option("--kind", help="What is disputed.")],
    raised_by: Annotated[str, typer.Option("--raised-by", help="Who disputes: party, account holder, agent.")],
    grounds: Annotated[str, typer.Option("--grounds", help="On which grounds.")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a dispute on record; until it is settled no measure is taken, nothing referred, nothing closed."""
    with desk(workspace, as_, now) as at:
        command = use.Dispute(kind=kind, raised_by=raised_by, grounds=grounds, raised_at=at.at)
        receipts = use.give(turn=at.turn, cases=[case], command=command)
    print_receipts(receipts, as_json=as_json)


def settle(
    case: Case,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help="What is decided.")],
    reason: Reason,
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide the open dispute."""
    with desk(workspace, as_, now) as at:
        command = use.SettleDispute(upheld=upheld, reason=reason, by=by)
        receipts = use.give(turn=at.turn, cases=[case], command=command)
    print_receipts(receipts, as_json=as_json)


def restore(
    by: ByOption,
    basis: Annotated[str, typer.Option("--basis", help="The decision or rule supply is given back on.")],
    cases: Cases = None,
    all_in: AllIn = None,
    campaign: OfCampaign = None,
    effective: Annotated[str | None, typer.Option("--effective", help="From when; default: now.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give supply back: the recorded decision of a named person, with its basis."""
    with desk(workspace, as_, now) as at:
        chosen = use.choose(turn=at.turn, cases=cases or (), all_in=all_in, campaign=campaign)
        command = use.Restore(by=by, basis=basis, effective_at=at.instant(effective))
        receipts = use.give(turn=at.turn, cases=chosen, command=command)
    print_receipts(receipts, as_json=as_json)


def refer(
    case: Case,
    target: Annotated[use.ReferralTarget, typer.Option("--to", help="Kind of body.")],
    body: Annotated[str, typer.Option("--body", help="The body by name.")],
    pack: Annotated[str, typer.Option("--pack", help="The instrument the referral rests on.")],
    section: Annotated[str, typer.Option("--section", help="Its section or item.")],
    by: ByOption,
    note: Annotated[str, typer.Option("--note", help="What is handed over.")] = "",
    because: BecauseOption = "",
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand the case to the police, discipline inspection, a licence authority, the credit system, the market operator."""
    with desk(workspace, as_, now) as at:
        order = use.ReferralOrder(
            target=target, body=body, pack=pack, section=section, by=by, note=note, because=because
        )
        receipts = use.refer(turn=at.turn, cases=[case], order=order)
    print_receipts(receipts, as_json=as_json)


def close(
    reason: Reason,
    by: ByOption,
    cases: Cases = None,
    all_in: AllIn = None,
    campaign: OfCampaign = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close cases, with a reason."""
    with desk(workspace, as_, now) as at:
        chosen = use.choose(turn=at.turn, cases=cases or (), all_in=all_in, campaign=campaign)
        receipts = use.give(turn=at.turn, cases=chosen, command=use.Close(reason=reason, by=by))
    print_receipts(receipts, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to ``minewatch case``."""
    for step in (notice, extend, visit, lift, dispute, settle, restore, refer, close):
        app.command()(step)
