"""Check a case bundle with nothing but Python 3.8 or later: ``python verify_bundle.py BUNDLE.zip``.

核对案件卷宗包，仅需 Python 3.8 及以上版本：``python verify_bundle.py 卷宗包.zip``。

A copy of this file lies in every bundle. It uses the standard library only and opens no network. The bundle is a ZIP file
without compression whose bytes follow from its members, so a change of any byte is found. The signature is Ed25519 (RFC 8032),
checked here in plain Python. Exit code 0: everything that can be checked holds; 1: something does not; 2: no bundle.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from datetime import date, datetime
from typing import Any

FORMAT = "minewatch-bundle/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
HASHED = (
    "position", "stream", "version", "name", "at", "actor", "cause", "rule", "data", "stream_previous", "previous",
)  # fmt: skip
DAMAGE = (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error)
HOLDS, FAILS, OPEN = "holds", "fails", "open"
MARKS = {HOLDS: "[ok  成立  ]", FAILS: "[BAD 不成立]", OPEN: "[--  未核对]"}

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of ``value`` as JSON bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def canonical_zip(members: list[tuple[str, bytes]]) -> bytes:
    """Return the bytes of the ZIP file that holds ``members`` (name in ASCII, content), stored in this order, undated.

    Raises ``ValueError`` beyond 4 GiB, where the plain format ends.
    """
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in members:
        raw = name.encode("ascii")
        sizes = struct.pack("<III", zlib.crc32(content) & 0xFFFFFFFF, len(content), len(content))
        common = struct.pack("<HHHHH", 20, 0, 0, 0, 0x21) + sizes + struct.pack("<HH", len(raw), 0)
        head = b"PK\x03\x04" + common + raw
        entry = b"PK\x01\x02" + struct.pack("<H", 0x031E) + common + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, offset)
        directory.append(entry + raw)
        body += [head, content]
        offset += len(head) + len(content)
        if offset > 0xF0000000:
            raise ValueError("more than 4 GiB")
    listing = b"".join(directory)
    count = len(members)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listing), offset, 0)
    return b"".join([*body, listing, tail])


def _add(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: tuple[int, ...]) -> tuple[int, ...]:
    found: tuple[int, ...] = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def _point(raw: bytes) -> tuple[int, ...] | None:
    """Decode a point (RFC 8032, 5.1.3); None where the bytes are none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
    1,
    15112221349535400772501151409588531511454012693041857206046113283949847762202
    * 46316835694926478169428394003475163141307993866256225615783033603165251855960
    % P,
)


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the 64 bytes ``signature`` are that of ``message`` under the 32 bytes ``public_key`` (RFC 8032, 5.1.7)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public_key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    left = _times(scalar, BASE)
    right = _add(commitment, _times(int.from_bytes(digest, "little") % L, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def event_hash(event: dict[str, Any]) -> str:
    """Return the SHA-256 that the ledger gives an event: over its fields as netstrings."""
    digest = hashlib.sha256()
    for name in HASHED:
        raw = str(event[name]).encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b," % (len(raw), raw))
    return digest.hexdigest()


class Findings:
    """What was found so far: (status, English, Chinese), in order."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def add(self, status: str, english: str, chinese: str) -> None:
        """Put one result on the list."""
        self.lines.append((status, english, chinese))

    def check(self, holds: object, english: tuple[str, str], chinese: tuple[str, str]) -> None:
        """Put the result of one check on the list; ``english`` and ``chinese`` are (when it holds, when it does not)."""
        self.add(HOLDS if holds else FAILS, english[not holds], chinese[not holds])

    @property
    def whole(self) -> bool:
        """Whether nothing failed."""
        return all(status != FAILS for status, _, _ in self.lines)


def check_bundle(raw: bytes, fingerprint: str | None = None) -> Findings:
    """Check the bytes of a bundle and return the findings; ``fingerprint`` is the key's as the office told it."""
    found = Findings()
    members = _members(raw, found)
    manifest = _manifest(members, found, fingerprint)
    if manifest is not None:
        _check_files(members, manifest, found)
        contents = dict(members)
        events = _events(contents, found)
        _check_events(events, manifest, found)
        _check_packs(events, contents, found)
        _check_findings(events, contents, found)
        _check_readings(events, contents, found, pseudonymous=bool(manifest.get("pseudonymous")))
        _check_attachments(events, contents, found)
    return found


def _members(raw: bytes, found: Findings) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
            members = [(one.filename, bundle.read(one)) for one in bundle.infolist()]
        same = canonical_zip(members) == raw
    except DAMAGE as error:
        found.add(FAILS, f"the ZIP file is damaged: {error}", f"ZIP 文件已损坏：{error}")
        return _what_is_left(raw)
    found.check(
        same,
        ("the ZIP file is exactly what its members make", "the ZIP file has bytes that its members do not explain"),
        ("ZIP 文件与其成员完全一致", "ZIP 文件含有与成员不符的字节"),
    )
    return members


def _what_is_left(raw: bytes) -> list[tuple[str, bytes]]:
    members = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
            for one in bundle.infolist():
                try:
                    members.append((one.filename, bundle.read(one)))
                except DAMAGE:
                    continue
    except DAMAGE:
        pass
    return members


def _manifest(members: list[tuple[str, bytes]], found: Findings, fingerprint: str | None) -> dict[str, Any] | None:
    contents = dict(members)
    if MANIFEST not in contents or SIGNATURE not in contents:
        found.add(FAILS, "the manifest or its signature is missing", "缺少清单或其签名")
        return None
    try:
        manifest: dict[str, Any] = json.loads(contents[MANIFEST].decode("utf-8"))
        signed = json.loads(contents[SIGNATURE].decode("utf-8"))
        key, signature = (base64.b64decode(signed[name], validate=True) for name in ("public_key", "signature"))
        spelt = canonical_json(
            {
                "algorithm": "Ed25519",
                "public_key": base64.b64encode(key).decode("ascii"),
                "signature": base64.b64encode(signature).decode("ascii"),
            }
        )
        plain = spelt == contents[SIGNATURE] and manifest["format"] == FORMAT
        names = [(str(one["path"]), str(one["sha256"]), int(one["bytes"])) for one in manifest["files"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found.add(FAILS, f"the manifest cannot be read: {error}", f"清单无法读取：{error}")
        return None
    found.check(
        plain and signature_holds(key, contents[MANIFEST], signature),
        ("the manifest's Ed25519 signature holds", "the manifest's signature does not fit the manifest"),
        ("清单的 Ed25519 签名成立", "清单签名与清单内容不符"),
    )
    seen = hashlib.sha256(key).hexdigest()
    if fingerprint is None:
        text = f"key fingerprint {seen}: compare it with the one the office publishes"
        found.add(OPEN, text, f"密钥指纹 {seen}：请与出具单位公布的指纹核对")
    else:
        found.check(
            fingerprint.replace(":", "").strip().lower() == seen,
            ("the key is the one expected: " + seen, "signed with another key: " + seen),
            ("密钥与预期一致：" + seen, "签名所用密钥与预期不符：" + seen),
        )
    manifest["files"] = names
    return manifest


def _check_files(members: list[tuple[str, bytes]], manifest: dict[str, Any], found: Findings) -> None:
    listed = [name for name, _, _ in manifest["files"]]
    present = [name for name, _ in members]
    for name in sorted(set(present) - set(listed) - {MANIFEST, SIGNATURE}):
        found.add(FAILS, f"{name}: not in the manifest", f"{name}：清单中没有此文件")
    order = [MANIFEST, SIGNATURE, *listed]
    if set(order) == set(present):
        found.check(
            present == order,
            ("members stand in the manifest's order, each once", "members stand in another order or twice"),
            ("成员次序与清单一致且无重复", "成员次序与清单不符或有重复"),
        )
    contents = dict(members)
    for name, digest, size in manifest["files"]:
        if name not in contents:
            found.add(FAILS, f"{name}: missing", f"{name}：缺失")
            continue
        found.check(
            len(contents[name]) == size and hashlib.sha256(contents[name]).hexdigest() == digest,
            (f"{name}: SHA-256 holds", f"{name}: changed since it was signed"),
            (f"{name}：SHA-256 相符", f"{name}：签名后被改动"),
        )


def _events(contents: dict[str, bytes], found: Findings) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for number, line in enumerate(contents.get("events/events.jsonl", b"").decode("utf-8", "replace").splitlines(), 1):
        try:
            event = json.loads(line)
            event["rule"], event["data"], event["hash"]
            events.append(event)
        except (ValueError, KeyError, TypeError):
            found.add(FAILS, f"events line {number} is no event", f"事件第 {number} 行无法识别")
    return events


def _check_events(events: list[dict[str, Any]], manifest: dict[str, Any], found: Findings) -> None:
    pseudonymous = bool(manifest.get("pseudonymous"))
    if pseudonymous:
        text = "event hashes cannot be computed again here: names were replaced; the full bundle shows them"
        found.add(OPEN, text, "本卷宗已作假名处理，事件哈希无法在此重算；可用完整卷宗核对")
    broken: list[str] = []
    last = 0
    streams: dict[Any, tuple[Any, Any]] = {}
    for event in events:
        where = event.get("position")
        version, previous = streams.get(event.get("stream"), (0, ""))
        whole = pseudonymous or _hash_fits(event)
        linked = event.get("version") == version + 1 and event.get("stream_previous") == previous
        if not (whole and linked and isinstance(where, int) and where > last):
            broken.append(str(where))
        last = where if isinstance(where, int) else last
        streams[event.get("stream")] = (event.get("version"), event.get("hash"))
    head = manifest.get("head") or {}
    ends = not events or last < head.get("position", 0) or events[-1].get("hash") == head.get("hash")
    found.check(
        bool(events) and not broken and ends,
        (
            f"{len(events)} events form an unbroken chain up to position {last}",
            "the chain of events is broken at position {}".format(", ".join(broken) or last),
        ),
        (
            f"{len(events)} 条事件链条完整，至第 {last} 条",
            "事件链在第 {} 条断裂".format("、".join(broken) or last),
        ),
    )


def _hash_fits(event: dict[str, Any]) -> bool:
    try:
        return event_hash(event) == str(event["hash"])
    except KeyError:
        return False


def _check_packs(events: list[dict[str, Any]], contents: dict[str, bytes], found: Findings) -> None:
    packs: dict[str, str] = {}
    for name, content in contents.items():
        if name.startswith("packs/"):
            version = hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:16]
            packs[version] = name
    for pack, version in sorted({tuple(json.loads(event["rule"])[:2]) for event in events if event["rule"]}):
        if version in packs:
            text = f"{packs[version]} is the text that the events applied (version {version})"
            found.add(HOLDS, text, f"{packs[version]} 即事件所依据的文本（版本 {version}）")
        else:
            text = f"the text of {pack}, version {version}, is not in the bundle"
            found.add(OPEN, text, f"卷宗中没有 {pack} 版本 {version} 的文本")


def findings_json(events: list[dict[str, Any]]) -> bytes:
    """Return ``evidence/findings.json``: the figures of each finding that an event froze, with the event's version."""
    kept = [(event["version"], json.loads(event["data"]).get("finding")) for event in events]
    return canonical_json([{"event": f"E{version}", "finding": finding} for version, finding in kept if finding])


def _check_findings(events: list[dict[str, Any]], contents: dict[str, bytes], found: Findings) -> None:
    if "evidence/findings.json" in contents:
        found.check(
            contents["evidence/findings.json"] == findings_json(events),
            ("the findings are those that the events froze", "the findings are not those that the events froze"),
            ("疑点数据与事件所固定的一致", "疑点数据与事件所固定的不一致"),
        )


def _named(events: list[dict[str, Any]], prefix: str) -> list[tuple[Any, str]]:
    named: list[tuple[Any, str]] = []
    for event in events:
        given = [one for one in json.loads(event["data"]).get("evidence") or () if isinstance(one, str)]
        named += [(event.get("position"), one[len(prefix) :]) for one in given if one.startswith(prefix)]
    return named


def _check_readings(
    events: list[dict[str, Any]], contents: dict[str, bytes], found: Findings, *, pseudonymous: bool
) -> None:
    named = _named(events, "readings:")
    if not named:
        return
    if pseudonymous:
        text = "readings digests cover the meters' names, which were replaced: not checked"
        found.add(OPEN, text, "读数摘要包含计量点编号，已作假名处理：未核对")
        return
    try:
        windows = json.loads(contents.get("readings/windows.json", b"{}").decode("utf-8"))
        readings = _readings(contents.get("readings/readings.csv", b""))
    except (ValueError, KeyError) as error:
        found.add(FAILS, f"the readings cannot be read: {error}", f"读数无法读取：{error}")
        return
    for position, digest in named:
        window = windows.get(digest)
        if window is None:
            text = f"event {position} names readings that the office can no longer give exactly"
            found.add(OPEN, text, f"第 {position} 条事件所据读数已无法完全重现")
            continue
        found.check(
            readings_digest(readings, window) == digest,
            (
                f"event {position} rests on exactly these readings",
                f"event {position} rests on other readings than these",
            ),
            (f"第 {position} 条事件所据读数与本卷宗相符", f"第 {position} 条事件所据读数与本卷宗不符"),
        )


def _readings(raw: bytes) -> dict[tuple[str, int, int], dict[int, float]]:
    table: dict[tuple[str, int, int], dict[int, float]] = {}
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")):
        start = datetime.fromisoformat(row["interval_start"])
        slots = 24 * 60 // int(row["minutes"])
        meter = re.sub("^'", "", row["meter"])  # the apostrophe that keeps a spreadsheet from running a cell
        key = (meter, slots, start.date().toordinal())
        slot = (start.hour * 60 + start.minute) // int(row["minutes"])
        table.setdefault(key, {})[slot] = float(row["kw"])
    return table


def readings_digest(readings: dict[tuple[str, int, int], dict[int, float]], window: dict[str, Any]) -> str:
    """Return the digest of the readings of a window: kind of day, days, then each meter's name and its float32 values."""
    first, last, slots = window["first"], window["last"], int(window["slots"])
    digest = hashlib.sha256(f"{slots} {first} {last}".encode())
    for meter in window["meters"]:
        digest.update(meter.encode("utf-8"))
        for day in range(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1):
            held = readings.get((meter, slots, day), {})
            digest.update(struct.pack(f"<{slots}f", *(held.get(slot, float("nan")) for slot in range(slots))))
    return digest.hexdigest()


def _check_attachments(events: list[dict[str, Any]], contents: dict[str, bytes], found: Findings) -> None:
    text = "\n".join(event["data"] for event in events)
    for name, content in contents.items():
        if name.startswith("evidence/files/"):
            found.check(
                hashlib.sha256(content).hexdigest() in text,
                (f"{name}: an event names this file", f"{name}: no event names this file"),
                (f"{name}：事件中有记录", f"{name}：事件中没有记录"),
            )


def main(arguments: list[str]) -> int:
    """Check the bundle named on the command line and print what was found; return the exit code."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("python verify_bundle.py BUNDLE.zip [FINGERPRINT]\n")
        return 2
    try:
        with open(arguments[0], "rb") as handle:  # noqa: PTH123 - plain words for a script that anyone reads
            raw = handle.read()
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 2
    found = check_bundle(raw, arguments[1] if len(arguments) == 2 else None)
    lines = [f"{MARKS[status]} {english} / {chinese}" for status, english, chinese in found.lines]
    lines.append(
        "Everything that can be checked holds. / 可核对事项全部成立。"
        if found.whole
        else "SOMETHING DOES NOT HOLD. / 有事项不成立。"
    )
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8"))
    return 0 if found.whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
