"""The traffic use case on real captures, against a truth found with dpkt and a plain search of payloads."""

import json
from collections import Counter

import dpkt
import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.traffic import TrafficOptions, watch_traffic
from shared_data import shared_file

NEEDLES = (
    (b'"mining.', "stratum"),
    (b'"getwork"', "getwork"),
    (b'"getblocktemplate"', "getblocktemplate"),
    (b"eth_submitLogin", "ethereum-tcp"),
    (b'"job_id"', "monero"),
)
EXPECTED = {
    "cgminer.g0.pcapng": (457, {"BTC"}),
    "cgminer.s0.pcapng": (17, {"BTC"}),
    "cgminer.s2.pcapng": (174, {"BTC"}),
    "eth-eu1.nanopool.org.pcapng": (1, {"ETH"}),
    "xmr.suprnova.cc.pcapng": (1, {"XMR"}),
    "zec-eu.suprnova.cc.pcapng": (1, {"ZEC"}),
    "bitcoin-mining.pcap": (8, {"BTC"}),
}


def flows_with(path):
    """Every TCP flow by its ends, with its payload in capture order; read with dpkt alone."""
    flows = {}
    with path.open("rb") as stream:
        ng = stream.read(4) == b"\x0a\x0d\x0d\x0a"
        stream.seek(0)
        for _, frame in (dpkt.pcapng if ng else dpkt.pcap).Reader(stream):
            ip = dpkt.ethernet.Ethernet(frame).data
            if not isinstance(ip, dpkt.ip.IP | dpkt.ip6.IP6) or not isinstance(ip.data, dpkt.tcp.TCP):
                continue
            tcp = ip.data
            ends = frozenset([(dpkt.utils.inet_to_str(ip.src), tcp.sport), (dpkt.utils.inet_to_str(ip.dst), tcp.dport)])
            flows[ends] = flows.get(ends, b"") + tcp.data
    return flows


def run(path, out):
    return watch_traffic(files=[path], out=out, options=TrafficOptions(), progress=lambda *_: None)


def ends_of(sighting):
    return frozenset([(sighting.miner, sighting.miner_port), (sighting.pool, sighting.pool_port)])


@pytest.mark.parametrize("name", EXPECTED)
def test_every_visible_mining_flow_is_found(name, tmp_path):
    path = shared_file(f"pcaps/mining/{name}")
    truth = {
        ends: next(label for needle, label in NEEDLES if needle in payload)
        for ends, payload in flows_with(path).items()
        if any(needle in payload for needle, _ in NEEDLES)
    }
    count, coins = EXPECTED[name]
    assert len(truth) == count
    receipt = run(path, tmp_path / "sightings.csv")
    found = {ends_of(one): one for one in receipt.sightings}
    assert len(found) == len(receipt.sightings)
    assert not truth.keys() - found.keys()
    payloads = flows_with(path)
    for ends, one in found.items():
        if ends not in truth:
            assert b"X-Mining-Extensions" in payloads[ends]
            continue
        if truth[ends] == "stratum":
            assert one.dialect in {"stratum-v1", "zcash"}
        elif truth[ends] in {"getwork", "getblocktemplate"}:
            assert one.dialect in {"getwork", "getblocktemplate"}
            assert one.dialect == truth[ends] or (
                b'"getwork"' in payloads[ends] and b'"getblocktemplate"' in payloads[ends]
            )
        else:
            assert one.dialect == truth[ends]
        if one.user_agent:
            assert one.coin in coins
        assert one.probability > 0.8
    if name == "cgminer.g0.pcapng":
        spoken = Counter("stratum" if label == "stratum" else "http" for label in truth.values())
        assert spoken == {"stratum": 202, "http": 255}


def test_nothing_else_is_called_mining(tmp_path):
    folder = shared_file("pcaps/other")
    receipt = run(folder, tmp_path / "sightings.csv")
    assert receipt.files == 18
    assert receipt.flows > 80
    assert receipt.sightings == ()


def test_the_miner_is_told_by_messages_not_ports(tmp_path):
    receipt = run(shared_file("pcaps/mining/eth-eu1.nanopool.org.pcapng"), tmp_path / "s.csv")
    (one,) = receipt.sightings
    assert one.miner_port == 49307
    assert one.pool_port == 9999
    assert one.worker.startswith("0x9c99d212f7e5daa18ab50810e0fd255d1f04303b")
    header = (tmp_path / "s.csv").read_text("utf-8").splitlines()[0]
    assert header.startswith(
        "source,first_seen,last_seen,miner,miner_port,pool,pool_port,dialect,coin,probability,reasons"
    )


def test_an_interrupted_run_goes_on(tmp_path):
    good = shared_file("pcaps/mining/xmr.suprnova.cc.pcapng")
    other = shared_file("pcaps/mining/zec-eu.suprnova.cc.pcapng")
    out = tmp_path / "s.csv"

    class Stop(Exception):  # noqa: N818 - stands for a key press
        pass

    def stop_at_second(done, _):
        if done > good.stat().st_size:
            raise Stop

    with pytest.raises(Stop):
        watch_traffic(files=[good, other], out=out, options=TrafficOptions(), progress=stop_at_second)
    assert not out.exists()
    assert len(json.loads((tmp_path / "s.csv.state.json").read_text("utf-8"))["done"]) == 1
    receipt = watch_traffic(files=[good, other], out=out, options=TrafficOptions(), progress=lambda *_: None)
    assert (receipt.files, receipt.resumed, len(receipt.sightings)) == (2, 1, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.csv"]


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        run(tmp_path / "none.pcap", tmp_path / "s.csv")
