"""Open and close what a console works on: the office and the console's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minewatch.stores.console_store import Account, ConsoleStore, Session, Sight, SightQuery, Token
from minewatch.usecases.office import Office, open_office

__all__ = ["Account", "ConsoleStore", "Session", "Sight", "SightQuery", "Token", "open_console"]

DATABASE = "console.db"


@contextmanager
def open_console(
    *, given: Path | None, variable: str | None, start: Path, address: str | None
) -> Iterator[tuple[Office, ConsoleStore]]:
    """Open the workspace and its accounts; with an ``address`` both ledger and accounts are kept in that database."""
    with open_office(given=given, variable=variable, start=start, address=address) as office:
        store = ConsoleStore(address or office.workspace.folder / DATABASE)
        try:
            yield office, store
        finally:
            store.close()
