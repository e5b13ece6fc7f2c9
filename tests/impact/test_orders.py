from datetime import date

import pytest

from minewatch.impact import orders, shares
from minewatch.impact.orders import Order
from minewatch.model.errors import InputError

JUNE = date(2021, 6, 17)
LINKS = shares.known_links()


def test_yaan_as_a_share_of_the_world_by_every_source():
    percents = [round(chain.percent.best, 2) for chain in shares.chains("yaan", "world", JUNE, LINKS)]
    assert percents == [0.69, 0.97, 2.81, 5.4]


def test_no_chain_mixes_two_studies():
    for part in ("yaan", "sichuan", "xinjiang"):
        for whole in ("china", "world"):
            for chain in shares.chains(part, whole, JUNE, LINKS):
                assert len(shares.studies((chain,))) <= 1


def test_a_series_gives_its_latest_figure_of_the_day():
    percents = {chain.percent.best for chain in shares.chains("china", "world", JUNE, LINKS)}
    assert percents == {46.0, 65.0}


def test_every_spelled_share_names_its_whole():
    for chain in shares.chains("yaan", "world", JUNE, LINKS):
        words = shares.spelled(chain)
        assert words.en.count("% of ") == len(chain.links)
        assert words.zh.count("占") == len(chain.links)
        assert words.en.startswith("10 % of Sichuan")


@pytest.mark.parametrize("text", ["yaan=10%", "yaan=10", "10%-of-sichuan", "yaan=%-of-sichuan", "yaan=ten%-of-sichuan"])
def test_a_share_without_its_whole_is_refused(text):
    with pytest.raises(InputError, match="share of"):
        shares.parse_link(text)


def test_a_stated_share_replaces_the_published_ones():
    links = shares.restated(LINKS, (shares.parse_link("yaan=8..12%-of-sichuan"),))
    assert {chain.links[0].source.grade for chain in shares.chains("yaan", "world", JUNE, links)} == {"U"}
    assert len(orders.readings(("yaan",), JUNE, links)) == 8


def test_a_stated_share_of_the_world_closes_every_other_way_there():
    links = shares.restated(LINKS, (shares.parse_link("sichuan=40%-of-world"),))
    assert [chain.percent.best for chain in shares.chains("yaan", "world", JUNE, links)] == [pytest.approx(4.0)]


def test_a_part_inside_another_is_not_cut_twice():
    for reading in orders.readings(("yaan", "sichuan"), JUNE, LINKS):
        cuts = orders.cuts_of((Order(0, "yaan"), Order(10, "sichuan")), reading)
        assert sum(cut.share for cut in cuts) == pytest.approx(reading.shares["sichuan"])
        assert cuts[0].share == pytest.approx(0.1 * reading.shares["sichuan"])
        again = orders.cuts_of((Order(0, "sichuan"), Order(10, "yaan")), reading)
        assert [cut.share for cut in again] == [pytest.approx(reading.shares["sichuan"]), 0.0]


def test_a_staged_return_gives_back_a_part_of_what_went():
    reading = orders.readings(("sichuan",), JUNE, LINKS)[0]
    cuts = orders.cuts_of((Order(0, "sichuan"), Order(5, "sichuan", -0.25), Order(9, "sichuan", -1.0)), reading)
    whole = reading.shares["sichuan"]
    assert [cut.share for cut in cuts] == [
        pytest.approx(whole),
        pytest.approx(-whole / 4),
        pytest.approx(-0.75 * whole),
    ]


def test_parts_side_by_side_use_one_study():
    for reading in orders.readings(("sichuan", "xinjiang"), JUNE, LINKS):
        assert shares.studies(tuple(reading.chains.values())) == {"cambridge"}


def test_an_unknown_part_names_the_known_ones():
    with pytest.raises(InputError) as caught:
        shares.chains("atlantis", "world", JUNE, LINKS)
    assert "sichuan" in caught.value.remedy
