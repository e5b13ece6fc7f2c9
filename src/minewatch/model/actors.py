"""Who acts: a name, roles, and the divisions they act for. What a role may do stands in ``PERMISSIONS``, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from minewatch.model.text import Text


class Role(StrEnum):
    """What somebody may do."""

    ANALYST = "analyst"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person: ``divisions`` are GB/T 2260 codes; an empty tuple means no division, ``("000000",)`` the whole country.

    A code covers everything below it: 510000 covers 511800 covers 511802.
    """

    name: str
    roles: frozenset[Role]
    divisions: tuple[str, ...]


WHOLE_COUNTRY = "000000"

_A, _I, _S, _AU, _AD = Role.ANALYST, Role.INSPECTOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "finding.read": frozenset({_A, _I, _S, _AU}),
    "finding.triage": frozenset({_A, _S}),
    "model.fit": frozenset({_A, _S}),
    "model.choose": frozenset({_S}),
    "case.open": frozenset({_A, _S}),
    "case.categories": frozenset({_S}),
    "case.notice": frozenset({_S}),
    "case.letter": frozenset({_S}),
    "case.money": frozenset({_A, _S}),
    "case.extend": frozenset({_S}),
    "case.return": frozenset({_A, _I, _S}),
    "case.verify": frozenset({_A, _S}),
    "case.visit": frozenset({_I, _S}),
    "case.measure": frozenset({_S}),
    "case.lift": frozenset({_S}),
    "case.dispute": frozenset({_A, _I, _S}),
    "case.settle": frozenset({_S}),
    "case.restore": frozenset({_S}),
    "case.refer": frozenset({_S}),
    "case.close": frozenset({_S}),
    "case.read": frozenset({_A, _I, _S, _AU}),
    "case.export": frozenset({_S, _AU}),
    "case.plan": frozenset({_A, _I, _S}),
    "tip.add": frozenset({_A, _I, _S}),
    "tip.read": frozenset({_S}),
    "campaign.open": frozenset({_S}),
    "campaign.duty": frozenset({_S}),
    "campaign.extend": frozenset({_S}),
    "campaign.return": frozenset({_A, _S}),
    "campaign.close": frozenset({_S}),
    "campaign.read": frozenset({_A, _I, _S, _AU}),
    "draw.commit": frozenset({_S}),
    "draw.draw": frozenset({_S}),
    "personal.read": frozenset({_I, _S}),
    "personal.erase": frozenset({_AD}),
    "ledger.verify": frozenset({_AU, _AD, _S}),
    "ledger.anchor": frozenset({_AU, _AD, _S}),
    "ledger.rebuild": frozenset({_AD}),
    "ledger.export": frozenset({_AU, _AD}),
    "actor.manage": frozenset({_AD}),
    "audit.read": frozenset({_S, _AU, _AD}),
    "law.read": frozenset({_A, _I, _S, _AU, _AD}),
    "grid.read": frozenset({_A, _I, _S, _AU}),
    "data.read": frozenset({_A, _S, _AU, _AD}),
    "data.import": frozenset({_A, _S, _AD}),
}

ACTIONS: Mapping[str, Text] = {
    "finding.read": Text("see findings", "查看疑点"),
    "finding.triage": Text("decide on findings", "研判疑点"),
    "model.fit": Text("fit a model", "调整模型"),
    "model.choose": Text("choose the model that screens", "选用筛查模型"),
    "case.open": Text("open cases", "立案"),
    "case.categories": Text("set the categories of a case", "设定案件对象类别"),
    "case.notice": Text("serve notices", "送达通知"),
    "case.letter": Text("issue letters", "出具文书"),
    "case.money": Text("keep money statements with a case", "登记案件金额"),
    "case.extend": Text("extend deadlines of cases", "延长案件期限"),
    "case.return": Text("record returns of cases", "登记案件报告"),
    "case.verify": Text("verify that a site stopped", "核验停机"),
    "case.visit": Text("record visits", "登记现场核查"),
    "case.measure": Text("take measures", "采取措施"),
    "case.lift": Text("lift measures", "解除措施"),
    "case.dispute": Text("record disputes", "登记异议"),
    "case.settle": Text("settle disputes", "处理异议"),
    "case.restore": Text("restore supply", "恢复供电"),
    "case.refer": Text("refer cases", "移送案件"),
    "case.close": Text("close cases", "结案"),
    "case.read": Text("see cases", "查看案件"),
    "case.export": Text("export case files", "导出案卷"),
    "case.plan": Text("plan visits", "安排核查"),
    "tip.add": Text("record tips", "登记举报"),
    "tip.read": Text("read tips", "查看举报"),
    "campaign.open": Text("open campaigns", "发起专项行动"),
    "campaign.duty": Text("set duties", "设定责任事项"),
    "campaign.extend": Text("extend duties", "延长责任事项期限"),
    "campaign.return": Text("record returns of duties", "登记自查报告"),
    "campaign.close": Text("close campaigns", "结束专项行动"),
    "campaign.read": Text("see campaigns", "查看专项行动"),
    "draw.commit": Text("commit to a draw", "提交抽查承诺"),
    "draw.draw": Text("draw spot checks", "抽取抽查对象"),
    "personal.read": Text("see personal data", "查看个人信息"),
    "personal.erase": Text("erase personal data", "删除个人信息"),
    "ledger.verify": Text("verify the ledger", "校验台账"),
    "ledger.anchor": Text("anchor the ledger", "锚定台账"),
    "ledger.rebuild": Text("rebuild the read tables", "重建查询表"),
    "ledger.export": Text("export the ledger", "导出台账"),
    "actor.manage": Text("register people", "登记人员"),
    "audit.read": Text("see the audit trail", "查看审计记录"),
    "law.read": Text("see the law", "查看法规文件"),
    "grid.read": Text("see the grid", "查看电网"),
    "data.read": Text("see imported data", "查看导入数据"),
    "data.import": Text("import data", "导入数据"),
}
"""What each action is called, after “may not” and “无权”."""
"""What may be done by whom."""


def stem_of(division: str) -> str:
    """Return what every code in ``division`` begins with: ``5118`` for 511800, nothing for the whole country."""
    stem = division
    while stem.endswith("00"):
        stem = stem[:-2]
    return stem


def covers(division: str, other: str) -> bool:
    """Tell whether ``division`` is ``other`` or contains it, by the code's two-digit levels."""
    return other.startswith(stem_of(division))


def allowed(actor: Actor, action: str, division: str) -> bool:
    """Tell whether ``actor`` may do ``action`` in ``division`` (empty: an action that belongs to no place).

    Raises ``KeyError`` for an action that is not in the table.
    """
    if not PERMISSIONS[action] & actor.roles:
        return False
    return not division or any(covers(own, division) for own in actor.divisions)
