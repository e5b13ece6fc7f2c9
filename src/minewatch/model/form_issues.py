"""What can be wrong with a list or form that somebody filled in: codes, grades, sentences and remedies."""

from minewatch.model.issues import VALUE_LENGTH, Grade, Issue, IssueKind
from minewatch.model.text import Text


def _kind(code: str, sentence: tuple[str, str], remedy: tuple[str, str]) -> tuple[str, IssueKind]:
    return code, IssueKind(code, Grade.DISQUALIFYING, Text(*sentence), Text(*remedy))


FORM_ISSUES: dict[str, IssueKind] = dict(
    [
        _kind(
            "form_unreadable",
            ("The file cannot be read: {value}.", "文件无法读取：{value}。"),
            ("Give a CSV or XLSX file with a line of headings.", "请提供带表头的 CSV 或 XLSX 文件。"),
        ),
        _kind(
            "form_no_column",
            ("The column “{column}” is missing.", "缺少“{column}”列。"),
            ("Add the column; its accepted headings are: {value}.", "请补充该列；可用表头：{value}。"),
        ),
        _kind(
            "form_missing",
            ("“{column}” is empty.", "“{column}”为空。"),
            ("Fill it in.", "请填写。"),
        ),
        _kind(
            "form_bad_number",
            ("“{value}” is no number.", "“{value}”不是数字。"),
            ("Write digits, such as 850 or 850.5.", "请填写数字，如 850 或 850.5。"),
        ),
        _kind(
            "form_bad_division",
            ("“{value}” is no division code in use on that day.", "“{value}”不是当日有效的行政区划代码。"),
            ("Write six digits of GB/T 2260, such as 511824.", "请填写六位 GB/T 2260 代码，如 511824。"),
        ),
        _kind(
            "form_bad_location",
            ("“{value}” is no location.", "“{value}”不是有效坐标。"),
            (
                "Write latitude and longitude in degrees, such as 29.23,102.36.",
                "请填写纬度,经度（度），如 29.23,102.36。",
            ),
        ),
        _kind(
            "form_bad_time",
            ("“{value}” is no time.", "“{value}”不是有效时间。"),
            ("Write it as 2021-06-17 22:00.", "请写作 2021-06-17 22:00。"),
        ),
        _kind(
            "form_bad_choice",
            ("“{value}” is not one of the answers.", "“{value}”不在可选项内。"),
            ("Use one of the answers the page on returns lists.", "请使用说明页所列的选项。"),
        ),
        _kind(
            "form_double",
            ("The same site stands in the list twice: {value}.", "清单中重复出现同一项目：{value}。"),
            ("Keep one of the two lines.", "请保留其中一行。"),
        ),
        _kind(
            "form_no_case",
            ("No open case fits “{value}”.", "没有与“{value}”对应的案件。"),
            ("Correct the case, meter or site, or open a case first.", "请更正案件号、计量点或项目名称，或先立案。"),
        ),
        _kind(
            "form_many_cases",
            ("Several cases fit “{value}”.", "“{value}”对应多个案件。"),
            ("Name the case by its number.", "请填写案件编号。"),
        ),
        _kind(
            "form_bad_day",
            ("“{value}” is no day.", "“{value}”不是有效日期。"),
            ("Write it as 2021-06-17.", "请写作 2021-06-17。"),
        ),
        _kind(
            "label_no_answer",
            ("“{value}” says neither yes nor no.", "“{value}”不是明确的是或否。"),
            ("Write yes or no (是/否).", "请填写“是”或“否”（yes/no）。"),
        ),
        _kind(
            "label_contradicts",
            ("Meter {value} stands in the list with yes and with no.", "计量点 {value} 在清单中既有“是”又有“否”。"),
            ("Keep the answer that holds for the days of its readings.", "请只保留与所用读数日期相符的结果。"),
        ),
        _kind(
            "label_unknown_meter",
            ("The workspace holds no readings of meter {value}.", "工作区中没有计量点 {value} 的读数。"),
            (
                "Correct the number, or import the meter's readings: minewatch import readings.",
                "请更正编号，或先导入其读数：minewatch import readings。",
            ),
        ),
        _kind(
            "label_too_short",
            (
                "Meter {value} has readings on fewer than 14 of the days the answer is about.",
                "在核查结果所对应的日期内，计量点 {value} 有读数的不足14天。",
            ),
            (
                "Import more days, or correct first_day and last_day.",
                "请导入更多日期的读数，或更正 first_day、last_day。",
            ),
        ),
        _kind(
            "label_daily_only",
            (
                "Of meter {value} only daily energy is known; there is no curve to learn from.",
                "计量点 {value} 只有日电量，没有可供学习的负荷曲线。",
            ),
            ("Import its 15-, 30- or 60-minute readings.", "请导入其15、30或60分钟读数。"),
        ),
        _kind(
            "form_refused",
            ("The procedure refuses this line: {value}", "程序不允许该行操作：{value}"),
            ("Correct the line, or take the step that has to come first.", "请更正该行，或先完成前置步骤。"),
        ),
    ]
)
"""Every code a form may raise."""


def form_issue(code: str, file: str, *, line: int = 0, column: str = "", value: str = "") -> Issue:
    """Return the issue ``code`` at a place; ``value`` is cut to 80 characters in the record, not in the sentence."""
    kind = FORM_ISSUES[code]
    sentence = kind.sentence.format(value=value, column=column)
    remedy = kind.remedy.format(value=value, column=column)
    return Issue(code, kind.grade, sentence, remedy, file, line, column, value[:VALUE_LENGTH])
