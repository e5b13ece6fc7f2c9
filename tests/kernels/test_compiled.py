"""What is compiled is kept on disk, under a name that changes with any kernel's source."""

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
