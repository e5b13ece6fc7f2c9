"""Packs in hand: ours, shipped as data with the program, and the user's own, which win over ours openly."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from minewatch.model.errors import MissingError
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.policy.checking import read_pack
from minewatch.policy.faults import Fault, PackError
from minewatch.policy.schema import Pack, latest_day
from minewatch.policy.terms import Status


@dataclass(frozen=True, slots=True)
class Held:
    """A pack in hand: where it came from, its version (digest of its text) and which of ours it stands in for."""

    pack: Pack
    version: str
    origin: str
    text: str
    overrides: str | None = None

    @property
    def own(self) -> bool:
        """Whether it is the user's own."""
        return self.origin != "shipped"


def digest(text: str) -> str:
    """Version of a pack: the first 16 hex digits of SHA-256 of its text with line ends as LF."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest()[:16]


class Library:
    """Packs by id. Two packs of one id are a fault, except that the user's own replaces a shipped one."""

    def __init__(self, held: Iterable[Held]) -> None:
        self._held = {item.pack.id: item for item in sorted(held, key=lambda item: item.pack.id)}

    def __len__(self) -> int:
        return len(self._held)

    def all(self) -> tuple[Held, ...]:
        """All packs in the order of their ids."""
        return tuple(self._held.values())

    def get(self, identity: str) -> Held:
        """Return the pack of that id; ``InputError`` naming the ids in hand when there is none."""
        try:
            return self._held[identity]
        except KeyError:
            raise MissingError(
                Text(f"There is no pack {identity!r}.", f"没有文件包“{identity}”。"),
                remedy=Text(f"Use one of: {', '.join(self._held)}.", f"可用的有：{'、'.join(self._held)}。"),
            ) from None

    def standing(self, on: date, code: str) -> tuple[Held, ...]:
        """Every pack whose effect covers ``on`` in division ``code``: its own and those of the divisions above it.

        Drafts are left out; reported instruments are in, each with its status. Ordered from the nation down.
        """
        chain = divisions.ancestors(code)
        found = [item for item in self.all() if self._stands(item.pack, on, chain)]
        return tuple(sorted(found, key=lambda item: (-chain.index(item.pack.jurisdiction.code), item.pack.id)))

    def in_force(self, on: date, code: str) -> tuple[Held, ...]:
        """Return the packs of :meth:`standing` whose status lets them be a legal basis: neither draft nor reported."""
        return tuple(item for item in self.standing(on, code) if item.pack.status.value in _LAW)

    def drafts(self, on: date, code: str) -> tuple[Held, ...]:
        """Drafts made public by ``on`` for the division or one above it."""
        chain = divisions.ancestors(code)
        return tuple(
            item
            for item in self.all()
            if item.pack.status.value is Status.DRAFT
            and item.pack.jurisdiction.code in chain
            and any(latest_day(act.on) <= on for act in item.pack.dates)
        )

    @staticmethod
    def _stands(pack: Pack, on: date, chain: tuple[str, ...]) -> bool:
        return pack.status.value is not Status.DRAFT and pack.jurisdiction.code in chain and pack.in_force(on)


# A repealed instrument was law while it was valid; in_force(on) has already looked at the day.
_LAW = frozenset({Status.IN_FORCE, Status.REPEALED})


@cache
def shipped() -> tuple[Held, ...]:
    """Return the packs that come with the program, checked."""
    return _held_in("packs")


@cache
def general_rules() -> tuple[Held, ...]:
    """Return the general rules that come with the program: supply contracts, theft, funds. They name no mining."""
    return _held_in("rules")


def with_general_rules(packs: Library) -> Library:
    """Return a library that holds the general rules too; a pack in hand of the same id stands in their place."""
    own = {item.pack.id for item in packs.all()}
    return Library([*(item for item in general_rules() if item.pack.id not in own), *packs.all()])


def _held_in(name: str) -> tuple[Held, ...]:
    folder = resources.files("minewatch.policy").joinpath(name)
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    held = []
    for item in files:
        text = item.read_text("utf-8")
        held.append(Held(read_pack(text, item.name), digest(text), "shipped", text))
    return tuple(held)


def library(own: Mapping[str, str] | None = None) -> Library:
    """Ours and the user's: ``own`` maps the name of each of the user's files to its text.

    A pack of the user's with the id of a shipped one stands in its place and says so in ``Held.overrides``.
    """
    ours = {item.pack.id: item for item in shipped()}
    theirs: dict[str, Held] = {}
    for file, text in sorted((own or {}).items()):
        pack = read_pack(text, file)
        if pack.id in theirs:
            wrong = Text(
                f"{theirs[pack.id].origin} already holds a pack {pack.id!r}.",
                f"{theirs[pack.id].origin} 中已有包 {pack.id!r}。",
            )
            raise PackError([Fault(file, 0, "id", wrong, Text("Keep one of the two files.", "请保留其一。"))])
        replaced = ours[pack.id].version if pack.id in ours else None
        theirs[pack.id] = Held(pack, digest(text), file, text, replaced)
    return Library([*(item for key, item in ours.items() if key not in theirs), *theirs.values()])
