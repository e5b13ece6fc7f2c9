"""What can be wrong with grid, meter, station, generation, weather and outage tables: codes, grades, sentences and remedies."""

from minewatch.model.issues import VALUE_LENGTH, Grade, Issue, IssueKind
from minewatch.model.text import Text


def _kind(code: str, grade: Grade, sentence: tuple[str, str], remedy: tuple[str, str]) -> tuple[str, IssueKind]:
    return code, IssueKind(code, grade, Text(*sentence), Text(*remedy))


GRID_ISSUES: dict[str, IssueKind] = dict(
    [
        _kind(
            "grid_no_column",
            Grade.DISQUALIFYING,
            ("The column “{column}” is missing.", "缺少“{column}”列。"),
            ("Add the column; its accepted headings are: {value}.", "请补充该列；可用表头：{value}。"),
        ),
        _kind(
            "grid_missing",
            Grade.DISQUALIFYING,
            ("“{column}” is empty; the line was set aside.", "“{column}”为空，该行未采用。"),
            ("Fill it in and import the file again.", "请填写后重新导入。"),
        ),
        _kind(
            "grid_bad_number",
            Grade.NOTED,
            (
                "“{value}” is no number in “{column}”; it counts as missing.",
                "“{column}”中的“{value}”不是数字，按缺失处理。",
            ),
            ("Write digits, such as 850 or 850.5.", "请填写数字，如 850 或 850.5。"),
        ),
        _kind(
            "grid_bad_date",
            Grade.NOTED,
            (
                "“{value}” is no date in “{column}”; it counts as missing.",
                "“{column}”中的“{value}”不是日期，按缺失处理。",
            ),
            ("Write it as 2021-06-17.", "请写作 2021-06-17。"),
        ),
        _kind(
            "grid_bad_time",
            Grade.NOTED,
            (
                "“{value}” is no time in “{column}”; it counts as missing.",
                "“{column}”中的“{value}”不是时间，按缺失处理。",
            ),
            (
                "Write it in the meters' standard time, as 2021-06-17 22:00, without a zone.",
                "请按计量点的标准时间书写，如 2021-06-17 22:00，不带时区。",
            ),
        ),
        _kind(
            "outage_reversed",
            Grade.DISQUALIFYING,
            (
                "The outage ends before it begins: {value}; the line was set aside.",
                "中断的结束早于开始：{value}，该行未采用。",
            ),
            ("Correct the two times.", "请更正起止时间。"),
        ),
        _kind(
            "holidays_unknown",
            Grade.NOTED,
            (
                "The Chinese calendar for {value} is not known; no holidays were taken for that year.",
                "没有{value}年的放假安排，该年未计节假日。",
            ),
            (
                "Give the holidays as a file of dates, or install a newer chinesecalendar.",
                "请以日期文件给出节假日，或安装更新的 chinesecalendar。",
            ),
        ),
        _kind(
            "grid_dates_reversed",
            Grade.DISQUALIFYING,
            ("The validity ends before it begins: {value}.", "有效期终止早于起始：{value}。"),
            ("Correct the two dates.", "请更正起止日期。"),
        ),
        _kind(
            "grid_double",
            Grade.NOTED,
            ("The same line stands here again: {value}.", "内容重复：{value}。"),
            ("Nothing to do; it counts once.", "无需处理，按一次计。"),
        ),
        _kind(
            "grid_two_parents",
            Grade.DISQUALIFYING,
            ("{value} hangs under two parents at the same time.", "{value}在同一时期有两个上级。"),
            (
                "End one of the two with a date; until then the line further down counts.",
                "请为其中一条填写终止日期；在此之前以后出现的一行为准。",
            ),
        ),
        _kind(
            "grid_cycle",
            Grade.DISQUALIFYING,
            ("The tree runs in a circle: {value}.", "拓扑成环：{value}。"),
            (
                "Correct a parent of one of them; none of them is balanced.",
                "请更正其中一个节点的上级；这些节点均不参与平衡计算。",
            ),
        ),
        _kind(
            "grid_orphan",
            Grade.NOTED,
            ("The parent of {value} is in no line.", "{value}的上级不在表中。"),
            ("Add a line for the parent, or correct its name.", "请补充上级节点，或更正其名称。"),
        ),
        _kind(
            "grid_stale",
            Grade.NOTED,
            (
                "The line of {value} ended before the day looked at, and none follows it.",
                "{value}的记录在所查日期之前已失效，且无后续记录。",
            ),
            ("Bring the topology up to date.", "请更新拓扑台账。"),
        ),
        _kind(
            "grid_not_in_books",
            Grade.NOTED,
            ("{value} has readings but stands in no table.", "{value}有读数，但不在台账中。"),
            ("Add it with its node and import the table again.", "请补充其所属节点后重新导入。"),
        ),
        _kind(
            "grid_unread",
            Grade.NOTED,
            ("Meters of the books without readings: {value}.", "台账中有{value}个计量点没有读数。"),
            ("Their load is estimated from customers of the same kind.", "其负荷按同类用户估计。"),
        ),
    ]
)
"""Every code that tables of the grid may raise."""


def grid_issue(code: str, file: str, *, line: int = 0, column: str = "", value: str = "", count: int = 1) -> Issue:
    """Return the issue ``code`` at a place; ``value`` is cut to 80 characters in the record, not in the sentence."""
    kind = GRID_ISSUES[code]
    sentence = kind.sentence.format(value=value, column=column)
    remedy = kind.remedy.format(value=value, column=column)
    return Issue(code, kind.grade, sentence, remedy, file, line, column, value[:VALUE_LENGTH], count=count)
