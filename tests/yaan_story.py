"""The Ya'an story, told by the commands themselves: run it to write ``docs/yaan.md`` again.

    python tests/yaan_story.py docs/yaan.md

Everything happens in a rehearsal with invented customers. The same program gives the same page, to the letter.
"""

import csv
import json
import os
import shlex
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from minewatch.cli.main import app
from minewatch.rehearsal.parameters import COUNTIES

SEED = 20210626
METERS = 800


class Story:
    """Runs commands in a folder and keeps what a reader would see."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = []

    def tell(self, text):
        self.lines += [text.strip(), ""]

    def call(self, command, *, code=0):
        environment = {**os.environ, "MINEWATCH_LANG": "en", "COLUMNS": "170", "MINEWATCH_WORKSPACE": "office"}
        with chdir(self.folder):
            result = CliRunner().invoke(app, shlex.split(command), env=environment)
        error = result.exception
        if error is not None and not isinstance(error, SystemExit):
            if code != type(error).__name__:
                raise error
            return f"minewatch: {error.message}\n  what to do: {error.remedy}"
        assert result.exit_code in (code if isinstance(code, tuple) else (code,)), result.output
        return result.output.rstrip()

    def run(self, *commands, code=0, shown=True):
        """Run commands and show them; ``shown`` False leaves the output out, a number cuts it to so many lines."""
        block = []
        for command in commands:
            output = [line.rstrip() for line in self.call(command, code=code).splitlines()]
            block.append(f"$ minewatch {command}")
            if shown is True:
                block += output
            elif shown:
                block += [*output[:shown], f"… ({len(output) - shown} more lines)"] if len(output) > shown else output
        self.lines += ["```console", *block, "```", ""]

    def json(self, command):
        return json.loads(self.call(f"{command} --json"))

    @property
    def page(self):
        return "\n".join(self.lines).rstrip() + "\n"


def by(name, moment):
    return f'--as {name} --now "{moment}"'


def write_returns(story, rows):
    """The paper returns that came in, typed off: the last one says that nothing mines there, all others that they stopped."""
    with (story.folder / "returns.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["案件编号", "自查结论", "停机时间", "签字人", "矿机数量", "算力(TH/s)"])
        *said, honest = rows
        for number, row in enumerate(said, start=1):
            machines = round(row["mining_kw"] / 1.4)
            writer.writerow([row["id"], "已关停", "2021-06-17 21:30", f"场长{number}", machines, machines * 14])
        writer.writerow([honest["id"], "未挖矿", "", "户主", "", ""])
        writer.writerow(["case-999", "已关停", "2021-06-17 21:30", "无此案", "", ""])
        writer.writerow([rows[0]["id"], "也许", "", "场长", "", ""])


def write_sites(story):
    """The grid company's list, made from the drill's truth: every metered mine of some size, and two honest look-alikes."""
    with (story.folder / "region/truth/truth.csv").open(encoding="utf-8-sig") as handle:
        truth = list(csv.DictReader(handle))
    metered = [row for row in truth if row["meter"] and row["evasion"] != "split_accounts"]
    mines = [row for row in metered if row["is_mine"] == "true" and float(row["mine_kw"]) >= 1.0]
    alike = [row for row in metered if row["kind"] in {"server_room", "cold_store"} and row["is_mine"] == "false"][:2]
    seats = {one.code: f"{one.latitude},{one.longitude}" for one in COUNTIES}
    with (story.folder / "sites.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["国网雅安排查上报疑似项目（演练）"])
        writer.writerow(["项目名称", "行政区划代码", "计量点编号", "功率(kW)", "坐标"])
        for number, row in enumerate([*mines, *alike], start=1):
            kw = float(row["mine_kw"] or row["host_kw"])
            place = seats[row["county_code"]]
            writer.writerow([f"疑似{number:02d}", row["county_code"], row["meter"], f"{kw:.1f}", place])
        writer.writerow(["疑似90", "511824", "", "约三百", ""])
        writer.writerow(["疑似91", "511899", "", "300", ""])


def begin(story):
    story.tell("""
# The Ya'an story, from finding to restoration and referral

**A rehearsal. Every customer, mine and reading here is invented**; only the order, its hour and the places are those of
June 2021. On 17 June 2021 departments of Ya'an met, and all stations of the area were told to switch off by 22:00 of the
same day for a self-check ([what is known](packs/cn-ya-20210617.md)). This page carries that order through with the program.
It is written by `python tests/yaan_story.py docs/yaan.md`, and a test holds it to what the program does today.
""")
    story.tell("""
## The day before

A simulated county grid is written as a utility would export it, a workspace is made, its ledger is declared a rehearsal (for
ever: only then may commands be given a time of their own), and the people who act are registered.
""")
    story.run(f"rehearse --out region --seed {SEED} --meters {METERS}", shown=False)
    story.run("init office --zone +08:00")
    story.run('ledger declare-rehearsal --by Chen --now "2021-06-16 08:00"')
    story.run('actor add root --role administrator --division 000000 --now "2021-06-16 08:05"')
    people = {"chen": "supervisor", "bai": "analyst", "luo": "inspector", "ma": "inspector", "gao": "auditor"}
    story.run(
        *(
            f"actor add {name} --role {role} --division 511800 {by('root', '2021-06-16 08:10')}"
            for name, role in people.items()
        )
    )
    story.tell("""
The readings, the books of the grid and what the stations generated are brought in, and the curves are screened. The files of
the drill hold all days from 24 May to 24 June 2021, so the screening has also seen the days after the order; in earnest one
screens on the 17th what is there on the 17th.
""")
    story.run("import readings region/curves", "import readings region/supply", shown=False, code=(0, 10))
    books = "import generation region/stations.csv region/generation.csv"
    story.run("import grid region/grid.csv", "import meters region/meters.csv", books, shown=False, code=(0, 10))
    story.run("screen --out findings.csv", shown=False, code=(0, 10))


def order(story):
    story.tell("""
## 17 June 2021: the order

The campaign takes its duties from the pack: who must act, by which minute, under which paragraph. The meeting was reported by
the press and has no document; the pack says so.
""")
    noon = by("chen", "2021-06-17 12:00")
    story.run(f"""campaign open yaan --pack cn-ya-20210617 --region 511800 --by Chen --title "Ya'an, 17 June" {noon}""")
    story.tell("""
Cases are opened for what the screening found with some size, and for the list that the grid company sends. (The drill makes
that list from its known truth: the metered mines and two honest look-alikes, and two lines with faults.) Sites that have a
case already are recognised; lines that cannot be used are told, the others are taken.
""")
    write_sites(story)
    half_past = by("bai", "2021-06-17 12:30")
    worth = "--threshold 0.5 --least-kw 1"
    story.run(f"case open --campaign yaan --findings findings.csv {worth} --meters region/meters.csv {half_past}")
    story.run(f"case open --campaign yaan --sites sites.csv {half_past}", code=10)
    story.tell("Nobody can be served a notice on a report of a meeting, unless a named person says why it is done:")
    notice = "case notice --all-in suspected --campaign yaan --pack cn-ya-20210617 --number YA-2021 --by Chen"
    story.run(f"{notice} {by('chen', '2021-06-17 13:00')}", code="RuleError")
    reason = "drill; the call of the departments is the only text there is"
    story.run(f'{notice} --because "{reason}" --out notices {by("chen", "2021-06-17 13:00")}')
    text = (story.folder / "notices" / "case-1.txt").read_text("utf-8")
    story.lines += [
        "The text of the first one, whose digest is in the ledger:",
        "",
        "```text",
        *text.splitlines(),
        "```",
        "",
    ]
    story.run(f"case list --campaign yaan {by('bai', '2021-06-17 14:00')}")


def evening(story):
    story.tell("""
## The evening: returns

By the evening paper returns are in, typed off into a table. Two lines cannot be used and are told; the others are taken. Who
returns that nothing mines there disputes the case: that is for inspectors to look at, not for a curve to decide.
""")
    rows = story.json(f"case list --campaign yaan {by('bai', '2021-06-17 14:00')}")
    write_returns(story, rows)
    story.run(f"case return --file returns.csv --campaign yaan {by('bai', '2021-06-17 22:30')}", code=10)
    station = "cn-ya-20210617/off-by-22/stations"
    story.run(
        f'campaign return yaan {station} --sites 2 --signed-by "station association" --received "2021-06-17 21:50" '
        f"{by('bai', '2021-06-17 22:30')}"
    )
    story.run(f"campaign status yaan {by('bai', '2021-06-17 22:31')}")


def verified(story):
    story.tell("""
## A week later: what the meters say

Each site's own curve tells whether it stopped, when, and whether it came back, and where it cannot tell it says why. Heard
beside it are the node (supplied less everybody else), the station that feeds the site and its traffic, as far as there are
any. A return that said "stopped" while the meter ran has become a contradiction; a resumption has raised its case again.
""")
    week = by("bai", "2021-06-25 08:00")
    story.run(f'case verify --as-of "2021-06-24 23:45" {week}')
    story.run(f"case list --campaign yaan {week}")
    story.run(f"campaign roll-up yaan --period week --by-level city {by('chen', '2021-06-25 08:30')}")
    rows = story.json(f"case list --campaign yaan {week}")
    stopped = max((row for row in rows if row["last_outcome"] == "in_time"), key=lambda row: row["mining_kw"])
    node = node_of(story, stopped["meters"][0])
    story.tell(f"""
What the node {node} was supplied with, which feeds {stopped["id"]} among others, is a check that rests on no single meter. Days
are compared with days of the same weekday; where the interval holds zero, the area alone proves nothing.
""")
    window = "--before 2021-06-17 --after 2021-06-18 --days 21"
    story.run(f"case area --division {stopped['jurisdiction']} --meter {node} {window} {week}")
    return rows


def node_of(story, meter):
    """The node a meter hangs on, as the books of the utility have it."""
    with (story.folder / "region/grid.csv").open(encoding="utf-8-sig") as handle:
        return next(row["parent"] for row in csv.DictReader(handle) if row["node"] == meter)


def endings(story, rows):
    story.tell("""
## Where to send people first

Two teams, ten hours each, from Yucheng: what runs or cannot be told counts most.
""")
    story.run(f"case plan --campaign yaan --base 29.98,103.04 --teams 2 --hours 10 {by('luo', '2021-06-25 09:00')}")
    back = next(row["id"] for row in rows if row["last_outcome"] == "came_back")
    alike = next(row["id"] for row in rows if row["disputed"] == "not_mining")
    off = next(row["id"] for row in rows if row["last_outcome"] == "in_time")
    boss = by("chen", "2021-06-25 14:00")
    pack = "--pack cn-sc-20210618"
    reason = "drill; the notice is known from the press only"
    story.tell(f"""
## What people decide

The program decides nothing. Inspectors look at {back}, which came back, and find machines:
""")
    story.run(
        f'case visit {back} --inspector luo --inspector ma --found "machines behind a partition" --machines 60 --running '
        f'--check "meter sealed=yes" --check "machines counted=60" --location 29.98,103.04 {by("luo", "2021-06-25 11:00")}'
    )
    story.tell("""
The provincial notice of 18 June has overtaken the call. Its section 3 covers any other mine that is found, and its measures
are offered with who acts and the clause; a measure and a referral are decided by a named person, who records why a notice is
used that is known from the press only.
""")
    story.run(
        f'case categories {back} {pack} --set others-found --reason "found in the sweep" --by Chen {boss}',
        f"case measure {back} {pack} {boss}",
        f'case measure {back} {pack} --take close-found --because "{reason}" --by Chen {boss}',
        f'case refer {back} --to police --body "county police" {pack} --section "section 3" --by Chen '
        f'--note "supply taken up again after a signed return" --because "{reason}" {boss}',
    )
    story.tell(f"""
The holder of {alike} returned that nothing mines there. While that is open, nothing can be referred, and since the load runs
on, nobody can settle it from a desk. Inspectors find a plain server room: the dispute is upheld and the case closed.
That the load runs on was true; that it mines was not.
""")
    settle = f'case settle {alike} --upheld --reason "visit of 25 June" --by Chen'
    story.run(f"{settle} {boss}", code="RuleError")
    story.run(
        f'case refer {alike} --to police --body "county police" {pack} --section "section 3" --by Chen '
        f'--because "{reason}" {boss}',
        code="RuleError",
    )
    story.run(
        f'case visit {alike} --inspector luo --inspector ma --found "servers of an office, no mining" --machines 0 '
        f"{by('luo', '2021-06-25 16:00')}",
        f"{settle} {by('chen', '2021-06-26 09:00')}",
        f'case close {alike} --reason "not mining" --by Chen {by("chen", "2021-06-26 09:05")}',
    )
    story.tell(f"""
{off} stopped in time: it is *off, awaiting decision*. Giving supply back is somebody's recorded decision with its basis.
""")
    auditor = by("gao", "2021-06-26 10:30")
    story.run(
        f'case restore {off} --by Chen --basis "machines removed, minutes of 26 June" {by("chen", "2021-06-26 10:00")}',
        f"case log {off} {auditor}",
        f"case log {back} {auditor}",
    )
    story.run(f"campaign roll-up yaan --period week --on 2021-06-26 --by-level city {by('chen', '2021-06-26 10:45')}")


def proof(story):
    story.tell("""
## The record

An auditor checks that no row was changed, and takes an anchor away: with it, nothing before it can be rewritten unseen.
""")
    story.run(
        f"ledger verify {by('gao', '2021-06-26 11:00')}",
        f"ledger anchor --out anchor.json {by('gao', '2021-06-26 11:00')}",
        f"ledger verify --anchor anchor.json {by('gao', '2021-06-26 11:05')}",
    )
    story.tell("The steps, states and forms are in [cases](casework.md), every command in [the command line](cli.md).")


def write(folder):
    """Return the page; ``folder`` must be empty."""
    story = Story(folder)
    begin(story)
    order(story)
    evening(story)
    endings(story, verified(story))
    proof(story)
    return story.page


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        Path(sys.argv[1]).write_text(write(Path(name)), "utf-8")
