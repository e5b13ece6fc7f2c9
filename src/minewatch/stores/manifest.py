"""The lake's table of contents: which parts make up the lake, which files they came from, which import wrote them.

One JSON file, replaced atomically: a part counts if and only if the manifest names it. Parts are named by the digest of
their content, sources by the digest of theirs, so that a figure can be walked back to the file it came from.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from minewatch.model.errors import ConfigurationError, StoreError
from minewatch.model.text import Text
from minewatch.stores.files import disk_errors, write_atomically

FORMAT = 2
"""Format 1 did not tell which sources are simulated."""
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One Parquet part: days of one kind (``slots`` a day) in one encoding, of meters of one shard.

    ``name`` is the SHA-256 of the content; days are ISO dates, both ends included; ``sources`` are digests of the files
    that the rows came from; ``sequence`` numbers the import that wrote it: the later wins where two differ.
    """

    name: str
    shard: int
    slots: int
    encoding: str
    rows: int
    meters: int
    first_meter: str
    last_meter: str
    first_day: str
    last_day: str
    bytes: int
    sources: tuple[str, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One original file: never copied, known by the digest of its content and the options it was read with.

    ``simulated`` is None where a lake of format 1 did not record it.
    """

    digest: str
    path: str
    bytes: int
    options: str
    reader_version: str
    sequence: int
    simulated: bool | None = None


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import: ``at`` in UTC, ISO format; ``issues`` counts what was wrong by code; the days it added, ends included."""

    sequence: int
    at: str
    reader_version: str
    readings: int
    issues: dict[str, int]
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the lake holds. ``shards`` is fixed when the lake is made; ``version`` counts the changes."""

    shards: int
    version: int = 0
    parts: tuple[PartRecord, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    imports: tuple[ImportRecord, ...] = ()
    format: int = field(default=FORMAT)

    def parts_of(self, shard: int, slots: int) -> tuple[PartRecord, ...]:
        """Parts of a shard that hold days of ``slots`` slots, in the order they were imported."""
        return tuple(part for part in self.parts if part.shard == shard and part.slots == slots)

    def has_source(self, digest: str, *, options: str, reader_version: str) -> bool:
        """Tell whether a file of this content was imported with these options by this version of the readers."""
        wanted = (digest, options, reader_version)
        return any((one.digest, one.options, one.reader_version) == wanted for one in self.sources)

    def told_apart(self, is_simulated: Callable[[SourceRecord], bool]) -> "Manifest":
        """Return it with the sources told apart of which it is not recorded whether they are simulated."""
        sources = (replace(one, simulated=is_simulated(one)) if one.simulated is None else one for one in self.sources)
        return replace(self, sources=tuple(sources))

    def extended(
        self, parts: tuple[PartRecord, ...], sources: tuple[SourceRecord, ...], record: ImportRecord
    ) -> "Manifest":
        """Return the next version: ``parts`` are all it holds, in the order of import; one import more.

        A part of the same content may be listed twice: a reading that was corrected and corrected back must win again.
        """
        return replace(
            self,
            version=self.version + 1,
            parts=parts,
            sources=self.sources + sources,
            imports=(*self.imports, record),
        )


def save(manifest: Manifest, folder: Path, *, tmp: Path) -> None:
    """Replace the manifest of the lake in ``folder``, atomically and durably."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, separators=(",", ":"))
    with disk_errors("writing the lake's manifest"):
        write_atomically(folder / NAME, text.encode(), tmp=tmp)


def load(folder: Path) -> Manifest:
    """Read the manifest of the lake in ``folder``; ``ConfigurationError`` if there is none or it is too new."""
    path = folder / NAME
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if content["format"] > FORMAT:
            raise ConfigurationError(
                Text(
                    f"The lake in {folder} was written by a later version of minewatch (format {content['format']}).",
                    f"{folder} 中的数据湖由更新版本的 minewatch 写入（格式 {content['format']}）。",
                ),
                remedy=Text("Install that version or a later one.", "请安装该版本或更新版本。"),
            )
        return Manifest(
            shards=content["shards"],
            version=content["version"],
            parts=tuple(PartRecord(**{**part, "sources": tuple(part["sources"])}) for part in content["parts"]),
            sources=tuple(SourceRecord(**source) for source in content["sources"]),
            imports=tuple(ImportRecord(**record) for record in content["imports"]),
        )
    except FileNotFoundError as error:
        raise ConfigurationError(
            Text(f"There is no lake in {folder}.", f"{folder} 中没有数据湖。"),
            remedy=Text("Make a workspace with: minewatch init DIR", "请新建工作区：minewatch init 目录"),
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            Text(f"The lake's manifest {path} cannot be read ({error}).", f"数据湖清单 {path} 无法读取（{error}）。"),
            remedy=Text(
                "Restore it from a backup, or import the original files again into a new workspace.",
                "请从备份恢复，或将原始文件重新导入新的工作区。",
            ),
        ) from error
