"""Tips from the public: the hotline's categories, and the informant kept secret.

The ledger holds that a tip came in, its category and place. What was said and who said it are personal data, kept apart by
key: only a supervisor of the place may read them, each reading is recorded, and an administrator can erase them.
"""

from dataclasses import dataclass

from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import JsonValue, NewEvent
from minewatch.model.text import Text
from minewatch.policy.consequences import category
from minewatch.usecases.access import append_anyhow
from minewatch.usecases.office import Turn

TIP = "tip-"
HOTLINE = "cn-nm-hotline-20210518"
"""The hotline notice whose four categories are taken unless another pack is named."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One tip as it comes in; ``informant`` may be empty: anonymous."""

    category: str
    division: str
    what: str
    informant: str
    contact: str = ""
    pack: str = HOTLINE


def categories(turn: Turn, pack: str = HOTLINE) -> tuple[tuple[str, Text], ...]:
    """Return the categories of tips the pack takes."""
    return tuple((one.id, one.text) for one in turn.office.library.get(pack).pack.categories)


def add_tip(*, turn: Turn, tip: Tip, fresh: str) -> str:
    """Record a tip and return its id. ``fresh`` is a random text that names the personal data.

    Raises ``InputError`` for a category the hotline does not take or a tip that says nothing.
    """
    turn.may("tip.add", tip.division)
    held = turn.office.library.get(tip.pack)
    known = category(held.pack, tip.category)
    if not tip.what.strip():
        raise InputError(
            Text("The tip says nothing.", "举报没有内容。"),
            remedy=Text("Write down what was reported.", "请写明举报内容。"),
        )
    number = 1
    while turn.office.log.stream(f"{TIP}{number}"):
        number += 1
    stream, key = f"{TIP}{number}", f"tip-{fresh}"
    turn.office.log.keep_personal(key, {"what": tip.what, "informant": tip.informant, "contact": tip.contact})
    data: dict[str, JsonValue] = {"pack": tip.pack, "category": known.id, "division": tip.division, "key": key}
    event = NewEvent("tip.received/1", data)
    turn.office.log.append(stream, [event], expected=0, stamp=turn.stamp)
    return stream


def _received(turn: Turn, tip: str) -> dict[str, JsonValue]:
    events = turn.office.log.stream(tip if tip.startswith(TIP) else TIP + tip)
    if not events:
        raise MissingError(
            Text(f"There is no tip {tip}.", f"没有举报 {tip}。"),
            remedy=Text("Give the number that minewatch tip add printed.", "请用 minewatch tip add 给出的编号。"),
        )
    return {"id": events[0].stream, "at": events[0].at, **events[0].payload}


def read_tip(*, turn: Turn, tip: str) -> dict[str, JsonValue]:
    """Return a tip with what was said and who said it, for a supervisor of the place; the reading is recorded."""
    received = _received(turn, tip)
    turn.may("tip.read", str(received["division"]))
    append_anyhow(turn.office.log, str(received["id"]), NewEvent("tip.read/1", {"by": turn.actor.name}), turn.stamp)
    personal = turn.office.log.personal(str(received["key"]))
    secret: dict[str, JsonValue] = personal if personal is not None else {"erased": True}
    return {**received, **secret}


def erase_tip(*, turn: Turn, tip: str) -> bool:
    """Erase what was said and who said it; that a tip came in stays on record. True when there was anything to erase."""
    received = _received(turn, tip)
    turn.may("personal.erase")
    erased = turn.office.log.erase_personal(str(received["key"]))
    append_anyhow(turn.office.log, str(received["id"]), NewEvent("tip.erased/1", {"by": turn.actor.name}), turn.stamp)
    return erased
