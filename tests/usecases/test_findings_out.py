"""Findings as CSV and JSON."""

import csv
import io
from datetime import date

import polars as pl

from minewatch.model.origin import Origin
from minewatch.usecases.findings_out import FIRST_COLUMNS, findings_csv, findings_json, neutral
from minewatch.usecases.screen import screen_lake
from usecases.memory_lake import MemoryBlock, MemoryLake, example_meters


def findings(meters=("m0", "m1", "m2")):
    kw = example_meters(len(meters))
    return screen_lake(lake=MemoryLake([[MemoryBlock(tuple(meters), date(2021, 5, 24), kw)]]))


def with_a_reason():
    reasons = pl.Series("reasons", [["even_step_up"]] * 3)
    figures = pl.Series("reason_figures", ['{"even_step_up": {"kw": "6.0", "date": "2021-06-03"}}'] * 3)
    return findings().with_columns(reasons, figures)


def rows_of(raw):
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"))))


def test_the_promised_columns_come_first_and_in_order():
    header = findings_csv(findings()).decode().split("\n", 1)[0]
    assert header.startswith("meter_id,probability,mining_kw,mining_kw_low,mining_kw_high,since,until,reasons,")
    assert tuple(header.split(",")[:8]) == FIRST_COLUMNS


def test_codes_and_sentences_stand_side_by_side():
    row = rows_of(findings_csv(with_a_reason()))[0]
    assert row["reasons"] == "even_step_up"
    assert "{" not in row["reasons_en"] + row["reasons_zh"]
    assert "kW" in row["reasons_en"]
    assert "千瓦" in row["reasons_zh"]
    assert row["since"] == "2021-06-03T00:00"


def test_every_row_says_whether_the_readings_are_simulated():
    assert {row["simulated"] for row in rows_of(findings_csv(findings()))} == {"no"}
    assert {row["simulated"] for row in rows_of(findings_csv(findings(), origin=Origin.MIXED))} == {"partly"}


def test_what_else_would_explain_it_is_parted_so_that_it_can_be_told_apart():
    frame = with_a_reason().with_columns(pl.lit(["cold_store", "pump_station"]).alias("alternatives"))
    row = rows_of(findings_csv(frame))[0]
    assert row["alternatives_en"] == "cold store or refrigeration; pumps or ventilation"
    assert row["alternatives_zh"] == "冷库或制冷、水泵或风机"


def test_every_meter_has_one_row():
    assert sorted(row["meter_id"] for row in rows_of(findings_csv(findings()))) == ["m0", "m1", "m2"]


def test_a_name_cannot_become_a_formula():
    assert neutral('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert neutral("-5") == "-5"
    assert neutral("@SUM(A1)") == "'@SUM(A1)"
    assert neutral("+8613900000000") == "+8613900000000"
    assert neutral("石棉-1") == "石棉-1"
    raw = findings_csv(findings(('=cmd|"/c calc"!A1', "a,b", 'quo"te')))
    assert {row["meter_id"] for row in rows_of(raw)} == {'\'=cmd|"/c calc"!A1', "a,b", 'quo"te'}


def test_records_speak_the_asked_language():
    english = findings_json(with_a_reason(), language="en", top=1)
    chinese = findings_json(with_a_reason(), language="zh", top=1)
    assert len(english) == 1
    assert english[0]["reasons"] == chinese[0]["reasons"]
    assert english[0]["sentences"] != chinese[0]["sentences"]
