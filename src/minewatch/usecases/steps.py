"""Give a command to one or many cases, or to a campaign. The commands' records are named here for the doors."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from minewatch.casework.campaign import CloseCampaign, ExtendDuty, RecordDutyReturn
from minewatch.casework.commands import (
    Close,
    Command,
    Dispute,
    DisputeKind,
    ExtendDeadline,
    LiftMeasure,
    RecordReturn,
    RecordVerification,
    RecordVisit,
    Refer,
    ReferralTarget,
    Restore,
    ReturnKind,
    SettleDispute,
    SourceSaid,
    StopOutcome,
)
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.cases import (
    CAMPAIGN,
    CASE,
    Receipt,
    act_on_campaign,
    act_on_many,
    campaign_named,
    case_state,
    status_named,
    visible_cases,
)
from minewatch.usecases.legal_bases import rest_on
from minewatch.usecases.office import Turn
from minewatch.usecases.sites import is_location

__all__ = [
    "Close",
    "CloseCampaign",
    "Command",
    "Dispute",
    "DisputeKind",
    "ExtendDeadline",
    "ExtendDuty",
    "LiftMeasure",
    "RecordDutyReturn",
    "RecordReturn",
    "RecordVerification",
    "RecordVisit",
    "Refer",
    "ReferralTarget",
    "Restore",
    "ReturnKind",
    "SettleDispute",
    "SourceSaid",
    "StopOutcome",
]


def case_id(text: str) -> str:
    """Return the id of a case from what somebody typed: ``12`` or ``case-12``."""
    return text if text.startswith(CASE) else CASE + text


def choose(
    *, turn: Turn, cases: Sequence[str] = (), all_in: str | None = None, campaign: str | None = None
) -> tuple[str, ...]:
    """Return the ids of the cases named, or of all that the actor may read in a state (and a campaign).

    Raises ``InputError`` when nothing is chosen or both ways are used at once.
    """
    if bool(cases) == (all_in is not None):
        raise InputError(
            Text("Cases are named one by one or by their state.", "案件须逐个写明，或按状态选取。"),
            remedy=Text("Name cases, or use --all-in STATE, not both.", "请写明案件，或用 --all-in 状态，二者择一。"),
        )
    if all_in is None:
        return tuple(case_id(one) for one in cases)
    status = status_named(all_in)
    wanted = campaign_named(turn.office.log, campaign) if campaign else None
    rows = visible_cases(log=turn.office.log, actor=turn.actor)
    found = tuple(
        str(row["id"]) for row in rows if row["status"] == status and (wanted is None or row["campaign"] == wanted)
    )
    if not found:
        raise InputError(
            Text(f"No case is {all_in}.", f"没有处于“{all_in}”状态的案件。"),
            remedy=Text("Look at the states: minewatch case list.", "请查看各案状态：minewatch case list。"),
        )
    return found


def visit_of(
    *,
    at: datetime,
    inspectors: Sequence[str],
    found: str,
    machines: int | None,
    running: bool | None,
    photos: Sequence[Path],
    checks: Sequence[str],
    location: str,
) -> RecordVisit:
    """Return a visit with the SHA-256 of its photos; ``InputError`` for a photo, a check or a place that cannot be used."""
    digests = []
    for photo in photos:
        if not photo.is_file():
            raise InputError(
                Text(f"There is no photo {photo}.", f"没有照片 {photo}。"),
                remedy=Text("Check the path.", "请检查路径。"),
            )
        digests.append(hashlib.sha256(photo.read_bytes()).hexdigest())
    wrong = [check for check in checks if "=" not in check]
    if wrong:
        raise InputError(
            Text(f"{wrong[0]!r} is no answer.", f"“{wrong[0]}”不是检查项答复。"),
            remedy=Text("Write item=answer, such as meter sealed=yes.", "请写作“事项=答复”，如 表计封印=完好。"),
        )
    if location and not is_location(location):
        raise InputError(
            Text(f"{location!r} is no location.", f"“{location}”不是坐标。"),
            remedy=Text("Write degrees, such as 29.23,102.36.", "请写度数，如 29.23,102.36。"),
        )
    return RecordVisit(
        at=at,
        inspectors=tuple(inspectors),
        found=found,
        machines=machines,
        running=running,
        photos=tuple(digests),
        location=location,
        checks=tuple(checks),
    )


@dataclass(frozen=True, slots=True)
class ReferralOrder:
    """What somebody orders to be handed over: to which body, resting on which section of which pack, decided by whom.

    ``because`` is why an instrument is used that is no legal basis by itself.
    """

    target: ReferralTarget
    body: str
    pack: str
    section: str
    by: str
    note: str = ""
    because: str = ""


def refer_of(*, turn: Turn, order: ReferralOrder) -> Refer:
    """Return a referral resting on a section of a pack in hand.

    Raises ``RuleError`` for an instrument that is no legal basis that day, unless ``because`` says why ``by`` uses it.
    """
    resting = rest_on(turn=turn, pack=order.pack, by=order.by, because=order.because)
    return Refer(
        target=order.target,
        body=order.body,
        basis=resting.at(order.section),
        by=order.by,
        note=order.note,
        exception_reason=resting.basis.exception_reason,
    )


def refer(*, turn: Turn, cases: Sequence[str], order: ReferralOrder) -> tuple[Receipt, ...]:
    """Hand cases over; whoever may not is refused before anything is looked up."""
    for case in cases:
        turn.may("case.refer", case_state(turn.office.log, case_id(case)).jurisdiction)
    return give(turn=turn, cases=cases, command=refer_of(turn=turn, order=order))


def give(*, turn: Turn, cases: Sequence[str], command: Command) -> tuple[Receipt, ...]:
    """Give the same command to every case, in one transaction: all of them or none."""
    commands = [(case_id(one), replace(command)) for one in cases]
    return act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands)


def give_campaign(*, turn: Turn, campaign: str, command: ExtendDuty | RecordDutyReturn | CloseCampaign) -> Receipt:
    """Give a command to the campaign of that name."""
    return act_on_campaign(
        log=turn.office.log, actor=turn.actor, at=turn.at, campaign=CAMPAIGN + campaign, commands=[command]
    )
