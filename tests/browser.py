"""A real browser for journeys: Debian's Chromium through Playwright; says why when there is none."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
NO_BROWSER = "no Chromium on this machine (Debian: apt-get install chromium); .ci/run installs it"
FLAGS = (
    "--no-sandbox",  # the tests may run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def chromium():
    """Start a headless browser; yield Playwright's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def signed_in(browser, address, name, password, **options):
    """Return a page of a fresh browser context in which ``name`` is signed in; page errors fail the test that reads them."""
    context = browser.new_context(base_url=address, **options)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_load_state()
    return page
