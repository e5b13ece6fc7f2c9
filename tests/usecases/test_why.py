"""Why a meter was told as it was: cleared, noticed, daily only, without readings."""

import json
import os
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from finding_samples import ELSEWHERE, NATION, opened, turn
from minewatch.cli.main import app
from minewatch.detect.looks import FAMILIES
from minewatch.model.against import AGAINST
from minewatch.model.errors import MissingError, RuleError
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from minewatch.usecases.why import against, why
from visited_office import FIRST, NOW, visited_office

METERS = 22


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    visited_office(folder, meters=METERS)
    days = [f"DAILY,{FIRST + timedelta(days=day)},{12 + 9 * (day % 2)}" for day in range(60)]
    (folder / "daily.csv").write_text("\n".join(["meter,date,kWh", *days]), "utf-8")
    workspace = open_workspace(folder)
    options = with_zone(read_options(), workspace.zone)
    import_files([folder / "daily.csv"], lake=workspace.lake(), now=NOW, options=options)
    books = [f"V{number:03d},商业" for number in range(METERS)]
    (folder / "meters.csv").write_text("\n".join(["计量点,用电类别", *books]), "utf-8")
    import_grid_files([folder / "meters.csv"], what="meters", store=grid_store(workspace))
    run_on_workspace(given=folder, variable=None, start=folder, outputs=Outputs(top=0), now=NOW)
    return folder


def test_a_cleared_meter_is_told_what_spoke_against_it(folder):
    with opened(folder) as office:
        found = why(turn=turn(office, NATION), meter="V005")
    assert found.cleared
    assert found.probability == pytest.approx(found.told)
    assert found.probability < found.gate
    assert found.closely is not None
    assert found.speaks_against
    assert all(text.en and text.zh for text in (*found.speaks_for, *found.speaks_against, found.summary))
    assert "cleared" in found.summary.en


def test_a_noticed_meter_is_told_its_reasons(folder):
    with opened(folder) as office:
        found = why(turn=turn(office, NATION), meter="V000")
    assert not found.cleared
    assert found.speaks_for
    assert found.closely == pytest.approx(found.probability)


@pytest.mark.parametrize("meter", ["V000", "V021"])
def test_how_others_of_its_use_draw_is_told_of_noticed_and_cleared_meters(folder, meter):
    with opened(folder) as office:
        found = why(turn=turn(office, NATION), meter=meter)
    said = [text for text in found.known if text.en.startswith("declared use")]
    assert len(said) == 1
    assert f"the {METERS - 1} other meters screened that are in the books as “商业”" in said[0].en
    assert "同为“商业”" in said[0].zh


def test_daily_energy_is_told_as_such(folder):
    with opened(folder) as office:
        found = why(turn=turn(office, NATION), meter="DAILY")
    assert "daily energy" in found.summary.en
    assert found.speaks_against
    assert found.closely is None


def test_who_may_not_and_what_is_not_there(folder):
    with opened(folder) as office:
        with pytest.raises(RuleError):
            why(turn=turn(office, ELSEWHERE), meter="V000")
        with pytest.raises(MissingError):
            why(turn=turn(office, NATION), meter="NOBODY")
        with pytest.raises(MissingError, match="no longer holds"):
            why(turn=turn(office), meter="M1", run="screen-1")


def test_every_look_has_words_for_what_speaks_against():
    assert set(FAMILIES) <= set(AGAINST)
    assert against({"noise": -0.5, "flat": 0.45, "edge": -0.3, "step": 0.9}) == (AGAINST["edge"],)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_as_it_is_typed(folder, language):
    environment = {
        **os.environ,
        "MINEWATCH_WORKSPACE": str(folder),
        "MINEWATCH_ACTOR": "gao",
        "MINEWATCH_LANG": language,
    }
    told = CliRunner().invoke(app, ["findings", "why", "V005"], env=environment)
    assert told.exit_code == 0
    assert ("cleared" if language == "en" else "排除") in told.stdout
    plain = CliRunner().invoke(app, ["findings", "why", "V005", "--json"], env=environment)
    assert json.loads(plain.stdout)["cleared"]
