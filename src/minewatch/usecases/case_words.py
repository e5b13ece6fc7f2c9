"""Words for what cases hold: verdicts, answers, disputes, targets, and every event as a sentence, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any

from minewatch.casework.commands import DisputeKind, ReferralTarget, ReturnKind, StopOutcome
from minewatch.model.text import Text
from minewatch.usecases.stop_words import OUTCOMES as VERDICTS

OUTCOMES: Mapping[str, Text] = {"": Text("not judged yet", "尚未核验"), **VERDICTS}
ANSWERS: Mapping[str, Text] = {
    ReturnKind.STOPPED: Text("stopped", "已关停"),
    ReturnKind.NOT_MINING: Text("not mining", "未挖矿"),
    ReturnKind.STILL_RUNNING: Text("still running", "运行中"),
    ReturnKind.NIL: Text("nil return", "零报告"),
}
DISPUTES: Mapping[str, Text] = {
    DisputeKind.MISTAKEN_IDENTITY: Text("mistaken identity", "责任主体有误"),
    DisputeKind.NOT_MINING: Text("not mining", "并非挖矿"),
    DisputeKind.FIGURES: Text("the figures", "数据有误"),
    DisputeKind.PROCEDURE: Text("the procedure", "程序异议"),
}
TARGETS: Mapping[str, Text] = {
    ReferralTarget.POLICE: Text("police", "公安机关"),
    ReferralTarget.DISCIPLINE_INSPECTION: Text("discipline inspection", "纪检监察机关"),
    ReferralTarget.LICENCE_AUTHORITY: Text("licence authority", "许可主管部门"),
    ReferralTarget.CREDIT_SYSTEM: Text("credit system", "信用管理部门"),
    ReferralTarget.MARKET_OPERATOR: Text("market operator", "电力交易机构"),
    ReferralTarget.OTHER: Text("other body", "其他单位"),
}
STATE_BADGES: Mapping[str, str] = {
    "suspected": "info",
    "noticed": "warn",
    "self_inspecting": "warn",
    "stopped": "good",
    "not_stopped": "bad",
    "verified": "good",
    "measures": "warn",
    "restored": "info",
    "referred": "bad",
    "closed": "info",
}
"""How a state is coloured; its name always stands beside the colour."""
OUTCOME_BADGES: Mapping[str, str] = {
    StopOutcome.IN_TIME: "good",
    StopOutcome.LATE: "warn",
    StopOutcome.NOT_STOPPED: "bad",
    StopOutcome.CAME_BACK: "bad",
    StopOutcome.CANNOT_TELL: "info",
}

HOW: Mapping[str, Text] = {"in person": Text("in person", "当面送达")}
"""How something was served, where it is one of ours; other words stay as they were written."""
LETTERS: Mapping[str, Text] = {
    "self-inspection": Text("Request for a return", "自查报告通知"),
    "inspection": Text("Notice of an inspection", "现场检查通知书"),
    "rectification": Text("Order to rectify", "责令整改通知书"),
    "surcharge": Text("Warning of a surcharge", "差别电价告知书"),
}

Shown = Callable[[str], str]
"""Writes an instant of the ledger as people of the office read it; empty stays empty."""


def sentence(name: str, data: Mapping[str, Any], shown: Shown) -> Text:
    """Tell an event (``name`` and its data) as a sentence; an unknown name says nothing."""
    found = _SENTENCES.get(name)
    return found(data, shown) if found else Text("", "")


def _joined(*parts: Text | None) -> Text:
    held = [part for part in parts if part is not None and part.en]
    return Text(" ".join(part.en for part in held), "".join(part.zh for part in held))


def _if(value: object, en: str, zh: str) -> Text | None:
    told = _bare(value)
    return Text(en.format(told), zh.format(told)) if told else None


def _bare(value: object) -> str:
    """Return what somebody wrote without its last full stop, which the sentence around it sets."""
    return "" if value is None else str(value).strip().rstrip(".。")


def _number(value: Any) -> str:
    return "" if value is None else f"{float(value):,.10g}"


def about_kw(kw: float) -> str:
    """Write an estimated power after the word *about*: three figures that count; the record keeps it exactly."""
    return f"{float(f'{kw:.3g}'):,.10g}"


def _about(value: Any) -> str:
    return "" if value is None else about_kw(float(value))


def _opened(data: Mapping[str, Any], _shown: Shown) -> Text:
    return _joined(
        Text(f"Opened for {data['site']}.", f"对{data['site']}立案。"),
        _if(_about(data["mining_kw"]), "About {} kW of mining.", "挖矿功率约{}千瓦。"),
        _if(data["summary"], "{}.", "{}。"),
        _if(", ".join(data["repeat_of"]), "Repeat of {}.", "曾涉案：{}。"),
    )


def _categories(data: Mapping[str, Any], _shown: Shown) -> Text:
    held = ", ".join(data["categories"])
    return _joined(
        Text(f"{data['by']} put the site in: {held or 'no category'}.", f"{data['by']}确定类别：{held or '无'}。"),
        _if(data["reason"], "Reason: {}.", "理由：{}。"),
    )


def _notice(data: Mapping[str, Any], shown: Shown) -> Text:
    how = HOW.get(str(data["how"]), Text(str(data["how"]), str(data["how"])))
    return _joined(
        Text(
            f"Notice {data['number']} was served ({how.en}): stop by {shown(data['deadline'])}. Decided by {data['by']}.",
            f"送达通知书{data['number']}（{how.zh}），停机期限{shown(data['deadline'])}。决定人：{data['by']}。",
        ),
        _if(data["exception_reason"], "Used although no legal basis by itself: {}.", "采用理由：{}。"),
    )


def _letter(data: Mapping[str, Any], shown: Shown) -> Text:
    kind = LETTERS.get(str(data["kind"]), Text(str(data["kind"]), str(data["kind"])))
    how = HOW.get(str(data["how"]), Text(str(data["how"]), str(data["how"])))
    return _joined(
        Text(
            f"{kind.en} {data['number']} was issued to {data['addressee']} ({how.en}). Decided by {data['by']}.",
            f"向{data['addressee']}签发{kind.zh}{data['number']}（{how.zh}）。决定人：{data['by']}。",
        ),
        _if(shown(data["deadline"] or ""), "By {}.", "期限{}。"),
        _if(data["asks"], "Asked for: {}.", "要求：{}。"),
        _if(data["surcharge"], "Surcharge: {}.", "加价标准：{}。"),
        _if(data["exception_reason"], "Used although no legal basis by itself: {}.", "采用理由：{}。"),
    )


def _money(data: Mapping[str, Any], _shown: Shown) -> Text:
    held = data["statement"]
    totals = [(one["what"], one["best"]) for one in held["totals"]]
    return Text(
        f"{held['title']['en']}: " + "; ".join(f"{what['en']} {best} CNY" for what, best in totals) + ".",
        f"{held['title']['zh']}：" + "；".join(f"{what['zh']}{best}元" for what, best in totals) + "。",
    )


def _extended(data: Mapping[str, Any], shown: Shown) -> Text:
    until = shown(data["deadline"])
    return Text(
        f"More time until {until}, by {data['by']}: {_bare(data['reason'])}.",
        f"{data['by']}决定期限延至{until}：{_bare(data['reason'])}。",
    )


def _returned(data: Mapping[str, Any], shown: Shown) -> Text:
    said = ANSWERS.get(str(data["kind"]), Text(str(data["kind"]), str(data["kind"])))
    return _joined(
        Text(f"{data['signed_by']} returned: {said.en}.", f"{data['signed_by']}报送自查结论：{said.zh}。"),
        _if(shown(data["stopped_at"] or ""), "Stopped at {}.", "停机时间{}。"),
        _if(data["machines"], "{} machines.", "矿机{}台。"),
        _if(_number(data["hash_rate_ths"]), "{} TH/s.", "算力{}TH/s。"),
        _if(_number(data["power_kw"]), "{} kW.", "功率{}千瓦。"),
        _if(data["note"], "{}.", "{}。"),
    )


def _verified(data: Mapping[str, Any], shown: Shown) -> Text:
    says = OUTCOMES.get(str(data["outcome"]), Text(str(data["outcome"]), str(data["outcome"])))
    until = shown(data["as_of"])
    return _joined(
        Text(
            f"The data up to {until} says: {says.en}.",
            f"截至{until}的数据表明：{says.zh}。",
        ),
        _if(shown(data["stopped_at"] or ""), "Load fell at {}.", "负荷于{}下降。"),
        _if(_range(data, shown), "The stop lies between {}.", "停机时间介于{}。"),
        _if(shown(data["resumed_at"] or ""), "It came back at {}.", "于{}恢复。"),
        _if(_number(data["remaining_kw"]), "{} kW were left.", "剩余{}千瓦。"),
        _if(data["why"], "Why: {}.", "原因：{}。"),
    )


def _range(data: Mapping[str, Any], shown: Shown) -> str:
    first, last = (shown(data[name] or "") for name in ("stopped_from", "stopped_to"))
    return f"{first} – {last}" if first and last and first != last else ""


def _visited(data: Mapping[str, Any], _shown: Shown) -> Text:
    ran = {True: Text("Machines were running.", "设备在运行。"), False: Text("Nothing was running.", "设备未运行。")}
    people = data["inspectors"]
    return _joined(
        Text(f"{', '.join(people)} went there.", f"{'、'.join(people)}到场检查。"),
        ran.get(data["running"]) if data["running"] is not None else None,
        _if(data["machines"], "Machines counted: {}.", "清点设备{}台。"),
        _if(data["found"], "{}.", "{}。"),
        _if(len(data["photos"]) or None, "Photos: {}.", "照片{}张。"),
    )


def _measured(data: Mapping[str, Any], _shown: Shown) -> Text:
    return _joined(
        Text(
            f"{data['measure']} for {data['category']}; {data['acting_body']} acts. Decided by {data['by']}.",
            f"对{data['category']}采取{data['measure']}，执行单位：{data['acting_body']}。决定人：{data['by']}。",
        ),
        _if(data["amount_cny"], "{} CNY.", "金额{}元。"),
        _if(data["note"], "{}.", "{}。"),
        _if(data.get("exception_reason"), "Used although no legal basis by itself: {}.", "采用理由：{}。"),
    )


def _lifted(data: Mapping[str, Any], _shown: Shown) -> Text:
    return Text(
        f"{data['measure']} was taken back by {data['by']}: {_bare(data['reason'])}.",
        f"{data['by']}解除{data['measure']}：{_bare(data['reason'])}。",
    )


def _disputed(data: Mapping[str, Any], _shown: Shown) -> Text:
    about = DISPUTES.get(str(data["kind"]), Text(str(data["kind"]), str(data["kind"])))
    return Text(
        f"{data['raised_by']} disputes {about.en}: {_bare(data['grounds'])}.",
        f"{data['raised_by']}提出异议（{about.zh}）：{_bare(data['grounds'])}。",
    )


def _settled(data: Mapping[str, Any], _shown: Shown) -> Text:
    result = Text("upheld", "成立") if data["upheld"] else Text("not upheld", "不成立")
    return Text(
        f"{data['by']} decided the dispute: {result.en}. {_bare(data['reason'])}.",
        f"{data['by']}处理异议：{result.zh}。{_bare(data['reason'])}。",
    )


def _restored(data: Mapping[str, Any], shown: Shown) -> Text:
    start = shown(data["effective_at"])
    return Text(
        f"{data['by']} gave supply back from {start}, on the basis of: {_bare(data['basis'])}.",
        f"{data['by']}决定自{start}起恢复供电，依据：{_bare(data['basis'])}。",
    )


def _referred(data: Mapping[str, Any], _shown: Shown) -> Text:
    target = TARGETS.get(str(data["target"]), Text(str(data["target"]), str(data["target"])))
    return _joined(
        Text(
            f"{data['by']} handed the case to {data['body']} ({target.en}).",
            f"{data['by']}将案件移送{data['body']}（{target.zh}）。",
        ),
        _if(data["note"], "{}.", "{}。"),
        _if(data.get("exception_reason"), "Used although no legal basis by itself: {}.", "采用理由：{}。"),
    )


def _closed(data: Mapping[str, Any], _shown: Shown) -> Text:
    return Text(
        f"{data['by']} closed the case: {_bare(data['reason'])}.", f"{data['by']}结案：{_bare(data['reason'])}。"
    )


def _contradiction(data: Mapping[str, Any], _shown: Shown) -> Text:
    said = ANSWERS.get(str(data["said"]), Text(str(data["said"]), str(data["said"])))
    seen = OUTCOMES.get(str(data["seen"]), Text(str(data["seen"]), str(data["seen"])))
    return Text(f"The return says {said.en}; what was seen: {seen.en}.", f"申报为“{said.zh}”，核实为“{seen.zh}”。")


def _resumed(data: Mapping[str, Any], shown: Shown) -> Text:
    when = shown(data["resumed_at"])
    return Text(f"The load came back at {when}.", f"负荷于{when}恢复。")


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any], Shown], Text]] = {
    "case.opened/1": _opened,
    "case.categories_set/1": _categories,
    "case.notice_served/1": _notice,
    "case.letter_issued/1": _letter,
    "case.money_stated/1": _money,
    "case.deadline_extended/1": _extended,
    "case.return_received/1": _returned,
    "case.stop_verified/2": _verified,
    "case.visited/1": _visited,
    "case.measure_taken/1": _measured,
    "case.measure_lifted/1": _lifted,
    "case.disputed/1": _disputed,
    "case.dispute_settled/1": _settled,
    "case.restored/1": _restored,
    "case.referred/1": _referred,
    "case.closed/1": _closed,
    "case.contradiction_found/1": _contradiction,
    "case.resumed/1": _resumed,
}
