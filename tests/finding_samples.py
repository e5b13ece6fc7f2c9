"""Made-up findings and an office that keeps them, for tests of triage. Nothing in them is a real meter or person."""

import json
import random
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from minewatch.casework.campaign import OpenCampaign
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference
from minewatch.model.findings_views import RunView
from minewatch.stores.findings import NAME, FindingStore
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.cases import open_campaign
from minewatch.usecases.office import Turn, open_office

AT = datetime(2021, 6, 20, 1, 0, tzinfo=UTC)
PLACES = ("511802", "511824", "511822", "511823")
ADMIN = Actor("admin", frozenset({Role.ADMINISTRATOR}), ("000000",))
ANALYST = Actor("bai", frozenset({Role.ANALYST}), ("511800",))
SUPERVISOR = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
INSPECTOR = Actor("luo", frozenset({Role.INSPECTOR}), ("511800",))
COUNTY = Actor("county", frozenset({Role.SUPERVISOR}), ("511802",))
NATION = Actor("gao", frozenset({Role.SUPERVISOR}), ("000000",))
ELSEWHERE = Actor("wu", frozenset({Role.SUPERVISOR}), ("650000",))


def run_view(name="screen-1", *, kind="screen", made_at=AT, findings=0, **more):
    given = {
        "id": name,
        "kind": kind,
        "made_at": made_at,
        "detector": "d" * 64,
        "input": "e" * 64,
        "findings": findings,
        "noticed": 0,
        "simulated": True,
        "first_day": date(2021, 5, 20),
        "last_day": date(2021, 6, 18),
        "prevalence": 0.1,
        "reasons": {"steady_floor": 2},
        "places": {"511802": 2, "511824": 2, "": 1},
    }
    return RunView(**{**given, **more})


def row(meter, probability, *, kw=None, division="511802", customer="", use="", **more):
    given = {
        "meter": meter,
        "rank": 1,
        "probability": probability,
        "kw": kw,
        "kw_low": kw and kw * 0.7,
        "kw_high": kw and kw * 1.4,
        "since": "2021-05-25T22:00:00" if kw else None,
        "until": None,
        "mean_kw": 30.0,
        "coverage": 0.98,
        "first_day": "2021-05-20",
        "last_day": "2021-06-18",
        "slots": 96,
        "pattern": "steady",
        "reasons": ";steady_floor;" if kw else "",
        "division": division,
        "customer": customer,
        "declared_use": use,
        "node": "T1",
        "record": json.dumps(
            {
                "alternatives": ["cold_store"],
                "data_notes": ["many_gaps"],
                "reason_figures": {"steady_floor": {"kw": "12", "percent": "1", "share": "80"}},
                "look_weights": {"floor": 2.0, "level": 0.5, "edge": -0.4},
            }
        ),
    }
    found = {**given, **more}
    found["words"] = f"{meter} {found['customer']} {found['node']} {found['declared_use']}".casefold()
    return found


FIVE = (
    row("M1", 0.95, kw=40.0, customer="K1", use="冷库"),
    row("M2", 0.80, kw=12.0, customer="K1", use="冷库"),
    row("M3", 0.60, kw=3.0, division="511824", customer="K3"),
    row("M4", 0.30, kw=1.0, division="511824", customer="=cmd()|'x'"),
    row("M5", 0.02, division="", mean_kw=None, slots=0),
)


def many(count, *, seed=1):
    """Rows of many meters: few suspicious, four counties."""
    chance = random.Random(seed)
    uses = ("居民生活", "商业", "冷库", "化工", "")
    for number in range(count):
        probability = min(max(chance.betavariate(0.3, 6.0), 0.0005), 0.999)
        kw = round(chance.lognormvariate(1.0, 1.2), 3) if probability > 0.01 else None
        since = datetime(2021, 5, 20, tzinfo=UTC) + timedelta(minutes=15 * chance.randrange(2000))
        yield row(
            f"{PLACES[number % 4]}{number:07d}",
            round(probability, 6),
            kw=kw,
            division=PLACES[number % 4],
            customer=f"K{number // 2:08d}",
            use=uses[number % 5],
            rank=number + 1,
            since=since.replace(tzinfo=None).isoformat() if kw else None,
            mean_kw=round(chance.lognormvariate(1.5, 1.0), 3),
        )


def make_office(folder, rows=FIVE, *, run=None):
    """Make a workspace with people, a campaign and findings."""
    init(folder, zone="+08:00", shards=2)
    rows = list(rows)
    FindingStore(folder / NAME).keep(run or run_view(findings=len(rows)), rows)
    with opened(folder) as office:
        add_actor(log=office.log, by=None, new=ADMIN, at=AT)
        for person in (ANALYST, SUPERVISOR, INSPECTOR, COUNTY, NATION, ELSEWHERE):
            add_actor(log=office.log, by=ADMIN, new=person, at=AT)
        open_campaign(
            log=office.log,
            actor=SUPERVISOR,
            at=AT,
            name="june",
            command=OpenCampaign(
                title="雅安市虚拟货币挖矿清理",
                region=("511800",),
                instruments=(RuleReference("CN-YA-20210617", "v1", "1"),),
                zone="+08:00",
                opened_at=AT,
                by="chen",
            ),
        )


@contextmanager
def opened(folder):
    """Open the office of a workspace."""
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield office


def turn(office, actor=ANALYST, at=AT):
    return Turn(office, actor, at)
