"""Sites: one line a holder and coin, with the hash rate of all their machines."""

import csv
import random

import pytest

import stories
import talks
from minewatch.detect.hash_rate import share_limits
from minewatch.usecases.mining_sites import sites_of, write_sites
from minewatch.usecases.traffic import TrafficOptions, watch_traffic


@pytest.fixture
def seen(tmp_path):
    packets = stories.stratum(ports=(50001, 3333)).packets + stories.stratum(ports=(50002, 3333)).packets
    packets += stories.monero(client="10.0.0.6").packets
    (tmp_path / "x.pcap").write_bytes(talks.pcap(sorted(packets)))
    (tmp_path / "c.csv").write_text("address,customer\n10.0.0.5,meter-5\n", "utf-8")
    return watch_traffic(
        files=[tmp_path / "x.pcap"],
        out=tmp_path / "s.csv",
        options=TrafficOptions(customers=tmp_path / "c.csv"),
        progress=lambda *_: None,
    ).sightings


def test_machines_of_one_holder_are_added_up(seen, tmp_path):
    first, second = sites_of(seen)
    assert (first.site, first.customer, first.coin, first.flows, first.shares) == ("meter-5", "meter-5", "BTC", 2, 18)
    single = next(one for one in seen if one.coin == "BTC")
    assert first.hash_rate[0] == pytest.approx(2 * single.hash_rate)
    assert (
        single.hash_rate_low / single.hash_rate < first.hash_rate[1] / first.hash_rate[0] < 1
    )  # more shares, closer limits
    assert (second.site, second.customer, second.coin) == ("10.0.0.6", "", "XMR")
    write_sites(tmp_path / "sites.csv", [first, second])
    with (tmp_path / "sites.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert float(rows[0]["hash_rate"]) == pytest.approx(first.hash_rate[0], rel=1e-5)
    assert rows[1]["site"] == "10.0.0.6"


def test_the_interval_covers_the_truth_as_often_as_it_says():
    draw = random.Random(3)
    covered = 0
    for _ in range(4000):
        shares = sum(1 for _ in iter_shares(draw, 12.0))
        low, high = share_limits(shares) if shares else (0.0, 1.0)
        covered += shares > 0 and shares * low <= 12.0 <= shares * high
    assert 0.78 < covered / 4000 < 0.92  # exact limits cover at least what they say


def iter_shares(draw, expected):
    time = draw.expovariate(1.0)
    while time < expected:
        yield time
        time += draw.expovariate(1.0)
