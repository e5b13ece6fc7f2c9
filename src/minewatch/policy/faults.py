"""One fault of a pack: file, line, path, what is wrong, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from minewatch.model.errors import InputError
from minewatch.model.text import Text

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at one place; ``line`` counts from 1, 0 when the file as a whole is meant."""

    file: str
    line: int
    path: str
    wrong: Text
    remedy: Text

    def sentence(self) -> str:
        """One English line: file, line, path, what is wrong, what to do."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.path + ': ' if self.path else ''}{self.wrong.en} {self.remedy.en}"


class PackError(InputError):
    """A pack cannot be used; ``faults`` lists every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown = "\n".join(f"  {fault.sentence()}" for fault in faults[:20])
        more = f"\n  … and {len(faults) - 20} more" if len(faults) > 20 else ""
        count = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}"
        super().__init__(
            f"{faults[0].file} is not a valid pack ({count}):\n{shown}{more}",
            remedy="Mend these places; `minewatch policy check FILE` tells when none is left.",
        )
        self.faults = tuple(faults)


def dotted(path: Path) -> str:
    """Write a path as ``deadlines[1].at``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
