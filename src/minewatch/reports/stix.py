"""Pool infrastructure and observations as a STIX 2.1 bundle (OASIS Standard, 10 June 2021), for police and CERT exchange.

Cyber-observable objects carry the deterministic ids of section 2.9: UUIDv5 under the standard's namespace over the canonical
JSON of their contributing properties. All other objects carry UUIDv5 under a namespace of our own, so that the same sightings
give the same ids and a later export is a new version of the same objects, not a second set. What each object is made from:

- ``identity`` (the office that shares), the TLP marking (section 7.2.1.4) and a statement that says what this is not;
- ``infrastructure``: a pool's endpoint, consisting of the addresses and names it was seen under;
- one ``observed-data`` with ``network-traffic`` for every sighting, and a ``sighting`` with its probability as confidence;
- ``indicator``: only where the dialect itself was seen and the endpoint is on the pool list; never from flow shapes alone;
- ``note``: the hash rate with its interval, where shares showed it.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import Any

from minewatch.model.traffic import Sighting

SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1, section 2.9."""
OUR_NAMESPACE = uuid.UUID("6f0d3c4e-5a0b-5d51-9a52-0c1c2b6f3a77")
STANDARD = "2021-06-10T00:00:00.000Z"
"""When STIX 2.1 became a standard: ``created`` of objects that have no time of their own."""
TLP: Mapping[str, str] = {
    "white": "613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
"""The markings that the standard defines, by colour."""
STATEMENT = (
    "Observations of traffic to cryptocurrency mining pools. Mining is lawful in many places. A sighting is a reason to look, "
    "not proof; who holds an address or an electricity account is not presumed to be an offender. "
    "对访问虚拟货币矿池流量的观测。观测结果仅为线索，不构成证明；地址或用电户主不当然视为违规行为人。"
)
SIMULATED = "SIMULATED: every address and flow here is invented. 模拟数据：所有地址和流量均为虚构。"
SURE = 0.9
"""Least probability of a sighting that an indicator may rest on."""
SHAPES_ONLY = frozenset({"flow", "unknown", "tls"})
"""Dialects that were not read themselves: no indicator rests on them."""
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")


@dataclass(frozen=True, slots=True)
class StixOrder:
    """Who shares, under which TLP colour, made when; ``simulated`` data says so in every object.

    ``disguise`` turns (kind, name) into a pseudonym; ``None`` gives addresses, workers and holders as they are.
    """

    producer: str
    tlp: str
    made_at: datetime
    simulated: bool
    disguise: Callable[[str, str], str] | None


def stix_bundle(sightings: Iterable[Sighting], order: StixOrder) -> bytes:
    """Return the bundle as JSON (UTF-8, sorted keys); the same sightings and order give the same bytes.

    A sighting without a usable time or pool address is left out: an observation needs both.
    """
    work = _Work(order)
    groups: dict[str, list[Sighting]] = {}
    for one in sightings:
        if one.first_seen > 0 and _address(one.pool) is not None:
            groups.setdefault(f"{_host(one) or one.pool}:{one.pool_port}", []).append(one)
    for endpoint, listed in sorted(groups.items()):
        _pool(work, endpoint, sorted(listed, key=lambda one: (one.first_seen, one.miner, one.miner_port, one.source)))
    objects = sorted(work.objects.values(), key=lambda made: (ORDER.index(made["type"]), made["id"]))
    whole = uuid.uuid5(OUR_NAMESPACE, json.dumps(objects, ensure_ascii=False, sort_keys=True))
    made = {"type": "bundle", "id": f"bundle--{whole}", "objects": objects}
    return (json.dumps(made, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode("utf-8")


ORDER = (
    "marking-definition",
    "identity",
    "infrastructure",
    "indicator",
    "ipv4-addr",
    "ipv6-addr",
    "domain-name",
    "software",
    "network-traffic",
    "observed-data",
    "sighting",
    "note",
    "relationship",
)


@dataclass(slots=True)
class _Work:
    """Objects made so far, by id; identity and markings are there from the start."""

    order: StixOrder
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    producer: str = ""
    markings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        tlp: dict[str, Any] = {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": f"marking-definition--{TLP[self.order.tlp]}",
            "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp",
            "name": f"TLP:{self.order.tlp.upper()}",
            "definition": {"tlp": self.order.tlp},
        }
        words = f"{SIMULATED} {STATEMENT}" if self.order.simulated else STATEMENT
        statement: dict[str, Any] = {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": _own_id("marking-definition", words),
            "created": STANDARD,
            "definition_type": "statement",
            "definition": {"statement": words},
        }
        self.producer = _own_id("identity", self.order.producer)
        for one in (tlp, statement):
            self.objects[str(one["id"])] = one
            self.markings.append(str(one["id"]))
        self.own("identity", self.order.producer, STANDARD, name=self.order.producer, identity_class="organization")

    def own(self, kind: str, key: str, created: str, **given: Any) -> str:
        """Add an object of ours; ``created`` is its first observation, ``modified`` the time of this export."""
        made: dict[str, Any] = {
            "type": kind,
            "spec_version": "2.1",
            "id": _own_id(kind, key),
            "created": created,
            "modified": max(created, _stamp(self.order.made_at.timestamp())),
            "created_by_ref": self.producer,
            "object_marking_refs": self.markings,
            **given,
        }
        if self.order.simulated:
            made["labels"] = ["simulated"]
        if kind == "identity":
            del made["created_by_ref"]
        self.objects[made["id"]] = made
        return str(made["id"])

    def seen(self, kind: str, contributing: Mapping[str, Any], **more: Any) -> str:
        """Add a cyber-observable object under the id that the standard gives it."""
        spelt = json.dumps(contributing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        identity = f"{kind}--{uuid.uuid5(SCO_NAMESPACE, spelt)}"
        held = {"type": kind, "spec_version": "2.1", "id": identity, "object_marking_refs": self.markings}
        self.objects[identity] = {**held, **contributing, **more}
        return identity

    def link(self, source: str, how: str, target: str, created: str) -> None:
        """Add a relationship."""
        key = f"{source} {how} {target}"
        self.own("relationship", key, created, relationship_type=how, source_ref=source, target_ref=target)

    def name(self, kind: str, name: str) -> str:
        """Return the name as it may be shared."""
        return name if self.order.disguise is None or not name else self.order.disguise(kind, name)


def _own_id(kind: str, key: str) -> str:
    return f"{kind}--{uuid.uuid5(OUR_NAMESPACE, f'{kind} {key}')}"


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shortest(stamp: str) -> str:
    """Drop zeros of the fraction: OASIS's library spells times of observables so before it makes their ids."""
    return stamp.removesuffix("Z").rstrip("0").rstrip(".") + "Z"


def _address(text: str) -> tuple[str, str] | None:
    """Return (object type, canonical text) of an address; ``None`` for what is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return ("ipv6-addr" if isinstance(found, IPv6Address) else "ipv4-addr"), str(found)


def _host(one: Sighting) -> str:
    """Return the pool's host name where one was seen and is a name; it comes from the wire and may be anything."""
    host = one.pool_host.lower().rstrip(".")
    return host if HOST.fullmatch(host) and _address(host) is None else ""


def _pool(work: _Work, endpoint: str, listed: Sequence[Sighting]) -> None:
    """Add one endpoint of a pool with everything that was seen of it."""
    created = _stamp(listed[0].first_seen)
    names = sorted({one.pool_name for one in listed if one.pool_name})
    coins = sorted({one.coin for one in listed if one.coin})
    pool = work.own(
        "infrastructure",
        f"{work.producer} {endpoint} {created}",
        created,
        name=f"{', '.join(names)} ({endpoint})" if names else endpoint,
        description=f"Mining pool endpoint; coins: {', '.join(coins) or 'not told'}; "
        f"dialects: {', '.join(sorted({one.dialect for one in listed}))}; {len(listed)} flows seen.",
        infrastructure_types=["mining-pool"],
        first_seen=created,
        last_seen=_stamp(max(one.last_seen for one in listed)),
    )
    parts: dict[str, str] = {}
    observed = [_observation(work, one, pool, parts) for one in listed]
    for part in sorted(parts):
        work.link(pool, "consists-of", part, parts[part])
    sure = [
        (one, ref)
        for one, ref in zip(listed, observed, strict=True)
        if one.probability >= SURE and one.pool_name and one.dialect not in SHAPES_ONLY
    ]
    if sure:
        _indicator(work, endpoint, pool, sure)


def _observation(work: _Work, one: Sighting, pool: str, parts: dict[str, str]) -> str:
    """Add one sighting; ``parts`` collects what the pool consists of, with the time it was first seen."""
    first, last = _stamp(one.first_seen), _stamp(max(one.first_seen, one.last_seen))
    kind, address = _address(one.pool) or ("ipv4-addr", one.pool)
    far = work.seen(kind, {"value": address})
    parts.setdefault(far, first)
    refs = [far]
    if host := _host(one):
        refs.append(work.seen("domain-name", {"value": host}))
        parts.setdefault(refs[-1], first)
    if one.user_agent:
        refs.append(work.seen("software", {"name": one.user_agent[:200]}))
    given: dict[str, Any] = {"dst_ref": far, "protocols": _protocols(kind, one.carriage)}
    given |= {"start": _shortest(first), "end": _shortest(last)}
    near = _address(one.miner)
    if work.order.disguise is None and near is not None:
        given["src_ref"] = work.seen(near[0], {"value": near[1]})
        refs.append(given["src_ref"])
        if one.miner_port:
            given["src_port"] = one.miner_port
    if one.pool_port:
        given["dst_port"] = one.pool_port
    refs.append(work.seen("network-traffic", given, is_active=False))
    key = f"{work.producer} {work.name('flow', f'{one.miner} {one.miner_port}')} {pool} {first}"
    data = work.own(
        "observed-data", key, first, first_observed=first, last_observed=last, number_observed=1, object_refs=refs
    )
    whose = [("miner", one.miner), ("worker", one.worker), ("customer", one.customer)]
    told = "; ".join(f"{what}: {work.name(what, name)}" for what, name in whose if name)
    work.own(
        "sighting",
        key,
        first,
        sighting_of_ref=pool,
        observed_data_refs=[data],
        where_sighted_refs=[work.producer],
        first_seen=first,
        last_seen=last,
        count=1,
        confidence=round(100 * one.probability),
        description=f"{told}; coin: {one.coin or 'not told'}; dialect: {one.dialect}; reasons: {', '.join(one.reasons)}",
    )
    if one.hash_rate is not None:
        low, high = one.hash_rate_low or 0.0, one.hash_rate_high or 0.0
        words = f"Hash rate {one.hash_rate:.4g} H/s (80 % interval {low:.4g} to {high:.4g}), from the shares seen."
        work.own("note", key, first, content=words, object_refs=[data])
    return data


def _protocols(kind: str, carriage: str) -> list[str]:
    """Name the protocols from the outside in, in small letters, as section 6.13 asks."""
    inner = {"http": ["http"], "websocket": ["http", "websocket"], "tls": ["tls"]}.get(carriage, [])
    return [kind.removesuffix("-addr"), "tcp", *inner]


def _indicator(work: _Work, endpoint: str, pool: str, sure: Sequence[tuple[Sighting, str]]) -> None:
    """Add the pattern of an endpoint that spoke a mining dialect: its name where it has one, else address and port."""
    first = sure[0][0]
    host = _host(first)
    kind, address = _address(first.pool) or ("ipv4-addr", first.pool)
    pattern = f"[domain-name:value = '{host}']"
    if not host:
        pattern = f"[network-traffic:dst_ref.type = '{kind}' AND network-traffic:dst_ref.value = '{address}'"
        pattern += f" AND network-traffic:dst_port = {first.pool_port}]"
    begins = _stamp(first.first_seen)
    indicator = work.own(
        "indicator",
        f"{work.producer} {endpoint} {begins}",
        begins,
        name=f"Mining pool {endpoint}",
        description="Traffic to this endpoint is a reason to look for mining, not proof of it.",
        indicator_types=["anomalous-activity"],
        pattern=pattern,
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=begins,
        confidence=round(100 * max(one.probability for one, _ in sure)),
    )
    work.link(indicator, "indicates", pool, begins)
    for _, data in sure:
        work.link(indicator, "based-on", data, begins)
