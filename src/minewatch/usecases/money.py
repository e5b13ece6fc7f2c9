"""Use cases: what is owed. Every rule and price comes from a pack in force on the day or from the user's own table.

Civil and administrative amounts are never added up: repayment and the breach fee are owed to the supplier, a fine to the
state, confiscated gains by whoever supplied. A fine is a ceiling, not a forecast; the authority decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Text
from minewatch.policy.basis import legal_basis
from minewatch.policy.consequences import tariff_stands
from minewatch.policy.library import Held, Library, with_general_rules
from minewatch.policy.money import (
    Cycle,
    Figure,
    Line,
    Span,
    evaded,
    factored,
    presumed_kwh,
    priced,
    surcharge,
    total,
)
from minewatch.policy.pricetable import NO_PRICES, Price, PriceTable, read_prices
from minewatch.policy.schema import Pack, Tariff, latest_day
from minewatch.policy.terms import Status
from minewatch.readers.forms import Field, read_form

CYCLE_FIELDS = (
    Field("first", ("起始日期", "上次抄表", "from"), needed=True),
    Field("last", ("终止日期", "本次抄表", "to"), needed=True),
    Field("kwh", ("电量", "电量(千瓦时)", "energy"), needed=True),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines with clause and arithmetic, totals by who is owed, and what could not be reckoned and why."""

    title: Text
    on: date
    quantity: str
    lines: tuple[Line, ...]
    totals: tuple[tuple[Text, Span], ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What statements are made from: packs, the user's prices, the day and the division they are looked up for."""

    packs: Library
    on: date
    code: str
    prices: PriceTable = NO_PRICES

    @property
    def library(self) -> Library:
        """Packs and the general rules on supply, theft and funds."""
        return with_general_rules(self.packs)

    def tariffs(self, kind: str, category: str | None = None) -> list[tuple[Held, Tariff]]:
        """Tariffs of a kind that stand on the day, the nation's first."""
        return [
            (held, one)
            for held in self.library.standing(self.on, self.code)
            for one in held.pack.tariffs
            if one.kind == kind
            and tariff_stands(held.pack, one, self.on)
            and (category is None or category in one.applies_to)
        ]

    def one(self, kind: str, category: str, unit: str) -> tuple[Held, Tariff]:
        """Return the nearest division's tariff of a kind; ``RuleError`` where no instrument in hand has one."""
        found = [pair for pair in self.tariffs(kind, category) if pair[1].unit.value == unit]
        if not found:
            raise RuleError(
                Text(
                    f"No instrument in hand sets {kind} ({unit}) for {category} in {self.code} on {self.on}.",
                    f"现有文件中，{self.code} 在 {self.on} 没有适用于 {category} 的 {kind}（{unit}）。",
                ),
                remedy=Text(
                    "Check the day and the division, or add a pack: see docs/packs-format.md.",
                    "请核对日期和区划，或添加文件包：见 docs/packs-format.md。",
                ),
            )
        return found[-1]


def figure(held: Held, tariff: Tariff) -> Figure:
    """Return a tariff as a figure with its pack, version and clause."""
    ref = tariff.ref
    return Figure(
        tariff.amount,
        Text(
            f"{tariff.en} [{held.pack.id} {held.version}, {ref.at}, grade {ref.grade.value}]",
            f"{tariff.zh}［{held.pack.id} {held.version}，{ref.at}，可信度{ref.grade.value}］",
        ),
    )


def own_figure(price: Price, file: str) -> Figure:
    """Return a price of the user's table as a figure."""
    where = f"{price.id}, {file}: {price.source}"
    return Figure(price.amount, Text(f"your table [{where}]", f"自备价格表［{where}］"))


def load_prices(path: Path | None) -> PriceTable:
    """Read the user's table; none without a path. ``InputError`` when it cannot be read."""
    if path is None:
        return NO_PRICES
    try:
        return read_prices(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Text(f"{path} cannot be read: {error}.", f"无法读取 {path}：{error}。"),
            remedy=Text("Give a YAML file in UTF-8.", "请提供 UTF-8 编码的 YAML 文件。"),
        ) from error


def decimal_of(text: str) -> Decimal:
    """Read a decimal; ``InputError`` for what is none or is negative."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise InputError(
            Text(f"{text!r} is no number.", f"“{text}”不是数值。"),
            remedy=Text("Write digits, such as 20000 or 0.1923.", "请写数字，如 20000 或 0.1923。"),
        ) from error
    if not value.is_finite() or value < 0:
        raise InputError(
            Text(f"{text} cannot be a quantity here.", f"此处的数量不能为 {text}。"),
            remedy=Text("Give a number from nought up.", "请给出不小于零的数。"),
        )
    return value


def span_of(text: str) -> Span:
    """Read ``low:best:high`` or one number."""
    parts = [decimal_of(part) for part in text.split(":")]
    if len(parts) == 1:
        return Span.exactly(parts[0])
    if len(parts) == 3 and parts[0] <= parts[1] <= parts[2]:
        return Span(*parts)
    raise InputError(
        Text(f"{text!r} is no quantity.", f"“{text}”不是数量。"),
        remedy=Text("Write one number, or low:best:high.", "请写一个数，或 低:最可能:高。"),
    )


def quantity(*, rules: Rules, kwh: str | None, kw: str | None) -> tuple[Span, str, tuple[Text, ...]]:
    """Return the energy: measured or estimated kWh, or by the rule for an unknown duration from kW; and how."""
    if (kwh is None) == (kw is None):
        raise InputError(
            Text("Give either kWh or kW.", "请在千瓦时和千瓦中给出一个。"),
            remedy=Text(
                "--kwh where the energy is known, --kw where its duration is not.",
                "已知电量用 --kwh，时长未知用 --kw。",
            ),
        )
    if kwh is not None:
        return span_of(kwh), f"{kwh} kWh", ()
    days, hours = (rules.one("presumed_use", "theft", unit) for unit in ("day", "hour/day"))
    energy, shown = presumed_kwh(span_of(kw or ""), days=figure(*days), hours=figure(*hours))
    note = Text(
        f"Duration unknown: {figure(*days).source.en}; {figure(*hours).source.en}. The days are a least.",
        f"时间无法查明：{figure(*days).source.zh}；{figure(*hours).source.zh}。天数为下限。",
    )
    return energy, shown, (note,)


def evaded_statement(*, rules: Rules, kwh: str | None = None, kw: str | None = None) -> Statement:
    """Transmission-distribution charge (the user's price; none is built in), funds and surcharges that were not paid."""
    energy, shown, notes = quantity(rules=rules, kwh=kwh, kw=kw)
    transmission = rules.prices.one(rules.on, "transmission")
    own = [(Text(one.id, one.id), own_figure(one, rules.prices.file)) for one in rules.prices.on(rules.on, "fund")]
    funds = own or [(one.text, figure(held, one)) for held, one in rules.tariffs("fund")]
    if transmission is None:
        missing = Text(
            "No transmission and distribution price was given; that part is not in the sum. Give your table: --prices.",
            "未提供输配电价，合计不含该部分。请用 --prices 提供价格表。",
        )
        notes = (*notes, missing)
    if not funds:
        none = Text("No funds or surcharges are known for that place and day.", "该地该日的基金及附加未知。")
        notes = (*notes, none)
    price = None if transmission is None else own_figure(transmission, rules.prices.file)
    lines = evaded(energy, transmission=price, funds=funds)
    sums = ((Text("evaded charges", "少缴费用合计"), total(lines, kinds=frozenset({"evaded"}))),)
    return Statement(Text("Evaded charges", "少缴费用测算"), rules.on, shown, tuple(lines), sums, notes)


def theft_statement(*, rules: Rules, kwh: str | None = None, kw: str | None = None) -> Statement:
    """Repayment and breach fee (civil, to the supplier); apart from it the most the fine can be (administrative)."""
    energy, shown, notes = quantity(rules=rules, kwh=kwh, kw=kw)
    price = rules.prices.one(rules.on, "energy")
    if price is None:
        raise InputError(
            Text("No energy price stands on that day.", "该日没有电能量电价。"),
            remedy=Text(
                "Give a table with a price of kind energy: --prices FILE.",
                "请提供含 energy 类价格的表：--prices 文件。",
            ),
        )
    what = Text("repayment of the stolen energy", "补交电费")
    repay = priced(energy, own_figure(price, rules.prices.file), kind="repayment", what=what)
    fee_name = Text("breach fee, owed to the supplier besides", "违约使用电费（另付供电企业）")
    fee = factored(repay, figure(*rules.one("theft_fee", "theft", "times")), kind="civil_fee", what=fee_name)
    lines = [repay, fee]
    for pair in rules.tariffs("fine", "theft"):
        name = Text("administrative fine, at most (to the state)", "行政罚款上限（上缴国库）")
        lines.append(factored(repay, figure(*pair), kind="fine", what=name, at_most=True))
    sums = (
        (Text("owed to the supplier", "应付供电企业"), total(lines, kinds=frozenset({"repayment", "civil_fee"}))),
        (Text("fine, at most, apart from it", "行政罚款上限（另计）"), total(lines, kinds=frozenset({"fine"}))),
    )
    return Statement(Text("Theft of electricity", "窃电测算"), rules.on, shown, tuple(lines), sums, notes)


def gains_statement(*, rules: Rules, kwh: str, category: str = "unlicensed-supply") -> Statement:
    """Return a generator's unlawful gains at the price it was paid (the user's, kind ``station``) and the fine's ceiling.

    Raises ``InputError`` for a category that no fine standing on the day is set for, where others are.
    """
    fines = rules.tariffs("fine", category)
    standing = {one for _, tariff in rules.tariffs("fine") if tariff.unit.value == "times" for one in tariff.applies_to}
    known = sorted(standing - {"theft"})
    if known and not fines:
        raise InputError(
            Text(f"No fine is set for {category!r}.", f"没有适用于“{category}”的罚款规定。"),
            remedy=Text(f"One of: {', '.join(known)}.", f"可选：{'、'.join(known)}。"),
        )
    energy, shown, notes = quantity(rules=rules, kwh=kwh, kw=None)
    price = rules.prices.one(rules.on, "station")
    if price is None:
        raise InputError(
            Text("What the station was paid is not known.", "不知道该电站的上网电价。"),
            remedy=Text(
                "Give a table with a price of kind station: --prices FILE.",
                "请提供含 station 类价格的表：--prices 文件。",
            ),
        )
    name = Text("gains of private supply, confiscated", "私自供电违法所得（没收）")
    gains = priced(energy, own_figure(price, rules.prices.file), kind="gains", what=name)
    lines = [gains]
    for pair in fines:
        fine = Text("administrative fine, at most", "行政罚款上限")
        lines.append(factored(gains, figure(*pair), kind="fine", what=fine, at_most=True))
    sums = (
        (Text("gains", "违法所得"), total(lines, kinds=frozenset({"gains"}))),
        (Text("fine, at most, apart from it", "行政罚款上限（另计）"), total(lines, kinds=frozenset({"fine"}))),
    )
    return Statement(Text("Generator's unlawful gains", "电站违法所得测算"), rules.on, shown, tuple(lines), sums, notes)


def surcharge_statement(
    *,
    rules: Rules,
    cycles: Sequence[Cycle],
    start: date,
    stop: date | None = None,
    warned: date | None = None,
    pack: str | None = None,
    draft: bool = False,
) -> Statement:
    """Differential surcharge on the whole account, from ``start`` to the day before ``stop``.

    The nearest division's rule counts unless ``pack`` names one. Never before the rule's own first day; where the rule asks
    for a warning first, not before ``warned`` (``RuleError`` without one). A draft is refused unless ``draft`` asks for a trial
    calculation.
    """
    held, tariff = _surcharge_rule(rules, pack, draft=draft)
    asks = any(one.id == "warn-first" for one in held.pack.measures)
    if asks and warned is None:
        raise RuleError(
            Text(
                f"{held.pack.id} lets nobody charge before the user was warned.",
                f"按 {held.pack.id}，未事先告知用户不得加价。",
            ),
            remedy=Text("Give the day of the warning: --warned.", "请给出告知日期：--warned。"),
        )
    issued = _first_day(held.pack, tariff)
    price = figure(held, tariff)
    lines = surcharge(cycles, price=price, start=start, stop=stop, issued=issued, warned=warned if asks else None)
    notes = [Text(f"Not before {issued}, the rule's own first day.", f"不早于规定自身的起始日{issued}。")]
    if held.pack.status.value is Status.DRAFT:
        notes.append(Text("TRIAL CALCULATION after a draft: it has no force.", "按征求意见稿试算：不具有效力。"))
    if not lines:
        notes.append(Text("No day of these cycles is charged.", "所给抄表周期内没有应加价的日期。"))
    sums = ((Text("surcharge", "差别电价加价"), total(lines, kinds=frozenset({"surcharge"}))),)
    days = f"{len(cycles)} cycles, {start} – {stop or '…'}"
    return Statement(Text("Differential surcharge", "差别电价测算"), rules.on, days, tuple(lines), sums, tuple(notes))


def surcharge_on_estimate(
    *, rules: Rules, days: Sequence[tuple[date, Span]]
) -> tuple[Statement | None, tuple[Text, ...]]:
    """Differential surcharge on estimated energy by day, not before the rule's first day; or why there is none.

    Energy that no account measured belongs to no account: the rest of the account's use is not in it, and is said so. Where
    the rule asks for a warning first, nothing is reckoned here: :func:`surcharge_statement` takes its day.
    """
    try:
        held, tariff = _surcharge_rule(rules, None, draft=False)
    except RuleError:
        none = Text(
            f"No differential surcharge in hand stands in {rules.code} on {rules.on}.",
            f"{rules.on}在{rules.code}没有可用的差别电价规定。",
        )
        return None, (none,)
    if any(one.id == "warn-first" for one in held.pack.measures):
        warn = Text(
            f"{held.pack.id} lets nobody charge the surcharge before the user was warned: minewatch money surcharge --warned.",
            f"{held.pack.id}规定须先预警后加价：请用 minewatch money surcharge --warned。",
        )
        return None, (warn,)
    issued = _first_day(held.pack, tariff)
    inside = [span for day, span in days if day >= issued]
    if not inside:
        early = Text(
            f"The surcharge of {held.pack.id} begins on {issued}, after these days.",
            f"{held.pack.id}的差别电价自{issued}起执行，晚于本期。",
        )
        return None, (early,)
    energy = Span(*(sum((getattr(one, name) for one in inside), Decimal(0)) for name in ("low", "best", "high")))
    first = max(issued, days[0][0])
    what = Text(f"surcharge from {first}, if it is mining", f"差别电价加价（自{first}起，如确认为挖矿）")
    line = priced(energy, figure(held, tariff), kind="surcharge", what=what)
    note = Text(
        "The rule charges the whole account; the account's metered use is not in this energy.",
        "规定按全部用电量加价；本处不含该户已计量电量。",
    )
    sums = ((Text("surcharge", "差别电价加价"), total([line], kinds=frozenset({"surcharge"}))),)
    shown = f"{energy.low}:{energy.best}:{energy.high} kWh"
    return Statement(Text("Differential surcharge", "差别电价测算"), rules.on, shown, (line,), sums, (note,)), ()


def _surcharge_rule(rules: Rules, pack: str | None, *, draft: bool) -> tuple[Held, Tariff]:
    if pack is None:
        found = rules.tariffs("surcharge")
        if not found:
            raise RuleError(
                Text(
                    f"No surcharge stands in {rules.code} on {rules.on}.", f"{rules.code} 在 {rules.on} 没有差别电价。"
                ),
                remedy=Text(
                    "Check the day and division, or name a --pack.", "请核对日期和区划，或用 --pack 指定文件包。"
                ),
            )
        return found[-1]
    held = rules.library.get(pack)
    if held.pack.status.value is Status.DRAFT and not draft:
        raise RuleError(
            Text(f"{pack} is a draft and can charge nobody.", f"{pack} 是草案，不能据以收费。"),
            remedy=Text("Ask for a trial calculation: --draft.", "如需试算，请加 --draft。"),
        )
    if held.pack.status.value is not Status.DRAFT:
        legal_basis(held, rules.on)
    tariff = next((one for one in held.pack.tariffs if one.kind == "surcharge"), None)
    if tariff is None:
        raise InputError(
            Text(f"{pack} sets no surcharge.", f"{pack} 未规定差别电价。"),
            remedy=Text("Name another pack: minewatch policy list.", "请指定其他文件包：minewatch policy list。"),
        )
    return held, tariff


def _first_day(pack: Pack, tariff: Tariff) -> date:
    start = tariff.start or pack.valid.start
    if start is None:
        raise RuleError(
            Text(f"{pack.id} never had effect.", f"{pack.id} 从未生效。"),
            remedy=Text("Name another pack.", "请指定其他文件包。"),
        )
    return latest_day(start)


def read_cycles(path: Path) -> list[Cycle]:
    """Read meter cycles (first day, last day, kWh) from CSV or XLSX; ``InputError`` names the first bad line."""
    form = read_form(path, CYCLE_FIELDS)
    if form.issues:
        worst = form.issues[0]
        raise InputError(worst.sentence, remedy=worst.remedy).about(f"{path.name}:{worst.line}")
    cycles = []
    for row in form.rows:
        try:
            first, last = (date.fromisoformat(row.cells[name].replace("/", "-")[:10]) for name in ("first", "last"))
        except ValueError as error:
            raise InputError(
                Text(f"{path.name}:{row.line}: a day cannot be read.", f"{path.name}:{row.line}：无法读取日期。"),
                remedy=Text("Write it as 2021-06-17.", "请写作 2021-06-17。"),
            ) from error
        cycles.append(Cycle(first, last, decimal_of(row.cells["kwh"].replace(",", ""))))
    return cycles
