"""What a user may say about files of readings, from plain words; and reading files into a frame."""

from pathlib import Path
from typing import Any

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions

FAMILIES = ("long", "wide-by-meter", "wide-by-slot")


def read_options(*, layout: str | None = None, **said: Any) -> ReadOptions:
    """Build reading options from plain words, as typed on a command line; None means: recognise it from the file.

    ``layout`` is a family name or the path of a saved mapping file. Raises ``InputError`` for what cannot be used.
    """
    if layout is None or layout in FAMILIES:
        return ReadOptions(layout=layout, **said)  # type: ignore[arg-type] # checked against FAMILIES
    path = Path(layout)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Text(
                f"{layout} is neither a layout nor a mapping file that can be read.",
                f"{layout} 既不是表格布局，也不是可读取的映射文件。",
            ),
            remedy=Text(
                f"Give one of {', '.join(FAMILIES)}, or the path of a saved mapping file.",
                f"请给出 {'、'.join(FAMILIES)} 之一，或已保存的映射文件路径。",
            ),
        ) from error
    return ReadOptions(layout=Layout.from_json(text), **said)
