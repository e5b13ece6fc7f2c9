"""``minewatch draw``: commit, draw, check by anybody, sample size."""

import pytest
from scipy.stats import hypergeom

from minewatch.model.errors import InputError
from ya_cli import NOON, ya


def test_a_draw_that_anybody_repeats(tmp_path):
    office = ya(tmp_path)
    for name in ("ma", "he"):
        office.run("actor", "add", name, "--role", "inspector", "--division", "000000", *("--as", "root"), *NOON[2:])
    office.run("draw", "commit", "d", "--seed", "secret", *NOON)
    ask = ("draw", "draw", "d", "--campaign", "ya", "--seed", "secret", "--count", "1")
    with pytest.raises(InputError, match="recuses nobody"):
        office.run(*ask, "--recuse", "1", *NOON)
    result = office.json(*ask, "--recuse", "1=luo", *NOON)
    assert len(result["visits"]) == 1
    assert office.json("draw", "check", "d")["same"] is True


def test_the_sample_size_is_the_smallest_that_keeps_the_assurance(tmp_path):
    """Of 1,300 sites with 14 bad ones, the drawn must show none of them with at most 5 %: SciPy's hypergeometric agrees."""
    office = ya(tmp_path, noticed=False)
    told = office.json("draw", "size", "--population", "1300", "--tolerated", "13")["size"]
    assert hypergeom.pmf(0, 1300, 14, told) <= 0.05 < hypergeom.pmf(0, 1300, 14, told - 1)
