"""The report of a balance: a page with every node that matters, and what the unexplained energy is worth."""

from dataclasses import replace

from minewatch.model.balance_views import BalanceView, NodeView
from minewatch.model.text import Language
from minewatch.reports.balance_html import render_balance
from minewatch.usecases.missing_money import MissingEnergy, node_money
from minewatch.usecases.money import Rules


def add_money(view: BalanceView, *, rules: Rules | None, top: int) -> BalanceView:
    """Add to the first ``top`` flagged nodes what their unexplained energy is worth; without rules only what is needed."""
    priced = {one.node for one in [one for one in view.nodes if one.flagged][:top]}
    return replace(view, nodes=tuple(_with_money(one, rules) if one.node in priced else one for one in view.nodes))


def _with_money(node: NodeView, rules: Rules | None) -> NodeView:
    series = node.balance
    if node.unexplained is None or series is None:
        return node
    hours = list(series.mining_kw)
    daily = tuple(sum(hours[day * 24 : (day + 1) * 24]) for day in range(series.days))
    energy = MissingEnergy(series.first_day, daily, node.unexplained, node.since_start)
    statements, needs = node_money(energy, rules=rules)
    return replace(node, money=statements, money_needs=needs)


def balance_page(view: BalanceView, *, top: int, language: Language) -> bytes:
    """Return the report as one HTML file."""
    return render_balance(view, top=top, language=language).encode()
