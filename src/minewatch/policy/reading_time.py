"""Dates, times and time limits in a text, resolved against the document's date; each with its span.

A date without a year is the one nearest to the document's date. "Today" is the date that opens the sentence where
there is one (the report's own day), else the document's. A bare time or a bare "18日" belongs to the date named before
it. What had to be supplied that way is marked doubtful only where nothing before it named a date.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from minewatch.policy.calendar import add_working_days
from minewatch.policy.reading_numbers import chinese_number, plain

MAX_LATE = 90
"""A limit without a year that would lie longer ago than this many days is next year's."""

Role = Literal["at", "by", "from"]

_D = r"[0-9〇零一二三四五六七八九十]"
_ZH_DATE = re.compile(
    rf"(?:(?P<y>[0-9]{{4}}|[〇零一二三四五六七八九]{{4}}|今|去|明|本)年)?(?P<m>{_D}{{1,3}})月"
    rf"(?:(?P<d>{_D}{{1,3}})[日号]|(?P<end>底|末)|(?P<part>[上中下]旬|初))?"
)
_ISO_DATE = re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_ZH_DAY = re.compile(
    r"(?<![0-9〇一二三四五六七八九十月年第])(?P<d>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号](?![内均产前]?[内均产报])"
)
_ZH_TIME = re.compile(
    r"(?:(?P<half>凌晨|早上|上午|中午|下午|晚上|晚间|晚|夜间)\s?)?(?<![0-9:.])(?P<h>[0-9]{1,2}|零(?=[时点])|[一二三四五六七八九十]{1,3}(?=[时点](?:之?前|起|止|整)))"
    r"(?:[:：](?P<min>[0-9]{2})(?![0-9])|[时点](?!间|候|段|代|建议|意见|要求|措施|希望)(?:(?P<min2>[0-9]{1,2})分|(?P<half2>半)|整)?)"
)
_RELATIVE = {
    "今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2, "即日": 0, "当天": 0, "当日": 0,
    "today": 0, "yesterday": -1, "tomorrow": 1, "сегодня": 0, "вчера": -1, "завтра": 1,
}  # fmt: skip
_RELATIVE_RE = re.compile(
    r"今[天日]|昨[天日]|前天|明[天日]|后天|即日(?=起)|当[天日](?!前)|\b(?:today|yesterday|tomorrow|сегодня|вчера|завтра)\b",
    re.IGNORECASE,
)
_MONTH_END = re.compile(r"(?P<mon>本月|当月|下月|月)[底末]|(?:(?P<year>今|本|明|去)年|(?<![0-9])年)[底末]")
_WEEKDAY = re.compile(
    r"(?<!每)(?P<w>上|下|本|这)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])"
    r"|\b(?:(?P<ew>last|next|this|on|by|before|until|dated)\s+)(?P<ed>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_MONTHS = {name: number for number, names in enumerate((
    "january jan января", "february feb февраля", "march mar марта", "april apr апреля", "may мая", "june jun июня",
    "july jul июля", "august aug августа", "september sep sept сентября", "october oct октября", "november nov ноября",
    "december dec декабря"), 1) for name in names.split()}  # fmt: skip
_MONTH_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_EN_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH_NAMES})|(?P<m2>{_MONTH_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]))"
    rf"\b(?:,?\s+(?P<y>\d{{4}})(?:\s*(?:года|г\.))?)?",
    re.IGNORECASE,
)
_EN_MONTH_END = re.compile(
    rf"\b(?:the\s+)?(?:end\s+of|конца|конец)\s+(?P<m>{_MONTH_NAMES})\b(?:,?\s+(?P<y>\d{{4}}))?", re.IGNORECASE
)
_EN_TIME = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2})(?::(?P<min>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)|(?<![\d:.])(?P<h2>\d{1,2}):(?P<min3>\d{2})(?![\d:])|\b(?P<noon>noon|midnight)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?P<n>[0-9]{1,3}|[一二三四五六七八九十两]{1,3})\s*(?P<u>个?工作日|个?小时|个?月|[日天])(?:之|以)?内"
    r"|\bwithin\s+(?P<n2>\d{1,3})\s+(?P<u2>working\s+days?|business\s+days?|days?|hours?|months?)\b"
    r"|\bв\s+течение\s+(?P<n3>\d{1,3})\s+(?P<u3>рабочих\s+дней|дней|дня|часов|месяцев)",
    re.IGNORECASE,
)
_BY_AFTER = re.compile(r"\s?(?:之前|以前|前(?!后|往|述|期|三|两|几|一)|止|为止|截止)")
_BY_BEFORE = re.compile(
    r"(?:截止(?:日期|时间)?(?:为|是|：)?|期限(?:为|至)|deadline (?:is|was|of)|不晚于|不迟于|限期?至?|最迟|\bby|\bbefore|\bno later than|\buntil|\bне позднее|\bдо|\bк)(?:\s?(?:于|the|at|в))?\s?$",
    re.IGNORECASE,
)
_DONE_AFTER = re.compile(r"[^，。；]{0,4}(?:完成|全部|全面|关停|清退|退出|清零|停止)")
_RANGE = re.compile(r"[日号年]\s?(?:至|到|—|–|~|-)\s?$")
_OPEN_FOR = re.compile(r"征求意见|反馈|公示|期限|限期|整改期|自查期")
_FROM_AFTER = re.compile(r"\s?起")
_GAP = re.compile(r"[\s,，]*(?:on|of|at|в)?[\s,，（(]*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。！？\n]")


@dataclass(frozen=True, slots=True)
class Moment:
    """One mention of a time. ``clock`` is minutes of the day, missing where only the day is known."""

    start: int
    end: int
    day: date | None
    clock: int | None = None
    role: Role = "at"
    within: tuple[int, str] | None = None
    period_end: bool = False
    doubtful: bool = False

    def written(self, offset: timedelta) -> str | None:
        """ISO 8601: a day, or a minute with its offset where a clock time is known."""
        if self.day is None:
            return None
        if self.clock is None:
            return self.day.isoformat()
        days, minutes = divmod(self.clock, 24 * 60)
        at = datetime.combine(self.day + timedelta(days=days), datetime.min.time()) + timedelta(minutes=minutes)
        total = int(offset.total_seconds() // 60)
        sign = "-" if total < 0 else "+"
        return f"{at:%Y-%m-%dT%H:%M:%S}{sign}{abs(total) // 60:02d}:{abs(total) % 60:02d}"


_FULL_DATE = re.compile(
    rf"(?<!\d)(?:20\d{{2}}年\d{{1,2}}月\d{{1,2}}日|二[〇○零]{_D}{{2}}年{_D}{{1,3}}月{_D}{{1,3}}日|20\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))"
    rf"|\b(?:{_MONTH_NAMES})\s+\d{{1,2}},?\s+20\d{{2}}\b|\b\d{{1,2}}\s+(?:{_MONTH_NAMES})\s+20\d{{2}}\b",
    re.IGNORECASE,
)

FACE_LINES = 4
"""A document's own day stands on its first lines or on its last."""


def day_in_text(text: str) -> date | None:
    """Return the day a text says it is of: a last line that is nothing but a date, else a full date on its first lines.

    A date that is a limit (…前) is not it; missing where neither stands there.
    """
    rows = [plain(row).strip() for row in text.split("\n") if row.strip()]
    alone = [row for row in reversed(rows[-FACE_LINES:]) if _FULL_DATE.fullmatch(row)]
    for row in [*alone, *(row[:80] for row in rows[:FACE_LINES])]:
        found = _FULL_DATE.search(row)
        if found and not _BY_AFTER.match(row, found.end()):
            return next((item.day for item in _dates(found[0], date(2000, 1, 1)) if item.day), None)
    return None


def moments(text: str, today: date) -> list[Moment]:
    """Every mention of a time in ``text``, in order, resolved against ``today`` (the document's day in its zone)."""
    flat = plain(text)
    found = _dates(flat, today)
    found = _without_overlap([*found, *_relative_days(flat, found, today)])
    found = _without_overlap([*found, *_bare_days(flat, found, today)])
    found = _with_clocks(flat, found, today)
    found += _limits(flat, found, today)
    return [_with_role(flat, item, today) for item in sorted(_without_overlap(found), key=lambda item: item.start)]


def _without_overlap(found: list[Moment]) -> list[Moment]:
    kept: list[Moment] = []
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _number(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese_number(text) or 0)


def _year(text: str | None, month: int, day: int, today: date) -> int:
    if text is None:
        years = (today.year - 1, today.year, today.year + 1)
        return min(years, key=lambda year: abs((_safe(year, month, day) or today) - today))
    shift = {"今": 0, "本": 0, "去": -1, "明": 1}
    if text in shift:
        return today.year + shift[text]
    digits = "".join(
        str("〇一二三四五六七八九".find(c)) if c in "〇一二三四五六七八九" else "0" if c == "零" else c for c in text
    )
    return int(digits)


def _safe(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and 1990 <= year <= 2100):
        return None
    return date(year, month, day)


def _dates(text: str, today: date) -> list[Moment]:
    found = []
    for match in _ZH_DATE.finditer(text):
        month = _number(match["m"])
        if not 1 <= month <= 12 or (not match["d"] and not match["end"] and not match["y"]):
            continue
        year = _year(match["y"], month, 15, today)
        if not 1990 <= year <= 2100:
            continue
        last = monthrange(year, month)[1]
        day = _number(match["d"]) if match["d"] else last if match["end"] else None
        if match["d"]:
            year = _year(match["y"], month, day or 1, today)
        if day is None:
            continue
        found.append(Moment(match.start(), match.end(), _safe(year, month, day), period_end=bool(match["end"])))
    found += [
        Moment(m.start(), m.end(), _safe(int(m["y"]), int(m["m"]), int(m["d"]))) for m in _ISO_DATE.finditer(text)
    ]
    for match in _EN_DATE.finditer(text):
        month, day = _MONTHS[(match["m"] or match["m2"]).lower()], int(match["d"] or match["d2"])
        year = int(match["y"]) if match["y"] else _year(None, month, day, today)
        found.append(Moment(match.start(), match.end(), _safe(year, month, day)))
    for match in _EN_MONTH_END.finditer(text):
        month = _MONTHS[match["m"].lower()]
        year = int(match["y"]) if match["y"] else _year(None, month, 28, today)
        found.append(Moment(match.start(), match.end(), date(year, month, monthrange(year, month)[1]), period_end=True))
    return _without_overlap([item for item in found if item.day is not None])


def _opening(text: str, at: int, found: list[Moment]) -> Moment | None:
    """Return the explicit date that stands before ``at`` in the same sentence."""
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, at)), default=0)
    inside = [item for item in found if start <= item.start and item.end <= at]
    return inside[0] if inside else None


def _relative_days(text: str, found: list[Moment], today: date) -> list[Moment]:
    out = []
    for match in _RELATIVE_RE.finditer(text):
        word = match[0].lower()
        opening = _opening(text, match.start(), found)
        before = _last_before(found, match.start())
        base = opening.day if opening and opening.day else today
        if word in {"当天", "当日"} and before is not None and before.day is not None:
            base = before.day
        out.append(Moment(match.start(), match.end(), base + timedelta(days=_RELATIVE[word])))
    for match in _MONTH_END.finditer(text):
        year = today.year + {"明": 1, "去": -1}.get(match["year"] or "", 0)
        if match["mon"]:
            if match["mon"] == "月" and re.search(rf"{_D}$", text[: match.start()]):
                continue
            month = today.month + (1 if match["mon"] == "下月" else 0)
            year, month = (year + 1, 1) if month == 13 else (year, month)
        else:
            month = 12
        day = date(year, month, monthrange(year, month)[1])
        out.append(Moment(match.start(), match.end(), day, period_end=True))
    return out + [_weekday(match, today) for match in _WEEKDAY.finditer(text)]


def _weekday(match: re.Match[str], today: date) -> Moment:
    if match["d"]:
        wanted = "一二三四五六日".find(match["d"].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        shift = {"上": -7, "下": 7}.get(match["w"] or "", 0)
        return Moment(match.start(), match.end(), monday + timedelta(days=wanted + shift))
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    wanted = names.index(match["ed"].lower())
    back = (today.weekday() - wanted) % 7
    if match["ew"].lower() in {"by", "before", "until"}:
        ahead = (wanted - today.weekday()) % 7
        return Moment(match.start("ed"), match.end("ed"), today + timedelta(days=ahead))
    if match["ew"].lower() == "next":
        return Moment(match.start(), match.end(), today + timedelta(days=7 - back if back else 7))
    if match["ew"].lower() == "last":
        back = back or 7
    return Moment(match.start(), match.end(), today - timedelta(days=back))


def _last_before(found: list[Moment], at: int) -> Moment | None:
    before = [item for item in found if item.end <= at and item.day is not None]
    return before[-1] if before else None


def _bare_days(text: str, found: list[Moment], today: date) -> list[Moment]:
    out = []
    for match in _ZH_DAY.finditer(text):
        number = _number(match["d"])
        if any(item.start <= match.start() < item.end for item in found):
            continue
        before = _last_before(found, match.start())
        base = before.day if before and before.day else today
        day = _safe(base.year, base.month, number)
        if day is not None:
            out.append(Moment(match.start(), match.end(), day, doubtful=before is None))
    return out


def _clock(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("noon"):
        return 12 * 60 if groups["noon"].lower() == "noon" else 24 * 60
    hour = _number(groups.get("h") or groups.get("h2") or "0")
    minute = 30 if groups.get("half2") else int(groups.get("min") or groups.get("min2") or groups.get("min3") or 0)
    half = (groups.get("half") or "").lower().replace(".", "")
    if half in {"下午", "晚上", "晚间", "晚", "夜间", "pm"} and hour < 12:
        hour += 12
    if (half == "am" and hour == 12) or (half == "凌晨" and hour == 12):
        hour = 0
    return hour * 60 + minute if hour <= 24 and minute < 60 and hour * 60 + minute <= 24 * 60 else None


def _with_clocks(text: str, found: list[Moment], today: date) -> list[Moment]:
    out = list(found)
    taken: list[tuple[int, int]] = []
    for match in sorted([*_ZH_TIME.finditer(text), *_EN_TIME.finditer(text)], key=lambda m: (m.start(), -m.end())):
        clock = _clock(match)
        if clock is None or any(start < match.end() and match.start() < end for start, end in taken):
            continue
        taken.append(match.span())
        before = next((i for i in out if i.end <= match.start() and _GAP.match(text[i.end : match.start()])), None)
        after = next((i for i in out if i.start >= match.end() and _GAP.match(text[match.end() : i.start])), None)
        partner = before or after
        if partner is not None and partner.clock is None:
            start, end = min(partner.start, match.start()), max(partner.end, match.end())
            out[out.index(partner)] = replace(partner, start=start, end=end, clock=clock, period_end=False)
            continue
        opening = _opening(text, match.start(), found) or _last_before(found, match.start())
        day = opening.day if opening else today
        out.append(Moment(match.start(), match.end(), day, clock=clock, doubtful=opening is None))
        out.sort(key=lambda item: item.start)
    return out


def _limits(text: str, found: list[Moment], today: date) -> list[Moment]:
    out = []
    for match in _WITHIN.finditer(text):
        count = _number(match["n"] or match["n2"] or match["n3"])
        written = (match["u"] or match["u2"] or match["u3"]).lower()
        unit = "working_day" if re.search(r"工作日|working|business|рабоч", written) else (
            "hour" if re.search(r"小时|hour|час", written) else "month" if re.search(r"月|month|месяц", written) else "day"
        )  # fmt: skip
        base = _last_before(found, match.start())
        start = base.day if base and base.day else today
        out.append(
            Moment(
                match.start(), match.end(), _after(start, count, unit), role="by", within=(count, unit), doubtful=True
            )
        )
    return out


def _after(start: date, count: int, unit: str) -> date:
    if unit == "working_day":
        return add_working_days(start, count)
    if unit == "month":
        index = start.year * 12 + start.month - 1 + count
        year, month = divmod(index, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return start + timedelta(days=count if unit == "day" else (count + 23) // 24)


def _with_role(text: str, item: Moment, today: date) -> Moment:
    item = _role(text, item)
    written = text[item.start : item.end]
    if item.role == "by" and item.day is not None and not re.search(r"年|\d{4}", written):
        late = item.day < today - timedelta(days=MAX_LATE)
        return replace(item, day=_after(item.day, 12, "month")) if late else item
    return item


def _role(text: str, item: Moment) -> Moment:
    if item.within is not None:
        return item
    after = _BY_AFTER.match(text, item.end)
    if after:
        return replace(item, end=after.end(), role="by")
    before = text[max(0, item.start - 16) : item.start]
    if _RANGE.search(before) and _OPEN_FOR.search(text[max(0, item.start - 40) : item.end + 12]):
        return replace(item, role="by")
    if _BY_BEFORE.search(before):
        return replace(item, role="by")
    if item.period_end and (_DONE_AFTER.match(text, item.end) or re.search(r"[在于]$", before)):
        return replace(item, role="by")
    return replace(item, role="from") if _FROM_AFTER.match(text, item.end) else item
