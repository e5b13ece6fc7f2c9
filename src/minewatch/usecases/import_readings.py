"""Use case: import files of readings into a lake, in bounded memory, all or nothing.

Files are read in the order given and their rows dealt out by meter to a spool on the lake's disk; then each part of the
spool is placed in slots, compared with what the lake holds and written as parts; one replacement of the manifest makes all
of it count. A process killed before that leaves the lake as it was; running the same command again does the work.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from minewatch import __version__
from minewatch.model.issues import Issue, issue_of
from minewatch.model.origin import Origin
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions
from minewatch.readers.placing import place
from minewatch.readers.readings import Source, open_readings
from minewatch.readers.simulated import is_simulated
from minewatch.readers.sources import Found, find, names_of
from minewatch.stores.lake import Lake, LakeWriter
from minewatch.stores.manifest import ImportRecord, SourceRecord
from minewatch.stores.spool import Spool
from minewatch.usecases.overlap import against_lake
from minewatch.usecases.simulated import manifest_origin, marked

READER_VERSION = __version__
PIECE_BYTES = 32 << 20
"""Plain input bytes that one piece of the spool should hold at most, on average: placing takes some ten times that."""
PACKED = (".gz", ".zst", ".parquet", ".pq", ".xlsx", ".xlsm")
EXPANSION = 8

Progress = Callable[[int, int], None]
"""Told (done, all) in bytes: each byte counts once when it is read and once when it is placed."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """One file of an import; ``new`` is false if the same content was imported before with the same options.

    ``meters`` are named in it and ``readings`` are the values it gave, before they were placed; both 0 for what is not new.
    A file in which no meter was understood is not remembered, so that it can be tried again. ``simulated``: it is marked as
    simulated data (``readers.simulated``).
    """

    path: Path
    bytes: int
    digest: str
    new: bool
    layout: Layout | None
    meters: int = 0
    readings: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What an import did.

    ``readings`` were stored in ``days`` days of ``meters`` meters; ``known`` were in the lake already. ``issues`` holds
    the first places of each kind and file and one line for the rest; ``issue_counts`` counts all places by code.
    ``committed`` is false after a check, and where there was nothing to store. ``origin`` tells what the lake rests on
    with these files.
    """

    sources: tuple[SourceOutcome, ...]
    meters: int
    days: dict[int, int]
    readings: int
    known: int
    issues: tuple[Issue, ...]
    issue_counts: dict[str, int]
    meters_without_readings: tuple[str, ...]
    committed: bool
    origin: Origin = Origin.MEASURED

    @property
    def nothing_taken(self) -> bool:
        """Whether not one reading came out of the files, new or known: the import has failed."""
        fresh = {one.digest for one in self.sources if one.new}
        known_file = any(one.digest not in fresh for one in self.sources)
        return not (self.readings or self.known or known_file)


@dataclass(slots=True)
class _Tally:
    """What was counted on the way."""

    days: Counter[int] = field(default_factory=Counter)
    readings: int = 0
    known: int = 0
    issues: list[Issue] = field(default_factory=list)
    meters: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)


def import_files(
    patterns: Sequence[str | Path],
    *,
    lake: Lake,
    now: datetime,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
    issues_csv: Path | None = None,
    check: bool = False,
) -> ImportReceipt:
    """Import files, globs and folders into ``lake``; with ``check`` everything is read and judged, nothing is kept.

    ``now`` is the time written in the manifest. ``issues_csv`` receives every faulty place. What is no readable file is
    told as an issue, and the others are taken. Raises ``InputError`` if no pattern gives a file or an option cannot be
    used, ``ConflictError`` if another import runs, ``StoreError`` if the disk is full or fails (the lake is then as it
    was). What is wrong inside files becomes issues.
    """
    options = options or ReadOptions()
    found = find(patterns)
    paths = found.files
    told = progress or (lambda _done, _all: None)
    with IssueLog(path=issues_csv) as log, lake.writing() as writer:
        current = Lake(lake.folder, writer.manifest)
        total = sum(path.stat().st_size for path in paths) or 1
        tally = _Tally()
        note_rest(found, log)
        with Spool(writer.spool_folder, shards=lake.shards, pieces=_pieces(paths, lake.shards)) as spool:
            outcomes = _read(paths, spool, options, log, writer, tally, lambda done: told(done, 2 * total))
            spool.finish()
            names = {outcome.digest: str(outcome.path) for outcome in outcomes}
            partitions = list(spool.partitions())
            for number, partition in enumerate(partitions, start=1):
                shard = partition % lake.shards
                files = [names[tag] for tag in spool.tags(partition)]
                file = files[0] if len(files) == 1 else f"{files[0]} … ({len(files)})"
                for slots, days in _place(spool, partition, options, log, tally):
                    fresh = against_lake(days, lake=current, shard=shard, slots=slots, file=file)
                    _count(tally, fresh.days, slots, known=fresh.known)
                    for issue in fresh.issues:
                        log.add(issue)
                    if not check:
                        writer.add(
                            fresh.days,
                            shard=shard,
                            slots=slots,
                            sources=spool.tags(partition),
                            reader_version=READER_VERSION,
                        )
                told(total + total * number // len(partitions), 2 * total)
            tally.meters.update(spool.meters())
        if tally.known:
            log.add(issue_of("already_imported", str(paths[0]) if len(paths) == 1 else "", count=tally.known))
        tally.issues += [*log.take(), *log.rest()]
        counts = _counts(tally.issues)
        origin = manifest_origin(writer.manifest, besides=[one.simulated for one in outcomes if one.meters])
        fresh_sources = [_record(outcome, options, writer) for outcome in outcomes if outcome.meters]
        committed = bool(fresh_sources) and not check
        if committed:
            at = now.astimezone(UTC).isoformat(timespec="seconds")
            writer.manifest = writer.manifest.told_apart(marked)
            writer.commit(fresh_sources, ImportRecord(writer.sequence, at, READER_VERSION, tally.readings, counts))
    return ImportReceipt(
        sources=tuple(outcomes),
        meters=len(tally.placed),
        days=dict(sorted(tally.days.items(), reverse=True)),
        readings=tally.readings,
        known=tally.known,
        issues=tuple(tally.issues),
        issue_counts=counts,
        meters_without_readings=tuple(sorted(tally.meters - tally.placed)),
        committed=committed,
        origin=origin,
    )


def note_rest(found: Found, log: IssueLog) -> None:
    """Tell patterns that gave no file, and files of folders that were left out for their endings."""
    for pattern in found.nothing:
        log.note("nothing_there", pattern)
    for folder, files in found.left.items():
        log.add(issue_of("left_out_files", str(folder), value=names_of(files), count=len(files)))


def options_key(options: ReadOptions) -> str:
    """Return a digest of the options a file was read with: other options, another reading."""
    said = asdict(options)
    if options.measured == "active":
        # What was imported before other quantities could be read has this digest.
        del said["measured"]
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:16]


def _pieces(paths: Sequence[Path], shards: int) -> int:
    """Return in how many pieces each shard is spooled, so that one of them fits in memory."""
    plain = sum(path.stat().st_size * (EXPANSION if path.name.casefold().endswith(PACKED) else 1) for path in paths)
    return max(1, -(-plain // (shards * PIECE_BYTES)))


def _read(
    paths: Sequence[Path],
    spool: Spool,
    options: ReadOptions,
    log: IssueLog,
    writer: LakeWriter,
    tally: _Tally,
    told: Callable[[int], None],
) -> list[SourceOutcome]:
    """Read every file that is not known into the spool."""
    outcomes: list[SourceOutcome] = []
    key = options_key(options)
    done = 0
    for path in paths:
        source = open_readings(path, options, log=log)
        known = writer.manifest.has_source(source.digest, options=key, reader_version=READER_VERSION)
        new = not known and all(source.digest != other.digest for other in outcomes)
        outcome = SourceOutcome(path, source.size, source.digest, new, source.layout, simulated=is_simulated(path))
        if new:
            seen: set[str] = set()
            readings = 0
            for bytes_done, frame in _spooled(source, spool, tally):
                seen.update(frame["meter"].unique())
                readings += _values(frame)
                told(done + bytes_done)
            outcome = replace(outcome, meters=len(seen), readings=readings)
        else:
            if known or any(one.digest == source.digest and one.meters for one in outcomes):
                log.note("same_file", str(path))
            tally.issues += log.take()
        outcomes.append(outcome)
        done += source.size
        told(done)
    return outcomes


def _spooled(source: Source, spool: Spool, tally: _Tally) -> Iterator[tuple[int, pl.DataFrame]]:
    """Spool one file; yields how far it has been read and the frame just spooled."""
    for batch in source.batches():
        tally.issues += batch.issues
        if batch.frame.height:
            kind = "points" if batch.kind == "points" else f"days{_slots(batch.frame)}"
            spool.add(batch.frame, kind=kind, tag=source.digest)
        yield batch.bytes_done, batch.frame


def _values(frame: pl.DataFrame) -> int:
    """Count the values that are there, of points or of days."""
    values = frame["value"] if "value" in frame.columns else frame["kw"].explode()
    return values.len() - int(values.is_nan().sum()) - values.null_count()


def _slots(frame: pl.DataFrame) -> int:
    kind = frame.schema["kw"]
    if not isinstance(kind, pl.Array):
        raise TypeError(kind)
    return int(kind.size)


def _place(
    spool: Spool, partition: int, options: ReadOptions, log: IssueLog, tally: _Tally
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the days of a partition by their slots."""
    points = spool.take(partition, "points")
    days = [
        frame
        for kind in spool.kinds(partition)
        if kind != "points" and (frame := spool.take(partition, kind)) is not None
    ]
    placed = place(points, days, options, log=log)
    tally.issues += placed.issues
    for slots, frame in placed.days.items():
        kw = frame["kw"].to_numpy()
        held = frame.filter(pl.Series(~np.isnan(kw).all(axis=1)))
        tally.placed.update(held["meter"].unique())
        if held.height:
            yield slots, held


def _count(tally: _Tally, days: pl.DataFrame, slots: int, *, known: int) -> None:
    tally.days[slots] += days.height
    tally.readings += int((~np.isnan(days["kw"].to_numpy())).sum())
    tally.known += known


def _counts(issues: Sequence[Issue]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for issue in issues:
        counts[issue.code] += issue.count
    return dict(sorted(counts.items()))


def _record(outcome: SourceOutcome, options: ReadOptions, writer: LakeWriter) -> SourceRecord:
    return SourceRecord(
        digest=outcome.digest,
        path=str(outcome.path.absolute()),
        bytes=outcome.bytes,
        options=options_key(options),
        reader_version=READER_VERSION,
        sequence=writer.sequence,
        simulated=outcome.simulated,
    )


def with_zone(options: ReadOptions, zone: str) -> ReadOptions:
    """Return the options with the workspace's zone where they name none."""
    return options if options.zone is not None else replace(options, zone=zone)
