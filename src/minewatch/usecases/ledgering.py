"""The ledger as verbs: verify in words, rebuild, export, anchor. Each is permitted by role and recorded where it matters."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from minewatch.model.actors import Actor
from minewatch.model.errors import InputError, StoreError
from minewatch.model.events import NewEvent, Stamp, StoredEvent, canonical_json, utc_text
from minewatch.model.text import Text
from minewatch.stores.chain import Fault
from minewatch.stores.ledger import Anchor, Ledger
from minewatch.stores.signing import check_signature, sign
from minewatch.usecases.access import append_anyhow, check
from minewatch.usecases.office import Turn

FAULTS: dict[str, Text] = {
    "edited": Text("row {position} was changed after it was written", "第 {position} 条记录写入后被改动"),
    "missing": Text("rows are missing from position {position} on", "自第 {position} 条起有记录缺失"),
    "order": Text("row {position} stands in the wrong place", "第 {position} 条记录次序不符"),
    "chain": Text(
        "row {position} was not written after the row that now stands before it",
        "第 {position} 条记录与其前一条记录不相接",
    ),
    "stream": Text(
        "in {stream}, row {position} does not follow the stream's previous row",
        "{stream} 中第 {position} 条记录与该卷宗前一条不相接",
    ),
    "head": Text(
        "the ledger ends elsewhere than its head record says; rows from {position} on were cut off or added",
        "台账末尾与首部记录不符，第 {position} 条起被截断或添加",
    ),
    "anchor": Text(
        "row {position} differs from the anchor that was exported earlier",
        "第 {position} 条记录与此前导出的锚点不符",
    ),
}
"""What each fault of the chain means."""


def fault_text(fault: Fault) -> Text:
    """Return a fault as a sentence."""
    return FAULTS[fault.code].format(position=fault.position, stream=fault.stream or "—")


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: how many events, the head, how many anchors were compared, and every fault."""

    events: int
    head: Anchor
    anchors: int
    faults: tuple[Fault, ...]


def verify(*, log: Ledger, actor: Actor, at: datetime, anchors: Sequence[Anchor] = ()) -> Verification:
    """Check the whole ledger against itself and against anchors exported before."""
    check(log=log, actor=actor, action="ledger.verify", division="", at=at)
    faults = tuple(log.verify(anchors=anchors))
    return Verification(log.count(), log.head(), len(anchors), faults)


def head(*, turn: Turn) -> Anchor:
    """Return the last position and hash, for who may verify."""
    turn.may("ledger.verify")
    return turn.office.log.head()


def rebuild(*, log: Ledger, actor: Actor, at: datetime) -> int:
    """Make the read tables again from the events; return how many events were folded."""
    check(log=log, actor=actor, action="ledger.rebuild", division="", at=at)
    return log.rebuild()


def erase_personal(*, log: Ledger, actor: Actor, at: datetime, key: str) -> bool:
    """Erase the personal data under ``key`` and record that it was done; True when there was any. The chain is untouched."""
    check(log=log, actor=actor, action="personal.erase", division="", at=at)
    erased = log.erase_personal(key)
    append_anyhow(log, "personal", NewEvent("personal.erased/1", {"key": key, "held": erased}), Stamp(actor.name, at))
    return erased


def export(*, log: Ledger, actor: Actor, at: datetime, after: int = 0) -> Iterator[str]:
    """Yield every event after a position as one line of JSON, with all that its hash covers."""
    check(log=log, actor=actor, action="ledger.export", division="", at=at)
    return (line_of(event) for event in log.events(after=after))


def line_of(event: StoredEvent) -> str:
    """Write one event as a line of JSON; ``data`` and ``rule`` stay the texts that were hashed."""
    return canonical_json({name: getattr(event, name) for name in StoredEvent.__slots__})


def anchor(*, log: Ledger, actor: Actor, at: datetime, key: bytes | None) -> str:
    """Return the head's position and hash as JSON, signed with the Ed25519 ``key`` (PEM) where one is given."""
    check(log=log, actor=actor, action="ledger.anchor", division="", at=at)
    head = log.head()
    record: dict[str, str | int] = {"position": head.position, "hash": head.hash, "at": utc_text(at), "by": actor.name}
    if key is not None:
        record["signature"], record["public_key"] = sign(key, _signed_text(record))
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _signed_text(record: dict[str, str | int]) -> bytes:
    return canonical_json({name: record[name] for name in ("position", "hash", "at", "by")}).encode("utf-8")


def read_anchor(file: Path, *, public_key: bytes | None = None) -> Anchor:
    """Read an anchor file. A signature in it is checked, against ``public_key`` (PEM) where one is given.

    Raises ``InputError`` for a file that is no anchor or whose signature does not fit.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StoreError(
            Text(f"{file} cannot be read: {error}.", f"无法读取 {file}：{error}。"),
            remedy=Text("Check the path and its permissions.", "请检查路径和权限。"),
        ) from error
    return anchor_of(content, name=file.name, public_key=public_key)


def anchor_of(content: bytes, *, name: str, public_key: bytes | None = None) -> Anchor:
    """Read an anchor from what a file called ``name`` holds; see :func:`read_anchor`."""
    try:
        record = json.loads(content.decode("utf-8"))
        found = Anchor(int(record["position"]), str(record["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            Text(f"{name} is no anchor.", f"{name} 不是锚点文件。"),
            remedy=Text(
                "Give a file that minewatch ledger anchor wrote.", "请给出 minewatch ledger anchor 写出的文件。"
            ),
        ) from error
    if public_key is not None and "signature" not in record:
        raise InputError(
            Text(f"{name} is not signed.", f"{name} 未签名。"),
            remedy=Text("Give a signed anchor, or leave the key out.", "请给出签名的锚点，或不提供公钥。"),
        )
    if "signature" in record:
        try:
            signed, signature, key = _signed_text(record), str(record["signature"]), str(record["public_key"])
        except KeyError as error:
            raise InputError(
                Text(f"{name} lacks {error}.", f"{name} 缺少 {error}。"),
                remedy=Text("Give the file as it was written.", "请给出原样文件。"),
            ) from error
        check_signature(signed, signature, key, expected=public_key, name=name)
    return found
