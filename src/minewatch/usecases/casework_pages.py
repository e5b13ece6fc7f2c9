"""``docs/casework.md``: the states of a case and what may be done in each, from the table that decides it."""

import re

from minewatch.casework.case import EVENT_NAMES, STOPPED_WHILE_DISPUTED, TRANSITIONS
from minewatch.casework.case_state import CaseStatus
from minewatch.casework.commands import ReferralTarget, StopOutcome
from minewatch.model.actors import PERMISSIONS
from minewatch.usecases.cases import ACTIONS
from minewatch.usecases.returns import ANSWERS, FIELDS
from minewatch.usecases.sites import SITE_FIELDS

STATES = {
    CaseStatus.NEW: ("not opened yet", "未立案"),
    CaseStatus.SUSPECTED: ("a site is suspected, nobody was told", "疑似"),
    CaseStatus.NOTICED: ("a notice was served, its deadline runs", "已通知"),
    CaseStatus.SELF_INSPECTING: ("a return came in", "自查中"),
    CaseStatus.STOPPED: ("the data says it stopped; off, awaiting decision", "已停机，待处理"),
    CaseStatus.NOT_STOPPED: ("the data or a return says it runs", "未停机"),
    CaseStatus.VERIFIED: ("a later look confirmed the stop", "复核停机"),
    CaseStatus.MEASURES: ("measures were taken", "已采取措施"),
    CaseStatus.RESTORED: ("supply was given back by a named person", "已恢复供电"),
    CaseStatus.REFERRED: ("handed to another body", "已移送"),
    CaseStatus.CLOSED: ("closed with a reason", "已结案"),
}

HEAD = """# Cases: states, steps, forms

Generated from `casework/case.py` by `make docs`; do not edit by hand. How a case goes in practice: [Ya'an](yaan.md).

A case belongs to one site. It is opened on a finding, a list or a tip, and every step is an event in the ledger with who did
it, who decided it and the clause it rests on. Software ranks and keeps the record; people decide.
"""


def casework_page() -> str:
    """Return ``docs/casework.md``."""
    lines = [HEAD, "## States", "", "| state | 中文 | meaning |", "|---|---|---|"]
    lines += [f"| `{state}` | {STATES[state][1]} | {STATES[state][0]} |" for state in CaseStatus]
    lines += ["", "## What may be done in which state", ""]
    states = [state for state in CaseStatus if state is not CaseStatus.NEW]
    lines.append("| step | event | who may | " + " | ".join(f"{state.replace('_', ' ')}" for state in states) + " |")
    lines.append("|---|---|---|" + "---|" * len(states))
    for command, allowed in TRANSITIONS.items():
        who = ", ".join(sorted(PERMISSIONS[ACTIONS[command]]))
        marks = " | ".join("●" if state in allowed else "" for state in states)
        lines.append(f"| {_words(command.__name__)} | `{EVENT_NAMES[command]}` | {who} | {marks} |")
    waits = ", ".join(_words(command.__name__) for command in STOPPED_WHILE_DISPUTED)
    lines += [
        "",
        f"`open case` begins a case. A dispute is a flag beside the state; while it is open, these wait: {waits}.",
        "A mistaken identity that is upheld ends measures against that party for good; so does a dispute that nothing mines",
        "there. A return that says so (`not_mining`, `nil`) is such a dispute, no contradiction, whether the load runs on or",
        "not; where it runs on, the dispute is settled only after an inspection.",
        "",
        "Two events follow by themselves: `case.contradiction_found/1`, when a return or a visit and the data disagree, and",
        "`case.resumed/1`, when a stopped site runs again, which sets the case back to `not_stopped`.",
        "",
        "A stop is `late` only when its earliest possible time lies after the deadline; where the load is off and the readings",
        "leave the side open, the verdict is `cannot_tell` with both times, and the case counts as stopped. A case is overdue",
        "by the time its load stopped, whenever that was verified.",
        "",
        "The data's verdicts: " + ", ".join(f"`{one}`" for one in StopOutcome) + ".",
        "Referral goes to: " + ", ".join(f"`{one}`" for one in ReferralTarget) + ".",
        "",
        "## Files that are read",
        "",
        "CSV (any encoding a Chinese or Western office writes) or XLSX, headings in either language, one line a site. A title",
        "above the headings and columns that are not known are passed over. A line that cannot be used is told by file, line,",
        "column, value and remedy; the others are taken.",
        "",
        "| site list (`case open --sites`) | headings | needed |",
        "|---|---|---|",
        *(f"| `{one.name}` | {', '.join(one.headings)} | {'yes' if one.needed else ''} |" for one in SITE_FIELDS),
        "",
        "| returns (`case return --file`) | headings | needed |",
        "|---|---|---|",
        *(f"| `{one.name}` | {', '.join(one.headings)} | {'yes' if one.needed else ''} |" for one in FIELDS),
        "",
        "A return says one of: " + ", ".join(f"{word} (`{kind}`)" for word, kind in ANSWERS.items()) + ".",
    ]
    return "\n".join(lines) + "\n"


def _words(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
