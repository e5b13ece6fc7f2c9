"""The meaning of mining messages: JSON values in, facts of the flow out.

Dialects read: Stratum V1 with mining.configure (BIP 310), NiceHash and EthereumStratum 1.0.0/2.0.0 (EIP-1571), Zcash
(ZIP 301), eth_* work over TCP and HTTP, getwork and getblocktemplate (BIPs 22 and 23), Monero login/job/submit (xmrig-proxy
doc/STRATUM.md), Grin, Beam and the browser miners' typed messages. Generic JSON-RPC is counted as such and proves nothing:
``login``, ``job`` and ``submit`` count only with the shape of their parameters.
"""

import re
from typing import Any

from minewatch.model.traffic import FlowFacts

MINING_METHODS = frozenset(
    "mining." + name
    for name in (
        "subscribe", "authorize", "auth", "notify", "submit", "set_difficulty", "set_target", "set_extranonce",
        "extranonce.subscribe", "get_transactions", "ping", "pong", "configure", "set_version_mask", "hello", "set", "noop",
        "bye", "suggest_difficulty", "suggest_target", "multi_version", "capabilities", "set_goal", "submit_hashrate",
        "hashrate", "get_job", "set_job", "update_block", "recommend_difficulty",
    )
)  # fmt: skip
"""A method is Stratum's when it is one of these; ``mining.`` alone is also said by programs that mine data."""
CLIENT_METHODS = frozenset({"client.get_version", "client.reconnect", "client.show_message"})
ETHEREUM_WORK = {
    "eth_submitlogin": "eth_submitLogin",
    "eth_login": "eth_submitLogin",
    "eth_getwork": "eth_getWork",
    "eth_submitwork": "eth_submitWork",
    "eth_submithashrate": "eth_submitHashrate",
}
BITCOIN_WORK = frozenset({"getwork", "getblocktemplate", "submitblock", "getworkex"})
METHOD_IN_TEXT = re.compile(
    rb'"method"\s*:\s*"(mining\.[a-z_.]{3,24}|eth_(?:submitLogin|getWork|submitWork|submitHashrate))"'
)

HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+\Z")
MAX_KEPT = 4
MAX_OPEN = 512


class Interpreter:
    """Reads the messages of one flow, either way, and fills its facts."""

    def __init__(self, facts: FlowFacts) -> None:
        self.facts = facts
        self.open: dict[tuple[int, str], tuple[str, float, float]] = {}
        self.early: dict[tuple[int, str], bool] = {}
        self.work = 0.0
        self.mining = False

    def message(self, way: int, value: object, *, answers_only: bool = False) -> None:
        """Take one JSON value sent on ``way``; a batch is taken one by one.

        ``answers_only``: what came in an HTTP response, where a method is quoted and not called.
        """
        for one in value[:100] if isinstance(value, list) else [value]:
            if isinstance(one, dict) and not (answers_only and "method" in one):
                self._one(way, one)

    def text(self, way: int, junk: bytes) -> None:
        """Look for method names in a piece of a message whose rest is missing."""
        for found in METHOD_IN_TEXT.finditer(junk):
            self.mark(way, "fragment." + found.group(1).decode("ascii"))

    def mark(self, way: int, code: str, *, mining: bool = True) -> None:
        """Count a sign seen on ``way``; ``mining`` is false for signs that prove nothing alone."""
        marks = self.facts.marks[way]
        if code in marks or len(marks) < 64:
            marks[code] = marks.get(code, 0) + 1
        self.mining = self.mining or mining

    def _call(self, way: int, method: str, *, mining: bool = True) -> None:
        calls = self.facts.calls[way]
        if method in calls or len(calls) < 64:
            calls[method] = calls.get(method, 0) + 1
        self.mining = self.mining or mining

    def _one(self, way: int, message: dict[str, Any]) -> None:
        method = message.get("method")
        if isinstance(method, str):
            self._request(way, method, message)
        elif isinstance(message.get("type"), str) and isinstance(message.get("params"), dict):
            self._typed(way, message["type"], message["params"])
        elif "result" in message or "error" in message:
            self._answer(way, message)

    def _request(self, way: int, method: str, message: dict[str, Any]) -> None:
        params = message.get("params")
        known = ETHEREUM_WORK.get(method.lower())
        if method in MINING_METHODS or method in CLIENT_METHODS:
            self._call(way, method)
            self._stratum(way, method, params, message)
        elif known:
            self._call(way, known)
            self._ethereum(way, known, params, message)
        elif method in BITCOIN_WORK:
            self._bitcoin(way, method, params, message)
        elif method in {"login", "submit", "job", "keepalived", "getjob", "getjobtemplate", "solution"}:
            self._plain(way, method, params, message)
        else:
            self._call(way, "rpc.other", mining=False)

    def _stratum(self, way: int, method: str, params: object, message: dict[str, Any]) -> None:
        facts = self.facts
        listed = params if isinstance(params, list) else []
        first = listed[0] if listed else None
        if method == "mining.subscribe":
            keep(facts.agents, first)
            joined = " ".join(one for one in listed[:4] if isinstance(one, str))
            self._extensions(way, joined)
            if len(listed) == 4 and isinstance(listed[2], str) and "." in listed[2]:
                keep(facts.hosts, listed[2])
                self.mark(way, "zcash.subscribe")
        elif method == "mining.hello" and isinstance(params, dict):
            keep(facts.agents, params.get("agent"))
            keep(facts.hosts, params.get("host"))
            self._extensions(way, str(params.get("proto", ""))[:40])
        elif method in {"mining.authorize", "mining.auth"}:
            keep(facts.workers, first if listed else params.get("username") if isinstance(params, dict) else None)
        elif method in {"mining.set_difficulty", "mining.set_target", "mining.set"}:
            self._target(way, method, params, first)
        elif method == "mining.notify":
            self._job(way, listed)
        elif method == "mining.configure":
            names = [one for one in first[:8] if isinstance(one, str)] if isinstance(first, list) else []
            for name in names:
                self.mark(way, "configure." + re.sub(r"[^a-z-]", "", name.lower())[:24])
        elif method == "mining.submit":
            keep(facts.workers, first)
            self._share_shape(way, listed)
            self._submitted(way, method, message)

    def _extensions(self, way: int, text: str) -> None:
        for sign, code in (
            ("EthereumStratum/2", "ethereumstratum.2"),
            ("EthereumStratum/1", "ethereumstratum.1"),
            ("NiceHash", "nicehash"),
        ):
            if sign.lower() in text.lower():
                self.mark(way, code)

    def _target(self, way: int, method: str, params: object, first: object) -> None:
        facts = self.facts
        if method == "mining.set_difficulty":
            value = number(first)
            if 0 < value < 1e18:
                facts.difficulty, self.work = value, 0.0
        elif method == "mining.set_target":
            self.work = hashes_of_target(first)
            self.mark(way, "zcash.set_target")
        elif isinstance(params, dict):
            self.mark(way, "ethereumstratum.2")
            self.work = hashes_of_target(params.get("target")) or self.work
            keep(facts.algorithms, params.get("algo"))

    def _job(self, way: int, job: list[Any]) -> None:
        shape = job_shape(job)
        if shape:
            self.mark(way, "job." + shape)
        if shape == "bitcoin":
            keep(self.facts.bits, job[6])
        elif shape == "kawpow":
            self.work = hashes_of_target(job[3]) or self.work

    def _share_shape(self, way: int, share: list[Any]) -> None:
        texts = [one for one in share if isinstance(one, str)]
        longest = max((len(one) for one in texts), default=0)
        if len(share) == 5 and longest >= 100 and HEX.match(max(texts, key=len)):
            self.mark(way, "share.equihash")
        elif len(share) == 5 and texts[-1:] and texts[-1].startswith("0x") and len(texts[-1]) == 66:
            self.mark(way, "share.progpow")
        elif len(share) in {5, 6} and longest < 80:
            self.mark(way, "share.bitcoin")
        elif len(share) == 3:
            self.mark(way, "share.short")

    def _ethereum(self, way: int, method: str, params: object, message: dict[str, Any]) -> None:
        listed = params if isinstance(params, list) else []
        if method == "eth_submitLogin":
            keep(self.facts.workers, listed[0] if listed else None)
        elif method == "eth_submitWork":
            self._submitted(way, method, message)
        elif method == "eth_submitHashrate":
            rate = listed[0] if listed else None
            if isinstance(rate, str) and HEX.match(rate) and len(rate) <= 66:
                self.mark(way, "hashrate.reported")
        if method == "eth_getWork":
            self._remember(way, message, method)
        keep(self.facts.workers, message.get("worker"))

    def _bitcoin(self, way: int, method: str, params: object, message: dict[str, Any]) -> None:
        if method.startswith("getwork") and params and not isinstance(params, list):
            self._call(way, "rpc.other", mining=False)
            return
        self._call(way, method)
        data = params[0] if isinstance(params, list) and params else None
        if method == "submitblock" or (method == "getwork" and isinstance(data, str) and len(data) >= 160):
            self._submitted(way, method, message)
        else:
            self._remember(way, message, method)

    def _plain(self, way: int, method: str, params: object, message: dict[str, Any]) -> None:
        """Methods with everyday names: only the shape of their parameters makes them mining."""
        fields = params if isinstance(params, dict) else {}
        if (
            method == "login"
            and isinstance(fields.get("login"), str)
            and fields.keys() & {"pass", "agent", "algo", "rigid"}
        ):
            self._call(way, "login")
            keep(self.facts.workers, fields["login"])
            keep(self.facts.agents, fields.get("agent"))
            algorithms = fields.get("algo")
            for name in algorithms if isinstance(algorithms, list) else [algorithms]:
                keep(self.facts.algorithms, name)
            self._remember(way, message, "login")
        elif method == "submit" and "nonce" in fields and fields.keys() & {"job_id", "edge_bits"}:
            self._call(way, "submit")
            if "edge_bits" in fields:
                self.mark(way, "share.grin")
            self._submitted(way, "submit", message)
        elif method == "job" and self._monero_job(way, fields):
            self._call(way, "job")
        elif method == "job" and "input" in message and "difficulty" in message:
            self._call(way, "job")
            self.mark(way, "job.beam")
        elif method == "login" and isinstance(message.get("api_key"), str):
            self._call(way, "login")
            keep(self.facts.workers, message["api_key"])
        elif method == "solution" and "output" in message and "nonce" in message:
            self._call(way, "solution")
            self.mark(way, "share.beam")
        else:
            self._call(way, "keepalived" if method == "keepalived" else "rpc.other", mining=False)

    def _typed(self, way: int, kind: str, params: dict[str, Any]) -> None:
        """Browser miners: ``{"type": "auth" | "job" | "submit" | "accepted", "params": {…}}``."""
        if kind == "auth" and "site_key" in params:
            self._call(way, "login")
            keep(self.facts.workers, params["site_key"])
            self.mark(way, "typed")
        elif kind == "job" and self._monero_job(way, params):
            self._call(way, "job")
            self.mark(way, "typed")
        elif kind == "submit" and {"job_id", "nonce"} <= params.keys():
            self._call(way, "submit")
            self._submitted(way, "submit", {"id": None})
        elif kind in {"authed", "hash_accepted", "accepted"} and "hashes" in params:
            self.mark(way, "typed")

    def _monero_job(self, way: int, job: dict[str, Any]) -> bool:
        if "pre_pow" in job and "job_id" in job:
            self.mark(way, "job.grin")
            return True
        if not ({"blob", "target", "job_id"} <= job.keys()):
            return False
        self.mark(way, "job.monero")
        keep(self.facts.algorithms, job.get("algo"))
        if "seed_hash" in job:
            self.mark(way, "job.randomx")
        self.work = hashes_of_short_target(job["target"]) or self.work
        return True

    def _remember(self, way: int, message: dict[str, Any], method: str) -> None:
        key = way, str(message.get("id"))[:40]
        asked = method, self.facts.difficulty, self.work
        if method.endswith("!") and key in self.early:
            self._settled(asked, good=self.early.pop(key))  # the capture has the answer before the question
            return
        bound(self.open)
        self.open[key] = asked

    def _submitted(self, way: int, method: str, message: dict[str, Any]) -> None:
        self.facts.submitted += 1
        self.facts.asked_work += self.work
        if not self.work:
            self.facts.asked_difficulty += self.facts.difficulty
        self._remember(way, message, method + "!")

    def _answer(self, way: int, message: dict[str, Any]) -> None:
        result = message.get("result")
        asked = self.open.pop((1 - way, str(message.get("id"))[:40]), None)
        if isinstance(result, list):
            self._listed_result(way, result)
        elif isinstance(result, dict):
            self._fields_result(way, result, asked)
        good = result is True or (isinstance(result, dict) and result.get("status") == "OK")
        if asked is None and isinstance(result, bool | dict):
            bound(self.early)
            self.early[1 - way, str(message.get("id"))[:40]] = good
        elif asked is not None and asked[0].endswith("!"):
            if asked[0] == "submitblock!":
                good = result is None and not message.get("error")
            self._settled(asked, good=good)

    def _settled(self, asked: tuple[str, float, float], *, good: bool) -> None:
        """Count a share's answer; ``asked`` holds the difficulty or work it was submitted at."""
        if not good:
            self.facts.rejected += 1
            return
        self.facts.accepted += 1
        self.facts.share_work += asked[2]
        if not asked[2]:
            self.facts.share_difficulty += asked[1]

    def _listed_result(self, way: int, result: list[Any]) -> None:
        if len(result) >= 3 and all(_word(one) for one in result[:3]):
            self.mark(way, "job.ethproxy")
            self.work = hashes_of_target(result[2]) or self.work
        elif len(result) >= 2 and isinstance(result[0], list):
            flat = result[0][0] if result[0] and isinstance(result[0][0], list) else result[0]
            if "mining.notify" in [one for one in flat[:2] if isinstance(one, str)] or (
                flat and flat[0] == "mining.set_difficulty"
            ):
                self.mark(way, "subscribe.answer")
                self._extensions(way, " ".join(one for one in flat[:3] if isinstance(one, str)))

    def _fields_result(self, way: int, result: dict[str, Any], asked: tuple[str, float, float] | None) -> None:
        job = result.get("job")
        if isinstance(job, dict):
            self._monero_job(way, job)
        elif "version-rolling" in result and "version-rolling.mask" in result:
            self.mark(way, "configure.answer")
        elif {"blob", "target", "job_id"} <= result.keys() or "pre_pow" in result:
            self._monero_job(way, result)
        elif {"midstate", "data", "target"} <= result.keys() or ({"data", "target"} <= result.keys() and asked):
            self.mark(way, "getwork.answer")
            self.work = hashes_of_target(str(result["target"]), little=True) or self.work
        elif {"previousblockhash", "coinbasevalue", "transactions"} <= result.keys():
            self.mark(way, "gbt.answer")
            keep(self.facts.bits, result.get("bits"))


def bound(held: dict[tuple[int, str], Any]) -> None:
    """Make room for one more question or answer waiting for its other half."""
    if len(held) >= MAX_OPEN:
        del held[next(iter(held))]


def keep(kept: list[str], value: object) -> None:
    """Keep a text in a short list: printable characters only, at most 128 of them, each text once."""
    if isinstance(value, str) and len(kept) < MAX_KEPT:
        text = "".join(one for one in value[:128] if one.isprintable()).strip()
        if text and text not in kept:
            kept.append(text)


def number(value: object) -> float:
    """Take a finite number out of a JSON value; 0 when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if abs(found) < float("inf") else 0.0


def hashes_of_target(value: object, *, little: bool = False) -> float:
    """Return the expected hashes of a share under a 256-bit target given as hexadecimal; 0 when it is none."""
    if not isinstance(value, str) or not 16 <= len(value) <= 66 or not HEX.match(value):
        return 0.0
    digits = value.removeprefix("0x")
    if little:
        if len(digits) % 2:
            return 0.0
        digits = bytes.fromhex(digits)[::-1].hex()
    target = int(digits, 16)
    return float(2**256) / target if target > 1 << 64 else 0.0


def hashes_of_short_target(value: object) -> float:
    """Return the expected hashes under Monero's little-endian target of 4 or 8 bytes; 0 when it is none."""
    if not isinstance(value, str) or len(value) not in {8, 16} or not HEX.match(value) or value.startswith("0x"):
        return 0.0
    target = int.from_bytes(bytes.fromhex(value), "little")
    return float(2 ** (4 * len(value))) / target if target else 0.0


def job_shape(job: list[Any]) -> str:
    """Say what a mining.notify's parameters are made for: bitcoin, zcash, ethereum, kawpow, kaspa, ergo or unknown."""
    if len(job) >= 9 and isinstance(job[4], list) and _hex(job[1], 64) and _hex(job[6], 8):
        return "bitcoin"
    if len(job) >= 8 and _hex(job[1], 8) and _hex(job[2], 64) and _hex(job[3], 64) and _hex(job[6], 8):
        return "zcash"
    if len(job) >= 9 and _hex(job[2], 64) and isinstance(job[6], str) and len(job[6]) > 40 and job[6].isdigit():
        return "ergo"
    if len(job) >= 7 and all(_hex(one, 64) for one in job[1:4]) and isinstance(job[4], bool):
        return "kawpow"
    if len(job) in {4, 5} and _hex(job[2], 64) and (_hex(job[1], 64) or isinstance(job[1], int)):
        return "ethereum"
    if len(job) in {2, 3} and isinstance(job[1], list) and len(job[1]) == 4 and all(isinstance(n, int) for n in job[1]):
        return "kaspa"
    return ""


def _hex(value: object, digits: int) -> bool:
    return isinstance(value, str) and len(value.removeprefix("0x")) == digits and HEX.match(value) is not None


def _word(value: object) -> bool:
    return isinstance(value, str) and len(value) == 66 and value.startswith("0x") and HEX.match(value) is not None
