from datetime import UTC, date, datetime

import pytest

from minewatch.model.errors import ConfigurationError, InputError
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.workspaces import holdings, init_workspace, open_workspace


def test_make_find_and_ask_what_it_holds(tmp_path):
    made = init_workspace(folder=tmp_path / "office", zone="Asia/Shanghai")
    assert made.shards == 64
    assert open_workspace(given=None, variable=None, start=tmp_path / "office") == made
    assert holdings(workspace=made) == ()
    (tmp_path / "a.csv").write_text("meter,time,kw\n" + "".join(f"a,2021-06-01 {h:02d}:00,1\n" for h in range(24)))
    import_files([tmp_path / "a.csv"], lake=made.lake(), now=datetime(2026, 1, 1, tzinfo=UTC))
    (held,) = holdings(workspace=made)
    assert (held.slots, held.rows, held.first_day, held.last_day) == (24, 1, date(2021, 6, 1), date(2021, 6, 1))


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(ConfigurationError, match="minewatch init"):
        open_workspace(given=None, variable=None, start=tmp_path)
    with pytest.raises(InputError):
        init_workspace(folder=tmp_path, zone="nowhere")
