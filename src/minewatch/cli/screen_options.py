"""Options of ``minewatch screen`` for what else is known; all are optional."""

from pathlib import Path
from typing import Annotated

import typer

from minewatch.usecases.screen_inputs import Given, parse_deadline

WeatherOption = Annotated[
    list[Path] | None,
    typer.Option("--weather", help="Outdoor temperature: division (or none), time, °C. May be repeated."),
]
OutagesOption = Annotated[
    list[Path] | None,
    typer.Option("--outages", help="Known outages of the network or of pools: division (or none), start, end."),
]
MetersOption = Annotated[
    list[Path] | None, typer.Option("--meters", help="Meters: id, declared use, contract, capacity, voltage, division.")
]
ReactiveOption = Annotated[
    list[Path] | None, typer.Option("--reactive", help="Reactive power (kvar), laid out like readings.")
]
CurrentsOption = Annotated[
    list[Path] | None,
    typer.Option("--currents", help="Currents of the phases A, B, C (amperes), laid out like readings."),
]
HolidaysOption = Annotated[
    str, typer.Option("--holidays", help="Public holidays: a file of dates, or cn for China's calendar.")
]
DeadlineOption = Annotated[
    str, typer.Option("--deadline", help="When an order told mines to stop, standard time: '2021-06-17 22:00'.")
]


def given_inputs(
    *,
    weather: list[Path] | None,
    outages: list[Path] | None,
    meters: list[Path] | None,
    reactive: list[Path] | None,
    currents: list[Path] | None,
    holidays: str,
    deadline: str,
) -> Given:
    """Return what the options give; ``InputError`` for a deadline that is no time."""
    return Given(
        weather=tuple(weather or ()),
        outages=tuple(outages or ()),
        meters=tuple(meters or ()),
        reactive=tuple(reactive or ()),
        currents=tuple(currents or ()),
        holidays=holidays,
        deadline=parse_deadline(deadline) if deadline else None,
    )
