"""A money statement kept with its case: reckoned from the rules in force, from energy that is told or read from the meters."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import numpy as np

from minewatch.casework.case_state import CaseState
from minewatch.casework.commands import StateMoney
from minewatch.model.errors import InputError
from minewatch.model.events import JsonValue
from minewatch.model.text import Text
from minewatch.policy.money import Cycle, Span
from minewatch.usecases.cases import Receipt, act, case_state
from minewatch.usecases.letters import warned_on
from minewatch.usecases.money import (
    Rules,
    Statement,
    evaded_statement,
    gains_statement,
    load_prices,
    read_cycles,
    surcharge_statement,
    theft_statement,
)
from minewatch.usecases.office import Turn
from minewatch.usecases.stop_evidence import SiteReadings
from minewatch.usecases.stops import read_series

MoneyKind = Literal["evaded", "theft", "gains", "surcharge"]
WATT_HOUR = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class MoneyOrder:
    """What is to be reckoned: the kind, the energy (told, by power alone, or from the readings of ``days``), the prices.

    ``on`` is the day whose rules and prices count. A surcharge is reckoned on meter ``cycles`` (a file) or on the readings of
    ``days`` as one cycle, from ``start`` to before ``stop``; ``warned`` is the day of the warning where no letter is on record.
    """

    kind: MoneyKind
    on: date
    kwh: str | None = None
    kw: str | None = None
    days: tuple[date, date] | None = None
    prices: Path | None = None
    cycles: Path | None = None
    start: date | None = None
    stop: date | None = None
    warned: date | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class _Energy:
    """Energy of the case's meters over days, what of it is missing, and the digest of exactly what was read."""

    kwh: Decimal
    missing: int
    of: int
    evidence: str


def state_money(*, turn: Turn, lake: SiteReadings, case: str, order: MoneyOrder) -> tuple[Receipt, Statement]:
    """Reckon and keep the statement with the case; nothing is decided by it.

    Raises ``InputError`` for energy that is not told in one way, ``RuleError`` where no rule stands.
    """
    state = case_state(turn.office.log, case)
    turn.may("case.money", state.jurisdiction)
    if sum(one is not None for one in (order.kwh, order.kw, order.days, order.cycles)) != 1:
        raise InputError(
            Text("Say in one way how much energy it is.", "请只用一种方式说明电量。"),
            remedy=Text(
                "Give one of --kwh, --kw, --readings FIRST:LAST and --cycles FILE.",
                "请在 --kwh、--kw、--readings 起始日:截止日 和 --cycles 文件 中选用一种。",
            ),
        )
    energy = None if order.days is None else _energy(lake, state, order.days)
    rules = Rules(turn.office.library, order.on, state.jurisdiction, load_prices(order.prices))
    statement = _statement(turn, state, rules, order, energy)
    notes = [*statement.notes, *_gaps(energy)]
    files = (("prices", order.prices), ("cycles", order.cycles))
    evidence = [f"{name}:{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files if path is not None]
    first, last = ("", "") if order.days is None else (one.isoformat() for one in order.days)
    command = StateMoney(
        kind=order.kind,
        statement=statement_data(statement, notes),
        evidence=(*([energy.evidence] if energy else ()), *evidence),
        first_day=first,
        last_day=last,
    )
    receipt = act(log=turn.office.log, actor=turn.actor, at=turn.at, case=case, command=command)
    return receipt, statement


def _energy(lake: SiteReadings, state: CaseState, days: tuple[date, date]) -> _Energy:
    first, last = days
    series = read_series(lake, state.meters, first=first, last=last) if state.meters and first <= last else None
    if series is None:
        raise InputError(
            Text(
                "The lake has no readings of the case's meters in these days.",
                "数据湖中没有本案计量点在这些日期的读数。",
            ),
            remedy=Text("Give other days.", "请另选日期。"),
        )
    hours = Decimal(24) / series.kw.shape[1]
    kwh = (Decimal(float(np.nansum(series.kw, dtype=np.float64))) * hours).quantize(WATT_HOUR)
    missing = int(np.isnan(series.kw).sum())
    return _Energy(kwh, missing, series.kw.size, f"readings:{series.digest}")


def _gaps(energy: _Energy | None) -> tuple[Text, ...]:
    if energy is None or not energy.missing:
        return ()
    return (
        Text(
            f"Missing readings: {energy.missing} of {energy.of}; their energy is not in it.",
            f"{energy.of}个读数中缺{energy.missing}个，所缺电量未计入。",
        ),
    )


def _statement(turn: Turn, state: CaseState, rules: Rules, order: MoneyOrder, energy: _Energy | None) -> Statement:
    if order.kind == "surcharge":
        if order.days is not None and energy is not None:
            cycles = [Cycle(*order.days, energy.kwh)]
        elif order.cycles is not None:
            cycles = read_cycles(order.cycles)
        else:
            raise InputError(
                Text("A surcharge is reckoned by the days.", "差别电价须按日计算。"),
                remedy=Text("Give --cycles FILE or --readings.", "请给出 --cycles 文件 或 --readings。"),
            )
        begin = order.start or min(one.first for one in cycles)
        warned = order.warned or warned_on(turn, state.id)
        return surcharge_statement(
            rules=rules, cycles=cycles, start=begin, stop=order.stop, warned=warned, pack=order.pack
        )
    kwh = order.kwh if energy is None else str(energy.kwh)
    if order.kind == "gains":
        if kwh is None:
            raise InputError(
                Text("Gains need the energy sold.", "计算收益需要售电量。"),
                remedy=Text("Give --kwh or --readings.", "请给出 --kwh 或 --readings。"),
            )
        return gains_statement(rules=rules, kwh=kwh)
    made = theft_statement if order.kind == "theft" else evaded_statement
    return made(rules=rules, kwh=kwh, kw=order.kw)


def statement_data(statement: Statement, notes: list[Text]) -> dict[str, JsonValue]:
    """Return a statement as plain data for the event: amounts as text, to the fen, words in both languages."""
    return {
        "title": _both(statement.title),
        "on": statement.on.isoformat(),
        "quantity": statement.quantity,
        "lines": [
            {
                "kind": line.kind,
                "what": _both(line.what),
                "arithmetic": line.arithmetic,
                "clause": _both(line.clause),
                "at_most": line.at_most,
                **_amount(line.amount),
            }
            for line in statement.lines
        ],
        "totals": [{"what": _both(name), **_amount(span)} for name, span in statement.totals],
        "notes": [_both(note) for note in notes],
    }


def _both(text: Text) -> dict[str, JsonValue]:
    return {"en": text.en, "zh": text.zh}


def _amount(span: Span) -> Mapping[str, JsonValue]:
    return {"low": str(span.low), "best": str(span.best), "high": str(span.high)}
