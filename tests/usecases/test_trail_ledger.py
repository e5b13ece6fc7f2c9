"""The ledger's proofs for a page: sound, compared with an anchor, or with its faults in words."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import NewEvent, Stamp
from minewatch.stores.workspace import init
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.trail_ledger import MOST_FAULTS, check_ledger, take_anchor

NOW = datetime(2021, 6, 26, tzinfo=UTC)


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="+08:00", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        for number in range(150):
            office.log.append("s", [NewEvent("a/1", {"n": number})], expected=number, stamp=Stamp("x", NOW))
        yield Turn(office, Actor("gao", frozenset({Role.AUDITOR}), ("511800",)), NOW)


def test_an_anchor_is_handed_out_on_record_and_holds_later(turn):
    content, name, _ = take_anchor(turn=turn)
    assert json.loads(content)["position"] == 150
    found = check_ledger(turn=turn, anchors=[(name, content)])
    assert (found.events, found.position, found.anchors, found.faults) == (151, 151, 1, ())
    wrong = content.replace(b'"position": 150', b'"position": 149')
    assert len(check_ledger(turn=turn, anchors=[(name, wrong)]).faults) == 1
    with pytest.raises(InputError, match=r"x\.json is no anchor"):
        check_ledger(turn=turn, anchors=[("x.json", b"\xff")])


def test_faults_are_told_in_words_and_counted(turn):
    with sqlite3.connect(turn.office.workspace.folder / "ledger.db") as connection:
        connection.execute("UPDATE events SET actor = 'y'")
    connection.close()
    found = check_ledger(turn=turn)
    assert len(found.faults) == MOST_FAULTS
    assert found.more >= 50
    assert "was changed" in found.faults[0].en


def test_who_may_not(turn):
    inspector = Turn(turn.office, Actor("luo", frozenset({Role.INSPECTOR}), ("511800",)), NOW)
    with pytest.raises(RuleError):
        check_ledger(turn=inspector)
    with pytest.raises(RuleError):
        take_anchor(turn=inspector)
