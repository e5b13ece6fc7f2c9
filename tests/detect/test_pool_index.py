"""Look-ups in the pool list: hosts, ports, domains, dates, and addresses that prove nothing."""

from datetime import UTC, datetime

import pytest

from minewatch.detect.pool_index import PoolIndex, domain_of, is_site, shared_address
from minewatch.model.traffic import PoolEndpoint


def endpoint(host, port=3333, **more):
    given = {
        "pool": "Pool",
        "coin": "BTC",
        "confirmed": True,
        "since": "2018-01-01",
        "until": "2020-01-01",
        "origin": "own",
    }
    return PoolEndpoint(host, port, **(given | more))


def at(day):
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


INDEX = PoolIndex([
    endpoint("stratum.pool.example"), endpoint("stratum.pool.example", 443), endpoint("198.51.100.7"),
    endpoint("*.browser.example", 0), endpoint("eu.farm.co.uk"), endpoint("x.amazonaws.com"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("host", "port", "kind"),
    [
        ("stratum.pool.example", 3333, "exact"),
        ("Stratum.Pool.Example.", 443, "exact"),
        ("stratum.pool.example", 8443, "host"),
        ("www.pool.example", 443, "domain"),
        ("*.pool.example", 443, "domain"),
        ("ws7.browser.example", 443, "host"),
        ("198.51.100.7", 3333, "exact"),
        ("us.farm.co.uk", 3333, "domain"),
        ("other.co.uk", 3333, None),
        ("y.amazonaws.com", 3333, None),
        ("example", 3333, None),
        ("", 0, None),
        ("198.51.100.8", 3333, None),
    ],
)
def test_what_the_list_knows_of_a_host(host, port, kind):
    match = INDEX.match(host, port, at("2019-01-01"))
    assert (match.kind if match else None) == kind


@pytest.mark.parametrize(
    ("day", "stale"),
    [("2019-01-01", False), ("2021-06-01", False), ("2022-06-01", True), ("2014-01-01", False), ("2011-01-01", True)],
)
def test_dates_count(day, stale):
    assert INDEX.match("stratum.pool.example", 3333, at(day)).stale is stale


def test_content_networks_are_shared():
    assert shared_address("104.16.1.1")
    assert shared_address("2606:4700::1")
    assert not shared_address("198.51.100.7")
    assert not shared_address("nonsense")


def test_domains_and_sites():
    assert domain_of("a.b.pool.example") == "pool.example"
    assert domain_of("a.pool.com.cn") == "pool.com.cn"
    assert domain_of("localhost") == ""
    assert is_site("pool.example")
    assert is_site("www.pool.example")
    assert not is_site("stratum.pool.example")
