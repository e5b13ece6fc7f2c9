"""Where data comes from: measured, simulated for practice, or both together; the label that simulated data never loses."""

from collections.abc import Iterable
from enum import StrEnum

from minewatch.model.text import Text

SIMULATED = Text(
    "SIMULATED DATA: made by a program for practice. No real person, place or meter is described.",
    "模拟数据：由程序生成，仅供演练，不涉及任何真实的个人、地点或计量点。",
)
MIXED = Text(
    "PARTLY SIMULATED DATA: simulated data and other data stand together here; nothing below is a record of real meters "
    "alone. Keep practice in a workspace of its own.",
    "部分为模拟数据：模拟数据与其他数据混在一起，以下内容不能视为仅反映真实计量点。演练请使用单独的工作区。",
)
REHEARSAL = Text("REHEARSAL: simulated, not a real case", "演练：模拟数据，非真实案件")
"""The label of a declared rehearsal's papers."""


class Origin(StrEnum):
    """What some data rests on. ``MEASURED`` means only that nothing marked as simulated is in it."""

    MEASURED = "measured"
    SIMULATED = "simulated"
    MIXED = "mixed"

    @property
    def label(self) -> Text | None:
        """The label to show wherever the data is shown; None where nothing is simulated."""
        return {Origin.MEASURED: None, Origin.SIMULATED: SIMULATED, Origin.MIXED: MIXED}[self]

    @property
    def mark(self) -> Text | None:
        """The label in a word or two, for the head of a letter; None where nothing is simulated."""
        return {
            Origin.MEASURED: None,
            Origin.SIMULATED: Text("SIMULATED DATA", "模拟数据"),
            Origin.MIXED: Text("PARTLY SIMULATED DATA", "部分为模拟数据"),
        }[self]

    @property
    def is_simulated(self) -> bool:
        """Whether a label must be shown: some or all of it is simulated."""
        return self is not Origin.MEASURED

    @property
    def cell(self) -> str:
        """Answer to a column named ``simulated`` in a table."""
        return {Origin.MEASURED: "no", Origin.SIMULATED: "yes", Origin.MIXED: "partly"}[self]

    @property
    def remark(self) -> str:
        """The remark that rows of readings carry in files; empty where nothing is simulated. Importers know it again."""
        return {
            Origin.MEASURED: "",
            Origin.SIMULATED: "模拟数据 SIMULATED",
            Origin.MIXED: "部分模拟数据 PARTLY SIMULATED",
        }[self]


def origin_of(cell: str) -> Origin:
    """Return the origin that a cell of a column ``simulated`` tells; what is no such answer tells nothing."""
    return next((one for one in Origin if one.cell == cell.strip().casefold()), Origin.MEASURED)


def together(origins: Iterable[Origin]) -> Origin:
    """Return the origin of data that rests on all of ``origins``; of nothing it is ``MEASURED``."""
    found = set(origins)
    if len(found) > 1:
        return Origin.MIXED
    return found.pop() if found else Origin.MEASURED
