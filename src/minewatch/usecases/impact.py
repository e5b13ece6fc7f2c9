"""What a load or a region means: hash rate, machines, shares, water and income. Reads nothing but what it is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from minewatch.impact import energy, hydro, machines, network, retarget, shares
from minewatch.impact.network import NetworkDay
from minewatch.model.errors import InputError
from minewatch.model.impact_views import (
    CountLine,
    Driver,
    HashrateView,
    HydroLine,
    HydroView,
    ShareLine,
    ShareStep,
    ShareView,
    Source,
    Spread,
)
from minewatch.model.text import Text

NODE = Source(Text("real block headers to January 2025, shipped", "真实区块头，至 2025 年 1 月，随软件提供"), "A")
CAMBRIDGE_PUE = Source(
    Text("Cambridge CBECI method: PUE 1.01, 1.10, 1.20", "剑桥 CBECI 方法：PUE 1.01、1.10、1.20"), "B"
)
GIVEN = "U"
DIFFICULTY_GIVEN = Source(Text("difficulty and height given by the user", "难度与高度由用户给定"), GIVEN)


@dataclass(frozen=True, slots=True)
class Economics:
    """What the user knows of money: USD a coin, USD a kWh, fees in BTC a block. None: not known, nothing is assumed."""

    coin_price: float | None = None
    power_price: float | None = None
    fees: float = 0.0


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """The network, when the shipped record does not reach the date: difficulty and height from any node."""

    difficulty: float | None = None
    height: int | None = None


def figure(value: float) -> str:
    """Return a number for a sentence: three significant digits, thousands with commas."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def said(spread: Spread, *, unit: bool = True) -> str:
    """Return a range for a sentence, the same in both languages."""
    tail = f" {spread.unit}" if unit and spread.unit else ""
    if spread.low == spread.high:
        return figure(spread.low) + tail
    if spread.low < 0:
        return f"{figure(spread.low)} … {figure(spread.high)}{tail}"
    return f"{figure(spread.low)}–{figure(spread.high)}{tail}"


def network_on(day: date, given: NetworkInput) -> NetworkDay:
    """Return the network at noon UTC of ``day``: from the user's difficulty, or else from the shipped record."""
    if given.difficulty is not None:
        if given.height is None:
            raise InputError(
                Text(
                    "A difficulty was given without a height, so the coins of a block are not known.",
                    "给出了难度而未给出区块高度，无法得知区块奖励。",
                ),
                remedy=Text(
                    "Give the height too with --height; any node or block explorer shows both.",
                    "请同时用 --height 给出高度；任一节点或区块浏览器均可查得。",
                ),
            )
        return network.network_of(given.difficulty, given.height)
    return network.network_at(int(datetime.combine(day, time(12), UTC).timestamp()), network.real_epochs())


def hashrate_of_load(
    *,
    load: Spread,
    on: date,
    economics: Economics,
    network_input: NetworkInput,
    pue: Spread = machines.PUE,
    by_age: bool = False,
    steps: Sequence[Spread] = (),
    shares_seen: tuple[Sequence[tuple[int, float]], float] | None = None,
) -> HashrateView:
    """Say what hash rate stands behind a mining load in kW, and why the range is as wide as it is.

    steps: plateau steps of the load in kW, for the count of machines. shares_seen: accepted shares in the traffic as
    (count, difficulty) pairs, and the seconds they were seen in.
    """
    now = network_on(on, network_input)
    coins = network.subsidy(now.height) + economics.fees
    threshold = _threshold(now, coins, economics)
    table = machines.machine_table()
    mix = machines.fleet(table, on, threshold=threshold, by_age=by_age)
    efficiency = machines.efficiency(mix)
    rate = energy.hashrate_of_load(load, pue, efficiency)
    drivers = energy.drivers(load, pue, efficiency)
    on_sale = [machine for machine in table if machine.released <= on]
    counts = tuple(line for step in steps for line in energy.machine_counts(step, on_sale, pue))
    seen = energy.hashrate_of_shares(*shares_seen) if shares_seen else None
    seen_load = energy.load_of_hashrate(seen, pue, efficiency) if seen else None
    world = hydro.scaled(rate, 100 * energy.PETA / now.hashrate, "%")
    income = _income(rate, now, economics)
    sentences = [
        *_hashrate_sentences(load, rate, world, on, now),
        *_driver_sentences(drivers[0], threshold, economics),
        *(_step_sentence(step, counts, len(on_sale)) for step in steps),
        *([_steps_sentence(energy.common_models(steps, on_sale, pue), len(on_sale))] if len(steps) > 1 else []),
        *([_traffic_sentence(seen, rate)] if seen else []),
    ]
    sources = (
        NODE if network_input.difficulty is None else DIFFICULTY_GIVEN,
        CAMBRIDGE_PUE,
    )
    return HashrateView(
        on,
        load,
        pue,
        efficiency,
        rate,
        world,
        _world_energy(now, pue, efficiency),
        drivers,
        mix,
        counts,
        seen,
        seen_load,
        income,
        tuple(sentences),
        sources,
    )


def _world_energy(now: NetworkDay, pue: Spread, efficiency: Spread) -> Spread:
    """Return TWh a year of the whole network by the same machines and PUE: Cambridge's lower bound, best guess, upper."""
    ends = ((efficiency.low, pue.low), (efficiency.best or 0.0, pue.best or 0.0), (efficiency.high, pue.high))
    low, best, high = (machines.yearly_twh(now.hashrate, e, factor) for e, factor in ends)
    return Spread(low, best, high, "TWh/year")


def _threshold(now: NetworkDay, coins: float, economics: Economics) -> float | None:
    if economics.coin_price is None or economics.power_price is None:
        return None
    money = machines.income_per_th_day(retarget.difficulty_of(now.bits), coins) * economics.coin_price
    return machines.break_even(money, economics.power_price)


def _income(rate: Spread, now: NetworkDay, economics: Economics) -> tuple[HydroLine, ...]:
    difficulty = retarget.difficulty_of(now.bits)
    coins = hydro.coins_per_day(rate, difficulty, now.height, economics.fees)
    lines = [HydroLine(Text("income on average", "平均每日收入"), coins, NODE)]
    if economics.coin_price is not None:
        coin = f"{economics.coin_price:g}"
        price = Source(Text(f"coin price {coin} USD, given by the user", f"币价 {coin} 美元，用户给定"), GIVEN)
        money = hydro.scaled(coins, economics.coin_price, "USD/day")
        lines.append(HydroLine(Text("income at the price given", "按给定币价的每日收入"), money, price))
    return tuple(lines)


def _hashrate_sentences(load: Spread, rate: Spread, world: Spread, on: date, now: NetworkDay) -> list[Text]:
    best = "" if rate.best is None else figure(rate.best)
    total = figure(now.hashrate / 1e18)
    return [
        Text(
            f"A mining load of {said(load)} at the meter on {on} stands for {said(rate)}, best guess {best} PH/s.",
            f"{on} 计量点处 {said(load)} 的挖矿负荷，对应算力 {said(rate)}，最佳估计 {best} PH/s。",
        ),
        Text(
            f"That is {said(world)} of the world's hash rate, which averaged {total} EH/s in that difficulty epoch.",
            f"约占全球算力的 {said(world)}；该难度周期全球平均算力为 {total} EH/s。",
        ),
    ]


def _driver_sentences(widest: Driver, threshold: float | None, economics: Economics) -> list[Text]:
    first = Text(
        f"The range is wide mainly because of the {widest.name.en}: it alone moves the result over {said(widest.result)}.",
        f"区间之宽主要来自{widest.name.zh}：仅此一项就使结果在 {said(widest.result)} 之间变动。",
    )
    if threshold is None:
        return [
            first,
            Text(
                "Coin price and power price were not both given, so no machine is left out as unprofitable.",
                "未同时给出币价和电价，因此没有按盈亏剔除任何机型。",
            ),
        ]
    price, limit = f"{economics.power_price:g}", figure(threshold)
    return [
        first,
        Text(
            f"At {price} USD/kWh a machine above {limit} J/TH costs more in electricity than it earns and is left out.",
            f"按电价 {price} 美元/千瓦时，能效高于 {limit} J/TH 的矿机电费超过收入，已剔除。",
        ),
    ]


def _step_sentence(step: Spread, counts: Sequence[CountLine], on_sale: int) -> Text:
    fitting = [line for line in counts if line.step_kw == step]
    sharp = [line for line in fitting if line.fewest == line.most]
    if not fitting:
        return Text(
            f"No whole number of any machine in the table makes a step of {said(step)}.",
            f"表中没有任何机型的整数台数能构成 {said(step)} 的负荷台阶。",
        )
    if len(fitting) == on_sale and not sharp:
        return Text(
            f"A step of {said(step)} fits every machine in the table: it does not tell which machines stand there.",
            f"{said(step)} 的负荷台阶与表中所有机型都相容，不能说明现场是何种矿机。",
        )
    return Text(
        f"A step of {said(step)} fits whole numbers of {len(fitting)} of {on_sale} models; for {len(sharp)} one number only.",
        f"{on_sale} 种机型中有 {len(fitting)} 种的整数台数符合 {said(step)} 的负荷台阶，其中 {len(sharp)} 种台数唯一。",
    )


def _steps_sentence(models: Sequence[str], on_sale: int) -> Text:
    if not models:
        return Text(
            "No single model explains all the steps: the hall is mixed.", "没有单一机型能解释全部台阶：现场为混合机型。"
        )
    named = ", ".join(models[:6]) + (" …" if len(models) > 6 else "")
    return Text(
        f"One model alone could explain all the steps for {len(models)} of {on_sale} models: {named}.",
        f"{on_sale} 种机型中有 {len(models)} 种可单独解释全部台阶：{named}。",
    )


def _traffic_sentence(seen: Spread, rate: Spread) -> Text:
    if seen.high < rate.low:
        return Text(
            f"The shares seen in traffic prove {said(seen)}, less than the load stands for: part of the traffic, or of the "
            "load, is something else.",
            f"流量中看到的份额只证明 {said(seen)}，低于负荷对应的算力：部分流量未被捕获，或部分负荷另有用途。",
        )
    if seen.low > rate.high:
        return Text(
            f"The shares seen in traffic prove {said(seen)}, more than the load allows: part of the power does not pass "
            "this meter.",
            f"流量中看到的份额证明 {said(seen)}，高于负荷所能支撑：有部分电力未经过该计量点。",
        )
    return Text(
        f"The shares seen in traffic prove {said(seen)}: load and traffic agree.",
        f"流量中看到的份额证明 {said(seen)}：负荷与流量相互印证。",
    )


def share_of(
    *,
    part: str,
    on: date,
    stated: Sequence[str] = (),
    hashrate: Spread | None = None,
    network_input: NetworkInput | None = None,
) -> ShareView:
    """Say what share ``part`` has of each whole that holds it, or what share a hash rate in PH/s has of them.

    stated: shares of the user's own, ``part=LOW..HIGH%-of-whole``, in place of published ones.
    """
    links = shares.restated(shares.known_links(), tuple(shares.parse_link(text) for text in stated))
    wholes = _wholes(part, on, links)
    of_part = [chain for whole in wholes for chain in shares.chains(part, whole, on, links)]
    sources = tuple(dict.fromkeys(link.source for chain in of_part for link in chain.links))
    if hashrate is not None:
        site = _site_lines(hashrate, part, on, links, network_on(on, network_input or NetworkInput()))
        return ShareView(
            Text("this hash rate", "该算力"), on, site, tuple(_site_sentences(hashrate, site)), (NODE, *sources)
        )
    lines = tuple(_share_line(chain) for chain in of_part)
    return ShareView(shares.place(part), on, lines, tuple(_share_sentences(part, lines)), sources)


def _wholes(part: str, on: date, links: tuple[shares.Link, ...]) -> tuple[str, ...]:
    world = shares.chains(part, shares.WORLD, on, links)
    found = dict.fromkeys(link.whole for chain in world for link in chain.links)
    return tuple(sorted(found, key=lambda whole: whole == shares.WORLD))


def _share_line(chain: shares.Chain) -> ShareLine:
    steps = tuple(
        ShareStep(shares.place(link.part), shares.place(link.whole), link.percent, link.source) for link in chain.links
    )
    return ShareLine(steps, shares.place(chain.whole), chain.percent)


def _by_whole(lines: Sequence[ShareLine]) -> dict[Text, Spread]:
    wholes = dict.fromkeys(line.whole for line in lines)
    return {whole: shares.widest(tuple(x.percent for x in lines if x.whole == whole)) for whole in wholes}


def _share_sentences(part: str, lines: Sequence[ShareLine]) -> list[Text]:
    name, ranges = shares.place(part), _by_whole(lines)
    found = []
    for whole, spread in ranges.items():
        found.append(
            Text(
                f"By the sources, {name.en} has {said(spread)} of the hash rate of {whole.en}.",
                f"据各来源，{name.zh}占{whole.zh}算力的 {said(spread)}。",
            )
        )
        if spread.low and spread.high / spread.low >= 1.5:
            ratio = f"{spread.high / spread.low:.1f}"
            found.append(
                Text(
                    f"Figures for its share of {whole.en} differ {ratio}-fold by source and season; they are not averaged.",
                    f"其占{whole.zh}份额的数据因来源和季节不同相差 {ratio} 倍，此处并列，不取平均。",
                )
            )
    *inner_wholes, outer = ranges
    for inner in inner_wholes:
        here, there = said(ranges[inner]), said(ranges[outer])
        found.append(
            Text(
                f"Do not swap them: {here} is its share of {inner.en}; of {outer.en} it is {there}.",
                f"切勿混淆：{here} 是占{inner.zh}的比例；占{outer.zh}的比例是 {there}。",
            )
        )
    return found


def _site_lines(
    rate: Spread, part: str, on: date, links: tuple[shares.Link, ...], now: NetworkDay
) -> tuple[ShareLine, ...]:
    world = hydro.scaled(rate, 100 * energy.PETA / now.hashrate, "%")
    itself = ShareStep(Text("this hash rate", "该算力"), shares.place(shares.WORLD), world, NODE)
    lines = [ShareLine((itself,), shares.place(shares.WORLD), world)]
    for name in (part, *(whole for whole in _wholes(part, on, links) if whole != shares.WORLD)):
        for chain in shares.chains(name, shares.WORLD, on, links):
            whole = chain.percent
            if whole.low <= 0:
                continue
            best = None if whole.best is None or world.best is None else 100 * world.best / whole.best
            percent = Spread(100 * world.low / whole.high, best, 100 * world.high / whole.low, "%")
            lines.append(ShareLine((itself, *_share_line(chain).steps), shares.place(name), percent))
    return tuple(lines)


def _site_sentences(rate: Spread, lines: Sequence[ShareLine]) -> list[Text]:
    return [
        Text(
            f"A hash rate of {said(rate)} is {said(spread)} of the hash rate of {whole.en}.",
            f"{said(rate)} 的算力占{whole.zh}算力的 {said(spread)}。",
        )
        for whole, spread in _by_whole(lines).items()
    ]


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of the user's with where it comes from; there are no defaults."""

    value: float
    source: str

    def __post_init__(self) -> None:
        """Refuse a factor without a source or not above zero."""
        if not self.source.strip() or self.value <= 0:
            raise InputError(
                Text("A factor needs a value above zero and its source.", "系数须有大于零的值及其来源。"),
                remedy=Text(
                    "Write both, for example --household-kwh 2000 --household-source 'yearbook of the prefecture, table 7'.",
                    "请同时写明，如 --household-kwh 2000 --household-source '本市统计年鉴表7'。",
                ),
            )

    @property
    def cited(self) -> Source:
        """The source as views show it."""
        value = f"{self.value:g}"
        return Source(Text(f"{self.source} (given by the user: {value})", f"{self.source}（用户给定：{value}）"), GIVEN)


def freed_energy(
    *,
    load: Spread,
    on: date,
    economics: Economics,
    network_input: NetworkInput,
    deliverable: Factor | None = None,
    household: Factor | None = None,
    carbon: Factor | None = None,
    until: date | None = None,
) -> HydroView:
    """Say what a mine's power amounts to once it is no longer taken, and what the mine earned with it.

    deliverable: kW the grid takes beyond today's. household: kWh a household uses a year. carbon: kg CO2 a kWh of the
    generation displaced. until: income is also summed from ``on`` to before this day, at each epoch's difficulty.
    """
    view = hashrate_of_load(load=load, on=on, economics=economics, network_input=network_input)
    delivered, spilled = hydro.delivered_and_spilled(load, deliverable.value if deliverable else None)
    limit = deliverable.cited if deliverable else None
    lines = [
        HydroLine(Text("energy no longer taken", "不再取用的电量"), hydro.energy_per_day(load)),
        HydroLine(Text("power the grid can take instead", "可改送电网的电力"), delivered, limit),
        HydroLine(Text("power spilled or not generated", "弃水或未发的电力"), spilled, limit),
    ]
    if household:
        worth = hydro.households(load, household.value)
        lines.append(HydroLine(Text("households' worth of energy", "相当于居民户数"), worth, household.cited))
    if carbon:
        avoided = hydro.carbon_avoided(delivered, carbon.value)
        lines.append(
            HydroLine(Text("carbon avoided where it is delivered", "送出部分减少的碳排放"), avoided, carbon.cited)
        )
    lines += view.income
    if until:
        begin, end = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (on, until))
        coins = hydro.coins_between(view.hashrate, begin, end, network.real_epochs(), economics.fees)
        lines.append(HydroLine(Text(f"income from {on} to {until}", f"{on} 至 {until} 的收入"), coins, NODE))
    return HydroView(tuple(lines), tuple(_hydro_sentences(economics, limit_known=limit is not None)), view.sources)


def _hydro_sentences(economics: Economics, *, limit_known: bool) -> list[Text]:
    found = [
        Text(
            "Water that is spilled displaces no other generation: carbon counts only for what the grid takes.",
            "弃掉的水不能替代其他电源：只有电网接纳的部分才计减碳。",
        ),
        Text(
            "Income is what the hash rate earns on average; it is the basis of an estimate of gain, not proof of what was "
            "received. Costs are not deducted.",
            "收入为该算力的平均所得，是估算违法所得的依据，不是实收的证明，也未扣除成本。",
        ),
    ]
    if not limit_known:
        found.append(
            Text(
                "What line and market can take was not given, so delivery and spill lie anywhere between nothing and all.",
                "未给出线路与市场的接纳能力，因此送出与弃水均在零到全部之间。",
            )
        )
    if not economics.fees:
        found.append(
            Text(
                "Transaction fees were not given; income counts new coins only and is too low by the fees.",
                "未给出交易手续费，收入只计新币，因而偏低。",
            )
        )
    return found
