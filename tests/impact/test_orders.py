from datetime import date

import pytest

from minewatch.impact import orders, shares
from minewatch.impact.orders import Order

JUNE = date(2021, 6, 17)
LINKS = shares.known_links()


def test_a_stated_share_replaces_the_published_ones():
    links = shares.restated(LINKS, (shares.parse_link("yaan=8..12%-of-sichuan"),))
    assert {chain.links[0].source.grade for chain in shares.chains("yaan", "world", JUNE, links)} == {"U"}
    assert len(orders.readings(("yaan",), JUNE, links)) == 8


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
