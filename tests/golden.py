"""Golden texts: what a document says, line by line, kept as .txt so that a change is reviewed as a text diff."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check_golden(name, text):
    """Compare with the golden text; with MINEWATCH_GOLDEN=write it is written anew, to be reviewed with git diff."""
    path = FOLDER / name
    if os.environ.get("MINEWATCH_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), (
        f"{name} changed; MINEWATCH_GOLDEN=write writes it anew, then git diff shows how"
    )
