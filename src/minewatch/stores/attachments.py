"""Files that people hand in (photos, signatures), each under the SHA-256 of its content: kept once, never changed.

::

    WORKSPACE/attachments/
    ├── ab/abcdef….jpg
    └── tmp/             files not yet whole
"""

import hashlib
import re
from pathlib import Path

from minewatch.stores.files import disk_errors, write_atomically

DIGEST = re.compile(r"[0-9a-f]{64}")
ENDING = re.compile(r"\.[a-z0-9]{1,8}")


class Attachments:
    """The attachments of a workspace, below ``folder``, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes, ending: str) -> str:
        """Keep ``content`` (a no-op where it is kept already) and return its SHA-256; ``ending`` is such as ``.jpg``.

        Raises ``StoreError`` when the disk refuses, ``ValueError`` for an ending that is none.
        """
        if not ENDING.fullmatch(ending):
            raise ValueError(f"{ending!r} is no ending of a file")
        digest = hashlib.sha256(content).hexdigest()
        if self.find(digest) is None:
            with disk_errors(f"keeping the file {digest[:16]}"):
                (self._folder / digest[:2]).mkdir(parents=True, exist_ok=True)
                (self._folder / "tmp").mkdir(exist_ok=True)
                write_atomically(self._folder / digest[:2] / f"{digest}{ending}", content, tmp=self._folder / "tmp")
        return digest

    def find(self, digest: str) -> Path | None:
        """Return the file of a digest; None where there is none, and for what is no digest."""
        if not DIGEST.fullmatch(digest):
            return None
        return next((self._folder / digest[:2]).glob(f"{digest}.*"), None)
