"""Exit codes: one table from the errors of ``model/errors.py``.

========  =====================================================================================
code      meaning
========  =====================================================================================
0         done
1         a bug: a traceback is printed, please report it
2         the command line was wrong (unknown option, missing argument)
3         what was given cannot be used: a file, a value, an option; nothing was taken
4         the law or the procedure forbids it
5         conflict: somebody else was faster, or the thing exists already
6         the workspace or the machine is not set up for it
7         the disk or the database failed
10        done, but some rows could not be used; they are listed with file, line and remedy
130       interrupted; run the same command again to go on
========  =====================================================================================
"""

from minewatch.model.errors import (
    ConfigurationError,
    ConflictError,
    InputError,
    MinewatchError,
    RuleError,
    StoreError,
)

DONE_WITH_ISSUES = 10
INTERRUPTED = 130

EXIT_CODES: dict[type[MinewatchError], int] = {
    InputError: 3,
    RuleError: 4,
    ConflictError: 5,
    ConfigurationError: 6,
    StoreError: 7,
}


def exit_code(error: MinewatchError) -> int:
    """Return the exit code of ``error``: that of its nearest class in the table."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)
