"""``minewatch impact``: energy and hash rate, shares, a regional stop, its backtest, and the water no longer needed."""

import dataclasses
import math
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from minewatch.cli.console import language, print_data, print_json, print_table, say
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Spread
from minewatch.model.text import Text
from minewatch.usecases import impact, impact_campaign, impact_out, impact_stop

app = typer.Typer(
    help="What mining and its stop mean: hash rate of a load, shares of regions, the network's answer, water and income.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, both languages in it.")]
Plot = Annotated[Path | None, typer.Option("--plot", help="Draw the picture into this .svg or .png file.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write a page with picture and tables into this file.")]
On = Annotated[str, typer.Option("--on", help="The day, for example 2021-06-17.")]
Kw = Annotated[str | None, typer.Option("--kw", help="Mining power at the meter in kW: 800 or 700..900.")]
Findings = Annotated[Path | None, typer.Option("--findings", help="Or: the sum of the findings in this findings.csv.")]
Least = Annotated[float, typer.Option("--least-probability", help="Of the findings to be added up.")]
CoinPrice = Annotated[float | None, typer.Option("--coin-price", help="USD a coin; without it nothing is assumed.")]
PowerPrice = Annotated[float | None, typer.Option("--power-price", help="USD a kWh the mine pays.")]
Fees = Annotated[float, typer.Option("--fees", help="Transaction fees in BTC a block.")]
Difficulty = Annotated[float | None, typer.Option("--difficulty", help="Of the network, where our record ends.")]
Height = Annotated[int | None, typer.Option("--height", help="Height of the chain then.")]
State = Annotated[
    list[str] | None,
    typer.Option("--state", help="A share of your own, always of a whole: yaan=8..12%-of-sichuan. Repeatable."),
]
Trials = Annotated[int, typer.Option("--trials", help="Futures to simulate.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same figures.")]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a day.", f"“{text}”不是日期。"),
            remedy=Text("Write it as 2021-06-17.", "请写作 2021-06-17。"),
        ) from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a time.", f"“{text}”不是时间。"),
            remedy=Text("Write it as 2021-06-17T22:00+08:00.", "请写作 2021-06-17T22:00+08:00。"),
        ) from error
    if moment.tzinfo is None:
        raise InputError(
            Text(f"{text!r} has no offset from UTC.", f"“{text}”没有写明与 UTC 的时差。"),
            remedy=Text("Write it as 2021-06-17T22:00+08:00.", "请写作 2021-06-17T22:00+08:00。"),
        )
    return moment


def _range(text: str, unit: str) -> Spread:
    low, _, high = text.partition("..")
    try:
        ends = float(low), float(high or low)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a figure or a range.", f"“{text}”既非数值也非区间。"),
            remedy=Text("Write 800 or 700..900.", "请写 800 或 700..900。"),
        ) from error
    if not 0 <= ends[0] <= ends[1] < math.inf:
        raise InputError(
            Text(f"{text!r} is not a range from low to high, zero or above.", f"“{text}”不是由低到高的非负区间。"),
            remedy=Text("Write 700..900.", "请写 700..900。"),
        )
    return Spread(ends[0], ends[0] if ends[0] == ends[1] else None, ends[1], unit)


def _load(kw: str | None, findings: Path | None, least_probability: float) -> tuple[Spread, Text | None]:
    if (kw is None) == (findings is None):
        raise InputError(
            Text("The load is not said, or said twice.", "未给出负荷，或给出了两次。"),
            remedy=Text("Give either --kw or --findings.", "请在 --kw 和 --findings 中选用一个。"),
        )
    if findings is not None:
        return impact_campaign.load_of_findings(findings, least_probability=least_probability)
    return _range(kw or "", "kW"), None


def _shares_seen(texts: list[str] | None, seconds: float | None) -> tuple[list[tuple[int, float]], float] | None:
    if not texts:
        return None
    if seconds is None:
        raise InputError(
            Text("It is not said how long the shares were seen.", "未说明观测份额的时长。"),
            remedy=Text("Add --seconds.", "请加 --seconds。"),
        )
    pairs = []
    for text in texts:
        number, _, difficulty = text.partition("x")
        try:
            pairs.append((int(number), float(difficulty)))
        except ValueError as error:
            raise InputError(
                Text(f"{text!r} is not shares x difficulty.", f"“{text}”不是“份额数x难度”。"),
                remedy=Text("Write 412x65536.", "请写作 412x65536。"),
            ) from error
    return pairs, seconds


def _finite(value: Any) -> Any:
    """JSON has no infinity: what was not reached becomes null."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _show(view: impact_out.Shown, *, as_json: bool, plot: Path | None, html: Path | None) -> None:
    if plot is not None:
        impact_out.write_plot(view, plot, language=language())
    if html is not None:
        impact_out.write_html(view, html, language=language())
    if as_json:
        print_json(_finite(dataclasses.asdict(view)))
        return
    page, spoken = impact_out.page_of(view), language()
    for sentence in page.sentences:
        print_data(sentence.in_language(spoken))
    for table in page.tables:
        print_table(table.title, table.headings, [[cell.in_language(spoken) for cell in row] for row in table.rows])
    for source in page.sources:
        say(Text(f"source [{source.grade}]: {source.reference.en}", f"来源 [{source.grade}]：{source.reference.zh}"))


@app.command()
def hashrate(
    on: On,
    kw: Kw = None,
    findings: Findings = None,
    least_probability: Least = 0.5,
    coin_price: CoinPrice = None,
    power_price: PowerPrice = None,
    fees: Fees = 0.0,
    difficulty: Difficulty = None,
    height: Height = None,
    pue: Annotated[str, typer.Option("--pue", help="Power at the meter over power of the machines.")] = "1.01..1.2",
    by_age: Annotated[bool, typer.Option("--by-age", help="Weights of the fleet fall with age.")] = False,
    step: Annotated[
        list[str] | None, typer.Option("--step", help="A plateau step in kW: 3.2..3.4. Repeatable.")
    ] = None,
    shares: Annotated[
        list[str] | None, typer.Option("--shares", help="Accepted shares seen, 412x65536 (count x difficulty).")
    ] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", help="How long the shares were seen.")] = None,
    plot: Plot = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Say what hash rate stands behind a mining load on a day, as a range, and what makes the range wide."""
    factor = _range(pue, "kW/kW")
    if factor.low < 1:
        raise InputError(
            Text("A PUE below 1 would make power.", "PUE 不可能小于 1。"),
            remedy=Text("Give 1 or more, for example --pue 1.01..1.2.", "请给出不小于 1 的值，如 --pue 1.01..1.2。"),
        )
    best = 1.10 if factor.low < 1.10 < factor.high else (factor.low + factor.high) / 2
    load, note = _load(kw, findings, least_probability)
    view = impact.hashrate_of_load(
        load=load,
        on=_day(on),
        economics=impact.Economics(coin_price, power_price, fees),
        network_input=impact.NetworkInput(difficulty, height),
        pue=Spread(factor.low, best, factor.high, factor.unit),
        by_age=by_age,
        steps=[_range(text, "kW") for text in step or []],
        shares_seen=_shares_seen(shares, seconds),
    )
    _show(impact_campaign.with_note(view, note), as_json=as_json, plot=plot, html=html)


@app.command()
def share(
    part: Annotated[str, typer.Argument(help="Which part: yaan, sichuan, xinjiang, inner_mongolia, yunnan, china …")],
    on: On,
    ph: Annotated[
        str | None,
        typer.Option("--ph", help="Instead: the share of this hash rate in PH/s in the part and its wholes."),
    ] = None,
    state: State = None,
    difficulty: Difficulty = None,
    height: Height = None,
    plot: Plot = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Say what share a region has of every whole that holds it; sources that disagree stand side by side."""
    view = impact.share_of(
        part=part,
        on=_day(on),
        stated=state or [],
        hashrate=None if ph is None else _range(ph, "PH/s"),
        network_input=impact.NetworkInput(difficulty, height),
    )
    _show(view, as_json=as_json, plot=plot, html=html)


@app.command()
def stop(
    cut: Annotated[
        list[str],
        typer.Option(
            "--cut", help="'2021-06-17T22:00+08:00 yaan', or with how much of it: '… sichuan 80%'. Repeatable."
        ),
    ],
    back: Annotated[
        list[str] | None,
        typer.Option("--return", help="'2021-09-01T00:00+08:00 sichuan 50%': of what is off. Repeatable."),
    ] = None,
    state: State = None,
    start: Annotated[
        str | None, typer.Option("--start", help="When the forecast is made (default: first cut).")
    ] = None,
    difficulty: Difficulty = None,
    height: Height = None,
    trials: Trials = 2000,
    seed: Seed = 20210618,
    level: Annotated[float, typer.Option("--level", help="Probability of the intervals.")] = 0.95,
    days: Annotated[int, typer.Option("--days", help="Days to look ahead.")] = 120,
    plot: Plot = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Forecast what a regional stop does to the Bitcoin network, and whether anyone could see it there."""
    cuts = [impact_stop.order_of(text) for text in cut]
    returns = [impact_stop.order_of(text, returning=True) for text in back or []]
    view = impact_stop.stop_scenario(
        ordered=[*cuts, *returns],
        stated=state or [],
        start=None if start is None else _moment(start),
        height=height,
        network_input=impact.NetworkInput(difficulty, height),
        simulation=impact_stop.Simulation(trials, seed, level, days),
    )
    _show(view, as_json=as_json, plot=plot, html=html)


@app.command()
def backtest(
    trials: Trials = 2000,
    seed: Seed = 20210618,
    doc: Annotated[
        Path | None, typer.Option("--doc", help="Write table and figure into this documentation page.")
    ] = None,
    plot: Plot = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Repeat the forecast of 18 June 2021 from real headers and hold it against what happened."""
    view = impact_stop.backtest_2021(simulation=impact_stop.Simulation(trials, seed))
    if doc is not None:
        impact_out.write_doc(view, doc)
    _show(view, as_json=as_json, plot=plot, html=html)


@app.command()
def hydro(
    on: On,
    kw: Kw = None,
    findings: Findings = None,
    least_probability: Least = 0.5,
    until: Annotated[str | None, typer.Option("--until", help="Sum the income up to this day.")] = None,
    deliverable_kw: Annotated[float | None, typer.Option("--deliverable-kw", help="What the grid takes more.")] = None,
    deliverable_source: Annotated[str, typer.Option("--deliverable-source", help="Where that figure is from.")] = "",
    household_kwh: Annotated[float | None, typer.Option("--household-kwh", help="kWh a household and year.")] = None,
    household_source: Annotated[str, typer.Option("--household-source", help="Where that figure is from.")] = "",
    carbon_kg: Annotated[
        float | None, typer.Option("--carbon-kg", help="kg CO2 a kWh of the generation displaced.")
    ] = None,
    carbon_source: Annotated[str, typer.Option("--carbon-source", help="Where that figure is from.")] = "",
    coin_price: CoinPrice = None,
    power_price: PowerPrice = None,
    fees: Fees = 0.0,
    difficulty: Difficulty = None,
    height: Height = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Say what a mine's power amounts to once it is no longer taken, and what the mine earned with it."""

    def factor(value: float | None, source: str) -> impact.Factor | None:
        return None if value is None else impact.Factor(value, source)

    load, note = _load(kw, findings, least_probability)
    view = impact.freed_energy(
        load=load,
        on=_day(on),
        economics=impact.Economics(coin_price, power_price, fees),
        network_input=impact.NetworkInput(difficulty, height),
        deliverable=factor(deliverable_kw, deliverable_source),
        household=factor(household_kwh, household_source),
        carbon=factor(carbon_kg, carbon_source),
        until=None if until is None else _day(until),
    )
    _show(impact_campaign.with_note(view, note), as_json=as_json, plot=None, html=html)
