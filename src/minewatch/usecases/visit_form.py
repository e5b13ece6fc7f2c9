"""What an inspector needs on site: the case in short, the check-list, who may go along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from minewatch.model.actors import Role, allowed
from minewatch.model.case_views import CaseRow, TimelineEntry
from minewatch.model.text import Text
from minewatch.usecases.access import actors
from minewatch.usecases.case_page import case_page
from minewatch.usecases.cases import case_state
from minewatch.usecases.office import Turn
from minewatch.usecases.photos import MOST_BYTES
from minewatch.usecases.visit_reports import MOST_PHOTOS

CHECKS: Mapping[str, Text] = {
    "racks or machines present": Text("Racks or machines present", "现场有机架或矿机"),
    "fans or cooling running": Text("Fans or cooling running", "风机或冷却设备在运行"),
    "network line connected": Text("Network line connected", "网络线路已接通"),
    "meter and seal intact": Text("Meter and seal intact", "电表及封印完好"),
    "line before the meter": Text("A line that bypasses the meter", "有绕越计量的线路"),
    "supply switch off": Text("Supply switch off", "供电开关已断开"),
    "told of the right to object": Text("The person there was told that they can object", "已告知在场人员可以提出异议"),
}
"""The check-list; the key goes on record with the answer."""

LAST_EVENTS = 4


@dataclass(frozen=True, slots=True)
class VisitForm:
    """The page of a visit: ``colleagues`` are the inspectors who may go there, ``offset`` the zone's, in minutes."""

    row: CaseRow
    meters: tuple[str, ...]
    location: str
    summary: str
    last: tuple[TimelineEntry, ...]
    checks: tuple[tuple[str, Text], ...]
    colleagues: tuple[str, ...]
    offset: int
    most_bytes: int
    most_photos: int
    possible: bool
    deadline: str


def visit_form(*, turn: Turn, case: str) -> VisitForm:
    """Return the page of a visit; ``RuleError`` for who may not visit there.

    ``possible`` is false where the procedure takes no visits any more (a closed case).
    """
    state = case_state(turn.office.log, case)
    turn.may("case.visit", state.jurisdiction)
    page = case_page(turn=turn, case=case)
    return VisitForm(
        row=page.row,
        meters=page.meters,
        location=page.location,
        summary=page.summary,
        last=tuple(reversed(page.timeline[-LAST_EVENTS:])),
        checks=tuple(CHECKS.items()),
        colleagues=tuple(
            one.name
            for one in actors(log=turn.office.log)
            if Role.INSPECTOR in one.roles and allowed(one, "case.visit", state.jurisdiction)
        ),
        offset=offset_minutes(turn),
        most_bytes=MOST_BYTES,
        most_photos=MOST_PHOTOS,
        possible="case.visit" in page.actions,
        deadline=page.row.left.local if page.row.left else "",
    )


def offset_minutes(turn: Turn) -> int:
    """Return the workspace's zone now as minutes east of Greenwich."""
    return int((turn.at.astimezone(turn.office.zone).utcoffset() or timedelta()) / timedelta(minutes=1))
