"""Real data beside the repository: not shipped, read when it is there."""

import os
from pathlib import Path

import pytest


def shared_file(name):
    """Path of a file of the shared data, or skip the test and say why."""
    places = [Path(os.environ["MINEWATCH_SHARED"])] if "MINEWATCH_SHARED" in os.environ else []
    places += [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for place in places:
        if (place / name).exists():
            return place / name
    pytest.skip(f"real data not found: {name} (looked for shared/data beside the repository and in MINEWATCH_SHARED)")
