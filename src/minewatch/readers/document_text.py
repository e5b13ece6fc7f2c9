"""Bytes of a document into characters, and marked-up characters into plain text; bounded, and the same every time."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import ParserError

from minewatch.model.errors import InputError
from minewatch.model.text import Text

MAX_BYTES = 20_000_000
"""Largest file that is read; notices and news are thousands of times smaller."""

MAX_CHARACTERS = 1_000_000
"""Longest plain text that is read."""

# A hard-wrapped text: how far full lines differ, how long they are at least, how many there are at least.
WRAP_SLACK_CHINESE = 3
WRAP_SLACK_WORDS = 14
WRAP_LEAST = 20
WRAP_ROWS = 3

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "body",
        "html",
        "title",
    ]
)
_DROPPED = frozenset(
    ["script", "style", "noscript", "template", "iframe", "object", "svg", "head", "nav", "button", "form", "select"]
)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the characters and the encoding: a byte-order mark, else UTF-8, else GB18030; ``InputError`` otherwise.

    A file that is UTF-8 in some lines and GB18030 in others is refused with the line, because a guess would put wrong
    characters under a span.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            Text(f"{name} is larger than {MAX_BYTES // 1_000_000} MB.", f"{name} 超过 {MAX_BYTES // 1000000} MB。"),
            remedy=Text("Give the notice itself, not a collection.", "请提供文件正文，而非汇编。"),
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return _clean(data.decode(encoding), name), "utf-8" if encoding == "utf-8-sig" else encoding
            except UnicodeDecodeError as error:
                raise _undecodable(name) from error
    if b"\x00" in data:
        raise InputError(
            Text(f"{name} is not a text: it holds zero bytes.", f"{name} 不是文本：含有空字节。"),
            remedy=Text("Give a text, HTML, .docx or PDF file.", "请提供文本、HTML、.docx 或 PDF 文件。"),
        )
    try:
        return _clean(data.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError:
        _refuse_mixture(data, name)
    try:
        return _clean(data.decode("gb18030"), name), "gb18030"
    except UnicodeDecodeError as error:
        raise _undecodable(name) from error


def _undecodable(name: str) -> InputError:
    return InputError(
        Text(f"{name} is neither UTF-8 nor GB18030.", f"{name} 既非 UTF-8 也非 GB18030 编码。"),
        remedy=Text("Save it as UTF-8.", "请保存为 UTF-8。"),
    )


def _refuse_mixture(data: bytes, name: str) -> None:
    utf8: list[int] = []
    other: list[int] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if sum(byte >= 0x80 for byte in line) < 6:
            continue
        try:
            line.decode("utf-8")
            utf8.append(number)
        except UnicodeDecodeError:
            other.append(number)
    if utf8 and other:
        raise InputError(
            Text(
                f"{name} mixes encodings: line {utf8[0]} is UTF-8, line {other[0]} is not.",
                f"{name} 混用了多种编码：第 {utf8[0]} 行为 UTF-8，第 {other[0]} 行不是。",
            ),
            remedy=Text(
                "Save the whole file in one encoding, best UTF-8.", "请将整个文件保存为同一编码，最好是 UTF-8。"
            ),
        )


def _clean(text: str, name: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    controls = sum(character < " " and character not in "\n\t\f" for character in text)
    if controls > max(8, len(text) // 200):
        raise InputError(
            Text(f"{name} is not a text: it holds control characters.", f"{name} 不是文本：含有控制字符。"),
            remedy=Text("Give a text file.", "请提供文本文件。"),
        )
    return "".join(character if character >= " " or character in "\n\t" else " " for character in text)


def bounded(text: str, name: str) -> str:
    """Return the text, or refuse one that is too long or empty."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            Text(f"{name} holds more than {MAX_CHARACTERS:,} characters.", f"{name} 超过 {MAX_CHARACTERS:,} 字。"),
            remedy=Text("Give the notice itself, in parts if need be.", "请提供文件正文，必要时分段提供。"),
        )
    if not text.strip():
        raise InputError(
            Text(f"{name} holds no text.", f"{name} 中没有文字。"),
            remedy=Text(
                "Give a document with text; a scan must be recognised first.",
                "请提供含文字的文档；扫描件须先做文字识别。",
            ),
        )
    return text


def lines(text: str) -> str:
    """Squeeze spaces within lines, drop empty lines: one line a paragraph."""
    squeezed = (re.sub(r"[ \t\u00a0\u3000]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in squeezed if line)


def html_parts(source: str, name: str) -> tuple[str, dict[str, str]]:
    """Return the text of HTML, one line a block, and what its head says: ``title`` and ``meta`` values by name."""
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    try:
        root = html.document_fromstring(
            source, parser=html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
        )
    except (ParserError, ValueError, AssertionError) as error:
        raise InputError(
            Text(f"{name} is not HTML that can be read.", f"{name} 不是可读取的 HTML。"),
            remedy=Text("Open it and save it as text.", "请打开后另存为文本。"),
        ) from error
    head = {"title": (root.findtext(".//title") or "").strip()}
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if key and meta.get("content"):
            head.setdefault(key.lower(), str(meta.get("content")))
    chosen = next((part for tag in ("article", "main") for part in root.iter(tag)), root)
    pieces = []
    size = 0
    for piece in _pieces(chosen):
        size += len(piece)
        if size > MAX_CHARACTERS * 2:
            break
        pieces.append(piece)
    return lines("".join(pieces)), head


def _pieces(root: html.HtmlElement) -> Iterator[str]:
    """Walk the tree without recursion: opening tags, texts, tails; a block ends a line."""
    stack: list[tuple[html.HtmlElement, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if closing:
            if tag in _BLOCKS:
                yield "\n"
            if node is not root and node.tail:
                yield node.tail.replace("\n", " ")
            continue
        stack.append((node, True))
        if tag in _DROPPED or not tag:
            continue
        if tag in _BLOCKS:
            yield "\n"
        if node.text:
            yield node.text if tag == "pre" else node.text.replace("\n", " ")
        stack.extend((child, False) for child in reversed(node))


_MARKDOWN = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^ {0,3}#{1,6} +(.*?) *#*$", re.MULTILINE), r"\1"),
    (re.compile(r"^ {0,3}(?:[-*+]|\d+[.)]) +", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}> ?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\*)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)"), r"\1"),
    (re.compile(r"`([^`\n]*)`"), r"\1"),
    (re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,})$", re.MULTILINE), ""),
)


def markdown_text(source: str, name: str) -> str:
    """Return the text of Markdown, inline HTML included: paragraphs joined to one line each."""
    if re.search(r"</?[a-zA-Z][^>\n]*>", source):
        return (
            html_parts(source, name)[0]
            if re.search(r"<(?:p|div|br|article)\b", source)
            else _marked(re.sub(r"<[^>\n]+>", "", source))
        )
    return _marked(source)


def _marked(source: str) -> str:
    for pattern, replacement in _MARKDOWN:
        source = pattern.sub(replacement, source)
    return paragraphs(source)


def paragraphs(source: str) -> str:
    """Join the lines of each paragraph where the text is hard-wrapped: without a space between Chinese characters.

    It is hard-wrapped if three lines and more are as long as the longest but for a few characters; only such full
    lines go on in the next. Otherwise a line is a paragraph, as in a notice's heading, number and signature.
    """
    rows = [line.strip() for line in source.split("\n")]
    width = max((len(row) for row in rows), default=0)
    slack = WRAP_SLACK_CHINESE if any(_cjk(row[-1]) for row in rows if row) else WRAP_SLACK_WORDS
    full = [len(row) >= width - slack and len(row) > WRAP_LEAST for row in rows]
    wrapped = sum(full) >= WRAP_ROWS
    out: list[str] = []
    open_ = False
    for row, goes_on in zip(rows, full, strict=True):
        if not row:
            open_ = False
            continue
        if open_ and out:
            out[-1] += ("" if _cjk(out[-1][-1]) or _cjk(row[0]) else " ") + row
        else:
            out.append(row)
        open_ = wrapped and goes_on
    return lines("\n".join(out))


def _cjk(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
