"""Spot checks drawn at random, provably: objects and inspectors, with weights, recusal and a published seed.

The rule is China's "double random, one public": objects and inspectors are both drawn at random, at least two inspectors
go, nobody inspects where they have an interest, and the result is published. Here the seed is committed to before the list
is closed (its SHA-256 is recorded) and published after the draw, so that anyone can draw again and get the same names.

Everything is integer arithmetic on SHA-256 values: the same result on every machine and for ever. A weight ``w`` gives an
object the greatest of ``w`` independent values; taking the objects with the greatest values is then weighted sampling
without replacement (Efraimidis and Spirakis 2006, for whole weights).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Text

MIN_INSPECTORS = 2
MAX_WEIGHT = 1_000


@dataclass(frozen=True, slots=True)
class DrawObject:
    """One object that may be drawn; ``weight`` 1 is ordinary, a bad record weighs more."""

    id: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """One drawn object with its inspectors."""

    object: str
    inspectors: tuple[str, ...]


def commitment(seed: str) -> str:
    """Return what is recorded before the draw: the SHA-256 of the seed, in hexadecimal."""
    return hashlib.sha256(seed.encode("utf-8")).hexdigest()


def check_commitment(seed: str, committed: str) -> None:
    """Raise ``RuleError`` unless ``seed`` is the one that was committed to."""
    if commitment(seed) != committed:
        raise RuleError(
            Text("The seed is not the one that was committed to before the draw.", "种子与抽取前承诺的不一致。"),
            remedy=Text(
                "Draw with the committed seed; if it is lost, record why and commit to a new one.",
                "请用已承诺的种子；如已遗失，请记录原因并重新承诺。",
            ),
        )


def sample_size(population: int, *, tolerated: int, assurance: float) -> int:
    """Return how many to check so that more than ``tolerated`` bad objects would show with probability ``assurance``.

    Exact hypergeometric: the least ``n`` for which drawing ``n`` of ``population`` objects without replacement meets at
    least one of ``tolerated + 1`` bad ones with probability of at least ``assurance``. Raises ``InputError`` for values
    that make no sense.
    """
    if population < 0 or tolerated < 0 or not 0 < assurance < 1:
        raise InputError(
            Text(
                "A sample size needs a population and a tolerated number of at least 0 and an assurance between 0 and 1.",
                "样本量计算须有总数、不小于 0 的容许数和 0 到 1 之间的保证程度。",
            ),
            remedy=Text(
                "For example: 1300 sites, 13 tolerated, assurance 0.95.", "例如：总数 1300，容许 13，保证程度 0.95。"
            ),
        )
    bad = tolerated + 1
    if bad > population:
        return 0
    # P(no bad one among n) = C(population - bad, n) / C(population, n); falls with n, so bisect on exact integers.
    low, high = 1, population - bad + 1
    while low < high:
        middle = (low + high) // 2
        missed = comb(population - bad, middle) / comb(population, middle) if middle <= population - bad else 0.0
        if 1 - missed >= assurance:
            high = middle
        else:
            low = middle + 1
    return low


def draw_objects(seed: str, objects: Sequence[DrawObject], count: int) -> tuple[str, ...]:
    """Draw ``count`` of ``objects`` (all of them if there are fewer); the order of the list does not matter.

    Raises ``InputError`` for a double id or a weight outside 1 to 1,000.
    """
    ids = [item.id for item in objects]
    if len(set(ids)) != len(ids):
        raise InputError(
            Text("An object is on the list twice.", "名单中有重复对象。"),
            remedy=Text("Remove the double entry and commit to a new seed.", "请删除重复项并重新承诺种子。"),
        )
    for item in objects:
        if not 1 <= item.weight <= MAX_WEIGHT:
            raise InputError(
                Text(f"{item.id} has weight {item.weight}.", f"{item.id} 的权重为 {item.weight}。"),
                remedy=Text(
                    f"Weights are whole numbers from 1 to {MAX_WEIGHT:,}.", f"权重为 1 到 {MAX_WEIGHT:,} 的整数。"
                ),
            )
    order = sorted(objects, key=lambda item: (-_greatest(seed, item), item.id))
    return tuple(item.id for item in order[:count])


def _greatest(seed: str, item: DrawObject) -> int:
    return max(_value(seed, "object", item.id, str(number)) for number in range(item.weight))


def _value(*parts: str) -> int:
    # Lengths are written too, so that no two different tuples give the same text.
    text = "".join(f"{len(part)}:{part}," for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest(), "big")


def draw_inspectors(
    seed: str,
    objects: Sequence[str],
    inspectors: Sequence[str],
    *,
    recused: Mapping[str, frozenset[str]],
    team: int = MIN_INSPECTORS,
) -> tuple[Visit, ...]:
    """Give every drawn object ``team`` inspectors at random, spreading the work evenly; recused ones are passed over.

    ``recused`` maps an object to who may not inspect it. Raises ``RuleError`` for a team of fewer than two and where too
    few inspectors are left.
    """
    if team < MIN_INSPECTORS:
        raise RuleError(
            Text(f"A team of {team} is too small.", f"每组 {team} 人过少。"),
            remedy=Text(f"At least {MIN_INSPECTORS} inspectors go.", f"每次检查至少 {MIN_INSPECTORS} 人。"),
        )
    load = dict.fromkeys(inspectors, 0)
    visits = []
    for item in objects:
        free = [name for name in load if name not in recused.get(item, frozenset())]
        if len(free) < team:
            raise RuleError(
                Text(
                    f"Only {len(free)} inspectors may go to {item}; {team} are needed.",
                    f"可前往 {item} 的检查人员仅 {len(free)} 人，需要 {team} 人。",
                ),
                remedy=Text(
                    "Name more inspectors, or have another county's inspectors go.",
                    "请增加检查人员，或由其他县区人员前往。",
                ),
            )
        free.sort(key=lambda name: (load[name], _value(seed, "inspector", item, name)))
        chosen = tuple(free[:team])
        for name in chosen:
            load[name] += 1
        visits.append(Visit(item, chosen))
    return tuple(visits)
