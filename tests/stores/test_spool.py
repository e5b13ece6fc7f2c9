import numpy as np
import polars as pl
import pytest

from minewatch.model.errors import StoreError
from minewatch.stores import spool as spools
from minewatch.stores.lake import shard_of
from minewatch.stores.spool import Spool


@pytest.mark.parametrize("flush", [1, 1 << 30])
def test_rows_come_back_by_meter_in_their_order(tmp_path, monkeypatch, flush):
    monkeypatch.setattr(spools, "FLUSH_BYTES", flush)
    rng = np.random.default_rng(3)
    frames = [
        pl.DataFrame({"meter": [f"m{i}" for i in rng.integers(0, 40, 500)], "n": np.arange(500) + 500 * batch})
        for batch in range(4)
    ]
    with Spool(tmp_path / "spool", shards=4, pieces=2) as spool:
        for number, frame in enumerate(frames):
            spool.add(frame, kind="points", tag=f"s{number % 2}")
        spool.add(frames[0].head(1).with_columns(x=pl.lit(1.0)), kind="days", tag="s9")
        spool.finish()
        seen = []
        for partition in spool.partitions():
            rows = spool.take(partition, "points")
            assert {shard_of(meter, 4) for meter in rows["meter"]} == {partition % 4}
            assert spool.take(partition, "points") is None
            seen.append(rows)
        found = pl.concat(seen)
        (lonely,) = [p for p in spool.partitions() if "days" in spool.kinds(p)]
        assert spool.tags(lonely) == ("s0", "s1", "s9")
        assert spool.take(lonely, "days").height == 1
    whole = pl.concat(frames)
    assert found.sort("n").equals(whole)
    for _, rows in found.group_by("meter"):
        assert rows["n"].is_sorted()


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        Spool(tmp_path / "file" / "spool", shards=1)
