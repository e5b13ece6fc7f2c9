"""Faults met while reading traffic, counted by code so that a broken terabyte makes a short list."""

from dataclasses import dataclass, field, replace

from minewatch.model.issues import VALUE_LENGTH, Issue
from minewatch.model.text import Text
from minewatch.model.traffic_issues import TRAFFIC_ISSUES


@dataclass(slots=True)
class TrafficLog:
    """Collects issues of one file; the first place of each code is kept, the others are counted."""

    file: str
    found: dict[str, Issue] = field(default_factory=dict)

    def note(self, code: str, *, line: int = 0, value: str = "") -> None:
        """Count one fault of ``code`` (a key of ``TRAFFIC_ISSUES``).

        ``value`` is cut to 80 characters; it stands in the sentence where that has a place for it.
        """
        known = self.found.get(code)
        if known is not None:
            self.found[code] = replace(known, count=known.count + 1)
            return
        kind = TRAFFIC_ISSUES[code]
        value = value[:VALUE_LENGTH]
        en, zh = (text.replace("{value}", value) for text in (kind.sentence.en, kind.sentence.zh))
        self.found[code] = Issue(code, kind.grade, Text(en, zh), kind.remedy, self.file, line=line, value=value)

    @property
    def issues(self) -> list[Issue]:
        """The issues, by code."""
        return [self.found[code] for code in sorted(self.found)]
