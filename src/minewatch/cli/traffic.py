"""``minewatch traffic``: look for mining in captures, logs and flow records; needs no workspace."""

import json
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_data, print_table, progress_bar, say
from minewatch.cli.import_end import end_import
from minewatch.model.text import Text, counted
from minewatch.model.traffic_reasons import TRAFFIC_REASONS
from minewatch.usecases.mining_sites import sites_of, write_sites
from minewatch.usecases.sightings import as_row
from minewatch.usecases.traffic import TrafficOptions, TrafficReceipt, watch_traffic

app = typer.Typer(add_completion=False, rich_markup_mode=None)
SHOWN = 20


@app.command()
def traffic(
    files: Annotated[
        list[Path], typer.Argument(help="Captures, logs, flow records or directories of them; - is stdin.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the sightings go (CSV).")] = Path("sightings.csv"),
    sites: Annotated[
        Path | None, typer.Option("--sites", help="Also write one line a holder and coin with its hash rate (CSV).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sightings as JSON lines on stdout.")] = False,
    pools: Annotated[
        Path | None, typer.Option("--pools", help="A pool list to use in place of the one shipped.")
    ] = None,
    customers: Annotated[Path | None, typer.Option("--customers", help="CSV: address or network, customer.")] = None,
    leases: Annotated[Path | None, typer.Option("--leases", help="CSV: address, customer, from, to.")] = None,
    nat: Annotated[
        Path | None, typer.Option("--nat", help="CSV: address, port_low, port_high, customer, from, to.")
    ] = None,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.0, max=1.0, help="Least probability of a row.")
    ] = 0.5,
    max_flows: Annotated[int, typer.Option("--max-flows", min=64, help="Flows held in memory at once.")] = 65_536,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew; forget what an interrupted run left.")] = False,
) -> None:
    """Look for mining in captures, Zeek and Suricata logs and flow records; write one row a flow believed to be mining."""
    with progress_bar(Text("reading traffic", "读取流量")) as told:
        receipt = watch_traffic(
            files=files,
            out=out,
            options=TrafficOptions(pools, threshold, max_flows, customers, leases, nat),
            progress=told,
            fresh=fresh,
        )
    show_receipt(receipt, as_json=as_json, written=out)
    if sites is not None and not receipt.nothing_taken:
        write_sites(sites, sites_of(receipt.sightings))
    end_import(failed=receipt.nothing_taken, issues=receipt.issues, files=receipt.files, quiet=as_json)


def show_receipt(receipt: TrafficReceipt, *, as_json: bool, written: Path | None = None) -> None:
    """Print sightings: JSON lines on stdout where asked for, a table, the counts and the issues on stderr.

    ``written`` is the file that the user named. Where no file holds traffic, only the issues are told.
    """
    if not receipt.nothing_taken:
        _show_sightings(receipt, as_json=as_json, written=written)
    for issue in receipt.issues:
        place = f"{issue.file}: "
        held = f", {issue.value}" if issue.value and issue.value not in issue.sentence.en else ""
        often, often_zh = (counted(issue.count, "time"), f"{issue.count:,} 次")
        say(
            Text(
                f"{place}{issue.sentence.en} ({often}{held}); {issue.remedy.en}",
                f"{place}{issue.sentence.zh}（{often_zh}{held}）；{issue.remedy.zh}",
            )
        )


def _show_sightings(receipt: TrafficReceipt, *, as_json: bool, written: Path | None) -> None:
    if as_json:
        for sighting in receipt.sightings:
            print_data(json.dumps(as_row(sighting), ensure_ascii=False))
    count = len(receipt.sightings)
    rows = []
    for one in receipt.sightings[:SHOWN]:
        strongest = TRAFFIC_REASONS[one.reasons[0]].sentence.in_language(language()) if one.reasons else ""
        pool = f"{one.pool_host or one.pool}:{one.pool_port}"
        rows.append([f"{one.miner}:{one.miner_port}", pool, one.dialect, one.coin, f"{one.probability:.4f}", strongest])
    print_table(
        Text(f"{counted(count, 'flow')} believed to be mining", f"疑似挖矿的流：{count:,} 条"),
        [
            Text("miner", "矿机"),
            Text("pool", "矿池"),
            Text("dialect", "协议"),
            Text("coin", "币种"),
            Text("probability", "概率"),
            Text("strongest reason", "最强理由"),
        ],
        rows,
        spare=(3, 2),
    )
    if count > SHOWN:
        say(Text(f"… and {count - SHOWN:,} more", f"……另有 {count - SHOWN:,} 条"))
    said = Text(
        f"{counted(receipt.files, 'file')}, {counted(receipt.flows, 'flow')} looked at",
        f"共读取 {receipt.files} 个文件、{receipt.flows:,} 条流",
    )
    say(Text(f"{said.en}; written to {written}", f"{said.zh}，结果写入 {written}") if written is not None else said)
