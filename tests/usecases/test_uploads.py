"""Uploads: the name's ending decides what is read, nothing of it leads anywhere, and the file is gone after."""

import pytest

from case_office import BAI, GAO, case_office, turn
from minewatch.model.errors import InputError, RuleError
from minewatch.usecases import uploads
from minewatch.usecases.uploads import uploaded, uploaded_returns, uploaded_sites

RETURNS = "案件编号,自查结论,停机时间,签字人\ncase-1,已关停,2021-06-17 21:30,王\ncase-9,已关停,2021-06-17 21:30,王\n"
SITES = "项目名称,行政区划代码,计量点编号,功率(kW)\n新站,511824,m77,12\n坏行,999999,m78,12\n甲站,511824,m1,5\n"


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    "name", ["../../etc/x.csv", "C:\\temp\\..\\x.csv", "x\x00y.csv", "….csv", "名单.CSV", "-rf.csv"]
)
def test_a_name_leads_nowhere(name):
    with uploaded(name, b"a") as path:
        assert path.parent.name.startswith("minewatch-")
        assert path.read_bytes() == b"a"
        assert path.suffix == ".csv"
    assert not path.exists()


@pytest.mark.parametrize(("name", "content"), [("x.exe", b"a"), ("x", b"a"), ("csv", b"a"), ("x.csv", b"")])
def test_what_is_no_form_is_refused(name, content):
    with pytest.raises(InputError), uploaded(name, content):
        pass


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FORM_BYTES", 2)
    with pytest.raises(InputError, match="3 bytes"), uploaded("x.csv", b"abc"):
        pass


def test_returns_row_by_row(office):
    done = uploaded_returns(turn=turn(office, BAI), name="r.csv", content=RETURNS.encode(), campaign="ya")
    assert [one.stream for one in done.receipts] == ["case-1"]
    assert [(one.code, one.line, one.file) for one in done.issues] == [("form_no_case", 3, "r.csv")]
    with pytest.raises(RuleError):
        uploaded_returns(turn=turn(office, GAO), name="r.csv", content=RETURNS.encode(), campaign="ya")


def test_sites_row_by_row(office):
    opened = uploaded_sites(
        turn=turn(office, BAI), name="名单.csv", content=SITES.encode(), campaign="ya", fresh="0" * 32
    )
    assert [one.stream for one in opened.receipts] == ["case-5"]
    assert opened.doubles == (("甲站", "case-1"),)
    assert [(one.code, one.line) for one in opened.issues] == [("form_bad_division", 3)]
