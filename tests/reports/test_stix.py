"""STIX 2.1 as OASIS's own library reads it: ids by the standard, patterns that parse, nothing of miners without being asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stix2
from stix2patterns.v21.pattern import Pattern

from minewatch.model.traffic import Sighting
from minewatch.reports.stix import StixOrder, stix_bundle

AT = datetime(2021, 6, 20, 8, tzinfo=UTC)
SURE = Sighting(
    source="a.pcap",
    first_seen=1_623_900_000.25,
    last_seen=1_623_903_600.5,
    miner="192.168.7.31",
    miner_port=50123,
    pool="203.0.113.9",
    pool_port=3333,
    dialect="stratum-v1",
    coin="BTC",
    probability=0.9987,
    reasons=["subscribe", "submit"],
    pool_name="Pool's \\ Own",
    pool_host="Stratum.Pool.Example.",
    carriage="tcp",
    worker="wang.xiaoming",
    user_agent="cgminer/4.12",
    hash_rate=1.2e15,
    hash_rate_low=1.1e15,
    hash_rate_high=1.3e15,
    community_id="1:abc",
    customer="K0001",
)
PLAIN = replace(
    SURE, pool="2001:db8::7", pool_host="", pool_port=14444, miner="198.51.100.4", first_seen=1_623_900_100.0,
    hash_rate=None, carriage="websocket", user_agent="",
)  # fmt: skip
GUESS = replace(SURE, dialect="flow", pool="203.0.113.77", pool_host="", probability=0.86, hash_rate=None)


def disguise(kind, name):
    return f"{kind}-{sum(map(ord, name)):06d}"


def bundle(*sightings, hide=True, tlp="amber", simulated=False):
    order = StixOrder("雅安市演练办公室", tlp, AT, simulated, disguise if hide else None)
    return stix_bundle(sightings, order)


def of(kind, raw):
    return [one for one in json.loads(raw)["objects"] if one["type"] == kind]


@pytest.mark.parametrize("hide", [True, False])
@pytest.mark.parametrize("tlp", ["white", "green", "amber", "red"])
def test_the_oasis_library_takes_every_object(hide, tlp):
    raw = bundle(SURE, PLAIN, GUESS, hide=hide, tlp=tlp, simulated=True)
    parsed = stix2.parse(raw.decode("utf-8"), allow_custom=False)
    assert (
        len(parsed.objects) == len(json.loads(raw)["objects"]) == len({one["id"] for one in json.loads(raw)["objects"]})
    )
    known = {one.id for one in parsed.objects}
    for one in parsed.objects:
        named = [value for name, value in one.items() if name.endswith("_ref")]
        named += [ref for name, value in one.items() if name.endswith("_refs") for ref in value]
        assert set(named) <= known, one.type
        if one.type == "marking-definition":
            continue
        assert len(one.object_marking_refs) == 2


def test_observables_have_the_ids_of_the_standard():
    raw = bundle(SURE, PLAIN, hide=False)
    for one in json.loads(raw)["objects"]:
        made = {name: value for name, value in one.items() if name not in {"id", "object_marking_refs"}}
        if one["type"] in {"ipv4-addr", "ipv6-addr", "domain-name", "software", "network-traffic"}:
            assert stix2.parse(made).id == one["id"], one
    (far, *_) = [one for one in of("ipv4-addr", raw) if one["value"] == "203.0.113.9"]
    assert far["id"] == stix2.v21.IPv4Address(value="203.0.113.9").id
    assert stix2.TLP_AMBER.id in {one["id"] for one in of("marking-definition", raw)}


def test_miners_are_pseudonyms_unless_asked():
    told = bundle(SURE, PLAIN).decode("utf-8")
    for secret in ("192.168.7.31", "198.51.100.4", "wang", "K0001", "50123", "1:abc", "a.pcap"):
        assert secret not in told, secret
    assert disguise("miner", "192.168.7.31") in told
    asked = bundle(SURE, hide=False).decode("utf-8")
    assert "192.168.7.31" in asked
    assert "wang.xiaoming" in asked
    assert of("network-traffic", asked)[0]["src_port"] == 50123


def test_indicators_rest_only_on_what_spoke_a_dialect_and_is_on_the_list():
    made = of("indicator", bundle(SURE, PLAIN, GUESS, replace(SURE, pool="203.0.113.8", pool_host="", pool_name="")))
    patterns = sorted(one["pattern"] for one in made)
    six = "[network-traffic:dst_ref.type = 'ipv6-addr' AND network-traffic:dst_ref.value = '2001:db8::7'"
    six += " AND network-traffic:dst_port = 14444]"
    assert patterns == ["[domain-name:value = 'stratum.pool.example']", six]
    for one in patterns:
        Pattern(one)


def test_a_name_from_the_wire_cannot_break_out_of_a_pattern():
    hostile = replace(SURE, pool_host="x' OR domain-name:value LIKE '%")
    (one,) = of("indicator", bundle(hostile))
    assert "LIKE" not in one["pattern"]
    assert of("domain-name", bundle(hostile)) == []


def test_confidence_hash_rate_and_what_it_is_not():
    raw = bundle(SURE)
    (seen,) = of("sighting", raw)
    assert (seen["confidence"], seen["count"]) == (100, 1)
    assert "1.2e+15 H/s (80 % interval 1.1e+15 to 1.3e+15)" in of("note", raw)[0]["content"]
    assert "not presumed to be an offender" in raw.decode("utf-8")
    assert of("infrastructure", raw)[0]["name"] == "Pool's \\ Own (stratum.pool.example:3333)"


def test_simulated_data_says_so_in_every_object_of_ours():
    raw = bundle(SURE, simulated=True)
    ours = [one for one in json.loads(raw)["objects"] if "created_by_ref" in one]
    assert ours
    assert all(one["labels"] == ["simulated"] for one in ours)
    assert "SIMULATED" in of("marking-definition", raw)[0]["definition"].get("statement", "") + str(
        of("marking-definition", raw)[1]
    )
    assert b"simulated" not in bundle(SURE)


def test_the_same_gives_the_same_and_ids_outlive_a_later_export():
    assert bundle(SURE, PLAIN) == bundle(PLAIN, SURE)
    later = stix_bundle(
        [SURE, PLAIN, GUESS], StixOrder("雅安市演练办公室", "amber", AT.replace(year=2022), False, disguise)
    )
    first = {one["id"] for one in json.loads(bundle(SURE, PLAIN))["objects"]}
    assert first <= {one["id"] for one in json.loads(later)["objects"]}


def test_two_flows_of_the_same_instant_stay_two():
    raw = bundle(SURE, replace(SURE, miner_port=50124))
    assert len(of("sighting", raw)) == len(of("observed-data", raw)) == 2


def test_what_has_no_time_or_no_address_is_left_out():
    raw = bundle(replace(SURE, first_seen=0.0), replace(SURE, pool="pool.example"))
    assert {one["type"] for one in json.loads(raw)["objects"]} == {"marking-definition", "identity"}
