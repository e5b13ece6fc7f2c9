"""What the impact use cases show: frozen records that the command line prints, reports draw and pages render.

Every quantity that is not known exactly is a :class:`Spread` with its unit; every input taken from outside has a
:class:`Source` with a grade: A measured or the source's own figure, B quoted from a named study or list, C reported
without a method, U given by the user.
"""

from dataclasses import dataclass
from datetime import date, datetime

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity as a range. ``best`` is None where no value inside the range is better founded than another."""

    low: float
    best: float | None
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from: a sentence that names it, its grade, the date it speaks of (None: no one date)."""

    reference: Text
    grade: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """How far one input alone moves a result, the others held at their best values."""

    name: Text
    given: Spread
    result: Spread


@dataclass(frozen=True, slots=True)
class MixLine:
    """One machine of a fleet mix: efficiency in J/TH, weight as a share of hash rate (1 = all), where it comes from."""

    model: str
    released: date
    j_per_th: float
    weight: float
    source: Source


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many machines of one model would make a step of load; ``exact`` says that few whole numbers fit."""

    model: str
    watts_at_meter: Spread
    fewest: int
    most: int
    step_kw: Spread


@dataclass(frozen=True, slots=True)
class HashrateView:
    """Hash rate behind a load, with what drives the range and what the traffic says beside it.

    ``seen_load``: power in kW that the hash rate seen in traffic needs.
    """

    on: date
    load: Spread
    pue: Spread
    efficiency: Spread
    hashrate: Spread
    world_share: Spread
    world_energy: Spread
    drivers: tuple[Driver, ...]
    mix: tuple[MixLine, ...]
    counts: tuple[CountLine, ...]
    seen_in_traffic: Spread | None
    seen_load: Spread | None
    income: tuple["HydroLine", ...]
    sentences: tuple[Text, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ShareStep:
    """One link of a chain of shares: ``part`` is so many per cent of ``whole``. Never shown without its whole."""

    part: Text
    whole: Text
    percent: Spread
    source: Source


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One way to the share: the links and their product, in per cent of ``whole``."""

    steps: tuple[ShareStep, ...]
    whole: Text
    percent: Spread


@dataclass(frozen=True, slots=True)
class ShareView:
    """Share of a part in each whole that holds it, sources side by side."""

    part: Text
    on: date
    lines: tuple[ShareLine, ...]
    sentences: tuple[Text, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class RetargetLine:
    """One coming retarget: height, change in per cent and time (unix seconds UTC), each with its interval."""

    height: int
    change: Spread
    time: Spread


@dataclass(frozen=True, slots=True)
class StopCase:
    """A stop under one reading of the shares.

    ``reading``: the shares in words, each with its whole. ``world_percent``: what is off after the last cut, in per cent
    of the world's hash rate before. ``interval``: mean block interval in seconds between the last cut and the next
    retarget, ``over_an_hour`` the chance in per cent that one block then takes longer than an hour, both by formula, as
    is all named so: chance and the cuts alone. The rest holds the network's other movements too, by simulation.
    ``never_recovered``: per cent of futures not back on time within the simulated days. ``epochs_to_see``: full epochs
    until chance is told from the stop. ``histogram``: block intervals from the last cut to the next retarget, all trials.
    """

    name: Text
    reading: Text
    world_percent: float
    interval: float
    over_an_hour: float
    change_by_formula: Spread
    retargets: tuple[RetargetLine, ...]
    slowest_day: Spread
    slowest_by_formula: Spread
    longest: Spread
    recovery_days: Spread
    never_recovered: float
    epochs_to_see: float
    seen: Text
    bin_seconds: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StopView:
    """What a stop does to the network, case by case; ``level`` is the intervals' probability in per cent."""

    start: datetime
    level: float
    trials: int
    seed: int
    cases: tuple[StopCase, ...]
    sentences: tuple[Text, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class HappenedLine:
    """One figure forecast and what the chain then showed; ``inside`` for each case whether the interval held it."""

    name: Text
    happened: float
    unit: str
    forecasts: tuple[Spread, ...]
    inside: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """How often past intervals held what came: nominal and observed per cent, over so many epochs."""

    method: Text
    since: date
    epochs: int
    nominal: float
    observed: float
    half_width: float


@dataclass(frozen=True, slots=True)
class EpochPoint:
    """One past retarget: time (unix seconds), what it changed in per cent, and the interval forecast an epoch ahead."""

    time: int
    change: float
    forecast: Spread


@dataclass(frozen=True, slots=True)
class BacktestView:
    """The forecast of 18 June 2021 against what happened, and the intervals' record over past epochs."""

    stop: StopView
    happened: tuple[HappenedLine, ...]
    coverage: tuple[CoverageLine, ...]
    epochs: tuple[EpochPoint, ...]
    day_blocks: tuple[tuple[date, int], ...]
    sentences: tuple[Text, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class HydroLine:
    """One quantity with its range and where its factor comes from (None: arithmetic only)."""

    name: Text
    value: Spread
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class HydroView:
    """What the energy no longer taken amounts to, and what the mine earned a day."""

    lines: tuple[HydroLine, ...]
    sentences: tuple[Text, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is shown anywhere: headings and cells are texts in both languages, units stand in the headings."""

    title: Text
    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a command prints and a report lays out: the answer in sentences, tables below, sources at the end."""

    title: Text
    sentences: tuple[Text, ...]
    tables: tuple[TableView, ...]
    sources: tuple[Source, ...]
