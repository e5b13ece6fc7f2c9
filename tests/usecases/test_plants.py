import polars as pl
import pytest

from minewatch.model.errors import InputError
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.import_grid import import_grid_files
from minewatch.usecases.plants import plants_frame, run_plants
from minewatch.usecases.rehearse import rehearse


def test_a_rehearsal_s_sellers_are_found_from_its_files(tmp_path):
    store = GridStore(tmp_path / "grid")
    with pytest.raises(InputError):
        run_plants(store=store)
    rehearse(out=tmp_path / "region", seed=9004, meters=300, days=10)
    files = [tmp_path / "region" / name for name in ("stations.csv", "generation.csv")]
    import_grid_files(files, what="generation", store=store)
    frame = plants_frame(run_plants(store=store))
    truth = pl.read_parquet(tmp_path / "region" / "truth" / "truth.parquet").filter(
        pl.col("evasion") == "private_supply"
    )
    assert set(frame.filter(pl.col("flagged") == "yes")["station"]) == set(truth["node"])
