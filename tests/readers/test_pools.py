"""The pool list as a file: ours, and the two lists it was made from."""

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.pools import SHIPPED, read_pools
from shared_data import shared_file


def test_the_shipped_list_has_hosts_dates_and_origins():
    listed = read_pools(SHIPPED)
    assert len(listed) > 1500
    assert {one.origin for one in listed} == {"mpdi", "smashed", "smashed+mpdi", "own"}
    assert all(one.host and one.since and one.until >= one.since for one in listed)
    assert not any(one.host.startswith(("0.0.", "127.0.")) for one in listed)
    assert SHIPPED.with_name("pools-NOTICE.txt").read_text("utf-8").count("licence") >= 1


def test_a_list_of_one_s_own(tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text(
        "# made by hand\nhost,port,pool,coin,confirmed,since,until,origin,shared\n"
        "Pool.Example.,3333,P,btc,yes,2024-01-01,,office,1\n,1,,,,,,,\n192.168.1.1,3333,P,,,,,,\nb.example,99999,P,,,,,,\n",
        "utf-8",
    )
    first, second = read_pools(path)
    assert (first.host, first.port, first.coin, first.confirmed, first.shared) == (
        "pool.example",
        3333,
        "BTC",
        True,
        True,
    )
    assert (second.host, second.port) == ("b.example", 0)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "host,port\n"])
def test_a_file_of_no_known_shape_is_refused(tmp_path, content):
    path = tmp_path / "pools.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match="no endpoint"):
        read_pools(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_pools(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("name", "count"), [("mpdi_mining_pool_domains.csv", 1200), ("smashed_2018_pool_servers_ports.csv", 400)]
)
def test_the_published_lists_are_read_as_they_are(name, count):
    assert len(read_pools(shared_file(f"bitcoin/{name}"))) >= count
