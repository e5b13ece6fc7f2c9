"""What is owed in a case, tried out: each statement that can be reckoned from the quantity given, and why another cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minewatch.model.errors import InputError, MinewatchError
from minewatch.model.text import Text
from minewatch.usecases.case_money import MoneyKind, MoneyOrder, state_money
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
from minewatch.usecases.wall_load import open_lake

PRICES = "prices.yaml"
"""The office's own table of prices, in the workspace."""


@dataclass(frozen=True, slots=True)
class MoneyView:
    """Statements of a case; ``missing`` tells those that cannot be reckoned, each with why and what to do."""

    kwh: str
    kw: str
    statements: tuple[tuple[str, Statement], ...]
    missing: tuple[tuple[Text, Text], ...]
    prices: str


KINDS: Mapping[str, MoneyKind] = {"evaded": "evaded", "theft": "theft", "gains": "gains"}
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
            made.append((name, make()))
        except MinewatchError as error:
            told = tuple(" ".join(error.told(language)) for language in ("en", "zh"))
            missing.append((TITLES[name], Text(*told)))
    return MoneyView(kwh, kw, tuple(made), tuple(missing), path.name if path.exists() else "")


def keep_statement(*, turn: Turn, case: str, kind: str, kwh: str, kw: str) -> None:
    """Keep the statement of ``kind`` with the case as :func:`money_trial` showed it; see :func:`case_money.state_money`."""
    turn.may("case.money", case_state(turn.office.log, case).jurisdiction)
    if kind not in KINDS:
        raise InputError(
            Text(f"There is no statement {kind!r}.", f"没有“{kind}”类结算单。"),
            remedy=Text(f"There are: {', '.join(KINDS)}.", f"可选：{'、'.join(KINDS)}。"),
        )
    path = turn.office.workspace.folder / PRICES
    order = MoneyOrder(
        kind=KINDS[kind],
        on=turn.at.astimezone(turn.office.zone).date(),
        kwh=kwh or None,
        kw=None if kwh else kw or None,
        prices=path if path.exists() else None,
    )
    state_money(turn=turn, lake=open_lake(turn.office.workspace.lake_folder), case=case, order=order)
