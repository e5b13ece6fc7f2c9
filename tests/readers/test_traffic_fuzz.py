"""No bytes crash, hang or fill the memory: drawn by hypothesis, and a corpus of the malformed, cut, nested and huge."""

import gc
import io
import json
import random
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connections
import flow_files
import stories
import talks
from minewatch.model.traffic import End, FlowFacts
from minewatch.readers import sniff
from minewatch.readers.flow_csv import read_flow_csv
from minewatch.readers.flows_of_capture import read_capture
from minewatch.readers.http import body_text, parse_head
from minewatch.readers.names import Names
from minewatch.readers.netflow import read_netflow
from minewatch.readers.packets import Decoder
from minewatch.readers.session import Session
from minewatch.readers.stratum import Interpreter, job_shape
from minewatch.readers.suricata import read_eve
from minewatch.readers.tcp import Limits
from minewatch.readers.tls import TlsHandshake, certificate_names, client_hello_names
from minewatch.readers.traffic_log import TrafficLog
from minewatch.readers.websocket import Frames, looks_like_frame
from minewatch.readers.zeek import read_zeek

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
CAPTURE = talks.pcap(stories.stratum().packets)
CAPTURE_NG = talks.pcapng(stories.monero().packets)
RECORDS = connections.records(connections.miner(1, 0.5))
FLOW_FILES = [
    flow_files.netflow5(RECORDS), flow_files.netflow9(RECORDS), flow_files.ipfix(RECORDS),
    flow_files.nfdump16(RECORDS), flow_files.cesnet(RECORDS),
]  # fmt: skip
TALKS = [make for make, _, _ in stories.MINING.values()]


def facts():
    return FlowFacts("made", (End("10.0.0.1", 1), End("10.0.0.2", 2)), 0.0, 0.0)


def capture(data, limits=None):
    log, found = TrafficLog("made"), []
    read_capture(io.BytesIO(data), "made", lambda seen, _: found.append(seen), log, limits)
    return found, log


def everything(data):
    """Feed ``data`` to every reader of whole files, whatever it is."""
    log = TrafficLog("made")
    sniff.kind_of(data)
    capture(data)
    for reader in (read_netflow, read_zeek, read_eve, read_flow_csv):
        list(reader(io.BytesIO(data), "made", log))


@FUZZ
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_by_every_file_reader(data):
    everything(data)


@FUZZ
@given(st.sampled_from([CAPTURE, CAPTURE_NG, *FLOW_FILES]), st.data())
def test_damaged_files_are_read(good, data):
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        what = data.draw(st.sampled_from(["flip", "cut", "insert", "end"]))
        if what == "flip":
            damaged[place] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del damaged[place : place + data.draw(st.integers(1, 40))]
        elif what == "insert":
            damaged[place:place] = data.draw(st.binary(min_size=1, max_size=40))
        elif place:
            del damaged[place:]
        if not damaged:
            return
    everything(bytes(damaged))


@FUZZ
@given(st.sampled_from([0, 1, 9, 12, 50, 101, 108, 113, 228, 276, 999]), st.binary(max_size=200))
def test_any_frame_is_decoded(link, data):
    Decoder(TrafficLog("made")).decode(link, data, len(data))


@FUZZ
@given(st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=400)), max_size=12))
def test_any_talk_is_read(turns):
    session = Session(facts())
    for way, data in turns:
        session.data(way, 0.0, data)
    session.close()


@FUZZ
@given(st.sampled_from(TALKS), st.randoms(use_true_random=False))
def test_real_talks_in_any_pieces_and_with_holes(make, draw):
    """Cut differently a talk says the same; with holes it says less but never breaks."""
    session = Session(facts())
    for _, packet in make().packets:
        way = 0 if packet[12:16] == b"\x0a\0\0\x05" else 1
        payload = packet[40:]
        while payload:
            size = draw.randint(1, len(payload))
            if draw.random() < 0.05:
                session.gap(way)
            else:
                session.data(way, 0.0, payload[:size])
            payload = payload[size:]
    session.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=70)
    | st.sampled_from(["mining.notify", "mining.subscribe", "ab" * 32, "0x" + "cd" * 32, "17034219", "00ff" + "ff" * 30]),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(
        st.sampled_from(["id", "method", "params", "result", "job", "blob", "target", "job_id", "nonce", "login", "pass", "type",
                         "status", "algo", "edge_bits", "site_key", "data", "midstate", "seed_hash", "proto"]),
        inner, max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip
METHODS = [
    "mining.subscribe", "mining.authorize", "mining.notify", "mining.submit", "mining.set_difficulty", "mining.set_target",
    "mining.set", "mining.hello", "mining.configure", "eth_submitLogin", "eth_getWork", "eth_submitWork",
    "eth_submitHashrate", "login", "submit", "job", "keepalived", "getwork", "getblocktemplate", "submitblock", "solution",
]  # fmt: skip


@settings(FUZZ, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(METHODS), JSON, JSON, JSON), max_size=6))
def test_any_parameters_are_understood_or_left(messages):
    reader = Interpreter(facts())
    for way, method, params, number, result in messages:
        reader.message(way, {"id": number, "method": method, "params": params})
        reader.message(1 - way, {"id": number, "result": result, "error": None})
        reader.message(way, {"type": "job", "params": params})
        reader.message(way, params)
        if isinstance(params, list):
            job_shape([*params, None, None]) if len(params) > 8 else None


@FUZZ
@given(st.binary(max_size=400))
def test_small_parsers(data):
    client_hello_names(data)
    certificate_names(b"\x55\x1d\x11" + data)
    certificate_names(b"\x55\x04\x03" + data)
    TlsHandshake().feed(bytearray(b"\x16\x03\x01" + data))
    list(Frames().feed(bytearray(data)))
    looks_like_frame(data)
    body_text(parse_head(b"POST / HTTP/1.1\r\n" + data), data)
    Names().datagram(0.0, data[:2] + b"\x81" + data[3:])


DEEP = b"[" * 60_000 + b"]" * 60_000
CORPUS = {
    "empty": b"",
    "deep_json": DEEP + b"\n",
    "deep_json_line": b'{"id":1,"method":"mining.notify","params":' + DEEP[:60_000] + b"\n",
    "huge_number": b'{"id":1,"method":"mining.set_difficulty","params":[1' + b"0" * 60_000 + b"]}\n",
    "huge_exponent": b'{"id":1,"method":"mining.set_difficulty","params":[1e999999]}\n',
    "nan": b'{"id":1,"method":"mining.set_difficulty","params":[NaN, Infinity]}\n',
    "no_newline": b'{"id":1,"method":"' + b"a" * 300_000,
    "lone_surrogates": b'{"id":"\\ud800","method":"mining.authorize","params":["\\udfff"]}\n',
    "nulls": b"\0" * 100_000,
    "head_without_end": b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000,
    "endless_length": b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n" + b"x" * 100_000,
    "negative_chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc",
    "huge_chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"x" * 100_000,
    "gzip_bomb": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9999999\r\n\r\n"
    + zlib.compress(bytes(50_000_000), wbits=31),
    "huge_frame": b"\x81\x7f" + b"\x7f" * 8 + b"{" * 1000,
    "tls_length": b"\x16\x03\x01\xff\xff" + b"\x01" * 70_000,
    "tls_endless": b"".join(b"\x16\x03\x01\x00\x04\x04\xff\xff\xff" for _ in range(10_000)),
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_is_survived_in_little_memory(name):
    tracemalloc.start()
    try:
        session = Session(facts())
        for at in range(0, len(CORPUS[name]), 1400):
            session.data(0, 0.0, CORPUS[name][at : at + 1400])
        session.close()
        talk = talks.Talk().miner(CORPUS[name][:200_000])
        capture(talks.pcap(talk.packets))
        for reader in (read_zeek, read_eve):
            list(reader(io.BytesIO(CORPUS[name]), "made", TrafficLog("made")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24_000_000


def flood(number):
    """A pcap stream of ``number`` packets of ever new flows with holes, fragments and unfinished lines, never held whole."""
    draw = random.Random(1)
    yield talks.pcap([])
    for index in range(number):
        source = f"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}"
        payload = b'{"id":1,"method":"mining.subscribe","params":["' + draw.randbytes(200)
        seq = draw.choice([1000, 5000, 90_000])
        body = talks.tcp(40_000 + index % 5, 3333, seq, 1, 24, payload)
        packet = talks.ipv4(source if index % 3 else "10.9.9.9", "198.51.100.7", 6, body)
        if index % 7 == 0:
            packet = talks.fragments(packet, 64)[0]
        frame = talks.ethernet(packet)
        yield struct.pack("<IIII", 1_700_000_000 + index // 100, 0, len(frame), len(frame)) + frame


class Streamed(io.RawIOBase):
    """A stream made of pieces as they are read."""

    def __init__(self, pieces):
        self.pieces, self.rest = pieces, b""

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self.rest) < len(buffer):
            piece = next(self.pieces, b"")
            if not piece:
                break
            self.rest += piece
        size = min(len(self.rest), len(buffer))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


def test_memory_stays_flat_however_many_flows_come():
    peaks = []
    # In a process full of other tests' objects the collector would seldom run: set those aside.
    gc.freeze()
    gc.collect()
    for number in (8_000, 24_000):
        tracemalloc.start()
        try:
            stream = io.BufferedReader(Streamed(flood(number)), 1 << 16)
            log = TrafficLog("made")
            seen = []
            count = read_capture(
                stream,
                "made",
                lambda *one, seen=seen: seen.append(len(one)),
                log,
                Limits(flows=200, pending_total=1 << 18),
            )
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert count == number
        assert len(seen) > number // 3
    gc.unfreeze()
    assert peaks[1] < peaks[0] * 1.3
    assert log.found["flow_evicted"].count > 10_000


def test_a_terabyte_of_faults_makes_a_short_list():
    lines = b"nonsense\n" * 50_000
    log = TrafficLog("made")
    assert list(read_eve(io.BytesIO(lines), "made", log)) == []
    assert [(one.code, one.count) for one in log.issues] == [("line_unreadable", 50_000)]


def test_eve_with_wrong_types_is_survived():
    log = TrafficLog("made")
    for kind in ("alert", "flow", "tls", "http", "dns", "netflow"):
        for inner in (None, [], 5, "x", {}, {"answers": [5]}, {"sni": 5, "queries": [7]}):
            event = {"event_type": kind, "src_ip": "10.0.0.1", "dest_ip": 5, "timestamp": "x", kind: inner}
            for stamp in ("x", "2020-01-01T00:00:00Z", 5, None):
                data = json.dumps(event | {"timestamp": stamp}).encode()
                list(read_eve(io.BytesIO(data), "made", log))
