"""A visit that a phone sends in, perhaps long after and perhaps many times: taken exactly once.

The phone gives each report a number (a UUID). With the visit's event, a stream of that number is begun in the same
transaction; a stream has one first event, whoever else writes at the same moment, in whatever process. A report that comes
again finds the stream and gets the receipt of the first time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from minewatch.casework.case import decide
from minewatch.casework.commands import RecordVisit
from minewatch.model.case_views import VisitReceipt
from minewatch.model.errors import ConflictError, InputError
from minewatch.model.events import JsonValue, NewEvent, canonical_json, utc_text
from minewatch.model.text import Text, counted
from minewatch.usecases.cases import case_state
from minewatch.usecases.office import Turn
from minewatch.usecases.photos import attachments_of
from minewatch.usecases.sites import is_location

SUBMISSION = "submission-"
TAKEN = "submission.taken/1"
TRIES = 8
AHEAD = timedelta(minutes=10)
"""How far a phone's clock may be ahead of ours."""
MOST_PHOTOS, MOST_TEXT, MOST_PEOPLE, MOST_CHECKS = 30, 10_000, 20, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """What a phone sends: its own number for the report, when and by whom, what was found, photos by SHA-256."""

    submission: str
    case: str
    at: datetime
    inspectors: tuple[str, ...]
    found: str
    machines: int | None
    running: bool | None
    location: str = ""
    checks: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of everything it says, to tell a repeat from another report under the same number."""
        said = {**asdict(self), "at": utc_text(self.at)}
        return hashlib.sha256(canonical_json(said).encode("utf-8")).hexdigest()


def send_visit(*, turn: Turn, report: VisitReport) -> VisitReceipt:
    """Record the visit, or return the receipt of the first time it was sent.

    Raises ``InputError`` for a report that cannot be used (its photos must have been sent before), ``RuleError`` for who may
    not visit there, and ``ConflictError`` for another report under a number that was used.
    """
    turn.may("case.visit", case_state(turn.office.log, report.case).jurisdiction)
    checked = _checked(turn, report)
    for last in range(TRIES, 0, -1):
        receipt = _receipt(turn, checked)
        if receipt is not None:
            return receipt
        try:
            return _record(turn, checked)
        except ConflictError:
            # The same report, or another step of the case, came first: look again.
            if last == 1:
                raise
    raise AssertionError  # the loop returns or raises


def _receipt(turn: Turn, report: VisitReport) -> VisitReceipt | None:
    events = turn.office.log.stream(SUBMISSION + report.submission)
    if not events:
        return None
    data = events[0].payload
    if data["digest"] != report.digest:
        raise ConflictError(
            Text("Another report was sent under this number.", "该编号下已收到另一份报告。"),
            remedy=Text("Send it as a new report.", "请作为新报告发送。"),
        )
    return VisitReceipt(str(data["case"]), str(data["event"]), events[0].at, repeated=True)


def _record(turn: Turn, report: VisitReport) -> VisitReceipt:
    state = case_state(turn.office.log, report.case)
    command = RecordVisit(
        at=report.at,
        inspectors=report.inspectors,
        found=report.found,
        machines=report.machines,
        running=report.running,
        photos=report.photos,
        location=report.location,
        checks=report.checks,
        signatures=report.signatures,
        submission=report.submission,
    )
    events = decide(state, command)
    event = f"E{state.version + 1}"
    taken: dict[str, JsonValue] = {"case": report.case, "event": event, "digest": report.digest}
    batches: list[tuple[str, Sequence[NewEvent], int]] = [
        (report.case, events, state.version),
        (SUBMISSION + report.submission, [NewEvent(TAKEN, taken)], 0),
    ]
    stored = turn.office.log.append_many(batches, stamp=replace(turn.stamp, cause="case.visit"))
    return VisitReceipt(report.case, event, stored[0].at, repeated=False)


def _checked(turn: Turn, report: VisitReport) -> VisitReport:
    """Return the report with its number in the usual form; ``InputError`` for what cannot be used."""
    for wrong, told, remedy in _faults(turn, report):
        if wrong:
            raise InputError(told, remedy=remedy)
    return replace(report, submission=str(UUID(report.submission)))


def _faults(turn: Turn, report: VisitReport) -> Sequence[tuple[bool, Text, Text]]:
    store = attachments_of(turn.office)
    missing = [one for one in (*report.photos, *filter(None, report.signatures)) if store.find(one) is None]
    sizes = (
        (len(report.photos), MOST_PHOTOS),
        (len(report.found), MOST_TEXT),
        (len(report.inspectors), MOST_PEOPLE),
        (len(report.checks), MOST_CHECKS),
        (max(map(len, (*report.checks, *report.inspectors)), default=0), MOST_TEXT),
    )
    return (
        (
            not _is_uuid(report.submission),
            Text("The report has no number of its own.", "报告缺少编号。"),
            Text("Load the page again and send the report anew.", "请重新打开页面后再发送。"),
        ),
        (
            report.at > turn.at + AHEAD,
            Text("The visit lies in the future.", "检查时间在将来。"),
            Text("Set the phone's clock, or correct the time of the visit.", "请校准手机时间或更正检查时间。"),
        ),
        (
            not any(name.strip() for name in report.inspectors),
            Text("Nobody is named who went.", "未填写检查人员。"),
            Text("Name the inspectors.", "请填写检查人员。"),
        ),
        (
            not report.found.strip(),
            Text("It is not said what was found.", "未填写检查情况。"),
            Text("Write what was found, even if it was nothing.", "请填写检查情况，未发现情况也须写明。"),
        ),
        (
            report.machines is not None and not 0 <= report.machines <= 1_000_000,
            Text("So many machines cannot be.", "设备台数有误。"),
            Text("Give the number that was counted, or leave it empty.", "请填写清点数，或留空。"),
        ),
        (
            bool(report.location) and not is_location(report.location),
            Text("The place cannot be read.", "位置无法识别。"),
            Text("Write degrees, such as 29.23,102.36.", "请填写度数，如 29.23,102.36。"),
        ),
        (
            any("=" not in one for one in report.checks),
            Text("An answer of the check-list cannot be read.", "检查清单的回答无法识别。"),
            Text("Write item=answer.", "请写作“项目=回答”。"),
        ),
        (
            any(size > most for size, most in sizes),
            Text("The report is too long.", "报告过长。"),
            Text(
                f"At most {MOST_PHOTOS} photos and {MOST_TEXT:,} letters.",
                f"照片最多{MOST_PHOTOS}张，文字最多{MOST_TEXT:,}字。",
            ),
        ),
        (
            bool(missing),
            Text(
                f"{counted(len(missing), 'photo has', 'photos have')} not arrived.", f"有{len(missing)}张照片尚未收到。"
            ),
            Text("Send the photos first, then the report.", "请先发送照片，再发送报告。"),
        ),
    )


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text).int)
    except ValueError:
        return False
