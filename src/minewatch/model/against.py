"""What it means in words when a look at the curve spoke against mining."""

from minewatch.model.text import Text

_ALIVE = Text(
    "The load falls low at times or its lowest level wanders: little of it runs all the time.",
    "负荷有时降得很低或最低水平不稳：没有多少设备全天运行。",
)
_LIVELY = Text(
    "It changes from hour to hour as loads do that people, weather or trade switch.",
    "负荷逐时起伏，像由人员、天气或营业活动带动。",
)
_MANY_SIZES = Text(
    "Its jumps are of many sizes or come at the usual hours, unlike machines of one kind.",
    "跳变大小不一，或出现在惯常时刻，不像同一种设备。",
)
_NO_DROPS = Text("Short drops that come back are no more frequent than short peaks.", "短时跌落并不比短时升高更多。")
_NO_LEVELS = Text("No part of it stands out that is either on or off.", "看不出要么全开、要么全停的部分。")
_GROWS = Text(
    "Its ups and downs grow with its level, as without a constant part under it.",
    "起伏随负荷水平增大，其下不像有恒定部分。",
)

AGAINST = {
    "level": _ALIVE,
    "floor": _ALIVE,
    "mean": _ALIVE,
    "profile": _GROWS,
    "quiet": _GROWS,
    "noise": _LIVELY,
    "flat": _LIVELY,
    "step": Text("It does not rise or fall evenly at all hours from one day on.", "没有自某日起全天一致的升降。"),
    "edge": Text(
        "No block comes on and goes off at fixed hours as a machine load would.", "没有像矿机那样定时投切的整块负荷。"
    ),
    "jump": _MANY_SIZES,
    "clean": _MANY_SIZES,
    "jolt": _MANY_SIZES,
    "dip": _NO_DROPS,
    "sag": _NO_DROPS,
    "drop": _NO_DROPS,
    "two": _NO_LEVELS,
    "rest": _NO_LEVELS,
    "repeat": _NO_LEVELS,
    "load": _NO_LEVELS,
    "gap": _NO_LEVELS,
    "peak": _NO_LEVELS,
    "plateau": _NO_LEVELS,
    "separate": _NO_LEVELS,
}
"""What it means in words when a family of looks spoke against mining; families as in ``LOOKS``."""
