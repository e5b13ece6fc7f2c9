"""Who acts: a name, roles, and the divisions they act for. What a role may do stands in ``PERMISSIONS``, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do."""

    ANALYST = "analyst"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person: ``divisions`` are GB/T 2260 codes; an empty tuple means no division, ``("000000",)`` the whole country.

    A code covers everything below it: 510000 covers 511800 covers 511802.
    """

    name: str
    roles: frozenset[Role]
    divisions: tuple[str, ...]


WHOLE_COUNTRY = "000000"

_A, _I, _S, _AU, _AD = Role.ANALYST, Role.INSPECTOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "finding.read": frozenset({_A, _I, _S, _AU}),
    "finding.triage": frozenset({_A, _S}),
    "model.fit": frozenset({_A, _S}),
    "model.choose": frozenset({_S}),
    "case.open": frozenset({_A, _S}),
    "case.categories": frozenset({_S}),
    "case.notice": frozenset({_S}),
    "case.letter": frozenset({_S}),
    "case.money": frozenset({_A, _S}),
    "case.extend": frozenset({_S}),
    "case.return": frozenset({_A, _I, _S}),
    "case.verify": frozenset({_A, _S}),
    "case.visit": frozenset({_I, _S}),
    "case.measure": frozenset({_S}),
    "case.lift": frozenset({_S}),
    "case.dispute": frozenset({_A, _I, _S}),
    "case.settle": frozenset({_S}),
    "case.restore": frozenset({_S}),
    "case.refer": frozenset({_S}),
    "case.close": frozenset({_S}),
    "case.read": frozenset({_A, _I, _S, _AU}),
    "case.export": frozenset({_S, _AU}),
    "case.plan": frozenset({_A, _I, _S}),
    "tip.add": frozenset({_A, _I, _S}),
    "tip.read": frozenset({_S}),
    "campaign.open": frozenset({_S}),
    "campaign.duty": frozenset({_S}),
    "campaign.extend": frozenset({_S}),
    "campaign.return": frozenset({_A, _S}),
    "campaign.close": frozenset({_S}),
    "campaign.read": frozenset({_A, _I, _S, _AU}),
    "draw.commit": frozenset({_S}),
    "draw.draw": frozenset({_S}),
    "personal.read": frozenset({_I, _S}),
    "personal.erase": frozenset({_AD}),
    "ledger.verify": frozenset({_AU, _AD, _S}),
    "ledger.anchor": frozenset({_AU, _AD, _S}),
    "ledger.rebuild": frozenset({_AD}),
    "ledger.export": frozenset({_AU, _AD}),
    "actor.manage": frozenset({_AD}),
    "audit.read": frozenset({_S, _AU, _AD}),
    "law.read": frozenset({_A, _I, _S, _AU, _AD}),
    "grid.read": frozenset({_A, _I, _S, _AU}),
    "data.read": frozenset({_A, _S, _AU, _AD}),
    "data.import": frozenset({_A, _S, _AD}),
}
"""What may be done by whom."""


def stem_of(division: str) -> str:
    """Return what every code in ``division`` begins with: ``5118`` for 511800, nothing for the whole country."""
    stem = division
    while stem.endswith("00"):
        stem = stem[:-2]
    return stem


def covers(division: str, other: str) -> bool:
    """Tell whether ``division`` is ``other`` or contains it, by the code's two-digit levels."""
    return other.startswith(stem_of(division))


def allowed(actor: Actor, action: str, division: str) -> bool:
    """Tell whether ``actor`` may do ``action`` in ``division`` (empty: an action that belongs to no place).

    Raises ``KeyError`` for an action that is not in the table.
    """
    if not PERMISSIONS[action] & actor.roles:
        return False
    return not division or any(covers(own, division) for own in actor.divisions)
