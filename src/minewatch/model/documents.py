"""A document as read: its plain text, to which every span refers, and what its head says of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """One document.

    ``text`` is the plain text: one line a paragraph, a heading first where there is one; a span ``(start, end)``
    counts its characters (Unicode code points) from 0, the end excluded. ``published`` is aware; it is missing where
    the document names no date or no clock that can be read, and ``date_from`` says where it was found (``front
    matter``, ``head``, ``properties``, ``feed``) or is empty. ``title_span`` covers the title within ``text`` where
    the title stands there. ``digest`` is the SHA-256 of the bytes that were read.
    """

    name: str
    format: str
    encoding: str
    digest: str
    text: str
    title: str = ""
    title_span: tuple[int, int] | None = None
    author: str = ""
    published: datetime | None = None
    date_only: bool = False
    date_from: str = ""
    categories: tuple[str, ...] = ()
