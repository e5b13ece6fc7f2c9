"""Reasons that come from what was given beside the curve: code, short name, sentence with named figures, an earlier sentence.

They stand in ``model.reasons.REASONS`` with all others.
"""

from minewatch.model.text import Text

GIVEN_REASONS: tuple[tuple[str, Text, Text] | tuple[str, Text, Text, Text], ...] = (
    (
        "drops_with_network",
        Text("drops with the network", "随网络中断跌落"),
        Text(
            "In {times} of {all_times} known outages of the network or the pools the load dropped by most of the "
            "suspected power and came back afterwards, which it seldom does at that time of other days; little else behaves "
            "like this.",
            "在已知的{all_times}次网络或矿池中断中，有{times}次负荷跌落了疑似功率的大部分，随后恢复，而其他日子的同一时段很少出现"
            "这种跌落；其他用电很少如此。",
        ),
    ),
    (
        "stays_in_outages",
        Text("unmoved by outages", "网络中断时不变"),
        Text(
            "In {all_times} known outages of the network or the pools the load did not drop: "
            "this speaks against mining.",
            "在已知的{all_times}次网络或矿池中断中负荷均未跌落：不支持挖矿的判断。",
        ),
    ),
    (
        "stops_at_deadline",
        Text("stops at the deadline", "到期停止"),
        Text(
            "The steady part stopped at {when}, {hours} h from the order's deadline; if no end is given, it runs again.",
            "该恒定负荷于{when}停止，与文件规定的期限相差{hours}小时；未注明结束时间的，之后又恢复运行。",
        ),
        Text(
            "The steady part stopped at {when}, within a day of the order's deadline; if no end is given, it runs again.",
            "该恒定负荷于{when}停止，与文件规定的期限相差不到一天；未注明结束时间的，之后又恢复运行。",
        ),
    ),
    (
        "no_reactive",
        Text("power factor near 1", "功率因数接近1"),
        Text(
            "While the suspected part runs the power factor is {factor}, as of computer power supplies and unlike motors.",
            "疑似部分运行时功率因数为{factor}，符合计算设备电源的特征，与电动机不同。",
        ),
    ),
    (
        "no_reactive_steps",
        Text("steps with a power factor near 1", "跳变部分功率因数接近1"),
        Text(
            "What comes on and goes off by about the suspected power has a power factor of {factor}, as computer power supplies "
            "have and motors have not.",
            "按疑似功率投切的部分，其功率因数为{factor}，符合计算设备电源的特征，与电动机不同。",
        ),
    ),
    (
        "much_reactive",
        Text("low power factor", "功率因数低"),
        Text(
            "When least is drawn the power factor is {factor}, lower than the rest of the load explains if the suspected part "
            "were computer power supplies: this speaks for motors and against mining.",
            "低负荷时功率因数为{factor}，若疑似部分为计算设备电源，其余负荷不足以使功率因数如此之低：更像电动机，不支持挖矿的判断。",
        ),
    ),
    (
        "much_reactive_steps",
        Text("steps with a low power factor", "跳变部分功率因数低"),
        Text(
            "What comes on and goes off by about the suspected power has a power factor of {factor}, as motors have: this speaks "
            "against mining.",
            "按疑似功率投切的部分，其功率因数为{factor}，符合电动机的特征：不支持挖矿的判断。",
        ),
    ),
    (
        "follows_weather",
        Text("follows the weather", "随天气变化"),
        Text(
            "The lowest load of the day follows the outdoor temperature (rank correlation {correlation}): "
            "this speaks for heating or cooling and against mining.",
            "每天的最低负荷随室外气温变化（秩相关系数{correlation}）：更像采暖或制冷，不支持挖矿的判断。",
        ),
    ),
    (
        "stops_on_holidays",
        Text("stops on holidays", "节假日停用"),
        Text(
            "On {days} public holidays the load stood well below the suspected power for {percent} % of the time (about "
            "{kw} kW); machines that earn by the hour do not pause for a holiday: this speaks against mining.",
            "{days}个法定节假日中，有{percent}%的时间负荷明显低于疑似功率（约{kw}千瓦）；矿机按小时获利，节假日不会停机："
            "不支持挖矿的判断。",
        ),
    ),
    (
        "runs_on_holidays",
        Text("runs on through holidays", "节假日照常运行"),
        Text(
            "On {days} public holidays the premises went quiet ({then} kW in the usual busy hours instead of {usual} kW), "
            "but the load never fell below {least} kW: a part of it does not follow the people.",
            "{days}个法定节假日期间，该处明显歇业（平时繁忙时段{usual}千瓦，节假日{then}千瓦），但负荷始终不低于{least}千瓦："
            "有一部分用电不随人员作息变化。",
        ),
    ),
    (
        "even_phases_steps",
        Text("steps even on three phases", "三相等量跳变"),
        Text(
            "When the load jumps by the suspected power, the current changes by nearly the same share on all three phases "
            "({a}, {b} and {c} %) with a power factor of {factor}: as rows of computer power supplies do, and no motor.",
            "负荷按疑似功率跳变时，三相电流几乎同等变化（A、B、C相分别占{a}%、{b}%、{c}%），功率因数为{factor}："
            "符合成排计算设备电源的特征，与电动机不同。",
        ),
    ),
    (
        "even_phases_floor",
        Text("constant part even on three phases", "恒定部分三相均衡"),
        Text(
            "When least is drawn, the current is spread nearly evenly over the three phases ({a}, {b} and {c} %) with a power "
            "factor of {factor}: as rows of computer power supplies do, and no motor.",
            "低负荷时三相电流基本均衡（A、B、C相分别占{a}%、{b}%、{c}%），功率因数为{factor}："
            "符合成排计算设备电源的特征，与电动机不同。",
        ),
    ),
    (
        "phases_of_motors",
        Text("currents of motors", "电流呈电动机特征"),
        Text(
            "The suspected part draws even current on the three phases ({a}, {b} and {c} %) but with a power factor of "
            "{factor}, as motors do: this speaks against mining.",
            "疑似部分的三相电流均衡（A、B、C相分别占{a}%、{b}%、{c}%），但功率因数仅{factor}，符合电动机的特征："
            "不支持挖矿的判断。",
        ),
    ),
    (
        "on_one_phase",
        Text("part on one phase", "集中于一相"),
        Text(
            "{percent} % of the suspected part ({kw} kW) runs on phase {phase} alone, as a few machines on one household "
            "circuit do; a three-phase motor or furnace does not.",
            "疑似部分（{kw}千瓦）的{percent}%集中在{phase}相，符合少量机器接在一路单相回路上的特征；三相电动机或电炉不会如此。",
        ),
    ),
    (
        "large_on_one_phase",
        Text("much power on one phase", "大功率集中于一相"),
        Text(
            "{percent} % of the suspected part ({kw} kW) runs on phase {phase} alone; so many machines would be spread over "
            "the phases: this speaks against mining.",
            "疑似部分（{kw}千瓦）的{percent}%集中在{phase}相；如此多的机器通常会分接三相：不支持挖矿的判断。",
        ),
    ),
    (
        "current_beyond_meter",
        Text("current says more than the meter", "电流大于计量"),
        Text(
            "The currents at nominal voltage carry {times} times the power that the meter tells. Either it reads too little "
            "(a lead or transformer of the meter off: have it inspected) or a transformer ratio in the files is wrong. This "
            "is a sign of tampering, not of mining.",
            "按额定电压折算，三相电流对应的功率是电表计量的{times}倍：可能是电表少计（失压、断流或互感器异常，应现场检查计量装置），"
            "也可能是文件中的互感器变比有误。这是窃电嫌疑的线索，不是挖矿的线索。",
        ),
    ),
    (
        "beyond_contract_with_part",
        Text("above the contract since the part", "疑似部分出现后超容"),
        Text(
            "Since the suspected part began the load was above the contracted capacity of {capacity} kVA for {after} % of the "
            "time, typically by {by} {unit} (first on {first}); before that for {before} %. Ask whether more capacity was "
            "applied for. This moved no probability.",
            "疑似部分出现之后，负荷有{after}%的时间超过合同容量{capacity}千伏安，通常超出{by}{unit}（首次为{first}）；此前为{before}%。"
            "应核实是否办理过增容。此项未影响概率。",
        ),
    ),
    (
        "beyond_contract",
        Text("above the contract", "超过合同容量"),
        Text(
            "For {percent} % of the time the load was above the contracted capacity of {capacity} kVA, typically by {by} "
            "{unit} (first on {first}). Either more is drawn than was agreed or the books are out of date. This moved no "
            "probability.",
            "负荷有{percent}%的时间超过合同容量{capacity}千伏安，通常超出{by}{unit}（首次为{first}）：可能是超容用电，也可能是台账未更新。"
            "此项未影响概率。",
        ),
    ),
    (
        "declared_draws_so",
        Text("declared use draws such a load", "申报用途有此类负荷"),
        Text(
            "The books declare “{use}”, which can itself draw such a part; it stands first among the other explanations, with "
            "what would decide. A declaration is cheap, so it took nothing off the probability.",
            "台账申报用途为“{use}”，这类用途本身就可能有这样的负荷，已列为首要的其他解释，并说明如何判定。"
            "申报用途容易虚报，因此未据此降低概率。",
        ),
    ),
    (
        "tariff_unlike_part",
        Text("price class does not fit", "电价类别不符"),
        Text(
            "The account pays the price for “{tariff}”, which a part of about {kw} kW that runs around the clock seldom fits. "
            "Ask what runs there: another use on a cheap line is a matter for the rules of supply, mining or not. This moved "
            "no probability.",
            "该户执行“{tariff}”电价，而约{kw}千瓦、全天运行的部分很少属于这一用途。应核实所用设备：若在低电价线路上接用其他"
            "用电，无论是否挖矿，均应按供电规则处理。此项未影响概率。",
        ),
    ),
    (
        "among_peers",
        Text("beside its peers", "与同类相比"),
        Text(
            "Beside the {others} other meters screened that are in the books as “{peers}”: the lowest hour of its day is "
            "{base} % of its mean load, and {base_as_high} of them reach that; at night (00:00 to 05:00) it draws {night} % of "
            "its daytime load, and {night_as_high} of them reach that. This is to be read and moved no probability.",
            "与本次筛查中台账同为“{peers}”的其他{others}个计量点相比：该计量点每天最低小时负荷占平均负荷的{base}%，其中{base_as_high}个"
            "达到这一水平；夜间（0至5时）负荷为白天的{night}%，其中{night_as_high}个达到这一水平。此项仅供研判，未影响概率。",
        ),
    ),
    (
        "growth_among_peers",
        Text("growth beside its peers", "与同类相比的增幅"),
        Text(
            "Its mean load in the last {days} days was {growth} % of that in the first {days}; of the {others} other meters "
            "screened that are in the books as “{peers}”, {as_high} stood as high against their own past. This is to be "
            "read and moved no probability.",
            "最后{days}天的平均负荷为最初{days}天的{growth}%；本次筛查中台账同为“{peers}”的其他{others}个计量点里，有{as_high}个与自身此前"
            "相比达到这一水平。此项仅供研判，未影响概率。",
        ),
    ),
)
