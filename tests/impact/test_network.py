import pytest

from minewatch.impact import network, retarget
from minewatch.model.errors import InputError


@pytest.mark.parametrize(
    ("height", "coins"),
    [(0, 50.0), (209_999, 50.0), (210_000, 25.0), (687_999, 6.25), (840_000, 3.125), (7_000_000, 0.0)],
)
def test_the_subsidy_halves(height, coins):
    assert network.subsidy(height) == coins


def test_a_day_outside_the_record_asks_for_the_difficulty():
    with pytest.raises(InputError) as caught:
        network.network_at(2_000_000_000, network.real_epochs())
    assert "--difficulty" in caught.value.remedy


def test_the_record_is_whole():
    epochs = network.real_epochs()
    assert [epoch.height for epoch in epochs] == [2016 * number for number in range(437)]
    times = network.real_block_times()
    assert sorted(times) == list(range(688_590, 689_478))


def test_hash_rate_of_the_epoch_of_june_2021():
    day = network.network_at(1_623_974_400, network.real_epochs())
    assert day.epoch.height == 687_456
    assert day.hashrate == pytest.approx(102.8e18, rel=1e-3)


def test_a_given_difficulty_comes_back_to_within_the_compact_form():
    day = network.network_of(1.2e14, 950_000)
    assert retarget.difficulty_of(day.bits) == pytest.approx(1.2e14, rel=1e-4)
    assert day.epoch.height == 949_536
