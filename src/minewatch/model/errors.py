"""Errors a user may meet, each message with its remedy.

::

    MinewatchError
    ├── InputError          what was given cannot be used: a file, a value, an option          exit code 3
    │   └── MissingError    what was named is not there: a case, a campaign, a pack             exit code 3
    ├── RuleError           the law or the procedure forbids it                                 exit code 4
    ├── ConflictError       somebody else was faster, or the thing exists already              exit code 5
    ├── ConfigurationError  the workspace or the machine is not set up for it                  exit code 6
    └── StoreError          the disk or the database failed                                     exit code 7

The command line maps the classes to exit codes in ``cli/exits.py``; the web maps them to pages. A bug is none of these
and is left to crash.
"""

from typing import Self

from minewatch.model.text import Language, Text


class MinewatchError(Exception):
    """Root of all errors a user may meet.

    The message says what is wrong, the remedy what to do about it; both are sentences in both languages. ``message`` and
    ``remedy`` are the English ones; :meth:`told` gives those of a language.
    """

    def __init__(self, message: Text, *, remedy: Text) -> None:
        self._wrong = message
        self._cure = remedy
        super().__init__(f"{self._wrong.en} {self._cure.en}")

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self._wrong.en

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self._cure.en

    def told(self, language: Language) -> tuple[str, str]:
        """Return message and remedy in ``language``."""
        return self._wrong.in_language(language), self._cure.in_language(language)

    def about(self, subject: str, *, more: Text | None = None) -> Self:
        """Return the same error told of ``subject`` (empty: as it is), with ``more`` after its remedy."""
        head = Text(f"{subject}: ", f"{subject}：") if subject else Text("", "")
        tail = Text(f" {more.en}", more.zh) if more else Text("", "")
        wrong = Text(head.en + self._wrong.en, head.zh + self._wrong.zh)
        return type(self)(wrong, remedy=Text(self._cure.en + tail.en, self._cure.zh + tail.zh))


class InputError(MinewatchError):
    """What was given cannot be used."""


class MissingError(InputError):
    """What was named is not there."""


class RuleError(MinewatchError):
    """The law or the procedure forbids it."""


class ConflictError(MinewatchError):
    """Somebody else was faster, or the thing exists already."""


class ConfigurationError(MinewatchError):
    """The workspace or the machine is not set up for it."""


class StoreError(MinewatchError):
    """The disk or the database failed."""
