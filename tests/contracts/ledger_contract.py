"""What every ledger must do, whatever database it stands on. A new database is finished when these pass."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine

from minewatch.model.errors import ConflictError
from minewatch.model.events import NewEvent, RuleReference, Stamp
from minewatch.stores.ledger import Ledger, ReadRow
from minewatch.stores.ledger_search import EventQuery, Reach

AT = Stamp(actor="li.wei", at=datetime(2021, 6, 17, 14, 0, tzinfo=UTC), cause="test")


def opened(number):
    return NewEvent("case.opened/1", {"number": number, "place": "石棉县"}, RuleReference("CN-YA-20210617", "v1", "1"))


def count_by_stream(event, read):
    row = read("streams", event.stream) or {"stream": event.stream, "events": 0}
    yield ReadRow("streams", event.stream, {**row, "events": row["events"] + 1})


class LedgerContract:
    """Subclasses give a fixture ``address`` with an empty database."""

    @pytest.fixture
    def ledger(self, address):
        ledger = Ledger(address, project=count_by_stream)
        yield ledger
        ledger.close()

    def tamper(self, address, statement):
        engine = create_engine(address)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def fill(self, ledger):
        for number in range(1, 7):
            stream = f"case-{number % 2}"
            ledger.append(stream, [opened(number)], expected=(number - 1) // 2, stamp=AT)

    def test_events_come_back_as_they_were_decided(self, ledger):
        (stored,) = ledger.append("case-1", [opened(7)], expected=0, stamp=AT)
        assert ledger.stream("case-1") == (stored,)
        assert stored.payload == {"number": 7, "place": "石棉县"}
        assert stored.reference == RuleReference("CN-YA-20210617", "v1", "1")
        assert stored.at == "2021-06-17T14:00:00.000000Z"
        assert (stored.position, stored.version) == (1, 1)

    def test_a_decision_on_an_old_state_is_refused_and_stores_nothing(self, ledger):
        self.fill(ledger)
        with pytest.raises(ConflictError, match=r"stands at version 3, not 1; li\.wei"):
            ledger.append("case-0", [opened(9)], expected=1, stamp=AT)
        assert ledger.count() == 6
        assert not list(ledger.verify())

    def test_of_two_writers_one_wins_and_nothing_is_lost(self, ledger):
        def write(number):
            try:
                ledger.append("case-1", [opened(number)], expected=0, stamp=AT)
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(write, range(8)))
        assert won.count(True) == 1
        assert len(ledger.stream("case-1")) == 1
        assert not list(ledger.verify())

    def test_many_streams_at_once_is_all_or_nothing(self, ledger):
        batches = [(f"case-{n}", [opened(n)], 0) for n in range(1_300)]
        assert len(ledger.append_many(batches, stamp=AT)) == 1_300
        with pytest.raises(ConflictError):
            ledger.append_many([("new", [opened(1)], 0), ("case-5", [opened(2)], 0)], stamp=AT)
        assert ledger.stream("new") == ()
        assert not list(ledger.verify())

    def test_read_rows_follow_events_and_can_be_rebuilt(self, ledger, address):
        self.fill(ledger)
        rows = ledger.read_rows("streams")
        assert rows == [{"stream": "case-0", "events": 3}, {"stream": "case-1", "events": 3}]
        self.tamper(address, "UPDATE read_rows SET data = '{}'")
        assert ledger.read_rows("streams") == [{}, {}]
        assert ledger.rebuild() == 6
        assert ledger.read_rows("streams") == rows
        assert len(ledger.read_rows("streams", updated_since=5)) == 1

    def test_rows_are_read_in_the_order_they_changed_a_page_at_a_time(self, ledger):
        self.fill(ledger)
        (first, _), (last, _) = ledger.changed_rows("streams", after=0, limit=9)
        assert 0 < first < last == 6
        assert ledger.changed_rows("streams", after=first, limit=9) == [(6, {"stream": "case-0", "events": 3})]
        assert len(ledger.changed_rows("streams", after=0, limit=1)) == 1
        assert ledger.changed_rows("streams", after=6, limit=9) == []

    def test_events_are_read_a_page_at_a_time(self, ledger):
        self.fill(ledger)
        assert [event.position for event in ledger.events_page(after=2, limit=3)] == [3, 4, 5]
        assert ledger.events_page(after=6, limit=3) == []

    @pytest.mark.parametrize(
        ("statement", "code", "position"),
        [
            ("UPDATE events SET data = '{\"number\":99}' WHERE position = 3", "edited", 3),
            ("UPDATE events SET actor = 'somebody' WHERE position = 4", "edited", 4),
            ("UPDATE events SET at = '2021-06-18T00:00:00.000000Z' WHERE position = 2", "edited", 2),
            ("DELETE FROM events WHERE position = 4", "missing", 4),
            ("DELETE FROM events WHERE position = 6", "head", 6),
            ("UPDATE events SET version = version + 10 WHERE position = 5", "stream", 5),
            ("UPDATE events SET position = 9 WHERE position = 2", "missing", 2),
        ],
    )
    def test_a_changed_past_is_found_and_named(self, ledger, address, statement, code, position):
        self.fill(ledger)
        assert not list(ledger.verify())
        self.tamper(address, statement)
        assert (code, position) in {(fault.code, fault.position) for fault in ledger.verify()}

    def test_a_forger_who_rewrites_the_whole_chain_meets_the_anchor(self, ledger, address):
        self.fill(ledger)
        anchor = ledger.head()
        self.tamper(address, "DELETE FROM events")
        self.tamper(address, "UPDATE heads SET position = 0, hash = ''")
        self.fill_differently(ledger)
        assert not list(ledger.verify())
        assert [fault.code for fault in ledger.verify(anchors=[anchor])] == ["anchor"]

    def fill_differently(self, ledger):
        for number in range(6):
            ledger.append(f"case-{number}", [opened(number)], expected=0, stamp=AT)

    def test_personal_data_can_be_erased_without_breaking_the_chain(self, ledger):
        ledger.append("case-1", [NewEvent("case.opened/1", {"owner": "key-1"})], expected=0, stamp=AT)
        ledger.keep_personal("key-1", {"name": "王某"})
        assert ledger.personal("key-1") == {"name": "王某"}
        assert ledger.erase_personal("key-1")
        assert ledger.personal("key-1") is None
        assert not ledger.erase_personal("key-1")
        assert not list(ledger.verify())

    def test_a_second_opening_finds_what_the_first_left(self, ledger, address):
        self.fill(ledger)
        again = Ledger(address)
        assert [event.position for event in again.events(after=4)] == [5, 6]
        again.close()

    def test_search_finds_by_person_thing_name_time_and_place_newest_first(self, ledger):
        for hour, (who, stream, name, data) in enumerate(
            [
                ("chen", "case-1", "case.opened/1", {"jurisdiction": "511824", "site": "a"}),
                ("luo", "case-1", "case.visited/1", {"found": "shed"}),
                ("chen", "case-2", "case.opened/1", {"jurisdiction": "650000", "site": 'x","division":"511800'}),
                ("gao", "access", "access.refused/1", {"action": "case.close", "division": "511800"}),
                ("gao", "exports-2021", "access.exported/1", {"subject": "case-1", "division": ""}),
            ]
        ):
            stamp = Stamp(who, AT.at + timedelta(hours=hour))
            ledger.append(stream, [NewEvent(name, data)], expected=ledger.version(stream), stamp=stamp)

        def positions(**asked):
            return [event.position for event in ledger.search(EventQuery(**asked), limit=9)]

        assert positions() == [5, 4, 3, 2, 1]
        assert positions(person="chen") == [3, 1]
        assert positions(thing="case-1") == [5, 2, 1], "a stream, or a value of the data"
        assert positions(names=("access.",)) == [5, 4]
        assert positions(without=("access.", "case.opened/")) == [2]
        assert positions(since="2021-06-17T15", until="2021-06-17T17") == [3, 2]
        assert positions(before=("2021-06-17T16:00:00.000000Z", 3)) == [2, 1]
        county = Reach(("5118",), (), "nobody")
        assert positions(reach=county) == [4, 2, 1], "a quote in a site's name opens no door"
        assert positions(reach=Reach((), ("case-2",), "gao")) == [5, 4, 3]
        assert ledger.count_found(EventQuery(reach=county)) == 3
        assert [one.position for one in ledger.search(EventQuery(), limit=2)] == [5, 4]
        assert ledger.version("case-1") == 2
        assert ledger.version("none") == 0
