"""Where meters lie, by the books: who works for one county does not see the meters of another by name."""

from functools import lru_cache
from pathlib import Path

from minewatch.model.actors import WHOLE_COUNTRY, allowed
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.office import Turn


def counties(store: GridStore) -> dict[str, str]:
    """Return the county code of every meter whose county the books tell."""
    return _counties(store.folder, tuple(path.name for path in store.parts("meters")))


@lru_cache(maxsize=4)
def _counties(folder: Path, _parts: tuple[str, ...]) -> dict[str, str]:
    meters = GridStore(folder).read("meters", key=KINDS["meters"].key)
    if meters is None:
        return {}
    return {meter: code for meter, code in meters.select("meter", "county_code").iter_rows() if code}


def hidden_meters(turn: Turn, action: str) -> frozenset[str]:
    """Return the meters that lie, by the books, where the actor may not do ``action``."""
    if WHOLE_COUNTRY in turn.actor.divisions:
        return frozenset()
    places = counties(grid_store(turn.office.workspace))
    may = {code: allowed(turn.actor, action, code) for code in set(places.values())}
    return frozenset(meter for meter, code in places.items() if not may[code])
