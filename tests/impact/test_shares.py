from datetime import date

import pytest

from minewatch.impact import shares
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


def test_a_stated_share_of_the_world_closes_every_other_way_there():
    links = shares.restated(LINKS, (shares.parse_link("sichuan=40%-of-world"),))
    assert [chain.percent.best for chain in shares.chains("yaan", "world", JUNE, links)] == [pytest.approx(4.0)]


def test_an_unknown_part_names_the_known_ones():
    with pytest.raises(InputError) as caught:
        shares.chains("atlantis", "world", JUNE, LINKS)
    assert "sichuan" in caught.value.remedy
