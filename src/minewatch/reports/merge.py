"""Merge fields in Word documents: ``{{field}}`` is found and filled wherever it stands, also where Word split it over runs.

Body, tables, text boxes, headers and footers are searched. A value keeps the look of the run in which its field begins; a line
break in a value becomes one in the document. Characters that XML cannot hold become U+FFFD.
"""

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from minewatch.model.errors import InputError
from minewatch.model.letters import TemplateFault
from minewatch.model.text import Text

FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_EPOCH = (1980, 1, 1, 0, 0, 0)
EXCERPT = 24


def open_document(content: bytes, name: str) -> Any:
    """Open a .docx; ``InputError`` for what is none."""
    try:
        return docx.Document(io.BytesIO(content))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(
            Text(f"{name} is no Word document (.docx).", f"{name} 不是 Word 文档（.docx）。"),
            remedy=Text("Save the template as .docx.", "请将模板保存为 .docx。"),
        ) from error


def document_bytes(document: Any, *, made_at: datetime) -> bytes:
    """Return the document as .docx; the same document and time give the same bytes."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = "minewatch"
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    properties.revision = 1
    raw = io.BytesIO()
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            target.writestr(zipfile.ZipInfo(one.filename, _EPOCH), source.read(one), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def fill(content: bytes, values: Mapping[str, str], *, name: str, made_at: datetime) -> bytes:
    """Return the template with every field filled.

    Raises ``InputError`` naming the fields, with their places, for which there is no value.
    """
    document = open_document(content, name)
    lacking = [
        f"{field} ({place.en})" for field, place in _fields(document) if field not in values or values[field] is None
    ]
    if lacking:
        raise InputError(
            Text(
                f"{name} uses fields without a value: {'; '.join(lacking)}.",
                f"{name} 中有字段没有值：{'；'.join(lacking)}。",
            ),
            remedy=Text(
                "Give them with --set FIELD=VALUE, or in templates/fields.toml of the workspace.",
                "请用 --set 字段=值 给出，或写入工作区的 templates/fields.toml。",
            ),
        )
    for _, paragraph in _paragraphs(document):
        _fill_paragraph(paragraph, values)
    return document_bytes(document, made_at=made_at)


def check_template(
    content: bytes, *, name: str, known: Sequence[str], needed: Sequence[str]
) -> tuple[TemplateFault, ...]:
    """Return what is wrong with a template: unknown fields and open braces by place, then fields it lacks."""
    document = open_document(content, name)
    found = list(_fields(document))
    faults = [TemplateFault("unknown", field, place) for field, place in found if field not in known]
    for place, paragraph in _paragraphs(document):
        rest = FIELD.sub("", _text(paragraph))
        if "{{" in rest or "}}" in rest:
            faults.append(TemplateFault("broken", rest.strip()[:60], place))
    held = {field for field, _ in found}
    return (*faults, *(TemplateFault("missing", field, Text("", "")) for field in needed if field not in held))


def document_text(content: bytes) -> str:
    """Return the document's text, one line a paragraph, headers first: to review a document as a text."""
    document = open_document(content, "document")
    return "\n".join(text for _, paragraph in _paragraphs(document) if (text := _text(paragraph).strip())) + "\n"


def clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _fields(document: Any) -> Iterator[tuple[str, Text]]:
    for place, paragraph in _paragraphs(document):
        for found in FIELD.finditer(_text(paragraph)):
            yield found[1], place


def _paragraphs(document: Any) -> Iterator[tuple[Text, Any]]:
    """Yield every paragraph element with its place, headers and footers first."""
    seen: set[int] = set()
    for number, section in enumerate(document.sections, start=1):
        for en, zh, part in (
            ("header", "页眉", section.header),
            ("first page's header", "首页页眉", section.first_page_header),
            ("footer", "页脚", section.footer),
            ("first page's footer", "首页页脚", section.first_page_footer),
        ):
            if not part.is_linked_to_previous and id(part._element) not in seen:  # noqa: SLF001 - python-docx names no other way
                seen.add(id(part._element))  # noqa: SLF001
                yield from _placed(part._element, Text(f"{en} {number}", f"{zh} {number}"))  # noqa: SLF001
    yield from _placed(document.element.body, Text("body", "正文"))


def _placed(element: Any, part: Text) -> Iterator[tuple[Text, Any]]:
    for number, paragraph in enumerate(list(element.iter(qn("w:p"))), start=1):
        place = Text(f"{part.en}, paragraph {number}", f"{part.zh}第 {number} 段")
        if any(True for _ in paragraph.iterancestors(qn("w:tc"))):
            place = Text(f"{place.en} (in a table)", f"{place.zh}（表格内）")
        text = _text(paragraph).strip()
        if text:
            short = text if len(text) <= EXCERPT else text[:EXCERPT] + "…"
            place = Text(f"{place.en} “{short}”", f"{place.zh}“{short}”")
        yield place, paragraph


def _pieces(paragraph: Any) -> list[Any]:
    """Return the text elements of this paragraph itself, not of a text box within it."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph]


def _text(paragraph: Any) -> str:
    return "".join(one.text or "" for one in _pieces(paragraph))


def _fill_paragraph(paragraph: Any, values: Mapping[str, str]) -> None:
    pieces = _pieces(paragraph)
    for found in reversed(list(FIELD.finditer("".join(one.text or "" for one in pieces)))):
        _replace(pieces, found.span(), clean(values[found[1]]))
    for one in pieces:
        if "\n" in (one.text or ""):
            _break_lines(one)
        one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _replace(pieces: Sequence[Any], span: tuple[int, int], value: str) -> None:
    """Put ``value`` in place of the characters of ``span``, counted over all pieces; it goes into the first concerned."""
    start, end = span
    offset = 0
    for one in pieces:
        text = one.text or ""
        begin, stop = max(start - offset, 0), min(end - offset, len(text))
        if begin < stop:
            one.text = text[:begin] + value + text[stop:]
            value = ""
        offset += len(text)


def _break_lines(piece: Any) -> None:
    lines = (piece.text or "").split("\n")
    piece.text = lines[0]
    at = piece
    for line in lines[1:]:
        pause = piece.makeelement(qn("w:br"), {})
        more = copy.deepcopy(piece)
        more.text = line
        at.addnext(pause)
        pause.addnext(more)
        at = more
