"""From rows of a table, laid out as a ``Layout`` says, to "points" and "days"; what cannot be used is told by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from minewatch.model.tables import SLOTS_ALLOWED
from minewatch.model.text import Text
from minewatch.readers.beside import UNITS_BESIDE, is_unwanted
from minewatch.readers.csvfile import Chunk
from minewatch.readers.headings import UNITS, kind_of, plain, unit_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.numbers import LARGEST, MISSING, parse_numbers
from minewatch.readers.points import KINDS, days_schema, points_frame
from minewatch.readers.recognise import UnknownLayoutError
from minewatch.readers.stamps import parse_clocks, parse_stamps
from minewatch.readers.zones import fixed_offset

MINUTE = 60_000_000
DAY = 1440 * MINUTE
_LARGEST_RATIO = 1e7
_TOTALS = ("合计", "总计", "小计", "total", "sum", "totals", "grand total", "总和")

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What a chunk gave: one frame of points or of days."""

    kind: Literal["points", "days"]
    frame: pl.DataFrame


class Converter:
    """Turns chunks of one file into parts. ``file`` stands in issues; ``default_meter`` is the id when none is written.

    ``UnknownLayoutError`` when the layout names a column that the file does not have.
    """

    def __init__(
        self, layout: Layout, headings: Sequence[str], *, file: str, default_meter: str, log: IssueLog
    ) -> None:
        self.layout = layout
        self.file = file
        self.log = log
        self.meter_id = layout.meter_id or default_meter
        self._index = {heading: i for i, heading in enumerate(headings)}
        self._ends = {"end": True, "start": False, None: None}[layout.stamps]
        self._told: set[str] = set()
        named = [layout.meter, layout.time, layout.date, layout.clock, layout.slot, layout.ct, layout.pt, layout.ratio]
        named += [layout.unit_column, layout.quantity, layout.quality]
        missing = [name for name in [*named, *layout.values] if name is not None and name not in self._index]
        if missing:
            raise UnknownLayoutError(
                Text(
                    f"the mapping names the column “{missing[0]}”, which the file does not have",
                    f"映射文件所写的列“{missing[0]}”在该文件中不存在",
                )
            )
        self.numbers = [self._index[name] for name in layout.values]
        self.text = [self._index[name] for name in named if name is not None]

    def convert(self, chunk: Chunk) -> Iterator[Part]:
        """Yield what the rows of a chunk hold."""
        frame = chunk.frame.with_columns(chunk.lines.alias("line"))
        self._short = chunk.short
        if frame[f"c{self.text[0]}"].null_count():
            filled = [pl.col(f"c{i}").is_not_null() for i in {*self.numbers, *self.text}]
            frame = frame.filter(pl.any_horizontal(filled))
        frame = self._meters(frame)
        frame = self._quantities(frame)
        if frame.is_empty():
            return
        factor = self._factor(frame)
        frame = frame.with_columns(factor.alias("factor"))
        if factor.null_count():
            frame = frame.filter(pl.col("factor").is_not_null())
        if self.layout.family == "wide-by-slot":
            yield from self._wide_by_slot(frame)
        elif self.layout.family == "wide-by-meter":
            yield Part("points", self._wide_by_meter(frame))
        else:
            yield Part("points", self._long(frame))

    # Columns -------------------------------------------------------------------------------------------------------

    def _column(self, frame: pl.DataFrame, heading: str) -> pl.Series:
        return frame[f"c{self._index[heading]}"]

    def _tell(self, code: str, frame: pl.DataFrame, mask: Bools | pl.Series, heading: str, values: pl.Series) -> None:
        """Record the rows where ``mask`` holds, with the text that stood there."""
        mask = pl.Series("mask", mask)
        if self._short and code != "summary_row" and mask.any():
            mask = mask & ~self._cut_there(frame, heading)
        if not mask.any():
            return
        faults = pl.DataFrame(
            {
                "line": frame["line"].filter(mask),
                "value": values.cast(pl.String).filter(mask),
                "meter": frame["meter"].filter(mask) if "meter" in frame.columns else None,
            },
            schema={"line": pl.Int64, "value": pl.String, "meter": pl.String},
        )
        self.log.add_frame(code, faults.with_columns(pl.lit(self.file).alias("file"), pl.lit(heading).alias("column")))

    def _cut_there(self, frame: pl.DataFrame, heading: str) -> pl.Series:
        """Rows of lines told as cut off of which nothing stands behind the column ``heading``: the cut is its fault."""
        after = [f"c{i}" for i in {*self.numbers, *self.text} if i > self._index[heading]]
        nothing = pl.all_horizontal(pl.col(after).is_null()) if after else pl.lit(value=True)
        return frame.select((pl.col("line").is_in(self._short) & nothing).alias("cut")).to_series()

    def _once(self, code: str, value: str) -> None:
        if code not in self._told:
            self._told.add(code)
            self.log.note(code, self.file, value=value)

    def _meters(self, frame: pl.DataFrame) -> pl.DataFrame:
        heading = self.layout.meter
        if heading is None:
            return frame.with_columns(pl.lit(self.meter_id, dtype=pl.String).alias("meter"))
        column = self._column(frame, heading)
        if column.dtype.is_float():
            column = column.fill_nan(None)
            if (column.drop_nulls() % 1 == 0).all():
                column = column.cast(pl.Int64, strict=False)
        text = column.cast(pl.String).rename("meter")
        # Few distinct ids stand in many rows: look at them first, and at the rows only when one needs it.
        distinct = _clean_ids(text.unique())
        odd = distinct["lower"].is_in([*MISSING, *_TOTALS]) | (distinct["meter"] != distinct["clean"])
        if not odd.fill_null(value=True).any():
            return frame.with_columns(text)
        rows = _clean_ids(text)
        text, lower = rows["clean"].alias("meter"), rows["lower"]
        frame = frame.with_columns(text)
        total = lower.is_in(list(_TOTALS))
        self._tell("summary_row", frame, total, heading, text)
        unnamed = lower.is_in(list(MISSING))
        self._tell("no_meter", frame, unnamed, heading, text)
        return frame.filter(~total & ~unnamed)

    def _quantities(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep rows of active power and energy; the kind that a quantity names goes with its rows."""
        kind = pl.lit(self.layout.kind, dtype=pl.Enum(KINDS)).alias("kind")
        heading = self.layout.quantity
        if heading is None:
            return frame.with_columns(kind)
        text = self._column(frame, heading).cast(pl.String).fill_null("")
        distinct = text.unique().to_list()
        other = text.is_in([one for one in distinct if is_unwanted(one, self.layout.measured)])
        if self.layout.measured == "active":
            self._tell("other_quantity", frame, other, heading, text)
        else:
            # The rows of other phases and quantities are no fault of a file that holds them all.
            return frame.filter(~other).with_columns(kind)
        kinds = {one: kind_of(one) or self.layout.kind for one in distinct}
        named = text.replace_strict(list(kinds), list(kinds.values()), return_dtype=pl.Enum(KINDS))
        return frame.with_columns(named.alias("kind")).filter(~other)

    def _factor(self, frame: pl.DataFrame) -> pl.Series:
        """Factor to kW or kWh of each row, null where a multiplier or a unit cannot be used."""
        factor = pl.repeat(UNITS[self.layout.unit.casefold()][1], frame.height, dtype=pl.Float64, eager=True)
        if self.layout.unit_column is not None:
            factor = self._unit_factors(frame, self.layout.unit_column)
        ratio = [self.layout.ratio] if self.layout.ratio is not None else [self.layout.ct, self.layout.pt]
        for heading in ratio:
            if heading is None:
                continue
            column = self._column(frame, heading)
            multiplier = self._multipliers(column)
            bad = multiplier.is_nan() | (multiplier <= 0) | (multiplier > _LARGEST_RATIO)
            self._tell("bad_multiplier", frame, bad, heading, column.cast(pl.String).fill_null(""))
            applied = multiplier.filter(~bad & (multiplier != 1.0))
            if len(applied):
                self._once("multiplier_applied", f"{heading} = {applied[0]:g}")
            factor = factor * multiplier.set(bad, None)
        return factor.rename("factor")

    def _multipliers(self, column: pl.Series) -> pl.Series:
        """Multipliers as numbers; 100/5 and 10000/100 are ratios. An empty cell is no multiplier: 1."""
        if column.dtype != pl.String:
            return column.cast(pl.Float64).fill_null(1.0)
        numbers = parse_numbers(column, self.layout.decimal)
        parts = column.str.extract_groups(r"^\s*(\d+(?:\.\d+)?)\s*[/:：]\s*(\d+(?:\.\d+)?)\s*$").struct.unnest()
        quotient = parts["1"].cast(pl.Float64) / parts["2"].cast(pl.Float64)
        missing = numbers.values.is_nan() & ~numbers.bad
        values = numbers.values.fill_nan(None).fill_null(quotient).fill_null(float("nan"))
        return values.set(missing & quotient.is_null(), 1.0)

    def _unit_factors(self, frame: pl.DataFrame, heading: str) -> pl.Series:
        text = self._column(frame, heading).cast(pl.String).fill_null("")
        known = {}
        if self.layout.measured != "active":
            known = {one: UNITS_BESIDE.get(plain(one), None if plain(one) else 1.0) for one in text.unique().to_list()}
            known = {one: factor for one, factor in known.items() if factor is not None}
            factor = text.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64)
            self._tell("unknown_unit", frame, factor.is_null(), heading, text)
            return factor
        for one in text.unique().to_list():
            unit = unit_of(one) if plain(one) not in UNITS else plain(one)
            unit = self.layout.unit.casefold() if not plain(one) else unit
            if unit is not None:
                known[one] = UNITS[unit][1]
        factor = text.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64)
        self._tell("unknown_unit", frame, factor.is_null(), heading, text)
        return factor

    def _values(self, frame: pl.DataFrame, heading: str) -> pl.Series:
        column = self._column(frame, heading)
        if column.dtype == pl.Float64 and not (column.abs() > LARGEST).any():
            return column.fill_null(float("nan"))
        numbers = parse_numbers(column, self.layout.decimal)
        self._tell("bad_number", frame, numbers.bad, heading, column)
        if numbers.thousands.any() and "thousands_separators" not in self._told:
            self._once("thousands_separators", str(column.filter(numbers.thousands)[0]))
        return numbers.values

    def _quality(self, frame: pl.DataFrame) -> pl.Series | str:
        if self.layout.quality is None:
            return "measured"
        text = self._column(frame, self.layout.quality).cast(pl.String).fill_null("").str.to_lowercase()
        estimated = text.str.contains(r"^e$|estim|^est|估|补|拟合|substit")
        unusable = text.str.contains(r"invalid|^bad$|fail|error|无效|异常|错误")
        frame = pl.DataFrame({"e": estimated, "u": unusable})
        choice = pl.when("u").then(pl.lit("unusable")).when("e").then(pl.lit("estimated")).otherwise(pl.lit("measured"))
        return frame.select(choice.alias("quality")).to_series()

    # Times ---------------------------------------------------------------------------------------------------------

    def _stamps(self, frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Stamp and offset of each row; a stamp that cannot be read is told and null."""
        layout = self.layout
        heading = layout.time or layout.date or ""
        column = self._column(frame, heading)
        found = parse_stamps(column, day_first=layout.day_first)
        stamp, bad = found.stamp, found.bad
        if found.saw_24 and self._ends is None:
            self._ends = True
        if layout.clock is not None:
            clock, saw_24 = parse_clocks(self._column(frame, layout.clock))
            if saw_24 and self._ends is None:
                self._ends = True
            stamp = (stamp.cast(pl.Int64) // DAY * DAY + clock).cast(pl.Datetime("us"))
        elif layout.slot is not None:
            number = parse_numbers(self._column(frame, layout.slot)).values.fill_nan(None)
            number = number.set(~number.is_between(0, 1440).fill_null(value=True), None)
            shift = ((number - (self._ends is not True)) * (layout.step_minutes or 30) * MINUTE).cast(pl.Int64)
            stamp = (stamp.cast(pl.Int64) + shift).cast(pl.Datetime("us"))
        bad = bad | stamp.is_null()
        written = column.cast(pl.String).fill_null("")
        second = layout.clock or layout.slot
        if second is not None and bad.any():
            written = written + " " + self._column(frame, second).cast(pl.String).fill_null("")
        self._tell("bad_time", frame, bad, heading, written)
        return stamp.set(bad, None), found.offset

    # Families ------------------------------------------------------------------------------------------------------

    def _long(self, frame: pl.DataFrame) -> pl.DataFrame:
        stamp, offset = self._stamps(frame)
        heading = self.layout.values[0]
        points = points_frame(
            {
                "meter": frame["meter"],
                "stamp": stamp,
                "offset": offset,
                "value": self._values(frame, heading),
                "kind": frame["kind"],
                "factor": frame["factor"],
                "step": self.layout.step_minutes,
                "ends": self._ends,
                "quality": self._quality(frame),
                "line": frame["line"],
                "file": self.file,
                "column": heading,
            },
            frame.height,
        )
        return points.filter(pl.col("stamp").is_not_null()) if stamp.null_count() else points

    def _wide_by_meter(self, frame: pl.DataFrame) -> pl.DataFrame:
        stamp, offset = self._stamps(frame)
        parts = []
        for heading in self.layout.values:
            unit = unit_of(heading)
            meter = heading[: -len(unit) - 2].strip() if unit and plain(heading).endswith(f"({unit})") else heading
            own = (
                frame["factor"] * (UNITS[unit][1] / UNITS[self.layout.unit.casefold()][1]) if unit else frame["factor"]
            )
            parts.append(
                points_frame(
                    {
                        "meter": meter or heading,
                        "stamp": stamp,
                        "offset": offset,
                        "value": self._values(frame, heading),
                        "kind": frame["kind"],
                        "factor": own,
                        "step": self.layout.step_minutes,
                        "ends": self._ends,
                        "quality": self._quality(frame),
                        "line": frame["line"],
                        "file": self.file,
                        "column": heading,
                    },
                    frame.height,
                )
            )
        points = pl.concat(parts)
        return points.filter(pl.col("stamp").is_not_null()) if stamp.null_count() else points

    def _wide_by_slot(self, frame: pl.DataFrame) -> Iterator[Part]:
        stamp, _ = self._stamps(frame)
        keep = stamp.is_not_null()
        day = stamp.filter(keep).dt.date()
        matrix = self._matrix(frame)
        frame = frame.with_columns(self._quality(frame) if self.layout.quality else pl.lit("measured").alias("quality"))
        if not keep.all():
            matrix, frame = matrix[keep.to_numpy()], frame.filter(keep)
        if self._is_simple(frame):
            yield Part("days", self._days(frame, day, matrix))
        else:
            yield Part("points", self._slot_points(frame, day, matrix))

    def _matrix(self, frame: pl.DataFrame) -> Floats:
        """Values of all slots, rows × slots: float32 as read where a factor cannot make them finer, else float64."""
        names = [f"c{self._index[heading]}" for heading in self.layout.values]
        if all(frame.schema[name] == pl.Float64 for name in names):
            kind = pl.Float64 if self.layout.kind == "register" else pl.Float32
            matrix: Floats = frame.select(pl.col(names).cast(kind)).to_numpy(order="c")
            if not (np.abs(matrix) > LARGEST).any():
                return matrix
        return np.column_stack([self._values(frame, heading).to_numpy() for heading in self.layout.values])

    def _is_simple(self, frame: pl.DataFrame) -> bool:
        """Whether rows are whole days of standard time already, so that nothing but a factor is left to apply."""
        fixed = self.layout.zone is None or fixed_offset(self.layout.zone) is not None
        kinds = set(frame["kind"].unique().to_list())
        aligned = self.layout.stamps == self._labels()
        good = bool((frame["quality"] == "measured").all())
        return fixed and aligned and good and len(kinds) == 1 and "register" not in kinds

    def _labels(self) -> str:
        """Tell what the first slot's heading means without an option: P1 and 0:15 end, 0:00 and h0 start."""
        first = "".join(character for character in plain(self.layout.values[0]) if character.isdigit())
        return "start" if first and int(first[:4]) == 0 and len(first) < 8 else ("end" if first else "start")

    def _days(self, frame: pl.DataFrame, day: pl.Series, matrix: Floats) -> pl.DataFrame:
        count = matrix.shape[1]
        hours = 24.0 / count
        factor = frame["factor"].to_numpy().astype(matrix.dtype)
        if frame["kind"][0] == "energy":
            factor = factor / hours
        kw: Floats = matrix if bool((factor == 1.0).all()) else np.multiply(matrix, factor[:, None])
        slots = next(n for n in SLOTS_ALLOWED if count % n == 0)
        if slots != count:
            kw = kw.reshape(len(kw), slots, count // slots).mean(axis=2)
            self._once("resampled", f"{1440 // count}")
        return pl.DataFrame(
            {
                "meter": frame["meter"],
                "day": day,
                "kw": pl.Series("kw", kw.astype(np.float32, copy=False), dtype=pl.Array(pl.Float32, slots)),
                "line": frame["line"],
                "file": pl.repeat(self.file, frame.height, dtype=pl.Categorical, eager=True),
            },
            schema=days_schema(slots),
        )

    def _slot_points(self, frame: pl.DataFrame, day: pl.Series, matrix: Floats) -> pl.DataFrame:
        count = matrix.shape[1]
        step = 1440 // count
        first = 0 if self._labels() == "start" else step
        if self._ends is False and first:
            first = 0
        minutes = np.arange(first, first + 1440, step)
        stamps = day.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()[:, None] + minutes[None, :] * MINUTE
        row = np.repeat(np.arange(frame.height), count)
        headings = pl.Series(self.layout.values)[np.tile(np.arange(count), frame.height)]
        many = frame.select("meter", "kind", "factor", "quality", "line")[row]
        return points_frame(
            {
                **{name: many[name] for name in many.columns},
                "stamp": pl.Series(stamps.reshape(-1)).cast(pl.Datetime("us")),
                "value": pl.Series(matrix.reshape(-1).astype(np.float64)),
                "step": step,
                "ends": self._ends,
                "file": self.file,
                "column": headings,
            },
            len(row),
        )


def _clean_ids(text: pl.Series) -> pl.DataFrame:
    """Return ids as written, without blanks and quotes around them, and in lower case.

    Exports write ``="0012345"`` so that a spreadsheet keeps the zeros: that is the id 0012345.
    """
    around = " \t\r\u00a0\u3000\"'`"
    clean = text.str.strip_chars(around).str.replace(r'^="+', "").str.strip_chars(around).fill_null("")
    return pl.DataFrame({"meter": text, "clean": clean, "lower": clean.str.to_lowercase()})
