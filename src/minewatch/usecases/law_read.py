"""A notice or a news text read on a page: its words with what was seen in them, its events, draft packs, contradictions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from minewatch.model.errors import InputError
from minewatch.model.law_views import NoticeEvent, NoticePiece, NoticeReading
from minewatch.model.text import Text
from minewatch.readers.documents import read_bytes
from minewatch.usecases.law import law_library
from minewatch.usecases.office import Turn
from minewatch.usecases.policy_reading import Reading, event_data, read_document, reading_data

MAX_BYTES = 5_000_000
MAX_EVENTS = 500

FIELDS: dict[str, Text] = {
    "deadline": Text("deadline", "期限"),
    "when": Text("when", "时间"),
    "number": Text("number", "文号"),
    "title": Text("title", "标题"),
    "who": Text("who", "主体"),
    "jurisdiction": Text("where", "地区"),
    "measures": Text("measure", "措施"),
    "quantities": Text("quantity", "数量"),
    "event": Text("event", "事项"),
}
"""What is marked in a text; where two are seen in the same words, the one named first here is shown."""


def read_notice(*, turn: Turn, content: bytes, name: str = "", today: date | None = None) -> tuple[NoticeReading, ...]:
    """Read what was pasted or uploaded; nothing is kept. ``today`` dates a text that names no day of its own.

    Raises ``InputError`` for what is too large, is no document, or names no day while ``today`` is missing.
    """
    packs = law_library(turn).all()
    if len(content) > MAX_BYTES:
        raise InputError(
            Text(
                f"The document is larger than {MAX_BYTES // 1_000_000} MB.", f"文件超过 {MAX_BYTES // 1_000_000} MB。"
            ),
            remedy=Text("Give the notice itself.", "请只提供通知本身。"),
        )
    documents = read_bytes(content, name or "text")
    return tuple(_view(read_document(one, packs, today=today)) for one in documents)


def _view(reading: Reading) -> NoticeReading:
    events = [event_data(reading, event) for event in reading.events[:MAX_EVENTS]]
    data = reading_data(reading)
    return NoticeReading(
        name=reading.document.name,
        title=reading.document.title,
        today=reading.today,
        date_from=str(data["document"]["date_from"]),
        pieces=tuple(pieces_of(reading.document.text, events)),
        events=tuple(_event(number, one) for number, one in enumerate(events, start=1)),
        drafts=tuple((one.id, tuple(one.doubtful), one.yaml) for one in reading.drafts),
        contradictions=tuple(one.text for one in reading.contradictions),
    )


def _event(number: int, data: dict[str, Any]) -> NoticeEvent:
    return NoticeEvent(
        number=number,
        kind=str(data["kind"]),
        who=str(data["who"] or ""),
        place=Text(str(data["jurisdiction_en"] or ""), str(data["jurisdiction"] or "")),
        when=str(data["when"] or ""),
        deadline=str(data["deadline"] or ""),
        measures=tuple(dict.fromkeys(str(done["action"]).replace("_", " ") for done in data["measures"])),
        certainty=str(data["certainty"]),
        doubts=tuple(Text(one["en"], one["zh"]) for one in data["doubtful"]),
        packs=tuple(data["packs"]),
    )


def pieces_of(text: str, events: list[dict[str, Any]]) -> Iterator[NoticePiece]:
    """Cut a text into stretches that bear the same mark; joined, the pieces are the text."""
    order = {name: rank for rank, name in enumerate(FIELDS)}
    marks: list[tuple[str, int] | None] = [None] * len(text)
    for number, event in enumerate(events, start=1):
        for field, (start, end) in _spans(event):
            for place in range(max(start, 0), min(end, len(text))):
                held = marks[place]
                if held is None or order[field] < order[held[0]]:
                    marks[place] = (field, number)
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or marks[place] != marks[start]:
            field, number = marks[start] or ("", 0)
            yield NoticePiece(text[start:place], field, number)
            start = place


def _spans(event: dict[str, Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    yield "event", tuple(event["span"])
    for name in ("deadline", "when", "number", "title", "jurisdiction"):
        if event["spans"][name]:
            yield name, tuple(event["spans"][name])
    for span in event["spans"]["who"]:
        yield "who", tuple(span)
    for name in ("measures", "quantities"):
        for one in event[name]:
            yield name, tuple(one["span"])
