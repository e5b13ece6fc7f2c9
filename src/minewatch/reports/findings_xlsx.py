"""The screening report as a workbook: ranked findings, data faults, files, and what the figures mean."""

from minewatch.model.issues import Issue
from minewatch.model.text import Language, Text
from minewatch.model.views import FindingRow, FindingView, InputView, ScreenReportView, SourceView
from minewatch.reports.wording import WORDS
from minewatch.reports.xlsx import Cell, CellKind, Sheet, SheetColumn, write_workbook

FINDING_COLUMNS = (
    SheetColumn(Text("Rank", "序号"), CellKind.COUNT, 7),
    SheetColumn(Text("Meter", "计量点编号"), CellKind.TEXT, 24),
    SheetColumn(Text("Probability", "挖矿概率"), CellKind.SHARE, 11),
    SheetColumn(Text("Mining kW", "挖矿功率（kW）"), CellKind.POWER, 12),
    SheetColumn(Text("Mining kW, low", "挖矿功率下限（kW）"), CellKind.POWER, 12),
    SheetColumn(Text("Mining kW, high", "挖矿功率上限（kW）"), CellKind.POWER, 12),
    SheetColumn(Text("Since", "开始时间"), CellKind.MOMENT, 17),
    SheetColumn(Text("Ran before that", "此前已在运行"), CellKind.TEXT, 12),
    SheetColumn(Text("Until", "结束时间"), CellKind.MOMENT, 17),
    SheetColumn(Text("Mean kW", "平均功率（kW）"), CellKind.POWER, 12),
    SheetColumn(Text("Readings present", "数据完整率"), CellKind.SHARE, 12),
    SheetColumn(Text("Reasons", "理由"), CellKind.TEXT, 60),
    SheetColumn(Text("What else would explain it", "还有什么能解释"), CellKind.TEXT, 40),
    SheetColumn(Text("What would decide", "如何判定"), CellKind.TEXT, 40),
    SheetColumn(WORDS["would_help"], CellKind.TEXT, 40),
)
INPUT_COLUMNS = (
    SheetColumn(WORDS["input_name"], CellKind.TEXT, 40),
    SheetColumn(Text("Given", "已提供"), CellKind.TEXT, 10),
    SheetColumn(WORDS["input_says"], CellKind.TEXT, 80),
    SheetColumn(WORDS["input_for"], CellKind.COUNT, 12),
    SheetColumn(WORDS["input_against"], CellKind.COUNT, 12),
)
ISSUE_COLUMNS = (
    SheetColumn(Text("Grade", "等级"), CellKind.TEXT, 10),
    SheetColumn(Text("Code", "代码"), CellKind.TEXT, 20),
    SheetColumn(Text("Fault", "问题"), CellKind.TEXT, 45),
    SheetColumn(Text("Remedy", "处理办法"), CellKind.TEXT, 45),
    SheetColumn(Text("File", "文件"), CellKind.TEXT, 40),
    SheetColumn(Text("Line", "行号"), CellKind.COUNT, 10),
    SheetColumn(Text("Column", "列"), CellKind.TEXT, 12),
    SheetColumn(Text("Value", "原值"), CellKind.TEXT, 20),
    SheetColumn(Text("Meter", "计量点编号"), CellKind.TEXT, 24),
    SheetColumn(Text("Places", "处数"), CellKind.COUNT, 10),
)
SOURCE_COLUMNS = (
    SheetColumn(Text("File", "文件"), CellKind.TEXT, 45),
    SheetColumn(Text("Layout", "格式"), CellKind.TEXT, 40),
    SheetColumn(Text("SHA-256", "SHA-256 摘要"), CellKind.TEXT, 68),
    SheetColumn(Text("Meters", "计量点数"), CellKind.COUNT, 10),
    SheetColumn(Text("Readings", "读数个数"), CellKind.COUNT, 14),
    SheetColumn(Text("First day", "首日"), CellKind.DAY, 12),
    SheetColumn(Text("Last day", "末日"), CellKind.DAY, 12),
    SheetColumn(Text("Not usable", "不可用（处）"), CellKind.COUNT, 12),
    SheetColumn(Text("Noted", "已记录（处）"), CellKind.COUNT, 12),
)


def screen_workbook(view: ScreenReportView, *, language: Language) -> bytes:
    """Return the ranked findings, the data faults, the files and the explanations of ``view``, one sheet each.

    Findings that the view tells in full have all their reasons, the others the strongest one.
    """
    told = {finding.row.rank: finding for finding in view.findings}
    notes = (
        view.title,
        *(() if view.simulated is None else (view.simulated,)),
        WORDS["made"].format(moment=f"{view.made_at:%Y-%m-%d %H:%M}", software=view.software),
        WORDS["not_proof"],
        view.threshold,
        WORDS["read_probability"],
        view.calibration,
        WORDS["read_kw"],
        WORDS["read_time"],
        WORDS["read_limits"],
    )
    sheets = (
        Sheet(
            Text("Findings", "疑点"),
            FINDING_COLUMNS,
            [_finding(row, told.get(row.rank), language) for row in view.ranked],
        ),
        Sheet(Text("Data faults", "数据问题"), ISSUE_COLUMNS, [_issue(issue, language) for issue in view.issues]),
        Sheet(Text("Files", "文件"), SOURCE_COLUMNS, [_source(source, language) for source in view.sources]),
        *(
            [Sheet(WORDS["inputs"], INPUT_COLUMNS, [_input(one, language) for one in view.inputs])]
            if view.inputs
            else []
        ),
        Sheet(
            Text("How to read", "阅读说明"),
            (SheetColumn(WORDS["reading"], CellKind.TEXT, 120),),
            [[note.in_language(language)] for note in notes],
        ),
    )
    return write_workbook(sheets, language=language, made_at=view.made_at, label=view.simulated)


def _finding(row: FindingRow, told: FindingView | None, language: Language) -> list[Cell]:
    reasons = [reason.sentence for reason in told.reasons] if told else [row.reason]
    others = told.alternatives if told else ()
    mining = row.mining
    return [
        row.rank,
        row.meter,
        row.probability,
        mining.value if mining else None,
        mining.low if mining else None,
        mining.high if mining else None,
        row.since,
        _yes(language) if row.since_start else None,
        row.until,
        row.mean_kw,
        row.coverage,
        "\n".join(reason.in_language(language) for reason in reasons),
        "\n".join(other.sentence.in_language(language) for other in others) or None,
        "\n".join(other.evidence.in_language(language) for other in others) or None,
        "\n".join(text.in_language(language) for text in (told.would_help if told else ())) or None,
    ]


def _input(one: InputView, language: Language) -> list[Cell]:
    return [
        one.name.in_language(language),
        _yes(language) if one.given else None,
        one.says.in_language(language),
        one.spoke_for if one.given else None,
        one.spoke_against if one.given else None,
    ]


def _yes(language: Language) -> str:
    return "是" if language == "zh" else "yes"


def _issue(issue: Issue, language: Language) -> list[Cell]:
    return [
        WORDS[issue.grade.value].in_language(language),
        issue.code,
        issue.sentence.in_language(language),
        issue.remedy.in_language(language) or None,
        issue.file or None,
        issue.line or None,
        issue.column or None,
        issue.value or None,
        issue.meter or None,
        issue.count,
    ]


def _source(source: SourceView, language: Language) -> list[Cell]:
    return [
        source.file,
        source.layout.in_language(language),
        source.digest,
        source.meters,
        source.readings,
        source.first_day,
        source.last_day,
        source.disqualifying,
        source.noted,
    ]
