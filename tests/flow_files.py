"""Files of flow records written by the tests: NetFlow v5 and v9, IPFIX, nfdump's and CESNET's CSV."""

import socket
import struct
from datetime import UTC, datetime

BOOT = 1_699_000_000


def _inet(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def netflow5(records):
    out = b""
    for at in range(0, len(records), 30):
        piece = records[at : at + 30]
        now = int(max(one.end for one in piece)) + 1
        out += struct.pack(">HHIIIIBBH", 5, len(piece), (now - BOOT) * 1000 & 0xFFFFFFFF, now, 0, at, 0, 0, 0)
        for one in piece:
            first, last = (int((time - BOOT) * 1000) for time in (one.start, one.end))
            out += _inet(one.client) + _inet(one.server) + bytes(4) + struct.pack(
                ">HHIIIIHHBBBBHHBBH", 1, 2, one.packets, one.octets, first, last, one.client_port, one.server_port,
                0, one.flags & 0xFF, 6, 0, 0, 0, 24, 24, 0,
            )  # fmt: skip
    return out


def _netflow9_data(one):
    first, last = (int((time - BOOT) * 1000) for time in (one.start, one.end))
    return _inet(one.client) + _inet(one.server) + struct.pack(
        ">HHBBIIII", one.client_port, one.server_port, 6, one.flags & 0xFF, one.packets, one.octets, first, last
    )  # fmt: skip


def netflow9(records, *, template=True):
    fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (2, 4), (1, 4), (22, 4), (21, 4)]
    out = b""
    for at in range(0, len(records), 20):
        piece = records[at : at + 20]
        now = int(max(one.end for one in piece)) + 1
        sets = b""
        if template and at == 0:
            body = struct.pack(">HH", 260, len(fields)) + b"".join(struct.pack(">HH", *one) for one in fields)
            sets += struct.pack(">HH", 0, len(body) + 4) + body
        data = b"".join(_netflow9_data(one) for one in piece)
        data += b"\0" * (-len(data) % 4)
        sets += struct.pack(">HH", 260, len(data) + 4) + data
        out += struct.pack(">HHIIII", 9, len(piece), (now - BOOT) * 1000 & 0xFFFFFFFF, now, at, 7) + sets
    return out


def ipfix(records):
    """Biflows with RFC 5103's reverse elements and milliseconds, an unknown vendor field of variable length among them."""
    fields = [(27, 16), (28, 16)] if ":" in records[0].client else [(8, 4), (12, 4)]
    fields += [(7, 2), (11, 2), (4, 1), (6, 1), (2, 8), (1, 8), (152, 8), (153, 8)]
    spec = b"".join(struct.pack(">HH", *one) for one in fields)
    spec += struct.pack(">HHI", 2 | 0x8000, 8, 29305) + struct.pack(">HHI", 1 | 0x8000, 8, 29305)
    spec += struct.pack(">HHI", 77 | 0x8000, 0xFFFF, 9999)
    body = struct.pack(">HH", 300, len(fields) + 3) + spec
    out = _ipfix_message(struct.pack(">HH", 2, len(body) + 4) + body, 0)
    for at in range(0, len(records), 20):
        data = b""
        for one in records[at : at + 20]:
            data += _inet(one.client) + _inet(one.server) + struct.pack(
                ">HHBBQQQQQQ", one.client_port, one.server_port, 6, one.flags & 0xFF, one.packets, one.octets,
                int(one.start * 1000), int(one.end * 1000), max(0, one.packets_back), max(0, one.octets_back),
            ) + b"\x03abc"  # fmt: skip
        out += _ipfix_message(struct.pack(">HH", 300, len(data) + 4) + data, at)
    return out


def _ipfix_message(sets, number):
    return struct.pack(">HHIII", 10, 16 + len(sets), 1_700_000_000, number, 7) + sets


def _text(time):
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def nfdump16(records):
    rows = ["ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln"]
    for one in records:
        flags = ("P" if one.flags & 8 else ".").rjust(4, ".").replace("...", "..A") + "..."
        rows.append(
            f"{_text(one.start)},{_text(one.end)},{one.end - one.start:.3f},{one.client},{one.server},{one.client_port},"
            f"{one.server_port},TCP,{flags},0,0,{one.packets},{one.octets},{max(0, one.packets_back)},"
            f"{max(0, one.octets_back)},1,2,0,0,0,0,0,0,0.0.0.0,0.0.0.0,0,0"
        )
    return "\n".join([*rows, "Summary", "flows,bytes,packets,avg_bps,avg_pps,avg_bpp", "1,2,3,4,5,6", ""]).encode()


def nfdump17(records):
    rows = ["firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows"]
    rows += [
        f"{_text(one.start)},{one.end - one.start:.3f},TCP,{one.client},{one.client_port},{one.server},{one.server_port},"
        f"{one.packets},{one.octets},1"
        for one in records
    ]
    return "\n".join([*rows, ""]).encode()


CESNET = (
    "ipaddr DST_IP,ipaddr SRC_IP,uint64 BYTES,uint64 BYTES_REV,uint64 LINK_BIT_FIELD,time TIME_FIRST,time TIME_LAST,"
    "uint32 PACKETS,uint32 PACKETS_REV,uint16 DST_PORT,uint16 SRC_PORT,uint8 PROTOCOL,uint8 TCP_FLAGS,"
    "uint8 TCP_FLAGS_REV,int8* PPI_PKT_DIRECTIONS,uint8* PPI_PKT_FLAGS,uint16* PPI_PKT_LENGTHS,time* PPI_PKT_TIMES,"
    "string TLS_SNI,bytes IDP_CONTENT,bytes IDP_CONTENT_REV"
)


def cesnet(records, *, early=(), name="", first=b""):
    """``early``: (way, payload, time) of the first packets, for the first record."""
    rows = [CESNET]
    for number, one in enumerate(records):
        shown = early if number == 0 else ()
        ways = "[" + "|".join("1" if way == 0 else "-1" for way, _, _ in shown) + "]"
        flags = "[" + "|".join("24" for _ in shown) + "]"
        lengths = "[" + "|".join(str(size) for _, size, _ in shown) + "]"
        times = "[" + "|".join(_text(time).replace(" ", "T") for _, _, time in shown) + "]"
        rows.append(
            f"{one.server},{one.client},{one.octets},{max(0, one.octets_back)},1,{_text(one.start).replace(' ', 'T')},"
            f"{_text(one.end).replace(' ', 'T')},{one.packets},{max(0, one.packets_back)},{one.server_port},"
            f"{one.client_port},6,{one.flags},{one.flags},{ways},{flags},{lengths},{times},{name},{first.hex()},"
        )
    return "\n".join([*rows, ""]).encode()
