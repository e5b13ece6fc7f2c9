"""Words of the books for price classes."""

import pytest

from minewatch.model.contracts import tariff_kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("居民生活用电", "residential"),
        ("非居民照明", "general"),
        ("农业生产用电", "agricultural"),
        ("农业排灌", "agricultural"),
        ("大工业用电（两部制）", "two_part"),
        ("一般工商业", "general"),
        ("Residential", "residential"),
        ("non-residential", "general"),
        ("large industrial", "two_part"),
        ("", None),
        ("趸售", None),
    ],
)
def test_the_longest_word_decides(words, kind):
    assert tariff_kind(words) == kind
