"""What every store of findings must do. A new one is finished when these pass."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from finding_samples import AT, FIVE, row, run_view
from minewatch.model.findings_views import SORTS, FindingQuery
from minewatch.stores.findings import KEPT_RUNS, CaseChange, Decided, Folded, Visited

EVERYWHERE = ("",)
RUN = FindingQuery(run="screen-1")


def decided(meter, status="dismissed", **more):
    given = {
        "run": "screen-1", "reason": "cold_store", "note": "", "by": "bai", "at": "2021-06-20T01:00:00.000000Z",
        "probability": 0.8, "kw": 12.0, "version": 1, "division": "511802", "first_day": "2021-05-20",
        "last_day": "2021-06-18", "mine": False, "digest": "f" * 64, "event": f"finding-{meter}/1",
    }  # fmt: skip
    return Decided(meter=meter, status=status, **{**given, **more})


class FindingStoreContract:
    """Subclasses give a fixture ``store``: an empty one."""

    @pytest.fixture
    def filled(self, store):
        store.keep(run_view(findings=5), FIVE)
        return store

    def meters(self, store, query=RUN, stems=EVERYWHERE):
        return [line.meter for line in store.lines(query, stems)]

    def fold(self, store, *changes):
        after = store.folded()
        assert store.fold(changes, after=after, upto=Folded(after.position + 1, "h"))

    def test_lines_come_back_as_they_were_kept_most_suspicious_first(self, filled):
        assert self.meters(filled) == ["M1", "M2", "M3", "M4", "M5"]
        line = filled.one("screen-1", "M1")
        assert (line.probability, line.mining.value, line.customer) == (0.95, 40.0, "K1")
        assert line.reasons == ("steady_floor",)
        assert line.record["look_weights"] == {"floor": 2.0, "level": 0.5, "edge": -0.4}
        assert line.status == "open"
        assert filled.one("screen-1", "M5").mining is None
        assert filled.one("screen-1", "nobody") is None

    def test_the_same_run_again_changes_nothing_but_is_the_latest(self, filled):
        filled.keep(run_view("screen-2", made_at=AT + timedelta(hours=1)), [row("M9", 0.5)])
        assert [run.id for run in filled.runs()] == ["screen-2", "screen-1"]
        assert not filled.keep(run_view(made_at=AT + timedelta(hours=2)), FIVE)
        assert [run.id for run in filled.runs()] == ["screen-1", "screen-2"]
        assert len(self.meters(filled)) == 5

    def test_old_runs_are_forgotten_by_kind(self, store):
        store.keep(run_view("fuse-1", kind="fuse"), [row("M1", 0.5)])
        for number in range(KEPT_RUNS + 2):
            store.keep(run_view(f"screen-{number}", made_at=AT + timedelta(hours=number)), [row("M1", 0.5)])
        kept = [run.id for run in store.runs()]
        assert len(kept) == KEPT_RUNS + 1
        assert "fuse-1" in kept
        assert "screen-0" not in kept
        assert store.one("screen-0", "M1") is None

    @pytest.mark.parametrize(
        ("change", "meters"),
        [
            ({"least": 0.6}, ["M1", "M2", "M3"]),
            ({"most": 0.3}, ["M4", "M5"]),
            ({"least_kw": 3.0, "most_kw": 12.0}, ["M2", "M3"]),
            ({"since_from": date(2021, 5, 25), "since_to": date(2021, 5, 25)}, ["M1", "M2", "M3", "M4"]),
            ({"since_from": date(2021, 5, 26)}, []),
            ({"division": "511824"}, ["M3", "M4"]),
            ({"division": "510000"}, ["M1", "M2", "M3", "M4"]),
            ({"division": "unplaced"}, ["M5"]),
            ({"reason": "steady_floor"}, ["M1", "M2", "M3", "M4"]),
            ({"reason": "steady"}, []),
            ({"text": "k1"}, ["M1", "M2"]),
            ({"text": "冷库"}, ["M1", "M2"]),
            ({"text": "%"}, []),
            ({"text": "_"}, []),
            ({"sort": "kw", "descending": False}, ["M5", "M4", "M3", "M2", "M1"]),
            ({"sort": "meter", "descending": True}, ["M5", "M4", "M3", "M2", "M1"]),
            ({"size": 2, "page": 2}, ["M3", "M4"]),
        ],
    )
    def test_filters_order_and_pages(self, filled, change, meters):
        assert self.meters(filled, replace(RUN, **change)) == meters

    def test_only_what_lies_where_the_reader_acts_is_seen(self, filled):
        assert self.meters(filled, stems=("511802",)) == ["M1", "M2"]
        assert self.meters(filled, stems=("5118",)) == ["M1", "M2", "M3", "M4"]
        assert self.meters(filled, stems=("65", "511824")) == ["M3", "M4"]
        assert self.meters(filled, stems=()) == []
        assert sum(filled.statuses(RUN, ("511802",)).values()) == 2
        assert filled.of_customer("screen-1", "K1", ("511824",)) == ()

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("descending", [True, False])
    def test_neighbours_follow_the_order_of_the_list(self, filled, sort, descending):
        query = replace(RUN, sort=sort, descending=descending)
        meters = self.meters(filled, query)
        for place, meter in enumerate(meters):
            line = filled.one("screen-1", meter)
            before = meters[place - 1] if place else ""
            after = meters[place + 1] if place + 1 < len(meters) else ""
            assert filled.neighbours(query, EVERYWHERE, line) == (before, after)

    def test_decisions_give_lines_their_status(self, filled):
        self.fold(filled, decided("M2"), decided("M3", "accepted", mine=True))
        assert filled.statuses(RUN, EVERYWHERE) == {"dismissed": 1, "accepted": 1, "open": 3}
        assert self.meters(filled, replace(RUN, status="todo")) == ["M1", "M4", "M5"]
        assert self.meters(filled, replace(RUN, status="dismissed")) == ["M2"]
        line = filled.one("screen-1", "M2")
        assert (line.status, line.decided_by, line.reason_code, line.decisions) == ("dismissed", "bai", "cold_store", 1)

    def test_a_decision_taken_back_leaves_its_count(self, filled):
        self.fold(filled, decided("M2"))
        self.fold(filled, decided("M2", "", version=2))
        line = filled.one("screen-1", "M2")
        assert (line.status, line.decided_by, line.decisions) == ("open", "", 2)

    def test_a_dismissed_finding_comes_back_when_it_has_grown(self, filled):
        self.fold(filled, decided("M2", probability=0.6, kw=12.0), decided("M3", probability=0.6, kw=1.0))
        later = [
            row("M2", 0.74, kw=12.0),
            row("M3", 0.60, kw=3.0),
        ]
        filled.keep(run_view("screen-2"), later)
        assert filled.one("screen-1", "M2").status == "dismissed"
        assert filled.one("screen-2", "M2").status == "dismissed"
        assert filled.one("screen-2", "M3").status == "again"
        filled.keep(run_view("screen-3"), [row("M2", 0.76, kw=12.0)])
        assert filled.one("screen-3", "M2").status == "again"
        filled.keep(run_view("fuse-1", kind="fuse"), [row("M2", 0.99, kw=12.0)])
        assert filled.one("fuse-1", "M2").status == "dismissed", "probabilities of another kind of run do not compare"

    def test_cases_show_and_come_back_after_closing(self, filled):
        self.fold(filled, CaseChange("case-1", ("M1",), division="511802"))
        assert filled.one("screen-1", "M1").status == "case"
        assert filled.one("screen-1", "M1").case == "case-1"
        self.fold(filled, CaseChange("case-1", closed="2021-06-30T00:00:00.000000Z"))
        assert filled.one("screen-1", "M1").status == "closed"
        filled.keep(run_view("screen-2"), [row("M1", 0.9, kw=40.0, last_day="2021-07-10")])
        assert filled.one("screen-2", "M1").status == "again", "the load still runs after the case was closed"
        stopped = row("M1", 0.9, kw=40.0, last_day="2021-07-10", until="2021-06-29T00:00:00")
        filled.keep(run_view("screen-3"), [stopped])
        assert filled.one("screen-3", "M1").status == "closed"
        self.fold(filled, decided("M1", run="screen-2", at="2021-07-11T00:00:00.000000Z"))
        assert filled.one("screen-2", "M1").status == "dismissed"

    def test_folding_twice_or_by_two_is_not_possible(self, filled):
        start = filled.folded()
        assert filled.fold([decided("M2")], after=start, upto=Folded(3, "x"))
        assert not filled.fold([decided("M3")], after=start, upto=Folded(3, "x"))
        assert filled.one("screen-1", "M3").status == "open"
        assert filled.fold([], after=None, upto=Folded(1, "y"))
        assert filled.one("screen-1", "M2").status == "open", "folded anew, nothing is left of before"
        assert filled.folded() == Folded(1, "y")

    def test_labels_prefer_what_a_visit_found(self, filled):
        self.fold(
            filled,
            decided("M1", "accepted", mine=True, reason=""),
            decided("M2", reason="visited"),
            decided("M3", reason="data_fault", mine=None),
            CaseChange("case-1", ("M1", "M7"), division="511802"),
            Visited(
                "case-1", mine=False, by="luo", at="2021-06-21T00:00:00.000000Z", event="case-1/4", digest="a" * 64
            ),
        )
        labels = {label.meter: label for label in filled.labels()}
        assert sorted(labels) == ["M1", "M2", "M7"]
        assert (labels["M1"].mine, labels["M1"].basis, labels["M1"].event) == (False, "visit", "case-1/4")
        assert labels["M1"].first_day == date(2021, 5, 20)
        assert (labels["M2"].mine, labels["M2"].basis) == (False, "visit")
        assert (labels["M7"].probability, labels["M7"].division) == (None, "511802")

    def test_meters_of_one_customer_are_one_site(self, filled):
        assert filled.site_probabilities(RUN, EVERYWHERE, most=9) == [0.95, 0.6, 0.3, 0.02]
        assert filled.site_probabilities(RUN, EVERYWHERE, most=2) == [0.95, 0.6]

    def test_peers_are_alike_in_size_and_use(self, filled):
        line = filled.one("screen-1", "M1")
        assert filled.peers(line, same_use=True) == [(0.8, 30.0)]
        assert len(filled.peers(line, same_use=False)) == 3
