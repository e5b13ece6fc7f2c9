"""A text read on a page: the pieces are the text, the marks are what was seen."""

from datetime import UTC, date, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError
from minewatch.stores.workspace import init
from minewatch.usecases.law_read import MAX_BYTES, pieces_of, read_notice
from minewatch.usecases.office import Turn, open_office

NOW = datetime(2021, 6, 20, 4, 0, tzinfo=UTC)
NOTICE = (
    "2021年6月18日，四川省发展改革委、四川省能源局印发通知，要求各电力企业在6月20日前完成26个疑似项目的甄别清理关停。"
    "\n<script>x</script>"
)


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="Asia/Shanghai", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield Turn(office, Actor("li", frozenset({Role.ANALYST}), ("511800",)), NOW)


def test_a_pasted_text_is_marked_and_its_deadline_found(turn):
    (reading,) = read_notice(turn=turn, content=NOTICE.encode())
    assert "".join(piece.text for piece in reading.pieces).strip() == NOTICE
    deadline = next(piece for piece in reading.pieces if piece.field == "deadline")
    assert "6月20日" in deadline.text
    event = reading.events[deadline.event - 1]
    assert event.deadline.startswith("2021-06-20") or event.deadline.startswith("2021-06-21")
    assert event.place.en.startswith("Sichuan")
    assert reading.drafts


def test_a_text_without_a_day_needs_one(turn):
    with pytest.raises(InputError, match="names no date"):
        read_notice(turn=turn, content="四川省印发通知，要求6月20日前关停。".encode())
    (reading,) = read_notice(turn=turn, content="四川省印发通知，要求6月20日前关停。".encode(), today=date(2021, 6, 18))
    assert reading.today == date(2021, 6, 18)


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"PK\x03\x04 no archive", b"%PDF-1.4 nothing", b"x" * (MAX_BYTES + 1)]
)
def test_what_is_no_document_is_said_so(turn, content):
    with pytest.raises(InputError):
        read_notice(turn=turn, content=content, name="../../etc/passwd", today=date(2021, 6, 18))


def test_the_finer_mark_wins_and_spans_outside_the_text_do_no_harm():
    event = {
        "span": [0, 99],
        "measures": [{"span": [2, 6]}],
        "quantities": [],
        "spans": {
            "who": [[0, 1]],
            "deadline": [3, 4],
            "when": None,
            "number": None,
            "title": None,
            "jurisdiction": None,
        },
    }
    pieces = list(pieces_of("abcdefgh", [event]))
    assert [(piece.text, piece.field) for piece in pieces] == [
        ("a", "who"),
        ("b", "event"),
        ("c", "measures"),
        ("d", "deadline"),
        ("ef", "measures"),
        ("gh", "event"),
    ]
    assert list(pieces_of("", [])) == []
