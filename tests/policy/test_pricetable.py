from datetime import date
from decimal import Decimal

import pytest

from minewatch.model.errors import InputError
from minewatch.policy.pricetable import read_prices, total_of

TEXT = """prices:
  - {id: a, kind: transmission, amount: 0.1923, from: 2021-01-01, to: 2021-12-31, source: notice}
  - {id: b, kind: transmission, amount: 0.2, from: 2022-01-01, source: notice}
  - {id: c, kind: fund, amount: 0.0062, from: 2021-01-01, source: notice}
"""


def test_prices_stand_between_their_days():
    table = read_prices(TEXT, "p.yaml")
    first = table.one(date(2021, 12, 31), "transmission")
    second = table.one(date(2022, 1, 1), "transmission")
    assert first is not None
    assert second is not None
    assert (first.amount, second.amount) == (Decimal("0.1923"), Decimal("0.2"))
    assert table.one(date(2020, 12, 31), "transmission") is None
    assert total_of(table.prices) == Decimal("0.3985")


def test_two_prices_on_one_day_are_a_fault():
    table = read_prices(TEXT.replace("to: 2021-12-31, ", ""), "p.yaml")
    with pytest.raises(InputError, match="a, b"):
        table.one(date(2022, 1, 1), "transmission")


@pytest.mark.parametrize(
    "broken",
    ["prices:\n  - {id: a, kind: gift, amount: 1, from: 2021-01-01, source: x}\n", "prices: 3\n", "nothing: []\n",
     "prices:\n  - {id: a, kind: fund, amount: -1, from: 2021-01-01, source: x}\n",
     "prices:\n  - {id: a, kind: fund, amount: 1, from: soon, source: x}\n"],
)  # fmt: skip
def test_faults_name_their_line(broken):
    with pytest.raises(InputError, match="line"):
        read_prices(broken, "p.yaml")
