"""An opened office of Ya'an in June 2021 with its people, a campaign and some cases, for tests of use cases on the ledger."""

from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from minewatch.model.actors import Actor, Role
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.notices import NoticeOrder, serve
from minewatch.usecases.office import Turn, declare_rehearsal, open_office
from minewatch.usecases.sites import Candidate, open_sites

CHINA = timezone(timedelta(hours=8))
BECAUSE = "drill; known from the press only"
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
BAI = Actor("bai", frozenset({Role.ANALYST}), ("511800",))
GAO = Actor("gao", frozenset({Role.AUDITOR}), ("511800",))
INSPECTORS = [Actor(name, frozenset({Role.INSPECTOR}), ("511800",)) for name in ("luo", "ma", "he")]


def when(day, hour=12, minute=0):
    return datetime(2021, 6, day, hour, minute, tzinfo=CHINA)


def turn_of(office, actor=CHEN, at=None):
    return Turn(office, actor, at or when(17))


def candidate(number, division="511824", **more):
    facts = {"meters": (f"M{number}",), "kw": 100.0 * number, "origin": "by hand", "summary": "", "party": ""}
    return Candidate(**{"site": f"site {number}", "division": division, "location": "", **facts, **more})


@contextmanager
def ya(folder, *, cases=2, noticed=False, region=("511800",)):
    """Yield the office at noon of 17 June; with ``noticed`` every case has its notice until 22:00."""
    init(folder / "w", zone="+08:00", shards=1)
    with open_office(given=folder / "w", variable=None, start=folder, address=None) as office:
        declare_rehearsal(office=office, by="Chen", at=when(17, 8))
        for number, actor in enumerate((ROOT, CHEN, BAI, GAO, *INSPECTORS)):
            add_actor(log=office.log, by=ROOT if number else None, new=actor, at=when(17, 8))
        turn = turn_of(office)
        open_from_packs(turn=turn, name="ya", title="ya", region=region, packs=["cn-ya-20210617"], by="Chen")
        if cases:
            new = [candidate(number) for number in range(1, cases + 1)]
            open_sites(turn=turn, campaign="ya", candidates=new, fresh="a" * 32)
        if noticed:
            order = NoticeOrder(pack="cn-ya-20210617", by="Chen", number="N", how="in person", because=BECAUSE)
            serve(turn=turn, cases=[f"case-{number}" for number in range(1, cases + 1)], order=order)
        yield office
