"""Use cases on instruments: list, show, check, compare, the policy map of a day, the timeline."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from minewatch.model.errors import ConfigurationError, InputError
from minewatch.model.policy_views import (
    InstrumentRow,
    JurisdictionRow,
    PolicyMapView,
    PolicyTimelineView,
    TimelineRow,
)
from minewatch.model.text import Language, Text
from minewatch.policy import divisions
from minewatch.policy.basis import LegalBasis, TakenOn, legal_basis
from minewatch.policy.checking import read_pack
from minewatch.policy.differences import Change, differences
from minewatch.policy.faults import Fault, PackError
from minewatch.policy.library import Held, Library, library
from minewatch.policy.pages import index, page
from minewatch.policy.schema import Pack, latest_day
from minewatch.policy.standing import VERDICT_TEXTS, Moment, Standing, policy_map, timeline
from minewatch.policy.terms import STATUS
from minewatch.reports.policy_charts import Format, map_picture, timeline_picture
from minewatch.stores.workspace import find_workspace

MAX_PACK_BYTES = 1_000_000


def open_library(*, folder: Path | None = None) -> Library:
    """Return the shipped packs and, where ``folder`` is given, the user's own ``*.yaml`` in it, which win over ours openly."""
    if folder is None:
        return library()
    if not folder.is_dir():
        raise InputError(
            Text(f"{folder} is not a folder.", f"{folder} 不是目录。"),
            remedy=Text(
                "Give the folder that holds your own packs (*.yaml).", "请给出存放自有文件包（*.yaml）的目录。"
            ),
        )
    return library({str(file): _text(file) for file in sorted(folder.glob("*.yaml"))})


def find_library(*, folder: Path | None, variable: str | None, start: Path) -> Library:
    """Our packs and the user's: those of ``folder``, else of the folder ``packs`` of the workspace that is found.

    The workspace is the one ``variable``'s value names, else the nearest above ``start``; without one, ours alone.
    """
    if folder is not None:
        return open_library(folder=folder)
    try:
        own = find_workspace(None, variable=variable, start=start).folder / "packs"
    except ConfigurationError:
        if variable:
            raise
        return open_library()
    return open_library(folder=own if own.is_dir() else None)


def list_packs(packs: Library, *, on: date | None = None, code: str | None = None) -> tuple[InstrumentRow, ...]:
    """Every pack in hand; with ``on`` and ``code`` only those that stand in that division on that day.

    ``InputError`` for a code that no division ever had.
    """
    _check_codes(packs, [code] if code is not None else [])
    if on is not None and code is not None:
        return tuple(instrument_row(held) for held in packs.standing(on, code))
    if code is not None:
        return tuple(instrument_row(held) for held in packs.all() if held.pack.jurisdiction.code == code)
    return tuple(
        instrument_row(held)
        for held in packs.all()
        if on is None or held.pack.in_force(on) or any(latest_day(act.on) <= on for act in held.pack.dates)
    )


def _check_codes(packs: Library, codes: Sequence[str]) -> None:
    """Refuse a code that is neither in the table of divisions, of whatever time, nor that of a pack in hand."""
    known = {one.code for one in divisions.all_divisions()} | {held.pack.jurisdiction.code for held in packs.all()}
    for code in codes:
        if code not in known | {divisions.NATION}:
            divisions.find(code, date.max)


def instrument_row(held: Held) -> InstrumentRow:
    """Return the line of a list for one pack."""
    pack = held.pack
    return InstrumentRow(
        id=pack.id,
        title=pack.title.text,
        code=pack.jurisdiction.code,
        place=divisions.name_of(pack.jurisdiction.code, latest_day(pack.jurisdiction.on)),
        status=pack.status.value.value,
        status_text=STATUS[pack.status.value],
        begins=pack.valid.start,
        ends=pack.valid.end,
        version=held.version,
        origin=held.origin,
        overrides=held.overrides,
    )


def pack_data(held: Held) -> dict[str, Any]:
    """Return the pack as plain data for ``--json``, with its version and where it came from."""
    return {
        "version": held.version,
        "origin": held.origin,
        "overrides": held.overrides,
        "pack": held.pack.model_dump(mode="json", by_alias=True),
    }


def pack_page(held: Held, language: Language) -> str:
    """Return the pack as a page in one language."""
    return page(held, language)


def documentation_pages() -> dict[str, str]:
    """``docs/packs/``: the index and a page a shipped pack, in both languages, by file name."""
    held = library().all()
    return {"packs/index.md": index(held), **{f"packs/{item.pack.id}.md": page(item) for item in held}}


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """What the check of files found; ``checked`` are the ids of the packs without fault."""

    checked: tuple[str, ...]
    faults: tuple[Fault, ...]


def check_files(files: Sequence[Path]) -> CheckReceipt:
    """Check each pack file, or every shipped pack when none is given; faults are collected, not raised."""
    if not files:
        return CheckReceipt(tuple(held.pack.id for held in library().all()), ())
    checked: list[str] = []
    faults: list[Fault] = []
    for file in [inner for path in files for inner in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]:
        try:
            checked.append(read_pack(_text(file), str(file)).id)
        except PackError as error:
            faults += error.faults
    return CheckReceipt(tuple(checked), tuple(faults))


def compare(packs: Library, before: str, after: str) -> tuple[Change, ...]:
    """Return what changed between two packs; each is a file or the id of a pack in hand."""
    return differences(_pack(packs, before), _pack(packs, after))


def _pack(packs: Library, name: str) -> Pack:
    path = Path(name)
    return read_pack(_text(path), name) if path.is_file() else packs.get(name).pack


def notice_basis(
    packs: Library, *, identity: str, on: date, person: str | None = None, reason: str | None = None
) -> LegalBasis:
    """Return the legal basis of a notice dated ``on``; ``RuleError`` for a draft or reported instrument nobody took on."""
    taken_on = TakenOn(person, reason) if person and reason else None
    return legal_basis(packs.get(identity), on, taken_on)


def map_view(packs: Library, *, on: date) -> PolicyMapView:
    """Return the policy map of a day."""
    return PolicyMapView(on, tuple(_jurisdiction_row(item) for item in policy_map(packs, on)))


def _jurisdiction_row(item: Standing) -> JurisdictionRow:
    return JurisdictionRow(
        code=item.code,
        name=item.name,
        level=divisions.level(item.code) if item.code.isdigit() else "foreign",
        verdict=item.verdict,
        verdict_text=VERDICT_TEXTS[item.verdict],
        in_force=tuple(map(instrument_row, item.in_force)),
        reported=tuple(map(instrument_row, item.reported)),
        statement=tuple(map(instrument_row, item.statement)),
        draft=tuple(map(instrument_row, item.draft)),
        no_effect=tuple(map(instrument_row, item.no_effect)),
    )


ACT_TEXTS: dict[str, Text] = {
    "signed": Text("signed", "签署"),
    "adopted": Text("adopted", "通过"),
    "issued": Text("issued", "印发"),
    "published": Text("published", "公布"),
    "circulated": Text("circulated", "流传"),
    "confirmed": Text("confirmed", "确认"),
    "held": Text("held", "召开"),
    "comments_from": Text("comments open", "开始征求意见"),
    "comments_to": Text("comments close", "征求意见截止"),
    "effect_from": Text("takes effect", "生效"),
    "effect_to": Text("last day of effect", "失效日"),
    "deadline": Text("deadline", "期限"),
}


def timeline_view(packs: Library, *, codes: Sequence[str] = ()) -> PolicyTimelineView:
    """All dated acts, in order of time; ``codes`` keeps the instruments of some divisions.

    ``InputError`` for a code that no division ever had.
    """
    _check_codes(packs, codes)
    return PolicyTimelineView(tuple(_timeline_row(item) for item in timeline(packs, codes)))


def _timeline_row(item: Moment) -> TimelineRow:
    text = ACT_TEXTS[item.act.split(":")[0]]
    if item.act.startswith("deadline:"):
        deadline = next(d for d in item.held.pack.deadlines if d.id == item.act.removeprefix("deadline:"))
        text = Text(f"deadline {deadline.at}: {deadline.en}", f"期限 {deadline.at}：{deadline.zh}")
    return TimelineRow(item.on, item.precise, item.act, text, instrument_row(item.held))


def save_map(view: PolicyMapView, timetable: PolicyTimelineView, file: Path, language: Language = "en") -> None:
    """Draw the map (dots by division) above the chart of jurisdictions by date, as PNG or SVG by the file's name."""
    file.write_bytes(map_picture(view, timetable, _picture_format(file), language))


def save_timeline(view: PolicyTimelineView, file: Path, language: Language = "en") -> None:
    """Draw the timeline as PNG or SVG by the file's name."""
    file.write_bytes(timeline_picture(view, _picture_format(file), language))


def _picture_format(file: Path) -> Format:
    if file.suffix.lower() not in {".png", ".svg"}:
        raise InputError(
            Text(f"{file.name} is no picture.", f"{file.name} 不是图片文件名。"),
            remedy=Text("Name a file that ends in .png or .svg.", "请以 .png 或 .svg 结尾命名。"),
        )
    return "svg" if file.suffix.lower() == ".svg" else "png"


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_PACK_BYTES:
            raise InputError(
                Text(f"{file} is larger than 1 MB.", f"{file} 大于 1 MB。"),
                remedy=Text("Split it into one pack a file.", "请拆分为每个文件一个包。"),
            )
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise InputError(
            Text(f"There is no file {file}.", f"没有文件 {file}。"),
            remedy=Text("Give the path of a pack file.", "请给出文件包的路径。"),
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Text(f"{file} is not UTF-8.", f"{file} 不是 UTF-8 编码。"),
            remedy=Text("Save the pack as UTF-8.", "请存为 UTF-8。"),
        ) from error


def as_data(view: Any) -> Any:
    """Return a view as plain data for ``--json``: dates as ISO 8601, texts in both languages."""
    return _plain(asdict(view)) if not isinstance(view, tuple) else [_plain(asdict(item)) for item in view]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
