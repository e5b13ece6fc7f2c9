"""From impact views to pages: the same tables for the command line, for paper and for documentation."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from minewatch.model.impact_views import (
    BacktestView,
    HashrateView,
    HydroView,
    Page,
    ShareView,
    Spread,
    StopCase,
    StopView,
    TableView,
)
from minewatch.model.text import Text
from minewatch.usecases.impact import figure

MAY_2021, SEPTEMBER_2021 = (datetime(2021, month, 1, tzinfo=UTC).timestamp() for month in (5, 9))


def same(text: str) -> Text:
    """Return a text that reads the same in both languages."""
    return Text(text, text)


def ranged(spread: Spread, digits: int | None = None) -> str:
    """Return "low … best … high" (best in the middle where there is one), or one figure when all are equal."""

    def one(value: float) -> str:
        if math.isinf(value):
            return "∞"
        return figure(value) if digits is None else f"{value:,.{digits}f}"

    if one(spread.low) == one(spread.high):
        return one(spread.low)
    middle = [] if spread.best is None else [one(spread.best)]
    return " … ".join([one(spread.low), *middle, one(spread.high)])


def moment(seconds: float) -> str:
    """Return unix seconds as a UTC minute; ∞ for what was not reached."""
    return "∞" if math.isinf(seconds) else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def _rows(rows: Iterable[Sequence[Text | str]]) -> tuple[tuple[Text, ...], ...]:
    return tuple(tuple(same(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)


def hashrate_page(view: HashrateView) -> Page:
    """Lay out what stands behind a load: result, drivers, fleet, machine counts."""
    low_best_high = Text("low … best … high", "低 … 最佳 … 高")
    result = [
        (Text("mining power at the meter", "计量点挖矿功率"), ranged(view.load), view.load.unit),
        (Text("PUE", "PUE"), ranged(view.pue), view.pue.unit),
        (Text("efficiency of the fleet", "矿机群能效"), ranged(view.efficiency), view.efficiency.unit),
        (Text("hash rate", "算力"), ranged(view.hashrate), view.hashrate.unit),
        (Text("share of the world's hash rate", "占全球算力"), ranged(view.world_share), view.world_share.unit),
        (Text("the whole network by the same method", "同一方法下全网用电"), ranged(view.world_energy), "TWh/year"),
        *((line.name, ranged(line.value), line.value.unit) for line in view.income),
    ]
    if view.seen_in_traffic:
        seen = view.seen_in_traffic
        result.append((Text("hash rate proved by traffic (95 %)", "流量证明的算力（95%）"), ranged(seen), seen.unit))
    if view.seen_load:
        result.append((Text("power that this needs", "所需电力"), ranged(view.seen_load), view.seen_load.unit))
    tables = [
        TableView(
            Text(f"Load and hash rate on {view.on}", f"{view.on} 的负荷与算力"),
            (Text("quantity", "量"), low_best_high, Text("unit", "单位")),
            _rows(result),
        ),
        TableView(
            Text("What makes the range wide, each input alone", "区间来源（逐项单独变动）"),
            (Text("input", "输入"), Text("its range", "取值范围"), Text("hash rate, PH/s", "算力（PH/s）")),
            _rows((d.name, f"{ranged(d.given)} {d.given.unit}", ranged(d.result)) for d in view.drivers),
        ),
        TableView(
            Text("Machines in the mix", "计入的矿机"),
            (
                Text("model", "机型"),
                Text("released", "上市"),
                Text("J/TH", "J/TH"),
                Text("weight, %", "权重（%）"),
                Text("grade", "等级"),
                Text("source", "来源"),
            ),
            _rows(
                (
                    x.model,
                    f"{x.released:%Y-%m}",
                    f"{x.j_per_th:.1f}",
                    f"{100 * x.weight:.1f}",
                    x.source.grade,
                    x.source.reference,
                )
                for x in view.mix
            ),
        ),
    ]
    if view.counts:
        headings = (
            Text("step, kW", "台阶（kW）"),
            Text("model", "机型"),
            Text("machines", "台数"),
            Text("each at the meter, W", "每台折计量点（W）"),
        )
        rows = (
            (
                ranged(c.step_kw),
                c.model,
                f"{c.fewest}" if c.fewest == c.most else f"{c.fewest}–{c.most}",
                ranged(c.watts_at_meter),
            )
            for c in view.counts
        )
        tables.append(
            TableView(Text("Machines that would make each step", "可构成各台阶的矿机"), headings, _rows(rows))
        )
    return Page(Text("Energy and hash rate", "电量与算力"), view.sentences, tuple(tables), view.sources)


def share_page(view: ShareView) -> Page:
    """Lay out the share in each whole, one row a source; the whole stands in every row."""
    rows = []
    for line in view.lines:
        words = Text(
            "; ".join(f"{s.part.en}: {ranged(s.percent)} % of {s.whole.en}" for s in line.steps),
            "；".join(f"{s.part.zh}：占{s.whole.zh} {ranged(s.percent)}%" for s in line.steps),
        )
        dates = ", ".join(f"{s.source.on:%Y-%m} ({s.source.grade})" for s in line.steps if s.source.on)
        share = f"{ranged(line.percent)} %"
        rows.append((Text(f"{share} of {line.whole.en}", f"占{line.whole.zh} {share}"), words, dates))
    table = TableView(
        Text(f"Share of {view.part.en} on {view.on}, source by source", f"{view.on} {view.part.zh}的份额（分来源）"),
        (
            Text("share of what", "占何者的份额"),
            Text("how it follows", "推算路径"),
            Text("figure of (grade)", "数据时间（等级）"),
        ),
        _rows(rows),
    )
    return Page(Text("Share of hash rate", "算力份额"), view.sentences, (table,), view.sources)


def stop_page(view: StopView) -> Page:
    """Lay out a stop: what each reading forecasts, by simulation and by formula, and what the chain can show."""
    seen = tuple(Text(f"{case.name.en}: {case.seen.en}", f"{case.name.zh}：{case.seen.zh}") for case in view.cases)
    title = Text("A stop and the network", "关停对全网的影响")
    return Page(title, (*view.sentences, *seen), _stop_tables(view), view.sources)


def _stop_tables(view: StopView) -> tuple[TableView, ...]:
    case, level = Text("case", "情形"), f"{view.level:g} %"
    when = f"{view.start:%Y-%m-%d %H:%M} UTC"
    simulated = TableView(
        Text(
            f"By simulation, with the network's usual movement: {level} intervals, forecast at {when}",
            f"模拟（含全网常态变动）：{level} 区间，预测时刻 {when}",
        ),
        (
            case,
            Text("next change, %", "下次难度变化（%）"),
            Text("its time, UTC", "时间（UTC）"),
            Text("slowest day, blocks", "最慢一日出块数"),
            Text("longest wait, min", "最长间隔（min）"),
            Text("back on time (within 5 %) after, days", "恢复正点（偏差 5% 内）所需天数"),
        ),
        _rows(_simulated_row(case) for case in view.cases),
    )
    exact = TableView(
        Text(f"By formula, chance and the cuts alone: {level} intervals", f"公式（仅偶然与关停）：{level} 区间"),
        (
            case,
            Text("off, % of the world", "停掉，占全球（%）"),
            Text("next change, %", "下次难度变化（%）"),
            Text("mean wait after the last cut, s", "最后一次关停后平均间隔（s）"),
            Text("one wait over an hour, %", "单块超过一小时（%）"),
            Text("slowest day, blocks", "最慢一日出块数"),
            Text("epochs to tell from chance, if nothing else moved", "其他不变时区别于偶然所需周期数"),
        ),
        _rows(_exact_row(case) for case in view.cases),
    )
    later = TableView(
        Text(
            f"The retargets after, by simulation: change in %, {level} intervals, and median day (UTC)",
            f"其后的难度变化（模拟）：变化（%），{level} 区间，及中位日期（UTC）",
        ),
        (case, *(same(f"{line.height:,}") for line in view.cases[0].retargets[1:])),
        _rows(
            (case.name, *(f"{ranged(x.change, 1)}; {moment(x.time.best or 0)[:10]}" for x in case.retargets[1:]))
            for case in view.cases
        ),
    )
    shares = TableView(
        Text("Shares behind each case", "各情形所用份额"),
        (case, Text("shares, each of its whole", "份额（均注明占何者）")),
        _rows((case.name, case.reading) for case in view.cases),
    )
    return simulated, exact, later, shares


def _simulated_row(case: StopCase) -> tuple[Text | str, ...]:
    longest = Spread(case.longest.low / 60, (case.longest.best or 0) / 60, case.longest.high / 60, "min")
    first = case.retargets[0]
    return (
        case.name,
        ranged(first.change, 1),
        f"{moment(first.time.low)} … {moment(first.time.high)}",
        ranged(case.slowest_day, 0),
        ranged(longest, 0),
        ranged(case.recovery_days, 0),
    )


def _exact_row(case: StopCase) -> tuple[Text | str, ...]:
    needed = "–" if math.isinf(case.epochs_to_see) else f"{max(1, math.ceil(case.epochs_to_see))}"
    return (
        case.name,
        figure(case.world_percent),
        ranged(case.change_by_formula, 1),
        f"{case.interval:.0f}",
        f"{case.over_an_hour:.1f}",
        ranged(case.slowest_by_formula, 0),
        needed,
    )


def backtest_page(view: BacktestView) -> Page:
    """Lay out the forecast of 18 June 2021 against what happened, and the record of the intervals."""
    happened = TableView(
        Text(
            f"Forecast on 18 June 2021 ({view.stop.level:g} % intervals) and what happened; ✓ inside, ✗ outside",
            f"2021 年 6 月 18 日的预测（{view.stop.level:g}% 区间）与实际结果；✓ 在区间内，✗ 在区间外",
        ),
        (Text("case", "情形"), *(_with_unit(line.name, line.unit) for line in view.happened)),
        _rows(_happened_rows(view)),
    )
    record = TableView(
        Text(
            "How often intervals of the next retarget, forecast an epoch ahead, held what came",
            "提前一个周期预测的难度变化区间，实际命中比例",
        ),
        (
            Text("the interval knows", "区间所含不确定性"),
            Text("since", "自"),
            Text("retargets", "调整次数"),
            Text("promised, %", "名义（%）"),
            Text("held, %", "实际（%）"),
            Text("half width, points", "半宽（百分点）"),
        ),
        _rows(
            (x.method, f"{x.since.year}", f"{x.epochs}", f"{x.nominal:g}", f"{x.observed:.0f}", f"{x.half_width:.1f}")
            for x in view.coverage
        ),
    )
    summer = TableView(
        Text(
            "Every retarget of May to August 2021, forecast one epoch ahead (95 % intervals, no stop assumed)",
            "2021 年 5 至 8 月每次难度调整，提前一个周期预测（95% 区间，不假设关停）",
        ),
        (Text("time, UTC", "时间（UTC）"), Text("forecast, %", "预测（%）"), Text("what came, %", "实际（%）")),
        _rows(
            (
                moment(point.time),
                ranged(point.forecast, 1),
                f"{point.change:.1f} {'✓' if point.forecast.low <= point.change <= point.forecast.high else '✗'}",
            )
            for point in view.epochs
            if MAY_2021 <= point.time < SEPTEMBER_2021
        ),
    )
    title = Text("Backtest: the summer of 2021", "回测：2021 年夏")
    return Page(title, view.sentences, (happened, summer, record, *_stop_tables(view.stop)), view.sources)


def _happened_rows(view: BacktestView) -> list[tuple[Text | str, ...]]:
    lines = view.happened
    came = tuple(f"{line.happened:.{_digits(line.unit)}f}" for line in lines)
    rows: list[tuple[Text | str, ...]] = [(Text("what happened", "实际结果"), *came)]
    for i, case in enumerate(view.stop.cases):
        cells = (f"{ranged(x.forecasts[i], _digits(x.unit))} {'✓' if x.inside[i] else '✗'}" for x in lines)
        rows.append((case.name, *cells))
    return rows


def _digits(unit: str) -> int:
    return {"%": 1, "days": 1}.get(unit, 0)


def _with_unit(name: Text, unit: str) -> Text:
    names = {"days": "天", "blocks": "块"}
    if unit in {"days", "blocks"}:
        return Text(name.en, f"{name.zh}（{names[unit]}）")
    return Text(f"{name.en}, {unit}", f"{name.zh}（{unit}）")


def hydro_page(view: HydroView) -> Page:
    """Lay out what the freed energy amounts to, each line with the source of its factor."""
    table = TableView(
        Text("Energy no longer taken, and the mine's income", "不再取用的电量与矿场收入"),
        (
            Text("quantity", "量"),
            Text("low … best … high", "低 … 最佳 … 高"),
            Text("unit", "单位"),
            Text("factor from", "系数来源"),
        ),
        _rows(
            (
                line.name,
                ranged(line.value),
                line.value.unit,
                line.source.reference if line.source else Text("arithmetic", "算术"),
            )
            for line in view.lines
        ),
    )
    return Page(Text("Hydropower and income", "水电与收入"), view.sentences, (table,), view.sources)
