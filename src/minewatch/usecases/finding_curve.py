"""The readings behind one finding: only its meter is read from the lake; and the files and lines they came from."""

from pathlib import Path
from typing import Any

from minewatch.model.findings_views import FindingCurve, FindingLine, SourceTrace
from minewatch.readers.mentions import lines_naming
from minewatch.stores.lake import Lake
from minewatch.usecases.findings import find_line
from minewatch.usecases.findings_state import kept_findings
from minewatch.usecases.office import Turn
from minewatch.usecases.screen_report import one_series
from minewatch.usecases.sources import source_files

SHOWN_LINES = 20
WITHOUT_LINES = ".parquet"
LARGEST_SEARCHED = 512 << 20
"""A larger file is named but not searched for lines."""


def curve(*, turn: Turn, run: str, meter: str) -> FindingCurve:
    """Return the readings of a finding's days with the estimated mining part; who may read the finding may see them.

    The readings are those the lake holds now. No series where it holds none of that kind of day.
    """
    line = find_line(turn, kept_findings(turn.office), run=run, meter=meter)
    return curve_of(line, turn.office.workspace.lake())


def curve_of(line: FindingLine, lake: Lake) -> FindingCurve:
    """Return the readings of ``line``'s days from ``lake``."""
    series = None
    if line.slots in lake.slot_kinds and line.first_day is not None and line.last_day is not None:
        (shard,) = lake.shards_of({line.meter})
        blocks = lake.blocks(
            shard, line.slots, first_day=line.first_day, last_day=line.last_day, meters=frozenset({line.meter})
        )
        for block in blocks:
            series = one_series(block, 0, _record(line))
    return FindingCurve(line.meter, series, line.since, line.until)


def _record(line: FindingLine) -> dict[str, Any]:
    """Return what ``detect`` needs of a finding to draw its mining part."""
    return {
        "mining_kw": line.mining.value if line.mining else None,
        "first_day": line.first_day,
        "last_day": line.last_day,
        "since": line.since,
        "until": line.until,
        "pattern": line.pattern,
    }


def traced(*, turn: Turn, run: str, meter: str) -> tuple[SourceTrace, ...]:
    """Return the files that the meter's readings came from, and where they name it; of a path its last two names.

    A file is searched where it still lies where it was imported from, has the same size, and is not very large. The lake may
    know a file only as one of several that were merged; one that was searched and does not name the meter is left out.
    """
    line = find_line(turn, kept_findings(turn.office), run=run, meter=meter)
    lake = turn.office.workspace.lake()
    imported = {record.sequence: record.at for record in lake.manifest.imports}
    at = {source.digest: imported.get(source.sequence, "") for source in lake.manifest.sources}
    found = []
    for file in source_files(lake, (line.meter,)):
        path = Path(file.path)
        there = _is_there(path, file.bytes)
        searched = there and file.bytes <= LARGEST_SEARCHED and not file.path.endswith(WITHOUT_LINES)
        lines = _lines(path, line.meter) if searched else []
        if searched and not lines:
            continue
        found.append(
            SourceTrace(
                path="/".join(path.parts[-2:]),
                digest=file.sha256,
                imported_at=at[file.sha256],
                found=there,
                lines=tuple(lines[:SHOWN_LINES]),
                more=len(lines) > SHOWN_LINES,
            )
        )
    return tuple(found)


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.is_file() and path.stat().st_size == size
    except OSError:
        return False


def _lines(path: Path, meter: str) -> list[int]:
    lines: list[int] = []
    for _, number, _ in lines_naming(path, [meter]):
        lines.append(number)
        if len(lines) > SHOWN_LINES:
            break
    return lines
