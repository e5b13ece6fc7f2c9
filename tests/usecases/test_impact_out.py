from datetime import date

import pytest

from minewatch.model.errors import InputError, StoreError
from minewatch.usecases import impact, impact_out


@pytest.fixture(scope="module")
def view():
    return impact.share_of(part="yaan", on=date(2021, 6, 17))


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG")])
def test_the_ending_decides_the_kind_of_picture(tmp_path, view, name, start):
    impact_out.write_plot(view, tmp_path / name, language="en")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_another_ending_is_refused(tmp_path, view):
    with pytest.raises(InputError, match="neither"):
        impact_out.write_plot(view, tmp_path / "a.pdf", language="en")


def test_a_place_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path, view):
    with pytest.raises(StoreError) as caught:
        impact_out.write_html(view, tmp_path / "none" / "a.html", language="zh")
    assert caught.value.remedy
