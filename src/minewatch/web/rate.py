"""How many requests one token may make: a bucket that fills again steadily."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

KEPT = 10_000
"""Buckets kept; beyond, those that are full again are thrown away."""


@dataclass(slots=True)
class Rate:
    """At most ``burst`` requests at once and ``each_second`` on average, by key."""

    burst: int = 120
    each_second: float = 20.0
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, at: datetime) -> float:
        """Count one request; return 0, or the seconds after which to come again. A clock that runs back fills nothing."""
        with self._lock:
            if len(self._left) > KEPT:
                self._left = {name: one for name, one in self._left.items() if self._filled(one, at) < self.burst}
            left = self._filled(self._left.get(key, (float(self.burst), at)), at)
            if left < 1.0:
                return (1.0 - left) / self.each_second
            self._left[key] = (left - 1.0, at)
            return 0.0

    def _filled(self, one: tuple[float, datetime], at: datetime) -> float:
        left, then = one
        return min(float(self.burst), left + max(0.0, (at - then).total_seconds()) * self.each_second)
