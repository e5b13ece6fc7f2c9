"""Besides the meters: the node less everybody else, the station that feeds the site, its traffic; each named with its reason."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.model.traffic import Sighting
from minewatch.stores.sightings import SightingStore
from minewatch.stores.workspace import init
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.import_traffic import FOLDER
from minewatch.usecases.office import open_office
from minewatch.usecases.sightings import write_sightings
from minewatch.usecases.stops import verify_stops
from stop_office import AS_OF, DAYS, DEADLINE, END, FIRST, SLOTS, curve, fill, opened

TREE = [
    ("SUB", None, "substation"),
    ("FD", "SUB", "feeder"),
    ("TA", "FD", "area"),
    ("PS", "FD", "station"),
    ("mine", "TA", "meter"),
    ("shop", "TA", "meter"),
    ("roof", "TA", "meter"),
    ("direct", "PS", "meter"),
]


@pytest.fixture
def office(tmp_path):
    init(tmp_path / "w", zone="+08:00", shards=2)
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as one:
        yield one


def grid(office, *, tree=TREE):
    """Keep the tree and the books: the mine's account is K1, the roof feeds in."""
    store = grid_store(office.workspace)
    rows = [(node, parent, kind, None, None, "g", line) for line, (node, parent, kind) in enumerate(tree, start=2)]
    types = {"valid_from": pl.Date, "valid_to": pl.Date}
    names = ["node", "parent", "kind", "valid_from", "valid_to", "file", "line"]
    store.add("grid", "a" * 64, pl.DataFrame(rows, names, orient="row", schema_overrides=types))
    books = {
        "meter": ["mine", "shop", "roof"],
        "customer": ["K1", "K2", "K3"],
        "declared_use": ["x"] * 3,
        "voltage": ["380V"] * 3,
        "ct": [1.0] * 3,
        "pt": [1.0] * 3,
        "direction": ["", "", "export"],
    }
    store.add("meters", "b" * 64, pl.DataFrame(books))
    return store


def flat(kw, seed):
    return (kw + 0.05 * kw * np.random.default_rng(seed).random((DAYS, SLOTS))).astype(np.float32)


def area(site, *, roof=0.0):
    """Return what the transformer area was supplied with: the site, the shop, 1 % loss, less what the roof feeds in."""
    return ((site + flat(30, 7)) * 1.01 - roof).astype(np.float32)


def verdict(office, lake, meters=("mine",)):
    """Return verdict, reason, sources that counted and reason by source of a case with these meters."""
    turn = opened(office, [meters])
    (one,), _ = verify_stops(turn=turn, lake=lake, cases=["case-1"], as_of=AS_OF)
    command = one.command
    counted = {said.source for said in command.sources if said.counted}
    reasons = {said.source: said.why or said.outcome for said in command.sources}
    return command.outcome.value, command.why, counted, reasons


STOPPED = curve(off=[(DEADLINE - timedelta(hours=2), END)])


def test_meters_and_node_agree_and_the_evidence_names_both(office):
    grid(office)
    lake = fill(office, {"mine": STOPPED, "shop": flat(30, 7), "TA": area(STOPPED)})
    outcome, _, counted, reasons = verdict(office, lake)
    assert (outcome, counted) == ("in_time", {"meters", "node"})
    assert (reasons["station"], reasons["traffic"]) == ("no_station", "no_traffic")
    event = office.log.stream("case-1")[-1]
    assert event.name == "case.stop_verified/2"
    kinds = [one.partition(":")[0] for one in event.payload["evidence"]]
    assert kinds == ["readings", "node"]
    assert event.payload["source"] == "meters, node"


def test_a_load_that_left_the_meter_but_not_the_node_is_a_contradiction(office):
    grid(office)
    lake = fill(office, {"mine": STOPPED, "shop": flat(30, 7), "TA": area(curve())})
    outcome, why, counted, _ = verdict(office, lake)
    assert (outcome, why, counted) == ("cannot_tell", "meters_against_node", set())


def test_the_node_tells_that_a_site_runs_whose_meter_is_not_read(office):
    grid(office)
    roof = flat(5, 9)
    lake = fill(office, {"shop": flat(30, 7), "roof": roof, "TA": area(curve(), roof=roof)})
    outcome, _, counted, reasons = verdict(office, lake)
    assert (outcome, counted, reasons["meters"]) == ("not_stopped", {"node"}, "no_readings")


def test_a_stop_that_only_the_node_shows_asks_for_a_visit(office):
    grid(office)
    late = curve(off=[(DEADLINE + timedelta(hours=10), END)])
    lake = fill(office, {"shop": flat(30, 7), "TA": area(late)})
    outcome, why, counted, reasons = verdict(office, lake)
    assert (outcome, why, counted, reasons["node"]) == ("cannot_tell", "node_alone", set(), "late")


def test_a_mine_tapped_before_every_meter_is_judged_by_its_node(office):
    grid(office)
    lake = fill(office, {"shop": flat(30, 7), "TA": area(curve())})
    assert verdict(office, lake, ("TA",))[:3] == ("not_stopped", "", {"node"})


def test_a_node_without_supply_hands_on_to_the_next_above(office):
    grid(office)
    lake = fill(office, {"mine": STOPPED, "shop": flat(30, 7), "FD": area(STOPPED)})
    assert verdict(office, lake)[2] == {"meters", "node"}
    node = office.log.stream("case-1")[-1].payload["evidence"][1]
    assert node.startswith("node:FD:")


@pytest.mark.parametrize(("tree", "why"), [([], "no_node"), (TREE, "no_supply")])
def test_what_is_not_there_is_named(office, tree, why):
    if tree:
        grid(office)
    lake = fill(office, {"mine": STOPPED})
    outcome, _, counted, reasons = verdict(office, lake)
    assert (outcome, counted, reasons["node"]) == ("in_time", {"meters"}, why)


def generation(office, private, *, slots=SLOTS):
    """Keep a station that generates 500 kW, delivers the rest and sells ``private`` past the grid."""
    rows = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        sold = private[number].reshape(slots, -1).mean(axis=1)
        for quantity, values in (("generated", np.full(slots, 500.0)), ("delivered", 500.0 - sold)):
            rows.append(("PS", day, quantity, values.astype(np.float32), number))
    names = ["station", "day", "quantity", "values", "line"]
    types = {"values": pl.Array(pl.Float32, slots)}
    grid_store(office.workspace).add(
        "generation", "c" * 64, pl.DataFrame(rows, names, orient="row", schema_overrides=types)
    )


@pytest.mark.parametrize("meters", [("PS",), ("direct",)])
def test_the_station_tells_of_a_site_it_feeds(office, meters):
    grid(office)
    private = curve(off=[(DEADLINE + timedelta(hours=5), END)]) - 20
    generation(office, private)
    lake = fill(office, {"shop": flat(30, 7)})
    outcome, _, counted, reasons = verdict(office, lake, meters)
    assert (outcome, counted) == ("late", {"station"})
    assert reasons["meters"] == ("no_own_meter" if meters == ("PS",) else "no_readings")


def test_a_station_read_by_the_day_dates_no_stop(office):
    grid(office)
    generation(office, curve(), slots=1)
    lake = fill(office, {"shop": flat(30, 7)})
    assert verdict(office, lake, ("PS",))[3]["station"] == "too_coarse"


def seen(first, last, *, customer="K1", probability=0.99):
    begin, end = ((DEADLINE + timedelta(hours=hours)).timestamp() for hours in (first, last))
    ends = {"miner": "10.0.0.1", "miner_port": 5, "pool": "1.2.3.4", "pool_port": 3333}
    return Sighting(
        source="s",
        first_seen=begin,
        last_seen=end,
        dialect="stratum",
        coin="BTC",
        probability=probability,
        reasons=[],
        customer=customer,
        **ends,
    )


def listen(office, folder, *sightings):
    path = folder / "sightings.csv"
    write_sightings(path, sightings)
    SightingStore(office.workspace.folder / FOLDER).add(path.read_bytes())


def test_traffic_after_a_stop_contradicts_it(office, tmp_path):
    grid(office)
    listen(office, tmp_path, seen(-90, 100), seen(-90, 160, customer="K9"))
    lake = fill(office, {"mine": STOPPED})
    outcome, why, _, reasons = verdict(office, lake)
    assert (outcome, why) == ("cannot_tell", "meters_against_traffic")
    assert reasons["traffic"] == "traffic_later"


def test_the_traffic_of_others_and_what_is_hardly_mining_say_nothing(office, tmp_path):
    grid(office)
    listen(office, tmp_path, seen(-90, 160, customer="K9"), seen(-90, 100, probability=0.5))
    lake = fill(office, {"mine": STOPPED})
    outcome, _, counted, reasons = verdict(office, lake)
    assert (outcome, counted, reasons["traffic"]) == ("in_time", {"meters"}, "no_traffic")


def test_traffic_tells_that_a_site_runs_whose_meter_is_not_read(office, tmp_path):
    grid(office)
    listen(office, tmp_path, seen(-90, 160))
    lake = fill(office, {"shop": flat(30, 7)})
    outcome, _, counted, _ = verdict(office, lake)
    assert (outcome, counted) == ("not_stopped", {"traffic"})
