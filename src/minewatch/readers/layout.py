"""What was recognised in a table of readings, as a frozen record that can be saved as a mapping file and used again."""

import json
import types
import typing
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.beside import Measured

Family = Literal["long", "wide-by-meter", "wide-by-slot"]
Kind = Literal["power", "energy", "register"]

SCHEMA = "minewatch.layout/1"

_REMEDY = Text(
    "Write the mapping file with minewatch and change only values; docs/readings-formats.md lists its fields.",
    "请先用 minewatch 写出映射文件，再只改其中的值；各字段见 docs/readings-formats.md。",
)


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
            raise InputError(
                Text(f"The mapping file is not JSON: {error}.", f"映射文件不是 JSON：{error}。"), remedy=_REMEDY
            ) from error
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise InputError(
                Text(f"The mapping file does not say “schema”: “{SCHEMA}”.", f"映射文件没有写明“schema”：“{SCHEMA}”。"),
                remedy=_REMEDY,
            )
        del data["schema"]
        hints = typing.get_type_hints(cls)
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise InputError(
                Text(
                    f"The mapping file has unknown fields: {', '.join(unknown)}.",
                    f"映射文件中有未知字段：{'、'.join(unknown)}。",
                ),
                remedy=_REMEDY,
            )
        if "family" not in data:
            raise InputError(
                Text("The mapping file does not name its family.", "映射文件没有写明 family（布局类别）。"),
                remedy=_REMEDY,
            )
        if isinstance(data.get("values"), list):
            data["values"] = tuple(data["values"])
        for name, value in data.items():
            if not _fits(value, hints[name]):
                raise InputError(
                    Text(
                        f"The mapping file's field “{name}” cannot be {json.dumps(value, ensure_ascii=False)}.",
                        f"映射文件的字段“{name}”不能为 {json.dumps(value, ensure_ascii=False)}。",
                    ),
                    remedy=Text(f"It may be {_describe(hints[name]).en}.", f"可以是{_describe(hints[name]).zh}。"),
                )
        layout = cls(**data)
        layout.check()
        return layout

    def check(self) -> None:
        """``InputError`` when the columns that the family needs are not named."""
        if not self.values:
            raise InputError(
                Text("The mapping names no columns of values.", "映射文件没有写明数值列。"),
                remedy=Text("List their headings under “values”.", "请在“values”下列出各列表头。"),
            )
        if self.family == "wide-by-slot" and self.date is None:
            raise InputError(
                Text("The mapping names no date column.", "映射文件没有写明日期列。"),
                remedy=Text("Give its heading under “date”.", "请在“date”中写明其表头。"),
            )
        if self.family == "wide-by-slot" and len(self.values) not in {24, 48, 96, 144, 288, 1440}:
            raise InputError(
                Text(
                    f"A day of {len(self.values)} slots cannot be read.",
                    f"无法读取每日 {len(self.values)} 个时段的数据。",
                ),
                remedy=Text("List 24, 48, 96, 144 or 288 columns.", "请列出 24、48、96、144 或 288 列。"),
            )
        if self.family != "wide-by-slot" and self.time is None and self.date is None:
            raise InputError(
                Text("The mapping names no column of times.", "映射文件没有写明时间列。"),
                remedy=Text("Give “time”, or “date” and “clock”.", "请写明“time”，或“date”和“clock”。"),
            )


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


_TYPES = {
    str: Text("text", "文字"),
    int: Text("a whole number", "整数"),
    bool: Text("true or false", "true 或 false"),
    type(None): Text("null", "null"),
}


def _describe(hint: Any) -> Text:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        options = [_describe(option) for option in typing.get_args(hint)]
        return Text(" or ".join(one.en for one in options), "或".join(one.zh for one in options))
    if origin is Literal:
        quoted = [f"“{option}”" for option in typing.get_args(hint)]
        return Text(", ".join(quoted), "、".join(quoted))
    if origin is tuple:
        return Text("a list of headings", "表头列表")
    return _TYPES.get(hint, Text(str(hint), str(hint)))
