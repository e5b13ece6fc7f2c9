"""Every dialect, link layer and kind of damage, in captures the tests write themselves."""

import gzip
import random
import socket
import struct

import pytest
import zstandard

import connections
import flow_files
import stories
import talks
from minewatch.usecases.traffic import TrafficOptions, watch_traffic


@pytest.fixture
def see(tmp_path):
    def seen(data, name="x.pcap"):
        path = tmp_path / name
        path.write_bytes(data)
        return watch_traffic(
            files=[path], out=tmp_path / "s.csv", options=TrafficOptions(), progress=lambda *_: None
        ).sightings

    return seen


@pytest.mark.parametrize("name", stories.MINING)
def test_the_dialect_and_coin_are_told(see, name):
    make, dialect, coin = stories.MINING[name]
    (one,) = see(talks.pcap(make().packets))
    assert (one.dialect, one.coin, one.miner, one.pool) == (dialect, coin, "10.0.0.5", "203.0.113.9")
    assert one.probability > (0.5 if dialect == "tls" or name == "fragment_only" else 0.85)
    assert one.reasons


@pytest.mark.parametrize("name", stories.OTHER)
def test_what_only_looks_alike_is_left_alone(see, name):
    assert see(talks.pcap(stories.OTHER[name]().packets)) == ()


@pytest.mark.parametrize("link", talks.LINKS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("addresses", [("10.0.0.5", "203.0.113.9"), ("2001:db8::5", "2001:db8::9")], ids=["ip4", "ip6"])
def test_every_link_layer_and_file_form(see, link, order, addresses):
    packets = stories.stratum(client=addresses[0], server=addresses[1]).packets
    for data in (
        talks.pcap(packets, link, order=order),
        talks.pcap(packets, link, order=order, nano=True),
        talks.pcapng(packets, link, order=order),
        talks.pcapng(packets, link, order=order, resolution=9),
        talks.pcapng(packets, link, order=order) + talks.pcapng(packets[-5:], link, order="<"),
    ):
        (one,) = see(data)
        assert (one.dialect, one.miner, one.shares_accepted) == ("stratum-v1", addresses[0], 9)
        assert one.first_seen == pytest.approx(talks.START, abs=1e-3)


def test_packed_files_are_unpacked(see):
    data = talks.pcap(stories.stratum().packets)
    for packed in (gzip.compress(data), zstandard.compress(data), gzip.compress(gzip.compress(data))):
        assert len(see(packed)) == 1
    assert len(see(gzip.compress(data)[:-20])) == 1


def test_ip4_fragments_are_put_together(see):
    packets = []
    for number, (time, packet) in enumerate(stories.stratum().packets):
        numbered = packet[:4] + number.to_bytes(2, "big") + packet[6:]
        packets += [(time, piece) for piece in talks.fragments(numbered)]
    (one,) = see(talks.pcap(packets))
    assert one.shares_accepted == 9


def test_ip6_fragments_and_extension_headers(see):
    packets = []
    for number, (time, packet) in enumerate(stories.stratum(client="2001:db8::5", server="2001:db8::9").packets):
        body = packet[40:]
        source, target = (socket.inet_ntop(socket.AF_INET6, packet[at : at + 16]) for at in (8, 24))
        cut = len(body) // 2 & ~7
        for at, piece, more in ((0, body[:cut], 1), (cut, body[cut:], 0)):
            head = bytes([0]) + (at | more).to_bytes(2, "big") + number.to_bytes(4, "big")
            options = bytes([0, 1, 4, 0, 0, 0, 0])
            packets.append((time, talks.ipv6(source, target, 6, piece, extensions=[(0, options), (44, head)])))
    (one,) = see(talks.pcap(packets))
    assert (one.miner, one.shares_accepted) == ("2001:db8::5", 9)


def test_disorder_and_repeats_change_nothing(see):
    draw = random.Random(5)
    packets = stories.stratum().packets
    shaken = packets[:3]
    rest = [one for one in packets[3:] for _ in range(draw.choice([1, 1, 2]))]
    for at in range(0, len(rest), 4):
        piece = rest[at : at + 4]
        draw.shuffle(piece)
        shaken += piece
    (one,) = see(talks.pcap(shaken))
    assert (one.shares_submitted, one.shares_accepted, one.shares_rejected) == (10, 9, 1)


def test_a_repeat_that_overlaps_is_read_once(see):
    talk = talks.Talk()
    text = stories.ask(1, "mining.subscribe", "cgminer/4").encode()
    talk.miner(text[:20])
    talk.seq[0] -= 10
    talk.miner(text[10:])
    talk.miner(stories.ask(2, "mining.authorize", "w1", "x"))
    (one,) = see(talks.pcap(talk.packets))
    assert (one.user_agent, one.worker) == ("cgminer/4", "w1")


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_lost_packets_do_not_stop_the_reading(see, share):
    draw = random.Random(11)
    packets = [one for one in stories.stratum().packets if draw.random() > share]
    (one,) = see(talks.pcap(packets))
    assert (one.dialect, one.coin) == ("stratum-v1", "BTC")
    assert one.shares_submitted >= 5


def test_one_way_only(see):
    packets = [one for one in stories.stratum().packets if one[1][12:16] == b"\x0a\0\0\x05"]
    (one,) = see(talks.pcap(packets))
    assert one.miner == "10.0.0.5"
    assert "one_way" in one.reasons
    assert one.shares_submitted == 10
    back = [one for one in stories.stratum().packets if one[1][12:16] != b"\x0a\0\0\x05"]
    (other,) = see(talks.pcap(back))
    assert other.miner == "10.0.0.5"


def test_snapped_packets_still_tell(see):
    (one,) = see(talks.pcap(stories.stratum().packets, snap=130))
    assert one.dialect == "stratum-v1"


def test_two_connections_on_the_same_ports_are_two_rows(see):
    second = stories.stratum(start=talks.START + 3000)
    second.seq = [5, 9]
    first = stories.stratum().end()
    assert len(see(talks.pcap(first.packets + second.packets))) == 2


def test_a_damaged_record_costs_only_itself(see):
    good = talks.pcap(stories.stratum().packets)
    middle = len(good) // 2
    broken = good[:middle] + b"\xff" * 64 + good[middle:]
    assert len(see(broken)) == 1
    better = talks.pcapng(stories.stratum().packets)
    middle = len(better) // 2
    (one,) = see(better[:middle] + b"\xff" * 64 + better[middle:])
    assert one.shares_submitted >= 8


def test_hash_rate_is_shares_times_difficulty(see):
    (one,) = see(talks.pcap(stories.stratum().packets))
    span = one.last_seen - one.first_seen
    assert one.hash_rate == pytest.approx(9 * 65536 * 2**32 / span)
    assert one.hash_rate_low == pytest.approx(
        one.hash_rate * 5.4325 / 9, rel=1e-3
    )  # Poisson limits of 9 at 10 and 90 %
    assert one.hash_rate_high == pytest.approx(one.hash_rate * 14.206 / 9, rel=1e-3)
    (monero,) = see(talks.pcap(stories.monero().packets))
    assert monero.hash_rate == pytest.approx(2**32 / 0x00068DB8 / (monero.last_seen - monero.first_seen))


def test_a_password_is_never_kept(see, tmp_path):
    see(talks.pcap(stories.getwork().packets))
    assert "secret" not in (tmp_path / "s.csv").read_text("utf-8")


def test_dns_seen_in_the_capture_names_the_pool(see):
    answer = talks.ipv4(
        "10.0.0.1", "10.0.0.5", 17, talks.udp(53, 40000, talks.dns_answer("stratum.slushpool.com", "203.0.113.9"))
    )
    hidden = talks.Talk(start=1_530_000_000.0)
    for turn in range(5):
        hidden.miner(talks.sealed(100, turn)).pool(talks.sealed(400, turn))
    (one,) = see(talks.pcap([(1_530_000_000.0 - 1, answer), *hidden.packets]))
    assert (one.pool_host, one.pool_name) == ("stratum.slushpool.com", "SlushPool")
    assert "dns_pool_endpoint" in one.reasons
    empty = talks.Talk(start=1_530_000_000.0)
    assert see(talks.pcap([(1_530_000_000.0 - 1, answer), *empty.packets])) == ()


def test_a_spreadsheet_takes_no_worker_for_a_formula(see, tmp_path):
    see(talks.pcap(stories.stratum(worker="=cmd|' /C calc'!A0").packets))
    assert "'=cmd" in (tmp_path / "s.csv").read_text("utf-8")


def test_a_mirror_inside_gre_or_vxlan_is_read(see):
    packets = stories.stratum().packets
    plain = [(time, talks.ipv4("192.0.2.1", "192.0.2.2", 47, b"\0\0\x08\0" + packet)) for time, packet in packets]
    framed = [
        (time, talks.ipv4("192.0.2.1", "192.0.2.2", 47, b"\x10\0\x88\xbe" + bytes(12) + talks.ethernet(packet)))
        for time, packet in packets
    ]
    vxlan = [
        (
            time,
            talks.ipv4("192.0.2.1", "192.0.2.2", 17, talks.udp(5, 4789, b"\x08" + bytes(7) + talks.ethernet(packet))),
        )
        for time, packet in packets
    ]
    for wrapped in (plain, framed, vxlan):
        (one,) = see(talks.pcap(wrapped))
        assert (one.miner, one.shares_accepted) == ("10.0.0.5", 9)


def test_flow_records_exported_inside_a_capture_are_judged(see):
    records = sorted(connections.records(connections.miner(4, 10), biflow=False), key=lambda one: one.end)
    exports = [flow_files.netflow5(records[at : at + 20]) for at in range(0, len(records), 20)]
    packets = [(talks.START, talks.ipv4("192.0.2.1", "192.0.2.2", 17, talks.udp(5, 2055, one))) for one in exports]
    (one,) = see(talks.pcap(packets))
    assert (one.dialect, one.miner) == ("flow", "10.1.2.3")


def test_the_older_way_to_write_a_packet_block_and_the_simple_one(see):
    packets = stories.stratum().packets
    whole = talks.pcapng(packets)
    head = whole[: 28 + 32]
    old, simple = bytearray(head), bytearray(head)
    for time, packet in packets:
        data = talks.ethernet(packet)
        stamp = int(time * 1e6)
        pad = b"\0" * (-len(data) % 4)
        old += talks._block(
            "<", 2, struct.pack("<HHIIII", 0, 0, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data)) + data + pad
        )
        simple += talks._block("<", 3, struct.pack("<I", len(data)) + data + pad)
    for data in (old, simple):
        (one,) = see(bytes(data))
        assert one.shares_accepted == 9


def hidden(packets, hello):
    """A talk of the given (time, way, payload) inside TLS, without acknowledgements of its own."""
    talk = talks.Talk(client="10.1.2.3", server="198.51.100.7", ports=(50505, 443), start=connections.START)
    talk.miner(hello)
    for time, way, size in packets:
        talk.time = time
        body = b"\x17\x03\x03" + (size + 24).to_bytes(2, "big") + bytes(size + 24) if size else b""
        if body:
            talk.say(way, body)
        else:
            talk._send(way, talks.ACK)
    return talks.pcap(talk.packets)


def test_hidden_talks_are_judged_by_their_shape(see):
    hello = talks.client_hello("unlisted.example.org")
    (one,) = see(hidden(connections.miner(4, 10), hello))
    assert (one.dialect, one.miner) == ("flow", "10.1.2.3")
    assert 0.5 < one.probability <= 0.9
    for name in ("ssh", "polling", "sensor", "push", "chat", "database"):
        assert see(hidden(connections.LOOK_ALIKES[name](4, 3), hello)) == ()
