"""What column headings mean, in English and Chinese: the words as data and the few rules that read them."""

import re
import unicodedata
from typing import Literal

Role = Literal[
    "meter", "time", "date", "clock", "slot", "value", "ct", "pt", "ratio", "unit", "quantity", "quality", "ignored"
]

_WORDS: dict[Role, str] = {
    "meter": """
        meter id | meter | meterid | meter number | meter no | meter serial | mpan | mprn | nmi | esiid |
        esi id | lclid | ean | zaehlpunkt | zählpunkt | zählernummer | zaehlernummer | meter name |
        meter code | device id | device | deviceid | sensor id | usage point | usagepoint | service point |
        customer id | customer | customer key | consumer id | cons no | account | account number | client |
        household id | id | user id | userid | mp id | mp no | point id | asset no | smart meter id |
        meter point | metering point | premise | 电表资产号 | 资产编号 | 资产号 | 计量点编号 | 计量点号 |
        计量点 | 计量点标识 | 用户编号 | 用户号 | 用电户号 | 户号 | 电能表编号 | 电能表资产号 | 电能表 |
        电表号 | 电表编号 | 表号 | 表计编号 | 测量点号 | 测量点 | 测量点标识 | 电表 | 终端资产号 | 客户编号 |
        用户标识 | 电能表标识 | 表计资产号 | 局号 | 出厂编号 | 设备编号 | 电表局编号
    """,
    "time": """
        time | timestamp | datetime | date time | date/time | interval start | interval end | start time |
        end time | start | end | read time | reading time | reading date | read date time | read datetime |
        local time | utc | utc time | time stamp | ts | tstp | interval | period start | period end |
        interval time | interval start time | interval end time | start date time | end date time |
        zeitstempel | datum/uhrzeit | von | bis | index | from | to | 时间 | 数据时间 | 采集时间 | 抄表时间 |
        示数时间 | 时刻 | 日期时间 | 时标 | 冻结时间 | 数据时标 | 开始时间 | 结束时间 | 起始时间 | 终止时间 |
        记录时间 | 召测时间
    """,
    "date": """
        date | day | read date | data date | reading day | datum | date of reading | 日期 | 数据日期 |
        数据日 | 抄表日期 | 采集日期 | 用电日期 | 统计日期 | 冻结日期 | 业务日期 | 曲线日期
    """,
    "clock": """
        clock | time of day | hour | hh | uhrzeit | hour ending | hour of day | 时分 | 小时 | 钟点 |
        时段时间
    """,
    "slot": """
        slot | period | settlement period | point | interval number | 点号 | 时段 | 时段号 | 数据点 |
        点数序号 | 时点
    """,
    "value": """
        value | reading | kwh | kw | wh | mwh | mw | w | power | active power | energy | consumption | usage |
        load | demand | kwh/hh | kwh per half hour | kwh/hh (per half hour) | energy consumption |
        consumption kwh | global active power | active energy | import | import kwh | general supply kwh |
        energy delivered | delivered | meter reading | register | register read | read value | quantity | p |
        verbrauch | wert | leistung | mean power | mean kw | mean_kw | interval value | usage kwh | total |
        kwh import | amount | 功率 | 有功功率 | 有功 | 总有功功率 | 瞬时有功功率 | 瞬时有功 | 负荷 |
        用电负荷 | 电量 | 用电量 | 正向有功电量 | 有功电量 | 示值 | 示数 | 正向有功总示值 | 正向有功总 |
        正向有功示值 | 正向有功 | 正向有功总电能示值 | 表码 | 止码 | 表底 | 正向有功电能示值 |
        正向有功总电能 | 总功率 | 平均功率 | 数值 | 数据值 | 值 | 读数 | 电能示值 | 有功总示值 | 总有功
    """,
    "ct": """
        ct | ct ratio | current transformer | ct变比 | 电流互感器变比 | 电流变比 | ct倍率 | 电流互感器 |
        电流倍率
    """,
    "pt": """
        pt | vt | pt ratio | vt ratio | pt变比 | 电压互感器变比 | 电压变比 | pt倍率 | 电压互感器 | 电压倍率
    """,
    "ratio": """
        multiplier | ratio | ct*pt | meter multiplier | factor | ct×pt | ctpt | transformer ratio |
        综合倍率 | 倍率 | 计量倍率 | 自身倍率 | 电表倍率 | 互感器倍率 | 综合变比
    """,
    "unit": """
        unit | units | uom | unit of measure | einheit | 单位 | 计量单位
    """,
    "quantity": """
        type | data type | reading type | quantity type | measurement | measurement type | channel | stream |
        suffix | energy type | parameter | 数据类型 | 数据项 | 数据项名称 | 曲线类型 | 类型 | 数据标识 |
        分项 | 相别
    """,
    "quality": """
        quality | status | flag | reading quality | quality flag | validity | estimated | 质量码 | 数据质量 |
        状态 | 数据状态
    """,
    "ignored": """
        name | customer name | address | no | number | row | index no | sn | voltage | current | tariff |
        temperature | weekday | reactive power | power factor | district | city | region | remark | remarks |
        note | notes | comment | stdortou | kvarh | kvar | day of week | nsm | line | feeder | transformer |
        户名 | 用户名称 | 客户名称 | 用户名 | 名称 | 地址 | 用电地址 | 序号 | 供电单位 | 供电所 | 台区 |
        台区名称 | 台区编号 | 线路 | 线路名称 | 备注 | 电压 | 电流 | 功率因数 | 无功功率 | 用电类别 |
        行业分类 | 电压等级 | 地市 | 区县 | 合同容量 | 运行容量 | 温度 | 星期 | 管理单位 | 单位名称 |
        电表类型 | 通讯地址 | 终端地址 | 计量点名称 | 测量点名称 | 数据点数 | 点数
    """,
}
"""Headings by role, separated by bars; compared as :func:`plain` gives them."""

UNITS = {
    "kw": ("power", 1.0), "w": ("power", 1e-3), "mw": ("power", 1e3), "kwh": ("energy", 1.0), "wh": ("energy", 1e-3),
    "mwh": ("energy", 1e3), "千瓦": ("power", 1.0), "瓦": ("power", 1e-3), "兆瓦": ("power", 1e3),
    "万千瓦": ("power", 1e4),
    "千瓦时": ("energy", 1.0), "度": ("energy", 1.0), "瓦时": ("energy", 1e-3), "兆瓦时": ("energy", 1e3),
    "万千瓦时": ("energy", 1e4), "kw·h": ("energy", 1.0), "kw.h": ("energy", 1.0), "千瓦·时": ("energy", 1.0),
    "gwh": ("energy", 1e6), "kw*h": ("energy", 1.0), "kilowatt": ("power", 1.0), "watt": ("power", 1e-3),
    "watts": ("power", 1e-3), "kilowatts": ("power", 1.0), "kilowatt hours": ("energy", 1.0),
    "kilowatthours": ("energy", 1.0),
}  # fmt: skip
"""Units by spelling (lower case): what is measured, and the factor to kW or kWh."""

UNIT_SPELLING = {"kw": "kW", "w": "W", "mw": "MW", "kwh": "kWh", "wh": "Wh", "mwh": "MWh"}

_REGISTER_WORDS = (
    "register", "cumulative", "index value", "示值", "示数", "表码", "止码", "表底", "起码", "totalizer", "zählerstand",
    "meter reading",
)  # fmt: skip
_FROZEN_WORDS = ("正向有功总", "冻结")
"""What a meter stores at a moment (DL/T 645) is its register, unless the heading says energy or power."""
_NOT_FROZEN = ("电量", "功率", "负荷", "需量")
_ENERGY_WORDS = (
    "energy", "consumption", "usage", "kwh", "电量", "电能", "verbrauch", "delivered", "import", "用电量",
)  # fmt: skip
_POWER_WORDS = ("power", "load", "demand", "功率", "负荷", "出力", "leistung", "有功", "active")


def plain(heading: str) -> str:
    """Heading in lower case, full-width forms narrowed, underscores and runs of blanks as one blank."""
    text = unicodedata.normalize("NFKC", heading).replace("\ufeff", "").strip().strip('"').casefold()
    return re.sub(r"[\s_]+", " ", text).strip()


_BRACKETS = re.compile(r"[(\[（【<]\s*([^)\]）】>]*?)\s*[)\]）】>]")


def bare(heading: str) -> str:
    """Heading without what stands in brackets."""
    return _BRACKETS.sub("", plain(heading)).strip(" -:/")


_ROLE_OF: dict[str, Role] = {
    plain(word): role for role, words in _WORDS.items() for word in words.replace("\n", " ").split("|")
}
_TAIL = re.compile(r"[ /.:-](?:in )?(kwh|kw|wh|mwh|mw|w)$")


def role_of(heading: str) -> Role | None:
    """Return the role of a column by its heading, or None when the heading says nothing known."""
    for text in (plain(heading), bare(heading), _TAIL.sub("", bare(heading))):
        if text in _ROLE_OF:
            return _ROLE_OF[text]
        if text.replace(" ", "") in _ROLE_OF:
            return _ROLE_OF[text.replace(" ", "")]
    return None


def unit_of(heading: str) -> str | None:
    """Return the unit that a heading names in lower case, as ``Power [kW]`` and ``usage_kwh`` do, or None."""
    text = plain(heading)
    for inside in _BRACKETS.findall(text):
        if inside in UNITS:
            return str(inside)
    if text in UNITS:
        return text
    match = re.search(r"(?:^|[ /.:-])(kwh|kw|wh|mwh|mw|w)(?:$|[ /.:-])", text)
    return match[1] if match else None


def kind_of(text: str) -> Literal["power", "energy", "register"] | None:
    """Return what the words of a heading, a title or a quantity say is measured, or None."""
    text = plain(text)
    if any(word in text for word in _REGISTER_WORDS):
        return "register"
    unit = unit_of(text)
    if any(word in text for word in _FROZEN_WORDS) and not any(word in text for word in _NOT_FROZEN):
        return "register"
    if unit is not None:
        return "energy" if UNITS[unit][0] == "energy" else "power"
    if any(word in text for word in _ENERGY_WORDS):
        return "energy"
    return "power" if any(word in text for word in _POWER_WORDS) else None


def is_other_quantity(text: str) -> bool:
    """Whether a quantity is none of active power and energy taken from the grid."""
    words = (
        "reactive", "voltage", "current", "factor", "kvar", "export", "无功", "电压", "电流",
        "因数", "反向", "需量", "相位",
        "temperature", "generation", "a相", "b相", "c相", "尖", "峰", "平", "谷",
    )  # fmt: skip
    return any(word in plain(text) for word in words)


def header_ends(heading: str) -> bool | None:
    """Whether a time column's heading says that it ends (True) or starts (False) its interval."""
    text = plain(heading)
    if any(word in text for word in ("end", "结束", "终止", "bis")) or text == "to":
        return True
    return False if any(word in text for word in ("start", "begin", "开始", "起始", "von", "from")) else None


_CLOCK = re.compile(r"(?:[a-z]+ ?)?(\d{1,2})[:：时点](\d{2})(?:[:：]\d{2})?(?:分)?")
_CLOCK_FLAT = re.compile(r"[a-z]*?(\d{2})(\d{2})")
_NUMBERED = re.compile(
    r"(?:第|时段|时点)?([a-z]{0,12}?|[\u4e00-\u9fff]{1,10}?) ?(\d{1,4})(?:点|时|h|hr|hour|时段|个点)?"
)
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2}) ?[-~—–至到] ?(\d{1,2})[:：](\d{2})")


def slot_label(heading: str) -> tuple[str, int] | None:
    """Read a slot's heading: ``("clock", minutes)`` for 0:15, ``("span", start)`` for 0:00-0:15, or a numbered point.

    A numbered point (P1, R96, 点3, h24, 7) gives its prefix in the first place: ``("#p", 1)``.
    """
    text = bare(heading) or plain(heading)
    span = _SPAN.fullmatch(text)
    if span is not None:
        return "span", int(span[1]) * 60 + int(span[2])
    clock = _CLOCK.fullmatch(text)
    if clock is not None and int(clock[1]) <= 24 and int(clock[2]) < 60:
        return "clock", int(clock[1]) * 60 + int(clock[2])
    numbered = _NUMBERED.fullmatch(
        re.sub(r"(?<=[a-z])[ -](?=\d)", "", text.replace("点", "", 1) if text.startswith("点") else text)
    )
    if numbered is not None and (numbered[1].isascii() or _names_a_curve(numbered[1])):
        return "#" + numbered[1], int(numbered[2])
    return None


def _names_a_curve(prefix: str) -> bool:
    """Whether the words before a number say what is measured (有功功率1 … 有功功率96) and not whose meter it is."""
    return kind_of(prefix) is not None and not is_other_quantity(prefix)


def flat_clock(heading: str) -> int | None:
    """Minutes of a heading such as ``0015``, ``2400`` or ``t0015``; None when it is none."""
    match = _CLOCK_FLAT.fullmatch(bare(heading).replace(" ", ""))
    if match is None or int(match[1]) > 24 or int(match[2]) >= 60:
        return None
    return int(match[1]) * 60 + int(match[2])
