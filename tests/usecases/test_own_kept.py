"""Learning from the workspace's own meters goes on where it was killed, and gives what it would have given."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from finding_samples import opened, turn
from minewatch.usecases.own_background import Watched, fit_background
from minewatch.usecases.own_kept import FOLDER
from visited_office import visited_office

METERS, WINDOWS = 32, 320
SCRIPT = f"""
import sys
from pathlib import Path
from finding_samples import opened, turn
from minewatch.usecases.own_background import fit_background
with opened(Path(sys.argv[1])) as office:
    fit_background(turn=turn(office), windows={WINDOWS})
"""


def started(folder):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder)], env=environment)


def pieces(folder):
    return sorted((folder / FOLDER).glob("*.npz"))


def killed_at(folder, number):
    """Start a learning and kill it once ``number`` pieces are kept; returns how many there are."""
    process = started(folder)
    deadline = time.monotonic() + 300
    while len(pieces(folder)) < number and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert number <= len(pieces(folder)) < METERS + 5, "killed too early or too late to tell anything"
    return len(pieces(folder))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    visited_office(folder, meters=METERS)
    return folder


def learned(folder, **given):
    said, drawing, growing = [], [], []
    watched = Watched(lambda *at: drawing.append(at), lambda *at: growing.append(at), said.append)
    with opened(folder) as opened_office:
        found = fit_background(turn=turn(opened_office), windows=WINDOWS, watched=watched, **given)
    return found, said, drawing, growing


def test_a_killed_learning_is_taken_up_again_and_ends_as_if_it_had_not_been(office):
    kept = killed_at(office, 7)
    first = {path: path.stat().st_mtime_ns for path in pieces(office)}
    kept = killed_at(office, METERS + 2)
    assert all(path.stat().st_mtime_ns == made for path, made in first.items()), "what was done is not done again"
    found, said, drawing, growing = learned(office)
    assert found.taken_up == {"meters": METERS, "parts": kept - METERS}
    assert [text.en for text in said] == [
        f"Going on from an earlier start: the windows of 32 of 32 meters and the trees of {kept - METERS} of 5 parts are there."
    ]
    assert drawing[-1] == (METERS, METERS)
    assert growing[-1] == (1000, 1000)
    assert len(growing) < 1000

    for path in pieces(office):
        path.unlink()
    anew, said, _, growing = learned(office)
    assert anew.taken_up == {"meters": 0, "parts": 0}
    assert said == []
    assert sorted(growing) == growing
    assert replace(anew.card, made_at=found.card.made_at) == found.card

    again, said, *_ = learned(office)
    assert again.card.digest == found.card.digest
    assert again.taken_up == {"meters": METERS, "parts": 5}
    assert said[0].zh.startswith("接续此前的学习")

    before = set(pieces(office))
    other, *_ = learned(office, seed=1)
    assert other.taken_up == {"meters": 0, "parts": 0}
    assert not before & set(pieces(office)), "pieces of another learning are removed"
