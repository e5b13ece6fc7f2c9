"""The words of the letters that ship with the program: title and body paragraphs, with merge fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from minewatch.model.letters import LetterKind
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class LetterWords:
    """Title and paragraphs of one kind of letter."""

    title: Text
    body: tuple[Text, ...]


_BASIS = Text("Basis: {{basis}}. {{basis_status}}", "依据：{{basis}}。{{basis_status}}")
_OBJECT = Text("How to object: {{objection}}", "异议途径：{{objection}}")
_CONTACT = Text("Contact: {{contact}}", "联系方式：{{contact}}")
_FAIR = Text(
    "Whoever holds the electricity account is not presumed to be the offender.",
    "用电户主不当然视为违规行为人。",
)

LETTERS: Mapping[LetterKind, LetterWords] = {
    LetterKind.STOP_ORDER: LetterWords(
        Text("Order to stop virtual-currency mining", "关于停止虚拟货币“挖矿”活动的通知书"),
        (
            Text(
                "In the clean-up of virtual-currency mining, power use that is consistent with mining was found at {{site}} "
                "({{division}}; case {{case}}; meters {{meters}}; power {{power}}).",
                "在虚拟货币“挖矿”活动整治工作中，发现{{site}}（{{division}}，案件编号{{case}}，计量点{{meters}}，功率{{power}}）"
                "存在符合“挖矿”特征的用电情况。",
            ),
            _BASIS,
            Text("You are asked to do the following: {{ask}}", "现要求：{{ask}}"),
            Text("Deadline: {{deadline}}.", "期限：{{deadline}}。"),
            _FAIR,
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.SELF_INSPECTION: LetterWords(
        Text("Request for a self-inspection return", "关于开展虚拟货币“挖矿”自查并报送自查报告的通知"),
        (
            Text(
                "{{site}} ({{division}}; case {{case}}) is asked to inspect itself for virtual-currency mining.",
                "请{{site}}（{{division}}，案件编号{{case}}）对虚拟货币“挖矿”活动开展自查。",
            ),
            _BASIS,
            Text("Asked for: {{ask}}", "自查及报送要求：{{ask}}"),
            Text(
                "The signed return is due by {{deadline}}; a nil return is a return.",
                "请于{{deadline}}前报送经签字的自查报告；无“挖矿”活动的也应零报告。",
            ),
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.INSPECTION: LetterWords(
        Text("Notice of an on-site inspection", "现场检查通知书"),
        (
            Text(
                "{{site}} ({{division}}; case {{case}}) will be inspected on site by {{deadline}} at the latest.",
                "定于{{deadline}}前对{{site}}（{{division}}，案件编号{{case}}）开展现场检查。",
            ),
            _BASIS,
            Text("Please provide for: {{ask}}", "请予配合：{{ask}}"),
            Text(
                "The inspectors show their identification; what they find is written down and given to you to sign.",
                "检查人员将出示证件；检查情况将形成笔录并请你方签字。",
            ),
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.RECTIFICATION: LetterWords(
        Text("Order to rectify", "责令整改通知书"),
        (
            Text(
                "At {{site}} ({{division}}; case {{case}}; power {{power}}) circumstances were found that need to be put right.",
                "经查，{{site}}（{{division}}，案件编号{{case}}，功率{{power}}）存在需整改的情形。",
            ),
            _BASIS,
            Text("To be put right: {{ask}}", "整改要求：{{ask}}"),
            Text("Deadline: {{deadline}}.", "整改期限：{{deadline}}。"),
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.SURCHARGE: LetterWords(
        Text("Warning of a surcharge on electricity used for mining", "关于执行“挖矿”用电差别电价的告知书"),
        (
            Text(
                "Electricity used for virtual-currency mining at {{site}} ({{division}}; case {{case}}; meters {{meters}}) is "
                "subject to a surcharge: {{surcharge}}.",
                "{{site}}（{{division}}，案件编号{{case}}，计量点{{meters}}）用于虚拟货币“挖矿”的电量将执行加价：{{surcharge}}。",
            ),
            _BASIS,
            Text(
                "The surcharge is collected unless by {{deadline}} mining has ended or you have shown that there is none.",
                "至{{deadline}}仍未停止“挖矿”，且未能说明该用电不属于“挖矿”的，将按上述标准收取。",
            ),
            _FAIR,
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.REFERRAL: LetterWords(
        Text("Letter of referral", "案件移送函"),
        (
            Text(
                "Case {{case}} concerning {{site}} ({{division}}) is handed to you, as it falls within your powers.",
                "{{site}}（{{division}}）一案（案件编号{{case}}）属贵单位职责范围，现予移送。",
            ),
            _BASIS,
            Text("Handed over: {{transferred}}", "移送材料：{{transferred}}"),
            Text(
                "The bundle can be checked offline with the program that lies in it. Please tell us what you decide.",
                "所附卷宗包可用其中程序离线核对。请将处理结果函告我单位。",
            ),
            _FAIR,
            _OBJECT,
            _CONTACT,
        ),
    ),
    LetterKind.RESTORATION: LetterWords(
        Text("Decision to restore supply", "恢复供电决定书"),
        (
            Text(
                "Supply to {{site}} ({{division}}; case {{case}}) is restored from {{effective}}.",
                "决定自{{effective}}起恢复对{{site}}（{{division}}，案件编号{{case}}）的供电。",
            ),
            Text("The decision rests on: {{decision}}", "决定依据：{{decision}}"),
            _BASIS,
            Text(
                "Restored supply may not be used for virtual-currency mining; use goes on being watched.",
                "恢复的供电不得用于虚拟货币“挖矿”；用电情况将持续监测。",
            ),
            _OBJECT,
            _CONTACT,
        ),
    ),
}

ASK: Mapping[LetterKind, Text] = {
    LetterKind.STOP_ORDER: Text(
        "stop all mining equipment and report the stop in a signed return with time, machines and power.",
        "停止全部“挖矿”设备运行，并以经签字的自查报告反馈停机时间、设备数量和功率。",
    ),
    LetterKind.SELF_INSPECTION: Text(
        "whether there is mining; owner, number of machines, hash rate, power; time of the stop where there was any.",
        "是否存在“挖矿”；如有，填报主体、设备数量、算力、功率及停机时间。",
    ),
    LetterKind.INSPECTION: Text(
        "access to meters, distribution rooms and machine rooms, and somebody who can answer.",
        "提供计量装置、配电房和机房的进入条件，并安排熟悉情况的人员到场。",
    ),
    LetterKind.RECTIFICATION: Text(
        "remove mining equipment and any supply before the meter or by a private line, and report it done.",
        "清退“挖矿”设备，消除表前接电和私拉专线供电，并报告整改结果。",
    ),
}
"""What is asked unless the office says otherwise."""

OBJECTION = Text(
    "in writing to the issuing office, with what speaks for it (another cause of the load, a mistaken identity, wrong figures or "
    "procedure); while an objection is open no measure is taken. Rights under the law on review and litigation are untouched.",
    "可书面向发文机关提出，并附说明材料（负荷另有原因、主体认定有误、数据或程序有误等）；异议处理期间不采取处置措施。"
    "依法申请行政复议、提起行政诉讼的权利不受影响。",
)
