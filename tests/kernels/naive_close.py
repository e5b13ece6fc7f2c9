"""Slow, obvious twins of the looks taken closely: envelope, peaks, plateaus, jolts, noise by level, drops."""

import itertools

import numpy as np

from kernels.naive import q, ratio, read


def envelope(values):
    """Lowest over six hours on, highest of that over six back; highest over four on, lowest of that over four back."""

    def window(series, width, ahead, pick):
        parts = [series[t : t + width] if ahead else series[max(t - width + 1, 0) : t + 1] for t in range(len(series))]
        return np.array([pick(read(part)) if read(part).size else np.nan for part in parts])

    out = window(values, 6, True, np.min)
    out = window(out, 6, False, np.max)
    out = window(out, 4, True, np.max)
    return window(out, 4, False, np.min)


def peaks(values, size, hours):
    chosen = read([v for t, v in enumerate(values) if t % 24 < hours])
    out = [np.nan] * 12
    if chosen.size < 24:
        return out
    place = np.clip((chosen / size / 0.01), 0, 299).astype(int)
    mass = np.bincount(place, minlength=300) / chosen.size
    three = np.array([0, *(mass[k - 1 : k + 2].sum() for k in range(1, 299)), 0])
    taken, total = [], 0.0
    for peak in range(3):
        open_ = [k for k in range(1, 299) if all(abs(k - other) >= 6 for other in taken) and three[k] > 0]
        if not open_:
            break
        best = max(open_, key=lambda k: three[k])
        total += three[best]
        taken.append(best)
        if peak == 2:
            out[8:10] = three[best], best * 0.01
        else:
            around = sum(mass[k] for k in range(max(best - 12, 0), min(best + 13, 300)) if abs(k - best) > 2)
            height = np.log((three[best] + 0.003) / (around * 3 / 20 + 0.003))
            out[4 * peak : 4 * peak + 4] = three[best], best * 0.01, mass[:best].sum(), height
    out[10] = total
    if len(taken) > 1:
        low = min(1.0, *three[min(taken[:2]) + 1 : max(taken[:2])])
        out[11] = np.log((min(out[0], out[4]) + 0.003) / (low + 0.003))
    return out


def plateaus(curve, size):
    """(start, end, level) of each."""
    found, run = [], []
    for t, value in enumerate([*curve, np.nan]):
        if run:
            level = np.mean(run)
            if abs(value - level) <= 0.02 * size + 0.01 * abs(level):
                run.append(value)
                continue
            if len(run) >= 7:
                found.append((t - len(run), t, level))
        run = [] if np.isnan(value) else [value]
    return found


def commonest(sizes):
    return max(sum(top / 1.16 <= size <= top for size in sizes) for top in sizes)


def plateau_look(values, curve, size):
    found = plateaus(curve, size)
    long = np.array([end - start for start, end, _ in found])
    levels = np.array([level for _, _, level in found])
    away = [abs(v - level) for start, end, level in found for v in values[start:end] if abs(v - level) < 0.03 * size]
    variance = np.average((levels - np.average(levels, weights=long)) ** 2, weights=long)
    out = [long.sum() / len(values), np.log(np.median(long)), len(found) / len(values) * 24]
    out += [len(away) / long.sum(), q(away, 0.5) / size]
    jumps = [
        (after[0] % 24, after[2] - before[2])
        for before, after in itertools.pairwise(found)
        if after[0] - before[1] <= 2 and abs(after[2] - before[2]) > 0.05 * size
    ]
    sizes = [abs(step) / size for _, step in jumps]
    out.append(len(jumps) / len(values) * 24)
    if not jumps:
        return [*out, *[np.nan] * 8, np.sqrt(variance) / size]
    ups = sum(step > 0 for _, step in jumps)
    return [
        *out,
        q(sizes, 0.5),
        ratio(q(sizes, 0.75) - q(sizes, 0.25), q(sizes, 0.5)),
        commonest(sizes) / len(jumps),
        sum(hour < 6 or hour >= 22 for hour, _ in jumps) / len(jumps),
        np.bincount([hour for hour, _ in jumps]).max() / len(jumps),
        min(ups, len(jumps) - ups) / len(jumps),
        max(sizes),
        np.mean([step**2 for _, step in jumps]) / (variance + 1e-9),
        np.sqrt(variance) / size,
    ]


def usual_changes(values, kinds, size):
    change = np.concatenate([[np.nan], np.diff(values)]).reshape(-1, 24)
    out = np.zeros((2, 24, 2))
    for kind in (0, 1):
        for hour in range(24):
            some = read(change[kinds == kind, hour])
            middle = q(some, 0.5) if some.size else 0.0
            out[kind, hour] = middle, 1.48 * (q(np.abs(some - middle), 0.5) if some.size else 0.0) + 0.01 * size
        out[kind, :, 0] -= out[kind, :, 0].mean()
    return out


def jolt_look(values, kinds, size):
    usual = usual_changes(values, kinds, size)
    kind, hour = np.repeat(kinds, 24), np.arange(len(values)) % 24
    rest = values - np.cumsum(usual[kind, hour, 0])
    odd = np.abs(np.diff(values) - usual[kind, hour, 0][1:]) / usual[kind, hour, 1][1:]
    found, t = [], 5
    while t < len(values) - 5:
        left, right = rest[t - 5 : t], rest[t + 1 : t + 6]
        step = right.mean() - left.mean()
        uneven = (np.abs(left - left.mean()).sum() + np.abs(right - right.mean()).sum()) / 10
        if abs(step) >= 0.06 * size and uneven < 0.15 * abs(step):
            found.append((t % 24, step, max(abs(rest[t] - rest[t - 1]), abs(rest[t + 1] - rest[t]))))
            t += 5
        else:
            t += 1
    days, n = len(values) / 24, len(found)
    ups = sum(step > 0 for _, step, _ in found)
    sizes = [abs(step) / size for _, step, _ in found]
    clock = np.sort(np.bincount([h for h, _, _ in found], minlength=24))
    pairs = sum(b[1] * a[1] < 0 and abs(abs(a[1]) - abs(b[1])) < 0.1 * abs(b[1]) for a, b in itertools.pairwise(found))
    return [
        ups / days,
        (n - ups) / days,
        q(sizes, 0.5),
        ratio(q(sizes, 0.75) - q(sizes, 0.25), q(sizes, 0.5)),
        commonest(sizes) / n,
        min(ups, n - ups) / n,
        sum(h < 6 or h >= 22 for h, _, _ in found) / n,
        clock[-1] / n,
        max(sizes),
        np.log(q(odd, 0.99) + 0.1),
        np.log(q(odd, 0.999) + 0.1),
        np.log(q(odd[hour[1:] < 6], 0.99) + 0.1),
        sum(quick / abs(step) for _, step, quick in found) / n,
        (n - clock[-1] - clock[-2]) / days,
        q(sizes, 0.9),
        pairs / n,
    ]


def noise_by_level(values, lag, size):
    last = len(values) - 1
    if lag == 1:
        level = 0.5 * (values[: last - 1] + values[2 : last + 1])
        change = np.abs(values[1:last] - level)
    else:
        level = 0.5 * (values[lag:last] + values[: last - lag])
        change = np.abs(values[lag:last] - values[: last - lag])
    level, change = level[~np.isnan(change)], change[~np.isnan(change)]
    ordered = np.sort(level)
    borders = [-np.inf, *(ordered[len(level) * i // 10] for i in range(1, 10)), np.inf]
    tenths = [(level > low) & (level <= high) for low, high in itertools.pairwise(borders)]
    return np.array([[level[t].mean(), np.median(change[t])] for t in tenths if t.sum() >= 5]).T / size


def quiet_look(values, size):
    out = []
    for lag in (1, 24):
        levels, noise = noise_by_level(values, lag, size)
        slope, base = np.polyfit(levels, noise, 1)
        some = [np.clip(-base / slope, -3, 3), np.corrcoef(levels, noise)[0, 1] ** 2, noise[0], noise[-1]]
        if lag == 1:
            out += [*some, noise.min(), levels[0], slope, noise[0] / (levels[0] + 0.01)]
        else:
            out += [*some, slope]
    return out


def drop_look(values, size, per_hour):
    values = np.asarray(values, np.float64)
    kinds = {"drop": [], "surge": [], "small": [], "small_up": []}
    for width in (1, 2):
        for t in range(3, len(values) - 3 - width):
            left, right = values[t - 3 : t], values[t + width : t + width + 3]
            value = values[t : t + width].mean()
            if np.isnan(left.sum() + right.sum() + value):
                continue
            uneven = np.abs(left - left.mean()).sum() + np.abs(right - right.mean()).sum()
            for name, size_of in (
                ("drop", min(left.mean(), right.mean()) - value),
                ("surge", value - max(left.mean(), right.mean())),
            ):
                if size_of > uneven + 0.015 * size and abs(left.mean() - right.mean()) < 0.3 * size_of:
                    small = "small" if name == "drop" else "small_up"
                    kinds[name if size_of > 0.05 * size else small].append((t // per_hour % 24, size_of / size))
    deep = [depth for _, depth in kinds["drop"]]
    days = len(values) / 24 / per_hour
    return [
        len(deep) / days,
        np.log((len(deep) + 1) / (len(kinds["surge"]) + 1)),
        q(deep, 0.5),
        q(deep, 0.9),
        max(deep, default=np.nan),
        np.mean([h < 6 for h, _ in kinds["drop"]]) if deep else np.nan,
        len(kinds["small"]) / days,
        np.log((len(kinds["small"]) + 1) / (len(kinds["small_up"]) + 1)),
    ]
