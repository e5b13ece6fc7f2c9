"""What the forms of a page of a case offer: instruments with deadlines and sections, categories, measures with their clauses."""

from datetime import date

from minewatch.casework.case_state import CaseState
from minewatch.model.case_views import CaseChoices, CategoryChoice, MeasureRow, PackChoice
from minewatch.model.text import Text
from minewatch.policy.basis import doubts, without_effect
from minewatch.policy.deadlines import due
from minewatch.policy.library import Held
from minewatch.policy.schema import Deadline, Pack
from minewatch.policy.terms import STATUS
from minewatch.usecases.cases import case_state
from minewatch.usecases.measures import category_key, offers
from minewatch.usecases.office import Turn


def case_choices(*, turn: Turn, case: str) -> CaseChoices:
    """Return what the forms of a case offer today; packs without effect that day are left out, the nearest place's first."""
    state = case_state(turn.office.log, case)
    turn.may("case.read", state.jurisdiction)
    on = turn.at.astimezone(turn.office.zone).date()
    library = turn.office.library
    standing = {item.pack.id for item in library.standing(on, state.jurisdiction)}
    drafts = {item.pack.id for item in library.drafts(on, state.jurisdiction)}
    near = [item for item in library.all() if item.pack.id in standing | drafts and not without_effect(item, on)]
    near.sort(key=lambda item: (bool(doubts(item, on)), item.pack.jurisdiction.code == "000000", item.pack.id))
    return CaseChoices(
        packs=tuple(_pack(item, on, turn) for item in near),
        categories=tuple(
            CategoryChoice(item.pack.id, one.id, one.text, held=category_key(item.pack.id, one.id) in state.categories)
            for item in near
            for one in item.pack.categories
        ),
        measures=_measures(turn, state, on),
    )


def _pack(item: Held, on: date, turn: Turn) -> PackChoice:
    return PackChoice(
        id=item.pack.id,
        title=Text(item.pack.title.en, item.pack.title.zh),
        status=STATUS[item.pack.status.value],
        legal=not doubts(item, on),
        deadlines=tuple((one.id, _told(one, turn)) for one in item.pack.deadlines),
        sections=_sections(item.pack),
    )


def _told(deadline: Deadline, turn: Turn) -> Text:
    if deadline.at is None:
        return Text(deadline.en, deadline.zh)
    falls = due(deadline)
    mark = "" if falls > turn.at else " (passed)"
    zh = "" if falls > turn.at else "（已过）"
    return Text(f"{deadline.en}, {falls:%Y-%m-%d %H:%M}{mark}", f"{deadline.zh}，{falls:%Y-%m-%d %H:%M}{zh}")


def _sections(pack: Pack) -> tuple[str, ...]:
    cited = (
        [one.ref.at for one in pack.measures]
        + [one.ref.at for one in pack.deadlines]
        + [one.ref.at for one in pack.categories]
    )
    return tuple(dict.fromkeys(cited))


def _measures(turn: Turn, state: CaseState, on: date) -> tuple[MeasureRow, ...]:
    library = turn.office.library
    found = []
    for pack in dict.fromkeys(key.partition("/")[0] for key in state.categories):
        held = library.get(pack)
        found += [
            MeasureRow(
                pack=pack,
                measure=one.id,
                category=one.category,
                category_text=one.category_text,
                text=one.text,
                acting=one.acting,
                law=one.law,
                section=one.section,
                taken=one.taken,
                legal=not doubts(held, on),
                standing=STATUS[held.pack.status.value],
            )
            for one in offers(turn=turn, case=state.id, pack=pack)
        ]
    return tuple(found)
