"""What missing energy is worth, as statements for a report: low, best and high as far as the energy is estimated.

Only rules of packs and prices of the user's own table count. Without a division nothing is reckoned; where a price is
missing its statement is left out. What would be needed is said in either case, and nothing is ever assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from minewatch.model.balance_views import MoneyLine, StatementView
from minewatch.model.errors import RuleError
from minewatch.model.text import Text
from minewatch.model.views import Estimate
from minewatch.policy.money import Line, Span
from minewatch.usecases.money import (
    Rules,
    Statement,
    evaded_statement,
    gains_statement,
    load_prices,
    surcharge_on_estimate,
    theft_statement,
)
from minewatch.usecases.policy import open_library

NO_DIVISION = Text(
    "Nothing was reckoned: name the division whose funds, fees, fines and surcharge count (--division) and, for what depends "
    "on prices, your own dated table (--prices, kinds transmission, energy and station).",
    "未测算：请指定适用基金、违约使用电费、罚款和差别电价的行政区划（--division）；涉及价格的部分请提供自备价格表"
    "（--prices，类别 transmission、energy、station）。",
)
NEEDED = {
    "transmission": Text(
        "For the evaded transmission and distribution charge: a price of kind transmission that stands on {day}.",
        "测算少缴输配电费：需要{day}有效的输配电价（类别 transmission）。",
    ),
    "energy": Text(
        "For theft repayment, breach fee and the fine's ceiling: a price of kind energy that stands on {day}.",
        "测算补交电费、违约使用电费和罚款上限：需要{day}有效的电度电价（类别 energy）。",
    ),
    "station": Text(
        "For the generator's unlawful gains: what the station was paid, a price of kind station that stands on {day}.",
        "测算电站违法所得：需要{day}有效的电站售电价格（类别 station）。",
    ),
}
UNKNOWN_TIME = Text("if the duration cannot be found out", "如时间无法查明")


@dataclass(frozen=True, slots=True)
class MissingEnergy:
    """Energy to be priced: kWh by day (best) from ``first_day`` on, its relative bounds, mean kW; whether it began before."""

    first_day: date
    daily_kwh: tuple[float, ...]
    kw: Estimate
    began_before: bool

    @property
    def kwh(self) -> str:
        """Return the energy as ``low:best:high``, to a tenth of a kWh."""
        best = sum(self.daily_kwh)
        return ":".join(_tenth(best * part) for part in self._parts)

    @property
    def kw_text(self) -> str:
        """Return the power as ``low:best:high``, to a tenth of a kW."""
        return ":".join(_tenth(part) for part in (self.kw.low, self.kw.value, self.kw.high))

    @property
    def days(self) -> Sequence[tuple[date, Span]]:
        """Return the energy of each day that has any."""
        return [
            (self.first_day + timedelta(days=number), Span(*(Decimal(_tenth(kwh * part)) for part in self._parts)))
            for number, kwh in enumerate(self.daily_kwh)
            if kwh > 0.0
        ]

    @property
    def _parts(self) -> tuple[float, float, float]:
        value = max(self.kw.value, 1e-9)
        return self.kw.low / value, 1.0, self.kw.high / value


def _tenth(value: float) -> str:
    return str(round(Decimal(value), 1))


def rules_on(day: date, *, division: str | None, prices: Path | None, packs: Path | None) -> Rules | None:
    """Return the rules that stand on the day in ``division``, own ``packs`` of that folder among them; None without one."""
    if division is None:
        return None
    own = packs if packs is not None and packs.is_dir() else None
    return Rules(open_library(folder=own), day, division, load_prices(prices))


def node_money(energy: MissingEnergy, *, rules: Rules | None) -> tuple[tuple[StatementView, ...], tuple[Text, ...]]:
    """Statements of a node's unexplained energy and what is needed for more: evaded charges, theft, surcharge.

    Where it began before the window, what the rule for an unknown duration makes of it stands beside the measured energy.
    """
    if rules is None:
        return (), (NO_DIVISION,)
    needs = _needs(rules, ("transmission", "energy"))
    found = [evaded_statement(rules=rules, kwh=energy.kwh)]
    has_energy = rules.prices.one(rules.on, "energy") is not None
    whole: list[StatementView] = []
    try:
        if has_energy:
            found.append(theft_statement(rules=rules, kwh=energy.kwh))
        if energy.began_before:
            evaded = evaded_statement(rules=rules, kw=energy.kw_text)
            unknown = [evaded, theft_statement(rules=rules, kw=energy.kw_text)] if has_energy else [evaded]
            whole = [statement_view(one, suffix=UNKNOWN_TIME) for one in unknown]
    except RuleError:
        rule = Text(
            f"No rule on theft in hand stands on {rules.on} in {rules.code}: the fee and the time presumed are not reckoned.",
            f"{rules.on}在{rules.code}没有可用的窃电条款：未测算违约使用电费和推定时间。",
        )
        needs = (*needs, rule)
    charged, why = surcharge_on_estimate(rules=rules, days=energy.days)
    if charged is not None:
        found.append(charged)
    return (*map(statement_view, found), *whole), (*needs, *why)


def plant_money(energy: MissingEnergy, *, rules: Rules | None) -> tuple[tuple[StatementView, ...], tuple[Text, ...]]:
    """Statements of a station's undeclared energy: the generator's gains with the fine's ceiling; what its buyer evaded."""
    if rules is None:
        return (), (NO_DIVISION,)
    found = [evaded_statement(rules=rules, kwh=energy.kwh)]
    if rules.prices.one(rules.on, "station") is not None:
        found.insert(0, gains_statement(rules=rules, kwh=energy.kwh))
    return tuple(map(statement_view, found)), _needs(rules, ("station", "transmission"))


def _needs(rules: Rules, kinds: Sequence[str]) -> tuple[Text, ...]:
    return tuple(NEEDED[kind].format(day=rules.on) for kind in kinds if rules.prices.one(rules.on, kind) is None)


def statement_view(statement: Statement, *, suffix: Text | None = None) -> StatementView:
    """Return a statement as a view; ``suffix`` is put behind its title."""
    title = statement.title
    if suffix is not None:
        title = Text(f"{title.en}, {suffix.en}", f"{title.zh}（{suffix.zh}）")
    return StatementView(
        title=title,
        quantity=statement.quantity,
        lines=tuple(_line(one) for one in statement.lines),
        totals=tuple(_total(name, span) for name, span in statement.totals),
        notes=statement.notes,
    )


def _line(one: Line) -> MoneyLine:
    low, best, high = (f"{value:,.2f}" for value in (one.amount.low, one.amount.best, one.amount.high))
    return MoneyLine(one.what, one.arithmetic, one.clause, low, best, high, one.at_most)


def _total(name: Text, span: Span) -> MoneyLine:
    low, best, high = (f"{value:,.2f}" for value in (span.low, span.best, span.high))
    return MoneyLine(name, "", Text("", ""), low, best, high)
