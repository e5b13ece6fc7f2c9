"""Fifty analysts at once on a served console: ``PYTHONPATH=src:tests python bench/console/load.py [--analysts N] [--seconds S]``.

A workspace with 50,000 findings and 5,000 cases (all invented) is served by ``minewatch serve``'s own server in a process of
its own, with its real sign-in sessions. Each analyst opens a page, reads for a while (exponential think time), and opens the
next, in the proportions of ``PAGES``. The callers run in this process on the same machine, so their own work is in the times.
Beside the pages stands a static file of the same server under the same load: what the server costs before a page is made.
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx

from finding_samples import many, run_view
from minewatch.casework.commands import OpenCase, ServeNotice
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference, utc_text
from minewatch.stores.console_store import Account
from minewatch.stores.findings import NAME, FindingStore
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.accounts import Secrets, open_session
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.cases import act_on_many, open_cases
from minewatch.usecases.console import open_console
from minewatch.usecases.office import Turn, declare_rehearsal

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2021, 6, 17, 12, 0, tzinfo=CHINA)
DEADLINE = datetime(2021, 6, 17, 22, 0, tzinfo=CHINA)
COUNTIES = ("511802", "511803", "511822", "511823", "511824", "511825", "511826", "511827")
BASIS = RuleReference("cn-ya-20210617", "v1", "para 2")
PAGES = (
    ("/findings", 4), ("/findings?sort=kw&page=40", 2), ("/cases", 4), ("/cases?state=noticed&sort=kw&number=7", 2),
    ("/cases/case-{n}", 6), ("/campaigns/ya", 1), ("/wall.json", 2), ("/law", 1), ("/audit", 1), ("/account", 1),
    ("/api/v1/cases?limit=100", 1), ("/static/console.css", 4),
)  # fmt: skip


def furnish(folder: Path, *, analysts: int, findings: int, cases: int) -> None:
    """Make the workspace: people with sessions and tokens, findings, a campaign, cases of which two thirds are noticed."""
    workspace = init(folder, zone="+08:00", shards=4)
    FindingStore(workspace.folder / NAME).keep(run_view(findings=findings), many(findings))
    with open_console(given=folder, variable=None, start=folder, address=None) as (office, store):
        declare_rehearsal(office=office, by="bench", at=NOON)
        admin = Actor("admin", frozenset({Role.ADMINISTRATOR}), ("000000",))
        add_actor(log=office.log, by=None, new=admin, at=NOON)
        lead = Actor("lead", frozenset({Role.SUPERVISOR}), ("511800",))
        add_actor(log=office.log, by=admin, new=lead, at=NOON)
        for number in range(analysts):
            name = f"analyst-{number}"
            person = Actor(name, frozenset({Role.ANALYST, Role.SUPERVISOR}), ("511800",))
            add_actor(log=office.log, by=admin, new=person, at=NOON)
            store.add_account(Account(name, "", False, 0, "", False, "zh", "", utc_text(NOON)))
            open_session(store=store, name=name, secrets=Secrets(f"c{number}", "csrf"), at=NOON)
        turn = Turn(office, lead, NOON)
        open_from_packs(turn=turn, name="ya", title="Bench", region=("511800",), packs=("cn-ya-20210617",), by="Lead")
        rng = random.Random(7)
        for first in range(0, cases, 500):
            new = [
                OpenCase(
                    campaign="campaign-ya", site=f"疑似{number}", jurisdiction=COUNTIES[number % len(COUNTIES)],
                    meters=(f"m{number:05d}",), origin="by hand", summary="steady load",
                    mining_kw=round(rng.lognormvariate(4, 1), 1), location="29.23,102.36",
                )
                for number in range(first, min(first + 500, cases))
            ]  # fmt: skip
            opened = open_cases(log=office.log, actor=lead, at=NOON, new=new)
            notices = [
                (
                    one.stream,
                    ServeNotice(
                        number=one.stream, kind="stop", basis=BASIS, deadline=DEADLINE, zone="Asia/Shanghai",
                        served_at=NOON, how="in person", by="Lead",
                    ),
                )
                for place, one in enumerate(opened)
                if place % 3
            ]  # fmt: skip
            act_on_many(log=office.log, actor=lead, at=NOON, commands=notices)


async def analyst(
    number: int, address: str, until: float, think: float, cases: int, taken: dict[str, list[float]]
) -> int:
    rng = random.Random(number)
    faults = 0
    paths, weights = zip(*PAGES, strict=True)
    async with httpx.AsyncClient(base_url=address, cookies={"minewatch": f"c{number}"}, timeout=60) as client:
        await asyncio.sleep(rng.uniform(0, think))
        while time.monotonic() < until:
            (path,) = rng.choices(paths, weights)
            begin = time.perf_counter()
            answer = await client.get(path.format(n=rng.randint(1, cases)))
            taken[path].append(time.perf_counter() - begin)
            expected = 401 if path.startswith("/api/v1") else 200
            faults += answer.status_code != expected
            await asyncio.sleep(rng.expovariate(1 / think))
    return faults


async def run(given: argparse.Namespace, address: str) -> tuple[dict[str, list[float]], int]:
    taken: dict[str, list[float]] = defaultdict(list)
    async with httpx.AsyncClient(base_url=address, cookies={"minewatch": "c0"}, timeout=60) as client:
        for path, _ in PAGES:  # so that templates are compiled and the index of cases is built, as in a running office
            await client.get(path.format(n=1))
    until = time.monotonic() + given.seconds
    asked = [analyst(n, address, until, given.think, given.cases, taken) for n in range(given.analysts)]
    faults = sum(await asyncio.gather(*asked))
    return taken, faults


def shown(path: str, seconds: list[float]) -> str:
    if len(seconds) < 2:
        return f"| `{path}` | {len(seconds)} | – | – | – |"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"| `{path}` | {len(seconds)} | {cuts[49] * 1000:.0f} | {cuts[94] * 1000:.0f} | {cuts[98] * 1000:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--analysts", type=int, default=50)
    parser.add_argument("--findings", type=int, default=50_000)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--think", type=float, default=5.0, help="mean seconds between two pages of one analyst")
    parser.add_argument("--port", type=int, default=8799)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "w"
        begin = time.monotonic()
        furnish(folder, analysts=given.analysts, findings=given.findings, cases=given.cases)
        print(f"workspace of {given.findings} findings and {given.cases} cases in {time.monotonic() - begin:.0f} s")
        command = [sys.executable, "-m", "minewatch", "serve", "--workspace", str(folder), "--port", str(given.port),
                   "--now", NOON.isoformat()]  # fmt: skip
        server = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{given.port}"
        try:
            wait_for(address)
            taken, faults = asyncio.run(run(given, address))
        finally:
            server.terminate()
            server.wait(30)
    every = [one for path, seconds in taken.items() for one in seconds if not path.startswith("/static")]
    print(f"{len(every) / given.seconds:.1f} pages a second, {faults} faults; milliseconds:")
    print("| page | asked | p50 | p95 | p99 |\n|---|--:|--:|--:|--:|")
    for path, _ in PAGES:
        print(shown(path, taken[path]))
    print(shown("all pages", every))


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/sign-in", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
