"""Exports stand in the ledger, with who, what, of what, and the digest of what was handed out."""

import hashlib
from datetime import UTC, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.stores.workspace import init
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.trail import digest_of, exported

NOW = datetime(2021, 6, 17, 9, 0, tzinfo=UTC)


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="Asia/Shanghai", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield Turn(office, Actor("gao", frozenset({Role.AUDITOR}), ("511800",)), NOW)


def test_an_export_is_an_event(turn):
    content = b"a,b\n"
    event = exported(turn, "findings", "division 511800", digest_of(content), division="511800")
    assert (event.name, event.actor, event.stream) == ("access.exported/1", "gao", "exports-2021-06-17")
    assert event.payload == {
        "what": "findings",
        "subject": "division 511800",
        "digest": hashlib.sha256(content).hexdigest(),
        "division": "511800",
    }
    assert exported(turn, "findings", "again", "").version == 2
