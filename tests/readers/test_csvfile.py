import pytest

from minewatch.readers import csvfile
from minewatch.readers.csvfile import CsvTable, delimiter_of, encoding_of, line_ends, split_lines
from minewatch.readers.issuelog import IssueLog


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    text = "电表资产号,日期,功率\n0012,2021-06-17,1.5\n" * 20
    assert encoding_of(text.encode(encoding)) == encoding


def test_a_sample_cut_inside_a_character_and_a_damaged_byte():
    data = ("表号,功率\n" * 2000).encode("gb18030")
    assert encoding_of(data[:-2]) == "gb18030"
    data = bytearray(("表号,功率\n" * 2000).encode())
    data[5000] = 0xFF
    assert encoding_of(bytes(data)) == "utf-8"
    assert encoding_of(b"plain ascii,1\n") == "utf-8"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("title; with one\na,b,c\n1,2,3\n4,5,6\n", ","),
        ("single\n1\n2\n", ","),
        ("", ","),
    ],
)
def test_delimiters(text, mark):
    assert delimiter_of(text) == mark


def test_lines_keep_their_numbers():
    assert split_lines('a,"b,c"\r\n\r\nx ,y\n', ",") == [["a", "b,c"], [], ["x", "y"]]
    assert split_lines('x,"open\ny,1\n', ",") == [["x", "open"], ["y", "1"]]
    assert line_ends(b"a\nbb\nc").tolist() == [2, 5, 6]
    assert line_ends(b"a\n").tolist() == [2]


def table(path, log, width=3, skip=1):
    return CsvTable(path, "f.csv", encoding="utf-8", delimiter=",", decimal=".", width=width, skip=skip, log=log)


@pytest.mark.parametrize("block", [7, 64, 1 << 20])
def test_chunks_number_lines_whatever_the_block(tmp_path, monkeypatch, block):
    monkeypatch.setattr(csvfile, "BLOCK", block)
    path = tmp_path / "a.csv"
    path.write_text("m,t,v\nA,x,1\n\nB,y,2\nC,z\nD,w,4,5\nE,q,6", "utf-8")
    log = IssueLog()
    rows = [
        (line, *row)
        for chunk in table(path, log).chunks([0, 1], [2])
        for line, row in zip(chunk.lines, chunk.frame.rows(), strict=True)
    ]
    assert [(line, meter) for line, meter, *_ in rows] == [(2, "A"), (3, None), (4, "B"), (5, "C"), (6, "D"), (7, "E")]
    assert [float(row[3]) if row[3] is not None else None for row in rows] == [1, None, 2, None, 4, 6]
    assert {(issue.code, issue.line) for issue in log.take()} == {("row_too_short", 5), ("row_too_long", 6)}


def test_a_file_without_line_ends_is_given_up_in_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(csvfile, "BLOCK", 1000)
    monkeypatch.setattr(csvfile, "LONGEST_LINE", 10_000)
    path = tmp_path / "a.csv"
    path.write_bytes(b"m,t,v\n" + b"x" * 100_000)
    log = IssueLog()
    assert sum(chunk.frame.height for chunk in table(path, log).chunks([0, 1], [2])) == 0
    assert [issue.code for issue in log.take()] == ["unreadable_file"]
