"""Where a meter stands among the meters of its class in the same screening: words beside a finding, no weight.

The class is what the books say: the same declared use, contract kind and voltage class, or less of it until at least twenty
others are known. Worked out over the whole list after all parts of a lake are joined, so that neither the number of workers nor
what was screened earlier changes it. As a ranking feature the same comparison gave nothing (docs/decisions/0034).
"""

import polars as pl

from minewatch.detect.standing import STANDING, WEEK, compared_days

LEAST_OTHERS = 20
"""Others of its class that must be known; among fewer a rank says little."""
CLASSES = (("use", "contract", "voltage"), ("use", "voltage"), ("use",))
"""What makes a class, the narrowest first; ``BOOKS`` has the columns."""
BOOKS = pl.Schema({"meter_id": pl.String(), "use": pl.String(), "contract": pl.String(), "voltage": pl.String()})
"""What the books say of a meter in their own words, one row a meter; null or empty: not known."""

AMONG, GROWTH = "among_peers", "growth_among_peers"


def beside_peers(findings: pl.DataFrame, books: pl.DataFrame) -> pl.DataFrame:
    """Return ``findings`` (``model.tables.FINDINGS``) with each meter's standing among its class told, in their order.

    The figures of the sentences are put into ``reason_figures`` of every meter whose class is large enough, their codes last
    among the ``reasons`` of those that have any. ``books`` as ``BOOKS`` says.
    """
    known = books.select(
        "meter_id", *(pl.col(name).str.strip_chars().replace("", None) for name in ("use", "contract", "voltage"))
    ).unique("meter_id", keep="last", maintain_order=True)
    rows = findings.select("meter_id", "first_day", "last_day", *STANDING).join(
        known, on="meter_id", how="left", maintain_order="left"
    )
    both = pl.col("base_share").is_not_null() & pl.col("night_share").is_not_null()
    rows = rows.with_columns(pl.when(both).then(name).alias(name) for name in ("base_share", "night_share"))
    told = rows.select(_json(AMONG, _among(rows)), _json(GROWTH, _growth(rows)))
    codes = pl.concat_list(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in (AMONG, GROWTH))
    whole = pl.concat_str(AMONG, GROWTH, separator=", ", ignore_nulls=True)
    found = told.select(codes=codes.list.drop_nulls(), words=pl.when(whole != "").then(whole))
    kept = pl.col("reason_figures")
    joined = pl.when(kept == "{}").then(pl.lit("{")).otherwise(kept.str.head(-1) + ", ") + pl.col("words") + "}"
    return (
        findings.hstack(found)
        .with_columns(
            reasons=pl.when(pl.col("reasons").list.len() > 0)
            .then(pl.col("reasons").list.concat("codes"))
            .otherwise("reasons"),
            reason_figures=pl.when(pl.col("words").is_not_null() & kept.is_not_null()).then(joined).otherwise(kept),
        )
        .drop("codes", "words")
    )


def _among(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures of the standing in base and night load, null where the class is too small; a row a row."""
    return _first(rows, ("base_share", "night_share")).select(
        "others",
        "peers",
        base=_percent("base_share"),
        base_as_high=pl.col("base_share_as_high").cast(pl.String),
        night=_percent("night_share"),
        night_as_high=pl.col("night_share_as_high").cast(pl.String),
    )


def _growth(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures of the standing in load against the past, null where the class is too small; a row a row."""
    span = (pl.col("last_day") - pl.col("first_day")).dt.total_days() + 1
    days = pl.when(span >= 4 * WEEK).then(compared_days(4 * WEEK)).otherwise(compared_days(2 * WEEK))
    return _first(rows, ("growth",)).select(
        "others",
        "peers",
        growth=_percent("growth"),
        as_high=pl.col("growth_as_high").cast(pl.String),
        days=days.cast(pl.String),
    )


def _first(rows: pl.DataFrame, figures: tuple[str, ...]) -> pl.DataFrame:
    """Add, from the narrowest class that is large enough: ``others`` in it, its name ``peers``, and how many of them as high."""
    others: list[pl.Expr] = []
    names: list[pl.Expr] = []
    ranks: dict[str, list[pl.Expr]] = {figure: [] for figure in figures}
    for columns in CLASSES:
        whole = pl.all_horizontal(pl.col(name).is_not_null() for name in columns) & pl.col(figures[0]).is_not_null()
        count = pl.col(figures[0]).count().over(columns).cast(pl.Int64) - 1
        enough = whole & (count >= LEAST_OTHERS)
        others.append(pl.when(enough).then(count))
        names.append(pl.when(enough).then(pl.concat_str(columns, separator=" · ")))
        for figure in figures:
            rank = pl.col(figure).rank("max", descending=True).over(columns).cast(pl.Int64) - 1
            ranks[figure].append(pl.when(enough).then(rank))
    return rows.with_columns(
        others=pl.coalesce(others).cast(pl.String),
        peers=pl.coalesce(names),
        **{f"{figure}_as_high": pl.coalesce(ranks[figure]) for figure in figures},
    )


def _percent(name: str) -> pl.Expr:
    return (100.0 * pl.col(name)).round(0).cast(pl.Int64).cast(pl.String)


def _json(code: str, figures: pl.DataFrame) -> pl.Series:
    """Figures as ``"code": {…}``, null where there are none."""
    text = pl.struct(pl.all()).struct.json_encode()
    return figures.select(
        pl.when(pl.col("others").is_not_null()).then(pl.lit(f'"{code}": ') + text).alias(code)
    ).to_series()
