"""The legal basis of a step, for every use case that names an instrument: notice, measure, referral, campaign."""

from dataclasses import dataclass

from minewatch.model.errors import RuleError
from minewatch.model.events import RuleReference
from minewatch.model.text import Text
from minewatch.policy.basis import LegalBasis, TakenOn, legal_basis
from minewatch.policy.library import Held
from minewatch.usecases.office import Turn

WAY_OUT = Text("(--because, with --by)", "（--because，并写明 --by）")


@dataclass(frozen=True, slots=True)
class Resting:
    """An instrument in hand as the basis of a step of today: the pack, and what the step writes down."""

    held: Held
    basis: LegalBasis

    def at(self, section: str) -> RuleReference:
        """Return the reference of a step that rests on ``section``."""
        return RuleReference(self.basis.pack, self.basis.version, section)


def rest_on(*, turn: Turn, pack: str, by: str, because: str) -> Resting:
    """Return ``pack`` as the basis of a step of the turn's day in the office's zone.

    Raises ``RuleError`` for an instrument that had no effect that day, and for a draft or a reported one unless ``by`` is
    named and says ``because`` of what it is used; ``InputError`` for a pack that is not in hand.
    """
    held = turn.office.library.get(pack)
    on = turn.at.astimezone(turn.office.zone).date()
    try:
        return Resting(held, legal_basis(held, on, TakenOn(by, because)))
    except RuleError as error:
        raise error.about("", more=WAY_OUT) from error
