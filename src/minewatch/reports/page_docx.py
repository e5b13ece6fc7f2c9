"""A page as a Word document: A4, tables whose headings repeat, pictures as PNG; the label on every sheet."""

import io
import unicodedata
from dataclasses import replace
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from minewatch.model.pages import Bars, Block, Cell, Curve, Grid, Heading, PageView, Paragraph, SiteMap
from minewatch.model.text import Language, Text
from minewatch.reports.letter_templates import page_number, style_fonts
from minewatch.reports.merge import clean, document_bytes
from minewatch.reports.page_charts import bars_png, curve_png, map_png
from minewatch.reports.page_html import shown

WIDTH = Mm(170)
HEAD_COLOUR = "E6EEF7"
MOST_COLUMNS = 12
LONGEST_WORD = 14.0
"""Letters of a word that are kept on one line."""


def page_docx(page: PageView, *, language: Language) -> bytes:
    """Return the page as .docx; the same page gives the same bytes."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(20)
    style_fonts(document, "宋体")
    document.styles["Normal"].font.size = Pt(10.5)
    if page.label is not None:
        label = section.header.paragraphs[0]
        label.alignment = WD_ALIGN_PARAGRAPH.CENTER
        label.add_run(clean(page.label.in_language(language))).font.color.rgb = RGBColor(0xC0, 0, 0)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_number(footer)
    _line(document, page.title.in_language(language), size=18, bold=True)
    _line(document, page.made.in_language(language), size=9)
    for block in page.blocks:
        _block(document, block, language)
    return document_bytes(document, made_at=page.made_at)


def _block(document: Any, block: Block, language: Language) -> None:
    match block:
        case Heading(text):
            _line(document, text.in_language(language), size=14, bold=True).paragraph_format.keep_with_next = True
        case Paragraph(text):
            _line(document, text.in_language(language), size=10.5)
        case Grid():
            _grid(document, block, language)
        case Curve():
            document.add_picture(io.BytesIO(curve_png(block, language)), width=WIDTH)
            _line(document, block.caption.in_language(language), size=9)
        case Bars():
            document.add_picture(io.BytesIO(bars_png(block, language)), width=WIDTH)
            _line(document, block.caption.in_language(language), size=9)
        case SiteMap():
            document.add_picture(io.BytesIO(map_png(block, language)), width=WIDTH)
            _line(document, block.caption.in_language(language), size=9)


def _line(document: Any, text: str, *, size: float, bold: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(clean(text))
    run.font.size = Pt(size)
    run.bold = bold
    return paragraph


def _grid(document: Any, grid: Grid, language: Language) -> None:
    if not grid.rows:
        _line(document, grid.empty.in_language(language), size=10.5)
        return
    if len(grid.columns) > MOST_COLUMNS > len(grid.rows):
        grid = _turned(grid)
    table = document.add_table(rows=0, cols=len(grid.columns))
    table.style = "Table Grid"
    table.autofit = False
    _set_widths(table, grid, language)
    _row(table, grid.columns, language, head=True)
    for row in grid.rows:
        _row(table, row, language)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _turned(grid: Grid) -> Grid:
    """Return the grid with rows and columns changed over: a page is too narrow for many columns, but long enough."""
    named = tuple(row[0] if isinstance(row[0], Text) else Text(str(row[0]), str(row[0])) for row in grid.rows)
    rows = tuple((heading, *(row[at] for row in grid.rows)) for at, heading in enumerate(grid.columns[1:], start=1))
    return replace(grid, columns=(grid.columns[0], *named), rows=rows)


def _set_widths(table: Any, grid: Grid, language: Language) -> None:
    """Give each column room by its longest cell, half its heading and its longest word, so that the table fills the page."""
    shares = []
    for at, heading in enumerate(grid.columns):
        cells = [line for row in grid.rows for line in shown(row[at], language).split("\n")]
        head = heading.in_language(language)
        longest = max([*map(_broad, cells), _broad(head) / 2])
        words = [min(_broad(word), LONGEST_WORD) for text in (head, *cells) for word in text.split()]
        shares.append(max(min(max(longest, 4.0), 40.0), *words, 0.0) + 2.0)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(WIDTH * share / sum(shares))


def _broad(text: str) -> float:
    """Return the breadth of a text in Latin letters; a Chinese character is as broad as two."""
    return float(sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text))


def _row(table: Any, cells: tuple[Cell, ...], language: Language, *, head: bool = False) -> None:
    """Append a row by its XML: python-docx searches the whole table for every cell it is asked for."""
    row = OxmlElement("w:tr")
    if head:
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
    for cell in cells:
        row.append(_cell(shown(cell, language), right=isinstance(cell, int | float), head=head))
    table._tbl.append(row)  # noqa: SLF001 - see above


def _cell(text: str, *, right: bool, head: bool) -> Any:
    made = OxmlElement("w:tc")
    if head:
        properties, shade = OxmlElement("w:tcPr"), OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", HEAD_COLOUR)):
            shade.set(qn(f"w:{name}"), value)
        properties.append(shade)
        made.append(properties)
    paragraph = OxmlElement("w:p")
    if right:
        layout, side = OxmlElement("w:pPr"), OxmlElement("w:jc")
        side.set(qn("w:val"), "right")
        layout.append(side)
        paragraph.append(layout)
    for number, line in enumerate(clean(text).split("\n")):
        run, look, size, words = (OxmlElement(f"w:{name}") for name in ("r", "rPr", "sz", "t"))
        size.set(qn("w:val"), "17")
        if head:
            look.append(OxmlElement("w:b"))
        look.append(size)
        run.append(look)
        if number:
            run.append(OxmlElement("w:br"))
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        paragraph.append(run)
    made.append(paragraph)
    return made
