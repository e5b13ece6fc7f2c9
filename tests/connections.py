"""Simulated long TCP connections, a miner's and its look-alikes', as packets and as a collector's records.

Everything here is simulated: it shows what the rules do with shapes we thought of, not how often real traffic has them.
"""

import random

from minewatch.model.traffic import FlowRecord

ACTIVE = 300.0
START = 1_700_000_000.0
HEADERS = 52


def _talk(seed, hours, steps):
    """Packets (time, way, payload) of ``steps(draw)``, which yields (wait, [(way, payload)…]); each payload is acknowledged."""
    draw = random.Random(seed)
    time, packets = START, []
    for wait, messages in steps(draw):
        time += wait
        if time > START + hours * 3600:
            return packets
        for way, size in messages:
            packets += [(time, way, size), (time + 0.02, 1 - way, 0)]
    return packets


def miner(seed, hours=6, *, every=12.0, share=104, job=640, answer=40):
    """Shares at random times, each answered; a job every half minute; way 0 is the miner."""

    def steps(draw):
        next_job, next_share = 30.0, draw.expovariate(1 / every)
        now = 0.0
        while True:
            at = min(next_job, next_share)
            if next_share <= next_job:
                next_share += draw.expovariate(1 / every)
                yield at - now, [(0, share + draw.randint(0, 3)), (1, answer)]
            else:
                next_job += draw.choice([20.0, 30.0, 30.0, 45.0])
                yield at - now, [(1, job + draw.randint(0, 6))]
            now = at

    return _talk(seed, hours, steps)


def _repeating(step):
    def steps(draw):
        while True:
            yield step(draw)

    return steps


def ssh(seed, hours=6):
    """A person: bursts of keys, long pauses."""

    def steps(draw):
        while True:
            yield draw.expovariate(1 / 500), []
            for _ in range(draw.randint(20, 400)):
                yield draw.expovariate(4), [(0, 36), (1, draw.choice([36, 36, 68, 900]))]

    return _talk(seed, hours, steps)


LOOK_ALIKES = {
    "ssh": ssh,
    "keep_alive": lambda seed, hours=6: _talk(seed, hours, _repeating(lambda _: (30.0, [(0, 2), (1, 2)]))),
    "polling": lambda seed, hours=6: _talk(seed, hours, _repeating(lambda _: (1.0, [(0, 12), (1, 29)]))),
    "slow_polling": lambda seed, hours=6: _talk(seed, hours, _repeating(lambda _: (5.0, [(0, 66), (1, 180)]))),
    "sensor": lambda seed, hours=6: _talk(
        seed, hours, _repeating(lambda draw: (draw.uniform(9, 11), [(0, draw.randint(80, 160)), (1, 4)]))
    ),
    "push": lambda seed, hours=6: _talk(
        seed, hours, _repeating(lambda draw: (draw.expovariate(1 / 300), [(1, draw.randint(100, 2000)), (0, 30)]))
    ),
    "ticker": lambda seed, hours=6: _talk(
        seed, hours, _repeating(lambda draw: (draw.expovariate(2), [(1, draw.randint(100, 500))]))
    ),
    "chat": lambda seed, hours=6: _talk(
        seed, hours,
        _repeating(lambda draw: (draw.paretovariate(0.7) * 3, [(draw.choice([0, 1, 1, 1]), draw.randint(40, 600))])),
    ),
    "video": lambda seed, hours=6: _talk(
        seed, min(hours, 1), _repeating(lambda draw: (0.3, [(1, 1400)] * draw.randint(1, 3)))
    ),
    "download": lambda seed, hours=6: _talk(seed, min(hours, 0.4), _repeating(lambda _: (0.05, [(1, 1400)] * 2))),
    "database": lambda seed, hours=6: _talk(
        seed, hours,
        _repeating(lambda draw: (draw.paretovariate(0.9) * 2, [(0, draw.randint(80, 900)), (1, draw.randint(60, 9000))])),
    ),
}  # fmt: skip


def pieces(packets, *, active=ACTIVE):
    """A collector's cuts: (start, end, packets by way, bytes by way, flags) a piece."""
    cut = []
    for time, way, size in packets:
        if not cut or time - cut[-1][0] >= active:
            cut.append([time, time, [0, 0], [0, 0], 0])
        piece = cut[-1]
        piece[1] = time
        count = max(1, -(-size // 1448))
        piece[2][way] += count
        piece[3][way] += size + HEADERS * count
        piece[4] |= 0x18 if size else 0x10
    return cut


def records(packets, *, biflow=True, client="10.1.2.3", server="198.51.100.7", ports=(50505, 3333)):
    """Records of one connection."""
    made = []
    for start, end, counts, octets, flags in pieces(packets):
        if biflow:
            made.append(
                FlowRecord(
                    "made",
                    start,
                    end,
                    client,
                    ports[0],
                    server,
                    ports[1],
                    6,
                    counts[0],
                    octets[0],
                    counts[1],
                    octets[1],
                    flags,
                )
            )
        else:
            made.append(
                FlowRecord("made", start, end, client, ports[0], server, ports[1], 6, counts[0], octets[0], flags=flags)
            )
            made.append(
                FlowRecord("made", start, end, server, ports[1], client, ports[0], 6, counts[1], octets[1], flags=flags)
            )
    return made
