"""The plan: shares met, mines placed on nodes that exist, streams independent."""

from collections import Counter

import numpy as np

from minewatch.rehearsal.layout import draw_layout, stream
from minewatch.rehearsal.parameters import CLASSES, RegionParameters

PARAMETERS = RegionParameters(seed=4, meters=2000)


def test_classes_come_in_their_shares():
    layout = draw_layout(PARAMETERS)
    counts = Counter(account.group.kind for account in layout.accounts)
    total = sum(one.share for one in CLASSES)
    for one in CLASSES:
        assert abs(counts[one.kind] - 2000 * one.share / total) <= 1


def test_mines_hang_on_real_nodes_and_real_accounts():
    layout = draw_layout(PARAMETERS)
    names = {node.name for node in layout.nodes}
    for plan in layout.mines:
        assert plan.node in names
        assert plan.mean_kw > 0
        for number in plan.accounts:
            assert layout.accounts[number].parent == plan.node
    split = next(plan for plan in layout.mines if plan.evasion == "split_accounts")
    assert 3 <= len(set(split.accounts)) <= 8
    metered = [
        number for plan in layout.mines if plan.evasion in {"hidden_host", "bypass_part"} for number in plan.accounts
    ]
    assert len(metered) == len(set(metered))


def test_every_account_has_one_parent():
    layout = draw_layout(PARAMETERS)
    names = {node.name for node in layout.nodes}
    assert all(account.parent in names for account in layout.accounts)
    assert sorted(one for members in layout.by_node.values() for one in members) == list(range(len(layout.accounts)))


def test_streams_differ_by_name_index_and_seed():
    draws = {
        float(stream(RegionParameters(seed=seed), name, index).random())
        for seed in (1, 2)
        for name in ("account", "mine")
        for index in (0, 1)
    }
    assert len(draws) == 8
    assert np.isclose(stream(PARAMETERS, "mine", 5).random(), stream(PARAMETERS, "mine", 5).random())
