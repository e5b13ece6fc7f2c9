"""Texts and counted things."""

from minewatch.model.text import counted


def test_a_number_goes_with_what_it_counts():
    assert [counted(n, "meter") for n in (0, 1, 2, 1200)] == ["0 meters", "1 meter", "2 meters", "1,200 meters"]
    assert [counted(n, "was known", "were known") for n in (1, 2)] == ["1 was known", "2 were known"]
