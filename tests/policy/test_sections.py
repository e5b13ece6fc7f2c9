"""Places within instruments, in Chinese."""

import pytest

from minewatch.policy.library import general_rules, shipped
from minewatch.policy.sections import chinese_number, section_zh


@pytest.mark.parametrize(
    ("section", "zh"),
    [
        ("item 3", "第3项"),
        ("items 3 and 4", "第3、4项"),
        ("items 4, 6, 7, 10 and 11", "第4、6、7、10、11项"),
        ("items 12 to 17", "第12至17项"),
        ("section 3", "第3部分"),
        ("sections 1-3", "第1至3部分"),
        ("class 2", "第2类"),
        ("art. 71", "第七十一条"),
        ("art. 100(1)", "第一百条第（一）项"),
        ("art. 100(2), (4)", "第一百条第（二）、（四）项"),
        ("arts 22 to 28", "第二十二条至第二十八条"),
        ("second paragraph (one miner)", "第二段"),
        ("eighth paragraph", "第八段"),
        ("whole text", "全文"),
        ("between items 5 and 8 (numbering not known)", "（between items 5 and 8 (numbering not known)）"),
    ],
)
def test_section(section, zh):
    assert section_zh(section) == zh


def test_numbers_as_laws_count():
    assert [chinese_number(one) for one in (1, 10, 12, 20, 71, 100, 103, 110, 112)] == [
        "一", "十", "十二", "二十", "七十一", "一百", "一百零三", "一百一十", "一百一十二",
    ]  # fmt: skip


def test_every_clause_of_a_measure_or_deadline_that_a_letter_may_cite_is_said_in_chinese():
    left = {
        item.ref.at
        for held in (*shipped(), *general_rules())
        for item in (*held.pack.measures, *held.pack.deadlines)
        if section_zh(item.ref.at).startswith("（")
    }
    assert {one for one in left if one.isascii() and len(one) < 25} == set()
