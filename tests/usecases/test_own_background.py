"""Learning from the workspace's own meters as a use case: kept with its card when better, on record, visits go on top."""

import pytest

from always_better import always_better
from finding_samples import ANALYST, INSPECTOR, SUPERVISOR, opened, turn
from minewatch.detect.own_background import KIND, PARTS
from minewatch.model.errors import InputError, RuleError
from minewatch.usecases import own_background
from minewatch.usecases.models import card, cards, choose, fit, judge_of
from minewatch.usecases.own_background import fit_background
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from visited_office import NOW, visited_office, write_labels

WINDOWS = 64


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    names = visited_office(folder, meters=32)
    with pytest.MonkeyPatch.context() as patch, opened(folder) as office:
        patch.setattr(own_background, "learn_background", always_better)
        yield office, names, fit_background(turn=turn(office), windows=WINDOWS)


def test_what_is_better_is_kept_with_its_card_and_on_record(made):
    office, names, found = made
    assert found.kept == found.card.id
    assert found.card.kind == KIND
    assert (found.card.meters, found.card.visits, found.card.mines, found.card.trees) == (32, 0, 0, 2)
    assert found.card.windows >= 32
    assert card(turn=turn(office), name=found.kept) == found.card
    (event,) = office.log.stream("models")
    assert event.name == "model.fitted/1"
    assert '"meters":32' in event.data.replace(" ", "")
    said = [found.sentence, *found.cautions]
    assert any("SIMULATED" in text.en for text in said)
    assert all(text.zh for text in said)
    own = judge_of(office.workspace, given=office.workspace.folder / "models" / f"{found.kept}.npz").model.own
    assert len(own.forests) == PARTS
    assert len(own.known) == len(names)


def test_it_screens_once_chosen_and_visits_go_on_top(made, tmp_path):
    office, names, found = made
    labels = write_labels(tmp_path / "l.csv", [(name, "yes") for name in names])
    visits = fit(turn=turn(office), file=labels, on=found.kept)
    assert visits.card.started_from == found.kept
    assert visits.card.based_on != found.card.based_on
    with pytest.raises(InputError, match="itself made from visits"):
        fit(turn=turn(office), file=labels, on=visits.kept)
    choose(turn=turn(office, SUPERVISOR), name=visits.kept)
    run = run_on_workspace(
        given=office.workspace.folder, variable=None, start=office.workspace.folder, outputs=Outputs(top=0), now=NOW
    )
    assert run.model == visits.kept
    assert judge_of(office.workspace).model.own is not None
    assert len(cards(turn=turn(office))[0]) == 2


def test_who_may_not_is_refused(made):
    office, *_ = made
    with pytest.raises(RuleError):
        fit_background(turn=turn(office, INSPECTOR), windows=WINDOWS)
    with pytest.raises(RuleError):
        fit_background(turn=turn(office, ANALYST), windows=WINDOWS, use=True)


def test_too_few_meters_are_refused_in_words(tmp_path):
    visited_office(tmp_path / "w", meters=4)
    with opened(tmp_path / "w") as office, pytest.raises(InputError, match="4 meters can be drawn from"):
        fit_background(turn=turn(office), windows=WINDOWS)
