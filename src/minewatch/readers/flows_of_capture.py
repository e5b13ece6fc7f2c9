"""A capture file to facts of its flows: frames, packets, TCP, messages, and the DNS names seen on the way."""

from collections.abc import Callable
from typing import BinaryIO

from minewatch.model.traffic import FlowFacts, FlowRecord
from minewatch.readers.captures import frames
from minewatch.readers.names import Names
from minewatch.readers.netflow import ExportDatagrams
from minewatch.readers.packets import Decoder
from minewatch.readers.tcp import FlowTable, Limits
from minewatch.readers.traffic_log import TrafficLog


def read_capture(
    stream: BinaryIO,
    source: str,
    sink: Callable[[FlowFacts, dict[str, str]], None],
    log: TrafficLog,
    limits: Limits | None = None,
    records: Callable[[FlowRecord], None] | None = None,
) -> int:
    """Hand every finished flow that carried payload to ``sink`` with the names resolved for its ends; count frames.

    Flow records exported in datagrams of the capture go to ``records``, where it is given.
    """
    names = Names()

    def finished(facts: FlowFacts) -> None:
        resolved: dict[str, str] = {}
        for end in facts.ends:
            resolved |= names.of(end.address, facts.first_seen)
        sink(facts, resolved)

    table = FlowTable(source, finished, log, limits)
    decoder = Decoder(log)
    exports = ExportDatagrams(source, log)
    count = 0
    for time, link, data, wire in frames(stream, log):
        count += 1
        segment = decoder.decode(link, data, wire)
        if segment is None:
            continue
        if segment.protocol == 6:
            table.add(time, segment)
        elif segment.source_port == 53:
            names.datagram(time, segment.payload)
        elif records is not None and segment.payload[:1] == b"\0":
            for record in exports.records(segment.payload):
                records(record)
    table.close()
    return count
