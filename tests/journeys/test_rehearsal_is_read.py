"""What the rehearsal writes, our readers read: every layout comes back as the region's own readings."""

import numpy as np
import polars as pl
import pytest

from minewatch.readers.placing import place
from minewatch.readers.readings import open_readings
from minewatch.usecases.rehearse import simulate_region, write_region


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    region = simulate_region(seed=77, meters=260, days=6)
    out = tmp_path_factory.mktemp("rehearsal")
    write_region(region, out=out)
    return region, out


def read(path):
    points, days = [], []
    for batch in open_readings(path).batches():
        (points if batch.kind == "points" else days).append(batch.frame)
    return place(pl.concat(points) if points else None, days or None).days[96]


def test_curves_of_every_county_come_back(written):
    region, out = written
    back = pl.concat([read(path) for path in sorted((out / "curves").iterdir())])
    known = region.meters.select("meter", "county_code", step=0.0001 * pl.col("ct") * pl.col("pt"))
    joined = back.join(region.readings, on=["meter", "day"], suffix="_true").join(known, on="meter")
    power = joined.filter(pl.col("county_code") != "511823")
    assert (
        power.height
        == region.readings.join(known, on="meter")
        .filter((pl.col("county_code") != "511823") & ~pl.col("meter").str.ends_with("E"))
        .height
    )
    np.testing.assert_allclose(power["kw"].to_numpy(), power["kw_true"].to_numpy(), rtol=1e-5, atol=1e-3)


def test_registers_come_back_within_their_digits(written):
    region, out = written
    (path,) = (out / "curves").glob("*示值*")
    known = region.meters.select("meter", ratio=pl.col("ct") * pl.col("pt"))
    joined = read(path).join(region.readings, on=["meter", "day"], suffix="_true").join(known, on="meter")
    got, true = joined["kw"].to_numpy(), joined["kw_true"].to_numpy()
    ratio = joined["ratio"].to_numpy()[:, None]
    digit = np.where(ratio > 1, 0.0001, 0.01) * ratio * 4
    both = np.isfinite(got) & np.isfinite(true)
    assert both.mean() > 0.95
    assert (np.abs(got - true) <= digit * 1.01 + 1e-3)[both].all()


def test_supply_comes_back(written):
    region, out = written
    (path,) = (out / "supply").iterdir()
    joined = read(path).join(region.supply, on=["meter", "day"], suffix="_true")
    assert joined.height == region.supply.height
    np.testing.assert_allclose(joined["kw"].to_numpy(), joined["kw_true"].to_numpy(), rtol=1e-5, atol=1e-3)
