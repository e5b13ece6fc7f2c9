"""Files that come through the browser for a use case that reads a path: a folder of their own, gone when it is done."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.office import Turn
from minewatch.usecases.returns import Returned, record_returns
from minewatch.usecases.sites import Opened, open_sites, read_sites

MOST_FORM_BYTES = 20_000_000
FORM_ENDINGS = (".csv", ".xlsx", ".txt", ".tsv")


@contextmanager
def uploaded(name: str, content: bytes) -> Iterator[Path]:
    """Lay ``content`` down as a file for the length of the block. Of the name only the ending counts, and what is shown.

    Raises ``InputError`` for an ending that is no form's, for an empty file and for one that is too large.
    """
    shown = name.replace("\\", "/").rpartition("/")[2]
    ending = Path(shown).suffix.lower()
    if ending not in FORM_ENDINGS:
        raise InputError(
            Text(f"{shown!r} is no table that is read here.", f"不支持的文件：{shown!r}。"),
            remedy=Text(f"Send one of: {', '.join(FORM_ENDINGS)}.", f"请上传：{'、'.join(FORM_ENDINGS)}。"),
        )
    if not content or len(content) > MOST_FORM_BYTES:
        raise InputError(
            Text(f"The file has {len(content):,} bytes.", f"文件为 {len(content):,} 字节。"),
            remedy=Text(f"Send 1 to {MOST_FORM_BYTES:,} bytes.", f"请上传 1 至 {MOST_FORM_BYTES:,} 字节的文件。"),
        )
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in Path(shown).stem)[:60]
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        path = Path(folder) / f"{plain.strip('.') or 'file'}{ending}"
        path.write_bytes(content)
        yield path


def uploaded_returns(*, turn: Turn, name: str, content: bytes, campaign: str | None) -> Returned:
    """Record the returns of an uploaded form; see :func:`returns.record_returns`."""
    turn.may("case.return")
    with uploaded(name, content) as path:
        return record_returns(turn=turn, path=path, campaign=campaign)


def uploaded_sites(*, turn: Turn, name: str, content: bytes, campaign: str, fresh: str) -> Opened:
    """Open cases for an uploaded site list; see :func:`sites.read_sites` and :func:`sites.open_sites`."""
    turn.may("case.open")
    with uploaded(name, content) as path:
        candidates, issues = read_sites(turn, path)
    return open_sites(turn=turn, campaign=campaign, candidates=candidates, issues=issues, fresh=fresh)
