"""One fault of a pack: file, line, path, what is wrong, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from minewatch.model.errors import InputError
from minewatch.model.text import Text, counted

Path = tuple[str | int, ...]
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at one place; ``line`` counts from 1, 0 when the file as a whole is meant."""

    file: str
    line: int
    path: str
    wrong: Text
    remedy: Text

    def sentence(self) -> Text:
        """One line: file, line, path, what is wrong, what to do."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return Text(
            f"{where}: {self.path + ': ' if self.path else ''}{self.wrong.en} {self.remedy.en}",
            f"{where}：{self.path + '：' if self.path else ''}{self.wrong.zh}{self.remedy.zh}",
        )


class PackError(InputError):
    """A pack cannot be used; ``faults`` lists every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown, left = [fault.sentence() for fault in faults[:MOST_SHOWN]], len(faults) - MOST_SHOWN
        lines = "".join(f"\n  {one.en}" for one in shown) + (f"\n  … and {left} more" if left > 0 else "")
        lines_zh = "".join(f"\n  {one.zh}" for one in shown) + (f"\n  …… 另有 {left} 处" if left > 0 else "")
        file, count = faults[0].file, len(faults)
        super().__init__(
            Text(
                f"{file} is not a valid pack ({counted(count, 'fault')}):{lines}",
                f"{file} 不是有效的文件包（{count} 处错误）：{lines_zh}",
            ),
            remedy=Text(
                "Mend these places; `minewatch policy check FILE` tells when none is left.",
                "请更正以上各处；minewatch policy check 文件 可核对是否已全部更正。",
            ),
        )
        self.faults = tuple(faults)


def dotted(path: Path) -> str:
    """Write a path as ``deadlines[1].at``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
