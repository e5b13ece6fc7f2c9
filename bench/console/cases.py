"""Time the pages of cases with 5,000 cases against the same pages with 50: ``python bench/console/cases.py [CASES]``.

Ratios travel between machines, milliseconds do not; both are printed. Each page is asked for once to warm up and then
``ROUNDS`` times by one client in this process, through the whole application (session, guard, use case, template); the
median counts. The cases are invented: five counties, two meters each, nine in ten of them noticed. There are no readings.
"""

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from case_office import BASIS, BEGIN, CHEN, DEADLINE, NOW, turn
from console_office import ConsoleOffice, make_console
from minewatch.casework.commands import OpenCase, ServeNotice
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.cases import act_on_many, open_cases

FEW, ROUNDS = 50, 9
COUNTIES = ("511802", "511803", "511822", "511823", "511824")
PAGES = (
    "/cases",
    "/cases?sort=deadline&descending=true&page=40",
    "/cases?words=site%2017",
    "/cases?flag=overdue&division=511824",
    "/cases/case-7",
    "/wall",
    "/wall.json",
    "/campaigns",
    "/campaigns/ya",
    "/campaigns/ya?on=2021-06-17",
    "/visits",
)


def fill(made: ConsoleOffice, count: int) -> None:
    open_from_packs(
        turn=turn(made.office, now=BEGIN),
        name="ya",
        title="Ya'an",
        region=("511800",),
        packs=("cn-ya-20210617",),
        by="x",
    )
    new = [
        OpenCase(
            campaign="campaign-ya", site=f"site {number}", jurisdiction=COUNTIES[number % 5],
            meters=(f"a{number}", f"b{number}"), origin="list", summary="steady load", mining_kw=50.0 + number % 400,
        )
        for number in range(count)
    ]  # fmt: skip
    opened = open_cases(log=made.office.log, actor=CHEN, at=BEGIN, new=new)
    commands = [
        (
            one.stream,
            ServeNotice(
                number=one.stream, kind="stop", basis=BASIS, deadline=DEADLINE, zone="Asia/Shanghai",
                served_at=NOW - timedelta(hours=6), how="in person", by="x",
            ),
        )
        for number, one in enumerate(opened) if number % 10
    ]  # fmt: skip
    act_on_many(log=made.office.log, actor=CHEN, at=NOW - timedelta(hours=6), commands=commands)
    made.at = DEADLINE + timedelta(hours=1)


def measured(count: int) -> tuple[float, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder, make_console(Path(folder)) as made:
        begun = time.perf_counter()
        fill(made, count)
        filled = time.perf_counter() - begun
        client = made.client("supervisor")
        times = {}
        for path in PAGES:
            assert client.get(path).status_code == 200, path
            each = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                client.get(path)
                each.append(time.perf_counter() - begun)
            times[path] = statistics.median(each) * 1000
        return filled, times


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    _, few = measured(FEW)
    filled, times = measured(many)
    print(f"{many:,} cases opened and noticed in {filled:.1f} s")
    print(f"{'page':48} {FEW:>6} ms {many:>8,} ms    ratio")
    for path, value in times.items():
        print(f"{path:48} {few[path]:9.1f} {value:11.1f} {value / few[path]:8.1f}")


if __name__ == "__main__":
    main()
