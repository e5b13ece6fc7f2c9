"""Numbers as exports write them: decimal comma, thousands separators, words for "missing", text that is no number."""

from dataclasses import dataclass

import polars as pl

MISSING = (
    "", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "---", "—", "——", "/", "\\n", "missing",
    "无", "无数据",
    "空", "缺失", "缺", "?", ".", "#value!", "#div/0!", "#ref!", "*",
)  # fmt: skip
"""Spellings of a missing value, lower case; they give NaN and no issue."""

MISSING_SPELLINGS = (
    *dict.fromkeys(form for word in MISSING for form in (word, word.upper(), word.capitalize())),
    "NaN",
)


LARGEST = 1e15
"""No meter reads more, in any unit."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Parsed column: ``values`` (float64, NaN missing), and masks of cells that are no number or had separators."""

    values: pl.Series
    bad: pl.Series
    thousands: pl.Series


def parse_numbers(column: pl.Series, decimal: str = ".") -> Numbers:
    """Read a column of numbers; foreign text raises nothing, it is marked in ``bad`` and becomes NaN.

    What is beyond ``LARGEST``, infinity too, is no number. With ``decimal`` "," a point separates thousands
    and the other way round; blanks, no-break blanks and apostrophes separate thousands in both.
    """
    if column.dtype.is_numeric() or column.dtype == pl.Boolean or column.dtype.is_decimal():
        values = column.cast(pl.Float64)
        values = values.fill_null(float("nan"))
        infinite = values.abs() > LARGEST
        infinite &= values.is_not_nan()
        values = values.set(infinite, float("nan"))
        return Numbers(values, infinite, pl.repeat(False, len(column), dtype=pl.Boolean, eager=True))
    text = pl.col("text")
    comma, point = (",", r"\.") if decimal == "." else (r"\.", ",")
    grouped = rf"^[+-]?\d{{1,3}}(?:[{comma}'’\u00a0\u202f ]\d{{3}})+(?:{point}\d*)?$"
    plain = text.str.strip_chars(" \t\r\u00a0\u3000\"'")
    frame = pl.DataFrame({"text": column.cast(pl.String)}).select(plain.fill_null("").alias("text"))
    frame = frame.with_columns(
        text.str.to_lowercase().is_in(list(MISSING)).alias("missing"), text.str.contains(grouped).alias("thousands")
    )
    cleaned = pl.when("thousands").then(text.str.replace_all(rf"[{comma}'’\u00a0\u202f ]", "")).otherwise(text)
    if decimal == ",":
        cleaned = cleaned.str.replace(",", ".", literal=True)
    frame = frame.with_columns(
        pl.when(~pl.col("missing")).then(cleaned).cast(pl.Float64, strict=False).alias("value")
    ).with_columns(((pl.col("value").is_null() | (pl.col("value").abs() > LARGEST)) & ~pl.col("missing")).alias("bad"))
    values = frame.select(pl.when(~pl.col("bad")).then("value").fill_null(float("nan")).alias("value")).to_series()
    return Numbers(values, frame["bad"], frame["thousands"])
