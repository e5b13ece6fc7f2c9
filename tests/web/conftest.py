import pytest

from console_office import make_console


@pytest.fixture
def console(tmp_path):
    with make_console(tmp_path) as made:
        yield made
