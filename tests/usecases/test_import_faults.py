"""An import killed at any moment, or on a full disk, leaves the lake as before or after; running it again finishes."""

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from minewatch.model.errors import ConflictError, StoreError
from minewatch.stores.frames import day_frames
from minewatch.stores.lake import Lake
from minewatch.usecases.import_readings import import_files
from stores.strategies import frame_of, same_bits

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SRC = Path(__file__).parents[2] / "src"

IMPORT = """
    import os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from minewatch.stores.lake import Lake
    from minewatch.usecases.import_readings import import_files
    folder, path, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
    lake = Lake.open(Path(folder))
    count = 0

    def stop_at(event, args):
        # What changes files: opening one, renaming, removing, making a folder. The process dies before the step is done.
        global count
        if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"} and folder in str(args[0]):
            count += 1
            if count == limit:
                os._exit(9)

    sys.addaudithook(stop_at)
    fsync, synced = os.fsync, 0
    def counted(handle):
        stop_at("open", (folder,))
        fsync(handle)
    os.fsync = counted
    print("ready", flush=True)
    import_files([path], lake=lake, now=datetime(2026, 11, 23, tzinfo=UTC))
    print(count)
"""


def started(lake, path, *, limit=0, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(IMPORT), str(lake.folder), str(path), str(limit)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SRC), "POLARS_MAX_THREADS": "2"},
        **options,
    )


def series(meters, first, days, seed, scale=1000):
    rng = np.random.default_rng(seed)
    return frame_of({(m, first + d): rng.integers(1, 5000, 24) / scale for m in meters for d in range(days)}, 24)


def csv_of(frame, path):
    kw = frame["kw"].to_numpy()
    hours = [f"{h:02d}:00" for h in range(24)]
    wide = pl.DataFrame({"meter": frame["meter"], "day": frame["day"], **dict(zip(hours, kw.T, strict=True))})
    wide.write_csv(path)
    return path


def held(lake):
    return pl.concat([frame_of({}, 24), *day_frames(lake.refreshed(), 24)])


def both(old, new):
    """What the lake holds after both: the later wins."""
    return pl.concat([old.join(new, on=["meter", "day"], how="anti"), new])


@pytest.fixture
def story(tmp_path):
    """A lake that holds something, a file that adds to it and changes it, and what each state looks like."""
    old = series("abcdef", 0, 4, 1)
    new = series("cdefgh", 2, 4, 2, scale=700)
    lake = Lake.create(tmp_path / "lake", shards=2)
    import_files([csv_of(old, tmp_path / "old.csv")], lake=lake, now=NOW)
    return lake, csv_of(new, tmp_path / "new.csv"), held(lake), tmp_path


def sound(lake, before, after):
    """Whether the lake is as before or as after, every part it names sound."""
    now = lake.refreshed()
    assert now.damaged_parts() == ()
    kept = held(now)
    is_before, is_after = same_bits(kept, before), same_bits(kept, after)
    assert is_before != is_after
    assert len(now.manifest.imports) == (1 if is_before else 2)
    return "before" if is_before else "after"


def after_of(story):
    _, path, before, folder = story
    twin = Lake.create(folder / "twin", shards=2)
    import_files([path], lake=twin, now=NOW)
    return both(before, held(twin))


def finish(lake, path, after):
    import_files([path], lake=lake, now=NOW)
    now = lake.refreshed()
    assert same_bits(held(now), after)
    named = {f"{part.name}.parquet" for part in now.manifest.parts}
    assert {one.name for one in (lake.folder / "parts").iterdir()} == named
    assert not list((lake.folder / "tmp").iterdir())


def test_killed_at_every_step_that_touches_the_disk(story):
    lake, path, before, folder = story
    after = after_of(story)
    saved = {one: one.read_bytes() for one in lake.folder.rglob("*") if one.is_file()}
    trial = started(Lake.create(folder / "count", shards=2), path)
    steps = int(trial.communicate()[0].split()[-1])
    assert steps > 15
    states = []
    # Every step of the last part, where the manifest is replaced, and a sample of those before.
    for limit in sorted({*range(1, steps - 8, 4), *range(steps - 8, steps + 14)}):
        process = started(lake, path, limit=limit)
        process.communicate()
        states.append(sound(lake, before, after))
        if process.returncode == 9:
            finish(lake, path, after)
        for one in (one for one in lake.folder.rglob("*") if one.is_file()):
            one.unlink()
        for one, content in saved.items():
            one.parent.mkdir(parents=True, exist_ok=True)
            one.write_bytes(content)
        if process.returncode == 0:
            break
    assert {"before", "after"} == set(states)
    assert states == sorted(states, reverse=True), "once after, never before again"


def test_killed_with_sigkill_at_random_times(story):
    lake, path, before, _ = story
    after = after_of(story)
    rng = random.Random(17)
    for _ in range(6):
        process = started(lake, path)
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        sound(lake, before, after)
    finish(lake, path, after)


def test_a_file_size_limit_is_told_and_changes_nothing(story):
    lake, _, before, folder = story
    rng = np.random.default_rng(5)
    big = frame_of({(f"m{i}", d): rng.normal(9, 1, 24) for i in range(40) for d in range(40)}, 24)
    path = csv_of(big, folder / "big.csv")

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = started(lake, path, preexec_fn=limited)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "StoreError" in errors
    assert "Make room" in errors
    assert same_bits(held(lake), before)
    import_files([path], lake=lake, now=NOW)
    assert held(lake).height == before.height + big.height


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of ``size`` bytes; yields None where this user may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("room", [130_000, 300_000, 500_000])
def test_a_full_disk_is_told_and_changes_nothing(tmp_path, room):
    rng = np.random.default_rng(5)
    old = series("ab", 0, 2, 1)
    new = frame_of({(f"m{i}", d): rng.normal(9, 1, 24) for i in range(60) for d in range(80)}, 24)
    new_csv = csv_of(new, tmp_path / "new.csv")
    with small_disk(tmp_path / "disk", room) as disk:
        if disk is None:
            pytest.skip("only an administrator can mount a small disk; the file size limit is tested instead")
        lake = Lake.create(disk / "lake", shards=2)
        import_files([csv_of(old, tmp_path / "old.csv")], lake=lake, now=NOW)
        before = held(lake)
        with pytest.raises(StoreError, match="full") as caught:
            import_files([new_csv], lake=lake, now=NOW)
        assert "Make room" in caught.value.remedy
        assert same_bits(held(lake), before)
        assert lake.refreshed().damaged_parts() == ()
        subprocess.run(["mount", "-o", "remount,size=50M", str(disk)], check=True)
        import_files([new_csv], lake=lake, now=NOW)
        assert held(lake).height == old.height + new.height


def test_another_process_that_writes_is_respected(story):
    lake, path, before, _ = story
    with lake.writing():
        process = started(lake, path)
        _, errors = process.communicate()
        assert process.returncode == 1
        assert ConflictError.__name__ in errors
    assert same_bits(held(lake), before)


def test_a_reader_keeps_what_it_opened_while_another_imports(story):
    lake, path, before, _ = story
    opened = lake.refreshed()
    frames = day_frames(opened, 24)
    first = next(frames)
    import_files([path], lake=lake, now=NOW)
    assert same_bits(pl.concat([first, *frames]), before)


def test_a_million_bad_rows_are_a_handful_of_issues(tmp_path):
    path = tmp_path / "bad.csv"
    good = "".join(f"m{m},2021-06-01 {h:02d}:00,1.5\n" for m in range(1000) for h in range(24))
    with path.open("w") as out:
        out.write("meter,time,kw\n" + good)
        for _ in range(100):
            out.write("m1,never,x\n" * 10_000)
    lake = Lake.create(tmp_path / "lake", shards=2)
    receipt = import_files([path], lake=lake, now=NOW)
    assert receipt.readings == 24_000
    assert sum(receipt.issue_counts.values()) >= 1_000_000
    assert len(receipt.issues) < 100
