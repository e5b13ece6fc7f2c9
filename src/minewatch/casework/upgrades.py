"""Old versions of events, read as the newest: what the older one did not record is empty, never made up.

Stored rows are never changed; they are read through :func:`upgraded`.
"""

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]


def _ranged(data: Data) -> Data:
    """Version 1 kept the likeliest time of a stop only and the site's own meters as the only source."""
    return {"why": "", **data, "stopped_from": None, "stopped_to": None, "sources": []}


UPGRADES: Mapping[str, tuple[str, Callable[[Data], Data]]] = {
    "case.stop_verified/1": ("case.stop_verified/2", _ranged),
}
"""Old name -> the next name and how its data becomes that of the next."""


def upgraded(name: str, data: Data) -> tuple[str, Data]:
    """Return an event's name and data in their newest version."""
    while name in UPGRADES:
        name, change = UPGRADES[name][0], UPGRADES[name][1]
        data = change(data)
    return name, data
