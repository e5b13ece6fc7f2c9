"""Issues: what was wrong with the data, by place and remedy. Data is never lost: it is kept, marked and reported.

An issue is *noted* (the value was usable, or the rest was) or *disqualifying* (the value, or the whole file, could not
be used). ``CATALOGUE`` is the one list of codes; a reader may raise no other.
"""

from dataclasses import dataclass
from enum import StrEnum

from minewatch.model.file_issues import FILE_ISSUES
from minewatch.model.text import Text


class Grade(StrEnum):
    """How much an issue costs."""

    NOTED = "noted"
    DISQUALIFYING = "disqualifying"


@dataclass(frozen=True, slots=True)
class IssueKind:
    """One line of the catalogue: its code, its grade, a sentence (with ``{value}``-like fields) and a remedy."""

    code: str
    grade: Grade
    sentence: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault at one place.

    ``line`` counts physical lines of the file from 1 (0: the whole file; for Parquet and XLSX the row number, headings
    included); ``column`` is the heading or the element's name, empty when the whole line is meant; ``value`` is what
    stood there, at most 80 characters; ``count`` is how many places share the fault when they are reported as one.
    """

    code: str
    grade: Grade
    sentence: Text
    remedy: Text
    file: str
    line: int = 0
    column: str = ""
    value: str = ""
    meter: str = ""
    count: int = 1


VALUE_LENGTH = 80
"""Characters of a faulty value that an issue keeps."""


def _kind(code: str, grade: Grade, sentence: tuple[str, str], remedy: tuple[str, str]) -> tuple[str, IssueKind]:
    return code, IssueKind(code, grade, Text(*sentence), Text(*remedy))


_NOTED, _DISQUALIFYING = Grade.NOTED, Grade.DISQUALIFYING

_FILE_ISSUES = tuple(_kind(code, Grade(grade), sentence, remedy) for code, grade, sentence, remedy in FILE_ISSUES)

_ROW_ISSUES = (
    _kind(
        "row_too_short",
        _DISQUALIFYING,
        ("The line has too few columns, as if cut off.", "该行列数不足，疑似被截断。"),
        ("Complete the line in the source and import again.", "请在源数据中补全该行后重新导入。"),
    ),
    _kind(
        "row_too_long",
        _NOTED,
        (
            "The line has more columns than the heading; the surplus was ignored: {value}.",
            "该行列数多于表头，多余部分已忽略：{value}。",
        ),
        ("Check for an unquoted delimiter or thousands separator.", "请检查是否存在未加引号的分隔符或千位分隔符。"),
    ),
    _kind(
        "no_meter",
        _DISQUALIFYING,
        ("The line names no meter.", "该行没有计量点编号。"),
        ("Fill in the meter's id.", "请补填计量点编号。"),
    ),
    _kind(
        "bad_time",
        _DISQUALIFYING,
        ("“{value}” is not a time.", "“{value}”不是有效时间。"),
        ("Correct it, or give the time format in a mapping file.", "请更正，或在映射文件中指明时间格式。"),
    ),
    _kind(
        "bad_number",
        _DISQUALIFYING,
        ("“{value}” is not a number; the reading counts as missing.", "“{value}”不是数值，按缺测处理。"),
        ("Correct it, or leave the cell empty when there is no reading.", "请更正；无读数时请留空。"),
    ),
    _kind(
        "bad_multiplier",
        _DISQUALIFYING,
        ("“{value}” is not a usable multiplier (CT, PT or ratio).", "“{value}”不是有效倍率（CT、PT 或综合倍率）。"),
        ("Correct the multiplier; readings of the line were left out.", "请更正倍率；该行读数未采用。"),
    ),
    _kind(
        "thousands_separators",
        _NOTED,
        ("Thousands separators were read: “{value}”.", "已按千位分隔符读取：“{value}”。"),
        ("Check that the decimal mark was understood.", "请核对小数点是否识别正确。"),
    ),
    _kind(
        "unknown_unit",
        _DISQUALIFYING,
        ("The unit “{value}” is not one of power or energy.", "单位“{value}”不是功率或电量单位。"),
        ("Use kW, W, MW, kWh, Wh or MWh, or give the unit.", "请使用 kW、W、MW、kWh、Wh、MWh，或指定单位。"),
    ),
    _kind(
        "other_quantity",
        _NOTED,
        ("Lines of another quantity were left out: “{value}”.", "其他数据类型的行未采用：“{value}”。"),
        ("Nothing to do; only active power and energy are read.", "无需处理；仅读取有功功率和有功电量。"),
    ),
    _kind(
        "summary_row",
        _NOTED,
        ("A line of totals was left out.", "合计行未采用。"),
        ("Nothing to do.", "无需处理。"),
    ),
    _kind(
        "poor_quality",
        _DISQUALIFYING,
        ("The source marks the reading as not usable: {value}.", "数据源标记该读数不可用：{value}。"),
        ("Ask for validated readings.", "请索取经核验的读数。"),
    ),
    _kind(
        "estimated_value",
        _NOTED,
        ("The source marks the reading as estimated; it was taken.", "数据源标记该读数为估算值，已采用。"),
        ("Prefer measured readings where they exist.", "如有实测读数，请优先使用。"),
    ),
)

_ASSUMPTIONS = (
    _kind(
        "ambiguous_dates",
        _NOTED,
        (
            "All dates could be day first or month first; they were read as {value}.",
            "日期的日、月顺序无法确定，按{value}读取。",
        ),
        ("Give the order in a mapping file if this is wrong.", "如有误，请在映射文件中指明顺序。"),
    ),
    _kind(
        "unit_assumed",
        _NOTED,
        ("The file names no unit; {value} was assumed.", "文件未注明单位，按 {value} 处理。"),
        ("Give the unit if this is wrong.", "如有误，请指定单位。"),
    ),
    _kind(
        "utc_assumed",
        _NOTED,
        (
            "Times are written in UTC and no zone was given; days are cut at 00:00 UTC.",
            "时间以 UTC 书写且未指定时区，按 UTC 零点划分日期。",
        ),
        ("Give the meters' zone, e.g. Asia/Shanghai.", "请指定计量点所在时区，例如 Asia/Shanghai。"),
    ),
    _kind(
        "multiplier_applied",
        _NOTED,
        (
            "Readings were multiplied by CT × PT (or the ratio): {value}.",
            "读数已乘以倍率（CT×PT 或综合倍率）：{value}。",
        ),
        (
            "Map the column as ignored if the export has multiplied already.",
            "若导出数据已乘倍率，请在映射文件中忽略该列。",
        ),
    ),
    _kind(
        "resampled",
        _NOTED,
        (
            "Readings every {value} minutes were averaged into slots of the day.",
            "{value} 分钟间隔的读数已平均到当日时段。",
        ),
        ("Nothing to do.", "无需处理。"),
    ),
)

_TIME_ISSUES = (
    _kind(
        "duplicate",
        _NOTED,
        ("The same reading stands there more than once; it was taken once.", "读数重复，仅采用一次。"),
        ("Nothing to do, or remove the repetition from the export.", "无需处理，或在导出时去重。"),
    ),
    _kind(
        "conflict",
        _NOTED,
        (
            "Another value for the same meter and time: “{value}”; the first was kept.",
            "同一计量点同一时间另有不同读数“{value}”，保留首个。",
        ),
        ("Find out which one is right and remove the other.", "请核实正确读数并删除另一个。"),
    ),
    _kind(
        "gap",
        _NOTED,
        (
            "Readings between the first and the last are missing (missing / all): {value}.",
            "首末读数之间有缺测（缺测 / 应有）：{value}。",
        ),
        (
            "Fetch the missing readings if the source has them; they are never filled in.",
            "如源系统有数据请补采；系统不会自行填补。",
        ),
    ),
    _kind(
        "mixed_steps",
        _NOTED,
        ("The meter's readings come at different steps: {value} minutes.", "该计量点存在不同采样间隔：{value} 分钟。"),
        (
            "Nothing to do if the meter was reconfigured; each day keeps its own step.",
            "如属采样调整则无需处理；每日按自身间隔处理。",
        ),
    ),
    _kind(
        "unsupported_step",
        _DISQUALIFYING,
        ("Readings every {value} minutes do not fit into slots of a day.", "{value} 分钟间隔的读数无法划入日内时段。"),
        ("Export readings of 60 minutes or less, or daily ones.", "请导出 60 分钟及以下或日级的读数。"),
    ),
    _kind(
        "off_grid_times",
        _NOTED,
        (
            "Times do not fall on the slots' borders; each was put into the slot that holds it.",
            "时间不在时段边界上，已归入所在时段。",
        ),
        ("Check the meter's clock.", "请检查电能表时钟。"),
    ),
    _kind(
        "partial_slot",
        _DISQUALIFYING,
        ("Too few readings in a slot for a mean; the slot counts as missing.", "时段内读数不足，按缺测处理。"),
        ("Fetch the missing readings if the source has them.", "如源系统有数据请补采。"),
    ),
    _kind(
        "nonexistent_time",
        _DISQUALIFYING,
        (
            "“{value}” does not exist on that day: clocks were put forward over it.",
            "“{value}”当日并不存在（夏令时拨快跳过）。",
        ),
        (
            "If the meter keeps standard time all year, give a fixed offset as zone.",
            "若电能表全年使用标准时间，请以固定偏移作为时区。",
        ),
    ),
    _kind(
        "repeated_hour_once",
        _NOTED,
        (
            "The hour that clocks run through twice stands there once; its second pass counts as missing.",
            "夏令时结束重复的时段仅出现一次，第二次按缺测处理。",
        ),
        ("Export with UTC offsets, or in standard time.", "请导出带 UTC 偏移或标准时间的数据。"),
    ),
)

_VALUE_ISSUES = (
    _kind(
        "negative_values",
        _NOTED,
        (
            "Negative readings were kept (the first is {value} kW); they are usual where the site feeds in (solar).",
            "存在负值（首个为 {value} kW），已保留；常见于分布式光伏上网。",
        ),
        ("Check the meter's direction if the site has no generation.", "若无发电设备，请核查计量方向。"),
    ),
    _kind(
        "spike",
        _DISQUALIFYING,
        ("An impossible peak of {value} kW was set aside as missing.", "异常尖峰 {value} kW 已剔除，按缺测处理。"),
        ("Check the reading in the source.", "请在源系统核对该读数。"),
    ),
    _kind(
        "sentinel_value",
        _DISQUALIFYING,
        ("{value} stands for “no reading” here and counts as missing.", "{value} 为无效值标记，按缺测处理。"),
        ("Leave the cell empty when there is no reading.", "无读数时请留空。"),
    ),
    _kind(
        "register_rollover",
        _NOTED,
        (
            "The register rolled over its highest digit; the energy was computed across it.",
            "电能表示值翻转，电量已跨翻转计算。",
        ),
        ("Nothing to do.", "无需处理。"),
    ),
    _kind(
        "register_reset",
        _NOTED,
        ("The register started again from zero; the interval counts as missing.", "电能表示值清零，该时段按缺测处理。"),
        ("Check for a reset or a repaired meter.", "请核查是否清零或检修。"),
    ),
    _kind(
        "meter_exchange",
        _NOTED,
        (
            "The register goes on from another value, as after a meter exchange; the interval counts as missing.",
            "示值从另一数值继续，疑似换表，该时段按缺测处理。",
        ),
        ("Check the exchange record and its multiplier.", "请核对换表记录及倍率。"),
    ),
    _kind(
        "register_dip",
        _DISQUALIFYING,
        ("A single register reading leaves the row and was set aside: {value}.", "单个示值偏离序列，已剔除：{value}。"),
        ("Check the reading in the source.", "请在源系统核对该读数。"),
    ),
)

_LAKE_ISSUES = (
    _kind(
        "same_file",
        _NOTED,
        ("The same file was imported before; it was not read again.", "该文件此前已导入，未重复读取。"),
        ("Nothing to do.", "无需处理。"),
    ),
    _kind(
        "already_imported",
        _NOTED,
        ("Readings that are in the lake already were not stored again.", "读数已在数据湖中，未重复存储。"),
        ("Nothing to do.", "无需处理。"),
    ),
    _kind(
        "differs_from_earlier",
        _NOTED,
        (
            "Readings of a day differ from those imported before ({value}); the later import counts, the earlier is kept.",
            "当日读数与此前导入的不一致（{value}）；以后导入者为准，先前读数仍予保留。",
        ),
        ("Find out which file is right; import the right one last.", "请核实哪个文件正确，并最后导入正确的文件。"),
    ),
)

CATALOGUE: dict[str, IssueKind] = dict(
    _FILE_ISSUES + _ROW_ISSUES + _ASSUMPTIONS + _TIME_ISSUES + _VALUE_ISSUES + _LAKE_ISSUES
)
"""Every code a reader or an import may raise, in the order of the documentation."""


def issue_of(
    code: str,
    file: str,
    *,
    line: int = 0,
    column: str = "",
    value: str = "",
    meter: str = "",
    count: int = 1,
    said: Text | None = None,
) -> Issue:
    """Return the issue ``code`` of the catalogue at a place, its sentence filled in; ``value`` is cut to 80 characters.

    ``said`` stands in the sentence in place of the value where that is words of ours and not what stood in the file.
    A code that is not in the catalogue is a bug: ``KeyError``.
    """
    kind = CATALOGUE[code]
    value = (value or (said.en if said else ""))[:VALUE_LENGTH]
    words = said or Text(value, value)
    sentence = Text(
        kind.sentence.en.format(value=words.en, column=column, meter=meter, line=line),
        kind.sentence.zh.format(value=words.zh, column=column, meter=meter, line=line),
    )
    return Issue(code, kind.grade, sentence, kind.remedy, file, line, column, value, meter, count)
