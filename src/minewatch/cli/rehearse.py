"""``minewatch rehearse``: write a simulated region to practise on."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_json, print_table, progress_bar, say
from minewatch.model.text import Text, counted
from minewatch.usecases.rehearse import Flaws, rehearse

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def command(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to: new, empty, or an earlier rehearsal.")],
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same region.")] = 20210617,
    meters: Annotated[int, typer.Option("--meters", help="How many accounts.")] = 3000,
    days: Annotated[int, typer.Option("--days", help="How many days from 24 May 2021 on.")] = 32,
    unread_meters: Annotated[
        float, typer.Option("--unread-meters", help="Share of meters whose readings never arrive.")
    ] = 0.0,
    wrong_topology: Annotated[
        float, typer.Option("--wrong-topology", help="Share of meters booked in a neighbouring transformer area.")
    ] = 0.0,
    skewed_clocks: Annotated[
        float, typer.Option("--skewed-clocks", help="Share of meters whose clock is off by up to ten minutes.")
    ] = 0.0,
    currents: Annotated[
        bool, typer.Option("--currents", help="Write the currents of the phases too; nothing else changes.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")] = False,
) -> None:
    """Simulate a region of Ya'an in June 2021 with known truth and write it as a utility would export it.

    Everything written is invented and says so. The truth lies apart, in truth/.
    """
    with progress_bar(Text("simulating", "正在模拟"), quiet=as_json) as told:
        view = rehearse(
            out=out,
            seed=seed,
            meters=meters,
            days=days,
            flaws=Flaws(unread_meters, wrong_topology, skewed_clocks),
            currents=currents,
            progress=lambda _what, done, total: told(done, total),
        )
    if as_json:
        print_json(asdict(view))
        return
    headings = (Text("file", "文件"), Text("holds", "内容"), Text("bytes", "字节"))
    rows = [(one.path, f"{one.what.en} / {one.what.zh}", f"{one.bytes:,}") for one in view.files]
    print_table(view.label, headings, rows)
    say(
        Text(
            "{counted}, {readings} readings, {mined} ({metered} of them in a meter's curve) in {folder}.",
            "{meters} 个计量点，{readings} 个读数，{mines} 个矿场（其中 {metered} 个体现在表计曲线中），写入 {folder}。",
        ).format(
            meters=view.meters,
            counted=counted(view.meters, "meter"),
            mined=counted(view.mines, "mine"),
            readings=f"{view.readings:,}",
            mines=view.mines,
            metered=view.mines_metered,
            folder=view.folder,
        )
    )
