"""Whether a file holds simulated data: by a README beside it, by its name, or by the remark in its first rows.

A rehearsal marks its folder, every file's name and every row, so that a file that was copied out of the folder, or came
through a browser, is still known. Whoever exports simulated readings again writes the same remark.
"""

import zipfile
import zlib
from pathlib import Path

from minewatch.model.origin import Origin
from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, open_plain

README = "README.txt"
README_MARK = b"SIMULATED DATA"
NAME_MARK = "模拟_SIMULATED_"
LOOKED_AT = 1 << 16
"""Plain bytes that are looked at for the remark: several hundred rows."""
FOLDERS_UP = 3
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
REMARKS = tuple(one.remark.encode(encoding) for one in Origin if one.is_simulated for encoding in ENCODINGS)
SHEETS = ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")


def is_simulated(path: Path) -> bool:
    """Tell whether ``path`` (a file or a folder) is marked as simulated data; what cannot be read tells nothing."""
    folders = [path.resolve(), *path.resolve().parents][: FOLDERS_UP + 1]
    return (
        NAME_MARK in path.name
        or any(_begins_so(folder / README) for folder in folders)
        or _holds_remark(_beginning(path))
    )


def _begins_so(readme: Path) -> bool:
    try:
        with readme.open("rb") as stream:
            return stream.read(len(README_MARK)) == README_MARK
    except OSError:
        return False


def _holds_remark(content: bytes) -> bool:
    return any(remark in content for remark in REMARKS)


def _beginning(path: Path) -> bytes:
    """Return what a reader meets first: plain text, the first rows of a workbook, or the head and foot of a Parquet file."""
    try:
        opened = open_plain(path)
        try:
            head = opened.read(LOOKED_AT)
        finally:
            opened.close()
        if head.startswith(b"PK\x03\x04"):
            return _of_workbook(path)
        if head.startswith(b"PAR1"):
            # The foot of a Parquet file tells the least and the greatest text of each column, uncompressed.
            with path.open("rb") as stream:
                stream.seek(max(path.stat().st_size - LOOKED_AT, 0))
                return head + stream.read()
    except (
        OSError,
        EOFError,
        BrokenEndError,
        ExpandsTooMuchError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
    ):
        return b""
    return head


def _of_workbook(path: Path) -> bytes:
    found = b""
    with zipfile.ZipFile(path) as archive:
        for name in SHEETS:
            if name in archive.namelist():
                with archive.open(name) as stream:
                    found += stream.read(LOOKED_AT)
    return found
