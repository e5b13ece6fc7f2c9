"""The shares compile all that a screening needs: afterwards it compiles nothing more."""

import os
import subprocess
import sys
from pathlib import Path

from minewatch.detect.ready import SHARES, compile_shares, unready

SCREENING = """
from datetime import date
from pathlib import Path
import sys
import numpy as np
import numba
from numba.core import event
from minewatch.detect.block import Block
from minewatch.detect.ready import compile_shares, unready
from minewatch.detect.screen import screen_block

compile_shares(unready())
compiled = []
class Heard(event.Listener):
    def on_start(self, told):
        compiled.append(told.data["dispatcher"].py_func.__name__)
    def on_end(self, told):
        pass
event.register("numba:compile", Heard())
rng = np.random.default_rng(3)
kw = rng.gamma(4.0, 0.25, (20, 40, 96)).astype(np.float32)
kw[::3] += 2
kw[::2, 20:] += 1
kw[1, 3:5, 10:30] = np.nan
found = screen_block(Block(tuple(map(str, range(20))), date(2021, 1, 1), kw))
print(found["since"].is_not_null().sum() > 0, *compiled)
"""


def test_after_the_shares_a_screening_compiles_nothing() -> None:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", SCREENING], capture_output=True, text=True, check=True, env=env)
    assert ran.stdout.split() == ["True"]


def test_a_share_is_ready_once_it_was_compiled() -> None:
    compile_shares(("second look",))
    assert "second look" not in unready()


def test_the_shares_are_all_the_work_there_is() -> None:
    assert sum(share.work for share in SHARES.values()) == 1.0
    kernels = Path(__file__).parents[2] / "src/minewatch/kernels"
    for share in SHARES.values():
        for one in share.kernels:
            assert (kernels / f"{one.__module__.rpartition('.')[2]}.py").is_file()
