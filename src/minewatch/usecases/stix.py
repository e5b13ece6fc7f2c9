"""Use case: share what was seen of mining pools as a STIX 2.1 bundle, with miners under pseudonyms unless asked otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.model.traffic import Sighting
from minewatch.readers.simulated import is_simulated
from minewatch.reports.stix import TLP, StixOrder, stix_bundle
from minewatch.usecases.import_traffic import all_sightings
from minewatch.usecases.office import open_office
from minewatch.usecases.pseudonyms import open_keys, save_keys
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.sightings import merge_sightings, read_sightings
from minewatch.usecases.simulated import traffic_origin

COLOURS = tuple(TLP)


@dataclass(frozen=True, slots=True)
class Sharing:
    """How to share: who does, under which TLP colour, whether the data is simulated.

    ``keys`` is the file of pseudonyms, made where there is none and kept apart from the bundle; ``None`` shares addresses,
    workers and holders as they are. ``fresh`` is a random key (hex) for a new file.
    """

    producer: str
    tlp: str
    simulated: bool
    keys: Path | None
    fresh: str


def sightings_of(files: Sequence[Path]) -> list[Sighting]:
    """Read sightings files of ``minewatch traffic``; ``InputError`` for one that is none."""
    found: list[Sighting] = []
    for path in files:
        try:
            found += read_sightings(path)
        except (OSError, ValueError, TypeError, KeyError, UnicodeDecodeError) as error:
            raise InputError(
                Text(f"{path} holds no sightings: {error}.", f"{path} 中没有流量记录：{error}。"),
                remedy=Text("Give a file that minewatch traffic wrote.", "请提供 minewatch traffic 写出的文件。"),
            ) from error
    return merge_sightings(found)


def is_marked(path: Path) -> bool:
    """Tell whether a sightings file is marked as simulated, by its name or by a README beside it."""
    return is_simulated(path)


def sightings_kept(
    *, given: Path | None, variable: str | None, start: Path, address: str | None
) -> tuple[list[Sighting], bool]:
    """Return all sightings that were imported into the workspace, and whether they are simulated or all is a rehearsal."""
    with open_office(given=given, variable=variable, start=start, address=address) as office:
        return all_sightings(office.workspace.folder), office.is_rehearsal or traffic_origin(
            office.workspace.folder
        ).is_simulated


def share(*, sightings: Sequence[Sighting], out: Path, how: Sharing, now: datetime) -> int:
    """Write the bundle to ``out`` and return how many sightings are in it. Raises ``InputError`` where there is none."""
    if not sightings:
        raise InputError(
            Text("There is no sighting to share.", "没有可共享的流量记录。"),
            remedy=Text("Run minewatch traffic first.", "请先运行 minewatch traffic。"),
        )
    if how.tlp not in TLP:
        raise InputError(
            Text(f"There is no TLP colour {how.tlp}.", f"没有 TLP 等级 {how.tlp}。"),
            remedy=Text(f"Choose one of {', '.join(TLP)}.", f"请从以下等级中选择：{'、'.join(TLP)}。"),
        )
    keys = None if how.keys is None else open_keys(how.keys, fresh=how.fresh)
    disguise = None if keys is None else keys.of
    order = StixOrder(how.producer, how.tlp, made_at=now, simulated=how.simulated, disguise=disguise)
    content = stix_bundle(sightings, order)
    if keys is not None and how.keys is not None:
        save_keys(how.keys, keys)
    write_file(out, content)
    return content.count(b'"type": "sighting"')
