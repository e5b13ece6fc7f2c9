"""Which jurisdiction has what on a day, and when each instrument began and ended: the policy map and the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.policy.library import Held, Library
from minewatch.policy.schema import Pack, earliest_day, latest_day
from minewatch.policy.terms import Status

# From the strongest to the weakest: a jurisdiction shows the strongest it has.
VERDICTS = ("in_force", "reported", "draft", "statement", "none")

VERDICT_TEXTS: dict[str, Text] = {
    "in_force": Text("in force", "有现行文件"),
    "reported": Text("reported only", "仅见报道"),
    "statement": Text("policy statement", "政策表态"),
    "draft": Text("draft for comment", "征求意见稿"),
    "none": Text("none", "无"),
}

_VERDICT_OF = {
    Status.IN_FORCE: "in_force",
    Status.REPEALED: "in_force",
    Status.REPORTED_ONLY: "reported",
    Status.REPORTED_MEETING: "reported",
    Status.STATEMENT: "statement",
    Status.DRAFT: "draft",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One division on one day: its own instruments by verdict. Those of a division above apply too but are not its own."""

    code: str
    name: Text
    verdict: str
    in_force: tuple[Held, ...] = ()
    reported: tuple[Held, ...] = ()
    statement: tuple[Held, ...] = ()
    draft: tuple[Held, ...] = ()
    no_effect: tuple[Held, ...] = ()


def verdict(pack: Pack, on: date) -> str | None:
    """Under which heading an instrument stands ``on`` a day; ``no_effect`` for an act that never had any; or nothing."""
    if pack.status.value is Status.DRAFT:
        return "draft" if any(latest_day(act.on) <= on for act in pack.dates) else None
    if pack.valid.start is None:
        return "no_effect" if any(latest_day(act.on) <= on for act in pack.dates) else None
    return _VERDICT_OF[pack.status.value] if pack.in_force(on) else None


def policy_map(packs: Library, on: date) -> tuple[Standing, ...]:
    """Every division that has a pack, and every province whether it has one or not, the nation first."""
    codes = {division.code for division in divisions.provinces()} | {divisions.NATION}
    codes |= {held.pack.jurisdiction.code for held in packs.all()}
    return tuple(_standing(packs, code, on) for code in sorted(codes))


def _standing(packs: Library, code: str, on: date) -> Standing:
    groups: dict[str, list[Held]] = {}
    for held in packs.all():
        if held.pack.jurisdiction.code == code and (heading := verdict(held.pack, on)) is not None:
            groups.setdefault(heading, []).append(held)
    best = next((heading for heading in VERDICTS if groups.get(heading)), "none")
    found = {heading: tuple(items) for heading, items in groups.items()}
    return Standing(code, divisions.name_of(code, on), best, **found)


@dataclass(frozen=True, slots=True)
class Moment:
    """One dated act of one instrument; ``precise`` is false when only the month is known (then ``on`` is its first day)."""

    on: date
    precise: bool
    act: str
    held: Held


def timeline(packs: Library, codes: Sequence[str] = ()) -> tuple[Moment, ...]:
    """All dated acts, beginnings, ends and deadlines of the packs in order of time; ``codes`` keeps some divisions."""
    moments = []
    for held in packs.all():
        if codes and held.pack.jurisdiction.code not in codes:
            continue
        acts: list[tuple[str, str]] = [(act.act, act.on) for act in held.pack.dates]
        acts += [("effect_from", held.pack.valid.start)] if held.pack.valid.start else []
        acts += [("effect_to", held.pack.valid.end)] if held.pack.valid.end else []
        acts += [(f"deadline:{item.id}", item.at[:10]) for item in held.pack.deadlines if item.at]
        moments += [Moment(earliest_day(on), len(on) == 10, act, held) for act, on in acts]
    return tuple(sorted(moments, key=lambda item: (item.on, item.held.pack.id, item.act)))
