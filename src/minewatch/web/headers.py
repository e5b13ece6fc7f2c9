"""What every answer carries and every request is held to: headers against attack, a size limit, and who saw what."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.usecases.console import Sight
from minewatch.web.console import Console
from minewatch.web.context import Visitor
from minewatch.web.errors import answer

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""What a page may load and do: nothing from elsewhere, no script or style that stands in the page itself."""
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
MOST_BYTES = 32 << 20
"""The largest body of an ordinary request."""
LARGE: tuple[tuple[str, int], ...] = (("/data/upload", 4 << 30), ("/api/v1/jobs/uploads", 4 << 30))
"""Paths that stream what they get to disk, with a limit of their own."""
TOO_LARGE = Text("What was sent is too large.", "提交内容过大。")
NUL = Text("There can be no such address.", "地址无效。")
UNSEEN = ("/static/",)
HTTPS_ONLY = "max-age=31536000"


class Protection:
    """ASGI middleware: adds the headers, stops bodies that are too large, and notes who saw what."""

    def __init__(self, app: ASGIApp, *, console: Console) -> None:
        self.app = app
        self.console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = next((limit for path, limit in LARGE if scope["path"].startswith(path)), MOST_BYTES)
        sender = self._sender(scope, send)
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await answer(Request(scope), 400, f"{NUL.en} {NUL.zh}")(scope, receive, sender)
            return
        if _told_length(scope) > most:
            await answer(Request(scope), 413, f"{TOO_LARGE.en} {TOO_LARGE.zh}")(scope, receive, sender)
            return
        await self.app(scope, _limited(receive, most), sender)

    def _sender(self, scope: Scope, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.console.reached.secure:
                    headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
                if not scope["path"].startswith(UNSEEN):
                    headers.setdefault("Cache-Control", "no-store")
                    self._note(scope, message["status"])
            await send(message)

        return sender

    def _note(self, scope: Scope, status: int) -> None:
        state: MutableMapping[str, Any] = scope.get("state", {})
        visitor = state.get("visitor")
        name = visitor.actor.name if isinstance(visitor, Visitor) else state.get("token_of", "")
        if not name:
            return
        route = getattr(scope.get("route"), "path", "") or scope["path"]
        client = scope.get("client")
        self.console.saw(
            Sight(
                at=utc_text(self.console.clock()),
                actor=name,
                method=scope["method"],
                route=route[:120],
                subject="/".join(str(value) for value in scope.get("path_params", {}).values())[:400],
                status=status,
                address=str(client[0] if client else "")[:60],
            )
        )


def _told_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _limited(receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return limited
