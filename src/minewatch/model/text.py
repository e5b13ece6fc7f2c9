"""A text in the two languages users read."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English and in Chinese (simplified); either may hold ``{named}`` fields for :meth:`format`."""

    en: str
    zh: str

    def format(self, **values: object) -> "Text":
        """Fill the named fields of both languages with the same values."""
        return Text(self.en.format(**values), self.zh.format(**values))

    def in_language(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en
