import pytest

from minewatch.model.errors import ConfigurationError, ConflictError, InputError
from minewatch.stores.workspace import find_workspace, init, open_workspace


def test_a_workspace_is_made_found_and_opened(tmp_path):
    made = init(tmp_path / "office", zone="Asia/Shanghai", shards=3)
    assert open_workspace(tmp_path / "office") == made
    assert made.lake().shards == 3
    deep = tmp_path / "office" / "a" / "b"
    deep.mkdir(parents=True)
    assert find_workspace(None, variable=None, start=deep) == made
    assert find_workspace(None, variable=str(tmp_path / "office"), start=tmp_path) == made
    other = init(tmp_path / "other", zone="+05:30")
    assert find_workspace(tmp_path / "other", variable=str(tmp_path / "office"), start=deep) == other


def test_where_there_is_none_the_remedy_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigurationError, match="minewatch init"):
        find_workspace(None, variable=None, start=tmp_path)
    with pytest.raises(ConfigurationError, match="minewatch init"):
        open_workspace(tmp_path)


def test_a_workspace_is_not_made_twice(tmp_path):
    init(tmp_path, zone="+08:00")
    with pytest.raises(ConflictError):
        init(tmp_path, zone="+08:00")


def test_init_goes_on_after_an_interruption(tmp_path):
    init(tmp_path, zone="+08:00", shards=5)
    (tmp_path / "minewatch.toml").unlink()
    assert init(tmp_path, zone="+08:00", shards=9).shards == 5


@pytest.mark.parametrize("zone", ["Mars/Olympus", "+25:00", "", "../etc/passwd", "8"])
def test_a_zone_that_is_none_is_refused(tmp_path, zone):
    with pytest.raises(InputError, match="time zone"):
        init(tmp_path, zone=zone)


@pytest.mark.parametrize("shards", [0, 5000])
def test_a_number_of_shards_that_cannot_be(tmp_path, shards):
    with pytest.raises(InputError):
        init(tmp_path, zone="+08:00", shards=shards)


@pytest.mark.parametrize("text", ["zone =", "format = 1\n", 'format = 9\nzone = "+08:00"\nshards = 1\n'])
def test_settings_that_cannot_be_used(tmp_path, text):
    init(tmp_path, zone="+08:00")
    (tmp_path / "minewatch.toml").write_text(text)
    with pytest.raises(ConfigurationError):
        open_workspace(tmp_path)
