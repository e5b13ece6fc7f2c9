"""Photos: known by their first bytes, limited, kept by digest, opened only through the case that names them."""

import pytest

from case_office import COUNTY, GAO, JPEG, LUO, PNG, case_office, turn
from minewatch.model.errors import InputError, RuleError
from minewatch.usecases import photos
from minewatch.usecases.photos import HEIC, keep_photo, kind_of, open_photo
from minewatch.usecases.steps import RecordVisit, give


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00", "image/heic"),
    ],
)
def test_kinds_that_are_taken(content, media):
    assert kind_of(content).media == media


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"%PDF-1.7",
        b"MZ\x90",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"\x00\x00\x00\x18ftypisom",
    ],
)
def test_kinds_that_are_not(office, content):
    assert kind_of(content) is None
    with pytest.raises(InputError):
        keep_photo(turn=turn(office, LUO), case="case-1", content=content)


def test_a_photo_too_large_is_refused(office, monkeypatch):
    monkeypatch.setattr(photos, "MOST_BYTES", len(JPEG) - 1)
    with pytest.raises(InputError, match="bytes"):
        keep_photo(turn=turn(office, LUO), case="case-1", content=JPEG)


@pytest.mark.parametrize("actor", [COUNTY, GAO])
def test_who_may_not_visit_leaves_no_photo(office, actor):
    with pytest.raises(RuleError):
        keep_photo(turn=turn(office, actor), case="case-1", content=JPEG)
    assert not (office.workspace.folder / "attachments").exists()


def test_a_photo_is_opened_through_its_case_only(office):
    digest = keep_photo(turn=turn(office, LUO), case="case-1", content=JPEG)
    with pytest.raises(InputError):
        open_photo(turn=turn(office, GAO), case="case-1", digest=digest)
    visit = RecordVisit(
        at=turn(office).at, inspectors=("luo",), found="f", machines=None, running=None, photos=(digest,)
    )
    give(turn=turn(office, LUO), cases=["1"], command=visit)
    path, kind = open_photo(turn=turn(office, GAO), case="case-1", digest=digest)
    assert (path.read_bytes(), kind.media) == (JPEG, "image/jpeg")
    with pytest.raises(InputError):
        open_photo(turn=turn(office, GAO), case="case-2", digest=digest)
    with pytest.raises(RuleError):
        open_photo(turn=turn(office, COUNTY), case="case-1", digest=digest)
    path.write_bytes(b"<script>")
    with pytest.raises(RuleError, match="no photo any more"):
        open_photo(turn=turn(office, GAO), case="case-1", digest=digest)


def test_what_browsers_cannot_show_is_not_shown():
    assert not HEIC.shown
