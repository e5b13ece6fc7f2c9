"""Shares of hash rate: a part is so many per cent *of a named whole*, and sources that disagree stand side by side.

A bare percentage cannot be written here: every figure carries its whole, and a part's share of the world is only ever
the product along a chain (county of province, province of country, country of world). Links of different studies are
not multiplied with each other; a press figure, which has no study's definition, may stand below any.
"""

from dataclasses import dataclass
from datetime import date

from minewatch.impact.network import data_rows
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Source, Spread
from minewatch.model.text import Text

WORLD = "world"
_ANY = frozenset({"press", "user"})

PLACES = {
    WORLD: Text("the world", "全球"),
    "china": Text("China", "中国"),
    "sichuan": Text("Sichuan", "四川"),
    "yaan": Text("Ya'an", "雅安"),
    "xinjiang": Text("Xinjiang", "新疆"),
    "inner_mongolia": Text("Inner Mongolia", "内蒙古"),
    "yunnan": Text("Yunnan", "云南"),
    "beijing": Text("Beijing", "北京"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """``part`` is ``percent`` of ``whole``; ``study`` says whose definition, ``series`` which figures replace it."""

    part: str
    whole: str
    percent: Spread
    study: str
    series: str
    source: Source


@dataclass(frozen=True, slots=True)
class Chain:
    """Links from a part up to a whole."""

    links: tuple[Link, ...]

    @property
    def whole(self) -> str:
        """What the product is a share of."""
        return self.links[-1].whole

    @property
    def percent(self) -> Spread:
        """Product of the links in per cent of :attr:`whole`."""
        low = best = high = 1.0
        known = True
        for link in self.links:
            low, high = low * link.percent.low / 100, high * link.percent.high / 100
            known = known and link.percent.best is not None
            best *= (link.percent.best or 0.0) / 100
        return Spread(100 * low, 100 * best if known else None, 100 * high, "%")


def place(name: str) -> Text:
    """Return a place's name in both languages; a name the user brought stands as it is."""
    return PLACES.get(name, Text(name, name))


def known_links() -> tuple[Link, ...]:
    """Return the published shares shipped with minewatch, each with its reference and grade."""
    links = []
    for row in data_rows("shares.csv"):
        value = float(row["value"])
        spread = Spread(float(row["low"] or value), value, float(row["high"] or value), "%")
        source = Source(Text(row["reference"], row["reference_zh"]), row["grade"], date.fromisoformat(row["date"]))
        links.append(Link(row["part"], row["whole"], spread, row["source"], row["series"], source))
    return tuple(links)


def user_link(part: str, whole: str, low: float, high: float) -> Link:
    """Return a link the user states: ``part`` is ``low`` to ``high`` per cent of ``whole``."""
    if not 0 <= low <= high <= 100:
        raise InputError(
            Text(
                f"{low:g} to {high:g} per cent of {place(whole).en} is not a share.",
                f"{place(whole).zh}的 {low:g} 至 {high:g}% 不是有效份额。",
            ),
            remedy=Text("Give the lower end first, both between 0 and 100.", "请先写下限，两者均须在 0 至 100 之间。"),
        )
    best = low if low == high else None
    return Link(
        part,
        whole,
        Spread(low, best, high, "%"),
        "user",
        f"user-{part}",
        Source(Text("given by the user", "用户给定"), "U"),
    )


def links_on(day: date, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return of each series the latest figure not after ``day`` (or its first, if all are later)."""
    chosen: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: link.source.on or day):
        if link.series not in chosen or (link.source.on or day) <= day:
            chosen[link.series] = link
    return tuple(chosen.values())


def chains(part: str, whole: str, day: date, links: tuple[Link, ...]) -> tuple[Chain, ...]:
    """Return every way from ``part`` up to ``whole`` by figures of ``day``, links of one study only, smallest first.

    Raises InputError when nothing leads there.
    """
    usable = links_on(day, links)
    found: list[Chain] = []
    open_: list[tuple[Link, ...]] = [(link,) for link in usable if link.part == part]
    while open_:
        path = open_.pop()
        if path[-1].whole == whole:
            found.append(Chain(path))
            continue
        studies = {link.study for link in path} - _ANY
        open_ += [
            (*path, link)
            for link in usable
            if link.part == path[-1].whole and (link.study in _ANY or not studies or link.study in studies)
        ]
    if not found:
        known = ", ".join(sorted({link.part for link in links}))
        raise InputError(
            Text(f"No figure leads from '{part}' to '{whole}'.", f"没有数据能从“{part}”推算到“{whole}”。"),
            remedy=Text(
                f"Known parts: {known}. State a share yourself, always with its whole: --state yaan=8..12%-of-sichuan.",
                f"已知地区：{known}。也可自行写明份额及其整体：--state yaan=8..12%-of-sichuan。",
            ),
        )
    return tuple(sorted(found, key=lambda chain: (chain.percent.high, len(chain.links))))


def restated(links: tuple[Link, ...], stated: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return ``links`` with what the user states in place of all published figures for the same part."""
    taken = {link.part for link in stated}
    return (*(link for link in links if link.part not in taken), *stated)


def parse_link(text: str) -> Link:
    """Read ``part=LOW..HIGH%-of-whole`` or ``part=VALUE%-of-whole``.

    Raises InputError when the whole is not named: ten per cent of nothing in particular is how figures get swapped.
    """
    part, _, rest = text.partition("=")
    figure, sign, whole = rest.partition("%-of-")
    low, _, high = figure.partition("..")
    try:
        if not (part and sign and whole):
            raise ValueError(text)
        return user_link(part.strip(), whole.strip(), float(low), float(high or low))
    except ValueError:
        raise InputError(
            Text(f"'{text}' does not say what the share is a share of.", f"“{text}”没有写明是何者的份额。"),
            remedy=Text(
                "Write the part, the figure and its whole: yaan=10%-of-sichuan, or yaan=8..12%-of-sichuan.",
                "请写明部分、数值和整体：yaan=10%-of-sichuan，或 yaan=8..12%-of-sichuan。",
            ),
        ) from None


def spelled(chain: Chain) -> Text:
    """Say a chain in words, each percentage with its whole."""

    def figure(spread: Spread) -> str:
        return f"{spread.low:.4g}" if spread.low == spread.high else f"{spread.low:.4g}–{spread.high:.4g}"

    english, chinese = [], []
    for link in chain.links:
        english.append(f"{figure(link.percent)} % of {place(link.whole).en}")
        chinese.append(f"占{place(link.whole).zh} {figure(link.percent)}%")
    return Text(", which is ".join(english), "，".join(chinese))


def widest(spreads: tuple[Spread, ...]) -> Spread:
    """Return the range that holds all ``spreads``, without a best value: sources are not averaged."""
    only = spreads[0].best if len(spreads) == 1 else None
    return Spread(min(s.low for s in spreads), only, max(s.high for s in spreads), spreads[0].unit)


def studies(chain_list: tuple[Chain, ...]) -> frozenset[str]:
    """Return whose definitions several chains rest on; press and user figures have none."""
    return frozenset(link.study for chain in chain_list for link in chain.links) - _ANY


def holds(chain: Chain, part: str) -> bool:
    """Say whether ``part`` is one of the wholes on the way of ``chain`` (the chain's own part lies inside it)."""
    return any(link.whole == part for link in chain.links)
