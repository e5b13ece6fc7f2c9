"""A workspace: one folder that holds everything an office works on, marked by its settings file.

::

    DIR/
    ├── minewatch.toml    settings: standard time, number of shards
    ├── ledger.db         cases and decisions (stores/ledger.py), unless the ledger is on Postgres
    └── lake/             readings (stores/lake.py)
"""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from minewatch.model.errors import ConfigurationError, ConflictError, InputError
from minewatch.model.text import Text
from minewatch.stores.files import disk_errors
from minewatch.stores.lake import DEFAULT_SHARDS, Lake

SETTINGS = "minewatch.toml"
LEDGER = "ledger.db"
FORMAT = 1
VARIABLE = "MINEWATCH_WORKSPACE"
OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened workspace; ``zone`` is an IANA name or an offset such as ``+08:00``, ``shards`` the lake's."""

    folder: Path
    zone: str
    shards: int

    @property
    def lake_folder(self) -> Path:
        """Where the readings are."""
        return self.folder / "lake"

    def lake(self) -> Lake:
        """Open the lake."""
        return Lake.open(self.lake_folder)


def init(folder: Path, *, zone: str, shards: int = DEFAULT_SHARDS) -> Workspace:
    """Make a workspace in ``folder``, which may exist but may not be a workspace already (``ConflictError``).

    Made again after an interruption it goes on where it was left: the settings file, written last, makes a workspace.
    """
    check_zone(zone)
    if not 1 <= shards <= 4096:
        raise InputError(
            Text(f"{shards} shards cannot be.", f"分片数 {shards} 不合理。"),
            remedy=Text("Give a number from 1 to 4096, or leave the option out.", "请给出 1 到 4096 的数，或不填。"),
        )
    if (folder / SETTINGS).exists():
        raise ConflictError(
            Text(f"{folder} is a workspace already.", f"{folder} 已是工作区。"),
            remedy=Text("Use it as it is, or choose another folder for a new one.", "请直接使用，或另选目录新建。"),
        )
    lake = folder / "lake"
    if (lake / "manifest.json").exists():
        shards = Lake.open(lake).shards
    else:
        Lake.create(lake, shards=shards)
    text = (
        "# minewatch workspace. The zone gives the standard time of the meters (without daylight saving).\n"
        f'format = {FORMAT}\nzone = "{zone}"\nshards = {shards}\n'
    )
    with disk_errors(f"making the workspace {folder}"):
        temporary = folder / f".{SETTINGS}.{os.getpid()}"
        with temporary.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(folder / SETTINGS)
    return open_workspace(folder)


def open_workspace(folder: Path) -> Workspace:
    """Open the workspace in ``folder``; ``ConfigurationError`` if it is none or its settings cannot be used."""
    path = folder / SETTINGS
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
        workspace = Workspace(folder, str(settings["zone"]), int(settings["shards"]))
        settings_format = int(settings["format"])
    except FileNotFoundError as error:
        raise ConfigurationError(
            Text(f"{folder} is not a workspace: it has no {SETTINGS}.", f"{folder} 不是工作区：没有 {SETTINGS}。"),
            remedy=Text(f"Make one with: minewatch init {folder}", f"请新建：minewatch init {folder}"),
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            Text(f"The settings file {path} cannot be used ({error}).", f"设置文件 {path} 无法使用（{error}）。"),
            remedy=Text(
                "Correct it: it needs format, zone and shards as minewatch init writes them.",
                "请更正：须有 minewatch init 所写的 format、zone 和 shards。",
            ),
        ) from error
    if settings_format > FORMAT:
        raise ConfigurationError(
            Text(
                f"The workspace {folder} was made by a later version of minewatch.",
                f"工作区 {folder} 由更新版本的 minewatch 建立。",
            ),
            remedy=Text("Install that version or later.", "请安装该版本或更新版本。"),
        )
    check_zone(workspace.zone)
    return workspace


def find_workspace(given: Path | None, *, variable: str | None, start: Path) -> Workspace:
    """Find the workspace: the folder given, else the one the environment ``variable`` names, else the nearest parent.

    ``start`` is the folder to look upwards from. ``ConfigurationError`` if there is none.
    """
    if given is not None:
        return open_workspace(given)
    if variable:
        return open_workspace(Path(variable))
    for folder in (start, *start.parents):
        if (folder / SETTINGS).exists():
            return open_workspace(folder)
    raise ConfigurationError(
        Text(f"There is no workspace in {start} or a folder above it.", f"{start} 及其上级目录中没有工作区。"),
        remedy=Text(
            f"Make one with: minewatch init DIR; or name one with --workspace DIR or {VARIABLE}=DIR.",
            f"请新建：minewatch init 目录；或用 --workspace 目录、{VARIABLE}=目录 指明。",
        ),
    )


def check_zone(zone: str) -> None:
    """Raise ``InputError`` unless ``zone`` is an offset such as ``+08:00`` or a name such as Asia/Shanghai."""
    if OFFSET.fullmatch(zone):
        return
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            Text(f"{zone!r} is no time zone.", f"“{zone}”不是时区。"),
            remedy=Text(
                "Give a name such as Asia/Shanghai or an offset such as +08:00.",
                "请写名称（如 Asia/Shanghai）或偏移（如 +08:00）。",
            ),
        ) from error
