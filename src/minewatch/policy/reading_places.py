"""Places in a text, resolved to division codes valid on the document's day; each with its span."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.policy.divisions import Division

# Places outside the table: code, English and Chinese name, pattern.
_ABROAD: tuple[tuple[str, Text, str], ...] = (
    ("KZ", Text("Kazakhstan", "哈萨克斯坦"), r"哈萨克斯坦|Kazakhstan|Казахстан\w*"),
    ("IR", Text("Iran", "伊朗"), r"伊朗|\bIran\b|\bИран\w*"),
    ("KW", Text("Kuwait", "科威特"), r"科威特|Kuwait|Кувейт\w*"),
    ("MY", Text("Malaysia", "马来西亚"), r"马来西亚|Malaysia|Малайзи\w*"),
    ("NO", Text("Norway", "挪威"), r"挪威|Norway|Норвеги\w*"),
    ("US-TX", Text("Texas", "得克萨斯州"), r"得克萨斯州?|德州(?=电网|公用)|Texas|Техас\w*"),
    ("US-NY", Text("New York", "纽约州"), r"纽约州|New York(?: State)?"),
    (
        "RU-IRK",
        Text("Irkutsk", "伊尔库茨克州"),
        r"伊尔库茨克州?|Irkutsk(?: Oblast| region)?|Иркутск\w+(?:\s+област\w+)?",
    ),
    ("RU-BU", Text("Buryatia", "布里亚特"), r"布里亚特(?:共和国)?|Buryatia|(?:Республик\w+\s+)?Буряти\w+"),
    (
        "RU-ZAB",
        Text("Zabaykalye", "外贝加尔边疆区"),
        r"外贝加尔(?:边疆区)?|Zabaykal\w+(?: Krai)?|Забайкаль\w+(?:\s+кра\w+)?",
    ),
    ("RU-DA", Text("Dagestan", "达吉斯坦"), r"达吉斯坦|Dagestan|Дагестан\w*"),
    ("RU", Text("Russia", "俄罗斯"), r"俄罗斯|\bRussia\b|\bРосси\w+|\bРФ\b"),
    ("000000", Text("China", "全国"), r"全国(?!性|政协|人大)|我国|\bChina\b|\bКита[йяюе]\w*|\bКНР\b"),
)

_RUSSIAN: tuple[tuple[str, str], ...] = (
    ("510000", r"Сычуан\w+"), ("511800", r"Яан\w+"), ("150000", r"Внутренн\w+\s+Монголи\w+"), ("650000", r"Синьцзян\w*"),
    ("630000", r"Цинха\w+"), ("530000", r"Юньнан\w+"), ("652300", r"Чанцзи"), ("620000", r"Ганьсу"), ("520000", r"Гуйчжоу"),
)  # fmt: skip

# Colloquial short names that the table's own short forms do not give.
_SHORT = {"内蒙": "150000", "巴盟": "150800", "锡盟": "152500", "伊犁州": "654000"}

# Short forms that are also everyday words; they count only with their suffix.
_WORDS = frozenset(
    {"来宾", "日照", "长治", "大同", "和平", "安康", "保定", "玉树", "海西", "海东", "海北", "山南", "黄山", "白山", "通化", "三明", "新建", "开封",
     "河池", "和田", "吉安", "抚州", "池州", "东方", "文山", "平凉", "中卫", "朝阳", "随州", "阿里", "怀化", "鹰潭", "海南州"}
)  # fmt: skip

# First characters of document numbers of the provinces' organs.
_NUMBER_MARKS = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "内": "150000", "辽": "210000", "吉": "220000", "黑": "230000",
    "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000", "鲁": "370000", "豫": "410000",
    "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000", "渝": "500000", "川": "510000", "黔": "520000",
    "贵": "520000", "云": "530000", "滇": "530000", "藏": "540000", "陕": "610000", "甘": "620000", "青": "630000", "宁": "640000",
    "新": "650000",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One mention of a place: ``code`` is its division's code; ``name`` its full name."""

    start: int
    end: int
    code: str
    name: Text

    @property
    def depth(self) -> int:
        """0 nation, 1 province or country, 2 prefecture, 3 county."""
        if not self.code.isdigit():
            return 2 if "-" in self.code else 1
        return {"nation": 0, "province": 1, "prefecture": 2, "county": 3}[divisions.level(self.code)]


@cache
def _gazetteer(on: date) -> tuple[re.Pattern[str], dict[str, tuple[Division, ...]]]:
    names: dict[str, list[Division]] = {}
    for division in divisions.all_divisions():
        if not division.in_use(on):
            continue
        names.setdefault(division.name.zh, []).append(division)
        if division.level != "county" and division.short not in _WORDS:
            names.setdefault(division.short, []).append(division)
            if division.name.zh.endswith("自治州"):
                names.setdefault(f"{division.short}州", []).append(division)
        if division.name.en:
            names.setdefault(division.name.en, []).append(division)
    for name, code in _SHORT.items():
        names.setdefault(name, []).append(divisions.find(code, on))
    ordered = sorted(names, key=lambda name: (-len(name), name))
    alternatives = "|".join(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in ordered)
    return re.compile(alternatives), {name: tuple({d.code: d for d in found}.values()) for name, found in names.items()}


def places(text: str, on: date) -> list[Place]:
    """Every place in ``text``, in order. A name that stands for several divisions takes the one named before it."""
    pattern, names = _gazetteer(on)
    straight = text.replace("\u2019", "'")
    found: list[Place] = []
    for match in pattern.finditer(straight):
        chosen = _choose(names[match[0]], found, match.start())
        if chosen is not None:
            name = Text(chosen.name.en or chosen.name.zh, chosen.name.zh)
            found.append(Place(match.start(), match.end(), chosen.code, name))
    for code, name, abroad in _ABROAD:
        found += [Place(m.start(), m.end(), code, name) for m in re.finditer(abroad, straight)]
    for code, russian in _RUSSIAN:
        found += [Place(m.start(), m.end(), code, divisions.name_of(code, on)) for m in re.finditer(russian, straight)]
    kept: list[Place] = []
    for place in sorted(found, key=lambda place: (place.start, -place.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _choose(candidates: tuple[Division, ...], found: list[Place], at: int) -> Division | None:
    """Prefer the division that lies in a place named just before, then the one that lies in any named, then the higher."""
    if len(candidates) == 1:
        return candidates[0]
    before = [place.code for place in reversed(found) if place.end <= at]
    for code in before:
        inside = [
            item for item in candidates if code in divisions.ancestors(item.code)[1:] and code != divisions.NATION
        ]
        if len(inside) == 1:
            return inside[0]
    levels = sorted(candidates, key=lambda item: ("province", "prefecture", "county").index(item.level))
    return levels[0] if levels[0].level != levels[1].level else None


def of_number(number: str) -> str | None:
    """Code of the province whose organ numbers its documents so (川发改… → 510000); ``None`` for the nation's organs."""
    return _NUMBER_MARKS.get(number[:1]) if re.match(r".(?:发改|经信|工信|府|政|能源|价|办|监|财)", number) else None


# Fixed offsets of 2021 to 2026 for the places known outside China (standard time where a place changes its clocks).
_OFFSETS: dict[str, int | tuple[int, int]] = {
    "KZ": 6, "IR": (3, 30), "KW": 3, "MY": 8, "NO": 1, "US-TX": -6, "US-NY": -5, "RU-IRK": 8, "RU-BU": 8, "RU-ZAB": 9,
    "RU-DA": 3, "RU": 3,
}  # fmt: skip


def utc_offset(code: str) -> timedelta:
    """UTC offset of a division's clocks; China Standard Time for every code of GB/T 2260."""
    hours = _OFFSETS.get(code, _OFFSETS.get(code.split("-", maxsplit=1)[0], 8))
    return timedelta(hours=hours) if not isinstance(hours, tuple) else timedelta(hours=hours[0], minutes=hours[1])
