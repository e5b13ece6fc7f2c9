"""Who may do what: checked once, at the start of a use case; every refusal is put on record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from minewatch.model.actors import ACTIONS, Actor, Role, allowed
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.events import JsonValue, NewEvent, Stamp, StoredEvent
from minewatch.model.text import Text

ACTORS = "actors"
REFUSALS = "access"
TRIES = 5


class EventLog(Protocol):
    """What use cases need of a ledger."""

    def append(  # noqa: D102 - a port
        self, stream: str, events: list[NewEvent] | tuple[NewEvent, ...], *, expected: int, stamp: Stamp
    ) -> tuple[StoredEvent, ...]: ...
    def stream(self, stream: str) -> tuple[StoredEvent, ...]: ...  # noqa: D102
    def version(self, stream: str) -> int: ...  # noqa: D102


def check(*, log: EventLog, actor: Actor, action: str, division: str, at: datetime) -> None:
    """Raise ``RuleError`` unless ``actor`` may do ``action`` in ``division``; the refusal is recorded first."""
    if allowed(actor, action, division):
        return
    event = NewEvent("access.refused/1", {"actor": actor.name, "action": action, "division": division})
    append_anyhow(log, REFUSALS, event, Stamp(actor.name, at, action))
    where = f" in {division}" if division else ""
    where_zh = f"在 {division} " if division else ""
    what = ACTIONS[action]
    raise RuleError(
        Text(
            f"{actor.name} may not {what.en}{where} ({action}).", f"{actor.name} 无权{where_zh}{what.zh}（{action}）。"
        ),
        remedy=Text(
            "Ask a person whose role and division cover it, or an administrator to change yours.",
            "请由角色和辖区相符的人员办理，或请管理员调整您的权限。",
        ),
    )


def append_anyhow(log: EventLog, stream: str, event: NewEvent, stamp: Stamp) -> StoredEvent:
    """Append to a stream where the order of writers does not matter, whoever else writes; ``ConflictError`` after a while."""
    for last in range(TRIES, 0, -1):
        try:
            return log.append(stream, [event], expected=log.version(stream), stamp=stamp)[0]
        except ConflictError:
            if last == 1:
                raise
    raise AssertionError  # the loop returns or raises


def add_actor(*, log: EventLog, by: Actor | None, new: Actor, at: datetime) -> StoredEvent:
    """Register a person. The first one registers themselves and must be an administrator; later only those may add."""
    known = log.stream(ACTORS)
    if known:
        if by is None:
            raise InputError(
                Text("Say who adds the person.", "请写明由谁登记。"),
                remedy=Text("Name yourself with --as.", "请用 --as 写明本人。"),
            )
        check(log=log, actor=by, action="actor.manage", division="", at=at)
    elif Role.ADMINISTRATOR not in new.roles:
        raise RuleError(
            Text("The first person of a workspace must be an administrator.", "工作区的第一个人必须是管理员。"),
            remedy=Text("Add yourself with --role administrator.", "请以 --role administrator 登记本人。"),
        )
    data: dict[str, JsonValue] = {"name": new.name, "roles": [*sorted(new.roles)], "divisions": [*new.divisions]}
    stamp = Stamp(by.name if by else new.name, at, "actor.manage")
    return log.append(ACTORS, [NewEvent("actor.set/1", data)], expected=len(known), stamp=stamp)[0]


def make_actor(*, name: str, roles: Sequence[Role], divisions: Sequence[str]) -> Actor:
    """Return a person to register; ``InputError`` for an empty name or what is no division code."""
    if not name.strip():
        raise InputError(
            Text("The person has no name.", "人员没有姓名。"),
            remedy=Text("Give a name or a staff number.", "请写明姓名或工号。"),
        )
    wrong = [code for code in divisions if not (code.isdigit() and len(code) == 6)]
    if wrong:
        raise InputError(
            Text(f"{', '.join(wrong)} is no division code.", f"{'、'.join(wrong)} 不是行政区划代码。"),
            remedy=Text(
                "Write six digits of GB/T 2260, such as 511800 for Ya'an; 000000 is the whole country.",
                "请写 GB/T 2260 六位代码，如雅安市 511800；000000 为全国。",
            ),
        )
    return Actor(name, frozenset(roles), tuple(divisions))


def actors(*, log: EventLog) -> tuple[Actor, ...]:
    """Return everybody who is registered, as last registered, by name."""
    found: dict[str, Actor] = {}
    for event in log.stream(ACTORS):
        data = event.payload
        name, roles, divisions = data["name"], data["roles"], data["divisions"]
        if event.name == "actor.set/1" and isinstance(roles, list) and isinstance(divisions, list):
            held = frozenset(Role(str(role)) for role in roles)
            found[str(name)] = Actor(str(name), held, tuple(str(code) for code in divisions))
    return tuple(found[name] for name in sorted(found))


def find_actor(*, log: EventLog, name: str) -> Actor:
    """Return the person ``name`` as last registered; ``InputError`` for a name nobody registered."""
    for actor in actors(log=log):
        if actor.name == name:
            return actor
    raise InputError(
        Text(f"Nobody is registered as {name!r}.", f"没有登记名为“{name}”的人员。"),
        remedy=Text(
            "Name yourself with --as, or add the person: minewatch actor add.",
            "请用 --as 写明本人，或先登记：minewatch actor add。",
        ),
    )
