"""Triage in a real browser: look, accept, dismiss by keyboard, open a case, take back, decide in bulk, on desk and phone."""

import pytest
from playwright.sync_api import expect

from browser import signed_in
from console_office import PASSWORD
from finding_samples import AT
from minewatch.casework.campaign import OpenCampaign
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference
from minewatch.usecases.cases import open_campaign
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from region_office import region_files

SUPERVISOR = Actor("supervisor", frozenset({Role.SUPERVISOR}), ("511800",))


@pytest.fixture
def triage(served):
    """The served console with a screened region and a campaign."""
    office, region = served.office, region_files()
    options = with_zone(read_options(), "+08:00")
    import_files([region / "curves"], lake=office.workspace.lake(), now=AT, options=options)
    import_grid_files([region / "meters.csv"], what="meters", store=grid_store(office.workspace))
    folder = office.workspace.folder
    run_on_workspace(given=folder, variable=None, start=folder, outputs=Outputs(top=0), now=AT)
    command = OpenCampaign(
        title="Ya'an, June 2021 (rehearsal)",
        region=("511800",),
        instruments=(RuleReference("CN-YA-20210617", "v1", "1"),),
        zone="+08:00",
        opened_at=AT,
        by="supervisor",
    )
    open_campaign(log=office.log, actor=SUPERVISOR, at=AT, name="june", command=command)
    return served


def shown(page):
    return page.locator("table.findings tbody tr[data-meter]").evaluate_all(
        "rows => rows.map(row => row.dataset.meter)"
    )


def own_faults(page):
    """Faults but the chart library's inline styles, which the policy refuses and the stylesheet replaces."""
    return [fault for fault in page.faults if "inline style" not in fault]


def test_look_decide_and_take_back(browser, triage):
    page = signed_in(browser, triage.address, "analyst", PASSWORD, viewport={"width": 1280, "height": 900})
    page.goto("/findings?status=todo")
    first, second, third = shown(page)[:3]

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[aria-selected=true]").get_attribute("data-meter") == second
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}?*")
    page.wait_for_selector(".chart[data-drawn=yes]")
    for number, chart in enumerate(page.locator(".chart").all(), start=1):
        chart.scroll_into_view_if_needed()
        expect(page.locator(".chart[data-drawn=yes]")).to_have_count(number, timeout=20_000)

    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("a")
    page.wait_for_url(f"**/{second}?*")
    assert "1 finding decided" in page.locator("[role=status]").first.inner_text()
    page.keyboard.press("d")
    page.locator("#dismiss-reason").select_option("cold_store")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{third}?*")

    page.fill("#note", "asked the station")
    with page.expect_navigation():
        page.click("text=Open case")
    assert triage.office.log.read_rows("cases")[0]["meters"] == [third]

    page.goto("/findings?status=all")
    states = {meter: page.locator(f"tr[data-meter='{meter}']").inner_text() for meter in (first, second, third)}
    assert "accepted" in states[first]
    assert "dismissed" in states[second]
    assert "case-1" in states[third]

    page.goto(f"/findings/{page.locator('#run').input_value()}/{second}")
    assert "cold store" in page.locator("ol.history").inner_text()
    with page.expect_navigation():
        page.click("text=Take back")
    page.goto("/findings?status=todo")
    assert second in shown(page)
    assert first not in shown(page)
    assert own_faults(page) == []
    page.context.close()


def test_bulk_asks_before_everything_is_decided(browser, triage):
    page = signed_in(browser, triage.address, "analyst", PASSWORD, viewport={"width": 1280, "height": 900})
    page.goto("/findings?status=todo&most=0.01&size=50")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.check("#everything")
    page.locator("#dismiss-reason").select_option("too_small")
    page.click("button[value=dismiss]")
    assert asked
    assert shown(page)
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.click("button[value=dismiss]")
    assert shown(page) == []
    page.goto("/findings?status=dismissed&size=50")
    dismissed = shown(page)
    page.check("#all-here")
    assert str(len(dismissed)) in page.locator("#chosen").inner_text()
    with page.expect_navigation():
        page.click("text=Take back")
    page.goto("/findings?status=dismissed")
    assert not set(dismissed) & set(shown(page))
    page.context.close()


def test_a_county_does_not_see_its_neighbour(browser, triage):
    page = signed_in(browser, triage.address, "county", PASSWORD)
    page.goto("/findings?status=all&size=250")
    mine = shown(page)
    assert mine
    assert all(meter.startswith("511802") for meter in mine)
    other = signed_in(browser, triage.address, "analyst", PASSWORD)
    other.goto("/findings?status=all&division=511824")
    link = other.locator("table.findings tbody a").first.get_attribute("href")
    assert page.goto(link).status == 403
    page.context.close()
    other.context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_all_of_it_within_its_width(browser, triage, language):
    page = signed_in(browser, triage.address, "analyst", PASSWORD, viewport={"width": 390, "height": 800})
    if language == "zh":
        page.click("text=中文")
    page.goto("/findings?status=todo")
    link = page.locator("table.findings tbody a").first.get_attribute("href")
    for address in ("/findings?status=todo", link, "/findings/budget?visits=10"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.context.close()
