"""May this instrument be the legal basis of a step against somebody? The one rule, as a pure function.

Drafts, reported-only instruments, statements of policy and what was not in force on the day can be rehearsed. As the
basis of a notice, a measure or a referral they are refused, unless a named person takes it on themselves and records
why; an instrument that had no effect at all on the day is refused in any case.
"""

from dataclasses import dataclass
from datetime import date

from minewatch.model.errors import RuleError
from minewatch.model.text import Text
from minewatch.policy.library import Held
from minewatch.policy.terms import NOT_A_LEGAL_BASIS, STATUS, Status


@dataclass(frozen=True, slots=True)
class TakenOn:
    """A named person's recorded reason for using an instrument that is no law by itself."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What a step writes down: pack, its version, its status that day and, where one was needed, who took it on."""

    pack: str
    version: str
    status: Status
    on: date
    taken_on: TakenOn | None

    @property
    def exception_reason(self) -> str:
        """Why somebody took the instrument on; empty where none had to."""
        return self.taken_on.reason if self.taken_on else ""


def doubts(held: Held, on: date) -> tuple[Text, ...]:
    """Why the pack is no legal basis by itself ``on`` that day; empty when it is one."""
    found = []
    if not held.pack.in_force(on):
        found.append(Text(f"it had no effect on {on}", f"{on} 当日未生效"))
    status = held.pack.status.value
    if status in NOT_A_LEGAL_BASIS - {Status.REPEALED}:
        found.append(Text(f"its status is: {STATUS[status].en}", f"其状态为：{STATUS[status].zh}"))
    return tuple(found)


def without_effect(held: Held, on: date) -> bool:
    """Whether nobody can rest anything on the pack ``on`` that day: it had no effect, and is no draft to be tried out."""
    return not held.pack.in_force(on) and held.pack.status.value is not Status.DRAFT


def legal_basis(held: Held, on: date, taken_on: TakenOn | None = None) -> LegalBasis:
    """Return the basis to write into a step dated ``on``, or refuse with ``RuleError``.

    ``taken_on`` is needed, with a name and a reason, whenever :func:`doubts` finds any.
    """
    pack = held.pack.id
    if without_effect(held, on):
        raise RuleError(
            Text(
                f"{pack} cannot be the legal basis of a step dated {on}: it had no effect on that day.",
                f"{pack} 不能作为 {on} 的法定依据：该日未生效。",
            ),
            remedy=Text(
                "Date the step within the instrument's validity or name another instrument: minewatch policy map --on DAY.",
                "请在文件有效期内办理，或改用其他文件：minewatch policy map --on 日期。",
            ),
        )
    why = doubts(held, on)
    if not why:
        return LegalBasis(pack, held.version, held.pack.status.value, on, None)
    if taken_on is None or not taken_on.person.strip() or not taken_on.reason.strip():
        raise RuleError(
            Text(
                f"{pack} cannot be the legal basis of a step: {'; '.join(item.en for item in why)}.",
                f"{pack} 不能作为法定依据：{'；'.join(item.zh for item in why)}。",
            ),
            remedy=Text(
                "Rehearse with it, name an instrument that is in force, or let a named person record why it is used.",
                "可用于演练；或改用现行有效的文件；或由具名人员记录采用理由。",
            ),
        )
    return LegalBasis(pack, held.version, held.pack.status.value, on, taken_on)
