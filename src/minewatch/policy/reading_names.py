"""Agencies, titles and document numbers in a text, each with its span."""

import re
from dataclasses import dataclass

from minewatch.policy.reading_places import Place

# Cores of the names of bodies; what stands before (a place, 国家, a park's name) is added by rule.
_CORES = (
    r"发展和改革委员会|发展改革委员会|发展与改革委员会|发展改革委|发改委|发展和改革局|发展改革局|发改局|能源局|能源监管办公室|能源监管办|能源监管局"
    r"|工业和信息化[厅局部](?:委员会)?|工业和信息化委员会|经济和信息化[厅局委](?:员会)?|工信[厅局部]|经信[厅局委]|科学技术[厅局部]|科技[厅局部]"
    r"|公安[厅局部]|财政[厅局部]|税务总?局|市场监督管理总?局|市场监管总?局|生态环境[厅局部]|水利[厅局部]|应急管理[厅局部]|商务[厅局部]"
    r"|互联网信息办公室|网信办|通信管理局|大数据(?:发展)?(?:管理)?局|地方金融监督管理局|金融(?:监管|工作)?(?:局|办)|金融监管总局"
    r"|金融稳定发展委员会|金融委|人民银行|央行|银保监[会局]|银监会|证监会|外汇管?理?局|中央宣传部|中宣部"
    r"|监管办公室|监管办(?!法)|人民政府(?:办公[厅室])?|政府办公[厅室]|政府|办公厅|市委|州委|县委|区委|省委"
    r"|纪委监委|纪检监察机关|人民检察院|检察院|人民法院|法院|公安机关|司法机关"
    r"|国网[\u4e00-\u9fff]{2,3}电力(?:有限)?(?:公司)?|供电公司|电力(?:集团|（集团）)?(?:有限)?公司|供电局|电网(?:有限)?公司|电力交易中心|能源投资集团|电力集团"
    r"|管理委员会|管委会|指挥部办公室|领导小组办公室|联席会议办公室|工作专班|指挥部"
    r"|互联网金融协会|银行业协会|支付清算协会|区块链协会|行业协会"
)
_SECTION = r"(?:办公室|运行处|价格处|监察(?:支|大|总)队)?"
_PREFIX = r"(?:国家|中国|国务院|中央|全国|国网|南方电网|省|自治区|市|州|县|区|盟|旗)"
_MIDDLE = r"[\u4e00-\u9fff]{2,10}?(?:开发区|产业园区?|园区|新区|高新区|工业园)"
_BODY = re.compile(rf"(?P<core>{_CORES}){_SECTION}")
_JOIN = re.compile(r"^\s*(?:、|和|及|与|以及|会同|联合|、?\s*and|,\s*(?:and\s+)?|и)\s*$")

_EN_WORD = r"(?:[A-Z][\w'’-]*|of|and|for|the|on|&)"
_EN_BODY = re.compile(
    rf"\b(?:[A-Z][\w'’-]*\s+)(?:{_EN_WORD}\s+){{0,8}}?(?:Commission|Bureau|Department|Committee|Administration|Ministry|Office|"
    rf"Association|Government|Authority|Council|Agency|Bank|Grid)\b(?:\s+of\s+(?:the\s+)?(?:[A-Z][\w'’-]*(?:\s+(?:and\s+)?[A-Z][\w'’-]*){{0,5}}))?"
    r"|\b(?:Ministry|Department|Bureau|Commission)\s+of\s+[A-Z]\w+(?:(?:\s+and)?\s+[A-Z]\w+){0,5}"
    r"|\b(?:NDRC|PBOC|MIIT|NEA|DRC|ERCOT|PUCT|CBIRC|State Council|State Grid [A-Z]\w+)\b"
)
_RU_BODY = re.compile(
    r"\b(?:Министерств\w+|Минэнерго|Минпромторг|Минфин|Правительств\w+|правительств\w+|Комисси\w+|комисси\w+|Комитет\w*|комитет\w*|Управлени\w+|управлени\w+"
    r"|Департамент\w*|департамент\w*|Администраци\w+|администраци\w+|Ассоциаци\w+|ассоциаци\w+|Госсовет\w*|Центробанк\w*|Банк\s+России|Россети|Бюро|бюро)"
    r"(?:\s+(?:по\s+)?(?:[а-яё]+(?:ого|ому|ой|ых|ия|ии|ам|ики|и|а)|энергетики|науки|и\s+[а-яё]+)){0,4}"
)
_NOT_A_BODY = re.compile(r"(?:多|各|有关|相关|本地|当地)$")


@dataclass(frozen=True, slots=True)
class Agency:
    """One body: its name as written, and the place its name carries (as an index into the places), if any."""

    start: int
    end: int
    name: str
    place: Place | None


def agencies(text: str, found: list[Place]) -> list[Agency]:
    """Every body in ``text``, in order. A body joined to the one before it shares that one's place (雅安能源局、科技局)."""
    out: list[Agency] = []
    by_end = {place.end: place for place in found}
    by_start = {place.start: place for place in found}
    for match in _BODY.finditer(text):
        start, place = _left(text, match.start(), by_end)
        core = match["core"]
        if (
            place is None
            and start == match.start()
            and core in {"政府", "办公厅", "金融办", "市委", "县委", "区委", "州委", "省委", "指挥部"}
        ):
            continue
        place = place or next((p for at in range(start, match.end()) if (p := by_start.get(at))), None)
        out.append(Agency(start, match.end(), text[start : match.end()], place or _meant(text, start, found)))
    for pattern in (_EN_BODY, _RU_BODY):
        for match in pattern.finditer(text):
            inside = [place for place in found if match.start() <= place.start < match.end()]
            start = match.start() + (4 if match[0].startswith("The ") else 0)
            out.append(Agency(start, match.end(), text[start : match.end()], inside[-1] if inside else None))
    merged = _merged(sorted(out, key=lambda item: (item.start, -item.end)), text)
    for index in range(1, len(merged)):
        before, this = merged[index - 1], merged[index]
        if this.place is None and before.place is not None and _JOIN.match(text[before.end : this.start]):
            merged[index] = Agency(this.start, this.end, this.name, before.place)
    return merged


_LEVELS = {"省": 1, "市": 2, "州": 2, "盟": 2, "县": 3, "区": 3, "旗": 3}


def _meant(text: str, start: int, found: list[Place]) -> Place | None:
    """Return the place that 州发改委 or 县政府 leaves out: the last one of that level named before."""
    depth = _LEVELS.get(text[start : start + 1])
    before = [place for place in found if place.end <= start and place.depth == depth and place.code.isdigit()]
    return before[-1] if before and depth is not None else None


def _merged(out: list[Agency], text: str) -> list[Agency]:
    """Join 国家能源局 + 四川监管办公室: a body directly followed by another is one, and its place is the last one's."""
    kept: list[Agency] = []
    for item in out:
        if kept and item.start < kept[-1].end:
            continue
        if kept and item.start == kept[-1].end and not item.name.startswith(("国家", "国务院")):
            first = kept.pop()
            item = Agency(first.start, item.end, text[first.start : item.end], item.place or first.place)  # noqa: PLW2901 - the joined body
        kept.append(item)
    return kept


def _left(text: str, start: int, by_end: dict[int, Place]) -> tuple[int, Place | None]:
    """Extend a core to the left over a park's name, a prefix and the run of places before it."""
    place: Place | None = None
    middle = re.search(rf"{_MIDDLE}$", text[max(0, start - 16) : start])
    if middle:
        park = start - len(middle[0])
        inside = [place for at in range(park, start + 1) if (place := by_end.get(at)) and place.start >= park]
        before = by_end.get(park)
        if before or inside:
            start = inside[0].start if inside else park
            place = inside[-1] if inside else None
    moved = True
    while moved:
        moved = False
        item = by_end.get(start)
        if item is not None:
            start, place, moved = item.start, place or item, True
        else:
            prefix = re.search(rf"{_PREFIX}$", text[max(0, start - 4) : start])
            if prefix:
                start, moved = start - len(prefix[0]), True
    return start, place


_TITLE = re.compile(r"《(?P<zh>[^《》\n]{2,120}(?:《[^》\n]{2,60}》[^《》\n]{0,60})?)》")
_EN_TITLE = re.compile(
    r"[“\"«](?P<t>(?:Notice|Announcement|Measures|Opinions?|Circular|Decision|Rules|Draft|Order|Plan|О(?:б)?\s|Уведомление|Приказ|Постановление)[^”\"»\n]{4,160})[”\"»]"
)
_NUMBER = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{2,10}?(?:字|规|函|办|发|运行|明电)?)\s?[〔\[（(【](?P<year>(?:19|20)\d{2})[〕\]）)】]\s?(?:第\s?)?(?P<n>\d{1,5})\s?号"
    r"|№\s?\d+(?:-[А-Яа-я]+)?|\bNo\.\s?\d+(?:\s?\[\d{4}\]|\s+of\s+\d{4})?|\[\d{4}\]\s?No\.\s?\d+"
)
_PAPER = re.compile(r"(?:日报|晚报|早报|时报|周刊|周报|新闻|杂志|在线|财经|观察报|电台|电视台)$")
_LEAD = re.compile(r"^(?:.*(?:文号|编号|根据|依据|按照|印发了?|下发了?|发布了?|以|为|的|即|：|:|（))")


@dataclass(frozen=True, slots=True)
class Named:
    """A title or a number with its span (marks left out)."""

    start: int
    end: int
    value: str


def titles(text: str) -> list[Named]:
    """Titles in 《》, and quoted English or Russian ones that begin like a document's."""
    found = [
        Named(m.start("zh"), m.end("zh"), m["zh"])
        for m in _TITLE.finditer(text)
        if not (_PAPER.search(m["zh"]) or re.match(r"记者|讯|报道", text[m.end() : m.end() + 6]))
    ]
    found += [Named(m.start("t"), m.end("t"), m["t"]) for m in _EN_TITLE.finditer(text)]
    return sorted(found, key=lambda item: item.start)


def numbers(text: str) -> list[Named]:
    """Document numbers such as 发改运行〔2021〕1283号."""
    found = []
    for match in _NUMBER.finditer(text):
        value, start = match[0], match.start()
        if match["head"]:
            lead = _LEAD.match(match["head"])
            if lead:
                start += lead.end()
                value = value[lead.end() :]
        found.append(Named(start, match.end(), value))
    return found
