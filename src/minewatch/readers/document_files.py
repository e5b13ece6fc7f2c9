"""Packed documents: .docx, PDF with text, RSS and Atom files. Bombs and broken files are refused with a sentence."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.document_text import MAX_CHARACTERS, html_parts, lines, paragraphs

MAX_PARTS = 2_000
MAX_UNPACKED = 50_000_000
MAX_RATIO = 200
MAX_PAGES = 500
MAX_ITEMS = 1_000
MAX_DEPTH = 200

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


@dataclass(frozen=True, slots=True)
class Packed:
    """What stood in a packed document; ``date`` is as written there."""

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    categories: tuple[str, ...] = ()


def docx(data: bytes, name: str) -> Packed:
    """Read the paragraphs of a Word document in order, tables and all, with its properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive, name)
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise InputError(
                    Text(f"{name} is a zip file, but no Word document.", f"{name} 是 ZIP 文件，但不是 Word 文档。"),
                    remedy=Text("Give the .docx itself.", "请直接提供 .docx 文件。"),
                )
            body = _xml(_member(archive, "word/document.xml", name), name)
            core = _xml(_member(archive, "docProps/core.xml", name), name) if "docProps/core.xml" in names else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise InputError(
            Text(f"{name} is a broken .docx file.", f"{name} 是已损坏的 .docx 文件。"),
            remedy=Text("Open it in Word and save it again.", "请用 Word 打开后重新保存。"),
        ) from error
    text = lines("\n".join(_paragraph(part) for part in body.iter(f"{_W}p")))
    if core is None:
        return Packed(text)
    terms = "{http://purl.org/dc/terms/}created"
    return Packed(
        text,
        title=(core.findtext(f"{_DC}title") or "").strip(),
        author=(core.findtext(f"{_DC}creator") or "").strip(),
        date=(core.findtext(terms) or "").strip(),
    )


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1) + 1_000_000:
        raise InputError(
            Text(
                f"{name} unpacks to far more than a document holds ({unpacked:,} bytes in {len(members)} parts).",
                f"{name} 解压后远大于正常文档（{len(members)} 个部分，共 {unpacked:,} 字节）。",
            ),
            remedy=Text("Do not open it; ask the sender for the text.", "请勿打开；请向发送方索取文本。"),
        )


def _member(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Unpack one part, never more than the bound, whatever its head claims."""
    with archive.open(part) as stream:
        data = stream.read(MAX_UNPACKED + 1)
    if len(data) > MAX_UNPACKED:
        raise InputError(
            Text(f"{name} unpacks to far more than a document holds.", f"{name} 解压后远大于正常文档。"),
            remedy=Text("Ask the sender for the text.", "请向发送方索取文本。"),
        )
    return data


def _xml(data: bytes, name: str) -> Element:
    """Parse XML without entities, external references or a document type; deep nesting is refused."""
    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise InputError(
            Text(
                f"{name} declares XML entities, which documents do not need and bombs do.",
                f"{name} 含 XML 实体声明；正常文档无需此类声明，恶意文件常有。",
            ),
            remedy=Text("Do not open it; ask the sender for the text.", "请勿打开；请向发送方索取文本。"),
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise InputError(
            Text(f"{name} holds broken XML.", f"{name} 中的 XML 已损坏。"),
            remedy=Text("Save it again with the program that made it.", "请用原程序重新保存。"),
        ) from error
    if _depth(root) > MAX_DEPTH:
        raise InputError(
            Text(f"{name} is nested too deeply.", f"{name} 嵌套层次过深。"),
            remedy=Text("Ask the sender for the text.", "请向发送方索取文本。"),
        )
    return root


def _depth(root: Element) -> int:
    deepest, stack = 0, [(root, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
        stack.extend((child, depth + 1) for child in node)
    return deepest


def _paragraph(paragraph: Element) -> str:
    pieces = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        elif node.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            pieces.append(" ")
    return "".join(pieces).replace("\n", " ")


def pdf(data: bytes, name: str) -> Packed:
    """Read the text layer of a PDF; one without is refused, and so is one that asks for a password."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise InputError(
                Text(f"{name} is locked by a password.", f"{name} 设有密码。"),
                remedy=Text("Give an unlocked copy.", "请提供不设密码的副本。"),
            )
        if len(reader.pages) > MAX_PAGES:
            raise InputError(
                Text(f"{name} has more than {MAX_PAGES} pages.", f"{name} 超过 {MAX_PAGES} 页。"),
                remedy=Text("Give the notice itself.", "请只提供文件正文。"),
            )
        pages = list(_pages(reader))
        meta = reader.metadata
        title, author = (meta.title or "", meta.author or "") if meta else ("", "")
        made = meta.creation_date.isoformat() if meta and meta.creation_date else ""
    except InputError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, RecursionError) as error:
        raise InputError(
            Text(f"{name} is a broken PDF.", f"{name} 是已损坏的 PDF。"),
            remedy=Text("Print it to PDF again, or give the text.", "请重新打印为 PDF，或提供文本。"),
        ) from error
    return Packed("\n".join(paragraphs(page) for page in pages), str(title).strip(), str(author).strip(), made)


def _pages(reader: PdfReader) -> Iterator[str]:
    size = 0
    for page in reader.pages:
        text = page.extract_text()
        size += len(text)
        if size > MAX_CHARACTERS:
            break
        yield text.replace("\x00", "")


def feed(data: bytes, name: str) -> list[Packed]:
    """Read the items of an RSS or Atom file, each a document of its own."""
    root = _xml(data, name)
    items = [*root.iter("item"), *root.iter(f"{_ATOM}entry"), *root.iter("{http://purl.org/rss/1.0/}item")]
    if not items:
        raise InputError(
            Text(f"{name} is a feed without items.", f"{name} 是没有条目的订阅源。"),
            remedy=Text("Give the feed's own file (RSS or Atom).", "请提供订阅源文件本身（RSS 或 Atom）。"),
        )
    if len(items) > MAX_ITEMS:
        raise InputError(
            Text(f"{name} has more than {MAX_ITEMS} items.", f"{name} 超过 {MAX_ITEMS} 条。"),
            remedy=Text("Give a shorter feed.", "请提供较短的订阅源。"),
        )
    return [_item(item, name) for item in items]


def _item(item: Element, name: str) -> Packed:
    def first(*tags: str) -> str:
        return next((text.strip() for tag in tags if (text := _whole(item.find(tag)))), "")

    rss = "{http://purl.org/rss/1.0/}"
    body = first(f"{_CONTENT}encoded", f"{_ATOM}content", "description", f"{rss}description", f"{_ATOM}summary")
    text = html_parts(f"<div>{body}</div>", name)[0] if body else ""
    return Packed(
        text,
        title=first("title", f"{_ATOM}title", f"{rss}title"),
        author=first("author", f"{_DC}creator", f"{_ATOM}author/{_ATOM}name"),
        date=first("pubDate", f"{_ATOM}published", f"{_ATOM}updated", f"{_DC}date"),
        categories=tuple(text for tag in item.iter("category") if (text := (tag.text or "").strip())),
    )


def _whole(node: Element | None) -> str:
    return "".join(node.itertext()) if node is not None else ""
