"""Flow records and logs of every kind read by the use case, from files the tests write."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

import connections
import flow_files
import stories
from minewatch.readers.community import community_id_of_text
from minewatch.usecases.traffic import TrafficOptions, watch_traffic

MINER, POOL = "10.1.2.3", "198.51.100.7"
TIME = 1_530_000_000.0


@pytest.fixture
def see(tmp_path):
    def seen(**files):
        paths = []
        for name, data in files.items():
            paths.append(tmp_path / name.replace("_", "."))
            paths[-1].write_bytes(data if isinstance(data, bytes) else data.encode())
        receipt = watch_traffic(
            files=paths, out=tmp_path / "out.csv", options=TrafficOptions(), progress=lambda *_: None
        )
        assert not [one for one in receipt.issues if one.code in {"line_unreadable", "capture_damaged"}]
        return receipt.sightings

    return seen


def one_way(packets):
    return sorted(connections.records(packets, biflow=False), key=lambda one: one.end)


FORMATS = {
    "netflow5": lambda packets: flow_files.netflow5(one_way(packets)),
    "netflow9": lambda packets: flow_files.netflow9(one_way(packets)),
    "ipfix": lambda packets: flow_files.ipfix(connections.records(packets)),
    "ipfix6": lambda packets: flow_files.ipfix(connections.records(packets, client="fd00::3", server="2001:db8::7")),
    "nfdump16": lambda packets: flow_files.nfdump16(connections.records(packets)),
    "nfdump17": lambda packets: flow_files.nfdump17(one_way(packets)),
    "cesnet": lambda packets: flow_files.cesnet(connections.records(packets)),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_miner_in_flow_records(see, name):
    (one,) = see(records=FORMATS[name](connections.miner(4, 10)))
    assert one.dialect == "flow"
    assert one.miner == ("fd00::3" if name == "ipfix6" else MINER)
    assert one.first_seen == pytest.approx(connections.START, abs=90)
    assert one.last_seen == pytest.approx(connections.START + 36_000, abs=120)
    assert 0.5 < one.probability <= 0.9


@pytest.mark.parametrize("name", FORMATS)
def test_look_alikes_in_flow_records(see, name):
    for make in (connections.LOOK_ALIKES["polling"], connections.LOOK_ALIKES["ticker"]):
        assert see(records=FORMATS[name](make(4, 3))) == ()


def test_first_packets_of_a_probe_raise_the_probability(see):
    packets = connections.miner(4, 2)
    early = [(way, size, time) for time, way, size in packets if size][:30]
    (plain,) = see(records=flow_files.cesnet(connections.records(packets)))
    (known,) = see(records=flow_files.cesnet(connections.records(packets), early=early))
    assert known.probability > plain.probability
    assert {"flow_jobs", "flow_shares"} <= set(known.reasons)


def test_a_probe_that_sees_the_first_payload_or_the_name(see):
    record = connections.records(connections.miner(4, 0.02))
    first = stories.ask(1, "mining.subscribe", "cgminer/4.1").encode()
    (one,) = see(records=flow_files.cesnet(record, first=first))
    assert (one.dialect, one.coin, one.user_agent) == ("stratum-v1", "BTC", "cgminer/4.1")
    (named,) = see(records=flow_files.cesnet(record, name="erg.2miners.com"))
    assert (named.dialect, named.pool_host) == ("tls", "erg.2miners.com")
    assert see(records=flow_files.cesnet(record, name="www.example.org")) == ()


def test_data_before_its_template_is_noted(tmp_path):
    path = tmp_path / "x.nf9"
    path.write_bytes(flow_files.netflow9(one_way(connections.miner(4, 1)), template=False))
    receipt = watch_traffic(files=[path], out=tmp_path / "out.csv", options=TrafficOptions(), progress=lambda *_: None)
    assert [one.code for one in receipt.issues] == ["template_missing"]


def tsv(path, fields, rows):
    head = f"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{path}\n#fields\t"
    return head + "\t".join(fields) + "\n" + "".join("\t".join(map(str, row)) + "\n" for row in rows) + "#close\tnow\n"


ENDS = ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
SSL = ("ts", "uid", *ENDS, "version", "cipher", "server_name", "subject")
CONN = ("ts", "uid", *ENDS, "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "orig_pkts",
        "orig_ip_bytes", "resp_pkts", "resp_ip_bytes")  # fmt: skip
SSL_ROW = (TIME, "C1", MINER, 50505, POOL, 443, "TLSv12", "x", "cn.stratum.slushpool.com", "CN=*.slushpool.com,O=x")
CONN_ROW = (
    TIME,
    "C1",
    MINER,
    50505,
    POOL,
    443,
    "tcp",
    "ssl",
    7200.0,
    90_000,
    400_000,
    "SF",
    900,
    136_800,
    900,
    446_800,
)
WEB_ROW = (TIME, "C2", MINER, 50506, "192.0.2.1", 443, "TLSv12", "x", "www.example.org", "-")


def test_zeek_tsv_joins_ssl_and_conn(see):
    (one,) = see(conn_log=tsv("conn", CONN, [CONN_ROW]), ssl_log=tsv("ssl", SSL, [SSL_ROW, WEB_ROW]))
    assert (one.dialect, one.coin, one.pool_name, one.pool_host) == (
        "tls",
        "BTC",
        "SlushPool",
        "cn.stratum.slushpool.com",
    )
    assert one.packets == 1800
    assert one.last_seen == TIME + 7200
    assert one.community_id == community_id_of_text(MINER, POOL, 50505, 443)
    assert one.source.count(" + ") == 1


def test_zeek_json_joins_too(see):
    rows = [dict(zip(SSL, row, strict=True)) | {"_path": "ssl"} for row in (SSL_ROW, WEB_ROW)]
    rows += [dict(zip(CONN, CONN_ROW, strict=True)) | {"ts": "2018-06-26T08:00:00.000000Z"}]
    (one,) = see(zeek_json="\n".join(json.dumps(row) for row in rows))
    assert (one.miner, one.packets) == (MINER, 1800)


def test_zeek_dns_names_a_connection(see):
    dns = tsv("dns", ("ts", "uid", *ENDS, "proto", "query", "qtype", "answers"),
              [(TIME - 5, "D", MINER, 53, "10.0.0.1", 53, "udp", "stratum.slushpool.com", 1, f"a.example,{POOL}")])  # fmt: skip
    row = list(CONN_ROW)
    row[5] = 3333
    (one,) = see(dns_log=dns, conn_log=tsv("conn", CONN, [row]))
    assert (one.pool_host, one.reasons[0]) == ("stratum.slushpool.com", "dns_pool_endpoint")


def test_zeek_http_and_notice(see):
    http = tsv("http", ("ts", "uid", *ENDS, "method", "host", "uri", "user_agent"),
               [(TIME, "H", MINER, 50507, POOL, 8332, "POST", "pool.example", "/", "cgminer 3.7.2"),
                (TIME, "I", MINER, 50508, POOL, 80, "GET", "blog.example", "/mining.subscribe", "Mozilla/5.0")])  # fmt: skip
    notice = tsv("notice", ("ts", "uid", *ENDS, "note", "msg", "sub"),
                 [(TIME, "N", MINER, 50509, POOL, 3333, "CryptoMining::Stratum", "cryptocurrency mining over TCP", "-"),
                  (TIME, "O", MINER, 50510, POOL, 22, "SSH::Password_Guessing", "guesses", "-")])  # fmt: skip
    found = see(http_log=http, notice_log=notice)
    assert {one.miner_port for one in found} == {50507, 50509}


def event(kind, number, **more):
    stamp = datetime.fromtimestamp(TIME, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
    base = {"timestamp": stamp, "flow_id": number, "event_type": kind, "src_ip": MINER, "src_port": 50000 + number,
            "dest_ip": POOL, "dest_port": 3333, "proto": "TCP"}  # fmt: skip
    return json.dumps(base | more)


def test_suricata_events_join_by_flow(see):
    payload = b64encode(stories.ask(1, "mining.authorize", "wallet.rig1", "x").encode()).decode()
    flow = {"pkts_toserver": 900, "pkts_toclient": 900, "bytes_toserver": 140_000, "bytes_toclient": 440_000,
            "start": "2018-06-26T08:00:00.000000+0000", "end": "2018-06-26T10:00:00.000000+0000"}  # fmt: skip
    lines = [
        event("alert", 1, alert={"signature": "ET COINMINER W32/BitCoinMiner.MultiThreat Subscribe"}, payload=payload),
        event("flow", 1, flow=flow),
        event("alert", 2, alert={"signature": "ET P2P BitTorrent peer sync"}),
        event("tls", 3, tls={"sni": "eth-eu1.nanopool.org"}, dest_port=9999),
        event("tls", 4, tls={"sni": "www.example.org"}),
        event("http", 5, http={"hostname": "pool.example", "http_user_agent": "xmrig/6.1"}),
        event("alert", 6, alert={"signature": "ET POLICY Cryptocurrency Miner Checkin"}, direction="to_client"),
    ]
    found = {one.miner_port or 0: one for one in see(eve_json="\n".join(lines))}
    assert found[50001].worker == "wallet.rig1"
    assert found[50001].packets == 1800
    assert found[50003].pool_name == "Nanopool"
    assert found[50005].user_agent == "xmrig/6.1"
    assert found[3333].miner == POOL  # the alert's packet went to the client, so the sender serves
    assert found[3333].dialect == "unknown"
    assert len(found) == 4


def test_zeek_and_suricata_speak_of_one_flow_once(see):
    tls = event("tls", 505, tls={"sni": "cn.stratum.slushpool.com"}, dest_port=443)
    (one,) = see(ssl_log=tsv("ssl", SSL, [SSL_ROW]), eve_json=tls, conn_log=tsv("conn", CONN, [CONN_ROW]))
    assert one.source.count(" + ") == 2


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("128.232.110.120", "66.35.250.204", 34855, 80, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (("66.35.250.204", "128.232.110.120", 80, 34855, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (("192.168.1.52", "8.8.8.8", 54585, 53, 17), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    ],
)
def test_community_ids_are_the_published_ones(ends, expected):
    assert community_id_of_text(*ends) == expected
