"""A regional stop and its backtest: orders in, forecasts with intervals out, and plain words on what the chain can show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np

from minewatch.impact import backtest, formulas, network, orders, retarget, shares, stop
from minewatch.impact.orders import Order, Reading
from minewatch.impact.stop import Cut, Start, Walk
from minewatch.model.errors import InputError
from minewatch.model.impact_views import (
    BacktestView,
    CoverageLine,
    EpochPoint,
    HappenedLine,
    Source,
    Spread,
    StopCase,
    StopView,
)
from minewatch.model.text import Text
from minewatch.usecases.impact import DIFFICULTY_GIVEN, NODE, NetworkInput, figure, said

YAAN_OFF = int(datetime(2021, 6, 17, 14, tzinfo=UTC).timestamp())
"""17 June 2021, 22:00 in China: the hour set in Ya'an."""

SICHUAN_OFF = int(datetime(2021, 6, 20, 16, tzinfo=UTC).timestamp())
"""End of 20 June 2021 in China: by then power companies were to have cut off the projects named."""

COVERAGE_SINCE = (2012, 2018)
"""Years from whose start the record of past intervals is counted."""

MOST_COVERAGE_TRIALS = 300
"""Futures drawn for each past retarget: enough for a coverage that is counted over hundreds of retargets."""

CHANCE = Text("chance alone", "仅计偶然波动")
MOVEMENT = Text("chance and the past year's movement", "偶然波动加上一年的变动")
SIMULATED = Text("the simulation", "模拟")

PRESS = Source(
    Text("orders of 17 and 18 June 2021 as the press reported them", "媒体报道的 2021 年 6 月 17 日、18 日通知"),
    "C",
    date(2021, 6, 18),
)
NOTHING = Text("nothing stops", "无关停")


@dataclass(frozen=True, slots=True)
class Simulation:
    """How a forecast is drawn: trials, seed, probability of its intervals (0 to 1), days looked ahead."""

    trials: int = 4000
    seed: int = 20210618
    level: float = 0.95
    days: int = 120

    def __post_init__(self) -> None:
        """Refuse sizes that give no interval."""
        if not (self.trials >= 100 and 0 < self.level < 1 and 30 <= self.days <= 400 and self.seed >= 0):
            raise InputError(
                Text("These sizes of a simulation give no usable interval.", "按这些模拟规模得不到可用的区间。"),
                remedy=Text(
                    "Use at least 100 trials, a level between 0 and 1, 30 to 400 days, a seed not below zero.",
                    "请至少模拟 100 次，置信水平在 0 至 1 之间，30 至 400 天，种子不为负。",
                ),
            )


def order_of(text: str, *, returning: bool = False) -> Order:
    """Read ``TIME PART [FRACTION%]``, for example ``2021-06-17T22:00+08:00 yaan``: that part's mining off from then.

    FRACTION is how much of the part's own mining goes off (100 without it), or, when returning, how much of what is off
    in the part comes back. Raises InputError for a time without its offset from UTC.
    """
    try:
        when, part, *rest = text.split()
        at = datetime.fromisoformat(when)
        fraction = float(rest[0].removesuffix("%")) / 100 if rest else 1.0
        if at.tzinfo is None or not 0 < fraction <= 1 or len(rest) > 1:
            raise ValueError(text)
    except ValueError:
        raise InputError(
            Text(f"'{text}' is not an order.", f"“{text}”不是停运指令。"),
            remedy=Text(
                "Write time with its UTC offset, part, and if not all of it a per cent: '2021-06-17T22:00+08:00 yaan 80%'.",
                "请写明带 UTC 时差的时间、地区，非全部停运时另写百分比：'2021-06-17T22:00+08:00 yaan 80%'。",
            ),
        ) from None
    return Order(int(at.timestamp()), part, -fraction if returning else fraction)


def stop_scenario(
    *,
    ordered: Sequence[Order],
    stated: Sequence[str] = (),
    start: datetime | None = None,
    height: int | None = None,
    network_input: NetworkInput | None = None,
    simulation: Simulation | None = None,
) -> StopView:
    """Forecast what the orders do to the network, once for every reading of the shares that the sources allow.

    start: when the forecast is made (default: at the first order); height: the tip then, if known. Only what was known at
    the start is used. Raises InputError without an order.
    """
    if not ordered:
        raise InputError(
            Text("No stop was ordered.", "没有给出停运指令。"),
            remedy=Text(
                "Add one or more: --cut '2021-06-17T22:00+08:00 yaan'.",
                "请加一条或多条：--cut '2021-06-17T22:00+08:00 yaan'。",
            ),
        )
    chosen = simulation or Simulation()
    given = network_input or NetworkInput()
    time = int(start.timestamp()) if start else min(order.at for order in ordered)
    epochs = network.real_epochs()
    walk = stop.walk_of([epoch for epoch in epochs if epoch.time <= time])
    begin = _start(time, height, epochs, given)
    links = shares.restated(shares.known_links(), tuple(shares.parse_link(text) for text in stated))
    parts = tuple(dict.fromkeys(order.part for order in ordered))
    readings = orders.readings(parts, datetime.fromtimestamp(time, UTC).date(), links)
    cases = tuple(
        _case(_name(ordered, reading), _spelled(reading), begin, orders.cuts_of(ordered, reading), walk, chosen)
        for reading in readings
    )
    sources = dict.fromkeys(
        link.source for reading in readings for chain in reading.chains.values() for link in chain.links
    )
    node = NODE if given.difficulty is None else DIFFICULTY_GIVEN
    view = _view(begin, chosen, cases, walk, (node, *sources))
    return replace(view, sentences=(*view.sentences, _how_it_starts(height, given)))


def _how_it_starts(height: int | None, given: NetworkInput) -> Text:
    if given.difficulty is not None:
        return Text(
            "The network is taken to be on time at the start; its usual movement is that of the last year on record.",
            "假定起点时全网出块正点；常态变动取记录中最后一年。",
        )
    if height is None:
        return Text(
            "The height at the start was not given: it is reckoned from the last full epoch's hash rate. Give it with --height.",
            "未给出起点高度：按上一完整周期的算力推算，可用 --height 给出。",
        )
    return Text(
        "The hash rate at the start is that of the epoch's own blocks until then.", "起点算力取本周期此前各区块的平均。"
    )


def _start(time: int, height: int | None, epochs: tuple[network.Epoch, ...], given: NetworkInput) -> Start:
    if given.difficulty is not None:
        if given.height is None:
            raise InputError(
                Text("A difficulty was given without a height.", "给出了难度而未给出区块高度。"),
                remedy=Text("Give both: --difficulty and --height.", "请同时给出 --difficulty 和 --height。"),
            )
        return stop.start_balanced(time, network.network_of(given.difficulty, given.height).bits, given.height)
    return stop.start_blind(time, epochs) if height is None else stop.start_at(time, height, epochs)


def _name(ordered: Sequence[Order], reading: Reading) -> Text:
    parts = dict.fromkeys(order.part for order in ordered)
    outer = max(parts, key=lambda part: reading.shares[part])
    name, share = shares.place(outer), figure(100 * reading.shares[outer])
    if len(parts) == 1:
        return Text(f"{name.en} ({share} % of the world)", f"{name.zh}（占全球 {share}%）")
    listed = [shares.place(part) for part in parts]
    english, chinese = ", ".join(x.en for x in listed), "、".join(x.zh for x in listed)
    return Text(f"{english} ({name.en}: {share} % of the world)", f"{chinese}（{name.zh}占全球 {share}%）")


def _spelled(reading: Reading) -> Text:
    spelled = [(shares.place(part), shares.spelled(chain)) for part, chain in reading.chains.items()]
    return Text(
        "; ".join(f"{name.en} is {words.en}" for name, words in spelled),
        "；".join(f"{name.zh}{words.zh}" for name, words in spelled),
    )


def _case(name: Text, reading: Text, start: Start, cuts: Sequence[Cut], walk: Walk, chosen: Simulation) -> StopCase:
    outcome = stop.simulate(start, cuts, walk, trials=chosen.trials, seed=chosen.seed, days=chosen.days)
    watch = stop.watch_from(cuts, start.time)
    mean = stop.interval_after_last_cut(start, cuts)
    gone = max(0.0, 1 - stop.course(start, cuts).rate_at(watch) / start.hashrate)
    return StopCase(
        name=name,
        reading=reading,
        world_percent=100 * gone,
        interval=mean,
        over_an_hour=100 * formulas.longer_than(3600, mean),
        change_by_formula=stop.change_by_formula(start, cuts, chosen.level),
        retargets=stop.retarget_lines(start, outcome, chosen.level),
        slowest_day=stop.spread_of(stop.slowest_days(start, outcome), chosen.level, "blocks"),
        slowest_by_formula=stop.slowest_day_by_formula(start, cuts, chosen.level),
        longest=stop.spread_of(outcome.longest, chosen.level, "s"),
        recovery_days=stop.spread_of((outcome.recovered - watch) / stop.DAY, chosen.level, "days"),
        never_recovered=100 * float(np.isnan(outcome.recovered).mean()),
        epochs_to_see=formulas.epochs_to_see(gone),
        seen=_what_the_chain_shows(gone, walk),
        bin_seconds=stop.INTERVAL_BIN_SECONDS,
        histogram=tuple(outcome.histogram.tolist()),
    )


def _what_the_chain_shows(gone: float, walk: Walk) -> Text:
    """Say whether a stop of this fraction of the world's hash rate can be told from chance, so that nobody claims more."""
    chance = 100 * formulas.SEEN * formulas.EPOCH_NOISE
    usual = 100 * formulas.SEEN * walk.per_epoch
    effect = 100 * (formulas.interval_after(gone) / retarget.STEADY_INTERVAL - 1)
    share = figure(100 * gone)
    if not gone:
        return Text(
            "Nothing goes off: what is shown is chance and usual movement.", "没有关停：所示均为偶然与常态波动。"
        )
    if effect < chance:
        needed = f"{np.ceil(formulas.epochs_to_see(gone)):.0f}"
        return Text(
            f"Smaller than chance: {share} % of the world's hash rate makes blocks {effect:.1f} % slower, while luck alone "
            f"moves one epoch by up to {chance:.1f} % (95 %). The chain cannot show this stop and nobody can claim it does; "
            f"even if nothing else moved, about {needed} epochs would be needed.",
            f"小于偶然波动：全球算力的 {share}% 使出块变慢 {effect:.1f}%，而单个难度周期仅凭运气就可波动 {chance:.1f}%（95%）。"
            f"链上数据无法显示这次关停，任何人都不能据此声称；即使其他条件不变，也需约 {needed} 个周期。",
        )
    if effect < usual:
        return Text(
            f"Larger than chance ({chance:.1f} %), smaller than the network's usual movement ({usual:.0f} % from one epoch to "
            f"the next): {share} % of the world's hash rate makes blocks {effect:.1f} % slower, and a change of that size "
            "cannot be put down to the stop.",
            f"大于偶然波动（{chance:.1f}%），但小于全网的常态变动（相邻周期 {usual:.0f}%）：全球算力的 {share}% 使出块变慢 "
            f"{effect:.1f}%，这一幅度的变化不能归因于此次关停。",
        )
    return Text(
        f"Larger than chance ({chance:.1f} %) and than the network's usual movement ({usual:.0f} %): {share} % of the world's "
        f"hash rate makes blocks {effect:.0f} % slower. The chain would show it, but only as a sum: not whose machines stopped.",
        f"大于偶然波动（{chance:.1f}%）和全网常态变动（{usual:.0f}%）：全球算力的 {share}% 使出块变慢 {effect:.0f}%。"
        "链上可见，但只是总量，看不出是谁的机器停了。",
    )


def _view(
    start: Start, chosen: Simulation, cases: tuple[StopCase, ...], walk: Walk, sources: tuple[Source, ...]
) -> StopView:
    sigma, usual = f"{100 * formulas.EPOCH_NOISE:.1f}", f"{backtest.usual_movement(walk):.1f}"
    sentences = (
        Text(
            f"Chance alone moves one epoch's measured time by {sigma} % (one standard deviation). Over the 26 epochs before the "
            f"start, hash rate moved by {usual} % from one epoch to the next.",
            f"仅凭偶然，单个周期的用时就波动 {sigma}%（一个标准差）；起点之前 26 个周期里，算力在相邻周期间变动 {usual}%。",
        ),
        Text(
            "A chain shows the sum of all hash rate. It never shows which region stopped.",
            "链上只显示全网算力之和，从不显示是哪个地区停了。",
        ),
    )
    begin = datetime.fromtimestamp(start.time, UTC)
    return StopView(begin, 100 * chosen.level, chosen.trials, chosen.seed, cases, sentences, sources)


def backtest_2021(*, simulation: Simulation | None = None) -> BacktestView:
    """Repeat the forecast a user could have made on 18 June 2021, 00:00 UTC, and hold it against what happened.

    Cases: nothing stops; Ya'an alone from 17 June 22:00; Ya'an and then all of Sichuan by the end of 20 June; each with
    every reading of the shares published before. Only epochs and blocks before the start enter a forecast.
    """
    chosen = simulation or Simulation()
    epochs = network.real_epochs()
    known = tuple(epoch for epoch in epochs if epoch.time <= backtest.FORECAST_TIME)
    start = stop.start_at(backtest.FORECAST_TIME, backtest.FORECAST_HEIGHT, known)
    walk = stop.walk_of(known)
    links = shares.known_links()
    day = date(2021, 6, 17)
    cases = [_case(NOTHING, NOTHING, start, (), walk, chosen)]
    sources: dict[Source, None] = {}
    for ordered in ((Order(YAAN_OFF, "yaan"),), (Order(YAAN_OFF, "yaan"), Order(SICHUAN_OFF, "sichuan"))):
        parts = tuple(order.part for order in ordered)
        for reading in orders.readings(parts, day, links):
            cuts = orders.cuts_of(ordered, reading)
            cases.append(_case(_short_name(parts, reading), _spelled(reading), start, cuts, walk, chosen))
            sources |= dict.fromkeys(link.source for chain in reading.chains.values() for link in chain.links)
    view = _view(start, chosen, tuple(cases), walk, (NODE, PRESS, *sources))
    came = backtest.what_happened(epochs, network.real_block_times())
    happened = _happened(view, came, start)
    ahead = backtest.ahead_forecasts(epochs)
    since = datetime(min(COVERAGE_SINCE), 1, 1, tzinfo=UTC).timestamp()
    trials = min(MOST_COVERAGE_TRIALS, chosen.trials)
    drawn = backtest.simulated_forecasts(epochs, since=since, trials=trials, seed=chosen.seed)
    coverage, points = _coverage(ahead, drawn), _points(ahead)
    sentences = (*view.sentences, *_backtest_sentences(view, happened[0], coverage), _rule_sentence(came))
    return BacktestView(view, happened, coverage, points, tuple(came.days.items()), sentences, view.sources)


def _rule_sentence(came: backtest.Happened) -> Text:
    agree, agree_zh = ("as", "一致") if came.bits == came.bits_by_rule else ("unlike", "不一致")
    return Text(
        f"From header times the retarget rule gives the target {came.bits_by_rule:08x} at height 689,472, {agree} the chain's "
        f"{came.bits:08x}.",
        f"按区块头时间，难度规则在高度 689,472 得出 {came.bits_by_rule:08x}，与链上的 {came.bits:08x} {agree_zh}。",
    )


def _short_name(parts: Sequence[str], reading: Reading) -> Text:
    percent = figure(100 * reading.shares[parts[-1]])
    if parts[-1] == "yaan":
        return Text(f"only Ya'an stops: {percent} % of the world", f"仅雅安关停：占全球 {percent}%")
    return Text(f"all Sichuan stops: {percent} % of the world", f"四川全部关停：占全球 {percent}%")


def _happened(view: StopView, came: backtest.Happened, start: Start) -> tuple[HappenedLine, ...]:
    def scaled(spread: Spread, offset: float, factor: float, unit: str) -> Spread:
        best = None if spread.best is None else (spread.best - offset) * factor
        return Spread((spread.low - offset) * factor, best, (spread.high - offset) * factor, unit)

    def line(en: str, zh: str, value: float, spreads: Sequence[Spread]) -> HappenedLine:
        inside = tuple(spread.low <= value <= spread.high for spread in spreads)
        return HappenedLine(Text(en, zh), value, spreads[0].unit, tuple(spreads), inside)

    first = [case.retargets[0] for case in view.cases]
    second = [case.retargets[1] for case in view.cases]
    return (
        line("change at height 689,472", "高度 689,472 的难度变化", 100 * came.change, [r.change for r in first]),
        line(
            "days from the forecast to that retarget",
            "从预测到该次调整的天数",
            (came.retarget_time - start.time) / stop.DAY,
            [scaled(r.time, start.time, 1 / stop.DAY, "days") for r in first],
        ),
        line(
            "mean block interval of the epoch",
            "该周期平均出块间隔",
            came.epoch_interval,
            [scaled(r.time, start.epoch.time, 1 / retarget.EPOCH_BLOCKS, "s") for r in first],
        ),
        line("blocks on the slowest day", "最慢一日的出块数", came.slowest_blocks, [c.slowest_day for c in view.cases]),
        line(
            "change at height 691,488", "高度 691,488 的难度变化", 100 * came.second_change, [r.change for r in second]
        ),
    )


def _coverage(forecasts: Sequence[backtest.Ahead], simulated: Sequence[backtest.Simulated]) -> tuple[CoverageLine, ...]:
    lines = []
    for year in COVERAGE_SINCE:
        since = datetime(year, 1, 1, tzinfo=UTC)
        kept = [ahead for ahead in forecasts if ahead.time >= since.timestamp()]
        drawn = [forecast for forecast in simulated if forecast.time >= since.timestamp()]
        for level in (0.8, 0.95):
            for chance_only, name in ((True, CHANCE), (False, MOVEMENT)):
                bounds = [backtest.interval(ahead, level, chance_only=chance_only) for ahead in kept]
                held = backtest.held(kept, level, chance_only=chance_only)
                half = [backtest.percent((high - low) / 2) for low, high in bounds]
                lines.append(_coverage_line(name, since, level, held, half))
            ends = [x.outer if level > 0.9 else x.inner for x in drawn]
            held = [low <= x.came <= high for x, (low, high) in zip(drawn, ends, strict=True)]
            half = [(high - low) / 2 for low, high in ends]
            lines.append(_coverage_line(SIMULATED, since, level, held, half))
    return tuple(lines)


def _coverage_line(
    name: Text, since: datetime, level: float, held: Sequence[bool], half: Sequence[float]
) -> CoverageLine:
    observed = 100 * sum(held) / len(held)
    return CoverageLine(name, since.date(), len(held), 100 * level, observed, float(np.median(half)))


def _points(forecasts: Sequence[backtest.Ahead]) -> tuple[EpochPoint, ...]:
    points = []
    for ahead in forecasts:
        low, high = backtest.interval(ahead, 0.95, chance_only=False)
        spread = Spread(backtest.percent(low), backtest.percent(ahead.centre), backtest.percent(high), "%")
        points.append(EpochPoint(ahead.time, backtest.percent(ahead.came), spread))
    return tuple(points)


def _backtest_sentences(view: StopView, change: HappenedLine, coverage: Sequence[CoverageLine]) -> tuple[Text, ...]:
    holding = [case.name for case, inside in zip(view.cases, change.inside, strict=True) if inside]
    level = f"{view.level:g}"
    promised = [line for line in coverage if line.since.year == 2012 and line.nominal == 95]
    chance, moving, drawn = promised
    smallest = view.cases[1]
    return (
        Text(
            f"What came, {change.happened:.2f} %, lies inside the {level} % interval of: "
            + ("; ".join(name.en for name in holding) or "no case")
            + ".",
            f"实际结果 {change.happened:.2f}% 落在下列情形的 {level}% 区间内："
            + ("；".join(name.zh for name in holding) or "无")
            + "。",
        ),
        Text(
            "That one reading of Sichuan's share fits is a coincidence of size, not proof of it: Xinjiang, Inner Mongolia, "
            "Qinghai and Yunnan were being shut in the same weeks and are in no case here.",
            "四川份额的某一读数与结果相符只是数值上的巧合，不是证明：同期新疆、内蒙古、青海、云南也在关停，均未计入上述情形。",
        ),
        Text(
            f"With Ya'an alone at {figure(smallest.world_percent)} % of the world the forecast is "
            f"{said(smallest.retargets[0].change)}; with no stop at all {said(view.cases[0].retargets[0].change)}. The two "
            "cannot be told apart.",
            f"若仅雅安关停且占全球 {figure(smallest.world_percent)}%，预测为 {said(smallest.retargets[0].change)}；"
            f"若无关停，为 {said(view.cases[0].retargets[0].change)}。两者无法区分。",
        ),
        Text(
            f"Over {moving.epochs} past retargets since 2012, intervals that promised 95 % held {moving.observed:.0f} %, the "
            f"simulation's {drawn.observed:.0f} %, those that knew chance only {chance.observed:.0f} %.",
            f"2012 年以来 {moving.epochs} 次调整中，名义 95% 的区间实际覆盖 {moving.observed:.0f}%，"
            f"模拟区间覆盖 {drawn.observed:.0f}%，"
            f"仅计偶然波动的区间只覆盖 {chance.observed:.0f}%。",
        ),
    )
