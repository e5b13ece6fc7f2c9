"""What a measure is done to, as the text words it: in its own clause, in the condition before it, or after its verb."""

import re

from minewatch.policy.terms import Action

_BEFORE = re.compile(
    r"(?:将对|针对|对|将|把|完成|推进|做好)(?P<o>[^，。；]{2,80}?)(?:进行|予以|实行|执行|开展|作出|依法|一律|全部|坚决|立即|纳入|列入|的){0,3}$"
)
_WHOM = re.compile(r"(?:^|[，：、.）)])(?:对|凡|针对)(?P<o>[^，。；\n]{3,100}?)(?P<of>的)?(?=，)")
_OFFENCE = re.compile(r"[^；。\n]{2,140}?的(?:违法|违规)行为")
_AFTER = re.compile(r"^[的]?(?P<o>[^，。；]{2,80})")
_AFTER_LATIN = re.compile(
    r"^\s*(?:of|to|on|the|all|for)?\s*(?P<o>[^,.;]{3,80}?)(?=\s+(?:by|before|until|no later|within|from|до|к|с)\b|[,.;]|$)"
)
_CONDITION = re.compile(r"(?:一经发现|一经查实|经查实|发现后|查实后|如有|凡)")
_VERB = re.compile(
    r"^(?:打击|不得[^，]{0,8}?提供|(?:严禁|禁止|不得|不再|停止)(?:审批|核准|备案|新建|新增|引进|引入|新上|受理)?|监测|建立)"
)
_ENUMERATED = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.]\s?)")

# Who is told to do it, in English: ordered miners to, power stations were asked to.
_ORDERED = re.compile(
    r"(?:\b(?:ordered|told|asked|requir\w+|instructed)\s+(?P<o>[^,.;]{2,60}?)\s+to\s+(?:\w+\s+)?$)", re.IGNORECASE
)
_VERBAL = re.compile(
    r"\s+(?:has|have|had|were|was|are|is|would|will|be|been|must|should|shall|asked|told|ordered)\b.*$"
)

# Actions whose object follows the verb, stands in the verb's own match, or opens the clause.
_FOLLOWED = frozenset({Action.PENALTY, Action.CUT_SUPPLY, Action.CLEAR_OUT, Action.INSPECTION, Action.GUIDANCE})
_WITHIN = frozenset(
    {Action.GUIDANCE, Action.NO_SERVICE, Action.NO_NEW, Action.NO_CONNECTION, Action.MONITOR, Action.LIST}
)
_LED = frozenset({Action.BLACKLIST, Action.REFER_DISCIPLINE, Action.REFER_JUDICIAL})
_SUBJECT = frozenset({Action.SELF_CHECK, Action.SUSPENSION, Action.STOP})


def object_of(
    text: str, clause: tuple[int, int], match: re.Match[str], action: Action, last: str | None
) -> tuple[str | None, int]:
    """Return the object of a measure, if the text words one, and where the measure's stretch ends.

    ``last`` is the object of the measure before it, which 一经发现 and the like take over.
    """
    left, right = clause
    lead = text[left : match.start()]
    found = _BEFORE.search(lead)
    if found:
        return _clean(found["o"]), right
    whom = _whom(text, match.start())
    offence = _OFFENCE.match(text, match.end()) if action is Action.PENALTY else None
    if offence:
        return _clean(offence[0]), max(right, offence.end())
    if whom is not None:
        return _clean(whom), right
    thing = _after(text, match, right) if action in _FOLLOWED else None
    thing = _clean(thing)
    if thing is None and action in _LED:
        thing = _clean(re.sub(r"^(?:对|将|把)", "", lead).strip("，一律")) or _previous(text, left)
    if thing is None and _CONDITION.search(text[max(0, left - 12) : match.start()]):
        thing = last
    if thing is None and action in _SUBJECT and lead:
        ordered = _ORDERED.search(lead)
        thing = (
            ordered["o"]
            if ordered
            else _clean(re.split(r"须|应|要求|必须|在|于|[0-9]|由|\bshould\b|\bmust\b|\bshall\b", lead)[0])
        )
    if thing is None and action in _WITHIN:
        thing = _clean(_VERB.sub("", match[0]))
    return thing, right


def _whom(text: str, at: int) -> str | None:
    """Return whom the last 对……的， before ``at`` in its sentence names; without 的 only where it is the clause before."""
    start = max(text.rfind(mark, 0, at) for mark in "。；\n") + 1
    chosen = None
    for found in _WHOM.finditer(text[start:at]):
        next_clause = text.find("，", start + found.end() + 1, at) == -1
        if found["of"] or next_clause:
            chosen = found["o"]
    return chosen


def _after(text: str, match: re.Match[str], right: int) -> str | None:
    tail = text[match.end() : right]
    found = _AFTER.match(tail) if re.search(r"[\u4e00-\u9fff]", match[0]) else _AFTER_LATIN.match(tail)
    return found["o"] if found else None


def _clean(thing: str | None) -> str | None:
    """Trim marks, numbering and what is no thing; nothing is better than half a phrase."""
    if thing is None:
        return None
    thing = re.sub(r"(?:进行|开展|予以)(?:检查|抽查|排查|清理)(?:和|及|、)?$", "", thing)
    thing = _ENUMERATED.sub("", thing).strip(" 的，、")
    thing = _VERBAL.sub("", thing)
    for opening, closing in ("“”", "《》", "（）"):
        if thing.count(opening) != thing.count(closing):
            thing = thing.replace(opening, "").replace(closing, "")
    if (
        len(thing) < 2
        or re.match(r"并|且|或|及|力度|时间|进展", thing)
        or re.search(r"(?:并|且|实行|执行|实施|按照.*)$", thing)
    ):
        return None
    return thing


def _previous(text: str, left: int) -> str | None:
    """Return the clause before, where a comma joins it."""
    if left < 2 or text[left - 1] != "，":
        return None
    before = re.split(r"[，。；\n]", text[max(0, left - 120) : left - 1])[-1]
    return _clean(re.sub(r"^(?:对|将|把)", "", before))
