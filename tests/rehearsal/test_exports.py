"""What is exported tells the same power as the region, read back by plain arithmetic."""

import io

import numpy as np
import polars as pl

from minewatch.rehearsal.exports import (
    REGISTER_TOP,
    REMARK,
    generation_rows,
    node_curves,
    power_curves,
    register_curves,
    xlsx_bytes,
)


def imports(region):
    return region.meters.filter(pl.col("direction") == "import")


def test_power_times_multiplier_is_the_reading(faulty_region):
    frame = power_curves(faulty_region.readings, imports(faulty_region))
    points = frame.select([f"P{one}" for one in range(1, 49)]).to_numpy()
    back = points * frame["综合倍率"].to_numpy()[:, None]
    wanted = faulty_region.readings.filter(~pl.col("meter").str.ends_with("E"))["kw"].to_numpy()
    assert (np.isnan(back) == np.isnan(wanted)).all()
    np.testing.assert_allclose(back, wanted, rtol=1e-5, atol=1e-4)
    assert (frame["备注"] == REMARK).all()


def test_register_differences_are_the_energy(clean_region):
    some = imports(clean_region).head(40)
    readings = clean_region.readings.filter(pl.col("meter").is_in(some["meter"].implode()))
    frame = register_curves(clean_region.parameters, readings, some).sort("电表资产号", "数据日期")
    ratio = (frame["CT变比"] * frame["PT变比"]).to_numpy()
    register = frame.select([f"R{one}" for one in range(1, 97)]).to_numpy()
    wanted = readings.sort("meter", "day")["kw"].to_numpy() / 4 / ratio[:, None]
    steps = np.diff(register.reshape(40, -1), axis=1) % REGISTER_TOP
    np.testing.assert_allclose(steps, wanted.reshape(40, -1)[:, 1:], atol=0.0101)
    assert (register.max(axis=1) < REGISTER_TOP).all()
    assert (np.diff(register.reshape(40, -1), axis=1) < -REGISTER_TOP / 2).sum() == 1, "one register passes its top"


def test_generation_rows_hold_every_quantity(clean_region):
    frame = generation_rows(clean_region.generation)
    assert frame["quantity"].n_unique() == 6
    one = frame.filter(pl.col("quantity") == "delivered").select([f"S{n}" for n in range(1, 97)]).to_numpy()
    wanted = clean_region.generation.sort("station", "day")["delivered_kw"].to_numpy()
    np.testing.assert_allclose(one, wanted, rtol=1e-6)
    assert frame.filter(pl.col("quantity") == "dispatch")["S96"].null_count() > 0


def test_nodes_are_exported_like_meters(clean_region):
    frame = node_curves(clean_region.supply)
    assert frame.height == clean_region.supply.height
    np.testing.assert_allclose(frame["P7"].to_numpy(), clean_region.supply["kw"].to_numpy()[:, 6], atol=1e-3)


def test_the_workbook_opens_elsewhere_and_repeats():
    frame = pl.DataFrame({"名 & <称>": ["a", "乙"], "值": [1.25, None], "日": [3, 4]})
    data = xlsx_bytes(frame, sheet="模拟 & 数据")
    assert data == xlsx_bytes(frame, sheet="模拟 & 数据")
    back = pl.read_excel(io.BytesIO(data), sheet_name="模拟 & 数据")
    assert back.columns == frame.columns
    assert back.rows() == frame.rows()
