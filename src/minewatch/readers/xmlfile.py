"""XML files of readings: finds out which of the known formats it is and streams it; faults become issues."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from minewatch.model.text import Text
from minewatch.readers.cim import read_cim
from minewatch.readers.greenbutton import read_greenbutton
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions
from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, open_plain
from minewatch.readers.xmlstream import ForbiddenXmlError, MalformedXmlError, Utf8Stream, declared_encoding

Frames = Iterator[tuple[pl.DataFrame, Literal["points", "days"], int]]

_START = re.compile(r"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*(?:[:\s/>]|$))")
_ESPI = re.compile(r"naesb\.org/espi|<(?:\w+:)?(?:IntervalBlock|UsagePoint|ReadingType)[\s>/]")
_CIM = re.compile(r"MeterReadings#|<(?:\w+:)?(?:MeterReadings|IntervalBlocks)[\s>/]")


OTHER_XML = Text("XML that is neither ESPI nor CIM MeterReadings", "XML 既非 ESPI 也非 CIM MeterReadings")


class _Format(Protocol):
    def __call__(
        self, first: Utf8Stream, second: Utf8Stream, *, file: str, default_meter: str, meter: str | None, log: IssueLog
    ) -> Iterator[pl.DataFrame]: ...


def likes_xml(start: bytes) -> bool:
    """Tell whether a file that begins with these plain bytes is XML."""
    text = start.decode(declared_encoding(start), errors="replace").lstrip("\ufeff")
    return _START.match(text) is not None


def open_xml(path: Path, file: str, options: ReadOptions, log: IssueLog) -> tuple[Layout | None, Frames]:
    """Open an XML file of readings (a reader of ``readers.readings``); it says itself what it holds, so has no layout."""
    return None, _frames(path, file, options, log)


def _frames(path: Path, file: str, options: ReadOptions, log: IssueLog) -> Frames:
    opened = (open_plain(path), open_plain(path))
    default = options.meter or path.name.split(".")[0]
    second: Utf8Stream | None = None
    try:
        reader = _format_of(path)
        if reader is None:
            log.note("unknown_layout", file, said=OTHER_XML)
            return
        first, second = Utf8Stream(opened[0]), Utf8Stream(opened[1])
        pieces = reader(first, second, file=file, default_meter=default, meter=options.meter, log=log)
        for frame in pieces:
            yield frame, "points", opened[1].position()
    except ForbiddenXmlError as error:
        log.note("xml_forbidden", file, value=str(error))
    except MalformedXmlError as error:
        log.note("xml_malformed", file, value=str(error))
    except BrokenEndError as error:
        log.note("truncated_file", file, said=error.why)
    except ExpandsTooMuchError:
        log.note("expands_too_much", file)
    finally:
        for one in opened:
            one.close()
    if second is not None and second.replaced:
        log.note("wrong_encoding", file, value=second.encoding)


def _format_of(path: Path) -> _Format | None:
    """Find the format by the first 256 KB: a name space, or the names of elements."""
    opened = open_plain(path)
    try:
        start = opened.read(1 << 18)
    finally:
        opened.close()
    text = start.decode(declared_encoding(start), errors="replace")
    for pattern, reader in ((_CIM, read_cim), (_ESPI, read_greenbutton)):
        if pattern.search(text):
            return reader
    return None
