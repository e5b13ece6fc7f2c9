"""Slow, obvious twins of the kernels, in NumPy and plain Python; ``test_looks`` pairs kernel, twin and sizes."""

import itertools

import numpy as np

LEVELS = (0.001, 0.01, 0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 0.999)


def read(values):
    values = np.asarray(values, np.float64).ravel()
    return values[~np.isnan(values)]


def q(values, p):
    values = read(values)
    return float(np.quantile(values, p)) if values.size else np.nan


def ratio(a, b):
    return np.nan if np.isnan(a) or np.isnan(b) or b == 0 else float(np.clip(a / b, -50, 50))


def hours_of(kw):
    days, slots = kw.shape
    parts = kw.reshape(days, 24, slots // 24).astype(np.float64)
    count = (~np.isnan(parts)).sum(axis=2)
    total = np.where(np.isnan(parts), 0, parts).sum(axis=2)
    return np.where((2 * count >= slots // 24) & (count > 0), total / np.maximum(count, 1), np.nan).astype(np.float32)


def size_of(hours):
    return np.abs(read(hours)).mean()


def without_stuck(kw, least):
    flat = [float(value) for value in kw.ravel()]
    runs, t = [], 0
    while t < len(flat):
        end = t + 1
        while end < len(flat) and flat[end] == flat[t]:
            end += 1
        runs.append((t, end))
        t = end
    stuck = [(a, b) for a, b in runs if b - a >= least and flat[a] != 0 and not np.isnan(flat[a])]
    others = [(a, b) for a, b in runs if (a, b) not in stuck and not np.isnan(flat[a])]
    out = kw.copy().ravel()
    if stuck and sum(b - a - 1 for a, b in others) <= 0.05 * sum(b - a for a, b in others):
        for a, b in stuck:
            out[a:b] = np.nan
    return out.reshape(kw.shape)


def levels(hours):
    size, values = size_of(hours), read(hours)
    floor = q(values, 0.02)
    near = (values <= floor + 0.05 * size).mean()
    dip = ratio(floor - q(values, 0.001), abs(floor) + 0.01 * size)
    return [np.log10(size), *(ratio(q(values, p), size) for p in LEVELS), near, dip]


def day_floor(hours):
    floor, mean = [], []
    for day in hours:
        values = np.sort(read(day))
        floor.append(values[:3].mean() if values.size >= 18 else np.nan)
        mean.append(values.mean() if values.size >= 18 else np.nan)
    return np.array(floor), np.array(mean)


def line(x, y):
    """Slope, value at nought and r2 of y on x, over the pairs without NaN."""
    known = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[known], y[known]
    if not x.size:
        return np.nan, np.nan, np.nan
    dx, dy = x - x.mean(), y - y.mean()
    slope = ratio((dx * dy).sum(), (dx * dx).sum())
    return slope, y.mean() - slope * x.mean(), ratio((dx * dy).sum() ** 2, (dx * dx).sum() * (dy * dy).sum())


def week_swing(daily):
    middles = [q(daily[phase::7], 0.5) for phase in range(7)]
    middles = read(middles)
    return middles.max() - middles.min() if middles.size else np.nan


def shift_constant(values, size):
    low, middle, high = (q(values, p) for p in (0.1, 0.5, 0.9))
    bend = low + high - 2 * middle
    if np.isnan(bend) or abs(bend) < 1e-4 * size:
        return np.nan
    return float(np.clip((low * high - middle**2) / bend / size, -3, 3))


def floor_look(hours):
    size = size_of(hours)
    floor, mean = day_floor(hours)
    middle = q(floor, 0.5)
    unit = abs(middle) + 0.01 * size
    change, mean_change = np.abs(np.diff(floor)), np.abs(np.diff(mean))
    slope, at_nought, r2 = line(mean, floor)
    part = np.array([ratio(a, b) for a, b in zip(floor, mean, strict=True)])
    return [
        *(q(floor, p) / size for p in (0.5, 0.05, 0.25, 0.95)),
        q(np.abs(floor - middle), 0.5) / unit,
        q(change, 0.5) / unit,
        q(change, 0.9) / unit,
        week_swing(floor) / size,
        week_swing(mean) / size,
        slope,
        ratio(at_nought, size),
        r2,
        q(mean_change, 0.5) / size,
        q(part, 0.1),
        q(part, 0.9),
        shift_constant(mean, size),
    ]


def hour_quantiles(hours):
    return np.array([[q(hours[:, h], p) for p in (0.05, 0.25, 0.5, 0.75, 0.95)] for h in range(24)])


def profile_look(hours):
    size, found = size_of(hours), hour_quantiles(hours)
    out = []
    for k in (0, 2, 4):
        column = read(found[:, k])
        out += [column.min() / size, column.max() / size, column.std() / size]
    spread = found[:, 3] - found[:, 1]
    relative = [ratio(s, abs(m) + 0.01 * size) for s, m in zip(spread, found[:, 2], strict=True)]
    _, level, r2 = line(spread, found[:, 2])
    shifts = [shift_constant(hours[:, h], size) for h in range(24)]
    middle = read(found[:, 2]).mean()
    within = np.nansum((hours - found[:, 2]) ** 2)
    between = np.nansum((hours - middle) ** 2)
    return [
        *out,
        q(spread / size, 0),
        q(spread / size, 0.5),
        q(relative, 0),
        q(relative, 0.5),
        ratio(level, size),
        r2,
        q(shifts, 0.5),
        q(shifts, 0.25),
        ratio(within, between),
    ]


def relative_change(flat, lag, tiny):
    a, b = flat[lag:], flat[:-lag]
    return np.abs(a - b) / (0.5 * (np.abs(a) + np.abs(b)) + tiny)


def noise_look(hours):
    size, flat = size_of(hours), hours.ravel().astype(np.float64)
    low, high = q(flat, 0.25), q(flat, 0.75)
    hour, day = relative_change(flat, 1, 0.01 * size), relative_change(flat, 24, 0.01 * size)
    bottom = hour[(flat[1:] <= low) & (flat[:-1] <= low)]
    top = hour[(flat[1:] >= high) & (flat[:-1] >= high)]
    return [
        q(hour, 0.1),
        q(hour, 0.25),
        q(hour, 0.5),
        ratio(q(hour, 0.9), q(hour, 0.5) + 1e-4),
        ratio(q(hour, 0.99), q(hour, 0.5) + 1e-4),
        q(bottom, 0.5),
        q(day, 0.1),
        q(day, 0.25),
        q(day, 0.5),
        ratio(q(day, 0.9), q(day, 0.5) + 1e-4),
        q(top, 0.5),
    ]


def flat_steps(hours, width):
    out = np.full((len(hours), 3), np.nan)
    out[:, 2] = 0
    for day in range(width, len(hours) - width + 1):
        before, after = hours[day - width : day].astype(np.float64), hours[day : day + width].astype(np.float64)
        steps = []
        for h in range(24):
            a, b = read(before[:, h]), read(after[:, h])
            if 2 * a.size >= width and 2 * b.size >= width:
                steps.append(b.mean() - a.mean())
        out[day, 2] = len(steps)
        if len(steps) >= 20:
            out[day, :2] = np.mean(steps), np.std(steps)
    return out


def clock_edges(hours):
    size, flat = size_of(hours), hours.ravel().astype(np.float64)
    out = []
    for h in range(24):
        places = [t for t in range(h, flat.size, 24) if 0 < t < flat.size - 1]
        rise = read([flat[t + 1] - flat[t - 1] for t in places])
        middle = q(rise, 0.5)
        share = np.mean(rise > 0.5 * middle) if middle > 0 else np.mean(rise < 0.5 * middle) if middle < 0 else 0.0
        out.append([middle, middle / (1.48 * q(np.abs(rise - middle), 0.5) + 0.02 * size), share])
    return np.array(out)


def correlation(values, lag):
    a, b = values[:-lag], values[lag:]
    known = ~np.isnan(a) & ~np.isnan(b)
    if known.sum() < 24:
        return np.nan
    a, b = a[known] - a[known].mean(), b[known] - b[known].mean()
    return ratio((a * b).sum(), np.sqrt((a * a).sum() * (b * b).sum()))


def rest_of(hours):
    return (hours - hour_quantiles(hours)[:, 2]).ravel()


def flat_runs(flat, size):
    runs, run = [], []
    for value in [*flat, np.nan]:
        if run and abs(value - np.mean(run)) <= 0.03 * (abs(np.mean(run)) + 0.02 * size):
            run.append(value)
            continue
        if len(run) >= 6:
            runs.append(run)
        run = [] if np.isnan(value) else [value]
    return runs


def repetition(hours):
    """The entries of the residual look from the change tails on."""
    size, flat, rest = size_of(hours), hours.ravel().astype(np.float64), rest_of(hours)
    change = np.abs(np.diff(rest))
    runs = flat_runs(flat, size)
    inside = sum(len(run) for run in runs)
    return [
        ratio(q(change, 0.99), q(change, 0.5) + 1e-3 * size),
        *(correlation(rest, lag) for lag in (1, 3, 6, 24, 168)),
        *(correlation(flat, lag) for lag in (1, 24, 168)),
        np.log1p(max((len(run) for run in runs), default=0)),
        inside / flat.size,
        sum(sum(run) for run in runs) / inside / size if inside else np.nan,
    ]


def clean_steps(hours):
    """(hour, step, unevenness) of each clean step."""
    size, rest = size_of(hours), rest_of(hours)
    found, t = [], 3
    while t < rest.size - 3:
        low, high = rest[t - 3 : t], rest[t + 1 : t + 4]
        step = high.mean() - low.mean()
        uneven = max(np.abs(low - low.mean()).max(), np.abs(high - high.mean()).max())
        if abs(step) > 0.08 * size and uneven < 0.2 * abs(step):
            found.append((t % 24, step, uneven))
            t += 3
        else:
            t += 1
    return found


def clean_look(hours):
    """The ten entries of the clean look about steps."""
    found, size = clean_steps(hours), size_of(hours)
    ups, downs = sum(s > 0 for _, s, _ in found), sum(s < 0 for _, s, _ in found)
    out = [ups / len(hours), downs / len(hours)]
    if not found:
        return [*out, *[np.nan] * 8]
    sizes = np.sort([abs(s) / size for _, s, _ in found])
    common = max(((sizes >= top / 1.16) & (sizes <= top)).sum() for top in sizes)
    clock = np.bincount([h for h, _, _ in found], minlength=24)
    n = len(found)
    return [
        *out,
        q(sizes, 0.5),
        ratio(q(sizes, 0.75) - q(sizes, 0.25), q(sizes, 0.5)),
        common / n,
        min(ups, downs) / max(ups, downs),
        sum(h < 6 or h >= 22 for h, _, _ in found) / n,
        clock.max() / n,
        sum(u / abs(s) for _, s, u in found) / n,
        sizes[-1],
    ]


def cheapest_path(rest, low, high, price):
    """Least cost over every path of on and off: for a dozen hours."""
    best = np.inf
    for path in itertools.product((0, 1), repeat=len(rest)):
        cost = price * np.abs(np.diff(path)).sum()
        for value, state in zip(rest, path, strict=True):
            if not np.isnan(value):
                cost += abs(value - (high if state else low))
        best = min(best, cost)
    return best


def host_rest(hours, on, size, kinds):
    """Rest of the hours less the switched part, the host of the day's kind and the drift."""
    left = hours.astype(np.float64) - size * on.reshape(hours.shape)
    for kind in (0, 1):
        for h in range(24):
            left[kinds == kind, h] -= q(left[kinds == kind, h], 0.5)
    daily = np.array([q(day, 0.5) if read(day).size >= 12 else np.nan for day in left])
    drift = np.array([q(daily[max(d - 10, 0) : d + 11], 0.5) for d in range(len(hours))])
    return (left - drift[:, None]).ravel()


def walk(figures, trees):
    """Sum of leaves; a tree is (feature, threshold, left, right, missing_left) nested, or a leaf's number."""

    def down(tree, row):
        while isinstance(tree, tuple):
            feature, threshold, left, right, missing_left = tree
            value = row[feature]
            tree = (left if missing_left else right) if np.isnan(value) else left if value <= threshold else right
        return tree

    return np.array([sum(down(tree, row) for tree in trees) for row in figures])


def facts(kw):
    out = []
    for meter in kw:
        values = read(meter)
        days = [number for number, day in enumerate(meter) if read(day).size]
        first, last = (days[0], days[-1]) if days else (-1, -1)
        out.append([values.size, len(days), first, last, (values < 0).sum(), values.mean() if values.size else np.nan])
    return np.array(out)


def plateau_gains(scale, left, basis, tail, tail_left):
    """Build every candidate as a column and project it: what the kernel reads off running sums."""
    hours = len(scale)
    days = hours // 24
    t = np.arange(hours)
    columns, daily = [np.ones(hours)], [False]
    for moment in range(6, hours - 5, 6):
        columns += [(t >= moment) * 1.0, (t < moment) * 1.0]
        daily += [False, False]
    for begin in range(24):
        for length in range(3, 22):
            columns.append(((t - begin) % 24 < length) * 1.0)
            daily.append(True)
    q, rest = np.concatenate([basis, tail]), np.concatenate([left, tail_left])
    rows = []
    for column, is_daily in zip(columns, daily, strict=True):
        shown = np.concatenate([column * scale, np.zeros(len(tail))])
        own = shown - q @ (q.T @ shown)
        power = own @ own
        size = own @ rest / power
        before = ((own[:hours] * left).reshape(days, 24).sum(axis=1) ** 2).sum()
        after = ((own[:hours] * (left - own[:hours] * size)).reshape(days, 24).sum(axis=1) ** 2).sum()
        tail_power = (own[hours:] ** 2).sum()
        rows.append((shown @ shown, power, own @ rest, before, after if is_daily else before, tail_power))
    return np.array(rows)
