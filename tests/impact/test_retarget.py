"""The rule against the real chain."""

import csv
import itertools
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.impact import retarget
from minewatch.model.errors import InputError
from shared_data import shared_file


def real_epochs():
    with shared_file("bitcoin/difficulty_epochs.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def real_pairs():
    """Each epoch of the file with the one that follows: old bits, new bits, the row."""
    rows = real_epochs()
    return [(int(a["bits"], 16), int(b["bits"], 16), a) for a, b in itertools.pairwise(rows)]


def test_all_436_real_retargets_bit_for_bit():
    pairs = real_pairs()
    assert len(pairs) == 436
    for old, new, row in pairs:
        for edge in ("consensus_timespan_lo_s", "consensus_timespan_hi_s"):
            assert retarget.next_bits(old, int(row[edge])) == new, row["height"]


def test_one_second_outside_the_recovered_span_gives_other_bits():
    # The file gives the span to the second it can be known to; the rule must be sharp exactly there.
    sharp = 0
    for old, new, row in real_pairs():
        lo, hi = int(row["consensus_timespan_lo_s"]), int(row["consensus_timespan_hi_s"])
        if retarget.SHORTEST_SECONDS < lo < retarget.AIM_SECONDS:
            assert retarget.next_bits(old, lo - 1) != new
            assert retarget.next_bits(old, hi + 1) != new
            sharp += 1
    assert sharp > 250


def test_the_rule_leaves_one_interval_out():
    # First block to first block is 2,016 intervals; what the rule did not see must look like one block's wait.
    left_out = [
        int(row["span_first_to_first_s"])
        - (int(row["consensus_timespan_lo_s"]) + int(row["consensus_timespan_hi_s"])) / 2
        for _, _, row in real_pairs()
        if int(row["epoch"]) >= 40
    ]
    assert statistics.mean(left_out) == pytest.approx(600, abs=4 * 600 / len(left_out) ** 0.5)


def test_the_great_drop_from_block_times_alone():
    with shared_file("bitcoin/block_times_688590_689477.csv").open(encoding="utf-8") as file:
        times = {int(row["height"]): int(row["time"]) for row in csv.DictReader(file)}
    epoch = next(row for row in real_epochs() if row["height"] == "687456")
    new = retarget.next_bits(int(epoch["bits"], 16), times[689471] - int(epoch["time"]))
    assert f"{new:08x}" == "171398ce"
    assert retarget.change(int(epoch["bits"], 16), new) == pytest.approx(-0.279427, abs=1e-6)


def test_the_clamp_works_both_ways():
    assert retarget.change(0x1B0404CB, retarget.next_bits(0x1B0404CB, 1)) == pytest.approx(3.0, abs=1e-4)
    assert retarget.change(0x1B0404CB, retarget.next_bits(0x1B0404CB, 10**9)) == pytest.approx(-0.75, abs=1e-4)


def test_no_target_is_easier_than_the_easiest():
    assert retarget.next_bits(0x1D00FFFF, 4 * retarget.AIM_SECONDS) == 0x1D00FFFF


def test_the_steady_interval_is_not_quite_ten_minutes():
    assert pytest.approx(600.298, abs=1e-3) == retarget.STEADY_INTERVAL


@given(st.integers(min_value=1, max_value=retarget.EASIEST_TARGET))
def test_compact_form_keeps_all_but_the_cut(target):
    kept = retarget.target_of(retarget.compact(target))
    assert kept <= target
    assert target - kept < max(1, target >> 15)
    assert retarget.compact(kept) == retarget.compact(target)


@pytest.mark.parametrize("bits", [0, 0x1D800001, 0x21010000, 0x17000000])
def test_what_is_no_target_is_refused_with_a_remedy(bits):
    with pytest.raises(InputError) as caught:
        retarget.target_of(bits)
    assert "header" in caught.value.remedy
