"""The verbs that make an event, the cues of certainty, and where sentences end, by language."""

import re
from dataclasses import dataclass

SENTENCE = {
    "zh": re.compile(r"[^。！？\n]+[。！？]?[”」』]?"),
    "en": re.compile(
        r"(?:[^.!?\n]|\.(?=\d|\w|[,;])|(?<=\b[A-Z])\.|(?<=\bNo)\.|(?<=\b[ap]\.m)\.(?=\s+[a-z])|(?<=\b[ap])\.)+[.!?]?[”\"]?"
    ),
    "ru": re.compile(r"(?:[^.!?\n]|\.(?=\d|\w|[,;])|(?<=\bг)\.|(?<=\bст)\.)+[.!?]?[»\"]?"),
}

CONTINUES = frozenset({"notice", "draft", "announcement", "decree", "order", "confirmation", "decision"})
"""Kinds that a following sentence may go on about."""

REFERS = re.compile(
    r"(?:该|上述|本|此次)?(?:征求意见稿|意见稿|通知|文件|公告|通告|方案|措施|办法|决定|《[^》\n]{2,80}》)(?:中|内|还|并|同时)?(?:提出|要求|明确|指出|规定|称|显示|强调|提到|表示|名为)"
    r"|The (?:notice|document|draft|order|rule)s?\b|(?:Local|State|Provincial|Power|All)\b[^.]{0,60}\b(?:must|should|shall|have to|are to)\b"
)
"""A paragraph that opens so goes on about the instrument of the paragraph before."""

LISTED = re.compile(
    r"(?:对|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+[条，]|[1-9][.、])"
)
"""A paragraph that opens so, after one that goes on about an instrument, does too."""

MEETING_SAYS = re.compile(r"(?:会议|与会(?:人员|各方)?)(?:还|并|同时)?(?:指出|强调|要求|提出|明确|决定|认为)")
"""A sentence that opens so goes on about the meeting of the sentence before."""

GOES_ON = frozenset({"requirement", "order", "report", "figure", "restoration"})
"""Kinds of verb that, without a new actor, go on about the instrument named before."""

NATIONAL = re.compile(
    r"^(?:国家|国务院|中国|中央|全国|财政部|公安部|工业和信息化部|人民银行|央行|税务总局|银保监会|证监会|中宣部|金融委)|National|State Council|NDRC|PBOC|MIIT|Ministry|Госсовет|"
    r"Министерств|Правительств\w+\s+(?:РФ|России|Кита)|China"
)


CHINESE_BODY = re.compile(r"State Council|NDRC|PBOC|MIIT|\bNEA\b|Chin|Госсовет|Кита|КНР")
"""National bodies written in another script that are China's."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One verb that makes an event.

    ``shares_subject``: its subject is the event's before unless a new one stands between. ``nobody``: the text hides
    who acts. ``time_near``: the time that counts is the one nearest to the verb. ``clause``: its stretch is its own
    clause, whoever is named before. ``needs_subject``: it speaks only with a body as its subject or a place before it.
    """

    kind: str
    start: int
    end: int
    shares_subject: bool = False
    nobody: bool = False
    time_near: bool = False
    subject_after: bool = False
    clause: bool = False
    needs_subject: bool = False


# kind, pattern, flags
_ZH: tuple[tuple[str, str, str], ...] = (
    ("order", r"接到[^，。；]{0,6}(?:通知|电话|要求)|被(?:要求|通知|告知)|收到[^，。；]{0,10}通知(?!》)", "nobody"),
    ("symposium", r"召开(?:了)?[^，。；]{0,30}(?:座谈会|研讨会|调研会)", ""),
    (
        "meeting",
        r"(?:召开|举行|组织召开)(?:了|另一次|一次|第[一二三四五六七八九十百\d]+次|专题|紧急|视频|工作|[^，。；]{0,16})?(?:会议|会(?=[，。；、议]|$)|推进会|调度会|部署会)",
        "near",
    ),
    (
        "decision",
        r"(?<!未)(?<!未能)(?<!没有)(?:作出|做出|形成)(?:了)?[^，。；任]{0,6}(?:决议|决定)|会议(?:决定|明确|研究决定)|决定(?=[对将，：于自在]|[^，。；]{0,2}(?:关停|停止|暂停|全面|开展|清理))",
        "share",
    ),
    ("no_decision", r"(?:并?未|没有|尚未)(?:能)?(?:形成|作出|做出|达成)[^，。；]{0,6}(?:决议|决定|结论|一致)", "share"),
    ("statement", r"会议(?:指出|强调|要求|提出)|(?:开会|发言人|召开会议)(?:指出|强调|表示)", "share"),
    ("statement", r"(?<!中)(?:表示|透露|介绍|指出|回应称)(?!，?据)", "need"),
    ("overview", r"(?:相继|陆续|纷纷|先后)(?:出台|发布|印发|下发|推出)", ""),
    (
        "status",
        r"(?:监管|政策|细则|文件|方案)[^，。；]{0,6}(?:还未|尚未|仍未|并未)(?:落地|出台|明确|公布|印发)|(?:暂未|尚未|还未|仍未|并未|没有)(?:出台|发布|印发|收到|下发|接到)[^，。；]{0,12}(?:文件|政策|通知|规定|细则)",
        "",
    ),
    ("confirmation", r"(?:确认|证实)(?!书|单|后|为)|(?:情况|消息|内容)属实", ""),
    (
        "notice",
        r"(?:联合)?(?:印发|下发|发布|发出|公布|颁布|出台|发文|转发|签发|刊发|下达)(?!会|时间|日期|之日)|联合(?:公告|通知)",
        "",
    ),
    ("draft", r"(?:公开)?(?:向社会)?(?:公开)?征求(?:社会)?(?:各方)?意见(?!稿)", "share"),
    (
        "restoration",
        r"另行通知|(?:恢复(?:[对向][^，。；]{1,8})?(?:供电|用电|通电)|复电|复产|通电)(?:时间|安排)?",
        "clause",
    ),
    ("restoration", r"(?:不清楚|不确定|未知)[^，。；]{0,12}(?:重启|重新启动|恢复)[^，。；]{0,6}", "clause"),
    (
        "requirement",
        r"(?:(?<!通知)(?<!文件)(?<!有关)(?<!相关)(?<!工作)(?<!会议)(?<!按照)(?<!按)要求|责令|勒令)(?=[，：]?[^，。；]{2,40})",
        "need",
    ),
    ("order", r"(?:必须|须|应当?)(?:在|于)[^，。；]{0,16}前", "nobody"),
    (
        "report",
        r"(?:将|已|被)(?:全面|全部|陆续|开始|暂时|集中)?[^，。；]{0,10}(?:停止|中止|切断|关闭|关停|停产|断电|停机|清退|取缔|拆除)",
        "",
    ),
    (
        "figure",
        r"(?:占(?:到)?|达(?:到)?|约为|上报|总负荷|总容量|查获|追缴|收缴|拆除|共(?:有|计)?|涉及|排查出|查处|关停|清退|节约|腾出)[^，。；]{0,24}?(?:[0-9]|[一二三四五六七八九十百]+[个家台座])",
        "",
    ),
)
_EN: tuple[tuple[str, str, str], ...] = (
    ("symposium", r"\b(?:held|hold|called|convened)\b[^.;]{0,40}\b(?:symposium|seminar|workshop)\b", "near"),
    (
        "meeting",
        r"\b(?:held|hold|holds|called|convened|met)\b(?:[^.;]{0,40}\b(?:meeting|session)\b)?|\bmeeting\s+(?:will\s+be|is|was)\s+held\b|\banother meeting\b",
        "near",
    ),
    (
        "no_decision",
        r"\b(?:no|without(?:\s+a)?)\s+(?:\w+\s+)?(?:decision|resolution)\b|\bdid not (?:reach|take|make)\b[^.;]{0,12}decision",
        "share",
    ),
    ("decision", r"\b(?:decided|resolved|agreed)\s+(?:to|that)\b", "share"),
    (
        "confirmation",
        r"\b(?:official|spokes\w+|staffer?|employee|source at)\b[^.;]{0,40}\bconfirmed\b|\bconfirmed\b",
        "",
    ),
    (
        "notice",
        r"\b(?:issued|released|published|circulated|announced|sent(?:\s+out)?|unveiled|signed|adopted|approved|enacted|passed)\b|\b(?:notice|circular|order|announcement)\s+(?:from|by|of)\b",
        "after",
    ),
    ("order", r"\b(?:was|were|been)\s+(?:told|ordered|instructed|asked|required)\s+to\b", "nobody"),
    ("requirement", r"\b(?:ordered|orders|told|requires?|required|instructed|demanded|banned|bans)\b", "after"),
    (
        "restoration",
        r"\b(?:power|electricity|supply)\b[^.;]{0,30}\b(?:restored|resumed?|returns?|back)\b|\brestor(?:ed|ation)\b|\buntil further notice\b",
        "",
    ),
    ("report", r"\b(?:have|has|had|given)\s+until\b", ""),
    ("statement", r"\b(?:said|stated)\b", "need"),
    ("status", r"\b(?:has|have)\s+(?:not\s+yet|yet\s+to)\b", ""),
    (
        "figure",
        r"\b(?:accounts?\s+for|accounted\s+for|about|some|nearly|total(?:ing|s)?|found|closed)\s+(?:of\s+)?[\d]",
        "",
    ),
    ("report", r"\b(?:will|has|have|is|are|being)\b[^.;]{0,12}\b(?:shut|closed?|halted|suspended|cleared|cut)\b", ""),
)
_RU: tuple[tuple[str, str, str], ...] = (
    (
        "meeting",
        r"\b(?:пров[её]л\w*|проводит|собрал\w*|состоял\w+)\b[^.;]{0,40}(?:совещани\w+|заседани\w+|встреч\w+)|(?:совещани\w+|заседани\w+)\s+(?:состоял\w+|прошл\w+)",
        "near",
    ),
    (
        "no_decision",
        r"решени\w*\s+(?:\w+\s+){0,6}не\s+(?:было\s+)?прин\w+|не\s+прин\w+\s+(?:никаких\s+)?решени\w*",
        "share",
    ),
    ("statement", r"\b(?:сообщил\w*|заявил\w*)\b", "need"),
    ("decision", r"\b(?:решил\w*|постановил\w*|принял\w*\s+решение)\b", "share"),
    ("confirmation", r"\bподтвердил\w*\b", ""),
    (
        "draft",
        r"\b(?:опубликовал\w*|представил\w*|подготовил\w*|внес\w*|вн[её]с\w*)\s+(?:на\s+\w+\s+)?(?:проект|законопроект)\w*",
        "",
    ),
    (
        "notice",
        r"\b(?:издал\w*|опубликовал\w*|выпустил\w*|разослал\w*|направил\w*|утвердил\w*|подписал\w*|вв[её]л\w*)\b",
        "",
    ),
    ("requirement", r"\b(?:приказал\w*|потребовал\w*|обязал\w*|предписал\w*|поручил\w*|запретил\w*|требует)\b", ""),
    ("order", r"\b(?:должны|обязаны|предписано|приказано)\b", "nobody"),
    (
        "restoration",
        r"(?:подач\w+|снабжени\w+)[^.;]{0,20}(?:восстанов\w+|возобнов\w+)|восстанов\w+\s+(?:подач\w+|энерго\w+)",
        "",
    ),
    ("figure", r"\b(?:составля\w+|приходится|закрыт\w*|выявлен\w*)\b[^.;]{0,20}\d", ""),
)


def _flags(flags: str) -> dict[str, bool]:
    return {
        "shares_subject": "share" in flags,
        "nobody": "nobody" in flags,
        "time_near": "near" in flags,
        "subject_after": "after" in flags,
        "clause": "clause" in flags,
        "needs_subject": "need" in flags,
    }


_TABLES = {
    language: tuple((kind, re.compile(pattern, 0 if language == "zh" else re.IGNORECASE), flags) for kind, pattern, flags in rows)
    for language, rows in (("zh", _ZH), ("en", _EN), ("ru", _RU))
}  # fmt: skip

# A weaker trigger is dropped where a stronger one stands in the sentence and has no subject of its own.
_WEAK = frozenset({"requirement", "report", "figure", "order"})
_STRONG = frozenset({"notice", "draft", "meeting", "symposium", "decision", "confirmation", "statement", "order"})


def triggers(text: str, left: int, right: int, language: str) -> list[Trigger]:
    """Return the triggers of a sentence, in order, without overlap; weak ones only where nothing stronger speaks."""
    masked = re.sub(
        r"《[^《》\n]{0,200}》", lambda title: "《" + "\u3000" * (len(title[0]) - 2) + "》", text[left:right]
    )
    found: list[Trigger] = []
    for kind, pattern, flags in _TABLES[language]:
        for match in pattern.finditer(masked):
            start, end = left + match.start(), left + match.end()
            if any(item.start < end and start < item.end for item in found):
                continue
            found.append(Trigger(kind, start, end, **_flags(flags)))
    found.sort(key=lambda item: item.start)
    strong = [item for item in found if item.kind in _STRONG and not item.needs_subject]
    kept: list[Trigger] = []
    for item in found:
        if not _drowned(item, strong) and not _repeats(item, kept, text, left):
            kept.append(item)
    return kept


def _drowned(item: Trigger, strong: list[Trigger]) -> bool:
    """Whether a stronger verb of the sentence says what this weaker one only adds to."""
    earlier = [other for other in strong if other is not item and other.start < item.start]
    if item.kind in _WEAK and earlier:
        return True
    if item.kind == "statement" and item.needs_subject and strong:
        return True
    if item.kind in {"report", "figure", "requirement"} and strong:
        return True
    if item.kind == "no_decision":
        return any(other.kind in {"meeting", "symposium"} for other in earlier)
    return item.kind == "draft" and any(other.kind in {"notice", "draft"} for other in earlier)


def _repeats(item: Trigger, kept: list[Trigger], text: str, left: int) -> bool:
    """Whether it only goes on with the verb before it: the same weak kind again, or what the meeting just told says."""
    if not kept:
        return False
    if kept[-1].kind == item.kind and item.kind in _ONCE:
        return True
    return item.kind == "statement" and item.start > left and bool(MEETING_SAYS.match(text, item.start))


_ONCE = frozenset({"report", "figure", "requirement", "order", "restoration", "confirmation", "decision"})


LANGUAGE_SAMPLE = 20_000
"""Characters from the beginning that tell the language."""


def language_of(text: str) -> str:
    """``zh``, ``ru`` or ``en``, by the letters that prevail."""
    text = text[:LANGUAGE_SAMPLE]
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
    russian = len(re.findall(r"[А-Яа-яЁё]", text))
    latin = len(re.findall(r"[A-Za-z]", text)) / 3
    best = max(chinese, russian / 3, latin)
    return "zh" if best == chinese else "ru" if best == russian / 3 else "en"


_NOT_DECIDED = re.compile(
    r"(?:并?未|没有)(?:能)?(?:形成|作出|做出|达成)|尚未|还未|仍未|不清楚|不确定|另行通知|预计|有望|或将|可能|拟(?:对|于|在|将)|待定|尚无|no (?:final )?(?:decision|resolution)|"
    r"not yet|yet to|unclear|expected to|may\b|until further notice|will be told|to be (?:told|announced)|не\s+(?:было\s+)?принят\w*|ожидается|пока\s+не|неизвестно|не приня\w+",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    r"要求|要(?:坚决|严格|切实|全面|立即|进一步|加强)|强调[^，。；]{0,10}要|须|必须|应当|不得|严禁|禁止|责令|务必|勒令|限期|must|required?|requires|ordered|orders|shall|banned|prohibit|told|instructed|"
    r"долж\w+|обяза\w+|потребовал\w*|приказал\w*|запре\w+|предписа\w+|требует",
    re.IGNORECASE,
)
# What a meeting demands of others, beyond what it decides itself.
_MUST = re.compile(
    r"(?:会议|强调|指出)[^。；]{0,16}(?:要求|要(?:坚决|严格|切实|全面|立即|进一步|加强)|必须|严禁)|约谈[^。；]{0,30}要求"
)
_ONE_SOURCE = re.compile(
    r"知情人士|消息人士|一位[^，。；]{0,10}(?:人士|矿主|矿工|负责人)|有矿主|业内人士|网传|据[^，。；]{0,12}(?:透露|爆料)|a (?:person|source) (?:familiar|close|with)|sources? (?:familiar|said|told)|"
    r"one (?:source|miner)|anonymous|источник\w*|на условиях анонимности",
    re.IGNORECASE,
)
_DONE = frozenset({"meeting", "symposium", "decision", "notice", "announcement", "decree", "statement", "confirmation"})


def certainty_of(stretch: str, kind: str, has_measures: bool) -> str:  # noqa: FBT001 - a fact of the event
    """One of ``draft``, ``not_decided``, ``required``, ``decided``, ``reported``."""
    if kind == "draft":
        return "draft"
    if kind in {"no_decision", "status", "restoration"}:
        settled = kind == "restoration" and re.search(
            r"已(?:经)?(?:恢复|复电)|was restored|восстановлен[аыо]?\b", stretch
        )
        return "decided" if settled else "not_decided"
    if _NOT_DECIDED.search(stretch) and kind in {"meeting", "report", "decision", "symposium", "restoration"}:
        return "not_decided"
    if kind in {"order", "requirement"} or (kind in {"meeting", "statement"} and _MUST.search(stretch)):
        return "required"
    if kind in {"notice", "announcement", "confirmation", "decree"} and (_REQUIRED.search(stretch) or has_measures):
        return "required"
    return "decided" if kind in _DONE else "reported"


def one_source(stretch: str) -> bool:
    """Whether the stretch rests on one unnamed person."""
    return bool(_ONE_SOURCE.search(stretch))
