"""The region's tables in the shapes a utility exports: 96-point curves with Chinese headings, power or registers, XLSX.

Every frame carries a remark column that says the data is simulated. Nothing is written to disk here.
"""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
import polars as pl

from minewatch.model.origin import Origin
from minewatch.rehearsal.layout import stream
from minewatch.rehearsal.parameters import RegionParameters

REMARK = Origin.SIMULATED.remark
"""Stands in every row of every table that is written."""

REGISTER_TOP = 1_000_000.0
"""A register with six digits before the point starts again at zero."""


def power_curves(readings: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Lay readings out as State Grid's power curve: one row a meter and day, P1…P96 in kW before the multiplier.

    ``meters`` has a row for each meter with customer, county and CT, PT. Missing readings are empty cells.
    """
    joined = _joined(readings, meters)
    ratio = joined["综合倍率"].to_numpy().astype(np.float64)
    kw = joined["kw"].to_numpy().astype(np.float64) / ratio[:, None]
    return _head(joined).with_columns(_points(np.round(kw, 4), "P"))


def register_curves(parameters: RegionParameters, readings: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Lay readings out as cumulative registers R1…R96 in kWh before CT × PT, read at the end of each slot.

    Two decimals; four behind transformers, where two would be whole machines. Registers count on through gaps:
    energy that no reading tells is taken at the meter's mean. One register of the frame passes its last digit.
    """
    joined = _joined(readings, meters).sort("电表资产号", "数据日期")
    days, slots = parameters.days, parameters.slots
    kw = joined["kw"].to_numpy().astype(np.float64).reshape(-1, days * slots)
    ratio = joined["综合倍率"].to_numpy().astype(np.float64)[::days]
    known = np.isfinite(kw)
    mean = np.where(known, kw, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    used = np.where(known, kw, mean[:, None]) * 24.0 / slots / ratio[:, None]
    start = stream(parameters, "faults", 10**7).uniform(200.0, 60_000.0, len(kw))
    if len(kw):
        start[0] = REGISTER_TOP - 0.5 * float(used[0].sum())
    total = (start[:, None] + np.cumsum(used, axis=1)) % REGISTER_TOP
    register = np.where(ratio[:, None] > 1.0, np.round(total, 4), np.round(total, 2))
    register[register >= REGISTER_TOP] = 0.0
    register[~known] = np.nan
    return _head(joined, parts=True).with_columns(_points(register.reshape(-1, slots), "R"))


def node_curves(supply: pl.DataFrame) -> pl.DataFrame:
    """Lay the supply of transformer areas, feeders and substations out like a power curve, multiplier 1."""
    head = supply.select(
        pl.col("meter").alias("电表资产号"),
        pl.col("day").alias("数据日期"),
        pl.lit(1).alias("综合倍率"),
        pl.lit(REMARK).alias("备注"),
    )
    return head.with_columns(_points(np.round(supply["kw"].to_numpy().astype(np.float64), 4), "P"))


def generation_rows(generation: pl.DataFrame) -> pl.DataFrame:
    """Lay generation out as one row a station, day and quantity, S1…S96; an empty cell: no value, no order."""
    parts = []
    for column in (name for name in generation.columns if name not in {"station", "day"}):
        quantity, unit = column.rsplit("_", 1)
        head = generation.select(
            "station",
            "day",
            pl.lit(quantity).alias("quantity"),
            pl.lit({"kw": "kW", "m3s": "m3/s"}[unit]).alias("unit"),
            pl.lit(REMARK).alias("remark"),
        )
        parts.append(head.with_columns(_points(generation[column].to_numpy().astype(np.float64), "S")))
    return pl.concat(parts).sort("station", "day", "quantity")


def _joined(readings: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    chosen = meters.select("meter", "county", "customer", "ct", "pt")
    return readings.join(chosen, on="meter", how="inner", maintain_order="left").select(
        pl.col("county").alias("供电单位"),
        pl.col("customer").alias("户号"),
        pl.col("meter").alias("电表资产号"),
        pl.col("day").alias("数据日期"),
        pl.col("ct").alias("CT变比"),
        pl.col("pt").alias("PT变比"),
        (pl.col("ct") * pl.col("pt")).alias("综合倍率"),
        "kw",
    )


def _head(joined: pl.DataFrame, *, parts: bool = False) -> pl.DataFrame:
    ratio = ["CT变比", "PT变比"] if parts else ["综合倍率"]
    return joined.select("供电单位", "户号", "电表资产号", "数据日期", *ratio, pl.lit(REMARK).alias("备注"))


def _points(values: np.ndarray, prefix: str) -> list[pl.Series]:
    columns = np.ascontiguousarray(values.T)
    return [pl.Series(f"{prefix}{one + 1}", column).fill_nan(None) for one, column in enumerate(columns)]


_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
_WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


def xlsx_bytes(frame: pl.DataFrame, *, sheet: str) -> bytes:
    """Return a workbook of one sheet, dates as text, the same bytes for the same frame (no time of writing in it)."""
    rows = [_xlsx_row(frame.columns)]
    rows += [_xlsx_row(row) for row in frame.with_columns(pl.col(pl.Date).cast(pl.String)).iter_rows()]
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK.format(name=escape(sheet)),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _SHEET + "".join(rows) + "</sheetData></worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            # ZipInfo's own default time is fixed: 1980.
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _xlsx_row(cells: Sequence[object]) -> str:
    return "<row>" + "".join(_xlsx_cell(cell) for cell in cells) + "</row>"


def _xlsx_cell(cell: object) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f"<c><v>{cell}</v></c>"
