"""From an address and a time to the account: leases, customers, port blocks; more than one is said, never guessed."""

import pytest

import stories
import talks
from minewatch.model.errors import InputError
from minewatch.usecases.traffic import TrafficOptions, watch_traffic

NOW = "2023-11-14T22:00:00Z"  # the talks start at 22:13:20 and last about three minutes
LATER = "2023-11-14T23:00:00Z"
BEFORE = "2023-11-14T21:00:00Z"


@pytest.fixture
def holder(tmp_path):
    def held(client="10.0.0.5", ports=(50123, 3333), **tables):
        path = tmp_path / "x.pcap"
        server = "2001:db8::9" if ":" in client else "203.0.113.9"
        path.write_bytes(talks.pcap(stories.stratum(client=client, server=server, ports=ports).packets))
        given = {}
        for name, rows in tables.items():
            given[name] = tmp_path / f"{name}.csv"
            given[name].write_text("\n".join(rows) + "\n", "utf-8")
        receipt = watch_traffic(
            files=[path], out=tmp_path / "s.csv", options=TrafficOptions(**given), progress=lambda *_: None
        )
        (one,) = receipt.sightings
        return one.customer, one.customer_note, [issue.code for issue in receipt.issues]

    return held


CUSTOMERS = ["address,customer", "10.0.0.0/24,street", "10.0.0.5,meter-5", "2001:db8::/32,meter-6"]
LEASES = [
    "address,customer,from,to",
    f"10.0.0.5,meter-1,{BEFORE},{NOW}",
    f"10.0.0.5,meter-2,{NOW},{LATER}",
    f"10.0.0.5,meter-3,{LATER},",
]
NAT = [
    "address,port_low,port_high,customer,from,to",
    f"10.0.0.5,50000,50199,meter-7,{NOW},{LATER}",
    f"10.0.0.5,50200,50399,meter-8,{NOW},{LATER}",
    f"10.0.0.5,50000,50199,meter-9,{BEFORE},{NOW}",
]


def test_the_closest_network_wins(holder):
    assert holder(customers=CUSTOMERS) == ("meter-5", "", [])
    assert holder(client="10.0.0.9", customers=CUSTOMERS) == ("street", "", [])
    assert holder(client="2001:db8::5", customers=CUSTOMERS[:1] + CUSTOMERS[3:])[0] == "meter-6"


def test_the_lease_of_that_time_counts(holder):
    assert holder(leases=LEASES) == ("meter-2", "", [])
    assert holder(leases=LEASES, customers=CUSTOMERS)[0] == "meter-2"


def test_the_port_block_of_that_time_counts(holder):
    assert holder(nat=NAT)[0] == "meter-7"
    assert holder(nat=NAT, ports=(50250, 3333))[0] == "meter-8"
    assert holder(nat=NAT, ports=(60000, 3333))[:2] == ("", "not_covered")


def test_one_address_of_many_customers_is_said_not_guessed(holder):
    shared = [*LEASES[:1], f"10.0.0.5,meter-1,{BEFORE},{LATER}", f"10.0.0.5,meter-2,{BEFORE},{LATER}"]
    assert holder(leases=shared)[:2] == ("", "many_customers (2): meter-1, meter-2")
    changed = [*LEASES[:1], f"10.0.0.5,meter-1,{BEFORE},2023-11-14T22:14:00Z"]
    assert holder(leases=changed)[:2] == ("meter-1", "part_of_time")


def test_a_bad_line_costs_only_itself(holder):
    bad = [*LEASES, "nonsense,meter-4,,", "10.0.0.5,,,", f"10.0.0.5,meter-4,{LATER},{NOW}"]
    assert holder(leases=bad) == ("meter-2", "", ["join_table_line"])


def test_a_table_without_its_columns_is_refused(holder):
    with pytest.raises(InputError, match="port_low"):
        holder(nat=CUSTOMERS)
