"""What may be given beside the curves: its name, what it can tell, and which reasons come of it.

None of it is required. The order is that of how much each can move the judgement of a typical suspect.
"""

from dataclasses import dataclass

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its code, its name, what it would tell, the codes of the reasons that come of it."""

    code: str
    name: Text
    would_tell: Text
    reasons: tuple[str, ...]


INPUTS = {
    one.code: one
    for one in (
        Input(
            "outages",
            Text("known outages of the network or of pools", "网络或矿池的已知中断"),
            Text(
                "whether the load drops together with the network and returns, which is close to proof",
                "负荷是否随网络中断跌落并恢复；这几乎可以定案",
            ),
            ("drops_with_network", "stays_in_outages"),
        ),
        Input(
            "deadline",
            Text("the order's deadline", "文件规定的期限"),
            Text("whether the suspected part stops at the deadline", "疑似部分是否在期限前后停止"),
            ("stops_at_deadline",),
        ),
        Input(
            "reactive",
            Text("reactive power", "无功功率"),
            Text("whether motors or computer power supplies draw the even load", "平稳负荷来自电动机还是计算设备电源"),
            ("no_reactive", "no_reactive_steps", "much_reactive", "much_reactive_steps"),
        ),
        Input(
            "currents",
            Text("currents of the three phases", "三相电流"),
            Text(
                "how the suspected part is spread over the phases, and whether the meter reads too little",
                "疑似部分在三相上的分布，以及电表是否少计",
            ),
            (
                "even_phases_steps",
                "even_phases_floor",
                "phases_of_motors",
                "on_one_phase",
                "large_on_one_phase",
                "current_beyond_meter",
            ),
        ),
        Input(
            "holidays",
            Text("public holidays", "法定节假日"),
            Text("whether the load runs on when the premises are closed", "歇业期间负荷是否照常运行"),
            ("stops_on_holidays", "runs_on_holidays"),
        ),
        Input(
            "weather",
            Text("outdoor temperature", "室外气温"),
            Text("whether the even load is heating or cooling", "平稳负荷是否为采暖或制冷"),
            ("follows_weather",),
        ),
        Input(
            "meters",
            Text("declared use, contract and place of the meters", "申报用途、用电合同与所在区县"),
            Text(
                "what the premises are said to be used for, whether more is drawn than the contract allows, how others of that "
                "kind draw, and which weather and outages concern them",
                "申报用途、是否超过合同容量、同类用户的用电情况，以及适用哪个区县的气温和中断记录",
            ),
            (
                "beyond_contract_with_part",
                "beyond_contract",
                "declared_draws_so",
                "tariff_unlike_part",
                "among_peers",
                "growth_among_peers",
            ),
        ),
    )
}
"""Inputs by code."""

INPUT_OF = {reason: one.code for one in INPUTS.values() for reason in one.reasons}
"""The input that a reason comes of, by the reason's code."""

HELPS = {
    "server_room": ("outages", "deadline"),
    "telecom_mast": ("outages", "meters"),
    "cold_store": ("reactive", "weather", "currents"),
    "pump_station": ("reactive", "currents"),
    "timed_lights": ("outages", "meters"),
    "electric_heating": ("weather", "outages"),
    "vehicle_charging": ("holidays", "outages"),
    "process_plant": ("holidays", "reactive", "currents"),
    "empty_house": ("outages",),
    "new_equipment": ("deadline", "outages"),
}
"""Inputs that tell a mine from an alternative (``model.reasons.ALTERNATIVES``), the most telling first."""


def most_helpful(alternatives: tuple[str, ...], *, given: frozenset[str], most: int = 2) -> tuple[Input, ...]:
    """Return the inputs not yet ``given`` that would most help to tell mining from the ``alternatives`` of a finding.

    Each alternative (the first counts most) votes for the inputs that tell it from a mine.
    """
    votes: dict[str, float] = {}
    for place, code in enumerate(alternatives):
        for rank, name in enumerate(HELPS.get(code, ())):
            if name not in given:
                votes[name] = votes.get(name, 0.0) + 1.0 / ((1 + place) * (1 + rank))
    order = list(INPUTS)
    best = sorted(votes, key=lambda name: (-votes[name], order.index(name)))
    return tuple(INPUTS[name] for name in best[:most])


def would_help(alternatives: tuple[str, ...], *, given: frozenset[str]) -> tuple[Text, ...]:
    """Say which inputs not yet given would most help, each in a sentence; see :func:`most_helpful`."""
    return tuple(
        Text(
            f"{one.name.en[0].upper()}{one.name.en[1:]} would tell {one.would_tell.en}.",
            f"补充{one.name.zh}，可以判断{one.would_tell.zh}。",
        )
        for one in most_helpful(alternatives, given=given)
    )
