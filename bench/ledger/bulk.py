"""How long one command takes over 1,300 cases at once: opened from a list, noticed, returned, extended, closed.

    python bench/ledger/bulk.py --cases 1300

Every step is one transaction of one use case, as ``minewatch case … --sites|--all-in|--file`` calls it, in a workspace of its own
on this machine's disk (SQLite, WAL, full sync). Invented sites.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from minewatch.model.actors import Actor, Role
from minewatch.stores.workspace import init
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.notices import NoticeOrder, serve
from minewatch.usecases.office import Turn, declare_rehearsal, open_office
from minewatch.usecases.returns import record_returns
from minewatch.usecases.rollups import roll_up_view
from minewatch.usecases.sites import open_sites, read_sites
from minewatch.usecases.steps import Close, ExtendDeadline, choose, give

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2021, 6, 17, 12, 0, tzinfo=CHINA)
BECAUSE = "bench; invented sites"


def write_sites(path: Path, number: int) -> None:
    """Write a list of so many sites of Ya'an."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["项目名称", "行政区划代码", "计量点编号", "功率(kW)"])
        rows.writerows([f"疑似{one}", "511824", f"51182400{one:05d}", "850"] for one in range(number))


def write_returns(path: Path, number: int) -> None:
    """Write a signed return of each case."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["案件编号", "自查结论", "停机时间", "签字人"])
        rows.writerows([f"case-{one + 1}", "已关停", "2021-06-17 21:30", "场长"] for one in range(number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_300)
    number = parser.parse_args().cases
    chen = Actor("chen", frozenset({Role.SUPERVISOR}), ("510000",))
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        begin = time.perf_counter()
        work()
        seconds[name] = round(time.perf_counter() - begin, 2)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        init(folder / "w", zone="+08:00", shards=2)
        write_sites(folder / "sites.csv", number)
        write_returns(folder / "returns.csv", number)
        with open_office(given=folder / "w", variable=None, start=folder, address=None) as office:
            declare_rehearsal(office=office, by="Chen", at=NOON)
            turn = Turn(office, chen, NOON)
            ya = {"name": "ya", "title": "ya", "region": ["511800"], "packs": ["cn-ya-20210617"], "by": "Chen"}
            open_from_packs(turn=turn, **ya, because=BECAUSE)
            order = NoticeOrder(pack="cn-ya-20210617", by="Chen", number="N", how="in person", because=BECAUSE)
            candidates, issues = read_sites(turn, folder / "sites.csv")
            timed(
                "open from a list",
                lambda: open_sites(turn=turn, campaign="ya", candidates=candidates, issues=issues, fresh="a" * 32),
            )
            cases = choose(turn=turn, all_in="suspected", campaign="ya")
            timed("serve notices", lambda: serve(turn=turn, cases=cases, order=order))
            later = replace(turn, at=NOON + timedelta(hours=11))
            timed(
                "record returns of a file",
                lambda: record_returns(turn=later, path=folder / "returns.csv", campaign="ya"),
            )
            more = ExtendDeadline(deadline=NOON + timedelta(days=2), reason="flood", by="Chen")
            timed("extend deadlines", lambda: give(turn=later, cases=cases, command=more))
            day = NOON.date()
            timed(
                "roll up a day",
                lambda: roll_up_view(turn=later, campaign="ya", on=day, period="day", level="county"),
            )
            timed("close", lambda: give(turn=later, cases=cases, command=Close(reason="bench", by="Chen")))
            timed("verify the ledger", lambda: list(office.log.verify()))
            events = office.log.count()
    json.dump({"cases": number, "events": events, "seconds": seconds}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
