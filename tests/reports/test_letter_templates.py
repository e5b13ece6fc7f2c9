"""The templates that ship: whole, the same every time, laid out as the standard says."""

import io

import docx
import pytest
from docx.shared import Mm

from minewatch.model.letters import FIELDS, NEEDED, LetterKind
from minewatch.reports.letter_templates import template
from minewatch.reports.merge import check_template


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", LetterKind)
def test_every_template_has_no_fault(kind, language):
    content = template(kind, language)
    assert check_template(content, name=kind, known=tuple(FIELDS), needed=NEEDED[kind]) == ()
    assert content == template(kind, language)


def test_the_page_is_that_of_gb_t_9704():
    section = docx.Document(io.BytesIO(template(LetterKind.STOP_ORDER, "zh"))).sections[0]
    lengths = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length.mm) for length in lengths] == [210, 297, 37, 28]
    assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1)) == 156
    assert round((section.page_height - section.top_margin - section.bottom_margin) / Mm(1)) == 225
