"""Why the data cannot tell whether a site stopped, and who was heard, in words."""

from collections.abc import Mapping

from minewatch.detect.stop import Doubt
from minewatch.detect.stop_sources import (
    DATES_DIFFER,
    NODE_ALONE,
    TRAFFIC_LATER,
    TRAFFIC_SILENT,
    TRAFFIC_UNWATCHED,
    Source,
)
from minewatch.model.text import Text

SOURCES: Mapping[str, Text] = {
    Source.METERS: Text("the site's meters", "用户计量点"),
    Source.NODE: Text("its node's balance", "所属节点平衡"),
    Source.STATION: Text("the station that feeds it", "供电电站"),
    Source.TRAFFIC: Text("its traffic", "网络流量"),
}

OUTCOMES: Mapping[str, Text] = {
    "in_time": Text("stopped in time", "按时停机"),
    "late": Text("stopped late", "逾期停机"),
    "not_stopped": Text("not stopped", "未停机"),
    "came_back": Text("came back", "停后复机"),
    "cannot_tell": Text("cannot tell", "无法判定"),
}

_DOUBTS: Mapping[str, Text] = {
    Doubt.FEW_READINGS_BEFORE: Text("too few readings before the deadline", "期限前读数不足"),
    Doubt.FEW_READINGS_AFTER: Text("too few readings after the deadline", "期限后读数不足"),
    Doubt.NOT_SEEN_BEFORE: Text(
        "no mine of that power is visible before the deadline", "期限前曲线中看不到该功率的矿场"
    ),
    Doubt.TOO_SMALL: Text("the mine is too small against the site's own variation", "挖矿功率小于用户自身负荷波动"),
    Doubt.PARTLY_REDUCED: Text("the load fell only in part", "负荷仅部分下降"),
    Doubt.GAP_AT_STOP: Text(
        "off, but no readings where the load fell, across the deadline", "已停机，但负荷下降时段缺读数，且跨越期限"
    ),
    Doubt.WHICH_SIDE: Text(
        "off, but the readings leave open on which side of the deadline it stopped",
        "已停机，但读数不足以判定在期限前还是期限后",
    ),
    NODE_ALONE: Text(
        "only its node shows it, where another load may have fallen silent: confirm on site",
        "仅节点负荷显示停机，可能为其他负荷所致，需现场确认",
    ),
    DATES_DIFFER: Text(
        "off, but the sources date the stop on different sides of the deadline",
        "已停机，但各来源对停机时间在期限前后说法不一",
    ),
}

_ABSENT: Mapping[str, Text] = {
    "no_meter": Text("the case names no meter", "案件未登记计量点"),
    "no_own_meter": Text(
        "it has no meter of its own, only its node or station is known", "无自有计量点，仅知所属节点或电站"
    ),
    "no_power": Text("the mining power is not known", "挖矿功率未知"),
    "no_readings": Text("the lake holds no readings of its meters", "数据湖中没有该计量点读数"),
    "no_node": Text("no node above its meters is in the books", "台账中没有其上级节点"),
    "no_supply": Text("no node above its meters has supply readings", "其上级节点没有供电量读数"),
    "no_station": Text("no station feeds it by the books", "台账中没有直接供电的电站"),
    "no_generation": Text("no generation of the station was imported", "未导入该电站发电数据"),
    "too_coarse": Text("the series has no hours", "数据分辨率低于小时"),
    "no_traffic": Text("no mining traffic of its account was seen", "未发现其账户的挖矿流量"),
    TRAFFIC_SILENT: Text("its traffic is silent since, which alone proves nothing", "此后无流量，但不足以证明停机"),
    TRAFFIC_LATER: Text("it was seen mining after the deadline, then no more", "期限后仍见挖矿流量，其后静默"),
    TRAFFIC_UNWATCHED: Text("nobody listened after that", "此后无流量监测"),
}


def _conflicts() -> dict[str, Text]:
    found = {}
    order = tuple(Source)
    for number, first in enumerate(order):
        for second in order[number + 1 :]:
            one, two = SOURCES[first], SOURCES[second]
            found[f"{first}_against_{second}"] = Text(
                f"{one.en} and {two.en} contradict each other: one saw a stop, the other that it ran on",
                f"{one.zh}与{two.zh}相矛盾：一方显示停机，另一方显示仍在运行",
            )
    return found


WHY: Mapping[str, Text] = {**_DOUBTS, **_ABSENT, **_conflicts()}
"""Why the data, or one source, cannot tell; by code."""
