"""A capture of any length, made while it is read: one block of packets again and again, each time of other hosts and later.

The mix is simulated: bulk TLS downloads, HTTP pages with JSON, small interactive talks, DNS, and a few mining talks.
"""

import io
import random
import struct
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

import stories
import talks

START = 1_700_000_000
BLOCK_SECONDS = 120

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


def block(seed: int = 1, downloads: int = 40) -> tuple[Bytes, Places, Places]:
    """Make one block: its bytes, and where in it times and the third byte of client addresses stand."""
    draw = random.Random(seed)
    made = []
    for number in range(downloads):
        talk = talks.Talk(client=f"10.0.0.{number + 1}", ports=(40_000 + number, 443), start=float(START + number % 60))
        talk.miner(talks.client_hello("cdn.example.org"))
        for _ in range(60):
            talk.pool(b"\x17\x03\x03\x40\x00" + draw.randbytes(11_000), cut=1400)
            talk.miner(b"\x17\x03\x03\x00\x40" + draw.randbytes(64))
        made += talk.packets
    for number in range(downloads):
        talk = talks.Talk(client=f"10.0.0.{number + 1}", ports=(50_000 + number, 80), start=float(START + number % 60))
        for page in range(10):
            talk.miner("GET /api HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
            talk.pool(stories.reply({"items": [draw.randint(0, 9) for _ in range(800)], "page": page}))
        made += talk.packets
    for number in range(20):
        talk = talks.Talk(client=f"10.0.0.{number + 100}", ports=(51_000 + number, 22), start=float(START + number))
        for _ in range(60):
            talk.miner(draw.randbytes(48)).pool(draw.randbytes(64))
        made += talk.packets
    made += stories.stratum(client="10.0.0.200", start=float(START)).packets
    made += stories.monero(client="10.0.0.201", start=float(START)).packets
    made.sort(key=lambda one: one[0])
    data, times, hosts = bytearray(), [], []
    for time, packet in made:
        frame = talks.ethernet(packet)
        times.append(len(data))
        hosts.append(len(data) + 16 + 14 + (14 if packet[12] == 10 else 18))
        data += struct.pack("<IIII", int(time), int(time % 1 * 1e6), len(frame), len(frame)) + frame
    return np.frombuffer(bytes(data), np.uint8), np.array(times), np.array(hosts)


def pieces(size: float) -> Iterator[bytes]:
    """Yield the bytes of a capture of about ``size`` bytes, block by block."""
    data, times, hosts = block()
    seconds = data[times[:, None] + np.arange(4)].copy().view("<u4")[:, 0]
    yield talks.pcap([])
    made = 24
    for number in count():
        if made >= size:
            return
        one = data.copy()
        later = (seconds + number * BLOCK_SECONDS).astype("<u4")
        one[times[:, None] + np.arange(4)] = later[:, None].view(np.uint8)
        one[hosts] = number % 250
        yield one.tobytes()
        made += one.size


class MadeStream(io.RawIOBase):
    """``pieces`` as a stream."""

    def __init__(self, size: float) -> None:
        self.source = pieces(size)
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        """Only ever read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Hand on the next bytes."""
        if not self.rest:
            self.rest = memoryview(next(self.source, b""))
        size = min(len(self.rest), len(buffer))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size
