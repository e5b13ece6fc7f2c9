from datetime import UTC, datetime

import pytest

from minewatch.model.errors import InputError
from minewatch.model.origin import Origin
from minewatch.policy.library import library
from minewatch.readers.options import ReadOptions
from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake
from minewatch.usecases.balance import Effort, balance_view, findings_frame, run_balance
from minewatch.usecases.balance_report import add_money, balance_page
from minewatch.usecases.import_grid import import_grid_files
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.money import Rules
from minewatch.usecases.rehearse import Flaws, rehearse

NOW = datetime(2021, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module", name="office")
def made_office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("balance")
    rehearse(out=folder / "region", seed=9007, meters=300, days=21, flaws=Flaws(unread_meters=0.1, wrong_topology=0.02))
    lake = Lake.create(folder / "lake", shards=4)
    region = folder / "region"
    import_files(
        [region / "curves", region / "supply", region / "feed_in"],
        lake=lake,
        now=NOW,
        options=ReadOptions(zone="+08:00"),
    )
    store = GridStore(folder / "grid")
    for what, names in (
        ("grid", ["grid.csv"]),
        ("meters", ["meters.csv"]),
        ("generation", ["generation.csv", "stations.csv"]),
    ):
        import_grid_files([region / name for name in names], what=what, store=store)
    return lake.refreshed(), store


def test_a_rehearsal_is_balanced_from_its_files(office):
    lake, store = office
    told = []
    run = run_balance(lake=lake, store=store, progress=lambda done, total: told.append((done, total)))
    kinds = {run.tree.kind[one.node] for one in run.findings}
    assert kinds == {"area", "feeder", "substation"}
    assert told[-1][0] == told[-1][1] > 0
    assert run.origin is Origin.SIMULATED
    for one in run.findings:
        split = one.series.split
        parts = split.loss + split.unread + split.unexplained + split.rest
        live = split.rest != 0.0
        gap = (one.series.supplied - one.series.metered - parts)[live]
        assert abs(gap).max() < 1e-3 * max(abs(one.mean_kw), 1.0)


def test_batches_change_nothing(office):
    lake, store = office
    whole = findings_frame(balance_view(run_balance(lake=lake, store=store)))
    cut = findings_frame(balance_view(run_balance(lake=lake, store=store, effort=Effort(readings=200_000))))
    assert whole.equals(cut, null_equal=True)


@pytest.mark.parametrize("workers", [1, 5])
def test_any_number_of_workers_finds_the_same_to_the_bit(office, workers):
    lake, store = office
    two = run_balance(lake=lake, store=store).findings
    other = run_balance(lake=lake, store=store, effort=Effort(readings=200_000, workers=workers)).findings
    assert [one.node for one in other] == [one.node for one in two]
    for one, same in zip(two, other, strict=True):
        assert (one.z, one.kw, one.kw_low, one.likeness, one.energy) == (
            same.z, same.kw, same.kw_low, same.likeness, same.energy,
        )  # fmt: skip
        assert one.series.split.rest.tobytes() == same.series.split.rest.tobytes()


def test_the_page_shows_what_the_table_says_in_both_languages(office):
    lake, store = office
    view = balance_view(run_balance(lake=lake, store=store))
    view = add_money(view, rules=Rules(library(), view.last_day, "511800"), top=1)
    flagged = [one for one in view.nodes if one.flagged]
    for language, word in (("en", "Energy that is missing"), ("zh", "缺失电量报告")):
        page = balance_page(view, top=5, language=language).decode()
        assert word in page
        assert "SIMULATED" in page or "模拟" in page
        assert all(one.node in page for one in flagged)
        assert page == balance_page(view, top=5, language=language).decode()
    assert [bool(one.money) for one in flagged] == [number == 0 for number in range(len(flagged))]
    (first, *_) = flagged
    assert "kind energy" in " ".join(need.en for need in first.money_needs)
    assert first.money[0].lines[0].arithmetic.startswith(f"{round(sum(first.balance.mining_kw), 1)} kWh")


def test_without_supply_or_grid_it_says_so(office, tmp_path):
    lake, store = office
    with pytest.raises(InputError, match="no grid"):
        run_balance(lake=lake, store=GridStore(tmp_path))
    empty = Lake.create(tmp_path / "lake", shards=1)
    with pytest.raises(InputError, match="no readings"):
        run_balance(lake=empty, store=store)
    with pytest.raises(InputError, match="no readings from"):
        run_balance(lake=lake, store=store, first_day=NOW.date().replace(year=2030))
