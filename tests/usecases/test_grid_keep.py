"""Balances kept: a node comes back as it was found, a new run replaces the old one, a node that was not balanced is said so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from minewatch.model.errors import InputError
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.balance import balance_view, run_balance
from minewatch.usecases.grid_keep import keep_balance, kept_balance, kept_node, summaries
from minewatch.usecases.import_grid import grid_store
from region_office import region_workspace

NOW = datetime(2021, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module", name="made")
def made_balance(tmp_path_factory):
    folder = region_workspace(tmp_path_factory.mktemp("keep") / "w")
    workspace = open_workspace(folder)
    return folder, balance_view(run_balance(lake=workspace.lake(), store=grid_store(workspace)))


def test_a_node_comes_back_as_it_was_found(made):
    folder, view = made
    kept = keep_balance(folder=folder, view=view, at=NOW)
    assert kept_balance(folder) == kept
    assert (kept.first_day, kept.last_day) == (view.first_day, view.last_day)
    assert kept.simulated is not None
    for one in view.nodes:
        again = kept_node(folder, kept, one.node)
        for series in ("balance", "residual"):
            held, given = getattr(again, series), getattr(one, series)
            assert held.first_day == given.first_day
            assert np.array_equal(held.kw, given.kw, equal_nan=True)
            assert np.array_equal(held.mining_kw, given.mining_kw, equal_nan=True)
        assert replace(again, balance=one.balance, residual=one.residual) == one


def test_a_new_run_takes_the_place_of_the_old_one(made):
    folder, view = made
    keep_balance(folder=folder, view=view, at=NOW)
    later = keep_balance(folder=folder, view=replace(view, nodes=view.nodes[:2]), at=NOW + timedelta(hours=1))
    assert set(summaries(folder, later.run)) == {one.node for one in view.nodes[:2]}
    assert len(list((folder / "balance").glob("*.parquet"))) == 2
    with pytest.raises(InputError, match="was not balanced"):
        kept_node(folder, later, view.nodes[2].node)


def test_nothing_is_kept_of_a_workspace_that_was_never_balanced(tmp_path):
    assert kept_balance(tmp_path) is None


def test_a_run_of_another_program_is_made_again(made):
    folder, view = made
    keep_balance(folder=folder, view=view, at=NOW)
    path = folder / "balance" / "current.json"
    path.write_text(path.read_text("utf-8").replace('"since_start"', '"since_when"'), "utf-8")
    assert kept_balance(folder) is None
