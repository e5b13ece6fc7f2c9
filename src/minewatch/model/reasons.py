"""Why a meter is suspected and what else would explain its curve: codes and sentences for a reader who is no engineer.

A finding carries codes (strongest first) and, for each code, the figures that its sentence takes. Figures are numbers
or short texts; :func:`sentence` fills them in. Every alternative says which evidence would decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from minewatch.model.given_reasons import GIVEN_REASONS
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, a short name for tables, and a sentence with named figures.

    ``earlier`` is the sentence for findings kept by an earlier version, which gave other figures.
    """

    code: str
    name: Text
    sentence: Text
    earlier: Text | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One innocent explanation: its code, a sentence, and the evidence that would tell it from mining."""

    code: str
    name: Text
    sentence: Text
    evidence: Text


REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            "runs_all_night",
            Text("runs all night", "整夜运行"),
            Text(
                "On {nights} of {all_nights} nights the load never fell below {least} kW between 00:00 and 05:00.",
                "在{all_nights}个夜晚中，有{nights}个夜晚的00:00至05:00负荷始终不低于{least}千瓦。",
            ),
            Text(
                "About {kw} kW ran on {nights} of {all_nights} nights between 00:00 and 05:00.",
                "在{all_nights}个夜晚中，有{nights}个夜晚的00:00至05:00有约{kw}千瓦在运行。",
            ),
        ),
        Reason(
            "steady_floor",
            Text("steady lowest load", "最低负荷稳定"),
            Text(
                "The lowest load of the day, {kw} kW, changed by only {percent} % from one day to the next; "
                "it makes up {share} % of all the electricity used.",
                "每天的最低负荷约{kw}千瓦，日与日之间仅变化{percent}%，占全部用电量的{share}%。",
            ),
        ),
        Reason(
            "even_step_up",
            Text("even step up", "整体上台阶"),
            Text(
                "From {date} on the load stood about {kw} kW higher than in the {days} days before, at {hours} of "
                "the 24 hours of the day.",
                "自{date}起，一天24个小时中有{hours}个小时的负荷比此前{days}天高出约{kw}千瓦。",
            ),
            Text("From {date} on the load stood about {kw} kW higher.", "自{date}起，负荷高出约{kw}千瓦。"),
        ),
        Reason(
            "even_step_down",
            Text("even step down", "整体下台阶"),
            Text(
                "From {date} on the load stood about {kw} kW lower than in the {days} days before, at {hours} of "
                "the 24 hours of the day.",
                "自{date}起，一天24个小时中有{hours}个小时的负荷比此前{days}天低约{kw}千瓦。",
            ),
            Text("From {date} on the load stood about {kw} kW lower.", "自{date}起，负荷低约{kw}千瓦。"),
        ),
        Reason(
            "timed_block",
            Text("switched by the clock", "定时投切"),
            Text(
                "On {percent} % of the days about {kw} kW came on at once around {on}:00 and went off at once around "
                "{off}:00.",
                "{percent}%的日子里，约{kw}千瓦在{on}点前后一次投入，在{off}点前后一次退出。",
            ),
        ),
        Reason(
            "equal_jumps",
            Text("jumps of one size", "等量跳变"),
            Text(
                "About {a_month} times a month the load jumped up or down by nearly the same {kw} kW and stayed there for "
                "a while.",
                "平均每月约{a_month}次，负荷以几乎相同的{kw}千瓦向上或向下跳变，并停留一段时间。",
            ),
            Text(
                "About {times} times a day the load jumped up or down by nearly the same {kw} kW.",
                "平均每天约{times}次，负荷以几乎相同的{kw}千瓦向上或向下跳变。",
            ),
        ),
        Reason(
            "two_levels",
            Text("a part either on or off", "时开时停的等量部分"),
            Text(
                "Apart from its usual daily pattern the load seems to hold a part of about {kw} kW that is either fully "
                "on or fully off.",
                "除通常的日变化外，负荷中似有一部分约{kw}千瓦，要么全开，要么全停。",
            ),
        ),
        Reason(
            "short_drops",
            Text("short drops that come back", "短时跌落后恢复"),
            Text(
                "About {times} times a month the load fell by about {kw} kW for an hour or less and came back, more often "
                "than it rose for so short a time; machines that lose their network do so, and so do pumps "
                "and fridges.",
                "平均每月约{times}次，负荷短时下跌约{kw}千瓦、一小时内恢复，多于同样短暂的上升；断网的矿机会如此，水泵、冰箱等也会。",
            ),
        ),
        Reason(
            "quiet_load",
            Text("unusually even load", "负荷异常平稳"),
            Text(
                "From one hour to the next the load typically changed by only {percent} %; machines that run at one power "
                "are so even, and so are some large buildings.",
                "相邻两小时之间负荷通常只变化{percent}%；以固定功率运行的设备如此平稳，部分大型楼宇也会如此。",
            ),
        ),
        Reason(
            "constant_under_pattern",
            Text("constant part under the daily pattern", "日变化之下有恒定部分"),
            Text(
                "The load swings less than an ordinary load of its size: it looks like one to which about {kw} kW was added "
                "that hardly changes while it runs.",
                "负荷的起伏小于同等规模的普通负荷，如同在普通负荷之上叠加了约{kw}千瓦、运行时几乎不变的负荷。",
            ),
        ),
        Reason(
            "no_week",
            Text("no weekend", "不分工作日与周末"),
            Text(
                "The lowest load differs by only {percent} % between the days of the week.",
                "一周各天之间的最低负荷仅相差{percent}%。",
            ),
        ),
        Reason(
            "high_daily_floor",
            Text("daily energy hardly changes", "日电量变化很小"),
            Text(
                "The energy of a day typically changed by only {percent} % from one day to the next "
                "(daily readings only).",
                "日电量与前一日相比通常仅变化{percent}%（仅有日电量数据）。",
            ),
        ),
        Reason(
            "like_server_room",
            Text("server room not ruled out", "不能排除机房"),
            Text(
                "While it runs day and night, the curve alone cannot tell it from a server room; what decides is a visit, or "
                "traffic to mining pools, the contract and registration, the invoices for the machines.",
                "该部分昼夜运行期间，仅凭曲线无法与机房区分；须以现场核查，或连接矿池的网络流量、用电合同与备案、设备采购发票来判定。",
            ),
        ),
        Reason(
            "whole_curve",
            Text("the curve as a whole", "曲线总体特征"),
            Text(
                "No single sign stands out; many small signs together resemble curves with a machine load added.",
                "没有单一的突出迹象；多个较弱的迹象合在一起，与叠加了矿机负荷的曲线相似。",
            ),
        ),
        *(Reason(*one) for one in GIVEN_REASONS),
    )
}
"""Reasons by code."""

ALTERNATIVES = {
    alternative.code: alternative
    for alternative in (
        Alternative(
            "server_room",
            Text("server room or data centre", "机房或数据中心"),
            Text(
                "A server room or data centre draws just such an even load; the curve alone cannot tell it from a mine "
                "that never stops.",
                "机房或数据中心的负荷同样平稳；仅凭曲线无法与不停机的矿场区分。",
            ),
            Text(
                "Only a visit is sure. Before it: traffic to mining pools, the contract and the registration as a data "
                "centre, the supplier's invoices for the machines. The power factor rules out motors, not servers.",
                "只有现场核查可以确定。此前可核对：是否连接矿池的网络流量、用电合同与数据中心备案、设备采购发票。功率因数可排除电动机，不能排除服务器。",
            ),
        ),
        Alternative(
            "telecom_mast",
            Text("telecom mast", "通信基站"),
            Text(
                "A telecom mast draws a few kilowatts day and night, a little more in the evening.",
                "通信基站昼夜用电数千瓦，晚间略高。",
            ),
            Text("Ask the operator; the contract names a tower company.", "向铁塔公司或运营商核实，合同户名通常可见。"),
        ),
        Alternative(
            "cold_store",
            Text("cold store or refrigeration", "冷库或制冷"),
            Text(
                "Refrigeration runs day and night; compressors switch and work harder in warm weather.",
                "制冷设备昼夜运行；压缩机有启停，天热时用电增加。",
            ),
            Text(
                "Compare with the outdoor temperature; reactive power is high with compressors and near nought with "
                "mining machines.",
                "与室外气温对比；压缩机无功较大，矿机无功接近零。",
            ),
        ),
        Alternative(
            "pump_station",
            Text("pumps or ventilation", "水泵或风机"),
            Text(
                "Pumps and fans run for days at one power and switch in steps of one motor.",
                "水泵和风机可连续多日以同一功率运行，并以单台电机为单位投切。",
            ),
            Text(
                "Motors draw reactive power: look at the power factor, and at rainfall or the water works' log.",
                "电机有明显无功：查看功率因数，并核对降雨或水厂运行记录。",
            ),
        ),
        Alternative(
            "timed_lights",
            Text("greenhouse or other lights on a timer", "温室补光或其他定时照明"),
            Text(
                "Lights on a timer switch one power on and off at fixed hours, and shift with the season.",
                "定时照明在固定钟点以同一功率投切，并随季节移动。",
            ),
            Text(
                "See whether the hours follow the sun over the year; look at the declared use.",
                "查看投切时刻是否随日照季节变化；核对申报用途。",
            ),
        ),
        Alternative(
            "electric_heating",
            Text("electric or storage heating", "电采暖或蓄热"),
            Text(
                "Electric and storage heating runs in blocks, mostly at night, and follows the cold.",
                "电采暖或蓄热设备成段运行，多在夜间，并随寒冷程度变化。",
            ),
            Text(
                "Compare with the outdoor temperature; a mine does not stop for a mild spell.",
                "与室外气温对比；矿机不会因天气转暖而停机。",
            ),
        ),
        Alternative(
            "vehicle_charging",
            Text("vehicle charging", "电动汽车充电"),
            Text(
                "A depot charges at night in blocks of one charger's power that tail off as batteries fill.",
                "充电场站夜间按充电桩功率成段充电，电池充满后逐渐回落。",
            ),
            Text(
                "Look for the tail before morning and for days off; ask for the charging contract.",
                "查看清晨前是否逐渐回落、休息日是否停充；核对充电桩合同。",
            ),
        ),
        Alternative(
            "process_plant",
            Text("plant or shop that works around the clock", "连续生产的工厂或24小时营业场所"),
            Text(
                "A works with shifts or a shop open all night keeps a high load at all hours.",
                "倒班生产的工厂或通宵营业的场所各时段负荷都较高。",
            ),
            Text(
                "Compare with production, opening hours and holidays; mining does not pause for the Spring Festival.",
                "与产量、营业时间和节假日对比；矿机春节也不停机。",
            ),
        ),
        Alternative(
            "empty_house",
            Text("little used premises", "基本闲置的房屋"),
            Text(
                "In little used premises the standby load alone is even; the power is too small for more than a "
                "machine or two.",
                "基本闲置的房屋只有待机负荷，同样平稳；功率小，至多相当于一两台矿机。",
            ),
            Text("At this size a visit is seldom worth the journey.", "此量级一般不值得专程现场检查。"),
        ),
        Alternative(
            "new_equipment",
            Text("new or removed equipment", "新增或拆除设备"),
            Text(
                "Any machine that runs around the clock, put in or taken out on that day, leaves the same step.",
                "当天新装或拆除任何全天运行的设备，都会留下同样的台阶。",
            ),
            Text(
                "Ask what was installed or removed on that date; compare with the order's deadline and with "
                "neighbours.",
                "询问当日新装或拆除了什么；与文件规定的期限及周边用户对比。",
            ),
        ),
    )
}
"""Alternatives by code."""

DATA_NOTES = {
    "no_readings": Text("No usable readings.", "没有可用读数。"),
    "short_window": Text("Fewer than 14 days were read: the estimate is rough.", "可用数据不足14天，估计较粗略。"),
    "many_gaps": Text(
        "{percent} % of the readings are missing; they were left out, not filled.", "缺失{percent}%的读数；未作填补。"
    ),
    "daily_only": Text(
        "Only daily energy was given: day and night cannot be told apart, so the estimate is rough.",
        "只有日电量数据：无法区分昼夜，估计较粗略。",
    ),
    "feeds_in": Text(
        "The meter feeds into the grid at times; a mine behind it can hide in its own generation.",
        "该计量点有时向电网送电；其后的矿机可能被自发电掩盖。",
    ),
    "since_uncertain": Text(
        "When it began is uncertain: in less than half of such cases is the date right to a day.",
        "起始时间不确定：同类情形中，日期误差在一天以内的不到一半。",
    ),
}
"""What was wrong with a meter's data, by code."""

_FLOOR = Text("height and steadiness of the lowest load", "最低负荷的高低与稳定")
_CHANGES = Text("changes from hour to hour", "逐时变化的大小")
_JUMPS = Text("jumps of one size", "等量跳变")
_DROPS = Text("short drops that come back", "短时跌落后恢复")
_LEVELS = Text("two levels and repetition under the daily pattern", "扣除日变化后的两种水平与重复性")

LOOKS = {
    "level": _FLOOR,
    "floor": _FLOOR,
    "mean": _FLOOR,
    "profile": Text("a constant part under the daily pattern", "日变化之下的恒定部分"),
    "noise": _CHANGES,
    "flat": _CHANGES,
    "step": Text("even steps from one day on", "自某日起整体升降"),
    "edge": Text("switching by the clock", "定时投切"),
    "jump": _JUMPS,
    "clean": _JUMPS,
    "dip": _DROPS,
    "sag": _DROPS,
    "two": _LEVELS,
    "rest": _LEVELS,
    "repeat": _LEVELS,
    "load": _LEVELS,
    "gap": _LEVELS,
    "peak": Text("levels the curve returns to", "反复出现的负荷水平"),
    "plateau": Text("levels the curve returns to", "反复出现的负荷水平"),
    "jolt": Text("jumps at times of no habit", "不合作息的跳变"),
    "quiet": Text("a constant part under the daily pattern", "日变化之下的恒定部分"),
    "drop": _DROPS,
    "separate": Text("a part of one size that can be told apart", "可分离出的等量部分"),
}
"""What each family of looks is called where its contribution is shown, by the name it has in ``look_weights``; families of one
name are shown together."""


def sentence(code: str, figures: Mapping[str, object] | None = None) -> Text:
    """Sentence of a reason, alternative or data note with its figures filled in.

    Raises ``KeyError`` for a code that stands in no catalogue or a figure that is not given.
    """
    if code in REASONS:
        reason, given = REASONS[code], dict(figures or {})
        try:
            return reason.sentence.format(**given)
        except KeyError:
            if reason.earlier is None:
                raise
            return reason.earlier.format(**given)
    if code in ALTERNATIVES:
        return ALTERNATIVES[code].sentence
    return DATA_NOTES[code].format(**dict(figures or {}))
