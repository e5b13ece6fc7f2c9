"""What is compiled is kept on disk, under a name that changes with any kernel's source; a kernel in others is compiled once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import numpy as np
from minewatch.kernels.compiled import compiled_before
from minewatch.kernels.order import sort_finite
print(compiled_before("order", "sort_finite"))
sort_finite(np.array([2.0, np.nan, 1.0]), np.empty(3))
print(compiled_before("order", "sort_finite"))
"""


@pytest.mark.parametrize("round_", [1, 2])
def test_a_kernel_is_known_as_compiled_once_it_ran(tmp_path_factory: pytest.TempPathFactory, round_: int) -> None:
    cache = tmp_path_factory.getbasetemp() / "kernel-cache"
    env = os.environ | {"MINEWATCH_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=env)
    assert ran.stdout.split() == [str(round_ == 2), "True"]
    assert [path.name.startswith("kernels-") for path in Path(cache, "minewatch").iterdir()] == [True]


WHOLE = """
import numpy as np
from minewatch.kernels import levels
values = np.arange(72.0)
values[[5, 40]] = np.nan
whole, one, other = np.empty(72), np.empty(72), np.empty(72)
levels.lower_envelope(values, one, whole)
print(len(levels.extreme_ahead.part.signatures))
"""
BY_PARTS = """
levels.extreme_ahead(values, levels.ENVELOPE[0], 1.0, one)
levels.extreme_behind(one, levels.ENVELOPE[0], -1.0, other)
levels.extreme_ahead(other, levels.ENVELOPE[1], -1.0, one)
levels.extreme_behind(one, levels.ENVELOPE[1], 1.0, other)
print(np.array_equal(whole, other, equal_nan=True))
"""


def test_a_kernel_inside_another_is_compiled_within_it_and_by_itself_only_when_called(tmp_path: Path) -> None:
    env = os.environ | {"MINEWATCH_CACHE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}

    def told_and_kept(program: str) -> tuple[list[str], set[str]]:
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
        return ran.stdout.split(), {path.name.split("-")[0] for path in tmp_path.rglob("*.nbi")}

    # One version inside, though it is called with two numbers; none where the whole comes from the disk.
    assert told_and_kept(WHOLE) == (["1"], {"levels.lower_envelope"})
    both = {"levels.lower_envelope", "levels.extreme_ahead", "levels.extreme_behind"}
    assert told_and_kept(WHOLE + BY_PARTS) == (["0", "True"], both)
