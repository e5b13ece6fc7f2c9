"""Use case: gather what else is known before a screening, from files or from a workspace, and say afterwards what it changed."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from minewatch.detect.block import Block, Context
from minewatch.model.inputs import INPUT_OF, INPUTS
from minewatch.model.issues import Issue
from minewatch.model.text import Text, counted
from minewatch.model.views import InputView
from minewatch.readers.options import ReadOptions
from minewatch.readers.simulated import is_simulated
from minewatch.readers.sources import expand
from minewatch.stores.files import disk_errors, write_atomically
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import Workspace
from minewatch.usecases.case_deadlines import case_deadlines
from minewatch.usecases.import_beside import PASSES, import_beside, side_lakes
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.screen_context import Surroundings, days_of, surroundings
from minewatch.usecases.screen_inputs import (
    CHINA,
    NOTHING_GIVEN,
    TABLES,
    Given,
    Patterns,
    nothing_usable,
    read_tables,
)
from minewatch.usecases.simulated import marked

WORDS = "screen-inputs.json"
"""File of a workspace that says what the last screening was told of holidays and the deadline."""


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known, ready to screen with; ``told`` says what of each input (``model.inputs``) there is.

    ``simulated`` says of each file it rests on whether that is simulated.
    """

    around: Surroundings
    told: Mapping[str, Text]
    issues: tuple[Issue, ...] = ()
    simulated: tuple[bool, ...] = ()

    def digest(self, shard: int, slots: int) -> str:
        """Return the digest of what is known of a unit of work."""
        return self.around.digest(shard, slots)

    def of(self, block: Block) -> Context:
        """Return what is known of a block."""
        return self.around.of(block)


def gather(given: Given, *, lake: Lake, folder: Path, now: datetime, zone: str | None) -> Known:
    """Read the files of ``given`` for the meters of ``lake``; ``folder`` is where reactive power and currents may be laid.

    ``zone`` is that of the files' times. The errors are those of ``screen_inputs.read_tables``.
    """
    days = days_of(lake)
    tables = read_tables(given, days=days)
    side, issues = _side(given, lake=lake, folder=folder, now=now, zone=zone)
    around = surroundings(tables, days=days, shards=lake.shards, side=side)
    return _known(around, (*tables.issues, *issues), _marks(given))


@contextmanager
def gathered_workspace(
    workspace: Workspace, *, lake: Lake, now: datetime, given: Given = NOTHING_GIVEN, cases: bool = True
) -> Iterator[Known]:
    """Take what was imported into a workspace; a file of ``given`` stands in place of what was imported of its kind.

    With ``cases`` a meter's deadline is that of its own case, where it has one. What files of reactive power and currents hold
    lives as long as the block.
    """
    days = days_of(lake)
    tables = read_tables(given, days=days, store=grid_store(workspace))
    tables = replace(tables, deadlines=case_deadlines(workspace) if cases else {})
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        side, issues = _side(given, lake=lake, folder=Path(folder), now=now, zone=workspace.zone)
        kept = side_lakes(workspace.folder)
        for what, names in PASSES.items():
            if getattr(given, what):
                kept = {name: one for name, one in kept.items() if name not in names}
        imported = [name for name in (*TABLES, "holidays") if not getattr(given, name)]
        marks = (*_marks(given), *grid_store(workspace).simulated(*imported))
        around = surroundings(tables, days=days, shards=lake.shards, side=kept | side)
        yield _known(around, (*tables.issues, *issues), marks)


def _side(
    given: Given, *, lake: Lake, folder: Path, now: datetime, zone: str | None
) -> tuple[dict[str, Lake], tuple[Issue, ...]]:
    """Read files of reactive power and currents into lakes below ``folder``; ``InputError`` where no value can be used."""
    issues: list[Issue] = []
    for what in PASSES:
        files: Patterns = getattr(given, what)
        if not files:
            continue
        options = ReadOptions(zone=zone)
        receipt = import_beside(files, what=what, folder=folder, shards=lake.shards, now=now, options=options)
        if not receipt.meters:
            raise nothing_usable(str(files[0]), what, receipt.issues)
        issues += receipt.issues
    return side_lakes(folder), tuple(issues)


def _marks(given: Given) -> tuple[bool, ...]:
    """Say of each file given whether it is simulated."""
    files = [path for name in (*TABLES, *PASSES) if getattr(given, name) for path in expand(getattr(given, name))]
    return tuple(is_simulated(path) for path in files)


def _known(around: Surroundings, issues: tuple[Issue, ...], marks: tuple[bool, ...]) -> Known:
    kept = (marked(source) for one in around.side.values() for source in one.manifest.sources)
    return Known(around, dict(_told(around)), issues, (*marks, *kept))


def _told(around: Surroundings) -> list[tuple[str, Text]]:
    told: list[tuple[str, Text]] = []
    if around.outages:
        count = sum(len(times) for times in around.outages.values())
        told.append(("outages", _counted(count, len(around.outages), "outage", "次中断")))
    for what, names in PASSES.items():
        held = [around.side[name] for name in names if name in around.side]
        if held:
            meters = max(sum(part.meters for part in lake.manifest.parts) for lake in held)
            told.append((what, Text(counted(meters, "meter"), f"{meters}个计量点")))
    if around.deadline is not None or around.deadlines:
        told.append(("deadline", _deadlines(around.deadline, len(around.deadlines))))
    if around.holidays:
        told.append(("holidays", _dates(sorted(around.holidays))))
    if around.temperature_c:
        days = max(len(array) for array in around.temperature_c.values())
        told.append(("weather", _counted(days, len(around.temperature_c), "day", "天")))
    if around.places or around.uses:
        placed, used = len(around.places), len(around.uses)
        told.append(
            (
                "meters",
                Text(
                    f"place of {counted(placed, 'meter')}; declared use that draws an even load: {used}",
                    f"{placed}个计量点有所在区县，{used}个的申报用途属负荷平稳类",
                ),
            )
        )
    return told


def _counted(count: int, places: int, what: str, what_zh: str) -> Text:
    return Text(f"{counted(count, what)} in {counted(places, 'place')}", f"{places}个地区共{count}{what_zh}")


def _deadlines(deadline: datetime | None, own: int) -> Text:
    parts = [Text(f"{deadline:%Y-%m-%d %H:%M}", f"{deadline:%Y-%m-%d %H:%M}")] if deadline is not None else []
    parts += (
        [Text(f"{counted(own, 'meter by its case', 'meters by their cases')}", f"{own}个计量点按其案件期限")]
        if own
        else []
    )
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _dates(days: list[date]) -> Text:
    return Text(f"{counted(len(days), 'day')}, {days[0]} to {days[-1]}", f"{len(days)}天，{days[0]}至{days[-1]}")


def input_views(told: Mapping[str, Text], findings: pl.DataFrame) -> tuple[InputView, ...]:
    """Say of every input whether it was given, and for how many meters of ``findings`` it spoke for mining and against."""
    spoke = {name: [0, 0] for name in INPUTS}
    for text in findings["look_weights"].to_list():
        moved: dict[str, float] = {}
        for code, weight in json.loads(text or "{}").items():
            if code in INPUT_OF:
                moved[INPUT_OF[code]] = moved.get(INPUT_OF[code], 0.0) + weight
        for name, weight in moved.items():
            spoke[name][0] += weight > 0
            spoke[name][1] += weight < 0
    return tuple(
        InputView(
            code=one.code,
            name=one.name,
            given=one.code in told,
            says=told.get(one.code, one.would_tell),
            spoke_for=spoke[one.code][0],
            spoke_against=spoke[one.code][1],
        )
        for one in INPUTS.values()
    )


def keep_words(workspace: Workspace, given: Given) -> None:
    """Keep what was said of holidays and the deadline, so that it can be told later why a meter was judged as it was."""
    words = {
        "holidays": given.holidays if given.holidays.casefold() == CHINA else "",
        "deadline": given.deadline.isoformat() if given.deadline else "",
    }
    path = workspace.folder / WORDS
    with disk_errors(f"keeping {path.name}"):
        write_atomically(path, json.dumps(words).encode(), tmp=workspace.folder)


def kept_words(workspace: Workspace) -> Given:
    """Return what was said of holidays and the deadline when the workspace was screened last."""
    try:
        words = json.loads((workspace.folder / WORDS).read_text("utf-8"))
        deadline = datetime.fromisoformat(words["deadline"]) if words["deadline"] else None
        return Given(holidays=str(words["holidays"]), deadline=deadline)
    except (OSError, ValueError, KeyError, TypeError):
        return NOTHING_GIVEN


def held_inputs(workspace: Workspace) -> frozenset[str]:
    """Return which inputs (``model.inputs``) a workspace has: what was imported, and what the last screening was told."""
    store, said, beside = grid_store(workspace), kept_words(workspace), side_lakes(workspace.folder)
    tables = {name for name in ("weather", "outages", "meters", "holidays") if store.parts(name)}
    quantities = {what for what, names in PASSES.items() if any(name in beside for name in names)}
    words = {name for name, there in (("holidays", said.holidays), ("deadline", said.deadline)) if there}
    return frozenset(tables | quantities | words)
