"""The lake: all readings of a workspace as Parquet parts, spread over shards by a stable hash of the meter id.

::

    lake/
    ├── manifest.json     what counts: parts, sources, imports; replaced atomically
    ├── parts/<sha256>.parquet
    ├── tmp/              work in progress; swept by the next writer
    └── lock              held by the one writer; readers need no lock

A reader sees the manifest it opened. Parts are never changed; a part that was merged into another stays on disk until the
import after that, for those who opened the lake before.
"""

import shutil
import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.model.errors import ConflictError
from minewatch.model.tables import SLOTS_ALLOWED
from minewatch.model.text import Text
from minewatch.stores import manifest as manifests
from minewatch.stores import parts
from minewatch.stores.blocks import BLOCK_READINGS, EPOCH, Buffers, MeterBlock, merged, window
from minewatch.stores.encoding import encode
from minewatch.stores.files import digest_of, disk_errors, exclusive, sync_file, sync_folder
from minewatch.stores.manifest import ImportRecord, Manifest, PartRecord, SourceRecord
from minewatch.stores.merging import PartRows, merge_small

DEFAULT_SHARDS = 64


def shard_of(meter: str, shards: int) -> int:
    """Return the shard of a meter: CRC-32 of its id's UTF-8 bytes, modulo; the same on every machine and for ever."""
    return zlib.crc32(meter.encode()) % shards


class Lake:
    """Readings on disk. Opening reads the manifest; :meth:`refreshed` sees what was imported since."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._buffers = Buffers()

    @classmethod
    def create(cls, folder: Path, *, shards: int = DEFAULT_SHARDS) -> "Lake":
        """Make an empty lake in ``folder``; ``ConflictError`` if there is one already."""
        if (folder / manifests.NAME).exists():
            raise ConflictError(
                Text(f"There is a lake in {folder} already.", f"{folder} 中已有数据湖。"),
                remedy=Text("Use it, or choose another folder.", "请直接使用，或另选文件夹。"),
            )
        with disk_errors(f"making the lake {folder}"):
            for name in ("parts", "tmp"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        manifests.save(Manifest(shards=shards), folder, tmp=folder / "tmp")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "Lake":
        """Open the lake in ``folder``; ``ConfigurationError`` if there is none."""
        return cls(folder, manifests.load(folder))

    def refreshed(self) -> "Lake":
        """Return the lake as it is on disk now."""
        return Lake.open(self._folder)

    @property
    def folder(self) -> Path:
        """Where the lake is."""
        return self._folder

    @property
    def manifest(self) -> Manifest:
        """What the lake holds."""
        return self._manifest

    @property
    def shards(self) -> int:
        """Number of shards, fixed when the lake was made."""
        return self._manifest.shards

    @property
    def slot_kinds(self) -> tuple[int, ...]:
        """Return the kinds of days in the lake, as slots a day, finest first."""
        held = {part.slots for part in self._manifest.parts}
        return tuple(slots for slots in SLOTS_ALLOWED if slots in held)

    def shard_digest(self, shard: int, slots: int) -> str:
        """Return a digest that changes exactly when the parts of a shard change (to screen only what changed)."""
        names = ",".join(part.name for part in self._manifest.parts_of(shard, slots))
        return sha256(names.encode()).hexdigest()

    def days(self, slots: int) -> tuple[date, date] | None:
        """First and last day of days of ``slots`` slots; ``None`` if there are none."""
        mine = [part for part in self._manifest.parts if part.slots == slots]
        if not mine:
            return None
        return (
            date.fromisoformat(min(part.first_day for part in mine)),
            date.fromisoformat(max(part.last_day for part in mine)),
        )

    def blocks(
        self,
        shard: int,
        slots: int,
        *,
        first_day: date | None = None,
        last_day: date | None = None,
        meters: AbstractSet[str] | None = None,
        readings: int = BLOCK_READINGS,
    ) -> Iterator[MeterBlock]:
        """Yield the meters of a shard, ascending, each whole and once, in blocks of about ``readings`` readings.

        Memory: one row group of each part of the shard and one block. The array of a block is used again for the next.
        ``first_day`` and ``last_day`` are both included; a meter without a day between them is left out.
        """
        chosen = [
            part
            for part in self._manifest.parts_of(shard, slots)
            if (first_day is None or date.fromisoformat(part.last_day) >= first_day)
            and (last_day is None or date.fromisoformat(part.first_day) <= last_day)
        ]
        openers = [partial(self._open_part, part) for part in chosen]
        wanted = window(first_day, last_day, meters)
        yield from merged(openers, wanted, slots=slots, readings=readings, buffers=self._buffers)

    def _open_part(self, part: PartRecord) -> parts.PartReader:
        return parts.PartReader(self._part_path(part.name), encoding=part.encoding, slots=part.slots)

    def _part_path(self, name: str) -> Path:
        return self._folder / "parts" / f"{name}.parquet"

    def shards_of(self, meters: AbstractSet[str] | None) -> tuple[int, ...]:
        """Return the shards that may hold ``meters`` (``None``: all of them)."""
        if meters is None:
            return tuple(range(self.shards))
        return tuple(sorted({shard_of(meter, self.shards) for meter in meters}))

    def sources_of(self, meters: AbstractSet[str]) -> frozenset[str]:
        """Return the digests of the files that readings of ``meters`` may have come from (a merged part names those of all)."""
        return frozenset(digest for meter in meters for part in self.parts_naming(meter) for digest in part.sources)

    def parts_naming(self, meter: str) -> tuple[PartRecord, ...]:
        """Return the parts that may hold days of a meter, by its shard and the parts' first and last meters."""
        shard = shard_of(meter, self.shards)
        return tuple(
            part
            for part in self._manifest.parts
            if part.shard == shard and part.first_meter <= meter <= part.last_meter
        )

    def damaged_parts(self) -> tuple[str, ...]:
        """Read every part and return the names of those whose content is not what their name says, or that are gone."""
        wrong = []
        for part in self._manifest.parts:
            path = self._part_path(part.name)
            if not path.exists() or digest_of(path) != part.name:
                wrong.append(part.name)
        return tuple(wrong)

    @contextmanager
    def writing(self) -> Iterator["LakeWriter"]:
        """Hold the lake's lock for one import; what is not committed when the block ends leaves no trace.

        ``ConflictError`` if another import runs; ``StoreError`` if the disk is full or fails.
        """
        with exclusive(self._folder / "lock", what=f"the lake {self._folder}"):
            writer = LakeWriter(self._folder, manifests.load(self._folder))
            with disk_errors("clearing what an interrupted import left"):
                writer.sweep()
            try:
                yield writer
            finally:
                writer.sweep()


@dataclass(slots=True)
class LakeWriter:
    """One import in progress; made by :meth:`Lake.writing`."""

    folder: Path
    manifest: Manifest
    _parts: list[PartRecord] = field(default_factory=list)
    _before: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Remember the parts to be kept for those who opened the lake before."""
        self._before = frozenset(part.name for part in self.manifest.parts)

    @property
    def sequence(self) -> int:
        """Number of this import."""
        return len(self.manifest.imports) + 1

    @property
    def spool_folder(self) -> Path:
        """A folder for work in progress, on the lake's disk, gone when the import ends."""
        return self.folder / "tmp" / "spool"

    def sweep(self) -> None:
        """Remove work in progress and parts that neither the manifest names nor the one this import began with."""
        kept = self._before | {part.name for part in self.manifest.parts}
        for path in (self.folder / "tmp").iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for path in (self.folder / "parts").iterdir():
            if path.stem not in kept:
                path.unlink(missing_ok=True)

    def add(
        self, days: pl.DataFrame, *, shard: int, slots: int, sources: Sequence[str], reader_version: str
    ) -> tuple[PartRecord, ...]:
        """Write days (a ``readings`` frame of one kind, all of one shard) as parts; days with no reading are left out.

        They count once :meth:`commit` is called. The same day of a meter may stand only once.
        """
        held = days.filter(~np.isnan(days["kw"].to_numpy()).all(axis=1)).sort("meter", "day")
        if held.height == 0:
            return ()
        if held["kw"].to_numpy().shape[1] != slots:
            raise ValueError(f"the days do not have {slots} slots")
        if held.select("meter", "day").is_duplicated().any():
            raise ValueError("the same day of a meter stands twice in one import")
        meters = held["meter"].to_numpy()
        numbers = held["day"].to_physical().to_numpy()
        starts = np.flatnonzero(np.append(True, meters[1:] != meters[:-1]))
        written = []
        with disk_errors("writing the lake"):
            for encoded in encode(held["kw"].to_numpy(), starts):
                rows = PartRows(meters[encoded.rows], numbers[encoded.rows], encoded, tuple(sources), self.sequence)
                written.append(self._write(rows, shard=shard, note=reader_version))
        self._parts += written
        return tuple(written)

    def _write(self, rows: PartRows, *, shard: int, note: str) -> PartRecord:
        """Write one part under the name of its content; it counts once a manifest names it."""
        temporary = self.folder / "tmp" / "part.parquet"
        parts.write(temporary, meters=rows.meters, days=rows.days, encoded=rows.encoded, note=note)
        sync_file(temporary)
        name = digest_of(temporary)
        size = temporary.stat().st_size
        temporary.replace(self.folder / "parts" / f"{name}.parquet")
        return PartRecord(
            name=name,
            shard=shard,
            slots=rows.encoded.planes[0].shape[1],
            encoding=rows.encoded.encoding.value,
            rows=len(rows.days),
            meters=int((rows.meters[1:] != rows.meters[:-1]).sum()) + 1,
            first_meter=rows.meters[0],
            last_meter=rows.meters[-1],
            first_day=_iso(rows.days.min()),
            last_day=_iso(rows.days.max()),
            bytes=size,
            sources=rows.sources,
            sequence=rows.sequence,
        )

    def _merged(self, records: Sequence[PartRecord]) -> list[PartRecord]:
        """Return the parts of the next version: those of shards that were added to, with small ones merged."""
        touched = {(part.shard, part.slots) for part in self._parts}
        kept = [part for part in records if (part.shard, part.slots) not in touched]
        for shard, slots in sorted(touched):
            mine = [part for part in records if (part.shard, part.slots) == (shard, slots)]
            kept += merge_small(mine, read=self._open, write=partial(self._write, shard=shard, note="merged"))
        return kept

    def _open(self, part: PartRecord) -> parts.PartReader:
        path = self.folder / "parts" / f"{part.name}.parquet"
        return parts.PartReader(path, encoding=part.encoding, slots=part.slots)

    def commit(self, sources: Sequence[SourceRecord], record: ImportRecord) -> Manifest:
        """Make everything that was added count, at once; the small parts of the shards it went to may be merged."""
        days = [day for part in self._parts for day in (part.first_day, part.last_day)]
        if days:
            record = replace(record, first_day=min(days), last_day=max(days))
        with disk_errors("writing the lake"):
            everything = self._merged([*self.manifest.parts, *self._parts])
            sync_folder(self.folder / "parts")
        manifest = self.manifest.extended(tuple(everything), tuple(sources), record)
        manifests.save(manifest, self.folder, tmp=self.folder / "tmp")
        self.manifest = manifest
        self._parts = []
        return manifest


def _iso(day: np.integer) -> str:
    return date.fromordinal(EPOCH.toordinal() + int(day)).isoformat()
