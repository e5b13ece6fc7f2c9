"""What a user may say about files of readings, once for every command that reads them; left out, it is recognised."""

from typing import Annotated

import typer

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
