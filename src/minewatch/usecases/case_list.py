"""The list of cases: filtered, counted, sorted and paged over thousands, for one person's divisions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from minewatch.casework.case_state import CaseStatus
from minewatch.model.actors import Actor, covers
from minewatch.model.case_views import CaseListView, CaseRow, Facet
from minewatch.model.errors import InputError
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.usecases.case_index import CaseLine, readable_lines
from minewatch.usecases.case_words import OUTCOMES, STATE_BADGES
from minewatch.usecases.casework_pages import STATES
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import cases_label
from minewatch.usecases.time_left import left

PAGE_SIZE, MOST_A_PAGE = 50, 500

FLAGS: Mapping[str, tuple[Text, Callable[[CaseLine, str], bool]]] = {
    "overdue": (Text("overdue", "逾期"), lambda line, now: line.overdue(now)),
    "late": (Text("stopped late", "逾期停机"), lambda line, _: line.state.last_outcome == "late"),
    "contradictions": (Text("contradictions", "矛盾"), lambda line, _: line.state.contradictions > 0),
    "resumptions": (Text("resumptions", "复机"), lambda line, _: line.state.resumptions > 0),
    "cannot_tell": (Text("data cannot tell", "数据无法判定"), lambda line, _: line.state.last_outcome == "cannot_tell"),
    "disputed": (Text("disputed", "异议中"), lambda line, _: bool(line.state.disputed)),
    "repeat": (Text("repeat", "再次涉案"), lambda line, _: bool(line.state.repeat_of)),
}
"""What a list can be narrowed to, besides state, place, campaign and words."""

_ORDER: Mapping[str, int] = {str(status): number for number, status in enumerate(CaseStatus)}

SORTS: Mapping[str, Callable[[CaseLine], tuple[Any, ...]]] = {
    "number": lambda line: (line.number,),
    "site": lambda line: (line.state.site, line.number),
    "division": lambda line: (line.division, line.number),
    "kw": lambda line: (line.state.mining_kw if line.state.mining_kw is not None else -1.0, line.number),
    "state": lambda line: (_ORDER[line.state.status], line.number),
    "deadline": lambda line: (line.state.deadline or "9", line.number),
    "outcome": lambda line: (line.state.last_outcome, line.number),
    "contradictions": lambda line: (line.state.contradictions, line.state.resumptions, line.number),
}
"""By what a list can be sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """What is asked of the list. Empty texts do not filter; ``division`` counts with everything below it.

    ``words`` are looked for in number, site and meters, all of them; ``page`` counts from 1.
    """

    campaign: str = ""
    state: str = ""
    division: str = ""
    flag: str = ""
    words: str = ""
    sort: str = "number"
    descending: bool = False
    page: int = 1
    size: int = PAGE_SIZE


def case_list(*, turn: Turn, query: CaseQuery) -> CaseListView:
    """Return one page of the cases the actor may read; a page beyond the last one is the last one.

    Raises ``InputError`` for a sort, a state or a flag that there is not, and for a size outside 1 to 500.
    """
    turn.may("case.read")
    _check(query)
    now = utc_text(turn.at)
    lines = readable_lines(turn.office.log, turn.actor)
    found = _chosen(lines, query, now)
    found.sort(key=SORTS[query.sort], reverse=query.descending)
    pages = max(1, -(-len(found) // query.size))
    page = min(max(query.page, 1), pages)
    shown = found[(page - 1) * query.size : page * query.size]
    named = Names(turn.at.astimezone(turn.office.zone).date())
    return CaseListView(
        rows=tuple(row_of(line, turn=turn, named=named) for line in shown),
        total=len(found),
        page=page,
        pages=pages,
        size=query.size,
        all_kw=sum(line.state.mining_kw or 0.0 for line in found),
        states=_states(_chosen(lines, replace(query, state=""), now)),
        counties=_counties(_chosen(lines, replace(query, division=""), now), named),
        campaigns=_campaigns(turn, _chosen(lines, replace(query, campaign=""), now)),
        flags=_flags(_chosen(lines, replace(query, flag=""), now), now),
        simulated=cases_label(turn.office, lines) is not None,
    )


def _check(query: CaseQuery) -> None:
    for value, known, what in (
        (query.sort, SORTS, Text("order", "排序方式")),
        (query.state, _ORDER, Text("state", "状态")),
        (query.flag, FLAGS, Text("filter", "筛选条件")),
    ):
        if value and value not in known:
            raise InputError(
                Text(f"{value!r} is no {what.en} of cases.", f"“{value}”不是案件的{what.zh}。"),
                remedy=Text(f"It can be: {', '.join(known)}.", f"可用：{'、'.join(known)}。"),
            )
    if not query.sort or not 1 <= query.size <= MOST_A_PAGE:
        raise InputError(
            Text(
                f"A page of {query.size} cases by {query.sort!r} cannot be.",
                f"不能按“{query.sort}”每页列出 {query.size} 件案件。",
            ),
            remedy=Text(f"Ask for 1 to {MOST_A_PAGE}.", f"请取 1 到 {MOST_A_PAGE}。"),
        )


def _chosen(lines: Iterable[CaseLine], query: CaseQuery, now: str) -> list[CaseLine]:
    words = query.words.casefold().split()
    flagged = FLAGS[query.flag][1] if query.flag else None
    return [
        line
        for line in lines
        if (not query.state or line.state.status == query.state)
        and (not query.campaign or line.campaign == query.campaign)
        and (not query.division or covers(query.division, line.division))
        and (flagged is None or flagged(line, now))
        and all(word in line.text for word in words)
    ]


class Names:
    """Names of divisions on a day, each looked up once; a code that is not known names itself."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[str, Text] = {}

    def of(self, code: str) -> Text:
        """Return the name of a division."""
        if code not in self._known:
            try:
                self._known[code] = divisions.name_of(code, self._on)
            except InputError:
                self._known[code] = Text(code, code)
        return self._known[code]


def row_of(line: CaseLine, *, turn: Turn, named: Names) -> CaseRow:
    """Return a case as a row of a list, as it stands now."""
    return CaseRow(
        id=line.id,
        number=line.number,
        site=line.state.site,
        division=line.division,
        place=named.of(line.division),
        campaign=line.campaign,
        kw=line.state.mining_kw,
        status=line.state.status.value,
        status_text=Text(line.state.status.replace("_", " "), STATES[line.state.status][1]),
        badge=STATE_BADGES.get(line.state.status, "info"),
        left=left(line.state.deadline, line.state.zone, now=turn.at) if line.state.deadline else None,
        overdue=line.overdue(utc_text(turn.at)),
        outcome=line.state.last_outcome,
        outcome_text=OUTCOMES.get(line.state.last_outcome, Text(line.state.last_outcome, line.state.last_outcome)),
        contradictions=line.state.contradictions,
        resumptions=line.state.resumptions,
        disputed=line.state.disputed,
        repeat=bool(line.state.repeat_of),
    )


def state_facets(lines: Iterable[CaseLine]) -> tuple[Facet, ...]:
    """Count cases by state, in the order of the procedure; states without a case are left out."""
    return _states(lines)


def _states(lines: Iterable[CaseLine]) -> tuple[Facet, ...]:
    counts = Counter(line.state.status for line in lines)
    return tuple(
        Facet(str(status), Text(status.replace("_", " "), STATES[status][1]), counts[status], STATE_BADGES[status])
        for status in CaseStatus
        if counts[status]
    )


def _counties(lines: Sequence[CaseLine], named: Names) -> tuple[Facet, ...]:
    counts = Counter(line.division for line in lines)
    return tuple(Facet(code, named.of(code), counts[code]) for code in sorted(counts))


def _campaigns(turn: Turn, lines: Sequence[CaseLine]) -> tuple[Facet, ...]:
    counts = Counter(line.campaign for line in lines)
    titles = titles_of(turn)
    return tuple(
        Facet(name, Text(titles.get(name, name), titles.get(name, name)), counts[name]) for name in sorted(counts)
    )


def titles_of(turn: Turn) -> dict[str, str]:
    """Return the title of every campaign by its name."""
    rows = turn.office.log.read_rows("campaigns")
    return {str(row["id"]).removeprefix("campaign-"): str(row["title"]) for row in rows}


def _flags(lines: Sequence[CaseLine], now: str) -> tuple[Facet, ...]:
    return tuple(Facet(name, text, sum(test(line, now) for line in lines)) for name, (text, test) in FLAGS.items())


def overlaps(actor: Actor, region: Iterable[str]) -> bool:
    """Whether a person's divisions and a region have a place in common."""
    return any(covers(own, one) or covers(one, own) for own in actor.divisions for one in region)
