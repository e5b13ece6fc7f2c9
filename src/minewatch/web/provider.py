"""Sign-ins with an identity provider that are under way: each known by its ``state``, bound to a browser, good once."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from minewatch.model.errors import RuleError
from minewatch.model.text import Text

KEPT_FOR = timedelta(minutes=10)
MOST_BEGUN = 1000


@dataclass(frozen=True, slots=True)
class Begun:
    """One sign-in that was begun: its secrets, the browser it belongs to (digest of its cookie), where it leads."""

    state: str
    nonce: str
    verifier: str
    browser: str
    path: str
    at: datetime


class Provider(Protocol):
    """What the console needs of an identity provider."""

    def begin(self, begun: Begun) -> str:
        """Return the address that the browser is sent to."""

    def subject(self, begun: Begun, code: str) -> str:
        """Return the name the provider knows the person by; ``RuleError`` for an answer that does not prove it."""


@dataclass(slots=True)
class SignIns:
    """The sign-ins that are under way with a provider."""

    provider: Provider
    _begun: dict[str, Begun] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, begun: Begun) -> str:
        """Keep a sign-in and return where it goes on; old ones are forgotten, the oldest first where there are too many."""
        with self._lock:
            fresh = {key: one for key, one in self._begun.items() if one.at > begun.at - KEPT_FOR}
            self._begun = dict(list(fresh.items())[-MOST_BEGUN + 1 :]) | {begun.state: begun}
        return self.provider.begin(begun)

    def take(self, state: str, browser: str, at: datetime) -> Begun:
        """Return the sign-in of ``state``, once; ``RuleError`` for one that was never begun here, is used up or too old."""
        with self._lock:
            found = self._begun.pop(state, None)
        if found is None or found.at <= at - KEPT_FOR or not secrets.compare_digest(found.browser, browser):
            raise RuleError(
                Text("This sign-in was not begun here, or is used up.", "该登录请求不是在此发起，或已失效。"),
                remedy=Text("Begin again from the sign-in page.", "请从登录页面重新开始。"),
            )
        return found
