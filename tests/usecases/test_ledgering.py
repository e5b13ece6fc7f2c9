"""The ledger as verbs: faults in words, anchors signed and compared, who may."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import NewEvent, Stamp
from minewatch.stores.chain import Fault
from minewatch.stores.ledger import Ledger
from minewatch.usecases.ledgering import (
    FAULTS,
    anchor,
    erase_personal,
    export,
    fault_text,
    read_anchor,
    rebuild,
    verify,
)

NOW = datetime(2021, 6, 26, tzinfo=UTC)
AUDITOR = Actor("gao", frozenset({Role.AUDITOR}), ("510000",))
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
INSPECTOR = Actor("luo", frozenset({Role.INSPECTOR}), ("510000",))


@pytest.fixture
def log(tmp_path):
    ledger = Ledger(tmp_path / "ledger.db")
    for number in range(5):
        ledger.append("s", [NewEvent("a/1", {"n": number})], expected=number, stamp=Stamp("x", NOW))
    yield ledger
    ledger.close()


def spoil(tmp_path, statement):
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute(statement)
    connection.close()


def test_every_fault_has_words():
    for code, text in FAULTS.items():
        told = fault_text(Fault(code, 7, "case-1"))
        assert "{" not in told.en + told.zh
        assert text.zh != text.en


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE events SET data = '{\"n\":9}' WHERE position = 3", "edited"),
        ("DELETE FROM events WHERE position = 3", "missing"),
        ("DELETE FROM events WHERE position = 5", "head"),
        ("UPDATE events SET actor = 'y' WHERE position = 1", "edited"),
    ],
)
def test_what_was_changed_is_named(log, tmp_path, statement, code):
    assert verify(log=log, actor=AUDITOR, at=NOW).faults == ()
    spoil(tmp_path, statement)
    assert code in [fault.code for fault in verify(log=log, actor=AUDITOR, at=NOW).faults]


def test_an_anchor_tells_a_rewritten_ledger(log, tmp_path):
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())
    public = key.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo)
    path = tmp_path / "anchor.json"
    path.write_text(anchor(log=log, actor=AUDITOR, at=NOW, key=secret), "utf-8")
    held = read_anchor(path, public_key=public)
    assert verify(log=log, actor=AUDITOR, at=NOW, anchors=[held]).faults == ()
    with_other = Ledger(tmp_path / "other.db")
    for number in range(5):
        with_other.append("s", [NewEvent("a/1", {"n": number + 1})], expected=number, stamp=Stamp("x", NOW))
    assert [one.code for one in verify(log=with_other, actor=AUDITOR, at=NOW, anchors=[held]).faults] == ["anchor"]
    with_other.close()
    record = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**record, "position": 4}), "utf-8")
    with pytest.raises(InputError, match="does not fit"):
        read_anchor(path)
    path.write_text(json.dumps({"position": 5, "hash": record["hash"]}), "utf-8")
    assert read_anchor(path).position == 5
    with pytest.raises(InputError, match="not signed"):
        read_anchor(path, public_key=public)
    path.write_text("no json", "utf-8")
    with pytest.raises(InputError, match="no anchor"):
        read_anchor(path)


def test_who_may_is_checked_and_refusals_are_recorded(log):
    with pytest.raises(RuleError, match="ledger\\.verify"):
        verify(log=log, actor=INSPECTOR, at=NOW)
    with pytest.raises(RuleError, match="ledger\\.export"):
        export(log=log, actor=INSPECTOR, at=NOW)
    with pytest.raises(RuleError, match="ledger\\.rebuild"):
        rebuild(log=log, actor=AUDITOR, at=NOW)
    assert len(log.stream("access")) == 3
    assert rebuild(log=log, actor=ROOT, at=NOW) == 8
    lines = [json.loads(line) for line in export(log=log, actor=AUDITOR, at=NOW, after=3)]
    assert [line["position"] for line in lines] == [4, 5, 6, 7, 8]


def test_personal_data_is_erased_and_the_chain_stays_whole(log):
    log.keep_personal("party-1", {"name": "Wang"})
    with pytest.raises(RuleError, match="personal\\.erase"):
        erase_personal(log=log, actor=AUDITOR, at=NOW, key="party-1")
    assert erase_personal(log=log, actor=ROOT, at=NOW, key="party-1")
    assert not erase_personal(log=log, actor=ROOT, at=NOW, key="party-1")
    assert log.personal("party-1") is None
    assert verify(log=log, actor=AUDITOR, at=NOW).faults == ()
