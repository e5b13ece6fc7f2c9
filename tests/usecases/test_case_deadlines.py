from datetime import UTC, datetime

from minewatch.stores.workspace import init
from minewatch.usecases.case_deadlines import case_deadlines
from minewatch.usecases.office import open_office
from minewatch.usecases.screen_inputs import Given
from minewatch.usecases.screen_known import gathered_workspace
from stop_office import curve, fill, opened

TOLD = datetime.fromisoformat("2021-06-17T22:00")
NOW = datetime(2021, 6, 30, tzinfo=UTC)


def test_a_meter_is_held_against_the_deadline_of_its_own_case(tmp_path):
    workspace = init(tmp_path / "w", zone="+08:00", shards=3)
    assert case_deadlines(workspace) == {}
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as office:
        lake = fill(office, {"a": curve(), "b": curve(), "c": curve()})
        opened(office, [("a", "b")])
    assert case_deadlines(workspace) == {"a": TOLD, "b": TOLD}
    other = Given(deadline=datetime.fromisoformat("2021-06-20T14:00"))
    with gathered_workspace(workspace, lake=lake, now=NOW, given=other) as known:
        assert known.told["deadline"].en == "2021-06-20 14:00; 2 meters by their cases"
        assert known.around.deadlines["a"] == TOLD
    with gathered_workspace(workspace, lake=lake, now=NOW, cases=False) as known:
        assert "deadline" not in known.told
