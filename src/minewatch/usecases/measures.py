"""Categories decide measures: what an instrument offers for a case, who acts under which clause, and what was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from minewatch.casework.commands import Command, SetCategories, TakeMeasure
from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Text
from minewatch.policy.basis import without_effect
from minewatch.policy.consequences import category, consequences
from minewatch.usecases.cases import Receipt, act_on_many, case_state
from minewatch.usecases.legal_bases import Resting, rest_on
from minewatch.usecases.office import Turn


@dataclass(frozen=True, slots=True)
class Offer:
    """One measure that a category of an instrument leads to; ``acting`` is who acts by its words, empty where it names none."""

    id: str
    category: str
    category_text: Text
    text: Text
    acting: str
    law: Text | None
    section: str
    taken: bool


def category_key(pack: str, identity: str) -> str:
    """Return the name of a category in a case: ``pack/category``."""
    return f"{pack}/{identity}"


def set_categories(
    *, turn: Turn, cases: Sequence[str], pack: str, categories: Sequence[str], reason: str, by: str
) -> tuple[Receipt, ...]:
    """Say which categories of the pack the cases fall under (several at once); those of other packs stay.

    Raises ``RuleError`` for an instrument that had no effect that day; a draft or a reported one may be rehearsed, since
    only the measures that follow are steps against somebody.
    """
    for case in cases:
        turn.may("case.categories", case_state(turn.office.log, case).jurisdiction)
    held = turn.office.library.get(pack)
    on = turn.at.astimezone(turn.office.zone).date()
    if without_effect(held, on):
        raise RuleError(
            Text(f"{pack} had no effect on {on}: nothing falls under it.", f"{pack} 于 {on} 未生效，不能据以归类。"),
            remedy=Text(
                "Name an instrument of that day: minewatch policy map --on DAY.",
                "请改用当日有效的文件：minewatch policy map --on 日期。",
            ),
        )
    fresh = [category_key(pack, category(held.pack, one).id) for one in categories]
    commands: list[tuple[str, Command]] = []
    for case in cases:
        kept = [one for one in case_state(turn.office.log, case).categories if not one.startswith(f"{pack}/")]
        commands.append((case, SetCategories(categories=(*kept, *fresh), reason=reason, by=by)))
    return act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands)


def offers(*, turn: Turn, case: str, pack: str) -> tuple[Offer, ...]:
    """Return the measures that the pack sets for the case's categories, in the order of the pack."""
    state = case_state(turn.office.log, case)
    turn.may("case.read", state.jurisdiction)
    held = turn.office.library.get(pack)
    on = turn.at.astimezone(turn.office.zone).date()
    found = []
    for key in state.categories:
        if not key.startswith(f"{pack}/"):
            continue
        follows = consequences(held, key.removeprefix(f"{pack}/"), on)
        for measure in follows.measures:
            actors = [held.pack.party(one) for one in measure.actors]
            found.append(
                Offer(
                    id=measure.id,
                    category=follows.category.id,
                    category_text=follows.category.text,
                    text=measure.text,
                    acting="; ".join(f"{one.zh} {one.en}" for one in actors),
                    law=None if measure.law is None else measure.law.text,
                    section=measure.ref.at,
                    taken=f"{pack}/{measure.id}" in state.measures,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class MeasureOrder:
    """Which measures of a pack are taken, by whom decided, who acts where the pack names nobody (or somebody else does)."""

    pack: str
    measures: tuple[str, ...]
    by: str
    acting: str = ""
    because: str = ""
    amount_cny: str = ""
    note: str = ""


def take_measures(*, turn: Turn, case: str, order: MeasureOrder) -> tuple[Receipt, ...]:
    """Take measures that the pack sets for the case's categories, in one transaction; each names who acts and its clause.

    Raises ``RuleError`` for a measure the categories do not lead to, and for an instrument that is no legal basis that day
    unless ``because`` says why ``by`` uses it; ``InputError`` where nobody is named to act.
    """
    turn.may("case.measure", case_state(turn.office.log, case).jurisdiction)
    resting = rest_on(turn=turn, pack=order.pack, by=order.by, because=order.because)
    known = {offer.id: offer for offer in offers(turn=turn, case=case, pack=order.pack)}
    commands: list[tuple[str, Command]] = []
    for name in order.measures:
        if name not in known:
            raise RuleError(
                Text(
                    f"{order.pack} sets no measure {name} for the categories of {case}.",
                    f"{order.pack} 对 {case} 的类别未规定措施 {name}。",
                ),
                remedy=Text(
                    f"It sets: {', '.join(known) or 'none; set the categories first'}.",
                    f"可采取：{'、'.join(known) or '无，请先确定类别'}。",
                ),
            )
        commands.append((case, _command(resting, known[name], order)))
    return act_on_many(log=turn.office.log, actor=turn.actor, at=turn.at, commands=commands)


def _command(resting: Resting, offer: Offer, order: MeasureOrder) -> TakeMeasure:
    acting = order.acting or offer.acting
    pack = resting.basis.pack
    if not acting:
        raise InputError(
            Text(f"{pack} does not say who acts on {offer.id}.", f"{pack} 未写明 {offer.id} 的实施主体。"),
            remedy=Text("Name the body with --acting.", "请用 --acting 写明实施单位。"),
        )
    return TakeMeasure(
        measure=f"{pack}/{offer.id}",
        category=category_key(pack, offer.category),
        basis=resting.at(offer.section),
        acting_body=acting,
        by=order.by,
        amount_cny=order.amount_cny,
        note=order.note,
        exception_reason=resting.basis.exception_reason,
    )
