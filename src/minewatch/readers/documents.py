"""Documents in: Markdown with front matter, HTML, plain text, .docx, PDF with text, RSS and Atom; UTF-8 and GB18030.

The format is told from the content, the suffix deciding only between Markdown and plain text. Every document comes out
as one plain text, to which all later spans refer.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

from minewatch.model.documents import Document
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers import document_files
from minewatch.readers.document_files import Packed
from minewatch.readers.document_text import MAX_BYTES, bounded, decode, html_parts, markdown_text, paragraphs

SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm", ".xhtml", ".txt", ".docx", ".pdf", ".xml", ".rss", ".atom"})
"""Files of a folder that are taken; others are passed over."""

MAX_FILES = 2_000

# A date that names no clock zone is read in China's; it is the day that counts.
_CHINA = timezone(timedelta(hours=8))


def files_of(path: Path) -> list[Path]:
    """Return the file itself, or every document of a folder in the order of the names; ``InputError`` if none is there."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not files:
        raise InputError(
            Text(f"{path} holds no document.", f"{path} 中没有文档。"),
            remedy=Text(
                f"Put files there: {', '.join(sorted(SUFFIXES))}.",
                f"请放入以下类型的文件：{'、'.join(sorted(SUFFIXES))}。",
            ),
        )
    if len(files) > MAX_FILES:
        raise InputError(
            Text(f"{path} holds more than {MAX_FILES} documents.", f"{path} 中的文档超过 {MAX_FILES} 个。"),
            remedy=Text("Give a smaller folder.", "请提供较小的文件夹。"),
        )
    return files


def read_file(path: Path) -> list[Document]:
    """Read one file: one document, or as many as a feed has items."""
    try:
        size = path.stat().st_size
        data = b"" if size > MAX_BYTES else path.read_bytes()
    except OSError as error:
        raise InputError(
            Text(f"{path} cannot be read.", f"无法读取 {path}。"),
            remedy=Text("Give the path of a file or a folder.", "请给出文件或文件夹的路径。"),
        ) from error
    if size > MAX_BYTES:
        raise InputError(
            Text(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.", f"{path} 超过 {MAX_BYTES // 1000000} MB。"),
            remedy=Text("Give the notice itself.", "请只提供文件正文。"),
        )
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> list[Document]:
    """Read one file's bytes: one document, or as many as a feed has items."""
    if not data.strip():
        raise InputError(
            Text(f"{name} is empty.", f"{name} 是空文件。"),
            remedy=Text("Give a document with text.", "请提供含文字的文档。"),
        )
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"%PDF"):
        return [_packed(document_files.pdf(data, name), name, "pdf", digest, "properties")]
    if data.startswith(b"PK"):
        return [_packed(document_files.docx(data, name), name, "docx", digest, "properties")]
    text, encoding = decode(data, name)
    head = text.lstrip()[:2000].lower()
    if "<!entity" in head:
        raise InputError(
            Text(
                f"{name} declares XML entities, which documents do not need and bombs do.",
                f"{name} 含 XML 实体声明；正常文档无需此类声明，恶意文件常有。",
            ),
            remedy=Text("Do not open it; ask the sender for the text.", "请勿打开；请向发送方索取文本。"),
        )
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:rdf)\b", head, re.DOTALL):
        # The characters are decoded already; the parser must not heed what the declaration says of bytes.
        clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8")
        items = document_files.feed(clean, name)
        return [
            _packed(item, f"{name}#{number}", "feed", digest, "feed", encoding) for number, item in enumerate(items, 1)
        ]
    if re.match(r"---[ \t]*\n", text.lstrip()):
        return [_with_front_matter(text.lstrip(), name, digest, encoding)]
    if re.match(r"(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|article|div|p|meta|table|section|main)\b", head):
        return [_page(text, name, digest, encoding)]
    return [_plain(text, name, digest, encoding)]


def _packed(item: Packed, name: str, form: str, digest: str, origin: str, encoding: str = "utf-8") -> Document:
    when, day_only = parse_date(item.date)
    return _document(
        item.text, name, form, digest, encoding,
        title=item.title, author=item.author, published=when, date_only=day_only, origin=origin if when else "",
        categories=item.categories,
    )  # fmt: skip


def _with_front_matter(text: str, name: str, digest: str, encoding: str) -> Document:
    end = re.search(r"\n---[ \t]*(?:\n|$)", text)
    if end is None:
        raise InputError(
            Text(f"{name} opens front matter (---) and does not close it.", f"{name} 的文首元数据（---）没有结束。"),
            remedy=Text("Add a line --- after it.", "请在其后加一行 ---。"),
        )
    fields = front_matter(text[4 : end.start() + 1])
    body = markdown_text(text[end.end() :], name)
    when, day_only = parse_date(_one(fields, "date", "published", "pubdate"))
    return _document(
        body, name, "markdown", digest, encoding,
        title=_one(fields, "title"), author=_one(fields, "author"), published=when, date_only=day_only,
        origin="front matter" if when else "",
        categories=tuple(fields.get("categories", []) or fields.get("tags", [])),
    )  # fmt: skip


def front_matter(source: str) -> dict[str, list[str]]:
    """Read ``key: value`` lines and ``- item`` lists, as blog generators write them; anything else is passed over."""
    fields: dict[str, list[str]] = {}
    key = ""
    for line in source.split("\n"):
        if (item := re.match(r"\s+-\s+(.*)$|-\s+(.*)$", line)) and key:
            fields[key].append(_unquoted(item[1] or item[2] or ""))
        elif found := re.match(r"([A-Za-z_][\w.-]*)\s*:\s*(.*)$", line):
            key = found[1].lower()
            value = found[2].strip()
            listed = re.fullmatch(r"\[(.*)\]", value)
            values = listed[1].split(",") if listed else [value]
            fields[key] = [_unquoted(one) for one in values if one.strip()]
    return fields


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"" else value


def _one(fields: dict[str, list[str]], *names: str) -> str:
    return next((fields[name][0] for name in names if fields.get(name)), "")


_META_DATES = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "date", "dc.date", "og:release_date"
)  # fmt: skip


def _page(text: str, name: str, digest: str, encoding: str) -> Document:
    body, head = html_parts(text, name)
    when, day_only = parse_date(next((head[key] for key in _META_DATES if key in head), ""))
    return _document(
        body, name, "html", digest, encoding,
        title=head.get("og:title") or head.get("title", ""), author=head.get("author", ""),
        published=when, date_only=day_only, origin="head" if when else "",
    )  # fmt: skip


def _plain(text: str, name: str, digest: str, encoding: str) -> Document:
    markdown = name.lower().endswith((".md", ".markdown"))
    body = markdown_text(text, name) if markdown else paragraphs(text)
    first = body.split("\n", 1)[0]
    title = first if len(first) <= 80 and not re.search(r"[。；;!?！？.]$", first) and "\n" in body else ""
    return _document(body, name, "markdown" if markdown else "text", digest, encoding, title=title)


def _document(  # noqa: PLR0913 - what a head can say
    body: str, name: str, form: str, digest: str, encoding: str, *, title: str = "", author: str = "",
    published: datetime | None = None, date_only: bool = False, origin: str = "", categories: tuple[str, ...] = (),
) -> Document:  # fmt: skip
    title = re.sub(r"\s+", " ", title).strip()
    if title and not body.startswith(title):
        body = f"{title}\n{body}" if body else title
    text = bounded(body, name)
    span = (0, len(title)) if title else None
    return Document(name, form, encoding, digest, text, title, span, author, published, date_only, origin, categories)


def parse_date(written: str) -> tuple[datetime | None, bool]:
    """Read a date of a head: ISO 8601, RFC 2822, ``2021-06-18``, ``2021年6月18日 13:54``; and whether it is a day only.

    Without a zone it is China Standard Time. What cannot be read is missing, not guessed.
    """
    written = written.strip()
    if not written:
        return None, False
    iso = re.match(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
        written,
    )
    try:
        if iso:
            clock = [int(iso[index] or 0) for index in (1, 2, 3, 4, 5, 6)]
            return datetime(*clock, tzinfo=_offset(iso[7])), iso[4] is None  # type: ignore[arg-type,misc]
        parsed = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, False
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)), False


def _offset(written: str | None) -> timezone:
    if written is None:
        return _CHINA
    if written == "Z":
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))
