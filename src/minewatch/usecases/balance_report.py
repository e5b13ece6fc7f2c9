"""The report of a balance: a page with every node that matters, and what the unexplained energy is worth."""

from dataclasses import replace
from decimal import Decimal

from minewatch.model.balance_views import BalanceView, MoneyLine, NodeView
from minewatch.model.text import Language
from minewatch.reports.balance_html import render_balance
from minewatch.usecases.money import Rules, Statement, evaded_statement


def add_money(view: BalanceView, *, rules: Rules) -> BalanceView:
    """Add to each flagged node what was evaded on its unexplained energy over the window, low, best and high.

    Energy is the interval of the unexplained power times the hours it was there: an estimate, for a first idea of the size.
    """
    return replace(view, nodes=tuple(_with_money(one, rules) if one.flagged else one for one in view.nodes))


def _with_money(node: NodeView, rules: Rules) -> NodeView:
    if node.unexplained is None:
        return node
    hours = sum(1 for part in node.balance.mining_kw if part > 0.0)
    span = [
        str(round(Decimal(kw) * hours, 1))
        for kw in (node.unexplained.low, node.unexplained.value, node.unexplained.high)
    ]
    statement = evaded_statement(rules=rules, kwh=":".join(span))
    return replace(node, money=money_lines(statement), money_notes=statement.notes)


def money_lines(statement: Statement) -> tuple[MoneyLine, ...]:
    """Return a statement's lines and totals as lines of a view."""
    lines = [
        MoneyLine(one.what, one.arithmetic, one.clause, str(one.amount.low), str(one.amount.best), str(one.amount.high))
        for one in statement.lines
    ]
    lines += [
        MoneyLine(name, "", statement.title, str(span.low), str(span.best), str(span.high))
        for name, span in statement.totals
    ]
    return tuple(lines)


def balance_page(view: BalanceView, *, top: int, language: Language) -> bytes:
    """Return the report as one HTML file."""
    return render_balance(view, top=top, language=language).encode()
