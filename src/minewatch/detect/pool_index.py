"""Look-ups in the pool list: what a host name or an address and port say, and on which day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from minewatch.model.traffic import PoolEndpoint

SHARED_NETWORKS = tuple(
    ip_network(text)
    for text in (
        "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "104.16.0.0/13", "104.24.0.0/14", "108.162.192.0/18",
        "131.0.72.0/22", "141.101.64.0/18", "162.158.0.0/15", "172.64.0.0/13", "173.245.48.0/20", "188.114.96.0/20",
        "190.93.240.0/20", "197.234.240.0/22", "198.41.128.0/17", "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32",
        "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32",
        "151.101.0.0/16", "199.232.0.0/16", "2a04:4e42::/32",
    )
)  # fmt: skip
"""Addresses of two content networks (Cloudflare's and Fastly's published ranges): everyone's sites stand behind them."""

HOSTING = frozenset(
    {
        "amazonaws.com",
        "cloudfront.net",
        "cloudflare.com",
        "cloudapp.net",
        "azure.com",
        "azurewebsites.net",
        "herokuapp.com",
        "github.io",
        "googleusercontent.com",
        "fastly.net",
        "akamai.net",
        "alicdn.com",
        "aliyuncs.com",
        "no-ip.org",
        "ddns.net",
        "duckdns.org",
        "ngrok.io",
        "co.uk",
        "com.cn",
        "com.au",
        "co.jp",
        "co.kr",
        "com.br",
        "net.cn",
        "org.cn",
    }
)
"""Parents whose children belong to different people."""

STALE = 2 * 365.25 * 86_400


@dataclass(frozen=True, slots=True)
class PoolMatch:
    """What the list says: ``exact`` host and port, ``host``, or ``domain`` (a sister of a listed host).

    A listed ``*.example.org`` matches every host below it.
    """

    kind: str
    endpoint: PoolEndpoint
    stale: bool


class PoolIndex:
    """The pool list by host, domain and address."""

    def __init__(self, endpoints: list[PoolEndpoint]) -> None:
        self.hosts: dict[str, list[PoolEndpoint]] = {}
        self.domains: dict[str, PoolEndpoint] = {}
        self.parents: dict[str, PoolEndpoint] = {}
        for one in endpoints:
            if one.host.startswith("*."):
                self.parents[one.host[2:]] = one
                continue
            self.hosts.setdefault(one.host, []).append(one)
            if not _is_address(one.host):
                parent = domain_of(one.host)
                if parent and (parent not in self.domains or one.confirmed):
                    self.domains[parent] = one

    def match(self, host: str, port: int, time: float) -> PoolMatch | None:
        """Say what the list knows of a host name or address at ``port`` (0: unknown) at ``time``."""
        name = host.lower().rstrip(".").removeprefix("*.")
        listed = self.hosts.get(name)
        if listed:
            exact = [one for one in listed if port and one.port == port]
            found = max(exact or listed, key=lambda one: (one.confirmed, one.until))
            return PoolMatch("exact" if exact else "host", found, is_stale(found, time))
        labels = name.split(".")
        for count in range(1, len(labels) - 1):
            every = self.parents.get(".".join(labels[count:]))
            if every is not None:
                return PoolMatch("exact" if every.port == port else "host", every, is_stale(every, time))
        parent = self.domains.get(domain_of(name))
        if parent is None or _is_address(name):
            return None
        return PoolMatch("domain", parent, is_stale(parent, time))


def is_stale(endpoint: PoolEndpoint, time: float) -> bool:
    """Whether ``time`` is far outside the dates the list's source saw the endpoint.

    Two years after, because names change hands; five before, because a list's first date is when it began to look.
    """
    since = _seconds(endpoint.since) if endpoint.since else time
    until = _seconds(endpoint.until) if endpoint.until else time
    return time < since - 2.5 * STALE or time > until + STALE


def shared_address(address: str) -> bool:
    """Whether an address belongs to a content network, so that it is no evidence by itself."""
    if not _is_address(address):
        return False
    parsed = ip_address(address)
    return any(parsed.version == net.version and parsed in net for net in SHARED_NETWORKS)


def domain_of(host: str) -> str:
    """Cut a host to its registered domain: two labels, three under a country's second level; empty for hosting parents."""
    labels = host.split(".")
    if len(labels) < 2:
        return ""
    domain = ".".join(labels[-2:])
    if domain not in HOSTING:
        return domain
    return ".".join(labels[-3:]) if len(labels) >= 3 and domain.count(".") == 1 and len(labels[-1]) == 2 else ""


def is_site(host: str) -> bool:
    """Whether a host is named like a web site rather than a mining server: the bare domain, www, or a panel."""
    labels = host.lower().split(".")
    return len(labels) <= 2 or labels[0] in {
        "www",
        "api",
        "cdn",
        "static",
        "help",
        "blog",
        "m",
        "app",
        "docs",
        "account",
    }


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _seconds(day: str) -> float:
    try:
        return datetime.fromisoformat(day[:10]).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
