"""The slow, obvious twin of ``kernels/chain.py``: Python integers of any size, one block after the other."""

import math

M64 = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
LIMIT = 0xFFFF << 208


def mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & M64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & M64
    return x ^ (x >> 31)


class Stream:
    def __init__(self, seed, trial):
        self.state = mix((seed + STEP * (trial + 1)) & M64)

    def uniform(self):
        self.state = (self.state + STEP) & M64
        return ((mix(self.state) >> 11) + 0.5) * 2.0**-53

    def normal(self):
        u, v = self.uniform(), self.uniform()
        return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


def retarget(mantissa, size, span):
    span = min(max(span, 302_400), 4_838_400)
    target = min((mantissa << 8 * (size - 3)) * span // 1_209_600, LIMIT)
    size = (target.bit_length() + 7) // 8
    mantissa = target >> 8 * (size - 3)
    if mantissa & 0x800000:
        mantissa, size = mantissa >> 8, size + 1
    return mantissa, size


def factor_at(times, factors, t):
    return factors[max(i for i, time in enumerate(times) if time <= t or i == 0)]


def next_boundary(times, t):
    day = 86400.0 * (math.floor(t / 86400.0) + 1)
    return min([day, *[time for time in times if time > t]])


def trial(chain, weather, times, factors, window, seed, number, retargets, days):
    """One trial as a dictionary of what ``run_trials`` writes into its row; intervals as a list."""
    count_from, horizon, on_time = window
    stream = Stream(seed, number)
    base = chain.hashrate * math.exp(weather.at_start * stream.normal())
    height, epoch_time, mantissa, size = chain.height, chain.epoch_time, chain.mantissa, chain.size
    found = {"time": [], "bits": [], "days": [0] * days, "gaps": [], "recovered": math.nan}
    t, counted = 0.0, False
    while t < horizon:
        begun, left = t, -math.log(stream.uniform()) * 256.0 ** (35 - size) / mantissa
        while True:
            rate, boundary = base * factor_at(times, factors, t), next_boundary(times, t)
            if t + left / rate <= boundary:
                t += left / rate
                break
            left -= rate * (boundary - t)
            t = boundary
            if t % 86400.0 == 0:
                base *= math.exp(weather.trend + weather.per_day * stream.normal())
        height += 1
        day = int((chain.time % 86400 + t) // 86400.0)
        if day < days:
            found["days"][day] += 1
        stamp = chain.time + math.floor(t)
        if height % 2016 == 0:
            epoch_time = stamp
            found["time"].append(t)
            found["bits"].append(size << 24 | mantissa)
            expected = 256.0 ** (35 - size) / mantissa / (base * factor_at(times, factors, t))
            counted = bool(found["gaps"])
            if math.isnan(found["recovered"]) and t >= count_from and expected <= on_time:
                found["recovered"] = t
        elif not counted and begun >= count_from:
            found["gaps"].append(t - begun)
        if height % 2016 == 2015:
            mantissa, size = retarget(mantissa, size, stamp - epoch_time)
    found["time"], found["bits"] = found["time"][:retargets], found["bits"][:retargets]
    return found
