"""Templates of letters as .docx, laid out as a Chinese official letter is (GB/T 9704-2012): made here, edited in Word.

A4; margins 37 mm on top, 35 mm at the foot, 28 mm left, 26 mm right (a text of 156 × 225 mm). Name of the office in red above
a red line, title in small-standard song (size 2, 22 pt), body in imitation song (size 3, 16 pt), 28 pt from line to line, first
lines moved in by two characters; signature and date at the right; the page number between dashes. Where a font is missing,
Word and LibreOffice take the nearest they have.
"""

from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from minewatch.model.letters import LetterKind
from minewatch.model.text import Language, Text
from minewatch.reports.letter_words import LETTERS
from minewatch.reports.merge import document_bytes

RED = RGBColor(0xC0, 0x00, 0x00)
TITLE_FONT, BODY_FONT, LATIN_FONT = "方正小标宋简体", "仿宋", "Times New Roman"
LINE = Pt(28)
MADE = datetime(2021, 9, 3, tzinfo=UTC)
"""The time written into a template: templates are the same whenever they are written."""


def template(kind: LetterKind, language: Language) -> bytes:
    """Return the template of a kind of letter; the same bytes every time."""
    document = docx.Document()
    _page(document)
    words = LETTERS[kind]
    _line(document, "{{mark}}", size=16, align=WD_ALIGN_PARAGRAPH.CENTER, colour=RED)
    head = _line(document, "{{issuer}}", size=26, font=TITLE_FONT, align=WD_ALIGN_PARAGRAPH.CENTER, colour=RED)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _rule(_line(document, "{{number}}", size=16, align=WD_ALIGN_PARAGRAPH.CENTER))
    _line(document, "", size=16)
    heading = _line(
        document, words.title.in_language(language), size=22, font=TITLE_FONT, align=WD_ALIGN_PARAGRAPH.CENTER
    )
    heading.paragraph_format.line_spacing = Pt(34)
    heading.paragraph_format.keep_with_next = True
    _line(document, "", size=16)
    _line(document, Text("{{addressee}}:", "{{addressee}}：").in_language(language), size=16)
    for paragraph in words.body:
        line = _line(document, paragraph.in_language(language), size=16)
        line.paragraph_format.first_line_indent = Pt(32)
        line.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if language == "zh" else WD_ALIGN_PARAGRAPH.LEFT
    _line(document, "", size=16).paragraph_format.keep_with_next = True
    signature = Text("Decided by: {{by}}", "签发人：{{by}}").in_language(language)
    for text, last in (("{{issuer}}", False), (signature, False), ("{{date}}", True)):
        line = _line(document, text, size=16, align=WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(64)
        line.paragraph_format.keep_with_next = not last
    return document_bytes(document, made_at=MADE)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    style_fonts(document, BODY_FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "\N{EM DASH} ", size=14, font=BODY_FONT)
    page_number(footer)
    _run(footer, " \N{EM DASH}", size=14, font=BODY_FONT)


def style_fonts(document: Any, east_asian: str) -> None:
    """Set the fonts of the document's normal style."""
    style = document.styles["Normal"]
    style.font.name = LATIN_FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), east_asian)
    spoken = OxmlElement(
        "w:lang"
    )  # without it a missing font is replaced by one with another region's forms of the signs
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(spoken)


def page_number(paragraph: Any) -> None:
    """Put the number of the page at the end of ``paragraph``."""
    run = _run(paragraph, "", size=14, font=BODY_FONT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no fields of its own


def _line(
    document: Any,
    text: str,
    *,
    size: int,
    font: str = BODY_FONT,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    colour: RGBColor | None = None,
) -> Any:
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    run = _run(paragraph, text, size=size, font=font)
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _run(paragraph: Any, text: str, *, size: int, font: str) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = LATIN_FONT
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - the East Asian font has no other door
    return run


def _rule(paragraph: Any) -> None:
    """Draw the red line under the number."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "16"), ("space", "6"), ("color", "C00000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - borders have no other door
