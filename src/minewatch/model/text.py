"""A text in the two languages users read."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts, in English: ``1 meter``, ``1,200 meters``, ``1 box``, ``3 boxes``.

    ``many`` is the plural where it is more than ``one`` with an s. Chinese needs no such thing.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


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
