"""Real meters, where the shared data is at hand: every reading of every file is taken, and nothing made up."""

import numpy as np
import polars as pl
import pytest

from minewatch.readers.options import ReadOptions
from readers.reading_files import as_dict, codes, read
from shared_data import shared_file

FILES = {
    "bdg2_buildings_60min": 24,
    "cambridge_buildings_60min": 24,
    "fontana_houses_60min": 24,
    "gpu_servers_60min": 24,
    "nrel_office_datacentre_60min": 24,
    "openfido_mixed_60min": 24,
    "sgsc_houses_30min": 48,
    "steel_plant_15min": 96,
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_real_reading_is_taken(name):
    path = shared_file(f"meters/{name}.parquet")
    days, issues = read(path, options=ReadOptions(unit="kW"))
    assert list(days) == [FILES[name]]
    assert codes(issues) <= {"gap", "negative_values"}
    raw = pl.read_parquet(path).drop("time")
    got = as_dict(days[FILES[name]])
    assert sorted(got) == sorted(raw.columns)
    for meter in raw.columns:
        expected = raw[meter].fill_nan(None).drop_nulls().to_numpy()
        taken = got[meter].reshape(-1)
        np.testing.assert_array_equal(taken[~np.isnan(taken)], expected.astype(np.float32))
