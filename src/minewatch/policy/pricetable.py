"""The user's own prices, dated, as YAML: transmission-distribution prices, energy prices, funds that no pack holds.

::

    prices:
      - id: td-10kv
        kind: transmission        # transmission, energy, fund or station (what a station was paid)
        amount: 0.1923
        unit: CNY/kWh
        from: 2021-01-01
        to: 2021-12-31            # left out: still valid
        source: provincial price notice of 2020-12-01, table 2

Nothing is built in: a price that is neither here nor in a pack is asked for, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.policy.schema import Amount
from minewatch.policy.source import parse


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


Day = Annotated[date, BeforeValidator(_day)]


class Price(BaseModel):
    """One dated price; both days included."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    kind: Literal["transmission", "energy", "fund", "station"]
    amount: Annotated[Amount, Field(ge=0)]
    unit: Literal["CNY/kWh"] = "CNY/kWh"
    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="to")
    source: Annotated[str, Field(min_length=1)]

    def stands(self, on: date) -> bool:
        """Whether the price is valid on the day."""
        return self.start <= on and (self.end is None or on <= self.end)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices of one file."""

    file: str
    prices: tuple[Price, ...]

    def on(self, day: date, kind: str) -> tuple[Price, ...]:
        """Prices of a kind that stand on the day."""
        return tuple(price for price in self.prices if price.kind == kind and price.stands(day))

    def one(self, day: date, kind: str) -> Price | None:
        """Return the one price of a kind on the day, None without any; ``InputError`` where several stand."""
        found = self.on(day, kind)
        if len(found) > 1:
            raise InputError(
                Text(
                    f"{self.file} has several {kind} prices on {day}: {', '.join(price.id for price in found)}.",
                    f"{self.file} 在 {day} 有多个 {kind} 价格：{'、'.join(price.id for price in found)}。",
                ),
                remedy=Text(
                    "End one of them with “to”, or keep only the one that applies.",
                    "请用“to”终止其中一个，或只保留适用的一个。",
                ),
            )
        return found[0] if found else None


NO_PRICES = PriceTable("", ())


def read_prices(text: str, file: str) -> PriceTable:
    """Read the table; ``InputError`` names every fault by its place."""
    values, lines = parse(text, file)
    try:
        table = _Table.model_validate(values)
    except ValidationError as error:
        faults = [_fault(detail["loc"], detail["msg"], lines) for detail in error.errors(include_url=False)]
        raise InputError(
            Text(f"{file}: {'; '.join(faults)}.", f"{file}：{'；'.join(faults)}。"),
            remedy=Text("See docs/balance.md for the table's form.", "表格格式见 docs/balance.md。"),
        ) from error
    return PriceTable(file, table.prices)


def _fault(path: Sequence[str | int], said: str, lines: dict[tuple[str | int, ...], int]) -> str:
    place = tuple(path)
    while place and place not in lines:
        place = place[:-1]
    return f"line {lines.get(place, 0)}, {'.'.join(map(str, path))}: {said}"


def total_of(prices: Sequence[Price]) -> Decimal:
    """Sum of prices."""
    return sum((price.amount for price in prices), Decimal(0))
