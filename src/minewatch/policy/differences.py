"""What changed between two versions of a pack, value by value."""

from dataclasses import dataclass
from typing import Any

from minewatch.policy.faults import Path, dotted
from minewatch.policy.schema import Pack


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; ``before`` or ``after`` is missing where the value was added or removed."""

    path: str
    before: str | None
    after: str | None


def differences(before: Pack, after: Pack) -> tuple[Change, ...]:
    """Every changed value from ``before`` to ``after``; items of lists are matched by their id, not their place."""
    old = dict(_flat(before.model_dump(mode="json", by_alias=True), ()))
    new = dict(_flat(after.model_dump(mode="json", by_alias=True), ()))
    paths = list(dict.fromkeys([*old, *new]))
    return tuple(Change(dotted(path), old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))


def _flat(value: Any, path: Path) -> list[tuple[Path, str]]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in _flat(item, (*path, str(key)))]
    if isinstance(value, list):
        out: list[tuple[Path, str]] = []
        for index, item in enumerate(value):
            key: str | int = item["id"] if isinstance(item, dict) and "id" in item else index
            out += _flat(item, (*path, key))
        return out
    return [] if value is None else [(path, str(value))]
