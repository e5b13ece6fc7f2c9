"""The grid pages: the tree lazily, a node with its charts, the map; a county sees its own."""

import pytest

from minewatch.stores.workspace import open_workspace
from minewatch.usecases.balance import balance_view, run_balance
from minewatch.usecases.grid_index import GridIndex, grid_index
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.office import Turn
from region_office import NOW, region_workspace

PAGES = ("/grid", "/grid/map", "/grid/map.json")


@pytest.fixture(scope="module", name="region")
def made_region(tmp_path_factory):
    folder = region_workspace(tmp_path_factory.mktemp("region") / "w")
    workspace = open_workspace(folder)
    keep_balance(
        folder=folder, view=balance_view(run_balance(lake=workspace.lake(), store=grid_store(workspace))), at=NOW
    )
    return folder


@pytest.fixture
def held(console, region):
    """The console's own workspace with the region's grid and its balance in it."""
    for name in ("grid", "balance"):
        (console.office.workspace.folder / name).symlink_to(region / name)
    return console


def index_of(held) -> GridIndex:
    return grid_index(Turn(held.office, held.console.actor("supervisor"), held.at))


@pytest.mark.parametrize(("name", "status"), [("supervisor", 200), ("analyst", 200), ("auditor", 200), ("inspector", 200),
                                              ("admin", 403)])  # fmt: skip
def test_who_may(held, name, status):
    client = held.client(name)
    assert {client.get(path).status_code for path in PAGES} == {status}
    assert ("/grid" in client.get("/").text) == (status == 200)


def test_the_tree_opens_level_by_level(held):
    client = held.client("analyst")
    page = client.get("/grid").text
    index = index_of(held)
    roots = [node for node in index.tree.roots if node in page]
    assert roots
    piece = client.get("/grid/children", params={"node": roots[0]}).text
    assert "<html" not in piece
    assert all(child in piece for child in index.tree.children[roots[0]])
    found = client.get("/grid", params={"flagged": "true"}).text
    flagged = [node for node, row in index.balances.items() if row["flagged"]]
    assert all(node in found for node in flagged)
    assert "unexplained" in found


def test_a_node_shows_balance_money_picture_and_charts(held):
    client = held.client("supervisor")
    index = index_of(held)
    node = next(node for node, row in index.balances.items() if row["flagged"])
    page = client.get(f"/grid/{node}").text
    for words in ("Supplied, and the unexplained part", "Energy over these days", "CNY", "SIMULATED"):
        assert words in page
    for chart in ("balance", "heat", "residual"):
        assert f"/grid/{chart}.json?node={node}" in page
        assert client.get(f"/grid/{chart}.json", params={"node": node}).json()["data"]
    root = index.path(node)[0]
    assert "<svg" in client.get(f"/grid/{root}").text
    assert client.get("/grid/no-such-node").status_code == 400
    assert client.get("/grid/..%2f..%2fetc%2fpasswd").status_code in {400, 404}


def test_a_county_sees_its_own_only(held):
    client = held.client("county")
    index = index_of(held)
    page = client.get("/grid").text
    strange = [node for node in index.tree.roots if index.county[node] != "511802"]
    own = [node for node in index.tree.roots if index.county[node] == "511802"]
    assert own
    assert all(node in page for node in own)
    assert not any(node in page for node in strange)
    before = len(held.office.log.stream("access"))
    for path in (f"/grid/{strange[0]}", f"/grid/children?node={strange[0]}", f"/grid/balance.json?node={strange[0]}"):
        assert client.get(path).status_code == 403
    assert len(held.office.log.stream("access")) == before + 3
    figure = client.get("/grid/map.json").json()
    assert not set(strange) & {name for trace in figure["data"] for name in trace["text"]}
    assert not any(node in held.client("elsewhere").get("/grid").text for node in own)


def test_the_map_is_filtered_by_state(held):
    client = held.client("analyst")
    assert client.get("/grid/map", params={"state": ["closed", "noticed"], "nodes": "none"}).status_code == 200
    assert client.get("/grid/map", params={"state": "gone"}).status_code == 400


def test_without_a_grid_the_page_says_what_to_import(console):
    page = console.client("analyst").get("/grid")
    assert page.status_code == 200
    assert "The workspace holds no grid" in page.text
