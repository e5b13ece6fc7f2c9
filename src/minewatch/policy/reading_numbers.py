"""Numbers and quantities with their units in a text, each with its span."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_FULL = str.maketrans("０１２３４５６７８９％．，：", "0123456789%.,:")


def plain(text: str) -> str:
    """Full-width digits and marks as half-width, character for character, so that spans stay true."""
    return text.translate({**_FULL, ord("，"): "，", ord("："): ":"})


def chinese_number(text: str) -> int | None:
    """Value of 八, 二十六, 一百零五, 三千; ``None`` for what is no number."""
    if not text or any(c not in _DIGITS and c not in _PLACES for c in text):
        return None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            continue
        place = _PLACES[character]
        if place >= 10_000:
            total, section, digit = total + (section + digit or 1) * place, 0, 0
        else:
            section, digit = section + (digit or 1) * place, 0
    return total + section + digit


# unit as written -> (unit, factor); longest first
_UNITS: tuple[tuple[str, str, str], ...] = (
    (
        r"元(?:/|每|／)(?:千瓦时|度)|CNY/kWh|yuan\s+(?:per|a)\s+(?:kWh|kilowatt[- ]hour)|юан\w+\s+за\s+кВт[·⋅]?ч",
        "CNY/kWh",
        "1",
    ),
    (r"分(?:/|每)(?:千瓦时|度)", "CNY/kWh", "0.01"),
    (r"千瓦时|kWh|кВт[·⋅]?ч|度(?:电)?(?=[，。；、的）]|$)", "kWh", "1"),
    (r"兆瓦时|MWh|МВт[·⋅]?ч", "MWh", "1"),
    (r"吉瓦时|GWh|ГВт[·⋅]?ч", "GWh", "1"),
    (r"兆瓦|MW|megawatts?|МВт", "MW", "1"),
    (r"吉瓦|GW|ГВт", "MW", "1000"),
    (r"千瓦|kW|кВт", "kW", "1"),
    (r"EH/s", "EH/s", "1"),
    (r"PH/s", "PH/s", "1"),
    (r"%|percent|per cent|процент\w*|个百分点", "%", "1"),
    (
        r"个?(?:疑似)?(?:虚拟货币)?[“\"]?(?:挖矿)?[”\"]?项目|(?:[a-z-]+\s+){0,3}projects?\b|проект\w*",
        "project",
        "1",
    ),
    (
        r"家(?!协会|银行|机构|媒体|部委|部门)(?:企业|公司|矿场|单位|电站)?|(?:companies|firms|enterprises)\b|(?:компани|предприяти)\w*",
        "enterprise",
        "1",
    ),
    (r"台(?:[^，。；、]{0,4}(?:机|设备))?|(?:mining\s+)?(?:machines|rigs)\b|устройств\w*", "machine", "1"),
    (r"座(?:电站|水电站|矿场)?", "station", "1"),
    (r"个?县(?:区)?|counties\b", "county", "1"),
    (r"个?市(?:州)?(?![场级])|cities\b", "city", "1"),
    (r"[项条](?:措施|举措|规定)|(?:[a-z-]+\s+){0,2}measures\b|мер\b", "measure", "1"),
    (r"类(?:对象|情形|企业|行为)?|(?:categories|classes)\b|категори\w*", "category", "1"),
    (r"元|yuan\b|юан\w*", "CNY", "1"),
    (r"户|households\b", "household", "1"),
    (r"倍|times\b", "times", "1"),
)
_NUMBER = (
    r"(?P<about>约|近|超过|超|逾|大约|about\s+|around\s+|nearly\s+|more than\s+|over\s+|около\s+|более\s+)?"
    r"(?<![\d.A-Za-z〔\[])(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二三四五六七八九十百两]{1,5}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)\s?(?P<more>多|余)?"
    r"(?P<scale>亿|万|千|百万|million\s|billion\s|thousand\s|млн\s|млрд\s|тыс\.?\s)?\s?"
)
_SCALES = {
    "亿": 100_000_000, "万": 10_000, "千": 1_000, "百万": 1_000_000, "million": 1_000_000, "billion": 1_000_000_000,
    "thousand": 1_000, "млн": 1_000_000, "млрд": 1_000_000_000, "тыс": 1_000, "тыс.": 1_000,
}  # fmt: skip
_PATTERNS = tuple(
    (
        re.compile(_NUMBER + f"(?P<unit>{unit})", re.IGNORECASE if not unit.startswith("千") else 0),
        name,
        Decimal(factor),
    )
    for unit, name, factor in _UNITS
)


# The price before its amount: 每千瓦时1元, 每度0.8元.
_PER_KWH = re.compile(
    r"每(?:千瓦时|度)(?:电)?(?:加价|加收|上浮|为)?(?P<about>约)?\s?(?P<n>\d+(?:\.\d+)?)\s?(?P<u>元|分)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: 万千瓦 becomes MW, 亿千瓦时 kWh; ``about`` where the text says about, nearly or over."""

    start: int
    end: int
    value: Decimal
    unit: str
    about: bool


def quantities(text: str) -> list[Quantity]:
    """Every number with a unit, in order; of two readings of one place the earlier unit of the table is taken."""
    flat = plain(text)
    found: list[Quantity] = [
        Quantity(
            m.start(),
            m.end(),
            _tidy(Decimal(m["n"]) * (Decimal("0.01") if m["u"] == "分" else 1)),
            "CNY/kWh",
            bool(m["about"]),
        )
        for m in _PER_KWH.finditer(flat)
    ]
    for pattern, unit, factor in _PATTERNS:
        for match in pattern.finditer(flat):
            if any(item.start < match.end() and match.start() < item.end for item in found):
                continue
            value = _value(match["n"])
            if value is None:
                continue
            value *= _SCALES.get((match["scale"] or "").strip().lower(), 1) * factor
            named, scaled = (unit, value)
            if unit == "kW" and match["scale"] in {"万", "亿"}:
                named, scaled = "MW", value / 1000
            end = match.end()
            found.append(Quantity(match.start(), end, _tidy(scaled), named, bool(match["about"] or match["more"])))
    return sorted(found, key=lambda item: item.start)


_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _value(text: str) -> Decimal | None:
    if text.lower() in _WORDS:
        return Decimal(_WORDS.index(text.lower()))
    number = chinese_number(text)
    if number is not None:
        return Decimal(number)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _tidy(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
