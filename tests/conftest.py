"""What holds for every test."""

import pytest


@pytest.fixture(autouse=True)
def own_language(monkeypatch):
    """A command run inside a test sets the language for its process; no other test may inherit it."""
    monkeypatch.setenv("MINEWATCH_LANG", "en")
    monkeypatch.delenv("MINEWATCH_LANG")
