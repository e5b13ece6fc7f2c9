"""Is this flow mining, who mines, what and where: decided from what was said on the wire, with reasons.

Every reason adds its weight in log-odds to a prior of one in a thousand (``model/traffic_reasons.py``). Generic JSON-RPC,
ports and addresses of shared hosts add nothing. Miner and pool are told by who asks for work and who gives it; only when no
message says so, by who opened the connection.
"""

import math

from minewatch.detect.coins import coin_of, is_wallet
from minewatch.detect.hash_rate import hash_rate
from minewatch.detect.pool_index import PoolIndex, PoolMatch, is_site, shared_address
from minewatch.model.traffic import FlowFacts, Sighting
from minewatch.model.traffic_reasons import PRIOR, TRAFFIC_REASONS

POOL_CALLS = frozenset(
    {
        "mining.notify",
        "mining.set_difficulty",
        "mining.set_target",
        "mining.set_extranonce",
        "mining.set_version_mask",
        "mining.set",
        "mining.ping",
        "mining.set_goal",
        "client.get_version",
        "client.reconnect",
        "client.show_message",
        "job",
    }
)
POOL_MARKS = frozenset(
    {
        "job.bitcoin",
        "job.zcash",
        "job.ethereum",
        "job.ethproxy",
        "job.kawpow",
        "job.kaspa",
        "job.ergo",
        "job.monero",
        "job.randomx",
        "job.grin",
        "job.beam",
        "subscribe.answer",
        "configure.answer",
        "getwork.answer",
        "gbt.answer",
        "http.pool_headers",
        "tls.certificate",
    }
)
MINER_MARKS = frozenset(
    {
        "http.mining_extensions",
        "http.miner_agent",
        "tls.hello",
        "nicehash",
        "ethereumstratum.1",
        "zcash.subscribe",
        "share.bitcoin",
        "share.equihash",
        "share.progpow",
        "share.short",
        "share.grin",
        "share.beam",
        "hashrate.reported",
    }
)
ETH_CALLS = frozenset({"eth_submitLogin", "eth_submitWork", "eth_submitHashrate"})
HTTP_CALLS = frozenset({"getwork", "getblocktemplate", "submitblock", "getworkex"})
JOB_MARKS = frozenset(
    {"job.bitcoin", "job.zcash", "job.ethereum", "job.ethproxy", "job.kawpow", "job.kaspa", "job.ergo"}
)


def decide(facts: FlowFacts, pools: PoolIndex, resolved: dict[str, str], threshold: float = 0.5) -> Sighting | None:
    """Decide one flow; ``resolved`` maps addresses to the name last given for them. ``None``: not believed to be mining."""
    miner = miner_end(facts)
    pool = facts.ends[1 - miner]
    time = facts.first_seen
    reasons = _spoken(facts)
    # HTTP in the clear that shows no mining is a web page of the pool, whatever its name.
    carried = sum(facts.payload) > 0 and facts.carriage != "http"
    name, match, kind = _listed(facts, pools, resolved, miner)
    visible = bool(reasons)
    if match is not None and not visible and carried:
        reasons += _by_list(match, kind, pool.address, name)
    elif match is not None and visible and match.kind != "domain":
        reasons.append("pool_named")
    if not reasons:
        return None
    log_odds = PRIOR + sum(TRAFFIC_REASONS[code].weight for code in reasons)
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
    if probability < threshold:
        return None
    dialect = dialect_of(facts, visible=visible)
    coin, conflict = coin_of(facts, dialect, match.endpoint.coin if match else "")
    if conflict and coin == "BTC" and dialect in {"zcash", "ethereum-stratum-1"}:
        dialect = "stratum-v1"  # a Bitcoin program that was pointed at another coin's pool speaks as it always does
    reasons.sort(key=lambda code: -TRAFFIC_REASONS[code].weight)
    reasons += _notes(facts, conflict=conflict)
    rate = hash_rate(facts, coin)
    return Sighting(
        source=facts.source,
        first_seen=time,
        last_seen=facts.last_seen,
        miner=facts.ends[miner].address,
        miner_port=facts.ends[miner].port,
        pool=pool.address,
        pool_port=pool.port,
        dialect=dialect,
        coin=coin,
        probability=min(0.9999, probability),
        reasons=reasons,
        pool_name=match.endpoint.pool if match else "",
        pool_host=name,
        carriage=_carriage(facts, dialect),
        worker=" ".join(facts.workers),
        user_agent=" ".join(facts.agents),
        difficulty=facts.difficulty or None,
        shares_submitted=facts.submitted,
        shares_accepted=facts.accepted,
        shares_rejected=facts.rejected,
        hash_rate=rate[0] if rate else None,
        hash_rate_low=rate[1] if rate else None,
        hash_rate_high=rate[2] if rate else None,
        packets=sum(facts.packets),
        octets=sum(facts.octets),
        community_id=facts.community_id,
    )


def miner_end(facts: FlowFacts) -> int:
    """Index of the end that mines, by what each way says; by who opened the connection when nothing does."""
    score = 0
    for way in (0, 1):
        sign = 1 if way == 0 else -1
        for call, count in facts.calls[way].items():
            if call != "rpc.other":
                score += sign * min(count, 3) * (-1 if call in POOL_CALLS else 1)
        for mark in facts.marks[way]:
            if mark.startswith("fragment."):
                score += -sign if mark.removeprefix("fragment.") in POOL_CALLS else sign
            score += sign * ((mark in MINER_MARKS) - (mark in POOL_MARKS)) * 2
    if score == 0:
        return facts.opener if facts.opener in {0, 1} else facts.turns[0][0] if is_noise(facts) else 0
    return 0 if score > 0 else 1


def dialect_of(facts: FlowFacts, *, visible: bool) -> str:
    """Name of the dialect, see ``docs/traffic.md``: the first rule that holds."""
    calls = {**facts.calls[0], **facts.calls[1]}
    marks = facts.marks[0].keys() | facts.marks[1].keys()
    stratum = any(call.startswith(("mining.", "fragment.mining.")) for call in [*calls, *marks])
    ethereum = any(call.startswith(("eth_", "fragment.eth_")) for call in [*calls, *marks]) or (
        not stratum and "job.ethproxy" in marks
    )
    first = next((call for call in calls if call in HTTP_CALLS), "")
    plain = bool(marks & {"job.monero", "job.randomx"}) or bool(calls.keys() & {"login", "submit", "job", "solution"})
    rules = (
        ("ethereum-stratum-2", stratum and "ethereumstratum.2" in marks),
        ("ethereum-stratum-1", stratum and bool(marks & {"ethereumstratum.1", "job.ethereum"})),
        ("zcash", stratum and bool(marks & {"zcash.subscribe", "zcash.set_target", "job.zcash", "share.equihash"})),
        ("stratum-nicehash", stratum and "nicehash" in marks),
        ("stratum-v1", stratum),
        ("ethereum-http", ethereum and facts.carriage == "http"),
        ("ethereum-tcp", ethereum),
        ("getwork", first.startswith("getwork")),
        ("getblocktemplate", bool(first)),
        ("grin", plain and bool(marks & {"job.grin", "share.grin"})),
        ("beam", plain and bool(marks & {"job.beam", "share.beam"})),
        ("monero", plain),
        ("stratum-v1", bool(marks & {"subscribe.answer", "configure.answer"})),
        ("getblocktemplate", bool(marks & {"gbt.answer", "http.body_like_gbt"})),
        (
            "getwork",
            bool(marks & {"getwork.answer", "http.mining_extensions", "http.miner_agent", "http.pool_headers"}),
        ),
        ("stratum-v2", is_noise(facts)),
        ("tls", "tls" in marks),
    )
    return next((name for name, holds in rules if holds), _by_alert(facts.alerts) if visible else "unknown")


def _by_alert(alerts: list[str]) -> str:
    """Name the dialect an intrusion detector's sentence speaks of; ``unknown`` when it names none."""
    told = " ".join(alerts).lower()
    signs = (
        ("getblocktemplate", ("getblocktemplate",)),
        ("getwork", ("getwork", "x-mining")),
        ("monero", ("monero", "xmr", "cryptonight", "coinhive")),
        ("ethereum-tcp", ("ethereum", "eth_")),
        ("stratum-v1", ("stratum", "bitcoin", "subscribe", "notify")),
    )
    return next((name for name, words in signs if any(word in told for word in words)), "unknown")


def _carriage(facts: FlowFacts, dialect: str) -> str:
    if dialect == "stratum-v2":
        return "noise"
    return "tls" if dialect == "tls" else facts.carriage


def _spoken(facts: FlowFacts) -> list[str]:
    """Reasons out of what was said, strongest family first."""
    calls = facts.calls[0].keys() | facts.calls[1].keys()
    marks = facts.marks[0].keys() | facts.marks[1].keys()
    found = [
        code
        for code, seen in (
            ("stratum_methods", any(call.startswith("mining.") for call in calls)),
            ("client_methods", any(call.startswith("client.") for call in calls)),
            ("eth_work", bool(calls & ETH_CALLS)),
            ("eth_getwork", "eth_getWork" in calls and not calls & ETH_CALLS),
            ("bitcoin_work_http", bool(calls & HTTP_CALLS)),
            ("mining_headers", bool(marks & {"http.mining_extensions", "http.pool_headers"})),
            ("http_miner_agent", "http.miner_agent" in marks),
            ("miner_agent", "http.miner_agent" not in marks and any(_is_miner(agent) for agent in facts.agents)),
            ("work_answer", bool(marks & {"getwork.answer", "gbt.answer", "subscribe.answer", "configure.answer"})),
            ("monero_login", "login" in calls),
            ("monero_submit", "submit" in calls),
            ("monero_job", bool(marks & {"job.monero", "job.randomx"})),
            ("other_job", bool(marks & {"job.grin", "job.beam", "share.grin", "share.beam"})),
            ("job_shape", bool(marks & JOB_MARKS)),
            ("ids_alert", bool(facts.alerts)),
        )
        if seen
    ]
    if any(mark.startswith("fragment.") for mark in marks) and not found:
        found.append("stratum_fragment" if facts.opener < 0 or facts.gaps else "stratum_quoted")
    if "stratum_methods" in found and all(any(c.startswith("mining.") for c in facts.calls[way]) for way in (0, 1)):
        found.append("stratum_dialogue")
    if found and any(is_wallet(worker) for worker in facts.workers):
        found.append("wallet")
    if found and facts.submitted:
        found.append("shares")
    return found or _noise_reasons(facts)


def _is_miner(agent: str) -> bool:
    lowered = agent.lower()
    return any(word in lowered for word in ("miner", "xmrig", "xmr-stak", "nicehash", "claymore", "bosminer"))


def is_noise(facts: FlowFacts) -> bool:
    """Whether the talk opens with a Stratum V2 handshake by its sizes (64 bytes, then 234)."""
    turns = facts.turns
    if len(turns) < 2 or turns[0][1] != 64 or turns[1][1] != 234:
        return False
    return turns[0][0] == facts.opener if facts.opener >= 0 else len(turns) >= 4


def _noise_reasons(facts: FlowFacts) -> list[str]:
    if not is_noise(facts):
        return []
    found = ["v2_handshake"]
    turns = facts.turns
    if len(turns) >= 4 and turns[2][1] >= 54 and (turns[3][1] == 44 or turns[3][1] >= 44 + 38):
        found += ["v2_setup"] if facts.sizes[1 - turns[0][0]].get(44) else []
    later = [size for way in (0, 1) for size in facts.sizes[way]]
    client = turns[0][0]
    if min(later) < 16:
        found.append("v2_broken")
    elif len(turns) >= 4:
        found.append("v2_sealed")
    if facts.sizes[1 - client].get(58, 0) >= 1 and any(62 <= size <= 95 for size in facts.sizes[client]):
        found.append("v2_shares")
    return found


def _listed(
    facts: FlowFacts, pools: PoolIndex, resolved: dict[str, str], miner: int
) -> tuple[str, PoolMatch | None, str]:
    """Find the best match of the pool list: names shown on the wire first, then the name resolved, then the address."""
    pool = facts.ends[1 - miner]
    time = facts.first_seen
    shown = [(host.partition(":")[0], "named") for host in facts.hosts]
    shown += [(name, "tls") for name in facts.server_names]
    shown += [(name, "tls") for name in facts.certificate_names if not facts.server_names]
    if pool.address in resolved:
        shown.append((resolved[pool.address], "dns"))
    ranks = {"exact": 3, "host": 2, "domain": 1}
    best: tuple[str, PoolMatch | None, str] = (shown[0][0] if shown else "", None, "")
    for name, kind in [*shown, (pool.address, "address")]:
        match = pools.match(name, pool.port, time)
        if match is not None and (best[1] is None or ranks[match.kind] > ranks[best[1].kind]):
            best = ("" if kind == "address" else name), match, kind
    return best


def _by_list(match: PoolMatch, kind: str, address: str, name: str) -> list[str]:
    """Reasons from the pool list alone, for talks whose content is hidden."""
    stale = ["list_outdated"] if match.stale else []
    if kind == "address":
        if shared_address(address) or match.endpoint.shared:
            return ["pool_address_shared"]
        return ["pool_address", *stale] if match.kind == "exact" and match.endpoint.confirmed else []
    if kind == "tls":
        code = {"exact": "tls_pool_endpoint", "host": "tls_pool_host", "domain": "tls_pool_domain"}[match.kind]
        if is_site(name) and (match.kind != "exact" or match.endpoint.port == 443):
            code = "tls_pool_domain"
        return [code, *stale]
    if kind == "named" or match.kind == "domain" or is_site(name):
        return []
    return ["dns_pool_endpoint" if match.kind == "exact" else "dns_pool_host", *stale]


def _notes(facts: FlowFacts, *, conflict: bool) -> list[str]:
    notes = ["coin_conflict"] if conflict else []
    if facts.opener < 0 and sum(facts.packets) > 0:
        notes.append("mid_stream")
    if sum(facts.payload) > 0 and not all(facts.payload):
        notes.append("one_way")
    if facts.rejected and not facts.accepted:
        notes.append("rejected")
    return notes
