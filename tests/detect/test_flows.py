"""The judge of connections by shape. All connections here are simulated (``tests/connections.py`` says how)."""

import itertools
from dataclasses import replace

import pytest

import connections
from minewatch.detect.flows import FlowWatch, flow_sighting, judge
from minewatch.detect.pool_index import PoolIndex
from minewatch.model.traffic import PoolEndpoint
from minewatch.model.traffic_reasons import FLOW_CEILING


def judged(packets, **how):
    watch = FlowWatch()
    ended = []
    for record in sorted(connections.records(packets, **how), key=lambda one: one.start):
        ended += watch.add(record)
    ended += watch.close()
    return ended


def surest(packets, **how):
    return max(judge(one)[0] for one in judged(packets, **how))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("every", "share", "job", "answer"), [(4, 104, 640, 40), (12, 104, 640, 40), (30, 220, 420, 63)]
)
def test_a_miner_of_some_hours_is_found(seed, every, share, job, answer):
    packets = connections.miner(seed, 6, every=every, share=share, job=job, answer=answer)
    assert 0.5 < surest(packets) <= FLOW_CEILING
    assert 0.5 < surest(packets, biflow=False) <= FLOW_CEILING


@pytest.mark.parametrize("name", connections.LOOK_ALIKES)
@pytest.mark.parametrize("seed", range(3))
def test_a_look_alike_is_not(name, seed):
    assert surest(connections.LOOK_ALIKES[name](seed)) < 0.1


def test_the_port_is_no_proof():
    packets = connections.miner(1)
    other = surest(connections.LOOK_ALIKES["polling"](1), ports=(50505, 3333))
    for port in (22, 443, 3333, 8080, 65000):
        assert surest(packets, ports=(50505, port)) == surest(packets)
        assert surest(connections.LOOK_ALIKES["polling"](1), ports=(50505, port)) == other


def test_longer_is_surer_and_short_is_not_judged():
    found = [surest(connections.miner(2, hours)) for hours in (0.2, 0.5, 3, 10)]
    assert found[0] == 0.0
    assert all(first < second for first, second in itertools.pairwise(found))


def test_a_row_names_the_private_side_as_the_miner():
    for how in ({}, {"biflow": False}):
        (one,) = judged(connections.miner(3, 6), **how)
        row = flow_sighting(one, PoolIndex([]))
        assert (row.miner, row.pool, row.dialect, row.coin) == ("10.1.2.3", "198.51.100.7", "flow", "")
        assert row.reasons[-1] == "behaviour"


def test_a_silent_hour_parts_two_connections():
    first = connections.records(connections.miner(1, 1))
    second = [one for one in connections.records(connections.miner(2, 4)) if one.start > connections.START + 3 * 3600]
    watch = FlowWatch()
    ended = [one for record in first + second for one in watch.add(record)]
    assert len(ended) == 1
    assert len(list(watch.close())) == 1


def test_memory_is_bounded_by_the_number_of_connections():
    watch = FlowWatch(limit=100)
    ended = 0
    for number in range(1000):
        record = connections.records(connections.miner(1, 0.02), ports=(number + 1, 3333))[0]
        ended += len(list(watch.add(record)))
        assert len(watch.held) <= 100
    assert ended == 900


def test_a_pool_s_own_address_on_the_list_counts_and_a_shared_one_does_not():
    (short,) = judged(connections.miner(3, 0.1))
    endpoint = PoolEndpoint(
        "198.51.100.7", 3333, "Pool", "BTC", confirmed=True, since="2023-01-01", until="2024-01-01", origin="own"
    )
    row = flow_sighting(short, PoolIndex([endpoint]))
    assert (row.pool_name, row.coin, row.reasons) == ("Pool", "BTC", ["pool_address"])
    assert flow_sighting(short, PoolIndex([])) is None
    for other in (
        replace(endpoint, shared=True),
        replace(endpoint, port=3334),
        replace(endpoint, confirmed=False),
        replace(endpoint, since="2010-01-01", until="2012-01-01", confirmed=False),
    ):
        assert flow_sighting(short, PoolIndex([other])) is None
    (long,) = judged(connections.miner(3, 6))
    assert flow_sighting(long, PoolIndex([endpoint])).probability == 0.99
