"""Names that are scripts or formulas: shown as they are on every page, neutral in every file that is handed out."""

import csv
import io

import openpyxl
import pytest

from access_table import PUBLIC, TABLE, url_of
from api_office import furnish, give_tokens
from console_office import BEGIN, make_console
from minewatch.casework.commands import Dispute, DisputeKind, OpenCase, RecordReturn, ReturnKind
from minewatch.model.actors import Actor, Role
from minewatch.usecases.access import add_actor
from minewatch.usecases.accounts import Secrets, new_token, open_session
from minewatch.usecases.cases import act, open_cases
from minewatch.usecases.office import Turn

SCRIPTS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "</title><script>x</script>",
    "{{7*191}}<blink>", "javascript:alert(1)//<marquee>", "</textarea><script>y</script>", "<!--<script>z", "\u202egnp.<tt>",
)  # fmt: skip
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=HYPERLINK("http://x")',
)
TAGS = (
    "<script>alert",
    "<img src=x",
    "<svg/onload",
    "<script>x<",
    "<script>y<",
    "<blink>",
    "<!--<script>z",
    "<tt>",
    "<marquee>",
)
ACTORS = {"D": "admin", "S": "supervisor", "A": "analyst", "I": "inspector", "U": "auditor"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with make_console(tmp_path_factory.mktemp("hostile")) as made:
        furnish(made)
        give_tokens(made)
        chen = made.console.actor("chen")
        admin = made.console.actor("admin")
        for number, name in enumerate((*SCRIPTS, *FORMULAS)):
            add_actor(log=made.office.log, by=admin, at=BEGIN, new=Actor(
                name, frozenset({Role.INSPECTOR}), ("511824",)))  # fmt: skip
            case = OpenCase(
                campaign="campaign-ya", site=f"{name}", jurisdiction="511824", meters=(f"{name}{number}",),
                origin=name, summary=name, mining_kw=50.0, location="29.23,102.36",
            )  # fmt: skip
            (receipt,) = open_cases(log=made.office.log, actor=chen, at=BEGIN, new=[case])
            command = RecordReturn(kind=ReturnKind.STILL_RUNNING, received_at=BEGIN, signed_by=name, note=name)
            act(log=made.office.log, actor=chen, at=BEGIN, case=receipt.stream, command=command)
            dispute = Dispute(kind=DisputeKind.FIGURES, raised_by=name, grounds=name, raised_at=BEGIN)
            act(log=made.office.log, actor=chen, at=BEGIN, case=receipt.stream, command=dispute)
            made.last = receipt.stream
        for name in ACTORS.values():
            turn = Turn(made.office, made.console.actor(name), BEGIN)
            new_token(turn=turn, store=made.store, label=SCRIPTS[0], secret=f"secret-{name}")
            open_session(store=made.store, name=name, secrets=Secrets(f"cookie-{name}", f"csrf-{name}"), at=made.at)
        yield made


def client_of(office, name):
    access = TABLE[name]
    actor = ACTORS["S" if access.roles == PUBLIC or "S" in access.roles else access.roles[0]]
    client = office.anonymous()
    client.cookies.set("minewatch", f"cookie-{actor}")
    return client, f"csrf-{actor}"


PAGES = [name for name in TABLE if name.startswith("GET") and " /api/v1/" not in name]


@pytest.mark.parametrize("name", PAGES)
def test_what_looks_like_a_script_is_shown_and_never_run(office, name):
    client, _ = client_of(office, name)
    path = name.split()[1]
    cases = [f"case-{number}" for number in range(5, 5 + len(SCRIPTS))] if "{case}" in path else ["case-1"]
    for case in cases:
        answer = client.get(url_of(path, case=case) + TABLE[name].query)
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html"):
            for tag in TAGS:
                assert tag not in answer.text, f"{name} lets {tag} through"
            assert "1337&lt;" not in answer.text, "a template in a name was worked out"
        elif "text/" in kind:
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    "path",
    ["/cases?words={}", "/audit?thing={}&person={}", "/law?code={}", "/law/{}", "/cases/{}", "/campaigns/{}", "/grid?q={}",
     "/data/coverage?text={}", "/sign-in?next=/{}", "/nowhere/{}", "/draws/{}", "/data/jobs/{}"],
)  # fmt: skip
def test_what_is_asked_for_is_shown_and_never_run(office, path, script):
    client, _ = client_of(office, "GET /audit")
    answer = client.get(path.format(script, script))
    assert answer.status_code < 500
    for tag in TAGS:
        assert tag not in answer.text, f"{path} lets {tag} through"


def cells_of(content, media):
    """Return the cells of a CSV or a workbook as (text, whether it is a formula)."""
    if "csv" in media:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return [(cell, cell.startswith(DANGEROUS)) for row in rows for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [(str(cell.value), cell.data_type == "f") for sheet in book for row in sheet.iter_rows() for cell in row]


FILES = {
    "audit": ("POST", "/audit/export", {"form": "csv"}),
    "bulletin": ("GET", "/campaigns/ya/bulletin.xlsx", {}),
    "returns": ("GET", "/campaigns/ya/returns.xlsx", {}),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_that_is_handed_out_holds_a_formula(office, name):
    method, path, data = FILES[name]
    client, csrf = client_of(office, "GET /audit")
    answer = client.post(path, data={**data, "csrf": csrf}) if method == "POST" else client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    cells = cells_of(answer.content, answer.headers["content-type"])
    assert any("1+1" in text for text, _ in cells), "the names are in the file"
    assert [text for text, formula in cells if formula and not is_number(text)] == []


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
