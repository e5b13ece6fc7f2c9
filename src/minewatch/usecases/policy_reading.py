"""Use case: read notices and news into events, a timeline and draft packs."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta, timezone
from pathlib import Path
from typing import Any

from minewatch.model.documents import Document
from minewatch.model.errors import InputError
from minewatch.model.guard import neutral
from minewatch.model.text import Text
from minewatch.policy.library import Held, Library
from minewatch.policy.reading_compare import Contradiction, contradictions, same_instruments
from minewatch.policy.reading_draft import DraftPack, draft_packs
from minewatch.policy.reading_events import Event, events, limit_of, offset_of
from minewatch.policy.reading_time import day_in_text
from minewatch.policy.reading_triggers import language_of
from minewatch.readers.documents import files_of, read_file

# Documents are dated on the clock of the place they write about; Chinese ones in China Standard Time.
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Reading:
    """One document read: its events in the order of the text, the drafts made of them, and what does not agree."""

    document: Document
    today: date
    dated: bool
    events: tuple[Event, ...]
    drafts: tuple[DraftPack, ...]
    contradictions: tuple[Contradiction, ...]
    packs: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A document of a folder that could not be read, and what to do about it."""

    name: str
    error: InputError


def read_documents(path: Path, packs: Library, *, today: date | None = None) -> tuple[list[Reading], list[Refused]]:
    """Read a file, a folder or a feed. ``today`` dates documents that name no date themselves; without it they need one.

    One file that cannot be read is an ``InputError``; of a folder the others are read and those are listed.
    """
    readings: list[Reading] = []
    refused: list[Refused] = []
    for file in files_of(path):
        try:
            readings += [read_document(document, packs.all(), today=today) for document in read_file(file)]
        except InputError as error:
            if not path.is_dir():
                raise
            refused.append(Refused(str(file.relative_to(path)), error))
    return readings, refused


def readings_data(path: Path, readings: Sequence[Reading], refused: Sequence[Refused]) -> Any:
    """Plain data of a run: one object for one document, a list for a folder or a feed; refused ones with their remedy."""
    data: list[dict[str, Any]] = [reading_data(reading) for reading in readings]
    data += [
        {
            "document": {"name": item.name},
            "error": item.error.message,
            "remedy": item.error.remedy,
            "events": [],
            "draft": None,
        }
        for item in refused
    ]
    many = path.is_dir() or any(reading.document.format == "feed" for reading in readings)
    return data if many else data[0]


def read_document(document: Document, packs: Sequence[Held], *, today: date | None = None) -> Reading:
    """Read one document.

    Relative dates are resolved against the date of its head, else ``today``, else a full date on the first or last lines
    of its text; ``InputError`` where there is none of these.
    """
    day = document_day(document) or today or day_in_text(document.text)
    if day is None:
        raise InputError(
            Text(
                f"{document.name} names no date of its own, so that dates such as 6月17日 cannot be resolved.",
                f"{document.name} 没有写明自身日期，无法推定“6月17日”之类的日期。",
            ),
            remedy=Text("Give the day it is of: --date 2021-06-18.", "请给出文件日期：--date 2021-06-18。"),
        )
    found = events(document.text, day, document.title_span)
    drafts = draft_packs(document, found, day)
    return Reading(
        document,
        day,
        document.published is not None,
        tuple(found),
        tuple(drafts),
        tuple(contradictions(found, packs)),
        tuple(packs),
    )


def document_day(document: Document) -> date | None:
    """Day of the document in China's time (for a Chinese text) or in its own; missing where it names none."""
    if document.published is None:
        return None
    if document.date_only:
        return document.published.date()
    return document.published.astimezone(_CHINA if language_of(document.text) == "zh" else UTC).date()


def event_data(reading: Reading, event: Event) -> dict[str, Any]:
    """One event as plain data. ``text`` is always ``document.text[span[0]:span[1]]``; ``spans`` tells each field's own."""
    text = reading.document.text
    offset = offset_of(event)
    spans: dict[str, Any] = {
        "who": [[agency.start, agency.end] for agency in event.who],
        "jurisdiction": [event.place.start, event.place.end] if event.place else None,
    }
    for name in ("when", "deadline", "title", "number"):
        value = getattr(event, name)
        spans[name] = [value.start, value.end] if value is not None else None
    return {
        "kind": event.kind,
        "who": "、".join(agency.name for agency in event.who) or None,
        "jurisdiction": event.place.name.zh if event.place else None,
        "jurisdiction_en": event.place.name.en if event.place else None,
        "code": event.place.code if event.place else None,
        "when": event.when.written(offset) if event.when else None,
        "deadline": event.deadline.written(offset) if event.deadline else None,
        "title": event.title.value if event.title else None,
        "number": event.number.value if event.number else None,
        "measures": [
            {
                "action": done.action.value,
                "object": done.object,
                "immediate": done.immediate,
                "deadline": limit.written(offset) if (limit := limit_of(text, event, done)) else None,
                "span": [done.start, done.end],
                "text": text[done.start : done.end],
            }
            for done in event.measures
        ],
        "quantities": [
            {
                "value": float(amount.value) if amount.value % 1 else int(amount.value),
                "unit": amount.unit,
                "about": amount.about,
                "span": [amount.start, amount.end],
                "text": text[amount.start : amount.end],
            }
            for amount in event.quantities
        ],
        "certainty": event.certainty,
        "one_source": event.one_source,
        "span": [event.start, event.end],
        "text": text[event.start : event.end],
        "spans": spans,
        "places": [{"code": place.code, "name": place.name.zh} for place in event.others],
        "doubtful": [{"en": doubt.en, "zh": doubt.zh} for doubt in event.doubts],
        "packs": list(same_instruments(event, reading.packs)),
    }


def reading_data(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain data: ``document``, ``events``, ``draft``."""
    document = reading.document
    return {
        "document": {
            "name": document.name,
            "format": document.format,
            "encoding": document.encoding,
            "sha256": document.digest,
            "language": language_of(document.text),
            "title": document.title or None,
            "title_span": list(document.title_span) if document.title_span else None,
            "author": document.author or None,
            "categories": list(document.categories),
            "published": document.published.isoformat() if document.published else None,
            "date_from": document.date_from or ("text" if day_in_text(document.text) == reading.today else "given"),
            "today": reading.today.isoformat(),
            "text": document.text,
        },
        "events": [event_data(reading, event) for event in reading.events],
        "draft": {
            "packs": [
                {
                    "id": draft.id,
                    "event": draft.event,
                    "doubtful": [{"en": doubt.en, "zh": doubt.zh} for doubt in draft.doubtful],
                    "yaml": draft.yaml,
                }
                for draft in reading.drafts
            ],
            "contradictions": [
                {
                    "event": item.event,
                    "pack": item.pack,
                    "field": item.field,
                    "says": item.says,
                    "pack_says": item.pack_says,
                    "span": list(item.span),
                    "text": {"en": item.text.en, "zh": item.text.zh},
                }
                for item in reading.contradictions
            ],
        },
    }


def timeline_of(readings: Sequence[Reading]) -> list[tuple[str, Reading, Event]]:
    """All events of all documents in order of their day; those without one last, in the order of the texts."""
    rows = [
        ((event.when.day.isoformat() if event.when and event.when.day else "~"), reading, event)
        for reading in readings
        for event in reading.events
    ]
    return sorted(rows, key=lambda row: row[0])


TIMELINE = ("day", "code", "place", "kind", "who", "deadline", "certainty", "document", "start", "end", "text")


def _timeline_table(readings: Sequence[Reading]) -> str:
    """Return the timeline as CSV, so that a folder of documents that holds it is not read as one document more."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TIMELINE)
    for when, reading, event in timeline_of(readings):
        data = event_data(reading, event)
        said = (data["code"], data["jurisdiction"], data["kind"], data["who"], data["deadline"], data["certainty"])
        day = "" if when == "~" else when
        words = data["text"].replace("\n", " ")
        cells = [day, *said, reading.document.name, event.start, event.end, words]
        writer.writerow(neutral(cell) if isinstance(cell, str) else cell for cell in cells)
    return out.getvalue()


def save_readings(readings: Sequence[Reading], folder: Path) -> list[Path]:
    """Write the timeline, each draft pack as YAML and each reading as JSON into ``folder``; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    taken: set[str] = set()
    timeline = folder / "timeline.csv"
    timeline.write_text(_timeline_table(readings), "utf-8-sig")
    written.append(timeline)
    for number, reading in enumerate(readings, 1):
        stem = f"reading-{number}" if len(readings) > 1 else "reading"
        file = folder / f"{stem}.json"
        file.write_text(json.dumps(reading_data(reading), ensure_ascii=False, indent=2) + "\n", "utf-8")
        written.append(file)
        for draft in reading.drafts:
            name = draft.id if draft.id not in taken else f"{draft.id}-of-{number}"
            taken.add(name)
            text = draft.yaml if name == draft.id else draft.yaml.replace(f"id: {draft.id}\n", f"id: {name}\n", 1)
            pack = folder / f"{name}.yaml"
            pack.write_text(text, "utf-8")
            written.append(pack)
    return written
