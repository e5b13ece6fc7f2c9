"""Money, as pure arithmetic on decimals: each function returns lines that show clause, formula and amount to the fen.

Nothing here knows a price or a term: every figure comes in, from a pack or from the user's own table, with its reference.
Amounts are rounded half up to 0.01 once, at each line; sums are sums of rounded lines, as on an invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from minewatch.model.errors import InputError
from minewatch.model.text import Text

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figure:
    """A price, factor or term with where it stands: ``source`` names the pack and clause, or the user's table."""

    value: Decimal
    source: Text


@dataclass(frozen=True, slots=True)
class Span:
    """An estimated quantity: low, best, high; a measured one has all three alike."""

    low: Decimal
    best: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, value: Decimal) -> "Span":
        """Return a measured quantity."""
        return cls(value, value, value)

    def times(self, factor: Decimal) -> "Span":
        """Multiply all three by a factor that is not negative."""
        return Span(self.low * factor, self.best * factor, self.high * factor)

    def rounded(self) -> "Span":
        """Round all three to the fen, half up."""
        return Span(fen(self.low), fen(self.best), fen(self.high))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. ``kind`` parts what is owed to whom: evaded, repayment, civil_fee, fine, surcharge, gains."""

    kind: str
    what: Text
    arithmetic: str
    clause: Text
    amount: Span
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Cycle:
    """One meter cycle of an account, first and last day included, and its energy."""

    first: date
    last: date
    kwh: Decimal

    @property
    def days(self) -> int:
        """Days of the cycle."""
        return (self.last - self.first).days + 1


def fen(amount: Decimal) -> Decimal:
    """Round to the fen, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Write a decimal without an exponent and without noughts at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def priced(kwh: Span, price: Figure, *, kind: str, what: Text, at_most: bool = False) -> Line:
    """Return kWh × price."""
    arithmetic = f"{plain(kwh.best)} kWh × {plain(price.value)} CNY/kWh"
    return Line(kind, what, arithmetic, price.source, kwh.times(price.value).rounded(), at_most)


def factored(base: Line, factor: Figure, *, kind: str, what: Text, at_most: bool = False) -> Line:
    """Return the amount of another line × a factor."""
    arithmetic = f"{plain(base.amount.best)} CNY × {plain(factor.value)}"
    return Line(kind, what, arithmetic, factor.source, base.amount.times(factor.value).rounded(), at_most)


def presumed_kwh(kw: Span, *, days: Figure, hours: Figure) -> tuple[Span, str]:
    """Return the energy where the duration is unknown: capacity × hours a day × days; and how it was reckoned."""
    _positive(days.value, hours.value)
    energy = kw.times(days.value * hours.value)
    return energy, f"{plain(kw.best)} kW × {plain(hours.value)} h × {plain(days.value)} d = {plain(energy.best)} kWh"


def evaded(kwh: Span, *, transmission: Figure | None, funds: Sequence[tuple[Text, Figure]]) -> list[Line]:
    """Transmission-distribution charge, where a price is given, and each fund and surcharge, on the same energy."""
    lines = []
    if transmission is not None:
        what = Text("evaded transmission and distribution charge", "少缴输配电费")
        lines.append(priced(kwh, transmission, kind="evaded", what=what))
    lines += [priced(kwh, price, kind="evaded", what=name) for name, price in funds]
    return lines


def surcharge(
    cycles: Sequence[Cycle], *, price: Figure, start: date, stop: date | None, issued: date, warned: date | None
) -> list[Line]:
    """Surcharge on all energy of the account from the latest of start, issue and warning to the day before ``stop``.

    A cycle that lies only partly inside counts its daily mean × the days inside. ``warned`` is None where the rule asks for
    no warning. Raises ``InputError`` for cycles that overlap or end before they begin.
    """
    ordered = sorted(cycles, key=lambda one: one.first)
    for one, following in zip(ordered, [*ordered[1:], None], strict=True):
        if one.days < 1 or (following is not None and following.first <= one.last):
            raise InputError(
                Text(
                    f"The meter cycle of {one.first} to {one.last} overlaps another or ends before it begins.",
                    f"抄表周期 {one.first} 至 {one.last} 与其他周期重叠，或起止颠倒。",
                ),
                remedy=Text(
                    "Give each cycle once: first day, last day, kWh.", "每个周期只写一次：首日、末日、千瓦时。"
                ),
            )
    begin = max(day for day in (start, issued, warned) if day is not None)
    lines = []
    for one in ordered:
        first, last = max(one.first, begin), one.last
        if stop is not None:
            last = min(last, date.fromordinal(stop.toordinal() - 1))
        inside = (last - first).days + 1
        if inside < 1:
            continue
        if inside == one.days:
            energy, shown = one.kwh, f"{plain(one.kwh)} kWh"
        else:
            energy = one.kwh * inside / one.days
            shown = f"{plain(one.kwh)} kWh ÷ {one.days} d × {inside} d"
        what = Text(f"surcharge {first} to {last}", f"差别电价加价 {first} 至 {last}")
        amount = Span.exactly(energy).times(price.value).rounded()
        lines.append(Line("surcharge", what, f"({shown}) × {plain(price.value)} CNY/kWh", price.source, amount))
    return lines


def total(lines: Sequence[Line], *, kinds: frozenset[str]) -> Span:
    """Add the lines of some kinds; civil and administrative amounts are never added unless both kinds are asked for."""
    chosen = [line.amount for line in lines if line.kind in kinds]
    return Span(
        sum((one.low for one in chosen), Decimal(0)),
        sum((one.best for one in chosen), Decimal(0)),
        sum((one.high for one in chosen), Decimal(0)),
    )


def _positive(*values: Decimal) -> None:
    if any(value <= 0 for value in values):
        raise InputError(
            Text("A term or a price must be above nought.", "系数和价格必须大于零。"),
            remedy=Text("Correct the tariff table.", "请更正电价表。"),
        )
