"""XML from strangers: nothing is expanded, fetched or followed; what breaks off keeps what came before; never a traceback."""

import gzip
import resource
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewatch.readers.xmlfile import likes_xml
from readers.xml_reading import read_text
from readers.xml_samples import cim, cim_intervals, cim_meter, code, green_button, quarter_hours

GOOD = green_button([1, 2, 3])
CIM = cim(cim_meter("m", cim_intervals(quarter_hours([1, 2]), code())))
SRC = Path(__file__).parents[2] / "src"


def with_doctype(declaration):
    return GOOD.replace("?>\n", f"?>\n{declaration}\n", 1).replace("<value>1<", "<value>&a;<")


BILLION_LAUGHS = (
    '<!DOCTYPE feed [<!ENTITY z "1">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("zyxwvutsr", "yxwvutsra", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "declaration",
    [
        BILLION_LAUGHS,
        '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE feed [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!-- harmless -->\n<?pi?><!DOCTYPE feed [<!ATTLIST value a CDATA "x">]>',
    ],
    ids=["billion laughs", "local file", "parameter entity", "outside DTD", "default attributes"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-8-sig"])
def test_declarations_are_refused_in_any_encoding(declaration, encoding, monkeypatch):
    def no_network(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    frame, issues = read_text(with_doctype(declaration).replace('encoding="utf-8"', ""), encoding=encoding)
    assert frame is None
    assert [issue.code for issue in issues] == ["xml_forbidden"]


def test_undeclared_entities_are_not_well_formed():
    _, issues = read_text(GOOD.replace("<value>2<", "<value>&a;<"))
    assert [issue.code for issue in issues] == ["xml_malformed"]


@pytest.mark.parametrize("text", [GOOD, CIM], ids=["ESPI", "CIM"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_encodings(text, encoding):
    declared = text.replace('encoding="utf-8"', f'encoding="{encoding}"').replace(
        'encoding="UTF-8"', f'encoding="{encoding}"'
    )
    frame, issues = read_text(declared, encoding=encoding)
    assert frame["value"].to_list()[:2] == [1, 2]
    assert issues == []


def test_a_wrong_encoding_is_told_and_the_rest_taken():
    text = cim(cim_meter("户1", cim_intervals(quarter_hours([1, 2]), code())))
    frame, issues = read_text(text, encoding="gb18030")
    assert frame["value"].to_list() == [1, 2]
    assert [issue.code for issue in issues] == ["wrong_encoding"]


@pytest.mark.parametrize("name", ["klingon", "utf-16", "base64", "rot13", "idna", "utf-7"])
def test_encodings_that_are_none_or_a_lie_do_no_harm(name):
    frame, _ = read_text(GOOD.replace('encoding="utf-8"', f'encoding="{name}"'))
    assert frame["value"].to_list() == [1, 2, 3]


@pytest.mark.parametrize("text", [GOOD, CIM], ids=["ESPI", "CIM"])
def test_cut_anywhere_it_keeps_what_came_before(text):
    whole, _ = read_text(text)
    for cut in range(0, len(text) - 8, 37):
        frame, issues = read_text(text[:cut])
        assert issues
        assert {issue.code for issue in issues} <= {"xml_malformed", "unknown_layout", "other_quantity"}
        if frame is not None:
            assert frame.equals(whole.head(frame.height))


def test_what_came_before_the_cut_is_taken():
    frame, issues = read_text(green_button(list(range(50)))[:-300])
    assert frame.height > 40
    assert [issue.code for issue in issues] == ["xml_malformed"]


def test_a_broken_gzip_keeps_what_came_before():
    packed = gzip.compress(green_button([i * 7919 % 10007 for i in range(20_000)]).encode())
    frame, issues = read_text(packed[: len(packed) // 2], name="x.xml.gz")
    assert 1000 < frame.height < 20_000
    assert issues[-1].code in {"truncated_file", "xml_malformed"}


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 100_000,
        '<feed xmlns="http://naesb.org/espi">' + "<entry>" * 5000,
        GOOD.replace("<value>2<", "<value>" + "<x>" * 300 + "<"),
        GOOD.replace("<value>2<", "<value>" + "9" * 11_000_000 + "<"),
        GOOD.replace("<IntervalReading>", "<IntervalReading>" + "<x/>" * 20_000, 1),
        GOOD.replace("<IntervalReading>", "<junk/>" * 1_500_000 + "<IntervalReading>", 1),
        '<feed xmlns="http://naesb.org/espi"',
        "<?xml version='1.0'?>",
        "<\x00\x01\x02naesb.org/espi",
        GOOD.replace("</feed>", "</feed><feed>"),
        GOOD.replace("<title/>", "<title>\x0b</title>"),
    ],
    ids=[
        "deep",
        "deep known",
        "deep inside",
        "long text",
        "wide",
        "junk",
        "open tag",
        "only declaration",
        "control",
        "two roots",
        "bad character",
    ],
)
def test_hostile_and_broken_files_become_issues(text):
    _, issues = read_text(text)
    assert {issue.code for issue in issues} <= {"xml_malformed", "unknown_layout"}
    assert issues


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), junk=st.binary(max_size=20), base=st.sampled_from([GOOD.encode(), CIM.encode()]))
def test_any_damage_is_survived(place, junk, base):
    at = int(place * len(base))
    read_text(base[:at] + junk + base[at + len(junk) :])


def test_memory_stays_bounded(tmp_path):
    path = tmp_path / "big.xml"
    text = green_button(["%d"] * 2000)
    head, tail = text.split("<IntervalReading>", 1)[0], "</IntervalBlock></content></entry></feed>"
    with path.open("w") as out:
        out.write(head)
        for i in range(400_000):
            out.write(
                f"<IntervalReading><timePeriod><duration>900</duration><start>{1_622_505_600 + 900 * i}</start>"
                f"</timePeriod><value>{i}</value></IntervalReading>\n"
            )
        out.write(tail)
    script = f"""
        import resource
        from pathlib import Path
        from minewatch.readers.issuelog import IssueLog
        from minewatch.readers.options import ReadOptions
        from minewatch.readers.xmlfile import open_xml
        def rows(name):
            frames = open_xml(Path(name), name, ReadOptions(), IssueLog())[1]
            return sum(frame.height for frame, _, _ in frames)
        Path("small.xml").write_text({GOOD!r})
        rows("small.xml")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(rows({str(path)!r}), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(SRC)},
    )
    rows, grown = map(int, done.stdout.split())
    assert rows == 400_000
    unit = 1024 if sys.platform != "darwin" else 1
    assert grown * unit < 120e6, f"{grown * unit / 1e6:.0f} MB for a file of {path.stat().st_size / 1e6:.0f} MB"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b'<?xml version="1.0"?><feed>', True),
        (b"\xef\xbb\xbf  <!-- x --><feed/>", True),
        ("<feed>".encode("utf-16"), True),
        (b"<MeterReadings xmlns='x'>", True),
        (b"meter,time,kw\n", False),
        (b"<5 kW,1\n", False),
        (b"", False),
        (b"PK\x03\x04", False),
    ],
)
def test_what_looks_like_xml(start, expected):
    assert likes_xml(start) is expected


def test_xml_of_another_kind_is_named():
    frame, issues = read_text("<html><body>404</body></html>")
    assert frame is None
    assert [issue.code for issue in issues] == ["unknown_layout"]
