"""The first minutes with the console, in a real browser."""

import pytest

from browser import signed_in
from console_office import PASSWORD


@pytest.mark.parametrize("width", [1280, 390])
def test_sign_in_look_around_change_language_and_sign_out(browser, served, width):
    page = signed_in(browser, served.address, "admin", PASSWORD, viewport={"width": width, "height": 800})
    assert page.locator("h1").inner_text() == "This workspace"
    if width < 640:
        page.click("text=Menu")
    page.click("nav >> text=People")
    assert page.locator("table.data tbody tr").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("text=中文")
    assert page.locator("h1").inner_text() == "人员"
    page.click("text=退出")
    page.wait_for_url("**/sign-in")
    page.goto("/people")
    assert page.locator("#password").is_visible()
    assert page.faults == []
    page.context.close()


def test_the_keyboard_is_enough_to_sign_in(browser, served):
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    page.goto("/sign-in")
    page.keyboard.type("analyst")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(served.address + "/")
    context.close()
