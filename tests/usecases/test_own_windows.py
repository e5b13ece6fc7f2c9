"""Windows of the workspace's own meters: who is drawn from, the same by the same seed, never across parts."""

import numpy as np
import pytest

from finding_samples import opened
from minewatch.detect.own_background import PARTS
from minewatch.detect.parts import hashed_part
from minewatch.usecases import own_windows
from minewatch.usecases.findings_keep import Books
from minewatch.usecases.own_windows import chosen_hosts, drawn, site_of
from visited_office import visited_office


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    visited_office(folder, meters=12)
    with opened(folder) as office:
        yield office.workspace.lake()


def test_the_seed_chooses_and_the_curves_are_those_of_the_lake(lake):
    few = chosen_hosts(lake, books={}, number=5, seed=0)
    again = chosen_hosts(lake, books={}, number=5, seed=0)
    other = chosen_hosts(lake, books={}, number=5, seed=1)
    assert [one.name for one in few.sources] == [one.name for one in again.sources]
    assert few.digest == again.digest != other.digest
    assert [one.name for one in few.sources] != [one.name for one in other.sources]
    assert few.days == ("2021-05-20", "2021-06-16")
    assert {one.kw.shape for one in few.sources} == {(28, 48)}
    assert len(chosen_hosts(lake, books={}, number=50, seed=0).sources) == 12


def test_short_meters_are_not_drawn_from(lake, monkeypatch):
    monkeypatch.setattr(own_windows, "LEAST_DAYS", 29)
    assert chosen_hosts(lake, books={}, number=50, seed=0).sources == ()


def test_a_customers_meters_are_one_site():
    books = {"a": Books(customer="C"), "b": Books()}
    assert [site_of(meter, books) for meter in ("a", "b", "c")] == ["C", "b", "c"]


def test_windows_are_the_same_by_the_same_seed_and_joined_within_a_part(lake, monkeypatch):
    hosts = chosen_hosts(lake, books={}, number=6, seed=0)
    asked = []
    real = own_windows.draw

    def watched(source, **given):
        asked.append((source.site, [mate.site for mate in given["mates"]]))
        return real(source, **given)

    monkeypatch.setattr(own_windows, "draw", watched)
    told = []
    one = drawn(hosts, seed=3, windows=24, watched=lambda *done: told.append(done))
    two = drawn(hosts, seed=3, windows=24)
    np.testing.assert_array_equal(one.training.looks, two.training.looks)
    np.testing.assert_array_equal(one.trial.looks, two.trial.looks)
    assert told[-1] == (6, 6)
    for site, mates in asked:
        assert site not in mates
        assert {hashed_part(mate, PARTS) for mate in mates} <= {hashed_part(site, PARTS)}
    assert one.training.part.tolist() == [hashed_part(str(site), PARTS) for site in one.training.site]
    assert one.training.mine.any()
    assert not one.training.mine.all()
