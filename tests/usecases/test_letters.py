"""Letters of a case: every kind in both languages as golden text, refusals, the office's own template."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from golden import check_golden
from minewatch.model.errors import InputError, RuleError
from minewatch.model.letters import FIELDS, LetterKind
from minewatch.reports.merge import document_bytes, document_text
from paper_office import DRILL, SITE, at, paper_office

NOW = at("chen", "19 16:00")
SET = ("--set", "issuer=雅安市能源局", "--set", "contact=0835-0000000")
REFER = ("case", "refer", "1", "--to", "police", "--body", "雅安市公安局", "--section", "section 3")
UNDER = ("--pack", "cn-sc-20210618", *DRILL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    office = paper_office(folder)
    for kind in ("inspection", "rectification", "surcharge"):
        more = (*SET, "--set", "surcharge=0.30元/千瓦时") if kind == "surcharge" else SET
        issued = ("--number", "雅能函〔2021〕7号", "--section", "second paragraph", "--until", "2021-06-25 12:00")
        order = ("case", "letter", "1", "--kind", kind, "--pack", "cn-ya-20210617", *issued, "--in", "zh", *DRILL)
        office.run(*order, "--out", folder / f"issued-{kind}.docx", *more, *at("chen", "19 15:30"))
    office.run(*REFER, *UNDER, *NOW)
    office.run("case", "restore", "1", "--by", "Chen", "--basis", "verified stop, racks empty", *NOW)
    return office, folder


def written(desk, kind, language, *more):
    office, folder = desk
    out = folder / f"{kind}.{language}.docx"
    office.run("paper", "notice", "1", "--kind", kind, "--in", language, "--out", out, *SET, *more, *NOW)
    return out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", LetterKind)
def test_golden(desk, kind, language):
    text = document_text(written(desk, kind, language).read_bytes())
    assert SITE in text
    assert "REHEARSAL" in text or "演　练" in text
    check_golden(f"letter-{kind}.{language}.txt", text)


def test_a_letter_needs_its_event(desk):
    office, folder = desk
    for kind, told in (("restoration", r"no case\.restored"), ("inspection", "no inspection")):
        with pytest.raises(RuleError, match=told):
            office.run("paper", "notice", "2", "--kind", kind, "--out", folder / "x.docx", *SET, *NOW)


def test_fields_without_value_and_unknown_ones_are_told(desk):
    office, folder = desk
    order = ("paper", "notice", "1", "--kind", "stop-order", "--out", folder / "x.docx")
    with pytest.raises(InputError, match=r"issuer \(body, paragraph 2"):
        office.run(*order, *NOW)
    with pytest.raises(InputError, match="no field isuer"):
        office.run(*order, "--set", "isuer=x", *NOW)
    with pytest.raises(InputError, match="sets no field"):
        office.run(*order, "--set", "issuer", *NOW)
    assert not (folder / "x.docx").exists()


def test_the_offices_own_template_and_standing_fields_win(tmp_path):
    office = paper_office(tmp_path)
    folder = office.folder / "templates"
    folder.mkdir()
    document = docx.Document()
    document.add_paragraph("{{issuer}} / {{deadline}}")
    (folder / "stop-order.en.docx").write_bytes(document_bytes(document, made_at=datetime(2021, 6, 1, tzinfo=UTC)))
    (folder / "fields.toml").write_text('issuer = "Energy Bureau"\n', "utf-8")
    out = tmp_path / "own.docx"
    office.run("paper", "notice", "1", "--kind", "stop-order", "--out", out, *NOW)
    assert document_text(out.read_bytes()) == "Energy Bureau / 17 June 2021, 22:00 (Beijing time, UTC+08:00)\n"
    (folder / "fields.toml").write_text('isuer = "x"\n', "utf-8")
    with pytest.raises(InputError, match="no field isuer"):
        office.run("paper", "notice", "1", "--kind", "stop-order", "--out", out, *NOW)


def test_check_and_templates_on_the_command_line(desk, tmp_path):
    office, _ = desk
    made = office.json("paper", "templates", tmp_path)["written"]
    assert len(made) == 2 * len(LetterKind)
    assert office.json("paper", "templates", tmp_path)["written"] == []
    good = tmp_path / "stop-order.zh.docx"
    assert office.json("paper", "check", good, "--kind", "stop-order") == []
    faults = office.json("paper", "check", good, "--kind", "restoration", code=10)
    assert [(one["code"], one["field"]) for one in faults] == [("missing", "effective"), ("missing", "decision")]
    with pytest.raises(InputError, match="cannot be read"):
        office.run("paper", "check", tmp_path / "none.docx", "--kind", "referral")


def test_every_field_is_told_in_the_docs():
    text = (Path(__file__).parents[2] / "docs" / "paper.md").read_text("utf-8")
    assert [name for name in FIELDS if f"`{name}`" not in text] == []


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed: no conversion to look at"
)
def test_it_becomes_a_pdf_of_two_pages(desk):
    out = written(desk, "stop-order", "zh")
    profile = f"-env:UserInstallation=file://{desk[1]}/office-profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", out.parent, out]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = PdfReader(out.with_suffix(".pdf")).pages
    assert len(pages) == 2
    assert "2021年6月17日" in "".join(pages[1].extract_text().split())
