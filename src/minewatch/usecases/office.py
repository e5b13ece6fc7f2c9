"""The workspace of an office as use cases see it: its lake, its ledger, its own packs. The one place where they are wired."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from minewatch.model.actors import Actor
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import NewEvent, Stamp
from minewatch.model.text import Text
from minewatch.policy.library import Library
from minewatch.stores.ledger import Ledger
from minewatch.stores.workspace import LEDGER, Workspace, find_workspace
from minewatch.usecases.access import check
from minewatch.usecases.cases import project, reads
from minewatch.usecases.policy import open_library
from minewatch.usecases.time_left import instant_of, zone_of

UTC_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SETTINGS_STREAM = "workspace"
REHEARSAL = "workspace.rehearsal_declared/1"


@dataclass(frozen=True, slots=True)
class Office:
    """An opened workspace. ``zone`` is the zone times are given and shown in."""

    workspace: Workspace
    log: Ledger
    zone: tzinfo

    @property
    def library(self) -> Library:
        """The packs shipped with the program and the office's own, which win over ours openly."""
        own = self.workspace.folder / "packs"
        return open_library(folder=own if own.is_dir() else None)

    @property
    def is_rehearsal(self) -> bool:
        """Whether the ledger was declared a rehearsal before anything else was written."""
        return any(event.name == REHEARSAL for event in self.log.stream(SETTINGS_STREAM))

    def instant(self, text: str) -> datetime:
        """Read a time such as ``2021-06-17 22:00`` as a time of the workspace's zone; an offset in the text wins.

        Raises ``InputError`` for what is no time.
        """
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise InputError(
                Text(f"{text!r} is not a time.", f"“{text}”不是时间。"),
                remedy=Text("Write it as 2021-06-17 22:00.", "请写作 2021-06-17 22:00。"),
            ) from error
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def in_zone(self, value: Any) -> Any:
        """Return ``value`` (plain data) with every instant of the ledger written as ISO 8601 in the workspace's zone."""
        if isinstance(value, dict):
            return {name: self.in_zone(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.in_zone(item) for item in value]
        if isinstance(value, str) and UTC_TEXT.fullmatch(value):
            return instant_of(value).astimezone(self.zone).isoformat(timespec="seconds")
        return value

    def shown(self, utc: str) -> str:
        """Write an instant of the ledger as a time of the workspace's zone; empty stays empty."""
        if not utc:
            return ""
        return instant_of(utc).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def span(self, first: str, last: str) -> str:
        """Write two instants of the ledger as a range of the workspace's zone; empty where both are the same or none is."""
        if not first or not last or first == last:
            return ""
        return f"{self.shown(first)} – {self.shown(last)}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One command's circumstances: in which office, who gives it, at what time."""

    office: Office
    actor: Actor
    at: datetime

    def may(self, action: str, division: str = "") -> None:
        """Raise ``RuleError`` (and record it) unless the actor may do ``action`` in ``division``."""
        check(log=self.office.log, actor=self.actor, action=action, division=division, at=self.at)

    @property
    def stamp(self) -> Stamp:
        """Who and when, for the ledger."""
        return Stamp(self.actor.name, self.at)


@contextmanager
def open_office(*, given: Path | None, variable: str | None, start: Path, address: str | None) -> Iterator[Office]:
    """Open the workspace ``given``, named by ``variable``'s value, or nearest above ``start``; close its ledger after.

    ``address`` names another ledger than the workspace's own ``ledger.db``, for instance on Postgres.
    """
    workspace = find_workspace(given, variable=variable, start=start)
    log = Ledger(address or workspace.folder / LEDGER, project=project, reads=reads)
    try:
        yield Office(workspace, log, zone_of(workspace.zone))
    finally:
        log.close()


def declare_rehearsal(*, office: Office, by: str, at: datetime) -> None:
    """Mark the ledger as a rehearsal, for ever: only then may commands be given a time other than now.

    Raises ``RuleError`` once anything else stands in the ledger.
    """
    if office.log.count():
        raise RuleError(
            Text(
                "Something stands in the ledger already; it cannot become a rehearsal.", "台账已有内容，不能改为演练。"
            ),
            remedy=Text("Make another workspace for the rehearsal.", "请为演练另建工作区。"),
        )
    office.log.append(SETTINGS_STREAM, [NewEvent(REHEARSAL, {"by": by})], expected=0, stamp=Stamp(by, at))


def moment(*, office: Office, asked: str | None, clock: datetime) -> datetime:
    """Return the time a command happens at: the clock's, or in a rehearsal the time ``asked`` for.

    Raises ``RuleError`` when a time is asked for outside a rehearsal: the record is made when things happen.
    """
    if asked is None:
        return clock
    if not office.is_rehearsal:
        raise RuleError(
            Text("Only a rehearsal can be given a time of its own.", "只有演练可以另设时间。"),
            remedy=Text(
                "Leave --now out; record when something happened with the command's own time option.",
                "请去掉 --now；事项发生时间用命令自身的时间选项登记。",
            ),
        )
    return office.instant(asked)
