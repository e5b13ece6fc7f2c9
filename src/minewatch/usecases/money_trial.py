"""What is owed in a case, as statements: each that can be reckoned from the quantity given, and why another cannot."""

from collections.abc import Callable
from dataclasses import dataclass

from minewatch.model.errors import MinewatchError
from minewatch.model.text import Text
from minewatch.usecases.cases import case_state
from minewatch.usecases.money import (
    Rules,
    Statement,
    evaded_statement,
    gains_statement,
    load_prices,
    theft_statement,
)
from minewatch.usecases.office import Turn

PRICES = "prices.yaml"
"""The office's own table of prices, in the workspace."""


@dataclass(frozen=True, slots=True)
class MoneyView:
    """Statements of a case; ``missing`` tells those that cannot be reckoned, each with why and what to do."""

    kwh: str
    kw: str
    statements: tuple[Statement, ...]
    missing: tuple[tuple[Text, Text], ...]
    prices: str


TITLES = {
    "evaded": Text("Evaded charges", "少缴费用测算"),
    "theft": Text("Theft of electricity", "窃电测算"),
    "gains": Text("Generator's unlawful gains", "电站违法所得测算"),
}


def money_trial(*, turn: Turn, case: str, kwh: str = "", kw: str = "") -> MoneyView:
    """Return the statements for ``kwh``, or for ``kw`` of unknown duration; with neither, for the case's mining power.

    Prices come from ``prices.yaml`` of the workspace, rules from the packs in force today in the case's division. Nothing is
    decided and nothing recorded by this. Raises ``InputError`` for a quantity that is none.
    """
    state = case_state(turn.office.log, case)
    turn.may("case.read", state.jurisdiction)
    path = turn.office.workspace.folder / PRICES
    prices = load_prices(path if path.exists() else None)
    day = turn.at.astimezone(turn.office.zone).date()
    rules = Rules(turn.office.library, day, state.jurisdiction, prices)
    if not kwh and not kw and state.mining_kw is not None:
        kw = f"{state.mining_kw:g}"
    given = {"kwh": kwh or None, "kw": None if kwh else kw or None}
    makers: dict[str, Callable[[], Statement]] = {
        "evaded": lambda: evaded_statement(rules=rules, **given),
        "theft": lambda: theft_statement(rules=rules, **given),
    }
    if kwh:
        makers["gains"] = lambda: gains_statement(rules=rules, kwh=kwh)
    made, missing = [], []
    for name, make in makers.items():
        try:
            made.append(make())
        except MinewatchError as error:
            told = tuple(" ".join(error.told(language)) for language in ("en", "zh"))
            missing.append((TITLES[name], Text(*told)))
    return MoneyView(kwh, kw, tuple(made), tuple(missing), path.name if path.exists() else "")
