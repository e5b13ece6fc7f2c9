"""Times as exports write them, read a whole column at once: each distinct text is read one time only.

ISO 8601 with or without offset, ``2021/6/17 0:15``, ``17.06.2021``, ``06/17/2021 10:15 PM``, ``17-Jun-2021``,
``2021年6月17日 22时15分``, ``20210617221500``, serial dates of spreadsheets (days since 1899-12-30), seconds or
milliseconds since 1970. 24:00 is 00:00 of the next day.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from minewatch.readers.numbers import MISSING

Ints = npt.NDArray[np.int64]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:(?P<y1>\d{4}) ?[-/.年] ?(?P<m1>\d{1,2}) ?[-/.月] ?(?P<d1>\d{1,2})日?"
    r"|(?P<a>\d{1,2})[-/. ](?P<b>\d{1,2})[-/. ,]+(?P<y2>\d{4}|\d{2})"
    r"|(?P<y3>(?:19|20)\d{2})(?P<m3>\d{2})(?P<d3>\d{2}))"
)
_CLOCK = (
    r"(?P<half>am|pm|上午|下午|a\.m\.|p\.m\.)?\s*(?P<h>\d{1,2})(?:[:：时点.h](?P<mi>\d{1,2})?分?"
    r"(?:[:：.]?(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?秒?)?|(?P<fm>\d{2})(?P<fs>\d{2})?)?\s*(?P<half2>am|pm|a\.m\.|p\.m\.)?"
)
_ZONE = r"\s*(?:(?P<z>z|utc|gmt)|(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2})?)?"
_STAMP = rf"^{_DATE}(?:[t ,_:：-]*{_CLOCK}{_ZONE})?$"
_CLOCK_ALONE = rf"^{_CLOCK}$"
_FIELDS = ("y1", "m1", "d1", "a", "b", "y2", "y3", "m3", "d3", "h", "mi", "s", "fm", "fs", "zh", "zm")

SECOND = 1_000_000
DAY = 86_400 * SECOND
_SERIAL_EPOCH_DAYS = 25_569
_SLICE = 65_536


@dataclass(frozen=True, slots=True)
class Stamps:
    """Parsed column: ``stamp`` (naive, microseconds; null: none), ``offset`` (minutes; null: naive), ``bad`` mask.

    ``saw_24`` tells that some time was written as 24:00, so that times end their intervals.
    """

    stamp: pl.Series
    offset: pl.Series
    bad: pl.Series
    saw_24: bool


def parse_stamps(column: pl.Series, *, day_first: bool | None) -> Stamps:
    """Read a column of times; foreign text is marked in ``bad`` (so is an empty cell) and gives null."""
    if column.dtype in {pl.Date, pl.Datetime}:
        return _typed(column)
    if column.dtype.is_numeric():
        return _assemble(_from_numbers(column.cast(pl.Float64).to_numpy()), None, saw_24=False)
    text = column.cast(pl.String)
    distinct = text.unique(maintain_order=True)
    # In slices: the fields of a text take many times its room.
    slices = [_from_text(distinct.slice(i, _SLICE), day_first=day_first) for i in range(0, len(distinct) or 1, _SLICE)]
    saw_24 = any(part[2] for part in slices)
    micros, offset = (np.concatenate([part[i] for part in slices]) for i in (0, 1))
    found = _assemble(micros, offset, saw_24=saw_24)
    if len(distinct) == len(text):
        return found
    place = _places(text, distinct)
    return Stamps(found.stamp.gather(place), found.offset.gather(place), found.bad.gather(place), saw_24)


def _places(text: pl.Series, distinct: pl.Series) -> pl.Series:
    """Position of each text in ``distinct``."""
    codes = text.cast(pl.Enum(distinct.drop_nulls())).to_physical().cast(pl.UInt32)
    missing = distinct.is_null().arg_max()
    if not distinct.null_count() or missing is None:
        return codes
    # The empty cell has a place of its own among the distinct ones.
    return (codes + (codes >= missing).cast(pl.UInt32)).fill_null(missing)


def _typed(column: pl.Series) -> Stamps:
    offset = pl.repeat(None, len(column), dtype=pl.Int16, eager=True)
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None:
        shift = column.dt.base_utc_offset() + column.dt.dst_offset()
        offset = shift.dt.total_minutes().cast(pl.Int16)
        column = column.dt.replace_time_zone(None)
    stamp = column.cast(pl.Datetime("us"))
    return Stamps(stamp, offset, stamp.is_null(), saw_24=False)


def _assemble(micros: Ints, offset: Ints | None, *, saw_24: bool) -> Stamps:
    """Wrap arrays; the smallest integer marks what is no time, 32767 a missing offset."""
    stamp = pl.Series("stamp", micros)
    bad = stamp == np.iinfo(np.int64).min
    stamp = stamp.set(bad, None).cast(pl.Datetime("us"))
    if offset is None:
        offsets = pl.repeat(None, len(micros), dtype=pl.Int16, eager=True)
    else:
        offsets = pl.Series("offset", offset)
        offsets = offsets.set(offsets == 32767, None).cast(pl.Int16)
    return Stamps(stamp, offsets, bad, saw_24)


def _fields(text: pl.Series, pattern: str) -> pl.DataFrame:
    frame = pl.DataFrame({"text": text}).select(
        pl.col("text").fill_null("").str.strip_chars(" \t\r\u00a0\u3000\"'").str.to_lowercase().alias("text")
    )
    words = frame["text"]
    if words.str.contains("[a-z]{3}").any():
        for number, month in enumerate(_MONTHS, start=1):
            words = words.str.replace(rf"(\d) ?[- /]? ?{month}[a-z]*\.? ?[- /,]? ?(\d)", f"${{1}}-{number}-${{2}}")
            words = words.str.replace(rf"^{month}[a-z]*\.? (\d{{1,2}}),? (\d{{4}})", f"${{2}}-{number}-${{1}}")
    return frame.select(words.str.replace("(星期|周).", "").str.extract_groups(pattern).alias("g")).unnest("g")


def _integers(frame: pl.DataFrame, name: str) -> Ints:
    return frame[name].cast(pl.Int64).fill_null(-1).to_numpy()


def _from_text(text: pl.Series, *, day_first: bool | None) -> tuple[Ints, Ints, bool]:
    groups = _fields(text, _STAMP)
    part = {name: _integers(groups, name) for name in _FIELDS}
    second_first = (part["b"], part["a"]) if day_first is not False else (part["a"], part["b"])
    short = part["y2"]
    year = np.maximum(np.maximum(part["y1"], part["y3"]), np.where((short >= 0) & (short < 100), short + 2000, short))
    month = np.maximum(np.maximum(part["m1"], part["m3"]), second_first[0])
    day = np.maximum(np.maximum(part["d1"], part["d3"]), second_first[1])
    days, fine = _civil(year, month, day)
    clock, clock_fine = _clock(groups, part)
    micros = days * DAY + clock
    offset = np.where(part["zh"] >= 0, part["zh"] * 60 + np.maximum(part["zm"], 0), 32767)
    offset = np.where((groups["sign"] == "-").fill_null(value=False).to_numpy(), -offset, offset)
    offset = np.where(groups["z"].is_not_null().to_numpy(), 0, np.where(part["zh"] < 0, 32767, offset))
    good = fine & clock_fine
    micros = np.where(good, micros, np.iinfo(np.int64).min)
    missing = np.flatnonzero(~good)
    if missing.size:
        numeric = text.gather(missing).str.strip_chars().cast(pl.Float64, strict=False).to_numpy()
        micros[missing] = _from_numbers(numeric)
    return micros, offset, bool(((part["h"] == 24) & good).any())


def _civil(year: Ints, month: Ints, day: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Days since 1970 of calendar dates, and whether they exist (years 1900 to 2199)."""
    fine = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(fine, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    following = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    days = first + np.where(fine, day, 1) - 1
    return days, fine & (days < following)


def _clock(groups: pl.DataFrame, part: dict[str, Ints]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    hour = np.maximum(part["h"], 0)
    minute = np.maximum(np.maximum(part["mi"], part["fm"]), 0)
    second = np.maximum(np.maximum(part["s"], part["fs"]), 0)
    half = groups["half"].fill_null(groups["half2"]).fill_null("")
    afternoon = half.is_in(["pm", "p.m.", "下午"]).to_numpy()
    morning = half.is_in(["am", "a.m.", "上午"]).to_numpy()
    hour = np.where(afternoon & (hour < 12), hour + 12, np.where(morning & (hour == 12), 0, hour))
    fraction = groups["f"].fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).to_numpy()
    micros = ((hour * 60 + minute) * 60 + second) * SECOND + fraction
    fine = (minute < 60) & (second < 60) & (micros <= DAY)
    return micros, fine


def _from_numbers(values: npt.NDArray[np.float64]) -> Ints:
    """Read numbers as YYYYMMDD[hhmm[ss]], seconds or milliseconds since 1970, or a spreadsheet's serial date."""
    out = np.full(values.shape, np.iinfo(np.int64).min, dtype=np.int64)
    number = np.where(np.abs(values) < 1e15, values, 0.0)
    whole = number.astype(np.int64)
    for low, divisor in ((10**6, 1), (10**10, 10**4), (10**12, 10**6)):
        dated = (whole >= 19 * low) & (whole < 22 * low) & (number == whole)
        date = whole // divisor
        days, fine = _civil(date // 10_000, date // 100 % 100, date % 100)
        clock = whole % divisor * (100 if divisor == 10**4 else 1)
        seconds = clock // 10_000 * 3600 + clock // 100 % 100 * 60 + clock % 100
        fine &= dated & (clock // 100 % 100 < 60) & (clock % 100 < 60) & (seconds <= 86_400)
        out = np.where(fine, days * DAY + seconds * SECOND, out)
    for least, most, scale, shift in (
        (2e4, 8e4, 86_400 * SECOND, _SERIAL_EPOCH_DAYS),
        (9e8, 5e9, SECOND, 0),
        (9e11, 5e12, 1000, 0),
    ):
        chosen = (number >= least) & (number < most) & (out == np.iinfo(np.int64).min)
        micros = np.rint((np.where(chosen, number, shift) - shift) * (scale / SECOND)) * SECOND
        out = np.where(chosen, micros.astype(np.int64), out)
    return out


def parse_clocks(column: pl.Series) -> tuple[pl.Series, bool]:
    """Minutes (as microseconds) of a column of times of day, null where it is none, and whether 24:00 was written.

    Text such as ``0:15``, ``00:15:00``, ``0015``, ``12:15 AM``, ``1899-12-31 00:15:00``; typed times; plain numbers
    below 1 are fractions of a day, whole numbers up to 24 are hours, larger ones hhmm.
    """
    if column.dtype == pl.Time:
        return column.cast(pl.Int64) // 1000, False
    if column.dtype in {pl.Date, pl.Datetime}:
        stamp = column.cast(pl.Datetime("us")).cast(pl.Int64)
        return stamp - stamp // DAY * DAY, False
    text = column.cast(pl.String)
    distinct = text.unique(maintain_order=True)
    groups = _fields(distinct.str.replace(r"^\d{4}-\d{2}-\d{2}[ T]", ""), _CLOCK_ALONE)
    part = {name: _integers(groups, name) for name in ("h", "mi", "s", "fm", "fs")}
    micros, fine = _clock(groups, part)
    fine &= part["h"] >= 0
    number = distinct.str.strip_chars().cast(pl.Float64, strict=False).fill_null(-1.0).to_numpy()
    number = np.where(np.abs(number) < 1e15, number, -1.0)
    flat = (number > 24) & (number <= 2400) & (number % 100 < 60) & (number == np.floor(number))
    hhmm = np.where(flat, number, 0.0)
    micros = np.where(flat, (hhmm // 100 * 60 + hhmm % 100).astype(np.int64) * 60 * SECOND, micros)
    share = (number >= 0) & (number < 1) & (number != np.floor(number))
    micros = np.where(share, np.rint(np.where(share, number, 0.0) * 86_400).astype(np.int64) * SECOND, micros)
    value = pl.Series("clock", micros).set(pl.Series(~(fine | flat | share)), None)
    return value.gather(_places(text, distinct)), bool((value == DAY).any())


def date_order(column: pl.Series) -> tuple[bool, bool]:
    """Whether some date of the column can only be day first, and whether some can only be month first."""
    groups = _fields(column.cast(pl.String).unique(), _STAMP)
    first, second = _integers(groups, "a"), _integers(groups, "b")
    return bool((first > 12).any()), bool((second > 12).any())


def written_with_numbers(column: pl.Series) -> bool:
    """Whether dates of the column stand as 17/06/2021 or 06/17/2021, so that their order matters."""
    if column.dtype != pl.String:
        return False
    return bool(_fields(column.unique(), _STAMP)["a"].is_not_null().any())


def share_of_times(cells: list[str]) -> float:
    """Share of the cells that are not missing and read as times."""
    present = [cell for cell in cells if cell.strip().casefold() not in MISSING]
    if not present:
        return 0.0
    column = pl.Series(present, dtype=pl.String)
    bad = min(int(parse_stamps(column, day_first=order).bad.sum()) for order in (True, False))
    return 1.0 - bad / len(present)
