"""Letters an office sends: their kinds, and the merge fields that a template may use, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from minewatch.model.text import Text


class LetterKind(StrEnum):
    """What kind of letter."""

    STOP_ORDER = "stop-order"
    SELF_INSPECTION = "self-inspection"
    INSPECTION = "inspection"
    RECTIFICATION = "rectification"
    SURCHARGE = "surcharge"
    REFERRAL = "referral"
    RESTORATION = "restoration"


FIELDS: Mapping[str, Text] = {
    "issuer": Text("the office that issues the letter", "发文机关"),
    "number": Text("number of the letter", "发文字号"),
    "addressee": Text("whom it goes to", "主送"),
    "site": Text("the site as the case names it", "项目名称"),
    "case": Text("number of the case", "案件编号"),
    "division": Text("name of the division", "行政区划"),
    "meters": Text("the case's meters", "计量点"),
    "power": Text("mining power in kW, with its source", "挖矿功率"),
    "basis": Text("instrument, number, clause", "依据及条款"),
    "basis_status": Text(
        "what the instrument is: in force, reported only, draft; why it is used", "依据的效力状态及采用理由"
    ),
    "deadline": Text("deadline with its zone", "期限（含时区）"),
    "ask": Text("what is asked", "要求事项"),
    "objection": Text("how to object", "异议途径"),
    "contact": Text("whom to ask or answer, as the office wrote it", "联系人及电话"),
    "surcharge": Text("surcharge as the instrument sets it", "加价标准"),
    "transferred": Text("what is handed over with a referral", "移送材料"),
    "effective": Text("from when supply is restored, with its zone", "恢复供电时间（含时区）"),
    "decision": Text("the decision that restoration rests on", "恢复供电依据"),
    "by": Text("who decided", "签发人"),
    "date": Text("date of the letter", "成文日期"),
    "mark": Text("rehearsal mark; empty outside a rehearsal", "演练标识"),
}
"""Every merge field; a template writes ``{{number}}``."""

_EVERY = ("issuer", "number", "addressee", "basis", "basis_status", "objection", "by", "date", "mark")

NEEDED: Mapping[LetterKind, tuple[str, ...]] = {
    LetterKind.STOP_ORDER: (*_EVERY, "deadline", "ask"),
    LetterKind.SELF_INSPECTION: (*_EVERY, "deadline", "ask"),
    LetterKind.INSPECTION: (*_EVERY, "deadline", "ask"),
    LetterKind.RECTIFICATION: (*_EVERY, "deadline", "ask"),
    LetterKind.SURCHARGE: (*_EVERY, "surcharge", "deadline"),
    LetterKind.REFERRAL: (*_EVERY, "transferred", "case"),
    LetterKind.RESTORATION: (*_EVERY, "effective", "decision"),
}
"""The fields a template of each kind may not do without."""


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One fault of a template: ``unknown``, ``missing`` or ``broken``; the field (or text) and the place, empty for missing."""

    code: str
    field: str
    place: Text

    @property
    def sentence(self) -> Text:
        """The fault as a sentence."""
        return FAULTS[self.code].format(field=self.field, en_place=self.place.en, zh_place=self.place.zh)


FAULTS: Mapping[str, Text] = {
    "unknown": Text("{en_place}: there is no field {field}", "{zh_place}：没有名为 {field} 的字段"),
    "missing": Text("the field {field} is missing", "缺少字段 {field}"),
    "broken": Text("{en_place}: braces do not close: {field}", "{zh_place}：花括号未配对：{field}"),
}
