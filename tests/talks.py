"""Captures written by the tests: TCP talks as frames of any link layer, in pcap or pcapng files."""

import random
import socket
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START = 1_700_000_000.0


def ipv4(source, target, protocol, body, *, identity=1, fragment=0):
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), identity, fragment, 64, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(target),
    )  # fmt: skip
    return head + body


def ipv6(source, target, protocol, body, *, extensions=()):
    chain = b""
    following = protocol
    for kind, content in reversed(extensions):
        chain = bytes([following]) + content + chain
        following = kind
    body = chain + body
    return (
        struct.pack(">IHBB", 6 << 28, len(body), following, 64)
        + socket.inet_pton(socket.AF_INET6, source)
        + socket.inet_pton(socket.AF_INET6, target)
        + body
    )


def tcp(source_port, target_port, seq, ack, flags, payload=b""):
    return (
        struct.pack(">HHIIBBHHH", source_port, target_port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 8192, 0, 0)
        + payload
    )


def udp(source_port, target_port, payload):
    return struct.pack(">HHHH", source_port, target_port, 8 + len(payload), 0) + payload


class Talk:
    """One TCP connection: ``miner`` and ``pool`` add payload, ``packets`` is a list of (time, IP packet)."""

    def __init__(self, client="10.0.0.5", server="203.0.113.9", ports=(50123, 3333), *, start=START, shake=True):
        self.client, self.server, self.ports = client, server, ports
        self.time = start
        self.seq = [1000, 0xFFFFFF00]  # the server's wraps
        self.packets = []
        if shake:
            self._send(0, SYN)
            self.seq[0] += 1
            self._send(1, SYN | ACK)
            self.seq[1] += 1
            self._send(0, ACK)

    def _send(self, way, flags, payload=b""):
        source, target = (self.client, self.server) if way == 0 else (self.server, self.client)
        ports = self.ports if way == 0 else self.ports[::-1]
        ack = 0 if flags == SYN else self.seq[1 - way]
        body = tcp(*ports, self.seq[way], ack, flags, payload)
        packet = ipv6(source, target, 6, body) if ":" in source else ipv4(source, target, 6, body)
        self.packets.append((self.time, packet))
        self.time += 0.05

    def say(self, way, payload, *, after=0.0, cut=1400):
        self.time += after
        if isinstance(payload, str):
            payload = payload.encode()
        for at in range(0, len(payload), cut):
            piece = payload[at : at + cut]
            self._send(way, PSH | ACK, piece)
            self.seq[way] = (self.seq[way] + len(piece)) & 0xFFFFFFFF
        return self

    def miner(self, payload, **more):
        return self.say(0, payload, **more)

    def pool(self, payload, **more):
        return self.say(1, payload, **more)

    def end(self):
        self._send(0, FIN | ACK)
        self._send(1, FIN | ACK)
        return self


def ethernet(packet, *, tags=()):
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    out = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02"
    for tag in tags:
        out += struct.pack(">HH", tag, 42)
    frame = out + struct.pack(">H", kind) + packet
    return frame + b"\0" * max(0, 60 - len(frame))


def cooked(packet):
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack(">HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\x01\0\0", kind) + packet


def cooked2(packet):
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack(">HHIHBB8s", kind, 0, 1, 1, 0, 6, b"\x02\0\0\0\0\x01\0\0") + packet


def loopback(packet):
    return struct.pack("<I", 30 if packet[0] >> 4 == 6 else 2) + packet


def pppoe(packet):
    head = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02" + struct.pack(">HBBHH", 0x8864, 0x11, 0, 7, len(packet) + 2)
    return head + struct.pack(">H", 0x57 if packet[0] >> 4 == 6 else 0x21) + packet


LINKS = {
    "ethernet": (1, ethernet),
    "vlan": (1, lambda packet: ethernet(packet, tags=(0x8100,))),
    "qinq": (1, lambda packet: ethernet(packet, tags=(0x88A8, 0x8100))),
    "pppoe": (1, pppoe),
    "raw": (101, lambda packet: packet),
    "raw12": (12, lambda packet: packet),
    "cooked": (113, cooked),
    "cooked2": (276, cooked2),
    "loopback": (0, loopback),
}


def pcap(packets, link="ethernet", *, order="<", nano=False, snap=65535):
    number, wrap = LINKS[link]
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, number)]
    for time, packet in packets:
        frame = wrap(packet)
        fraction = int((time % 1) * (1e9 if nano else 1e6))
        out.append(struct.pack(order + "IIII", int(time), fraction, min(len(frame), snap), len(frame)) + frame[:snap])
    return b"".join(out)


def _block(order, kind, body):
    size = 12 + len(body)
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def pcapng(packets, link="ethernet", *, order="<", resolution=6):
    number, wrap = LINKS[link]
    out = [_block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    option = struct.pack(order + "HHB3x", 9, 1, resolution) + struct.pack(order + "HH", 0, 0)
    out.append(_block(order, 1, struct.pack(order + "HHI", number, 0, 0) + option))
    for time, packet in packets:
        frame = wrap(packet)
        stamp = int(time * 10**resolution)
        body = struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(frame), len(frame))
        out.append(_block(order, 6, body + frame + b"\0" * (-len(frame) % 4)))
    return b"".join(out)


def fragments(packet, size=64):
    """An IPv4 packet cut into fragments of ``size`` payload bytes (a multiple of 8), last first."""
    body = packet[20:]
    source, target = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
    pieces = []
    for at in range(0, len(body), size):
        more = 0x2000 if at + size < len(body) else 0
        pieces.append(
            ipv4(
                source,
                target,
                packet[9],
                body[at : at + size],
                identity=packet[4] * 256 + packet[5],
                fragment=more | at // 8,
            )
        )
    return pieces[::-1]


def client_hello(name):
    host = name.encode()
    entry = struct.pack(">BH", 0, len(host)) + host
    extension = struct.pack(">HHH", 0, len(entry) + 2, len(entry)) + entry
    body = b"\x03\x03" + bytes(32) + b"\0" + struct.pack(">H", 2) + b"\x13\x01" + b"\x01\0"
    body += struct.pack(">H", len(extension)) + extension
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def _der(tag, body):
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + head + body


def certificate_record(names):
    """A TLS 1.2 server flight whose certificate holds only what carries names."""
    listed = _der(0x30, b"".join(_der(0x82, name.encode()) for name in names))
    extension = _der(0x30, b"\x06\x03\x55\x1d\x11" + _der(0x04, listed))
    certificate = _der(0x30, _der(0x30, bytes(200) + extension))
    chain = len(certificate).to_bytes(3, "big") + certificate
    body = len(chain).to_bytes(3, "big") + chain
    hello = b"\x02" + (70).to_bytes(3, "big") + bytes(70)
    message = hello + b"\x0b" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + struct.pack(">H", len(message)) + message


def frame(text, *, masked, first=0x81):
    body = text.encode() if isinstance(text, str) else text
    size = len(body)
    head = bytes([first])
    mark = 0x80 if masked else 0
    head += bytes([mark | size]) if size < 126 else bytes([mark | 126]) + struct.pack(">H", size)
    if not masked:
        return head + body
    key = b"\x11\x22\x33\x44"
    return head + key + bytes(one ^ key[at % 4] for at, one in enumerate(body))


def sealed(size, seed):
    return random.Random(seed).randbytes(size)


def dns_answer(name, address):
    asked = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    question = asked + struct.pack(">HH", 1, 1)
    answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
    return struct.pack(">HHHHHH", 7, 0x8180, 1, 1, 0, 0) + question + answer
