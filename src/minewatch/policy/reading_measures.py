"""Measures in a stretch of text: what is done to what, each with its span."""

import re
from dataclasses import dataclass

from minewatch.policy.reading_objects import object_of
from minewatch.policy.terms import Action

# Earlier rows win where two match at one place.
_RULES: tuple[tuple[Action, str], ...] = (
    (Action.REPORT, r"(?:报至|报送至?|上报至?|报告至?|报(?=[\u4e00-\u9fff]{2,12}(?:委|局|厅|办|部)))"),
    (Action.REFER_DISCIPLINE, r"移[送交][^，。；]{0,4}(?:纪检|纪委|监察)[^，。；]{0,6}"),
    (Action.REFER_JUDICIAL, r"移[送交][^，。；]{0,4}(?:司法|公安|检察)[^，。；]{0,4}"),
    (Action.REFER_COMPETENT, r"移[送交][^，。；]{0,4}(?:有关|相关|主管)部门"),
    (Action.BLACKLIST, r"[纳列]入[^，。；]{0,6}(?:黑名单|失信[^，。；]{0,4}名单)"),
    (Action.LICENCE_REVOCATION, r"吊销[^，。；]{0,16}(?:许可证?|执照)"),
    (Action.BENEFIT_WITHDRAWAL, r"取消[^，。；]{0,10}优惠[^，。；]{0,4}"),
    (Action.MARKET_EXIT, r"退出[^，。；]{0,12}(?:电力)[^，。；]{0,6}市场|(?:不得|不允许|禁止)[^，。；]{0,20}?参与电力市场[^，。；]{0,4}"),
    (Action.QUOTA_CUT, r"[扣核]减[^，。；]{0,4}能耗[^，。；]{0,6}"),
    (Action.DOUBLE_COUNT, r"加倍(?:计算|计入|核算)[^，。；]{0,10}"),
    (Action.SURCHARGE, r"(?:差别|惩罚性)电价|加价[^，。；]{0,16}|征收[^，。；]{0,6}加价"),
    (Action.BACK_PAYMENT, r"追[补缴][^，。；]{0,8}电费|补[交缴][^，。；]{0,8}电费"),
    (Action.CLOSE_RECTIFY, r"责令(?:其)?(?:关停|关闭)?整改|关停整改|限期整改"),
    (Action.SUSPENSION, r"停[产业]整顿(?!情况)|责令停[产业]|停产停业"),
    (Action.SELF_CHECK, r"关机自查|自查自纠|自查(?!报告|情况|结果)|自我排查"),
    (Action.CLEAR_OUT, r"清理(?:整顿|关停|退出|整治)(?!情况|进展|工作)|全面关[停闭]|清退|取缔|(?:依法|一律|立即|全部|予以|就地)?(?<!对)关[停闭](?!自查|整|时间)|有序(?:退出|清退)|全部退出"),
    (Action.CUT_SUPPLY, r"(?:中止|停止|切断|断开)[^，。；]{0,6}(?:供电|电源|用电)|停止[^，。；]{0,3}供电|断电|拉闸|停电"),
    (Action.NO_SERVICE, r"不得[^，。；]{0,8}提供[^，。；]{0,30}"),
    (Action.NO_CONNECTION, r"不得[^，。；]{0,10}(?:报装|接电|供电)[^，。；]{0,10}|严禁[^，。；]{0,8}(?:供电|直供|报装)[^，。；]{0,8}"),
    (Action.NO_NEW, r"(?:严禁|禁止|不得|不再|停止)(?:审批|核准|备案|新建|新增|引进|引入|新上|受理)[^，。；]{0,24}|严禁各类[^，。；]{0,24}"),
    (Action.NO_NEW, r"(?:严禁|禁止)[^，。；]{0,24}(?:挖矿)[^，。；]{0,12}"),
    (Action.SPOT_CHECK, r"抽查|双随机"),
    (Action.SCREEN, r"甄别"),
    (Action.SWEEP, r"(?:拉网式|全面|地毯式|深入)?(?:大)?排查|摸排|摸底"),
    (Action.STOP, r"(?:全部|立即|一律)?停机|(?<!自查)关机(?!自查)|停止(?:一切)?(?:[“\"]?挖矿[”\"]?|运行|运营|作业)|\b(?:switch|turn|power)(?:ed|ing)?\s+off\b|отключен\w*|отключить"),
    (Action.INSPECTION, r"严查|联合(?:执法)?检查|专项检查|节能监察(?!机构|部门|支队|队)|现场(?:检查|核查)|突击检查|督[查导]|检查(?=和|，|。|；|$|组)"),
    (Action.MONITOR, r"监测[^，。；]{0,10}|监控用电"),
    (Action.LIST, r"建立[^，。；]{0,8}(?:清单|台账)"),
    (Action.PENALTY, r"(?:依法|严肃|坚决|从严)?(?:查处(?:纠正)?|惩处|处罚|惩戒(?!策略|措施|办法))|(?:依法|从严)处理"),
    (Action.ACCOUNTABILITY, r"追责|追究[^，。；]{0,8}责任|问责"),
    (Action.TIP_OFF, r"(?:设立|公布|开通|受理)[^，。；]{0,20}举报[^，。；]{0,10}"),
    (Action.RESTORE_LATER, r"恢复(?:[对向][^，。；]{1,8})?(?:供电|用电|生产|运行)|复[电产]|(?:具体)?通电时间|重新启动"),
    (Action.GUIDANCE, r"打击(?!惩戒)[^，。；]{0,20}"),
    # English
    (Action.CLEAR_OUT, r"\b(?:shut(?:ting)?\s+down|close(?:d|s)?(?:\s+down)?|clear(?:ed|ing)?\s+(?:up|out)|clean(?:ed|ing)?[- ]up|closures?|shutdown|phase\s+out)\b"),
    (Action.CUT_SUPPLY, r"\b(?:cut(?:ting)?(?:\s+off)?|stop(?:ping)?|halt(?:ing)?|suspend(?:ing)?|disconnect\w*)\s+(?:the\s+|supplying\s+)?(?:power|electricity)(?:\s+suppl\w+)?|\bdisconnect\w*\b"),
    (Action.CUT_SUPPLY, r"\b(?:supply|power|electricity)\s+(?:(?:will|would|to|must|shall)\s+)?(?:be\s+|is\s+|was\s+|were\s+)?cut(?:\s+off)?\b"),
    (Action.SUSPENSION, r"\b(?:suspend|halt|stop|stopping|suspending)\s+(?:all\s+)?(?:production|operations?|mining)\b"),
    (Action.SELF_CHECK, r"\bself-(?:check|inspection|examination)\w*"),
    (Action.SPOT_CHECK, r"\bspot[- ]checks?\b|\brandom checks?\b"),
    (Action.SWEEP, r"\b(?:dragnet[- ]style\s+)?(?:investigations?|sweeps?)\b"),
    (Action.INSPECTION, r"\b(?:joint\s+)?inspections?\b|\binspect\b"),
    (Action.NO_NEW, r"\b(?:no\s+new|ban(?:ned|s|ning)?\s+(?:all\s+)?(?:new\s+)?|prohibit\w*\s+(?:new\s+)?)(?:crypto\w*\s+|virtual[- ]currency\s+|bitcoin\s+)?(?:mining|approvals?|projects?|mines?)\b"),
    (Action.SURCHARGE, r"\b(?:differential|punitive)\s+(?:electricity\s+)?(?:price|tariff)s?|\bsurcharge\b"),
    (Action.REFER_DISCIPLINE, r"\b(?:referred|handed|transferred)\s+to\s+(?:the\s+)?disciplin\w+(?:\s+\w+)?"),
    (Action.REFER_JUDICIAL, r"\b(?:referred|handed|transferred)\s+(?:over\s+)?to\s+(?:the\s+)?(?:police|judicia\w+|courts?|prosecut\w+)"),
    (Action.BLACKLIST, r"\bblacklist\w*"),
    (Action.REPORT, r"\breport(?:s|ed|ing)?\s+(?:the\s+)?results?\b|\breport(?:s|ed|ing)?\s+(?:the\s+\w+\s+|back\s+|it\s+|them\s+|results?\s+)?to\b"),
    (Action.RESTORE_LATER, r"\b(?:power|supply)\s+(?:will\s+be\s+)?(?:restored|resume\w*)|\brestor\w+\s+(?:of\s+)?(?:power|supply)|\brestart\w*"),
    (Action.PENALTY, r"\bpunish\w*|\bfined?\b|\bpenalt\w+"),
    (Action.GUIDANCE, r"\bcrack(?:ing|ed)?\s+down\b|\bcrackdown\b"),
    # Russian
    (Action.CUT_SUPPLY, r"(?:прекратить|приостановить|отключить|отключ\w+|прекращ\w+)\s+(?:подач\w+\s+|поставк\w+\s+)?(?:электро\w+|питани\w+|энерги\w+)"),
    (Action.CUT_SUPPLY, r"подач\w+\s+(?:электро\w+|энерги\w+)[^.;]{0,30}(?:прекращ\w+|отключ\w+)"),
    (Action.CLEAR_OUT, r"(?:закрыть|закрыти\w+|ликвидир\w+|закрываются|остановить|остановк\w+)"),
    (Action.SELF_CHECK, r"самопроверк\w+"),
    (Action.NO_NEW, r"запре(?:т|щ)\w*\s+(?:на\s+)?(?:новы\w+\s+)?майнинг\w*|майнинг\w*\s+(?:будет\s+)?запрещ\w+"),
    (Action.INSPECTION, r"проверк\w+|проверить"),
    (Action.REPORT, r"(?:сообщить|доложить|отчитаться|представить\s+отч[её]т\w*)\b"),
    (Action.RESTORE_LATER, r"восстанов\w+|возобнов\w+"),
    (Action.PENALTY, r"штраф\w*|наказ\w+"),
)  # fmt: skip
_COMPILED = tuple(
    (action, re.compile(pattern, re.IGNORECASE if pattern.isascii() or "\\w" in pattern else 0))
    for action, pattern in _RULES
)

_CLAUSE = re.compile(r"[^，。；！？\n]+")
_LATIN_CLAUSE = re.compile(r"[^,;.!?\n]+")
_NOW = re.compile(r"立即|即刻|马上|一律|at once|immediately|немедленно")
# 对……的， names whom a measure meets; verbs inside it are what was done, not what is to be done.
_WHOM = re.compile(r"(?:对|凡|针对)[^，。；\n]{3,}的$")


@dataclass(frozen=True, slots=True)
class Done:
    """One measure: the span of the clause that says it; ``object`` as written, missing where the clause names none."""

    start: int
    end: int
    action: Action
    object: str | None
    immediate: bool


def measures(text: str, start: int, end: int) -> list[Done]:
    """Every measure between two offsets, in order; a condition such as 一经发现 passes the object on from before.

    What stands inside 《》 is a title and no measure.
    """
    out: list[Done] = []
    masked = re.sub(
        r"《[^《》\n]{0,200}》", lambda title: "《" + "\u3000" * (len(title[0]) - 2) + "》", text[start:end]
    )
    text = text[:start] + masked + text[end:]
    chinese = bool(re.search(r"[\u4e00-\u9fff]", text[start:end]))
    clauses = [
        (start + m.start(), start + m.end()) for m in (_CLAUSE if chinese else _LATIN_CLAUSE).finditer(text[start:end])
    ]
    for left, right in clauses:
        if _WHOM.match(text[left:right].lstrip()):
            continue
        taken: list[tuple[int, int]] = []
        for action, pattern in _COMPILED:
            for match in pattern.finditer(text, left, right):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                taken.append(match.span())
                out.append(_done(text, (left, right), match, action, out))
    return sorted(out, key=lambda item: (item.start, item.end, item.action.value))


def _done(text: str, clause: tuple[int, int], match: re.Match[str], action: Action, before: list[Done]) -> Done:
    left, right = clause
    last = before[-1].object if before else None
    thing, right = object_of(text, clause, match, action, last)
    start, end = _trim(text, left, right)
    return Done(start, end, action, thing, bool(_NOW.search(text[left:right])))


def _trim(text: str, left: int, right: int) -> tuple[int, int]:
    while left < right and text[left] in ' \t“”"':
        left += 1
    while right > left and text[right - 1] in " \t":
        right -= 1
    return left, right
