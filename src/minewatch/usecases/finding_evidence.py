"""What a case that is opened on a finding keeps of it: the finding's own figures, and the digest of the readings behind it."""

import math
from collections.abc import Mapping
from datetime import date

import numpy as np

from minewatch.model.text import Text
from minewatch.usecases.stop_evidence import SiteReadings
from minewatch.usecases.stops import Series, read_series

FROZEN: Mapping[str, Text] = {
    "probability": Text("probability of mining", "挖矿概率"),
    "mining_kw": Text("mining power, kW", "挖矿功率（千瓦）"),
    "mining_kw_low": Text("lower end of its 80 % interval, kW", "80%区间下限（千瓦）"),
    "mining_kw_high": Text("upper end of its 80 % interval, kW", "80%区间上限（千瓦）"),
    "since": Text("ran since (standard time)", "开始时间（标准时）"),
    "until": Text("ran until (standard time)", "结束时间（标准时）"),
    "reasons": Text("codes of the reasons", "理由代码"),
    "reasons_en": Text("reasons in English", "理由（英文）"),
    "reasons_zh": Text("reasons in Chinese", "理由（中文）"),
    "mean_kw": Text("mean of all readings, kW", "全部读数平均（千瓦）"),
    "coverage": Text("share of readings present", "读数完整率"),
    "first_day": Text("first day looked at", "起始日"),
    "last_day": Text("last day looked at", "结束日"),
    "slots": Text("readings a day", "每日读数个数"),
    "simulated": Text("readings are simulated", "读数为模拟数据"),
}
"""The figures of a finding that the event keeps, as they stood in the file, with their names."""

SAME = 1e-3
"""How far the mean of the lake's readings may be from the finding's, relatively: the file has three decimals."""


def frozen(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the finding's figures that are kept, by column."""
    return {name: cells[name] for name in FROZEN if cells.get(name)}


def readings_behind(lake: SiteReadings | None, meters: tuple[str, ...], cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return ``("readings:<digest>",)`` of exactly the readings that the finding was made from, where the lake still has them.

    Empty where there is no lake, where a meter or its days are not in it, or where its mean is no longer the finding's.
    """
    series = None if lake is None else series_behind(lake, meters, cells)
    if series is None or set(series.found) != set(meters):
        return ()
    mean = float(np.nanmean(series.kw)) if np.isfinite(series.kw).any() else math.nan
    try:
        told = float(cells.get("mean_kw", "nan"))
    except ValueError:
        return ()
    if not math.isclose(mean, told, rel_tol=SAME, abs_tol=SAME):
        return ()
    return (f"readings:{series.digest}",)


def series_behind(lake: SiteReadings, meters: tuple[str, ...], cells: Mapping[str, str]) -> Series | None:
    """Return the readings of the finding's days; ``None`` where it names no days or the lake has none of them."""
    try:
        first, last = (date.fromisoformat(cells[name]) for name in ("first_day", "last_day"))
    except (KeyError, ValueError):
        return None
    return read_series(lake, meters, first=first, last=last) if meters and first <= last else None
