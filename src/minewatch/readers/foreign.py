"""What a file is that holds no table: told by its first bytes and, for containers, by what lies in them; never by its name.

Signatures: those of the formats' own specifications (PNG, PDF, ZIP, ELF …), as collected by file(1).
"""

import re
import zipfile
from pathlib import Path

from minewatch.readers.captures import is_capture
from minewatch.readers.csvfile import encoding_of
from minewatch.readers.sources import compression_of

SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "picture_file", "PNG"),
    (0, b"\xff\xd8\xff", "picture_file", "JPEG"),
    (0, b"GIF87a", "picture_file", "GIF"),
    (0, b"GIF89a", "picture_file", "GIF"),
    (0, b"II*\x00", "picture_file", "TIFF"),
    (0, b"MM\x00*", "picture_file", "TIFF"),
    (8, b"WEBP", "picture_file", "WebP"),
    (4, b"ftypheic", "picture_file", "HEIC"),
    (0, b"%PDF-", "document_file", "PDF"),
    (0, b"{\\rtf", "document_file", "RTF"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive_file", "7z"),
    (0, b"Rar!\x1a\x07", "archive_file", "RAR"),
    (0, b"\xfd7zXZ\x00", "archive_file", "xz"),
    (0, b"MSCF\x00\x00\x00\x00", "archive_file", "CAB"),
    (257, b"ustar", "archive_file", "tar"),
    (0, b"\x7fELF", "program_file", "ELF"),
    (0, b"\xca\xfe\xba\xbe", "program_file", "Java / Mach-O"),
    (0, b"\xcf\xfa\xed\xfe", "program_file", "Mach-O"),
    (0, b"SQLite format 3\x00", "format_not_read", "SQLite"),
    (4, b"Standard Jet DB", "format_not_read", "Access"),
    (4, b"Standard ACE DB", "format_not_read", "Access"),
    (0, b"ARROW1\x00\x00", "format_not_read", "Arrow / Feather"),
    (0, b"\x89HDF\r\n\x1a\n", "format_not_read", "HDF5"),
    (0, b"\x93NUMPY", "format_not_read", "NumPy"),
    (0, b"Obj\x01", "format_not_read", "Avro"),
)
"""Place of the bytes, the bytes, the issue's code, and the name of the format."""

PATTERNS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"BZh[1-9]1AY&SY"), "archive_file", "bzip2"),
    (re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL), "picture_file", "BMP"),
    (re.compile(rb"MZ.{0,80}\x00\x00", re.DOTALL), "program_file", "EXE"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE),
        "web_page",
        "",
    ),
    (re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"'), "format_not_read", "JSON"),
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Office before 2007 begin, workbooks among them; those are read."""
OLE_STREAMS = (
    ("EncryptedPackage", "protected_workbook", ""),
    ("WordDocument", "document_file", "Word"),
    ("PowerPoint Document", "document_file", "PowerPoint"),
    ("__substg1.0_", "document_file", "Outlook"),
)
"""Names of streams that tell what such a file is; in the file they stand in UTF-16."""

MOST_OLE = 64 << 20

ZIP_CONTENTS = (("word/", "document_file", "Word"), ("ppt/", "document_file", "PowerPoint"))
TABLES = (b"PK\x03\x04", b"PK\x05\x06", OLE, b"PAR1")
"""How binary files begin that are read as tables, foreign contents apart."""
WORKBOOK_CONTENTS = ("xl/", "content.xml")
"""What workbooks (XLSX, XLSB, ODS) hold."""

CONTROLS = bytes([*range(1, 9), 11, *range(14, 27), *range(28, 32)])
MOST_CONTROLS = 0.02
"""Share of control characters (NUL apart) up to which bytes are called text."""


def foreign_kind(path: Path, start: bytes) -> tuple[str, str] | None:
    """Return the issue's code and the format's name if the file is no table; None if it may be one.

    ``start`` are its first plain bytes, some thousand. ``OSError`` where the file cannot be opened.
    """
    known = _by_signature(start)
    if known is not None:
        return known
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(path)
    if start.startswith(OLE):
        return _of_ole(path)
    return None


def _by_signature(start: bytes) -> tuple[str, str] | None:
    for place, signature, code, name in SIGNATURES:
        if start.startswith(signature, place):
            return code, name
    for pattern, code, name in PATTERNS:
        if pattern.match(start):
            return code, name
    return ("capture_file", "") if is_capture(start) else None


def _of_zip(path: Path) -> tuple[str, str] | None:
    if compression_of(path) is not None:
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.startswith(WORKBOOK_CONTENTS) for name in names):
        return None
    for folder, code, name in ZIP_CONTENTS:
        if any(one.startswith(folder) for one in names):
            return code, name
    return "archive_file", "ZIP"


def _of_ole(path: Path) -> tuple[str, str] | None:
    if compression_of(path) is not None:
        return None
    with path.open("rb") as stream:
        held = stream.read(MOST_OLE)
    return next(((code, name) for stream, code, name in OLE_STREAMS if stream.encode("utf-16-le") in held), None)


def is_binary(start: bytes) -> bool:
    """Tell first bytes in which no table was found from text: asked last, for a table may hold stray control characters.

    A workbook or Parquet file without the columns that are looked for is a table all the same.
    """
    if start.startswith(TABLES):
        return False
    text = start.replace(b"\x00", b"")
    if not text or encoding_of(start).startswith("utf-16"):
        return False
    return len(text) - len(text.translate(None, CONTROLS)) > MOST_CONTROLS * len(text)
