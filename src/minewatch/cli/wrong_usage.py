"""What was wrong with a command line, in Chinese: the library that parses it speaks English only."""

import re
from typing import Any

VALUES = (
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数值"),
    (r"Input should be a valid datetime.*", "应为日期时间"),
    (r"Input should be greater than or equal to (\S+)", r"不得小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不得大于 \1"),
    (r"Input should be greater than (\S+)", r"须大于 \1"),
    (r"Input should be less than (\S+)", r"须小于 \1"),
    (r"(\S+) is not in the range x>=(\S+?)\.?", r"不得小于 \2"),
    (r"(\S+) is not in the range (\S+?)<=x<=(\S+?)\.?", r"应在 \2 至 \3 之间"),
    (r"'(.*)' is not one of (.*?)\.?", r"“\1”不在可选值之列：\2"),
    (r"'(.*)' does not match the formats? (.*?)\.?", r"“\1”不符合格式 \2"),
    (r"(?:File|Directory|Path) '(.*)' does not exist\.?", r"“\1”不存在"),
)
"""What the parser says of a value, as a pattern, and the same in Chinese."""

COMMANDS = (
    (r"No such command '(.*?)'\.?.*", r"没有命令“\1”"),
    (r"Missing command\.?", "缺少命令"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多余的参数：\1"),
    (r"Option '(.*?)' requires (?:an|\d+) arguments?\.?", r"选项 \1 后面缺少值"),
    (r"Option '(.*?)' does not take a value\.?", r"选项 \1 后面不带值"),
)


def in_chinese(error: Any) -> str | None:
    """Return what is wrong with the command line as a Chinese sentence; None where help is what is to be shown.

    ``error`` is the parser's: its class is told by name, because the library keeps its classes to itself.
    """
    kind, message = type(error).__name__, str(error.message)
    if kind == "NoArgsIsHelpError":
        return None
    if kind == "NoSuchOption":
        near = "、".join(sorted(error.possibilities or ()))
        return f"没有选项 {error.option_name}。" + (f"是否为：{near}？" if near else "")
    if kind == "MissingParameter":
        return f"缺少{'参数' if _is_argument(error) else '选项'} {_name(error)}。"
    if kind == "BadParameter":
        return f"{_name(error)} 的值无效：{_translated(message, VALUES)}。"
    return f"{_translated(message, COMMANDS)}。"


def _is_argument(error: Any) -> bool:
    return getattr(error.param, "param_type_name", "") == "argument"


def _name(error: Any) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param is not None else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _translated(message: str, table: tuple[tuple[str, str], ...]) -> str:
    message = message.strip().removeprefix("Value error, ")
    for pattern, chinese in table:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return found.expand(chinese)
    return message.rstrip(".")
