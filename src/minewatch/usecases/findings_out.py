"""Findings as text: the columns of ``findings.csv``, in the order that readers of the file may rely on."""

import json
from collections.abc import Callable

import polars as pl

from minewatch.model.guard import neutral
from minewatch.model.origin import Origin
from minewatch.model.reasons import ALTERNATIVES, REASONS, sentence
from minewatch.model.text import Language, Text
from minewatch.usecases.guarded_csv import guarded_csv

FIRST_COLUMNS = (
    "meter_id",
    "probability",
    "mining_kw",
    "mining_kw_low",
    "mining_kw_high",
    "since",
    "until",
    "reasons",
)
"""The columns whose order is promised; more follow."""


def findings_table(findings: pl.DataFrame, *, origin: Origin) -> pl.DataFrame:
    """Return findings as flat text and numbers: codes joined by ``;``, sentences in both languages, times as ISO 8601.

    The column ``simulated`` says whether the readings of the run are simulated: no, yes or partly.
    """
    sentences = [
        _sentences(codes, figures)
        for codes, figures in zip(findings["reasons"].to_list(), findings["reason_figures"], strict=True)
    ]
    others = [tuple(ALTERNATIVES[code].name for code in codes or ()) for codes in findings["alternatives"].to_list()]
    flat = findings.with_columns(
        pl.col("meter_id").map_elements(neutral, return_dtype=pl.String),
        pl.col("since", "until").dt.strftime("%Y-%m-%dT%H:%M"),
        pl.col("reasons", "alternatives", "data_notes").list.join(";").fill_null(""),
        _joined("reasons_en", sentences, lambda text: text.en, between=" "),
        _joined("reasons_zh", sentences, lambda text: text.zh, between=""),
        _joined("alternatives_en", others, lambda text: text.en, between="; "),
        _joined("alternatives_zh", others, lambda text: text.zh, between="、"),
        pl.col("probability", "coverage", "base_share", "night_share", "growth").round(4),
        pl.col("mining_kw", "mining_kw_low", "mining_kw_high", "mean_kw").round(3),
        pl.lit(origin.cell).alias("simulated"),
    )
    rest = [name for name in flat.columns if name not in FIRST_COLUMNS]
    return flat.select(*FIRST_COLUMNS, *rest)


def findings_csv(findings: pl.DataFrame, *, origin: Origin = Origin.MEASURED) -> bytes:
    """Return ``findings.csv``: UTF-8 without a byte order mark, a comma between columns; one row a meter."""
    return guarded_csv(findings_table(findings, origin=origin))


def findings_json(findings: pl.DataFrame, *, language: Language, top: int | None = None) -> list[dict[str, object]]:
    """Return findings as plain records: codes as lists, the sentences in ``language``."""
    records = []
    for row in findings.head(top if top is not None else findings.height).iter_rows(named=True):
        texts = _sentences(row["reasons"], row["reason_figures"])
        record = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in row.items()
            if name != "reason_figures"
        }
        record["sentences"] = [text.in_language(language) for text in texts]
        records.append(record)
    return records


def _sentences(codes: list[str] | None, figures: str | None) -> tuple[Text, ...]:
    by_code = json.loads(figures) if figures else {}
    return tuple(sentence(code, by_code.get(code, {})) for code in codes or () if code in REASONS)


def _joined(name: str, texts: list[tuple[Text, ...]], pick: Callable[[Text], str], *, between: str) -> pl.Series:
    return pl.Series(name, [between.join(pick(text) for text in row) for row in texts], dtype=pl.String)
