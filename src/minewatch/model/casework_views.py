"""Views of casework: what screen and paper show alike."""

from dataclasses import dataclass

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class RollUpRow:
    """Figures of one division (code and name) at the end of a period; ``new_…`` are of the period itself.

    ``mw`` is the mining power of what is known (``power_unknown`` cases are not in it), ``hash_rate_ths`` the sum of what
    returns named (``hash_rate_known`` of them). ``stopped`` counts cases whose stop the data confirmed (``late`` of them after
    the deadline for sure, ``side_open`` on a side of it that cannot be told), ``verified`` those confirmed again. ``overdue``
    goes by the time a load stopped, whenever that was verified; all else is as on record at the end of the period.
    """

    name: Text
    division: str
    projects: int
    mw: float
    power_unknown: int
    hash_rate_ths: float
    hash_rate_known: int
    noticed: int
    stopped: int
    stopped_mw: float
    late: int
    side_open: int
    verified: int
    overdue: int
    cannot_tell: int
    measures: int
    referred: int
    restored: int
    closed: int
    disputed: int
    repeats: int
    contradictions: int
    resumptions: int
    new_projects: int
    new_stops: int
    new_contradictions: int
    new_resumptions: int


@dataclass(frozen=True, slots=True)
class RollUpView:
    """One roll-up: campaign, period (``whole`` is false where it is not over), rows by division and their total."""

    campaign: str
    title: str
    period: str
    level: str
    begins: str
    ends: str
    whole: bool
    simulated: bool
    rows: tuple[RollUpRow, ...]
    total: RollUpRow


ROLL_UP_COLUMNS: tuple[tuple[str, Text], ...] = (
    ("name", Text("division", "行政区划")),
    ("projects", Text("projects", "项目数")),
    ("mw", Text("MW", "兆瓦")),
    ("hash_rate_ths", Text("TH/s reported", "上报算力 TH/s")),
    ("noticed", Text("noticed", "已通知")),
    ("stopped", Text("stopped", "已停机")),
    ("late", Text("of these late", "其中逾期停机")),
    ("side_open", Text("side open", "时限前后不明")),
    ("verified", Text("verified again", "复核停机")),
    ("overdue", Text("overdue", "逾期")),
    ("cannot_tell", Text("cannot tell", "无法判定")),
    ("referred", Text("referred", "移送")),
    ("restored", Text("restored", "恢复供电")),
    ("contradictions", Text("contradictions", "矛盾")),
    ("resumptions", Text("resumptions", "复机")),
    ("new_projects", Text("new", "新增")),
    ("new_stops", Text("newly stopped", "新停机")),
)
"""The columns a roll-up shows, in order."""
