"""Triage: what may be decided about a finding, the catalogue of reasons to dismiss one, and when a dismissed one comes back.

A decision is about a meter and is kept in the ledger with the frozen summary of the finding it was made on. A later run
finds the same meter again: the decision holds for it too, unless the finding has grown (:data:`GROWN_BY`,
:data:`GROWN_TIMES`) or, where a case was closed, the load still runs in readings made after the closing. Then the finding
comes back to be looked at and says what was decided before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from minewatch.model.text import Text

GROWN_BY = 0.15
"""A dismissed finding comes back when its probability rose by this much; our choice."""
GROWN_TIMES = 1.5
"""... or when its estimated mining power rose to this multiple; our choice."""
NOTICED = 0.1
"""Below this probability nothing is noticeable; such a meter is not offered for triage of its own accord."""

STATUSES: Mapping[str, Text] = {
    "open": Text("to be looked at", "待研判"),
    "again": Text("back again", "再次出现"),
    "accepted": Text("accepted, no case yet", "已采信，未立案"),
    "dismissed": Text("dismissed", "已排除"),
    "case": Text("has a case", "已立案"),
    "closed": Text("case closed", "案件已结"),
}
"""What may stand beside a finding, as it is filtered and shown."""

TODO = ("open", "again")
"""Statuses of findings that wait for somebody."""


@dataclass(frozen=True, slots=True)
class DismissReason:
    """One reason to dismiss a finding.

    ``lawful`` tells whether it says that the load is no mine (and so teaches the detector), or only that nothing can be
    said or done now (and so teaches nothing). ``note_needed``: the reason says nothing without words of one's own.
    """

    code: str
    name: Text
    lawful: bool
    note_needed: bool = False


DISMISS_REASONS: Mapping[str, DismissReason] = {
    reason.code: reason
    for reason in (
        DismissReason(
            "data_centre", Text("registered data centre or server room", "备案的数据中心或机房"), lawful=True
        ),
        DismissReason("telecom", Text("telecom mast or exchange", "通信基站或通信机房"), lawful=True),
        DismissReason("cold_store", Text("cold store or refrigeration", "冷库或制冷设备"), lawful=True),
        DismissReason("pumps", Text("pumps, ventilation or water works", "水泵、风机或水处理"), lawful=True),
        DismissReason(
            "lighting", Text("greenhouse, street or other timed lights", "温室补光、路灯等定时照明"), lawful=True
        ),
        DismissReason("heating", Text("electric or storage heating", "电采暖或蓄热"), lawful=True),
        DismissReason("charging", Text("vehicle charging", "电动汽车充电"), lawful=True),
        DismissReason("process", Text("works or shop that runs around the clock", "连续生产或24小时营业"), lawful=True),
        DismissReason("visited", Text("visited: nothing found", "现场核查未发现挖矿"), lawful=True),
        DismissReason("data_fault", Text("fault of the meter or its data", "计量或数据异常"), lawful=False),
        DismissReason("too_small", Text("too small to be worth a visit", "规模过小，不值得现场核查"), lawful=False),
        DismissReason("elsewhere", Text("dealt with elsewhere", "已由其他部门处理"), lawful=False),
        DismissReason("other", Text("another reason, in words", "其他原因（请说明）"), lawful=False, note_needed=True),
    )
}
"""Reasons to dismiss a finding, by code; the codes stand in the ledger and are never given another meaning."""
