"""What was recognised in a table of readings, as a frozen record that can be saved as a mapping file and used again."""

import json
import types
import typing
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from minewatch.model.errors import InputError
from minewatch.readers.beside import Measured

Family = Literal["long", "wide-by-meter", "wide-by-slot"]
Kind = Literal["power", "energy", "register"]

SCHEMA = "minewatch.layout/1"

_REMEDY = "Write the mapping file with minewatch and change only values; docs/readings-formats.md lists its fields."


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table of readings is laid out. Columns are named by their headings (``column 3`` where there are none).

    - ``long``: one row a reading: ``meter`` (None: one meter, named by ``meter_id`` or by the file), ``time`` or
      ``date`` with ``clock`` or ``slot`` (number of the interval in the day), one of ``values``.
    - ``wide-by-meter``: one row a time, ``values`` are the meters' columns.
    - ``wide-by-slot``: one row a meter and ``date``, ``values`` are the slots' columns in order of time.

    ``ct``, ``pt`` and ``ratio`` are columns of multipliers; ``unit_column`` and ``quantity`` columns that name each
    row's unit and quantity; ``quality`` one that marks estimates. ``stamps``: a time stands at the start or the end of
    its interval, None: found from each meter's times. ``day_first``: order of dates written with numbers alone; None:
    the year stands first.
    ``measured`` says what the values are where it is not active power (:mod:`minewatch.readers.beside`).
    ``header_line`` is the line of the headings (0: there are none).
    """

    family: Family
    header_line: int = 1
    delimiter: str | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] = "."
    sheet: str | None = None
    meter: str | None = None
    meter_id: str | None = None
    time: str | None = None
    date: str | None = None
    clock: str | None = None
    slot: str | None = None
    values: tuple[str, ...] = field(default=())
    ct: str | None = None
    pt: str | None = None
    ratio: str | None = None
    unit_column: str | None = None
    quantity: str | None = None
    quality: str | None = None
    kind: Kind = "power"
    unit: str = "kW"
    stamps: Literal["start", "end"] | None = None
    zone: str | None = None
    step_minutes: int | None = None
    day_first: bool | None = None
    measured: Measured = "active"

    def to_json(self) -> str:
        """Return the mapping file's text."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Layout":
        """Read a mapping file; ``InputError`` says which field is wrong and what it may be."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise InputError(f"The mapping file is not JSON: {error}.", remedy=_REMEDY) from error
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise InputError(f"The mapping file does not say “schema”: “{SCHEMA}”.", remedy=_REMEDY)
        del data["schema"]
        hints = typing.get_type_hints(cls)
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise InputError(f"The mapping file has unknown fields: {', '.join(unknown)}.", remedy=_REMEDY)
        if "family" not in data:
            raise InputError("The mapping file does not name its family.", remedy=_REMEDY)
        if isinstance(data.get("values"), list):
            data["values"] = tuple(data["values"])
        for name, value in data.items():
            if not _fits(value, hints[name]):
                raise InputError(
                    f"The mapping file's field “{name}” cannot be {json.dumps(value, ensure_ascii=False)}.",
                    remedy=f"It may be {_describe(hints[name])}.",
                )
        layout = cls(**data)
        layout.check()
        return layout

    def check(self) -> None:
        """``InputError`` when the columns that the family needs are not named."""
        if not self.values:
            raise InputError("The mapping names no columns of values.", remedy="List their headings under “values”.")
        if self.family == "wide-by-slot" and self.date is None:
            raise InputError("The mapping names no date column.", remedy="Give its heading under “date”.")
        if self.family == "wide-by-slot" and len(self.values) not in {24, 48, 96, 144, 288, 1440}:
            raise InputError(
                f"A day of {len(self.values)} slots cannot be read.", remedy="List 24, 48, 96, 144 or 288 columns."
            )
        if self.family != "wide-by-slot" and self.time is None and self.date is None:
            raise InputError("The mapping names no column of times.", remedy="Give “time”, or “date” and “clock”.")


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return any(_fits(value, option) for option in typing.get_args(hint))
    if origin is Literal:
        return value in typing.get_args(hint)
    if origin is tuple:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def _describe(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return " or ".join(_describe(option) for option in typing.get_args(hint))
    if origin is Literal:
        return ", ".join(f"“{option}”" for option in typing.get_args(hint))
    if origin is tuple:
        return "a list of headings"
    return {str: "text", int: "a whole number", bool: "true or false", type(None): "null"}.get(hint, str(hint))
