"""What a workspace rests on is recorded at import and outlives the files; mixing is told."""

import json
import shutil
from datetime import UTC, datetime

import polars as pl
import pytest

from minewatch.casework.case_state import CaseState
from minewatch.model.origin import SIMULATED, Origin
from minewatch.stores.gridstore import GridStore
from minewatch.stores.sightings import SightingStore
from minewatch.stores.workspace import init
from minewatch.usecases.export_readings import Selection, export_readings
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.simulated import (
    balance_origin,
    case_origin,
    grid_origin,
    meters_origin,
    readings_origin,
    workspace_origin,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    return init(tmp_path / "w", zone="+08:00", shards=1)


def readings(folder, meter, *, marked):
    folder.mkdir(parents=True)
    if marked:
        (folder / "README.txt").write_text("SIMULATED DATA\n", "utf-8")
    rows = [f"{meter},2021-06-0{day} {hour:02d}:00,{hour}" for day in (1, 2) for hour in range(24)]
    path = folder / f"{meter}.csv"
    path.write_text("\n".join(["meter,time,kw", *rows]) + "\n", "utf-8")
    return path


def take(workspace, *paths):
    return import_files(paths, lake=workspace.lake(), now=NOW)


def test_the_label_outlives_the_files(workspace, tmp_path):
    receipt = take(workspace, readings(tmp_path / "region", "S1", marked=True))
    assert receipt.origin is Origin.SIMULATED
    shutil.rmtree(tmp_path / "region")
    assert readings_origin(workspace.lake()) is Origin.SIMULATED
    assert workspace_origin(workspace) is Origin.SIMULATED


def test_mixing_is_told_at_once_and_stays(workspace, tmp_path):
    assert take(workspace, readings(tmp_path / "real", "R1", marked=False)).origin is Origin.MEASURED
    assert workspace_origin(workspace) is Origin.MEASURED
    assert take(workspace, readings(tmp_path / "region", "S1", marked=True)).origin is Origin.MIXED
    assert readings_origin(workspace.lake()) is Origin.MIXED
    assert workspace_origin(workspace) is Origin.MIXED


def test_the_files_of_a_meter_tell_more_than_the_whole_lake(workspace, tmp_path):
    take(workspace, readings(tmp_path / "real", "R1", marked=False))
    take(workspace, readings(tmp_path / "region", "S1", marked=True))
    lake = workspace.lake()
    by_part = [part for part in lake.manifest.parts if part.first_meter <= "S1" <= part.last_meter]
    assert by_part
    assert meters_origin(lake, ["S1"]).is_simulated
    assert meters_origin(lake, ["nowhere"]) is Origin.MEASURED


def test_a_case_keeps_what_its_finding_said(workspace, tmp_path):
    take(workspace, readings(tmp_path / "region", "S1", marked=True))
    lake = workspace.lake()
    assert case_origin(lake, CaseState(meters=("S1",)), ("S1",)) is Origin.SIMULATED
    assert case_origin(lake, CaseState(meters=("S1",), simulated="no"), ("S1",)) is Origin.MEASURED
    assert case_origin(lake, CaseState(simulated="partly"), ()) is Origin.MIXED


def as_format_1(workspace):
    """Write the manifest as a program wrote it that did not record what is simulated."""
    path = workspace.folder / "lake" / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    content["format"] = 1
    for source in content["sources"]:
        del source["simulated"]
    path.write_text(json.dumps(content), "utf-8")


def test_an_old_manifest_is_told_apart_by_what_lies_there_and_the_next_import_records_it(workspace, tmp_path):
    take(workspace, readings(tmp_path / "region", "S1", marked=True))
    as_format_1(workspace)
    assert workspace.lake().manifest.sources[0].simulated is None
    assert readings_origin(workspace.lake()) is Origin.SIMULATED
    take(workspace, readings(tmp_path / "real", "R1", marked=False))
    shutil.rmtree(tmp_path / "region")
    assert [one.simulated for one in workspace.lake().manifest.sources] == [True, False]
    assert readings_origin(workspace.lake()) is Origin.MIXED


def test_a_check_tells_what_would_be_mixed_and_changes_nothing(workspace, tmp_path):
    take(workspace, readings(tmp_path / "real", "R1", marked=False))
    path = readings(tmp_path / "region", "S1", marked=True)
    assert import_files([path], lake=workspace.lake(), now=NOW, check=True).origin is Origin.MIXED
    assert readings_origin(workspace.lake()) is Origin.MEASURED


@pytest.mark.parametrize("shape", ["long", "days"])
@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_what_is_exported_is_known_again(workspace, tmp_path, shape, name):
    take(workspace, readings(tmp_path / "region", "S1", marked=True))
    (tmp_path / "elsewhere").mkdir()
    receipt = export_readings(
        lake=workspace.lake(),
        out=tmp_path / "elsewhere" / name,
        shape=shape,
        selection=Selection(meters=frozenset({"S1"})),
    )
    assert receipt.origin is Origin.SIMULATED
    again = init(tmp_path / "again", zone="+08:00", shards=1)
    taken = take(again, receipt.out)
    assert (taken.origin, taken.readings) == (Origin.SIMULATED, 48)


def test_measured_readings_are_exported_without_a_remark(workspace, tmp_path):
    take(workspace, readings(tmp_path / "real", "R1", marked=False))
    receipt = export_readings(lake=workspace.lake(), out=tmp_path / "out.csv")
    assert receipt.out.read_text("utf-8").startswith("meter,interval_start,minutes,kw\n")


def test_tables_of_the_grid_keep_their_label(workspace, tmp_path):
    region = tmp_path / "region"
    region.mkdir()
    (region / "README.txt").write_text("SIMULATED DATA\n", "utf-8")
    (region / "grid.csv").write_text("node,parent,kind\nT1,,transformer\n", "utf-8")
    store = grid_store(workspace)
    (file,) = import_grid_files([region / "grid.csv"], what="grid", store=store).files
    assert file.simulated
    shutil.rmtree(region)
    assert grid_origin(store, "grid") is Origin.SIMULATED
    assert grid_origin(store, "weather") is Origin.MEASURED
    assert balance_origin(workspace.lake(), store) is Origin.SIMULATED
    take(workspace, readings(tmp_path / "real", "R1", marked=False))
    assert balance_origin(workspace.lake(), store) is Origin.MIXED


def test_a_part_of_an_older_program_is_known_by_its_remark_or_not_at_all(tmp_path):
    store = GridStore(tmp_path)
    store.add("grid", "a" * 64, pl.DataFrame({"node": ["T1"]}))
    assert list(store.simulated()) == []
    store.add("stations", "b" * 64, pl.DataFrame({"station": ["H1"], "remark": [Origin.SIMULATED.remark]}))
    assert list(store.simulated()) == [True]


def test_sightings_keep_their_label(workspace):
    store = SightingStore(workspace.folder / "traffic")
    store.add(b"first", simulated=True)
    assert workspace_origin(workspace) is Origin.SIMULATED
    store.add(b"second")
    assert workspace_origin(workspace) is Origin.MIXED
    assert len(list(store.parts())) == 2


def test_the_label_has_both_languages():
    assert Origin.SIMULATED.label == SIMULATED
    assert "模拟" in SIMULATED.zh
