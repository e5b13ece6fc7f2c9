import pytest

from browser import CHROMIUM, NO_BROWSER, chromium
from console_office import make_console, serving


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all journeys; a journey without it is skipped with the reason."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with chromium() as started:
        yield started


@pytest.fixture
def served(tmp_path):
    """A console on a rehearsal workspace, served on the loopback; ``served.address`` tells where."""
    with make_console(tmp_path) as made, serving(made) as address:
        made.address = address
        yield made
