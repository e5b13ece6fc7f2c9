"""Heads of HTTP/1 messages, as far as mining over HTTP needs them (RFC 9112; BIPs 22 and 23 for the mining headers)."""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass

MINER_AGENT = re.compile(
    r"(?i)\b(?:cg|bfg|sg|cc|eth|kt|nh?eq|fire|iron|cpu|nb|lol|gm|wild|srb|team ?red|phoenix|diablo|gui|rhminer|ufo|b)-?miner\b"
    r"|\bminerd\b|xmrig|xmr-stak|\bclaymore|poclbm|\bbosminer|\bbmminer|t-rex/|\bsrbminer|nanominer|teamredminer|ewbf|z-enemy"
)
_METHODS = (b"POST ", b"GET ", b"HTTP/1.", b"CONNECT ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ")
_POOL_HEADERS = ("x-long-polling", "x-stratum", "x-roll-ntime", "x-reject-reason", "x-mining-hashrate")
_MAX_INFLATED = 1 << 17


@dataclass(frozen=True, slots=True)
class Head:
    """What of one HTTP head matters here.

    ``status`` is 0 for a request, ``length`` the body's announced bytes (``sized``: whether any were announced), ``tunnel`` a
    CONNECT, after which the talk is another one's, ``user`` the name of basic authentication, never its password. ``signs``
    are (code, whether it is mining by itself).
    """

    status: int
    length: int
    chunked: bool
    packing: str
    upgrade: bool
    sized: bool
    tunnel: bool
    host: str
    agent: str
    user: str
    signs: tuple[tuple[str, bool], ...]


def is_http(data: bytes | bytearray) -> bool:
    """Whether ``data`` begins like an HTTP/1 message; a beginning too short to tell counts."""
    return any(data.startswith(one) or (len(data) < len(one) and one.startswith(bytes(data))) for one in _METHODS)


def read_head(data: bytearray) -> int:
    """Length of the head at the start of ``data`` including its empty line; -1 when it is not whole."""
    end = data.find(b"\r\n\r\n")
    short = data.find(b"\n\n", 0, end if end >= 0 else len(data))
    if short >= 0:
        return short + 2
    return end + 4 if end >= 0 else -1


def parse_head(raw: bytes) -> Head:
    """Read a whole head; unreadable lines are passed over."""
    lines = raw.decode("latin-1").split("\n")
    fields: dict[str, str] = {}
    for line in lines[1:200]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip()[:512])
    status = re.match(r"HTTP/1\.\d (\d{3})", lines[0])
    length = fields.get("content-length", "0")
    agent = "" if status else fields.get("user-agent", "")
    signs: list[tuple[str, bool]] = []
    if "x-mining-extensions" in fields:
        signs.append(("http.mining_extensions", True))
        asked = int(length) if length.isdecimal() and len(length) < 9 else 0
        signs.append(("http.body_like_getwork" if asked < 60 else "http.body_like_gbt", False))
    if agent and MINER_AGENT.search(agent):
        signs.append(("http.miner_agent", True))
    if status and any(name in fields for name in _POOL_HEADERS):
        signs.append(("http.pool_headers", True))
    if "authorization" in fields:
        signs.append(("http.authorization", False))
    return Head(
        status=int(status.group(1)) if status else 0,
        length=int(length) if length.isdecimal() and len(length) < 16 else 0,
        chunked="chunked" in fields.get("transfer-encoding", "").lower(),
        packing=fields.get("content-encoding", "").lower(),
        sized="content-length" in fields,
        tunnel=lines[0].startswith("CONNECT "),
        upgrade="websocket" in fields.get("upgrade", "").lower(),
        host="" if status else fields.get("host", ""),
        agent=agent,
        user=_user(fields.get("authorization", "")),
        signs=tuple(signs),
    )


def _user(authorization: str) -> str:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def body_text(head: Head, body: bytes) -> bytes:
    """Unpack a body sent with gzip or deflate, at most 128 KiB of it; others come back as they are."""
    if head.packing not in {"gzip", "x-gzip", "deflate"}:
        return body
    try:
        return zlib.decompressobj(47 if head.packing != "deflate" else 15).decompress(body, _MAX_INFLATED)
    except zlib.error:
        return b""
