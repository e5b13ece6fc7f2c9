"""The words of the field, once: English in code, Chinese beside them in what users read (``docs/words.md``)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One term: its name in code and English text, its Chinese, and one sentence of meaning."""

    name: str
    zh: str
    meaning: str


WORDS: tuple[Word, ...] = (
    Word("meter", "计量点", "A point where energy is measured; it has one id and, at a time, one customer."),
    Word("customer", "用户", "Who has the supply contract. The customer is not presumed to be the offender."),
    Word("transformer area", "台区", "The low-voltage network behind one distribution transformer."),
    Word("feeder", "线路", "A medium-voltage line that supplies transformer areas and large customers."),
    Word("station", "电站", "A power station; here mostly small hydropower."),
    Word("reading", "读数", "Mean active power of one slot in kW. A missing reading is NaN and is never filled."),
    Word(
        "slot", "时段", "A fixed part of a day: 15, 30 or 60 minutes, or the whole day where only daily energy exists."
    ),
    Word(
        "day",
        "日",
        "24 hours of the meter's standard time (a fixed offset from UTC); 24:00 belongs to the day it ends.",
    ),
    Word("day curve", "日负荷曲线", "The readings of one day."),
    Word("register", "示值", "A cumulative counter; consumption is the difference of two register readings."),
    Word("multiplier", "综合倍率", "CT ratio times PT ratio: what a register reading is multiplied by."),
    Word("load factor", "负荷率", "Mean power divided by greatest power of a period."),
    Word("base load", "基础负荷", "The power that is never left: a low quantile of the readings of a period."),
    Word("host", "掩护负荷", "The lawful load behind whose meter mining hides."),
    Word("mining part", "挖矿负荷", "The part of a meter's curve that mining machines are estimated to draw."),
    Word("evidence", "线索", "What one detector says of one subject, with figures and the digest of its input."),
    Word(
        "finding",
        "疑点",
        "A ranked suspicion: probability, kW with interval, dates and reasons. A reason to look, not proof.",
    ),
    Word("issue", "数据问题", "A fault in the data by file, line, column, value and remedy. The data is kept."),
    Word("workspace", "工作区", "The folder that holds an office's lake, ledger and settings."),
    Word("lake", "数据湖", "The workspace's readings as Parquet parts, named by the digest of their content."),
    Word("instrument", "文件", "A law, notice, order or announcement, held as dated data with references."),
    Word("measure", "措施", "What an instrument orders or allows against a category of object."),
    Word("obliged party", "责任单位", "Who must act under an instrument, by a deadline."),
    Word("campaign", "专项行动", "One or more instruments applied to a region: obliged parties, deadlines, sites."),
    Word("case", "案件", "The record of one site, from suspicion to restoration, referral or closing."),
    Word("return", "自查报告", "What an obliged party reports of itself; a nil return is a return."),
    Word("spot check", "抽查", "An inspection of objects and by inspectors drawn at random, provably so."),
    Word("restoration", "恢复供电", "Giving supply back, by the recorded decision of a named person."),
    Word("referral", "移送", "Handing a case to police, discipline inspection, a licence authority or another body."),
    Word("surcharge", "差别电价", "A price per kWh on top of the tariff for activities the state eliminates."),
    Word(
        "rehearsal", "演练", "A simulated region with known truth. Its data is labelled simulated wherever it is shown."
    ),
    Word(
        "look-alike",
        "易混负荷",
        "A lawful load whose curve resembles mining: data centre, telecom mast, cold store, pump.",
    ),
)

UNITS: tuple[tuple[str, str], ...] = (
    ("power", "kW (mean of a slot), MW in roll-ups"),
    ("energy", "kWh, MWh in roll-ups"),
    ("hash rate", "TH/s for a machine, PH/s for a site, EH/s for the network"),
    ("efficiency", "J/TH"),
    ("money", "CNY, to the fen (0.01)"),
    ("time", "standard time of the meter without a zone in tables; with the zone on paper"),
)
