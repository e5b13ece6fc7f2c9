"""The tables that cross borders between parts, as data: column, type, unit, what a missing value means.

Types are written as text so that this module needs nothing but the standard library: ``string``, ``float32``,
``float64``, ``int64``, ``bool``, ``date``, ``datetime`` (microseconds, the meter's standard time), ``list[string]``,
``array[float32]`` (as many values as the frame's day has slots).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``unit`` is empty for what has none; ``missing`` says what a missing value means."""

    name: str
    type: str
    meaning: str
    meaning_zh: str
    unit: str = ""
    missing: str = "never missing"


@dataclass(frozen=True, slots=True)
class Table:
    """One table that crosses a border."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


SLOTS_ALLOWED = (96, 48, 24, 1)
"""Slots of a day: 15, 30 or 60 minutes, or one where only daily energy exists. A frame holds days of one kind only."""

READINGS = Table(
    "readings",
    "One row a meter and day; a day has 24 hours of the meter's standard time.",
    (
        Column("meter", "string", "meter id as in the source", "计量点编号"),
        Column("day", "date", "day in the meter's standard time; 24:00 belongs to the day it ends", "日期（标准时间）"),
        Column(
            "kw",
            "array[float32]",
            "mean active power of each slot, slot 0 starting at 00:00",
            "各时段平均有功功率",
            "kW",
            "NaN: no usable reading; never filled, never null",
        ),
    ),
)

FINDINGS = Table(
    "findings",
    "One row a meter that was screened, most suspicious first.",
    (
        Column("meter_id", "string", "meter id as in the source", "计量点编号"),
        Column("probability", "float64", "calibrated probability that the meter hides mining", "挖矿概率"),
        Column(
            "mining_kw",
            "float64",
            "mean power of the mining part while it runs",
            "挖矿功率",
            "kW",
            "nothing to measure",
        ),
        Column("mining_kw_low", "float64", "lower end of the 80 % interval", "挖矿功率下限", "kW", "as mining_kw"),
        Column("mining_kw_high", "float64", "upper end of the 80 % interval", "挖矿功率上限", "kW", "as mining_kw"),
        Column(
            "since",
            "datetime",
            "start of the mining part; the window's start if it already ran",
            "开始时间",
            "standard time",
            "nothing to date",
        ),
        Column("until", "datetime", "end of the mining part", "结束时间", "standard time", "still running at the end"),
        Column("reasons", "list[string]", "codes of the reasons, strongest first", "理由代码"),
        Column("alternatives", "list[string]", "codes of what else would explain the curve", "其他可能解释"),
        Column("reason_figures", "string", "JSON: figures of each reason's sentence, by reason code", "理由数据"),
        Column("look_weights", "string", "JSON: what each look added to the log-odds, by look", "各判据的贡献"),
        Column(
            "pattern", "string", "how the mining part runs: steady, timed or blocks", "运行方式", "", "nothing found"
        ),
        Column("mean_kw", "float64", "mean power of all readings", "平均功率", "kW", "no reading"),
        Column("coverage", "float64", "share of slots with a reading", "数据完整率", "1"),
        Column("first_day", "date", "first day screened", "首日", "", "no reading"),
        Column("last_day", "date", "last day screened", "末日", "", "no reading"),
        Column("slots", "int64", "slots a day", "每日时段数", "1"),
        Column("data_notes", "list[string]", "codes of what was wrong with the meter's data", "数据问题代码"),
    ),
)
