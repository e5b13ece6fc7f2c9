"""A rehearsal on disk: readable with plain Polars, labelled as simulated everywhere, the same bytes for a seed."""

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from minewatch.model.errors import InputError, StoreError
from minewatch.usecases.import_beside import import_beside
from minewatch.usecases.rehearse import Flaws, rehearse, simulate_region, write_region

SEED, METERS, DAYS = 5, 300, 6
NOW = datetime(2021, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("rehearsal") / "region"
    view = rehearse(out=out, seed=SEED, meters=METERS, days=DAYS)
    return out, view


def text_of(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return data.decode("gb18030" if "GB18030" in path.name else "utf-8-sig")


def table(path):
    if path.suffix == ".xlsx":
        return pl.read_excel(path, schema_overrides={"电表资产号": pl.String})
    return pl.read_csv(io.StringIO(text_of(path)), schema_overrides={"电表资产号": pl.String}, infer_schema_length=None)


def test_every_file_is_there_and_counted(folder):
    out, view = folder
    on_disk = {path.relative_to(out).as_posix(): path.stat().st_size for path in out.rglob("*") if path.is_file()}
    assert on_disk == {one.path: one.bytes for one in view.files}
    assert view.mines >= view.mines_metered > 0
    assert {path.suffix for path in (out / "curves").iterdir()} == {".csv", ".gz", ".xlsx"}


def test_everything_says_that_it_is_simulated(folder):
    out, _ = folder
    assert (out / "README.txt").read_text("utf-8").startswith("SIMULATED DATA / 模拟数据")
    for path in out.rglob("*.*"):
        if path.suffix == ".parquet":
            assert (pl.read_parquet(path)["remark"] == "模拟数据 SIMULATED").all()
        elif path.name != "README.txt":
            frame = table(path)
            column = next(name for name in ("备注", "remark") if name in frame.columns)
            assert (frame[column] == "模拟数据 SIMULATED").all(), path.name


def test_currents_are_written_when_asked_for_and_read_again_and_change_no_other_file(folder, tmp_path):
    out = tmp_path / "region"
    view = rehearse(out=out, seed=SEED, meters=METERS, days=DAYS, currents=True)
    others = {one.path for one in view.files} - {"README.txt", "currents.parquet"}
    assert all((out / path).read_bytes() == (folder[0] / path).read_bytes() for path in others)
    told = pl.read_parquet(out / "currents.parquet")
    assert "currents.parquet" in (out / "README.txt").read_text("utf-8")
    receipt = import_beside([out / "currents.parquet"], what="currents", folder=tmp_path, shards=2, now=NOW)
    read = {name: one.meters for name, one in receipt.receipts.items()}
    counted = told.group_by("phase").agg(pl.col("meter").n_unique())
    assert read == {f"current_{phase[0].lower()}": number for phase, number in counted.iter_rows()}
    rehearse(out=out, seed=SEED, meters=METERS, days=DAYS)
    assert not (out / "currents.parquet").exists()


def test_curves_read_back_are_the_region(folder):
    out, _ = folder
    region = simulate_region(seed=SEED, meters=METERS, days=DAYS)
    frames = []
    for path in (out / "curves").iterdir():
        frame = table(path)
        if "P1" in frame.columns:
            points = frame.select([pl.col(f"P{n}").cast(pl.Float64) for n in range(1, 97)]).to_numpy()
            kw = points * frame["综合倍率"].cast(pl.Float64).to_numpy()[:, None]
            frames.append(
                frame.select("电表资产号", pl.col("数据日期").cast(pl.String).str.to_date(), pl.Series("back", kw))
            )
    back = pl.concat(frames)
    joined = back.join(region.readings, left_on=["电表资产号", "数据日期"], right_on=["meter", "day"], how="inner")
    assert joined.height == back.height
    registers = region.meters.filter((pl.col("county_code") == "511823") & (pl.col("direction") == "import"))
    others = region.readings.filter(~pl.col("meter").str.ends_with("E")).height - registers.height * DAYS
    assert back.height == others
    np.testing.assert_allclose(joined["back"].to_numpy(), joined["kw"].to_numpy(), rtol=1e-5, atol=1e-4)


def test_the_truth_lies_apart(folder):
    out, _ = folder
    truth = pl.read_parquet(out / "truth" / "truth.parquet")
    assert truth["is_mine"].any()
    for path in out.rglob("*.csv"):
        if path.parent.name != "truth":
            head = text_of(path).splitlines()[0]
            assert "is_mine" not in head
            assert "evasion" not in head


def test_the_same_seed_writes_the_same_bytes_over_the_old(folder, tmp_path):
    out, view = folder
    region = simulate_region(seed=SEED, meters=METERS, days=DAYS)
    heard = []
    write_region(region, out=tmp_path, progress=lambda what, done, total: heard.append((what, done, total)))
    for one in view.files:
        assert (tmp_path / one.path).read_bytes() == (out / one.path).read_bytes(), one.path
    assert heard[-1] == ("files", len(view.files), len(view.files))
    again = rehearse(out=out, seed=SEED, meters=METERS, days=DAYS)
    assert again.files == view.files


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="holds other files"):
        rehearse(out=tmp_path, seed=1, meters=60, days=1)
    with pytest.raises(InputError, match="is a file"):
        rehearse(out=tmp_path / "letter.txt", seed=1, meters=60, days=1)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "bad",
    [
        {"meters": 3},
        {"days": 0},
        {"seed": -1},
        {"flaws": Flaws(unread_meters=1.2)},
        {"flaws": Flaws(0.0, -0.1)},
        {"meters": 100_000, "days": 700},
    ],
)
def test_senseless_wishes_are_refused_with_a_remedy(tmp_path, bad):
    with pytest.raises(InputError) as caught:
        rehearse(out=tmp_path / "x", **({"seed": 1, "meters": 60, "days": 2} | bad))
    assert caught.value.remedy


def test_a_folder_that_cannot_be_written_is_told():
    region = simulate_region(seed=1, meters=60, days=1)
    with pytest.raises(StoreError, match="could not be written"):
        write_region(region, out=Path("/proc/nowhere"))


def test_flaws_show_in_the_region():
    region = simulate_region(seed=4, meters=400, days=2, flaws=Flaws(unread_meters=0.3, wrong_topology=0.1))
    assert region.readings["meter"].n_unique() < 0.8 * region.meters.height
    booked = region.truth.join(region.meters.select("meter", booked="node"), on="meter")
    assert 10 < booked.filter(pl.col("node") != pl.col("booked")).height < 80


def test_the_grid_companys_list_is_right_and_wrong():
    region = simulate_region(seed=20210617, meters=6000, days=2)
    listed = region.suspects
    assert 5 <= listed.height <= 26
    known = listed.drop_nulls("meter").join(region.truth.select("meter", "is_mine"), on="meter")
    assert known["is_mine"].any()
    assert not known["is_mine"].all()
    assert listed["meter"].null_count() > 0


def test_a_smaller_rehearsal_leaves_no_curves_of_the_larger_one(tmp_path):
    rehearse(out=tmp_path, seed=1, meters=200, days=1)
    rehearse(out=tmp_path, seed=1, meters=60, days=1, flaws=Flaws(unread_meters=1.0))
    assert list((tmp_path / "curves").iterdir()) == []
    assert list((tmp_path / "supply").iterdir())
