"""Photos and signatures that come with a visit: what they really are, how large they may be, where they are kept.

A photo's digest in the ledger is the SHA-256 of the very bytes that were sent in; nothing is converted or made smaller here.
"""

from dataclasses import dataclass
from pathlib import Path

from minewatch.model.errors import InputError, MissingError, RuleError
from minewatch.model.text import Text
from minewatch.stores.attachments import Attachments
from minewatch.usecases.cases import case_state
from minewatch.usecases.evidence_list import texts_of
from minewatch.usecases.office import Office, Turn

MOST_BYTES = 12_000_000
"""Of one photo; a phone's photo has 2 to 6 MB."""


@dataclass(frozen=True, slots=True)
class PhotoKind:
    """One kind of picture; ``shown``: browsers show it, so it may be opened rather than saved."""

    media: str
    ending: str
    shown: bool


JPEG, PNG, WEBP, HEIC = (
    PhotoKind("image/jpeg", ".jpg", shown=True),
    PhotoKind("image/png", ".png", shown=True),
    PhotoKind("image/webp", ".webp", shown=True),
    PhotoKind("image/heic", ".heic", shown=False),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


def kind_of(content: bytes) -> PhotoKind | None:
    """Tell what a picture is by its first bytes, whatever its name says; None for what is no picture we take."""
    if content[:3] == b"\xff\xd8\xff":
        return JPEG
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def attachments_of(office: Office) -> Attachments:
    """Return the attachments of the office's workspace."""
    return Attachments(office.workspace.folder / "attachments")


def keep_photo(*, turn: Turn, case: str, content: bytes) -> str:
    """Keep a photo for a visit of ``case`` and return its SHA-256; the same photo again is the same digest, once on disk.

    Raises ``InputError`` for what is no JPEG, PNG, WebP or HEIC or is too large, ``RuleError`` for who may not visit there.
    """
    turn.may("case.visit", case_state(turn.office.log, case).jurisdiction)
    if len(content) > MOST_BYTES:
        raise InputError(
            Text(
                f"The photo has {len(content):,} bytes; {MOST_BYTES:,} are taken at most.",
                f"照片为 {len(content):,} 字节，上限 {MOST_BYTES:,} 字节。",
            ),
            remedy=Text("Take it again at a smaller size.", "请以较小尺寸重新拍摄。"),
        )
    kind = kind_of(content)
    if kind is None:
        raise InputError(
            Text("This is no photo.", "该文件不是照片。"),
            remedy=Text("Send a JPEG, PNG, WebP or HEIC picture.", "请上传 JPEG、PNG、WebP 或 HEIC 图片。"),
        )
    return attachments_of(turn.office).keep(content, kind.ending)


def open_photo(*, turn: Turn, case: str, digest: str) -> tuple[Path, PhotoKind]:
    """Return file and kind of a photo or signature that an event of ``case`` names, for who may read the case.

    Raises ``InputError`` where the case names no such photo or the file is not here, and where the file has been changed.
    """
    turn.may("case.read", case_state(turn.office.log, case).jurisdiction)
    named = {
        one
        for event in turn.office.log.stream(case)
        if event.name == "case.visited/1"
        for key in ("photos", "signatures")
        for one in texts_of(event.payload.get(key))
    }
    path = attachments_of(turn.office).find(digest) if digest in named else None
    if path is None:
        raise MissingError(
            Text("There is no such photo in this case.", "本案没有这张照片。"),
            remedy=Text("Open one from the case's page.", "请从案件页面打开。"),
        )
    kind = kind_of(path.read_bytes()[:16])
    if kind is None:
        raise RuleError(
            Text("The kept file is no photo any more.", "所存文件已不是照片。"),
            remedy=Text(
                "Somebody changed the workspace's files: tell the auditor.", "工作区文件被改动，请告知审计人员。"
            ),
        )
    return path, kind
