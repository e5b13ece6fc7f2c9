"""XML from strangers, streamed: no entity is expanded, nothing outside the file is opened, memory stays bounded.

A document type declaration is refused before the parser sees it, so there are no entities to expand ("billion laughs"), no
outside references to follow (XXE) and no default attributes. The text is decoded here, whatever encoding it declares, and
handed on as UTF-8, so that no exotic encoding can hide a declaration. Nesting deeper than 256 levels, single texts above
10 MB and long stretches without a known element are refused; elements are forgotten as soon as they have been used.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, Opened

PROLOG = 1 << 16
UNKNOWN_STRETCH = 8 << 20
"""Bytes without a known element after which a file is given up: what is held of unknown ones must stay small."""
LARGEST_ELEMENT = 10_000
"""Nodes inside one captured element."""

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


class MalformedXmlError(Exception):
    """The XML breaks off or is not well-formed; internal to the readers, who report it as an issue."""


class ForbiddenXmlError(Exception):
    """The XML declares a document type; internal to the readers, who report it as an issue."""


BREAKS = (MalformedXmlError, BrokenEndError, ExpandsTooMuchError)
"""Ways in which a file ends before its end; what came before is used."""


@dataclass(frozen=True, slots=True)
class Element:
    """A known element: ``opens`` tells a start from an end; ``name`` is without namespace; ``node`` is lxml's.

    At an end the node is complete if the element is a captured one; do not keep it.
    """

    opens: bool
    name: str
    node: Any
    line: int


class Utf8Stream:
    """Plain bytes of a file in, UTF-8 without XML declaration out; ``replaced`` tells whether bytes had to be replaced."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        head = opened.read(PROLOG)
        self.encoding = declared_encoding(head)
        self.replaced = False
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        text = self._decode(head, last=False)
        _refuse_document_type(text)
        self._ready = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1).encode()
        self.since_known = 0
        self._ended = False

    def _decode(self, data: bytes, *, last: bool) -> str:
        text = self._decoder.decode(data, last)
        self.replaced = self.replaced or ("\ufffd" in text and "\ufffd".encode() not in data)
        return text.replace("\x00", "").removeprefix("\ufeff")

    def read(self, size: int = -1) -> bytes:
        """Return up to about ``size`` bytes, none at the end."""
        while not self._ready and not self._ended:
            data = self._opened.read(max(size, 1 << 15))
            self._ended = not data
            self._ready = self._decode(data, last=not data).encode()
        data, self._ready = self._ready, b""
        self.since_known += len(data)
        if self.since_known > UNKNOWN_STRETCH:
            raise MalformedXmlError(f"no readings in {UNKNOWN_STRETCH >> 20} MB")
        return data


def declared_encoding(head: bytes) -> str:
    """Return the encoding of an XML file by its mark, its first bytes or its declaration; UTF-8 when it says none."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if head.startswith(mark):
            return name
    found = _DECLARED.search(head[:400])
    name = found[1].decode("ascii").lower() if found else "utf-8"
    # Files that declare GB2312 usually hold characters only its superset has.
    name = {"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)
    try:
        # A declaration that could be read byte by byte cannot be of a wide encoding, nor of one that is no text encoding.
        plain = b"<a>".decode(name, errors="replace") == "<a>"
        codecs.getincrementaldecoder(name)(errors="replace").decode(b"<a>")
    except (LookupError, UnicodeError):
        return "utf-8"
    return name if plain else "utf-8"


def _refuse_document_type(text: str) -> None:
    """Raise unless the root element comes with nothing but declarations, comments and blanks before it."""
    at = 0
    while (found := _SKIPPED.match(text, at)) is not None:
        at = found.end()
    rest = text[at : at + 9]
    if rest.startswith("<!") and not "<!--".startswith(rest[:4]):
        raise ForbiddenXmlError(rest + "…")
    if not re.match(r"<[^\W\d]", rest):
        raise MalformedXmlError("no root element")


def elements(stream: Utf8Stream, *, opens: Sequence[str], captures: Sequence[str]) -> Iterator[Element]:
    """Yield starts and ends of elements named in ``opens`` and ends of those in ``captures``, in any namespace.

    Raises ``MalformedXmlError`` after everything before the fault was given.
    """
    names = frozenset(opens)
    parser = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in (*opens, *captures)],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    inside = 0
    try:
        for event, node in parser:
            stream.since_known = 0
            name = etree.QName(node).localname
            container = name in names
            if event == "start":
                inside += not container
                if container:
                    yield Element(True, name, node, node.sourceline or 0)
                continue
            inside -= not container
            if inside:
                continue
            if not container and sum(1 for _ in node.iter()) > LARGEST_ELEMENT:
                raise MalformedXmlError(f"an element {name} of more than {LARGEST_ELEMENT} nodes")
            yield Element(False, name, node, node.sourceline or 0)
            _forget(node)
    except etree.XMLSyntaxError as error:
        raise MalformedXmlError(str(error)) from error
    except (AssertionError, ValueError) as error:  # lxml's way of telling some broken documents
        raise MalformedXmlError(str(error)) from error


def _forget(node: Any) -> None:
    """Free a used element and everything before it."""
    node.clear(keep_tail=False)
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]


def text_of(node: Any, *path: str) -> str:
    """Return the text of the first descendant along ``path`` (names without namespace), stripped; empty if there is none."""
    found = child(node, *path)
    return (found.text or "").strip() if found is not None else ""


def child(node: Any, *path: str) -> Any:
    """Return the first descendant along ``path``, or ``None``."""
    for name in path:
        node = next((one for one in node.iterchildren("{*}" + name)), None)
        if node is None:
            return None
    return node


def number_of(text: str) -> float:
    """Return a number as XML Schema writes it; NaN for anything else."""
    try:
        return float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")


def whole_of(text: str, default: int) -> int:
    """Return a whole number, or ``default`` for anything else."""
    try:
        return int(text) if len(text) < 20 else default
    except ValueError:
        return default
