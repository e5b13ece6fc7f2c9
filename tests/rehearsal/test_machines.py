"""The machine table agrees with itself and, where the shared facts are at hand, with them."""

import polars as pl
import pytest

from minewatch.rehearsal.machines import BY_NAME, MACHINES
from shared_data import shared_file


def test_names_are_unique_and_figures_plausible():
    assert len(BY_NAME) == len(MACHINES)
    for machine in MACHINES:
        assert 90 <= machine.watts <= 3600
        assert machine.share_2021 > 0
        assert machine.release <= "2021-06", "the story is June 2021"
        assert machine.joule_per_th is None or 29 <= machine.joule_per_th <= 101


@pytest.mark.parametrize(("name", "anchor"), [("Antminer S9 13.5T", 98.0), ("Antminer S17 Pro 53T", 39.5)])
def test_efficiency_follows_from_power_and_hash_rate(name, anchor):
    assert BY_NAME[name].joule_per_th == pytest.approx(anchor, rel=0.01)


def test_graded_figures_stand_in_the_shared_list():
    listed = pl.read_csv(shared_file("bitcoin/asic_models.csv"), infer_schema_length=None)
    for machine in MACHINES:
        if machine.grade not in {"A", "B"}:
            continue
        same = listed.filter(
            (pl.col("maker") == machine.maker)
            & pl.col("quality").str.starts_with(machine.grade)
            & ((pl.col("hashrate_th").cast(pl.Float64) - machine.th_s).abs() < 0.01)
            & ((pl.col("power_w").cast(pl.Float64) - machine.watts).abs() < 1.0)
        )
        assert same.height, machine.name
