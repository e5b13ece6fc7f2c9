"""Work that runs in the background of a workspace: an import, a screening, a balance; one at a time."""

from dataclasses import dataclass, field
from enum import StrEnum

from minewatch.model.text import Text


class JobKind(StrEnum):
    """What a job does."""

    READINGS = "readings"
    GRID = "grid"
    METERS = "meters"
    GENERATION = "generation"
    WEATHER = "weather"
    OUTAGES = "outages"
    HOLIDAYS = "holidays"
    TRAFFIC = "traffic"
    RECHECK = "recheck"
    SCREEN = "screen"
    BALANCE = "balance"
    COVERAGE = "coverage"


class JobState(StrEnum):
    """Where a job stands; interrupted: its process ended before it did, it can be resumed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


JOB_KINDS: dict[JobKind, Text] = {
    JobKind.READINGS: Text("import of readings", "导入读数"),
    JobKind.GRID: Text("import of the grid", "导入电网拓扑"),
    JobKind.METERS: Text("import of meters", "导入计量点档案"),
    JobKind.GENERATION: Text("import of stations and generation", "导入电站及发电"),
    JobKind.WEATHER: Text("import of weather", "导入气象"),
    JobKind.OUTAGES: Text("import of known outages", "导入已知网络中断"),
    JobKind.HOLIDAYS: Text("import of public holidays", "导入法定节假日"),
    JobKind.TRAFFIC: Text("import of traffic", "导入流量"),
    JobKind.RECHECK: Text("judging files again", "重新检查文件"),
    JobKind.SCREEN: Text("screening", "筛查"),
    JobKind.BALANCE: Text("balance of the grid", "电网平衡计算"),
    JobKind.COVERAGE: Text("coverage and gaps", "数据完整率统计"),
}

JOB_STATES: dict[JobState, Text] = {
    JobState.WAITING: Text("waiting", "等待中"),
    JobState.RUNNING: Text("running", "进行中"),
    JobState.DONE: Text("done", "已完成"),
    JobState.FAILED: Text("failed", "失败"),
    JobState.INTERRUPTED: Text("interrupted", "已中断"),
}


NO_WORDS = Text("", "")
"""Nothing to say."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Times are UTC texts as the ledger writes them, empty: not yet. ``done`` of ``all`` is how far it is.

    ``files`` are paths the program chose itself, ``options`` what was said about them, ``said`` and ``remedy`` its result or
    what went wrong, as sentences; ``figures`` numbers of the result by name.
    """

    id: str
    kind: JobKind
    by: str
    asked_at: str
    files: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    state: JobState = JobState.WAITING
    started_at: str = ""
    ended_at: str = ""
    done: int = 0
    all: int = 0
    said: Text = NO_WORDS
    remedy: Text = NO_WORDS
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more unless somebody resumes it."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.INTERRUPTED}
