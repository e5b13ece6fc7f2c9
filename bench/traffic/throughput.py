"""How fast captures are read, as a ratio to dpkt alone, and whether memory stays flat.

Run: ``PYTHONPATH=src:tests:bench/traffic python bench/traffic/throughput.py [--size MB] [--flat GB]``

Three figures (processor time, best of three) on one made file of ``--size`` megabytes: dpkt's reader alone (frames only),
dpkt's reader with its decoding of every frame (Ethernet, IP, TCP), and minewatch's whole way (frames, reassembly, dialects,
decision). Then ``--flat`` gigabytes are streamed through minewatch without a file, and the resident memory is printed
every tenth of the way.
"""

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import dpkt
from made import MadeStream, pieces

from minewatch.detect.pool_index import PoolIndex
from minewatch.detect.traffic import decide
from minewatch.model.traffic import FlowFacts
from minewatch.readers.flows_of_capture import read_capture
from minewatch.readers.pools import SHIPPED, read_pools
from minewatch.readers.traffic_log import TrafficLog

REPEATS = 3
POOLS = PoolIndex(read_pools(SHIPPED))


def frames_only(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in dpkt.pcap.Reader(stream))


def decoded(path: Path) -> int:
    with path.open("rb") as stream:
        found = 0
        for _, frame in dpkt.pcap.Reader(stream):
            ip = dpkt.ethernet.Ethernet(frame).data
            found += isinstance(ip.data, dpkt.tcp.TCP)
        return found


def whole_way(stream: BinaryIO) -> tuple[int, int]:
    found: list[str] = []

    def sink(facts: FlowFacts, resolved: dict[str, str]) -> None:
        sighting = decide(facts, POOLS, resolved)
        if sighting is not None:
            found.append(sighting.dialect)

    frames = read_capture(stream, "made", sink, TrafficLog("made"))
    return frames, len(found)


def from_file(path: Path) -> tuple[int, int]:
    with path.open("rb") as stream:
        return whole_way(stream)


def timed(work: Callable[..., Any], *arguments: object) -> tuple[float, Any]:
    begin = time.process_time()
    result = work(*arguments)
    return time.process_time() - begin, result


def resident() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watched(io.RawIOBase):
    """A stream that prints the resident memory every tenth of ``size``."""

    def __init__(self, inner: io.RawIOBase, size: float) -> None:
        self.inner, self.size, self.passed, self.next, self.begin = inner, size, 0, 0.1, time.perf_counter()

    def readable(self) -> bool:
        """Only ever read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Hand on the next bytes."""
        got = self.inner.readinto(buffer)
        self.passed += got
        if self.passed >= self.next * self.size:
            rate = self.passed / (time.perf_counter() - self.begin) / 1e6
            print(f"  {self.passed / 1e9:6.2f} GB  {resident():7.1f} MiB resident  {rate:5.1f} MB/s", flush=True)
            self.next += 0.1
        return got


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=200, help="megabytes of the file compared on")
    parser.add_argument("--flat", type=float, default=0, help="gigabytes to stream for the memory")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.pcap"
        with path.open("wb") as out:
            for piece in pieces(given.size * 1e6):
                out.write(piece)
        size = path.stat().st_size
        frames = frames_only(path)  # also warms the page cache
        alone = min(timed(frames_only, path)[0] for _ in range(REPEATS))
        decoding = min(timed(decoded, path)[0] for _ in range(REPEATS))
        ours, (read, found) = min((timed(from_file, path) for _ in range(REPEATS)), key=lambda one: one[0])
    assert read == frames
    print(f"{size / 1e6:.0f} MB, {frames:,} frames, {found} mining flows found")
    for name, seconds in (("dpkt, frames only", alone), ("dpkt, decoded", decoding), ("minewatch, whole way", ours)):
        print(f"  {name:22} {seconds:7.2f} s  {size / seconds / 1e6:7.1f} MB/s  {frames / seconds:10,.0f} frames/s")
    print(f"  ratio to dpkt frames only {ours / alone:.2f}, to dpkt decoded {ours / decoding:.2f}")
    if given.flat:
        total = given.flat * 1e9
        stream = io.BufferedReader(Watched(MadeStream(total), total), 1 << 20)
        seconds, (read, found) = timed(whole_way, stream)
        print(f"{given.flat} GB streamed in {seconds:.0f} s: {read:,} frames, {found} mining flows found")


if __name__ == "__main__":
    main()
