"""Which coin a mining flow is for, by evidence: wallets, jobs, algorithms, programs, the pool's name; last by dialect.

Each sign votes for a coin with a weight; the largest sum wins. The votes are ordered by how directly they show what the
machine hashes: what the miner asks for, then its program, then what the pool sends, then names.
"""

import bisect
import math
import re
from datetime import UTC, datetime

from minewatch.model.traffic import FlowFacts

MERGE = datetime(2022, 9, 15, 6, 42, 42, tzinfo=UTC).timestamp()
"""Ethereum left proof of work with this block; eth_* work since then is Ethereum Classic's or a smaller chain's."""

WALLETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"bc1[ac-hj-np-z02-9]{11,87}\Z"), "BTC"),
    (re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}\Z"), "BTC"),
    (re.compile(r"[48][1-9A-HJ-NP-Za-km-z]{94}([1-9A-HJ-NP-Za-km-z]{11})?\Z"), "XMR"),
    (re.compile(r"t[13][1-9A-HJ-NP-Za-km-z]{33}\Z"), "ZEC"),
    (re.compile(r"(ltc1[ac-hj-np-z02-9]{11,87}|[LM][1-9A-HJ-NP-Za-km-z]{26,33})\Z"), "LTC"),
    (re.compile(r"(0x)?[0-9a-fA-F]{40}\Z"), "ETH"),
    (re.compile(r"kaspa:[a-z0-9]{61,63}\Z"), "KAS"),
    (re.compile(r"D[1-9A-HJ-NP-Za-km-z]{33}\Z"), "DOGE"),
    (re.compile(r"R[1-9A-HJ-NP-Za-km-z]{33}\Z"), "RVN"),
    (re.compile(r"9[1-9A-HJ-NP-Za-km-z]{50}\Z"), "ERG"),
)
PROGRAMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)^(cgminer|bfgminer|bmminer|bosminer|braiins|whatsminer|antminer|btccom|luxminer|asic)"), "BTC"),
    (re.compile(r"(?i)^(ethminer|claymore|phoenixminer|etherminer|eth-?proxy|ethermine)"), "ETH"),
    (re.compile(r"(?i)^(xmrig|xmr-stak|xmr/|xmr|monero)"), "XMR"),
    (re.compile(r"(?i)(equihash|zec-?miner|ewbf|nheqminer|zecminer|zm/)"), "ZEC"),
)
ALGORITHMS = {
    "rx/0": "XMR", "rx/wow": "WOW", "cn/r": "XMR", "cn/2": "XMR", "cn/1": "XMR", "cn/0": "XMR", "cryptonight": "XMR",
    "kawpow": "RVN", "ethash": "ETH", "etchash": "ETC", "autolykos2": "ERG", "sha256d": "BTC", "scrypt": "LTC",
}  # fmt: skip
JOBS = {
    "job.monero": "XMR",
    "job.randomx": "XMR",
    "job.zcash": "ZEC",
    "share.equihash": "ZEC",
    "zcash.subscribe": "ZEC",
    "zcash.set_target": "ZEC",
    "job.ethereum": "ETH",
    "job.ethproxy": "ETH",
    "ethereumstratum.1": "ETH",
    "ethereumstratum.2": "ETH",
    "job.kawpow": "RVN",
    "job.kaspa": "KAS",
    "job.ergo": "ERG",
    "job.grin": "GRIN",
    "job.beam": "BEAM",
}
BITCOIN_DIFFICULTY: tuple[tuple[str, float], ...] = (
    ("2011-01-01", 1.448e+04), ("2011-07-01", 1.379e+06), ("2012-01-01", 1.16e+06), ("2012-07-01", 1.727e+06),
    ("2013-01-01", 2.98e+06), ("2013-07-01", 2.134e+07), ("2014-01-01", 1.181e+09), ("2014-07-01", 1.682e+10),
    ("2015-01-01", 4.064e+10), ("2015-07-01", 4.94e+10), ("2016-01-01", 1.039e+11), ("2016-07-01", 2.095e+11),
    ("2017-01-01", 3.177e+11), ("2017-07-01", 7.117e+11), ("2018-01-01", 1.873e+12), ("2018-07-01", 5.077e+12),
    ("2019-01-01", 5.619e+12), ("2019-07-01", 7.935e+12), ("2020-01-01", 1.295e+13), ("2020-07-01", 1.578e+13),
    ("2021-01-01", 1.86e+13), ("2021-07-01", 1.993e+13), ("2022-01-01", 2.427e+13), ("2022-07-01", 2.957e+13),
    ("2023-01-01", 3.536e+13), ("2023-07-01", 5.065e+13), ("2024-01-01", 7.201e+13), ("2024-07-01", 8.368e+13),
    ("2025-01-01", 1.098e+14),
)  # fmt: skip
"""Difficulty in force at the half-years (from the block headers), to tell Bitcoin's jobs from other coins'."""

HASHES_PER_DIFFICULTY = {"LTC": 65_536.0, "DOGE": 65_536.0}
"""Expected hashes of a share of difficulty 1: 2^32 where the pool counts Bitcoin's way, 2^16 for scrypt coins."""

_DAYS = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day, _ in BITCOIN_DIFFICULTY]


def coin_of(facts: FlowFacts, dialect: str, pool_coin: str) -> tuple[str, bool]:
    """Ticker of the coin (empty when nothing tells) and whether the signs contradict each other."""
    votes: dict[str, float] = {}

    def vote(coin: str, weight: float) -> None:
        votes[coin] = max(votes.get(coin, 0.0), weight) + (0.1 if coin in votes else 0.0)

    for coin, weight in _by_miner(facts):
        vote(coin, weight)
    jobs = {JOBS[code] for marks in facts.marks for code in marks if code in JOBS}
    for coin in jobs:
        vote(coin, 2.5)
    for bits in facts.bits:
        vote(*_by_bits(bits, facts.first_seen))
    if pool_coin and pool_coin.isalnum() and pool_coin not in {"UNKNOWN", "MULTI"}:
        vote(pool_coin.upper(), 2.0)
    default = default_coin(dialect)
    if default:
        vote(default, 0.5)
    if not votes:
        return "", False
    best = max(sorted(votes), key=lambda coin: votes[coin])
    conflict = any(weight >= 2.5 and coin != best for coin, weight in votes.items())
    if best == "ETH" and facts.first_seen >= MERGE:
        best = pool_coin.upper() if pool_coin.upper() in {"ETHW", "UBQ", "EXP"} else "ETC"
    return best, conflict


def _by_miner(facts: FlowFacts) -> list[tuple[str, float]]:
    found = [(coin, 3.5) for worker in facts.workers for pattern, coin in WALLETS if pattern.match(wallet_part(worker))]
    found += [(coin, 3.0) for agent in facts.agents for pattern, coin in PROGRAMS if pattern.search(agent)]
    first = next((name for name in facts.algorithms if name in ALGORITHMS), "")
    if first:
        found.append((ALGORITHMS[first], 3.2))
    if any(name.startswith("eth_") for calls in facts.calls for name in calls):
        found.append(("ETH", 4.0))
    return found


def wallet_part(worker: str) -> str:
    """Cut the wallet out of ``wallet.worker/mail`` or ``COIN:wallet``; ``kaspa:…`` keeps its prefix."""
    text = re.split(r"[./+,;@ ]", worker.strip(), maxsplit=1)[0]
    head, colon, rest = text.partition(":")
    return rest if colon and head.isupper() and len(head) <= 6 else text


def is_wallet(worker: str) -> bool:
    """Whether a worker's name holds a wallet address of a known form."""
    part = wallet_part(worker)
    return any(pattern.match(part) for pattern, _ in WALLETS)


def _by_bits(bits: str, time: float) -> tuple[str, float]:
    """Vote by a job's compact target: Bitcoin's when it is within a factor 1.7 of Bitcoin's difficulty of the day."""
    try:
        compact = int(bits, 16)
    except ValueError:
        return "BTC", 0.0
    mantissa, exponent = compact & 0x7FFFFF, compact >> 24
    if not mantissa or not 3 <= exponent <= 32:
        return "BTC", 0.0
    difficulty = math.exp(math.log(0xFFFF / mantissa) + 8 * math.log(2) * (29 - exponent))
    place = bisect.bisect_right(_DAYS, time)
    if 0 < place < len(_DAYS):
        share = (time - _DAYS[place - 1]) / (_DAYS[place] - _DAYS[place - 1])
        low, high = (math.log(BITCOIN_DIFFICULTY[i][1]) for i in (place - 1, place))
        expected = math.exp(low + share * (high - low))
    else:
        expected = BITCOIN_DIFFICULTY[-1][1] * 1.3
    if 1 / 1.7 < difficulty / expected < 1.7:
        return "BTC", 3.4
    if 1e3 < difficulty < 5e8 and time > _DAYS[4]:
        return "LTC", 2.6
    return "BTC", 0.2


def default_coin(dialect: str) -> str:
    """Name the coin a dialect was made for, when nothing else tells."""
    if dialect in {"stratum-v1", "stratum-v2", "getwork", "getblocktemplate"}:
        return "BTC"
    if dialect.startswith("ethereum"):
        return "ETH"
    return {"monero": "XMR", "zcash": "ZEC"}.get(dialect, "")
