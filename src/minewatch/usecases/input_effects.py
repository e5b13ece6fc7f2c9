"""What the optional inputs of a screening changed: their weights taken out of the findings again, one by one or all.

What is known beside the curve is added to the log-odds after the curve was judged, so that taking a weight out of a finding gives
what it would have been without that input: exactly, but for the few meters that were looked at closely only because they fell
together with the network.
"""

import json
from collections.abc import Collection

import numpy as np
import polars as pl

from minewatch.detect.learned import chance_of, odds_of
from minewatch.model.inputs import INPUT_OF

NEARLY = 1e-15


def with_only(findings: pl.DataFrame, inputs: Collection[str]) -> pl.DataFrame:
    """Return ``findings`` (``model.tables.FINDINGS``) as they were with no more than these ``inputs`` (``model.inputs``), ranked.

    Reasons and weights stay as they are; only probability and order change.
    """
    out = np.array([_weight(text, inputs) for text in findings["look_weights"].to_list()])
    chance = np.clip(findings["probability"].fill_null(0.0).to_numpy(), NEARLY, 1.0 - NEARLY)
    odds = odds_of(chance) - out
    moved = np.where(out == 0.0, findings["probability"].fill_null(0.0).to_numpy(), chance_of(odds))
    return findings.with_columns(pl.Series("probability", moved)).sort(
        "probability", "mining_kw", "meter_id", descending=[True, True, False], nulls_last=True
    )


def _weight(text: str | None, kept: Collection[str]) -> float:
    """Sum of the weights of inputs that are not kept."""
    weights: dict[str, float] = json.loads(text or "{}")
    return sum(weight for code, weight in weights.items() if code in INPUT_OF and INPUT_OF[code] not in kept)
