"""What the user may say about a file of readings; what is left out is recognised from the file."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.beside import MEASURED, Measured
from minewatch.readers.layout import Family, Kind, Layout
from minewatch.readers.zones import fixed_offset

Unit = Literal["kW", "W", "MW", "kWh", "Wh", "MWh"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of reading; ``None`` means: recognise it from the file.

    - ``layout``: a family (``"long"``, ``"wide-by-meter"``, ``"wide-by-slot"``) or a whole mapping
      (:meth:`minewatch.readers.layout.Layout.from_json`), which is then taken as it is.
    - ``zone``: a fixed offset such as ``"+08:00"`` or a zone name such as ``"Australia/Lord_Howe"``; without it naive
      times are standard time.
    - ``stamps``: whether a time stands at the start or the end of its interval.
    - ``unit`` and ``kind``: of the values; ``"register"`` is a cumulative register.
    - ``step_minutes``: length of the interval; ``meter``: id of the one meter of the file.
    - ``measured``: what to read beside active power: ``"reactive"`` or the current of a phase (:mod:`minewatch.readers.beside`).
    - ``decimal`` (``"."`` or ``","``), ``delimiter``, ``encoding``, ``sheet`` (of a workbook), ``day_first``: spelling.

    Raises ``InputError`` for a zone or an option that does not exist.
    """

    layout: Layout | Family | None = None
    zone: str | None = None
    stamps: Literal["start", "end"] | None = None
    unit: Unit | None = None
    kind: Kind | None = None
    step_minutes: int | None = None
    meter: str | None = None
    decimal: Literal[".", ","] | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    day_first: bool | None = None
    measured: Measured = "active"

    def __post_init__(self) -> None:
        """Check what can be checked without a file."""
        if self.zone is not None:
            check_zone(self.zone)
        if self.step_minutes is not None and not 1 <= self.step_minutes <= 1440:
            raise InputError(
                Text(
                    f"A step of {self.step_minutes} minutes cannot be used.", f"不能采用{self.step_minutes}分钟的间隔。"
                ),
                remedy=Text("Give 1 to 1440 minutes.", "请给出1至1440分钟。"),
            )
        _check_word("stamps", self.stamps, ("start", "end"))
        _check_word("unit", self.unit, ("kW", "W", "MW", "kWh", "Wh", "MWh"))
        _check_word("kind", self.kind, ("power", "energy", "register"))
        _check_word("measured", self.measured, MEASURED)
        _check_word("decimal", self.decimal, (".", ","))
        if isinstance(self.layout, str):
            _check_word("layout", self.layout, ("long", "wide-by-meter", "wide-by-slot"))


def _check_word(name: str, given: str | None, allowed: tuple[str, ...]) -> None:
    if given is not None and given not in allowed:
        raise InputError(
            Text(f"The option {name} cannot be “{given}”.", f"选项 {name} 不能为“{given}”。"),
            remedy=Text(f"Choose one of {', '.join(allowed)}.", f"请从 {'、'.join(allowed)} 中选择。"),
        )


def check_zone(zone: str) -> timedelta | ZoneInfo:
    """Return a fixed offset or a named zone; ``InputError`` when it is neither."""
    offset = fixed_offset(zone)
    if offset is not None:
        return timedelta(minutes=offset)
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            Text(f"“{zone}” is not a time zone.", f"“{zone}”不是时区。"),
            remedy=Text(
                "Give an offset such as +08:00 or a name such as Asia/Shanghai.",
                "请给出偏移量（如 +08:00）或名称（如 Asia/Shanghai）。",
            ),
        ) from error
