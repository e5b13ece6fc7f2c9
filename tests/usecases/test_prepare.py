"""The first screening's compiling is dealt to processes; what another process cannot do is done here."""

import gc
import os
import subprocess
import sys

import pytest

from minewatch.detect.ready import SHARES
from minewatch.usecases import prepare


class Shares:
    """Stands for the shares of a computer on which some are compiled; no kernel is touched."""

    def __init__(self, monkeypatch, left):
        self.left = left
        self.compiled = []
        self.collecting = []
        monkeypatch.setattr(prepare, "unready", lambda: tuple(self.left))
        monkeypatch.setattr(prepare, "compile_shares", self.compile)

    def compile(self, names):
        self.compiled.extend(names)
        self.left = [name for name in self.left if name not in names]
        self.collecting.append(gc.isenabled())


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 9])
def test_every_share_is_dealt_once_and_the_largest_first(processes):
    groups = prepare.dealt(tuple(SHARES), processes)
    assert sorted(name for group in groups for name in group) == sorted(SHARES)
    assert len(groups) == min(processes, len(SHARES))
    loads = [sum(SHARES[name].work for name in group) for group in groups]
    assert max(loads) <= max(1 / processes, *(share.work for share in SHARES.values())) * 4 / 3


def test_nothing_is_done_where_all_is_ready(monkeypatch):
    shares = Shares(monkeypatch, [])
    assert prepare.prepare(processes=2) == prepare.Prepared((), 0)
    assert shares.compiled == []


def test_the_rest_goes_to_another_process_with_the_same_path_and_cache(monkeypatch, tmp_path):
    shares = Shares(monkeypatch, ["looks", "close looks"])
    told = tmp_path / "told"
    monkeypatch.setattr(
        prepare, "_CHILD", f"import sys, minewatch; open({str(told)!r}, 'w').write(' '.join(sys.argv[1:]))"
    )
    assert prepare.prepare(processes=2).processes == 2
    assert shares.compiled[0] != told.read_text()
    assert {shares.compiled[0], told.read_text()} == {"looks", "close looks"}


@pytest.mark.parametrize("broken", ["", os.devnull])
def test_without_another_process_this_one_goes_on(monkeypatch, broken):
    shares = Shares(monkeypatch, ["looks", "glance"])
    monkeypatch.setattr(sys, "executable", broken)
    assert prepare.prepare(processes=2).processes == 1
    assert sorted(shares.compiled) == ["glance", "looks"]


def test_a_process_that_hangs_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(prepare, "_PATIENCE_SECONDS", 0.1)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    prepare._waited_for(child)
    assert child.returncode


def test_who_is_interrupted_leaves_no_process_behind(monkeypatch):
    Shares(monkeypatch, ["looks", "glance"])
    started = []
    monkeypatch.setattr(prepare, "_CHILD", "import time; time.sleep(600)")
    start = prepare._started

    def note(names):
        started.append(start(names))
        return started[-1]

    def interrupt(_names):
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "_started", note)
    monkeypatch.setattr(prepare, "compile_shares", interrupt)
    with pytest.raises(KeyboardInterrupt):
        prepare.prepare(processes=2)
    assert [child.wait(10) != 0 for child in started] == [True]
    assert gc.isenabled()


def test_objects_are_collected_again_afterwards(monkeypatch):
    shares = Shares(monkeypatch, ["looks"])
    prepare.prepare(processes=1)
    assert set(shares.collecting) == {False}
    assert gc.isenabled()
