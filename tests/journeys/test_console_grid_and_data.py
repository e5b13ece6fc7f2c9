"""From files to the place where energy is missing, in a real browser: upload, follow the work, open the tree, look at a node."""

import pytest

from browser import signed_in
from console_office import PASSWORD
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.balance import balance_view, run_balance
from minewatch.usecases.grid_index import held_index
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.import_grid import grid_store
from region_office import NOW, region_workspace

FAULTY = "meter,time,kw\n" + "".join(f"m1,2021-06-01 {hour:02d}:00,1.5\n" for hour in range(24)) + "m1,soon,2\n"


def test_a_file_is_uploaded_followed_and_its_fault_shown(browser, served, tmp_path):
    file = tmp_path / "june.csv"
    file.write_text(FAULTY)
    page = signed_in(browser, served.address, "analyst", PASSWORD)
    page.goto("/data")
    page.set_input_files("#files", file)
    page.click("text=Upload and import")
    page.wait_for_url("**/data/jobs/job-000001")
    page.wait_for_selector("#state.good", timeout=60_000)
    assert page.locator("#issues tbody tr").first.inner_text().startswith("june.csv")
    assert "soon" in page.locator("#issues tbody").inner_text()
    page.goto("/data/coverage")
    page.click("main >> text=Measure coverage")
    page.wait_for_selector("#state.good", timeout=60_000)
    page.goto("/data/coverage")
    page.wait_for_selector(".chart[data-drawn=yes]", timeout=30_000)
    page.click("text=m1")
    page.wait_for_selector(".chart[data-drawn=yes]", timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [fault for fault in page.faults if "inline style" not in fault] == []
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tree_opens_down_to_a_node_with_its_charts(browser, served, tmp_path, width):
    folder = region_workspace(tmp_path / "region")
    workspace = open_workspace(folder)
    view = balance_view(run_balance(lake=workspace.lake(), store=grid_store(workspace)))
    keep_balance(folder=folder, view=view, at=NOW)
    for name in ("grid", "balance"):
        (served.office.workspace.folder / name).symlink_to(folder / name)
    index = held_index(served.office)
    node = next(one.node for one in view.nodes if one.flagged and index.tree.kind[one.node] != "substation")
    page = signed_in(browser, served.address, "supervisor", PASSWORD, viewport={"width": width, "height": 800})
    page.goto("/grid")
    for above in index.path(node)[:-1]:
        page.click(f"details.node:has(> summary strong:text-is('{above}')) > summary", position={"x": 6, "y": 12})
        page.wait_for_selector(f"details.node[open]:has(> summary strong:text-is('{above}')) > ul.tree")
    page.locator("main").locator(f"a:has-text('{node}')").first.click()
    page.wait_for_url(f"**/grid/{node}")
    charts = page.locator(".chart")
    for number in range(charts.count()):
        charts.nth(number).scroll_into_view_if_needed()
        page.wait_for_function("box => box.dataset.drawn === 'yes'", arg=charts.nth(number).element_handle())
    assert charts.count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [fault for fault in page.faults if "inline style" not in fault] == []
    page.context.close()


def test_the_slider_of_the_law_map_leads_through_the_days(browser, served):
    page = signed_in(browser, served.address, "inspector", PASSWORD)
    page.goto("/law/map?on=2021-06-17")
    assert page.locator("a.none[aria-label^=Sichuan]").count() == 1
    page.locator("#slide").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**on=2021-06-18")
    assert page.locator("a.none[aria-label^=Sichuan]").count() == 0
    page.click("a[rel=next]")
    page.wait_for_load_state()
    assert "2021-06-18" not in page.locator("h1").inner_text()
    assert page.faults == []
    page.context.close()
