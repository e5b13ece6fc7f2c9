"""What a user may say about files and the workspace they go into or come from, once for every command that takes it.

What is left out of how files are laid out is recognised.
"""

from pathlib import Path
from typing import Annotated

import typer

from minewatch.usecases.workspaces import VARIABLE

WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help=f"The workspace; otherwise {VARIABLE}, or the nearest folder above.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Read and judge everything, import nothing.")]
ReceiptOption = Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")]
ZoneOption = Annotated[str | None, typer.Option("--zone", help="Zone of the files' times; default: the workspace's.")]

LayoutOption = Annotated[
    str | None, typer.Option("--layout", help="long, wide-by-meter, wide-by-slot, or a saved mapping file.")
]
UnitOption = Annotated[str | None, typer.Option("--unit", help="kW, W, MW, kWh, Wh or MWh.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="power, energy or register.")]
StampsOption = Annotated[str | None, typer.Option("--stamps", help="Times stand at the start or end of a slot.")]
StepOption = Annotated[int | None, typer.Option("--step", help="Minutes of a slot.")]
MeterOption = Annotated[str | None, typer.Option("--meter", help="Id of the one meter of a file without ids.")]
DelimiterOption = Annotated[str | None, typer.Option("--delimiter", help="What stands between columns.")]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Encoding of a text file.")]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook.")]
