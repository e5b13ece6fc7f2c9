"""A visit sent in from a phone: taken once, however often, from wherever, at whatever moment it is sent."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from case_office import COUNTY, JPEG, LUO, MA, NOW, PNG, case_office, turn
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.usecases.office import open_office
from minewatch.usecases.photos import keep_photo
from minewatch.usecases.steps import RecordVisit, give
from minewatch.usecases.visit_reports import SUBMISSION, VisitReport, send_visit


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def report(**changed):
    said = {
        "submission": str(uuid4()),
        "case": "case-1",
        "at": NOW - timedelta(minutes=30),
        "inspectors": ("luo", "ma"),
        "found": "12 racks, warm",
        "machines": 12,
        "running": True,
        "location": "29.23,102.36",
        "checks": ("meter sealed=yes",),
    }
    return VisitReport(**{**said, **changed})


def visits(office, case="case-1"):
    return [event for event in office.log.stream(case) if event.name == "case.visited/1"]


def test_a_visit_is_recorded_with_everything(office):
    photo = keep_photo(turn=turn(office, LUO), case="case-1", content=JPEG)
    mark = keep_photo(turn=turn(office, LUO), case="case-1", content=PNG)
    sent = report(photos=(photo,), signatures=(mark, ""))
    receipt = send_visit(turn=turn(office, LUO), report=sent)
    (event,) = visits(office)
    assert (receipt.event, receipt.repeated) == (f"E{event.version}", False)
    data = event.payload
    assert (data["photos"], data["signatures"], data["submission"]) == ([photo], [mark, ""], sent.submission)
    assert event.actor == "luo"
    assert data["machines"] == 12


def test_sent_again_it_is_the_same_receipt_and_no_event(office):
    sent = report()
    first = send_visit(turn=turn(office, LUO), report=sent)
    position = office.log.head().position
    later = turn(office, LUO, NOW + timedelta(hours=5))
    again = send_visit(turn=later, report=replace(sent, submission=sent.submission.upper()))
    assert again == replace(first, repeated=True)
    assert office.log.head().position == position


def test_another_report_under_a_used_number_is_refused(office):
    sent = report()
    send_visit(turn=turn(office, LUO), report=sent)
    for other in (replace(sent, machines=0), replace(sent, case="case-2")):
        with pytest.raises(ConflictError):
            send_visit(turn=turn(office, LUO), report=other)
    assert len(visits(office)) == 1
    assert visits(office, "case-2") == []


def test_ten_threads_at_once_make_one_event(office):
    sent = report()
    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(lambda _: send_visit(turn=turn(office, LUO), report=sent), range(10)))
    assert len(visits(office)) == 1
    assert len(office.log.stream(SUBMISSION + sent.submission)) == 1
    assert sum(not one.repeated for one in receipts) == 1
    assert len({(one.event, one.received_at) for one in receipts}) == 1


def _send(folder, sent, gate):
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        gate.wait()
        return send_visit(turn=turn(office, LUO), report=sent)


def _worker(folder, sent, gate, results):
    results.put(_send(folder, sent, gate))


def test_two_processes_at_once_make_one_event(office):
    sent = report()
    spawn = multiprocessing.get_context("spawn")
    gate, results = spawn.Barrier(2), spawn.Queue()
    workers = [spawn.Process(target=_worker, args=(office.workspace.folder, sent, gate, results)) for _ in range(2)]
    for one in workers:
        one.start()
    receipts = [results.get(timeout=120) for _ in workers]
    for one in workers:
        one.join(60)
    assert len(visits(office)) == 1
    assert sorted(one.repeated for one in receipts) == [False, True]
    assert receipts[0].event == receipts[1].event


def test_different_reports_of_one_case_at_once_are_all_taken(office):
    reports = [report(machines=number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: send_visit(turn=turn(office, LUO), report=one), reports))
    assert sorted(event.payload["machines"] for event in visits(office)) == [0, 1, 2, 3]


def test_it_goes_through_the_procedure(office):
    typed = RecordVisit(at=NOW, inspectors=("luo",), found="f", machines=None, running=False)
    give(turn=turn(office, LUO), cases=["1"], command=typed)
    send_visit(turn=turn(office, LUO), report=report())
    assert [event.name for event in office.log.stream("case-1")][-2:] == ["case.visited/1", "case.visited/1"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"submission": "7"}, "no number"),
        ({"submission": "00000000-0000-0000-0000-000000000000"}, "no number"),
        ({"at": NOW + timedelta(hours=1)}, "future"),
        ({"inspectors": (" ",)}, "Nobody"),
        ({"found": " "}, "not said"),
        ({"machines": -1}, "machines"),
        ({"location": "here"}, "place"),
        ({"checks": ("yes",)}, "check-list"),
        ({"photos": ("0" * 64,)}, "not arrived"),
        ({"signatures": ("0" * 64,)}, "not arrived"),
        ({"found": "x" * 10_001}, "too long"),
        ({"photos": ("0" * 64,) * 31}, "too long"),
    ],
)
def test_what_cannot_be_used_is_said(office, changed, words):
    with pytest.raises(InputError, match=words):
        send_visit(turn=turn(office, LUO), report=report(**changed))
    assert visits(office) == []


def test_who_may_not_visit_there_is_refused_and_recorded(office):
    before = len(office.log.stream("access"))
    with pytest.raises(RuleError):
        send_visit(turn=turn(office, COUNTY), report=report())
    with pytest.raises(RuleError):
        send_visit(turn=turn(office, LUO), report=report(case="case-3"))
    send_visit(turn=turn(office, MA), report=report(case="case-3"))
    assert len(office.log.stream("access")) == before + 2
