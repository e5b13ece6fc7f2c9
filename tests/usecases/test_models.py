"""Models from visits as use cases: kept when better, refused when not, chosen by who may, on record, told with cautions."""

import io
from dataclasses import replace

import numpy as np
import pytest

from finding_samples import ANALYST, INSPECTOR, SUPERVISOR, opened, turn
from minewatch.detect.identity import Judge, detector_digest
from minewatch.detect.learned import shipped_model
from minewatch.model.curve_models import SHIPPED
from minewatch.model.errors import InputError, MissingError, RuleError
from minewatch.model.findings_views import FindingQuery
from minewatch.usecases.findings import listed
from minewatch.usecases.models import card, cards, choose, file_judge, fit, judge_of, kept_judge
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from minewatch.usecases.screen import screen_lake
from usecases.memory_lake import MemoryBlock, MemoryLake, example_meters
from visited_office import FIRST, NOW, visited_office, write_labels


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An office whose visits contradict the shipped model: every ordinary meter was a mine."""
    folder = tmp_path_factory.mktemp("office") / "w"
    names = visited_office(folder, meters=24)
    labels = write_labels(folder / "labels.csv", [(name, "yes") for name in names] + [("NOBODY", "yes")])
    with opened(folder) as office:
        yield office, labels, fit(turn=turn(office), file=labels)


def test_what_told_held_out_sites_better_is_kept_with_its_card(made):
    office, _, found = made
    assert found.kept == found.card.id
    assert found.card.kind == "scale"
    assert found.card.scores["scale"].gain.low > 0
    assert (found.card.visits, found.card.mines, found.card.sites, found.card.by) == (24, 24, 24, "bai")
    assert found.card.left_out == len(found.issues) == 1
    assert found.card.labels_from == "labels.csv"
    assert card(turn=turn(office), name=found.kept) == found.card
    assert found.kept in found.sentence.en
    assert found.kept in found.sentence.zh


def test_the_cautions_say_who_chose_the_visits(made):
    *_, found = made
    said = " ".join(text.en for text in found.cautions)
    assert f"{found.card.pointed} of 24" in said
    assert "random" in said
    assert "All answers are the same" in said
    assert all(text.zh for text in found.cautions)


def test_it_is_on_record_and_screens_only_once_chosen(made):
    office, _, found = made
    workspace = office.workspace
    assert judge_of(workspace).name == ""
    assert choose(turn=turn(office, SUPERVISOR), name=found.kept) == SHIPPED
    assert judge_of(workspace).name == found.kept
    assert cards(turn=turn(office)) == ((found.card,), found.kept)
    own = run_on_workspace(
        given=workspace.folder, variable=None, start=workspace.folder, outputs=Outputs(top=0), now=NOW
    )
    page = listed(turn=turn(office), query=FindingQuery(run=own.run))
    assert own.model == page.run.model == found.kept
    assert page.run.detector == kept_judge(workspace, found.kept).detector != detector_digest()
    assert choose(turn=turn(office, SUPERVISOR), name=SHIPPED) == found.kept
    back = run_on_workspace(
        given=workspace.folder, variable=None, start=workspace.folder, outputs=Outputs(top=0), now=NOW
    )
    assert back.model == SHIPPED
    assert back.run != own.run
    assert [event.name for event in office.log.stream("models")] == [
        "model.fitted/1",
        "model.chosen/1",
        "model.chosen/1",
    ]


def test_who_may_not_is_refused(made):
    office, labels, found = made
    with pytest.raises(RuleError):
        fit(turn=turn(office, INSPECTOR), file=labels)
    with pytest.raises(RuleError):
        fit(turn=turn(office, ANALYST), file=labels, use=True)
    with pytest.raises(RuleError):
        choose(turn=turn(office, ANALYST), name=found.kept)


def test_what_is_not_surely_better_is_not_kept(tmp_path):
    names = visited_office(tmp_path / "w", meters=16)
    answers = [(name, "yes" if place in {0, 1, 2, 9} else "no") for place, name in enumerate(names)]
    with opened(tmp_path / "w") as office:
        found = fit(turn=turn(office, SUPERVISOR), file=write_labels(tmp_path / "l.csv", answers), use=True)
        assert not found.kept
        assert not found.in_use
        assert cards(turn=turn(office)) == ((), SHIPPED)
        assert "shipped model stays" in found.sentence.en


def test_too_few_labels_are_told_with_the_first_reason(tmp_path):
    visited_office(tmp_path / "w", meters=8)
    with opened(tmp_path / "w") as office:
        with pytest.raises(InputError, match=r"0 sites.*--labels"):
            fit(turn=turn(office))
        with pytest.raises(InputError, match="NOBODY"):
            fit(turn=turn(office), file=write_labels(tmp_path / "l.csv", [("V001", "yes"), ("NOBODY", "no")]))


def test_models_that_are_not_there_or_cannot_be_used(made, tmp_path):
    office, *_ = made
    with pytest.raises(MissingError, match="model-none"):
        card(turn=turn(office), name="model-none")
    with pytest.raises(MissingError, match="model-none"):
        choose(turn=turn(office, SUPERVISOR), name="model-none")
    with pytest.raises(MissingError):
        judge_of(None, given=tmp_path / "nothing.npz")
    (tmp_path / "no.npz").write_bytes(b"no model")
    with pytest.raises(InputError, match="Fit it again"):
        file_judge(tmp_path / "no.npz")
    content = io.BytesIO()
    replace(shipped_model(), looks=("other",)).save(content)
    (tmp_path / "other.npz").write_bytes(content.getvalue())
    with pytest.raises(InputError, match="other looks"):
        file_judge(tmp_path / "other.npz")


def test_kept_results_are_screened_again_for_another_model():
    kw = example_meters(4)
    lake = MemoryLake([[MemoryBlock(("a", "b", "c", "d"), FIRST, kw)]])
    kept = {}

    class Results:
        get = staticmethod(kept.get)
        put = staticmethod(kept.__setitem__)
        keep_only = staticmethod(frozenset)

    first = screen_lake(lake=lake, results=Results())
    own = Judge(replace(shipped_model(), scale=shipped_model().scale + np.array([0.0, 1.0])), "model-1", "1" * 64)
    again = screen_lake(lake=lake, results=Results(), judge=own)
    assert len(kept) == 2
    assert not again.equals(first)
    assert screen_lake(lake=lake, results=Results()).equals(first)
    assert lake.asked == 2
