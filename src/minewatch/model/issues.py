"""Issues: what was wrong with the data, by place and remedy. Data is never lost: it is kept, marked and reported.

An issue is *noted* (the value was usable, or the rest was) or *disqualifying* (the value, or the whole file, could not
be used). ``CATALOGUE`` is the one list of codes; a reader may raise no other.
"""

from dataclasses import dataclass
from enum import StrEnum

from minewatch.model.text import Text


class Grade(StrEnum):
    """How much an issue costs."""

    NOTED = "noted"
    DISQUALIFYING = "disqualifying"


@dataclass(frozen=True, slots=True)
class IssueKind:
    """One line of the catalogue: its code, its grade, a sentence (with ``{value}``-like fields) and a remedy."""

    code: str
    grade: Grade
    sentence: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault at one place.

    ``line`` counts physical lines of the file from 1 (0: the whole file; for Parquet and XLSX the row number, headings
    included); ``column`` is the heading or the element's name, empty when the whole line is meant; ``value`` is what
    stood there, at most 80 characters; ``count`` is how many places share the fault when they are reported as one.
    """

    code: str
    grade: Grade
    sentence: Text
    remedy: Text
    file: str
    line: int = 0
    column: str = ""
    value: str = ""
    meter: str = ""
    count: int = 1
