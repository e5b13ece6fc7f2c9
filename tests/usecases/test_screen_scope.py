import polars as pl

from minewatch.stores.gridstore import GridStore
from minewatch.usecases.import_grid import import_grid_files
from minewatch.usecases.screen_scope import customers_only, not_customers

GRID = """\
node,parent,kind,valid_from,valid_to
TA1,FD1,transformer_area,2012-01-01,
FD1,,feeder,2012-01-01,
M1,TA1,meter,2012-01-01,
"""
METERS = "meter,customer,node,direction\nM1,K1,TA1,import\nPV1,K1,TA1,export\n"


def test_supply_and_feed_in_are_no_customers(tmp_path):
    store = GridStore(tmp_path / "grid")
    assert not_customers(store) == frozenset()
    for what, text in (("grid", GRID), ("meters", METERS)):
        (tmp_path / f"{what}.csv").write_text(text, encoding="utf-8")
        import_grid_files([tmp_path / f"{what}.csv"], what=what, store=store)
    assert not_customers(store) == {"TA1", "FD1", "PV1"}


def test_only_customers_keep_a_finding_and_the_order_stays():
    findings = pl.DataFrame({"meter_id": ["TA1", "M2", "PV1", "M1"], "probability": [0.9, 0.8, 0.7, 0.6]})
    assert customers_only(findings, frozenset({"TA1", "PV1"}))["meter_id"].to_list() == ["M2", "M1"]
    assert customers_only(findings, frozenset()) is findings
