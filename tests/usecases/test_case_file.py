"""The case file of a case that has been through much: golden text in both languages, evidence ids, who may read it."""

import io
import re
import zipfile

import pytest

from golden import check_golden
from minewatch import __version__
from minewatch.model.errors import InputError
from minewatch.reports.merge import document_text
from paper_office import METERS, at, paper_office

NOW = at("chen", "19 16:00")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case-file")
    office = paper_office(folder)
    dispute = ("case", "dispute", "1", "--kind", "figures", "--raised-by", "王小明", "--grounds", "电表倍率有误")
    office.run(*dispute, *at("bai", "19 15:00"))
    office.run("case", "settle", "1", "--dismissed", "--reason", "meter checked", "--by", "Chen", *NOW)
    return office, folder


@pytest.mark.parametrize("language", ["zh", "en"])
def test_golden(desk, language):
    office, folder = desk
    out = folder / f"case.{language}.docx"
    office.run("--lang", language, "case", "file", "1", "--out", out, *NOW)
    text = re.sub(r"[0-9a-f]{16,64}", "<digest>", document_text(out.read_bytes()).replace(__version__, "<version>"))
    check_golden(f"case-file.{language}.txt", text)


def test_every_figure_names_its_evidence(desk):
    office, folder = desk
    out = folder / "case.html"
    office.run("--lang", "en", "case", "file", "1", "--out", out, *NOW)
    page = out.read_text("utf-8")
    for row in (
        '<td class="short">2021-06-17 21:30</td><td class="short">E4.1</td>',
        '<td class="short">1,000 kW</td><td class="short">E1.1</td>',
    ):
        assert row in page
    assert METERS[0] in page
    assert "<svg" in page
    assert "REHEARSAL" in page


def test_a_case_without_meters_has_no_curve(desk):
    office, folder = desk
    out = folder / "two.html"
    office.run("--lang", "en", "case", "file", "2", "--out", out, *NOW)
    assert "Load curve" not in out.read_text("utf-8")


def test_the_bundle_holds_the_same_file(desk):
    office, folder = desk
    office.run("case", "bundle", "1", folder / "b.zip", *NOW)
    office.run("--lang", "zh", "case", "file", "1", "--out", folder / "zh.html", *NOW)
    with zipfile.ZipFile(io.BytesIO((folder / "b.zip").read_bytes())) as bundle:
        assert bundle.read("case/case.zh.html") == (folder / "zh.html").read_bytes()


def test_other_endings_are_refused(desk):
    office, folder = desk
    with pytest.raises(InputError, match=r"neither \.html nor \.docx"):
        office.run("case", "file", "1", "--out", folder / "case.pdf", *NOW)
