"""A case as a bundle that anyone can check offline: case file, events, evidence, readings, packs, manifest, signature."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from minewatch import __version__
from minewatch.casework.case_state import CaseState, evolve
from minewatch.model.errors import InputError
from minewatch.model.events import JsonValue, NewEvent, StoredEvent, utc_text
from minewatch.model.guard import FORMULA_STARTS
from minewatch.model.text import Text
from minewatch.reports.page_html import page_html
from minewatch.stores.bundle import Sealed, seal
from minewatch.stores.frames import LONG_SCHEMA, day_frames, long_frame
from minewatch.stores.lake import Lake
from minewatch.stores.signing import fingerprint, new_key, sign
from minewatch.stores.verify_bundle import canonical_json, findings_json, readings_digest
from minewatch.usecases.access import append_anyhow
from minewatch.usecases.case_file import page_of
from minewatch.usecases.cases import case_state
from minewatch.usecases.evidence_list import evidence_rows, texts_of
from minewatch.usecases.ledgering import line_of
from minewatch.usecases.office import Turn
from minewatch.usecases.pseudonyms import Pseudonyms, without_names
from minewatch.usecases.sources import source_files
from minewatch.usecases.stops import DAYS_BACK, standard
from minewatch.usecases.time_left import instant_of

EXPORTS = "exports"
KEY = Path("keys") / "signing.pem"
READING_COLUMNS = ("meter", "interval_start", "minutes", "kw")
MARKED = (*FORMULA_STARTS, "'")
"""A cell that starts so gets an apostrophe before it; the verifier takes exactly one away."""


@dataclass(frozen=True, slots=True)
class BundleOrder:
    """What a bundle is to hold: a case, files that its events name by digest, names or pseudonyms."""

    case: str
    attach: tuple[Path, ...] = ()
    pseudonyms: Pseudonyms | None = None


def key_of(turn: Turn) -> bytes:
    """Return the office's private key (PEM), made at first use."""
    path = turn.office.workspace.folder / KEY
    if not path.exists():
        new_key(path)
    return path.read_bytes()


def keygen(*, turn: Turn) -> str:
    """Make the office's key and return its fingerprint; ``ConflictError`` where there is one already."""
    turn.may("ledger.anchor")
    new_key(turn.office.workspace.folder / KEY)
    return fingerprint(sign(key_of(turn), b"")[1])


def bundle(*, turn: Turn, lake: Lake, order: BundleOrder) -> Sealed:
    """Return the case as a signed bundle and put on record that it was made (stream ``exports``).

    Raises ``InputError`` for a case that is not there and for an attachment that no event names.
    """
    state = case_state(turn.office.log, order.case)
    turn.may("case.export", state.jurisdiction)
    events = turn.office.log.stream(order.case)
    head = turn.office.log.head()
    attached = [_attachment(path, events) for path in order.attach]
    readings = tuple(_readings(lake, state.meters))
    windows = _windows(turn, events, readings)
    sources = [asdict(one) for one in source_files(lake, state.meters)]
    meters = state.meters
    if order.pseudonyms is not None:
        events = without_names(events, order.pseudonyms)
        state = _folded(order.case, events)
        readings = tuple(_renamed(frame, order.pseudonyms) for frame in readings)
        windows = {}
        sources = [{**one, "meter": order.pseudonyms.of("meter", one["meter"]), "path": ""} for one in sources]
    page = page_of(turn=turn, lake=lake, state=state, events=events, meters=meters)
    files = [
        ("README.txt", README.encode()),
        ("case/case.zh.html", page_html(page, language="zh").encode("utf-8")),
        ("case/case.en.html", page_html(page, language="en").encode("utf-8")),
        ("case/case.json", canonical_json(_plain(state))),
        ("events/events.jsonl", "".join(line_of(event) + "\n" for event in events).encode("utf-8")),
        ("evidence/evidence.csv", _evidence_csv(events)),
        ("evidence/findings.json", findings_json([asdict(event) for event in events])),
        ("readings/readings.csv", readings_csv(readings)),
        ("readings/readings.parquet", _parquet(readings)),
        ("readings/windows.json", canonical_json(windows)),
        ("readings/sources.json", canonical_json(sources)),
        *attached,
        *_packs(turn, events),
    ]
    about: dict[str, JsonValue] = {
        "case": order.case,
        "made_at": utc_text(turn.at),
        "software": f"minewatch {__version__}",
        "pseudonymous": order.pseudonyms is not None,
        "simulated": page.label is not None,
        "head": {"position": head.position, "hash": head.hash},
    }
    sealed = seal(files, about=about, key_pem=key_of(turn))
    made: dict[str, JsonValue] = {
        "case": order.case,
        "sha256": sealed.digest,
        "fingerprint": sealed.fingerprint,
        "pseudonymous": order.pseudonyms is not None,
        "division": state.jurisdiction,
    }
    append_anyhow(turn.office.log, EXPORTS, NewEvent("export.bundle_made/1", made), turn.stamp)
    return sealed


def _plain(state: CaseState) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(state).items()}


def _folded(case: str, events: Sequence[StoredEvent]) -> CaseState:
    state = CaseState(id=case)
    for event in events:
        state = evolve(state, event)
    return state


def _attachment(path: Path, events: Sequence[StoredEvent]) -> tuple[str, bytes]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            Text(f"{path} cannot be read: {error}.", f"无法读取 {path}：{error}。"),
            remedy=Text("Check the path.", "请检查路径。"),
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if not any(digest in event.data for event in events):
        raise InputError(
            Text(
                f"No event of the case names {path.name} (SHA-256 {digest[:16]}…).",
                f"案件没有事件提及 {path.name}（SHA-256 {digest[:16]}…）。",
            ),
            remedy=Text("Attach the very file that was recorded, unchanged.", "请附上登记时的原文件，不得改动。"),
        )
    ending = "".join(
        letter for letter in path.suffix.lower() if letter.isascii() and (letter.isalnum() or letter == ".")
    )
    return f"evidence/files/{digest}{ending}", content


def _evidence_csv(events: Sequence[StoredEvent]) -> bytes:
    return _csv(("id", "kind", "event", "value"), evidence_rows(events))


def _csv(header: Sequence[str], rows: Iterator[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(_marked(cell) for cell in row)
    return text.getvalue().encode("utf-8")


def _marked(cell: str) -> str:
    return f"'{cell}" if cell.startswith(MARKED) else cell


def _readings(lake: Lake, meters: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield all days of the meters in the lake, one frame a kind of day, in the order in which the lake gives them."""
    for slots in lake.slot_kinds if meters else ():
        frames = list(day_frames(lake, slots, meters=set(meters)))
        if frames:
            yield pl.concat(frames)


def _renamed(frame: pl.DataFrame, pseudonyms: Pseudonyms) -> pl.DataFrame:
    names = {meter: pseudonyms.of("meter", meter) for meter in frame["meter"].unique()}
    return frame.with_columns(pl.col("meter").replace_strict(names, return_dtype=pl.String))


def readings_csv(readings: Sequence[pl.DataFrame]) -> bytes:
    """Return readings as CSV, one row a reading: the shortest text that gives the float32 back exactly."""

    def rows() -> Iterator[tuple[str, ...]]:
        for days in readings:
            for meter, start, minutes, kw in long_frame(days).iter_rows():
                yield meter, start.isoformat(timespec="minutes"), str(minutes), str(np.float32(kw))

    return _csv(READING_COLUMNS, rows())


def _parquet(readings: Sequence[pl.DataFrame]) -> bytes:
    frame = pl.concat([long_frame(days) for days in readings]) if readings else pl.DataFrame(schema=LONG_SCHEMA)
    buffer = io.BytesIO()
    frame.rename({"time": "interval_start"}).write_parquet(buffer)
    return buffer.getvalue()


def _windows(turn: Turn, events: Sequence[StoredEvent], readings: Sequence[pl.DataFrame]) -> dict[str, JsonValue]:
    """Tell for each digest of readings that an event names which days and meters it is of, where they are still the same."""
    found: dict[str, JsonValue] = {}
    state = CaseState()
    for event in events:
        state = evolve(state, event)
        named = [
            one.partition(":")[2] for one in texts_of(event.payload.get("evidence")) if one.startswith("readings:")
        ]
        span = _span_of(turn, state, event.payload) if named else None
        if span is not None:
            window = _window(readings, state.meters, span)
            if window is not None and readings_digest(_table(readings, window), window) == named[0]:
                found[named[0]] = window
    return found


def _span_of(turn: Turn, state: CaseState, data: Mapping[str, Any]) -> tuple[date, date] | None:
    """Return the days of the readings that an event rests on: of the finding, of the verdict, or those it names."""
    given = data.get("finding") or data
    if given.get("first_day") and given.get("last_day"):
        return date.fromisoformat(str(given["first_day"])), date.fromisoformat(str(given["last_day"]))
    return _span(turn, state.deadline, str(data["as_of"])) if state.deadline and data.get("as_of") else None


def _span(turn: Turn, deadline: str, as_of: str) -> tuple[date, date]:
    zone = standard(turn)
    falls, until = (instant_of(one).astimezone(zone).date() for one in (deadline, as_of))
    return falls - timedelta(days=DAYS_BACK), max(until, falls)


def _window(
    readings: Sequence[pl.DataFrame], meters: Sequence[str], span: tuple[date, date]
) -> dict[str, JsonValue] | None:
    first, last = span
    for days in readings:
        held = days.filter(pl.col("day").is_between(first, last) & pl.col("meter").is_in(list(meters)))
        if held.height:
            names: list[JsonValue] = [*held["meter"].unique(maintain_order=True)]
            slots = days["kw"].to_numpy().shape[1]
            return {"first": first.isoformat(), "last": last.isoformat(), "slots": slots, "meters": names}
    return None


def _table(readings: Sequence[pl.DataFrame], window: Mapping[str, Any]) -> dict[tuple[str, int, int], dict[int, float]]:
    table: dict[tuple[str, int, int], dict[int, float]] = {}
    first, last = (datetime.combine(date.fromisoformat(window[name]), time(0)) for name in ("first", "last"))
    for days in readings:
        kw = days["kw"].to_numpy()
        for number, (meter, day) in enumerate(days.select("meter", "day").iter_rows()):
            if first.date() <= day <= last.date() and kw.shape[1] == window["slots"]:
                table[meter, kw.shape[1], day.toordinal()] = dict(enumerate(kw[number].tolist()))
    return table


def _packs(turn: Turn, events: Sequence[StoredEvent]) -> list[tuple[str, bytes]]:
    """Return the texts of the packs that events applied, where the office still has that version."""
    named = sorted({(rule.pack, rule.version) for event in events if (rule := event.reference)})
    held = {(item.pack.id, item.version): item.text for item in turn.office.library.all()}
    return [
        (f"packs/{pack}.yaml", held[pack, version].encode("utf-8"))
        for pack, version in named
        if (pack, version) in held
    ]


README = """This bundle holds one case: its file, its events, what they rest on, the readings, and the rules applied.
To check it, with nothing but Python 3.8 or later:

    python verify_bundle.py BUNDLE.zip [FINGERPRINT]

Take verify_bundle.py from a place you trust (it is part of minewatch), and the fingerprint from the office that made the
bundle. Nobody in it is presumed to be an offender; every finding can be disputed.

本卷宗包含一个案件：案卷、事件、证据、读数及所适用的文件。
仅需 Python 3.8 及以上版本即可核对：

    python verify_bundle.py 卷宗包.zip [密钥指纹]

请从可信来源取得 verify_bundle.py（minewatch 的一部分），并向出具单位索取密钥指纹。
卷宗中任何人不当然视为违规行为人；任何疑点均可提出异议。

case/case.json           the case as its events tell it                    案件状态
case/case.*.html         the case file, Chinese and English                案卷（中、英文）
events/events.jsonl      one event a line, with hashes and positions       事件（含哈希与位置）
evidence/evidence.csv    what the events rest on                           证据目录
readings/                all readings of the case's meters: CSV, Parquet   读数
readings/windows.json    which of them each event used                     各事件所用读数
readings/sources.json    the files they came from, by SHA-256              读数来源文件（SHA-256）
evidence/findings.json   the findings as the events froze them             事件所固定的疑点数据
packs/                   the rules as applied                              所适用文件
manifest.json, .sig      SHA-256 of every file, Ed25519 signature          清单与签名
"""
