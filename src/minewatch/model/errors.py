"""Errors a user may meet, each message with its remedy.

::

    MinewatchError
    ├── InputError          what was given cannot be used: a file, a value, an option          exit code 3
    ├── RuleError           the law or the procedure forbids it                                 exit code 4
    ├── ConflictError       somebody else was faster, or the thing exists already              exit code 5
    ├── ConfigurationError  the workspace or the machine is not set up for it                  exit code 6
    └── StoreError          the disk or the database failed                                     exit code 7

The command line maps the classes to exit codes in ``cli/exits.py``; the web maps them to pages. A bug is none of these
and is left to crash.
"""


class MinewatchError(Exception):
    """Root of all errors a user may meet.

    ``message`` says what is wrong, ``remedy`` what to do about it; both are sentences.
    """

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class InputError(MinewatchError):
    """What was given cannot be used."""


class RuleError(MinewatchError):
    """The law or the procedure forbids it."""


class ConflictError(MinewatchError):
    """Somebody else was faster, or the thing exists already."""


class ConfigurationError(MinewatchError):
    """The workspace or the machine is not set up for it."""


class StoreError(MinewatchError):
    """The disk or the database failed."""
