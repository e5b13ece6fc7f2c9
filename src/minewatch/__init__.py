"""minewatch finds cryptocurrency mining on a power grid and carries a clean-up order through, fairly and provably.

Three functions are the whole public library; each loads what it needs on first use, so that importing the package costs
next to nothing:

* ``screen(frame)`` ranks the meters of a Polars frame by how probably they hide mining;
* ``read(files)`` reads files of meter readings into such a frame;
* ``scan(workspace)`` opens a workspace's readings as a lazy Polars frame.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minewatch.usecases.library import read, scan, screen

__all__ = ["__version__", "read", "scan", "screen"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in {"read", "scan", "screen"}:
        return getattr(importlib.import_module("minewatch.usecases.library"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
