"""Which coin a flow is for."""

from datetime import UTC, datetime

import pytest

from minewatch.detect.coins import coin_of, is_wallet, wallet_part
from minewatch.model.traffic import End, FlowFacts


def facts(day="2021-06-18", **more):
    time = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
    made = FlowFacts("made", (End("10.0.0.1", 1), End("10.0.0.2", 2)), time, time + 60)
    for name, value in more.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("more", "coin"),
    [
        ({}, "BTC"),
        ({"workers": ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.rig"]}, "BTC"),
        ({"workers": ["ltc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]}, "LTC"),
        ({"workers": ["t1" + "K" * 33 + ".rig/mail@example.org"]}, "ZEC"),
        ({"workers": ["kaspa:" + "q" * 61 + ".rig"]}, "KAS"),
        ({"agents": ["xmrig/6.20"]}, "XMR"),
        ({"algorithms": ["kawpow"]}, "RVN"),
        ({"bits": ["171007ea"]}, "BTC"),
        ({"bits": ["1a0377ae"]}, "LTC"),
        ({"marks": ({}, {"job.kaspa": 3})}, "KAS"),
        ({"marks": ({}, {"job.ethereum": 3})}, "ETH"),
        ({"marks": ({}, {"job.ethereum": 3}), "day": "2023-01-01"}, "ETC"),
        ({"marks": ({}, {"job.ethproxy": 3}), "agents": ["cgminer/3.7.2"]}, "BTC"),
        ({"bits": ["zzzzzzzz"]}, "BTC"),
        ({"bits": ["00000000"]}, "BTC"),
    ],
)
def test_signs_vote(more, coin):
    assert coin_of(facts(**more), "stratum-v1", "")[0] == coin


def test_the_pool_s_coin_is_weaker_than_the_miner_s():
    assert coin_of(facts(), "tls", "XMR") == ("XMR", False)
    assert coin_of(facts(), "tls", "UNKNOWN") == ("", False)
    assert coin_of(facts(agents=["xmrig/6"]), "monero", "BTC")[0] == "XMR"


def test_a_contradiction_is_said():
    assert coin_of(facts(marks=({}, {"job.zcash": 1}), agents=["cgminer/4"]), "zcash", "") == ("BTC", True)


def test_wallets_are_cut_out_of_logins():
    assert wallet_part("BTC:bc1qxyz.rig") == "bc1qxyz"
    assert is_wallet("0x9c99d212f7e5daa18ab50810e0fd255d1f04303b/rig/mail@example.org")
    assert not is_wallet("alice")
