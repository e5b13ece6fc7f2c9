"""YAML of a pack into plain values, with the line of every value kept; nothing YAML could do beyond that is allowed."""

from typing import Any

import yaml

from minewatch.model.text import Text
from minewatch.policy.faults import Fault, PackError, Path

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

Value = Any

# The parser in C where PyYAML was built with it: the same language, ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str) -> tuple[Value, dict[Path, int]]:
    """Parse one YAML document; return its values (every scalar a string, ``null`` and booleans aside) and their lines.

    Numbers and dates stay strings so that ``0.30`` is not rounded and the schema alone says what they mean. Anchors,
    aliases, tags and repeated keys are refused: a pack is read by people and must say each thing once.
    """
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise _fault(
            file, 0, (), Text("The file is larger than 1 MB.", "文件超过 1 MB。"), "Split it into one pack a file."
        )
    try:
        _refuse_shapes(text, file)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        wrong = Text(f"This is not YAML: {problem}.", f"不是合法的 YAML：{problem}。")
        raise _fault(file, mark.line + 1 if mark else 0, (), wrong, "Mend the syntax at that line.") from error
    if node is None:
        raise _fault(file, 0, (), Text("The file is empty.", "文件为空。"), "Write a pack into it.")
    lines: dict[Path, int] = {}
    return _value(node, (), lines, file), lines


def _refuse_shapes(text: str, file: str) -> None:
    """Refuse anchors, aliases and deep nesting while the text is still a stream, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            wrong = Text("Anchors and aliases are not allowed.", "不允许使用锚点和别名。")
            raise _fault(file, line, (), wrong, "Write the value out.")
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                wrong = Text("The file is nested too deeply.", "文件嵌套过深。")
                raise _fault(file, line, (), wrong, "A pack needs fewer than 20 levels.")
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], file: str) -> Value:
    line = node.start_mark.line + 1
    lines[path] = line
    if len(path) > MAX_DEPTH:
        raise _fault(file, line, path, Text("Nested too deeply.", "嵌套过深。"), "A pack needs fewer than 20 levels.")
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            at = key_node.start_mark.line + 1
            if key is None:
                raise _fault(file, at, path, Text("A key must be a word.", "键必须是单词。"), "Write a plain key.")
            if key in out:
                wrong = Text(f"The key {key!r} stands twice.", f"键 {key!r} 重复。")
                raise _fault(file, at, (*path, key), wrong, "Keep one of the two.")
            out[key] = _value(value_node, (*path, key), lines, file)
            lines[*path, key] = at
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), lines, file) for index, item in enumerate(node.value)]
    return _scalar(node, path, file)


def _scalar(node: yaml.Node, path: Path, file: str) -> Value:
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return str(node.value).lower() in {"true", "yes", "on"}
    if node.tag.startswith("tag:yaml.org,2002:") and node.tag.rsplit(":", 1)[1] in {"str", "int", "float", "timestamp"}:
        return str(node.value)
    wrong = Text(f"The tag {node.tag} is not allowed.", f"不允许使用标签 {node.tag}。")
    raise _fault(file, node.start_mark.line + 1, path, wrong, "Write a plain value.")


def _fault(file: str, line: int, path: Path, wrong: Text, remedy: str) -> PackError:
    dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    zh = {
        "Split it into one pack a file.": "请拆成一文件一包。",
        "Write the value out.": "请写出完整的值。",
        "Mend the syntax at that line.": "请修正该行语法。",
        "A pack needs fewer than 20 levels.": "一个包不应超过 20 层。",
        "Write a pack into it.": "请写入内容。",
        "Write a plain key.": "请使用普通的键。",
        "Keep one of the two.": "请保留其一。",
        "Write a plain value.": "请写普通的值。",
    }
    return PackError([Fault(file, line, dotted, wrong, Text(remedy, zh[remedy]))])
