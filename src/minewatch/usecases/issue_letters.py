"""Issue a letter that is no notice: the event, the document and the document's digest in the event, all at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from minewatch.casework.case import decide
from minewatch.casework.commands import IssueLetter
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import StoredEvent, canonical_json, utc_text
from minewatch.model.letters import LetterKind
from minewatch.model.text import Language, Text
from minewatch.usecases.cases import Receipt, act, case_state
from minewatch.usecases.legal_bases import rest_on
from minewatch.usecases.letters import OWN_EVENT, LetterOrder, compose, surcharge_words
from minewatch.usecases.office import Turn


@dataclass(frozen=True, slots=True)
class LetterToIssue:
    """A letter somebody issues: which kind, on which section of which pack, by when, decided by whom.

    ``given`` are values of fields (issuer, contact, ask, addressee …) that win over ours; ``because`` is why an instrument is
    used that is no legal basis by itself.
    """

    kind: LetterKind
    pack: str
    section: str
    number: str
    by: str
    language: Language
    until: datetime | None = None
    how: str = "in person"
    because: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


def issue(*, turn: Turn, case: str, order: LetterToIssue) -> tuple[Receipt, bytes]:
    """Record the letter and return it as .docx; the event names its SHA-256, so that it can lie in the case's bundle.

    Raises ``InputError`` for a kind that tells another event or a field without value, ``RuleError`` for a deadline that has
    passed, a pack that is no legal basis and a surcharge that it does not set.
    """
    if order.kind not in OWN_EVENT:
        raise InputError(
            Text(f"A letter of kind {order.kind} tells a step of the case.", f"{order.kind} 类文书须随案件步骤出具。"),
            remedy=Text(
                "Take the step (case notice, refer, restore), then write it: minewatch paper notice.",
                "请先办理该步骤（case notice、refer、restore），再用 minewatch paper notice 出具。",
            ),
        )
    state = case_state(turn.office.log, case)
    turn.may("case.letter", state.jurisdiction)
    if order.until is None and order.kind is not LetterKind.SELF_INSPECTION:
        raise InputError(
            Text("The letter needs its deadline.", "该文书须写明期限。"),
            remedy=Text("Give it with --until.", "请用 --until 给出。"),
        )
    if order.until is not None and order.until <= turn.at:
        raise RuleError(
            Text(
                "The deadline has passed; nobody can meet one that lies in the past.",
                "期限已过，无人能在过去的时间完成。",
            ),
            remedy=Text("Give a later one with --until.", "请用 --until 给出更晚的期限。"),
        )
    resting = rest_on(turn=turn, pack=order.pack, by=order.by, because=order.because)
    surcharge = ""
    if order.kind is LetterKind.SURCHARGE:
        day = turn.at.astimezone(turn.office.zone)
        surcharge = order.given.get("surcharge") or surcharge_words(resting.held, order.pack, day, order.language)
    command = IssueLetter(
        kind=order.kind.value,
        number=order.number,
        addressee=order.given.get("addressee", state.site),
        basis=resting.at(order.section),
        issued_at=turn.at,
        how=order.how,
        by=order.by,
        zone=turn.office.workspace.zone,
        deadline=order.until,
        asks=order.given.get("ask", ""),
        surcharge=surcharge,
        exception_reason=resting.basis.exception_reason,
    )
    (new,) = decide(state, command)
    rule = canonical_json([new.rule.pack, new.rule.version, new.rule.section]) if new.rule else ""
    data = canonical_json(dict(new.data))
    version, at = state.version + 1, utc_text(turn.at)
    told = StoredEvent(0, case, version, new.name, at, turn.actor.name, "case.letter", rule, data, "", "")
    paper = LetterOrder(case=case, kind=order.kind, language=order.language, given=order.given)
    content = compose(turn=turn, state=state, order=paper, told=told)
    digested = replace(command, document_digest=hashlib.sha256(content).hexdigest())
    return act(log=turn.office.log, actor=turn.actor, at=turn.at, case=case, command=digested), content
