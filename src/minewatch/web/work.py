"""The thread in which a running console does the work that waits."""

import threading

from minewatch.usecases import jobs
from minewatch.web.console import Console


def work(console: Console) -> None:
    """Let what waits be done in the background; the thread ends when nothing waits, or with the program."""
    threading.Thread(
        target=jobs.keep_working,
        kwargs={"office": console.office, "clock": console.clock},
        name="minewatch-jobs",
        daemon=True,
    ).start()
