"""What a running console holds: the opened office, its accounts, the clock, and how it is reached."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from minewatch.model.actors import Actor
from minewatch.usecases.access import ACTORS, actors, find_actor
from minewatch.usecases.console import ConsoleStore, Sight
from minewatch.usecases.office import Office
from minewatch.web.provider import SignIns
from minewatch.web.rate import Rate

KEPT_SIGHTS = 200


@dataclass(frozen=True, slots=True)
class Reached:
    """How browsers reach the console.

    ``secure``: by https only, so cookies carry the Secure attribute and the ``__Host-`` prefix. ``names``: the host names
    that are answered; empty answers any.
    """

    secure: bool = False
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Console:
    """One console. ``clock`` tells the time now, aware; in a rehearsal it may run in the rehearsed time.

    ``rate`` limits the requests of each token of the API; ``sign_ins`` are those under way with an identity provider, None
    where there is none.
    """

    office: Office
    store: ConsoleStore
    clock: Callable[[], datetime]
    reached: Reached = field(default_factory=Reached)
    simulated: bool = False
    rate: Rate = field(default_factory=Rate)
    sign_ins: SignIns | None = None
    _people: tuple[int, dict[str, Actor]] = field(default_factory=lambda: (-1, {}))
    _sights: list[Sight] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def actor(self, name: str) -> Actor:
        """Return the person as registered now: a role taken away is gone with the next request."""
        version, known = self.office.log.version(ACTORS), self._people
        if known[0] != version:
            known = (version, {actor.name: actor for actor in actors(log=self.office.log)})
            self._people = known
        return known[1][name] if name in known[1] else find_actor(log=self.office.log, name=name)

    def saw(self, sight: Sight) -> None:
        """Note what somebody looked at; written in small batches, at the latest by the next ``flush``."""
        with self._lock:
            self._sights.append(sight)
            full = len(self._sights) >= KEPT_SIGHTS
        if full:
            self.flush()

    def flush(self) -> None:
        """Write the sights noted so far."""
        with self._lock:
            waiting: Sequence[Sight] = tuple(self._sights)
            self._sights.clear()
        self.store.add_sights(waiting)
