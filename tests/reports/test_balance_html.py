from datetime import date, datetime

from minewatch.model.balance_views import (
    BalanceView,
    EnergyLine,
    MoneyLine,
    NodeView,
    StatementView,
    SuspectView,
)
from minewatch.model.text import Text
from minewatch.model.views import Estimate, SeriesView
from minewatch.reports.balance_html import render_balance

SERIES = SeriesView(date(2021, 6, 1), 24, [float(n % 7) for n in range(72)], [1.0] * 72)
TEXT = Text("some", "若干")
LINE = MoneyLine(TEXT, "1 × 2", TEXT, "1.00", "2.00", "3.00", at_most=True)


def view(name="TA1"):
    node = NodeView(
        node=name, kind="area", flagged=True, z=9.0, mean_kw=30.0, unexplained=Estimate(5.0, 4.0, 6.0),
        since=datetime.fromisoformat("2021-06-01T10:00"), until=None, since_start=False, likeness=0.4,
        energy=(EnergyLine(TEXT, 1234.0),), suspects=(SuspectView("m1", "K1", 0.5, 12.0, 2.0),),
        moved_in=("m2",), moved_out=("m3",), clocks=(("m4", -7.0),), read_meters=3, unread_meters=1,
        balance=SERIES, residual=SERIES, money=(StatementView(TEXT, "7 kWh", (LINE,), (LINE,), (TEXT,)),),
        money_needs=(Text("a price", "电价"),),
    )  # fmt: skip
    return BalanceView(date(2021, 6, 1), date(2021, 6, 3), (node,), None, (TEXT,))


def test_a_node_has_its_pictures_suspects_energy_and_money():
    page = render_balance(view(), top=1, language="en")
    assert page.count("<svg") == 2
    for word in ("m1", "K1", "m2", "m3", "m4", "1,234", "2.00", "1 × 2", "7 kWh", "a ceiling", "a price"):
        assert word in page
    assert "<svg" not in render_balance(view(), top=0, language="zh")


def test_names_are_escaped():
    assert "<script>" not in render_balance(view("<script>"), top=1, language="en")
