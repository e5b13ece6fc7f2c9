"""What lines of different logs have in common: names of TLS and HTTP talks, and which notices speak of mining."""

import re
from collections.abc import Iterable

from minewatch.model.traffic import FlowFacts, NameGiven
from minewatch.readers.http import MINER_AGENT
from minewatch.readers.stratum import keep

LogItem = FlowFacts | NameGiven

_MINING = re.compile(
    r"(?i)coin.?min|crypto.?min|cryptocurrency|mining|stratum|miner\b|xmrig|getblocktemplate|nicehash|coinhive"
    r"|x-mining-extensions|getwork|ethereum traffic|eth_get|monero|cryptonight"
)
_NOT_MINING = re.compile(r"(?i)peer.to.peer|\bp2p\b|data mining|phish|stealer|ransom|wallet app")


def speaks_of_mining(text: str) -> bool:
    """Whether a notice or signature is about mining, and not about a currency's other uses."""
    return _MINING.search(text) is not None and _NOT_MINING.search(text) is None


def tls_named(facts: FlowFacts, server_name: object, subject: object, names: Iterable[object] = ()) -> bool:
    """Add the names of a TLS handshake; whether there is any."""
    keep(facts.server_names, server_name)
    for name in [*re.findall(r"CN=([^,]+)", str(subject or "")), *names]:
        keep(facts.certificate_names, name)
    facts.marks[0]["tls"] = facts.marks[0]["tls.hello"] = 1
    facts.payload[:] = [1, 1]
    return bool(facts.server_names or facts.certificate_names)


def http_named(facts: FlowFacts, host: object, agent: object) -> bool:
    """Add host and user agent of an HTTP request; whether the agent is a mining program."""
    keep(facts.hosts, host)
    keep(facts.agents, agent)
    facts.carriage = "http"
    facts.payload[:] = [1, 1]
    if isinstance(agent, str) and MINER_AGENT.search(agent):
        facts.marks[0]["http.miner_agent"] = 1
        return True
    return False
