"""One table: which slow twin holds each kernel, in which test and at which sizes; a kernel without one must say why.

A kernel that only another one calls is held by that one's twin. What has no twin is named with the test that holds it instead.
"""

import ast
from pathlib import Path

import pytest

from minewatch import kernels

HERE = Path(__file__).parent
SOURCES = sorted(Path(kernels.__file__).parent.glob("*.py"))

LOOKS, CLOSE, CHAIN, CHANGES = "test_looks", "test_levels", "test_chain", "test_changes"
CURVES = "14, 30, 35, 61 days of 24, 48 or 96 slots"
HELD = "14, 30, 61 days of 24 hours"
TWINS = {
    "clock_edges": ("clock_edges", LOOKS, "test_clock_edges", CURVES),
    "commonest": ("commonest", CLOSE, "test_commonest", "6 sizes"),
    "daily_level": ("daily_level", "test_onset", "test_levels_and_steps", HELD),
    "day_floor": ("day_floor", LOOKS, "test_floor", CURVES),
    "decode_days": (
        "days",
        "test_decode",
        "test_days_are_unpacked_as_the_twin_does",
        "1, 24 or 96 slots, 2 to 4 planes",
    ),
    "day_steps": ("day_steps", "test_onset", "test_levels_and_steps", HELD),
    "describe_day": ("describe_day", "test_onset", "test_figures_of_a_day", HELD),
    "deviation_of": ("q", LOOKS, "test_values_are_put_in_order_by_their_bits", "lists of several lengths"),
    "drop_stuck": ("without_stuck", LOOKS, "test_stuck_meters_are_cleared_and_coarse_ones_left", "30 days of 24 hours"),
    "envelope": ("envelope", CHANGES, "test_the_envelope_is_the_opening", "several lengths"),
    "envelope_steps": ("envelope_steps", CHANGES, "test_steps_of_envelopes_are_those_of_the_twin", "several shapes"),
    "facts_of": ("facts", LOOKS, "test_facts", "4 meters, 20 days of 48 slots"),
    "flat_steps": ("flat_steps", LOOKS, "test_flat_steps", CURVES),
    "glance_at": ("glance", "test_glance", "test_glance", CURVES),
    "hour_steps": ("hour_steps", "test_onset", "test_levels_and_steps", HELD),
    "hour_quantiles": ("hour_quantiles", LOOKS, "test_profile", CURVES),
    "look_clean": ("clean_look", LOOKS, "test_clean_steps", CURVES),
    "look_drops": ("drop_look", "test_shocks", "test_drops", HELD),
    "look_floor": ("floor_look", LOOKS, "test_floor", CURVES),
    "look_jolts": ("jolt_look", "test_shocks", "test_jolts", HELD),
    "look_levels": ("levels", LOOKS, "test_levels", CURVES),
    "look_noise": ("noise_look", LOOKS, "test_noise", CURVES),
    "look_peaks": ("peaks", CLOSE, "test_peaks", HELD),
    "look_plateaus": ("plateau_look", CLOSE, "test_plateaus", HELD),
    "look_profile": ("profile_look", LOOKS, "test_profile", CURVES),
    "look_quiet": ("quiet_look", "test_shocks", "test_quiet", HELD),
    "look_residual": ("repetition", LOOKS, "test_repetition", CURVES),
    "lower_envelope": ("envelope", CLOSE, "test_envelope", HELD),
    "own_changes": ("own_changes", CHANGES, "test_own_changes_are_those_of_the_twin", "several shapes"),
    "plateau_gains": (
        "plateau_gains",
        "test_plateaus",
        "test_gains_are_those_of_columns_built_and_projected",
        "2 to 14 days",
    ),
    "quantile": ("q", LOOKS, "test_quantile", "5 values"),
    "quantile_of_keys": ("q", "test_glance", "test_quantiles_without_sorting", "0 to 400 values"),
    "rest_of": ("rest_of", LOOKS, "test_repetition", CURVES),
    "retarget": ("retarget", CHAIN, "test_retarget_in_64_bits_is_the_rule_in_256", "drawn"),
    "running_hours": ("flat_steps", LOOKS, "test_flat_steps", CURVES),
    "run_trials": ("trial", CHAIN, "test_agrees_with_the_slow_twin", "30 days"),
    "span_figures": ("span_figures", "test_span", "test_the_part_is_measured_as_the_twin_does", "60 days of 24 hours"),
    "switch_costs": ("cheapest_path", LOOKS, "test_switch_path_is_the_cheapest_of_all", "11 hours"),
    "switch_path": ("cheapest_path", LOOKS, "test_switch_path_is_the_cheapest_of_all", "11 hours"),
    "take_host": ("host_rest", LOOKS, "test_host_is_taken_away", CURVES),
    "to_hours": ("hours_of", LOOKS, "test_to_hours", CURVES),
    "unusual_steps": ("unusual_steps", CHANGES, "test_unusual_steps_are_those_of_the_twin", "several shapes"),
    "usual_changes": ("usual_changes", "test_shocks", "test_usual_changes", HELD),
    "without_hours": ("without_hours", "test_onset", "test_hours_and_weekends_are_taken_away", HELD),
    "walk": ("walk", LOOKS, "test_walk", "2 trees, 5 rows"),
    "walk_families": ("walk", LOOKS, "test_walk", "2 trees, 5 rows"),
    "whole_steps": ("flat_steps", LOOKS, "test_steps_of_whole_days_are_flat_steps_to_the_bit", "1, 8, 14, 61 days"),
}
"""Kernel: its twin, the module and the test that hold it against the twin, and the sizes."""

WITHOUT = {
    "columns_in_order": (LOOKS, "test_columns_are_put_in_order_side_by_side", "NumPy's sort is the twin"),
    "count_jumps": (LOOKS, "test_jumps_are_counted_by_size", "counted in the test itself"),
    "glance_at_block": ("test_glance", "test_a_meter_hardly_read_gets_nothing", "calls the glance, held by itself"),
    "look_at": (LOOKS, "test_every_look_has_a_name_of_its_own_and_a_value", "calls the looks, each held by itself"),
    "look_closely_at": (LOOKS, "test_every_look_has_a_name_of_its_own_and_a_value", "calls looks held by themselves"),
    "look_edges": (LOOKS, "test_a_timed_block_has_equal_edges_at_its_hours", "a block of known hours and size"),
    "look_jumps": (LOOKS, "test_jumps_of_one_size_stand_out", "jumps of one known size"),
    "look_separate": (LOOKS, "test_a_switched_part_is_lifted_out", "a part of known size and hours"),
    "look_steps": (LOOKS, "test_the_step_is_found_measured_and_called_even", "a step of known day and size"),
    "look_two_levels": (LOOKS, "test_split_level_finds_the_split_with_least_variance_within", "its split is held"),
    "middle": (CHANGES, "test_the_middle_is_the_median", "NumPy's median is the twin"),
    "joined_by": ("test_onset", "test_days_are_proposed_once_and_never_the_first", "cases written out"),
    "onset_days": (
        "test_onset",
        "test_the_day_of_a_step_is_proposed_and_stands_out",
        "joins kernels held by themselves; steps of known days",
    ),
    "propose_days": ("test_onset", "test_nothing_rises_nothing_is_proposed", "days of known steps"),
    "room_for": (LOOKS, "test_every_look_has_a_name_of_its_own_and_a_value", "room, no numbers"),
    "split_level": (
        LOOKS,
        "test_split_level_finds_the_split_with_least_variance_within",
        "all splits tried in the test",
    ),
}
"""Kernels without a twin of their own: module, the test that holds them instead, and against what."""


def functions(path):
    return {node.name: node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def called(node):
    """Names that a function mentions."""
    return {
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute | ast.Name)
    }


def is_kernel(node):
    return any(word in ast.unparse(one) for one in node.decorator_list for word in ("kernel", "njit"))


KERNELS = {name: called(node) for path in SOURCES for name, node in functions(path).items() if is_kernel(node)}
TESTS = {path.stem: functions(path) for path in HERE.glob("test_*.py")}
NAIVE = {name for path in HERE.glob("naive*.py") for name in functions(path)}


def reached(names):
    """Return the kernels that ``names`` call, and those that these call."""
    found, todo = set(), list(names)
    while todo:
        for other in KERNELS[todo.pop()] & set(KERNELS):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def test_every_kernel_has_a_twin_or_is_called_by_one_that_has_or_says_why_not():
    named = set(TWINS) | set(WITHOUT)
    assert named <= set(KERNELS), "the table names a kernel that is not there"
    assert not set(TWINS) & set(WITHOUT)
    left = set(KERNELS) - named - reached(named)
    assert not left, "write a slow twin in naive*.py and enter it here, or say why there is none"


@pytest.mark.parametrize("name", sorted(TWINS))
def test_the_test_named_holds_the_kernel_against_its_twin(name):
    twin, module, test, sizes = TWINS[name]
    assert twin in NAIVE
    assert sizes
    words = mentioned(module, test)
    assert twin in words
    assert name in words


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_the_test_named_is_there(name):
    module, test, against = WITHOUT[name]
    assert test in TESTS[module]
    assert against


def mentioned(module, test):
    """Names that a test mentions, and those of its module's helpers that it calls."""
    words = called(TESTS[module][test])
    for helper in words & set(TESTS[module]):
        words = words | called(TESTS[module][helper])
    return words
