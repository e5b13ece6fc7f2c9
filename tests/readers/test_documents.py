import io
import random
import zipfile
from datetime import UTC, date, datetime

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.documents import files_of, front_matter, parse_date, read_bytes, read_file

CHINESE = "6月9日，青海省工业和信息化厅下发通知。全面关停虚拟货币挖矿项目。"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body, extra=(), core=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
        if core:
            archive.writestr("docProps/core.xml", core)
        for name, data in extra:
            archive.writestr(name, data)
    return buffer.getvalue()


def word(*paragraphs):
    inside = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return f"<w:document {W}><w:body>{inside}</w:body></w:document>"


def pdf(text):
    """A PDF of one page by hand, with a text layer in Latin letters."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def one(data, name="x.txt"):
    documents = read_bytes(data, name)
    assert len(documents) == 1
    return documents[0]


def test_markdown_with_front_matter_and_html_inside():
    source = (
        "---\ntitle: '四川：清理'\ncategories: \n - 新媒体\n - 最新\nauthor: cnBeta\n"
        "date: Fri, 18 Jun 2021 05:54:42 GMT\n---\n\n<div><p>第一段<strong>重点</strong>。</p><p>第二段<br>第三段</p>"
        "<script>alert(1)</script></div>\n"
    )
    read = one(source.encode(), "x.md")
    assert read.title == "四川：清理"
    assert read.text == "四川：清理\n第一段重点。\n第二段\n第三段"
    assert read.text[slice(*read.title_span)] == read.title
    assert read.published == datetime(2021, 6, 18, 5, 54, 42, tzinfo=UTC)
    assert read.categories == ("新媒体", "最新")
    assert read.author == "cnBeta"
    assert read.date_from == "front matter"


def test_plain_markdown():
    read = one(b"# Title here\n\nSome **bold** and [a link](http://x).\nStill the paragraph.\n\n- item\n", "x.md")
    assert read.text == "Title here\nSome bold and a link.\nStill the paragraph.\nitem"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_give_one_text(encoding):
    assert one(CHINESE.encode(encoding)).text == CHINESE


def test_html_page_and_its_head():
    source = (
        '<!DOCTYPE html><html><head><meta charset="gb2312"><title>题目</title>'
        '<meta name="author" content="某报"><meta property="article:published_time" content="2021-06-18T13:54:42+08:00">'
        f"</head><body><nav>菜单</nav><article><h1>题目</h1><p>{CHINESE}</p></article></body></html>"
    )
    read = one(source.encode("gb18030"), "x.html")
    assert read.text == f"题目\n{CHINESE}"
    assert read.encoding == "gb18030"
    assert read.author == "某报"
    assert read.published.astimezone(UTC) == datetime(2021, 6, 18, 5, 54, 42, tzinfo=UTC)


def test_word_pdf_and_feeds():
    core = (
        '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/"><dc:title>通知</dc:title>'
        "<t:created>2021-06-18T00:00:00Z</t:created></c>"
    )
    read = one(docx(word(CHINESE, "第二段。"), core=core), "x.docx")
    assert read.text == f"通知\n{CHINESE}\n第二段。"
    assert read.published == datetime(2021, 6, 18, tzinfo=UTC)
    assert one(pdf("Stop all mining by June 20."), "x.pdf").text == "Stop all mining by June 20."
    rss = (
        '<?xml version="1.0" encoding="gb2312"?><rss><channel><item><title>一</title><description>&lt;p&gt;甲。&lt;/p&gt;'
        "</description><pubDate>Fri, 18 Jun 2021 05:54:42 GMT</pubDate></item><item><title>二</title></item></channel></rss>"
    )
    items = read_bytes(rss.encode("gb18030"), "x.xml")
    assert [item.text for item in items] == ["一\n甲。", "二"]
    assert items[0].name == "x.xml#1"
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>三</title><content type="html">乙。</content>'
        "<published>2021-06-18T05:54:42Z</published></entry></feed>"
    )
    assert one(atom.encode(), "x.atom").published == datetime(2021, 6, 18, 5, 54, 42, tzinfo=UTC)


def test_dates_as_written_in_heads():
    assert parse_date("2021年6月18日 13:54")[0].isoformat() == "2021-06-18T13:54:00+08:00"
    assert parse_date("2021-06-18") == (parse_date("2021-06-18 00:00")[0], True)
    assert parse_date("2021-06-18 05:54:42 +0000")[0].isoformat() == "2021-06-18T05:54:42+00:00"
    assert parse_date("soon") == (None, False)
    assert parse_date("2021-13-45") == (None, False)
    assert front_matter("tags: [a, 'b']\nx: \"y\"\n") == {"tags": ["a", "b"], "x": ["y"]}


BILLION = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "empty": (b"", "x.txt"),
    "blank": (b" \n\t\n", "x.txt"),
    "zeros": (b"\x00" * 100, "x.txt"),
    "controls": (bytes(range(1, 9)) * 50 + b"text", "x.txt"),
    "mixed encodings": ((CHINESE + "\n").encode() + (CHINESE + "\n").encode("gb18030"), "x.txt"),
    "neither encoding": (b"\xff\xff\xff\x80abc\x81", "x.txt"),
    "too large": (b"a" * 20_000_001, "x.txt"),
    "too long": (("长" * 1_000_001).encode(), "x.txt"),
    "open front matter": (b"---\ntitle: x\n\nbody", "x.md"),
    "tags only": (b"<html><script>1</script></html>", "x.html"),
    "zip that is no document": (docx("<x/>").replace(b"word/document.xml", b"word/documentX.ml"), "x.docx"),
    "cut zip": (docx(word(CHINESE))[:-40], "x.docx"),
    "zip bomb": (docx(word(CHINESE), [("word/media/a", b"0" * 30_000_000)]), "x.docx"),
    "many parts": (docx(word(CHINESE), [(f"p{n}", b"") for n in range(2_100)]), "x.docx"),
    "bomb in the document": (docx(f"<w:document {W}>" + " " * 60_000_000 + "</w:document>"), "x.docx"),
    "xml bomb": (docx(f"{BILLION}<w:document {W}><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>"), "x.docx"),
    "nested docx": (docx(f"<w:document {W}>" + "<w:p>" * 5_000 + "</w:p>" * 5_000 + "</w:document>"), "x.docx"),
    "broken xml": (docx("<w:document>"), "x.docx"),
    "external entity": (b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item>&a;</item></rss>', "x.xml"),
    "feed bomb": ((BILLION + "<rss><channel><item><title>&b;</title></item></channel></rss>").encode(), "x.rss"),
    "feed without items": (b"<rss><channel></channel></rss>", "x.rss"),
    "endless feed": (b"<rss>" + b"<item/>" * 1_001 + b"</rss>", "x.rss"),
    "broken pdf": (b"%PDF-1.7\n1 0 obj<<", "x.pdf"),
    "pdf without text": (pdf(""), "x.pdf"),
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
@pytest.mark.filterwarnings("ignore")
def test_hostile_input_is_refused_with_a_remedy(case):
    data, name = HOSTILE[case]
    with pytest.raises(InputError) as caught:
        read_bytes(data, name)
    assert name in caught.value.message
    assert caught.value.remedy.endswith(".")


def test_deeply_nested_html_is_read_or_refused_but_never_crashes():
    source = b"<html>" + b"<div>" * 20_000 + CHINESE.encode() + b"</div>" * 20_000
    try:
        text = one(source, "x.html").text
    except InputError:
        text = CHINESE  # refusing it is right too; only a crash or half a text is wrong
    assert "青海省" in text


@pytest.mark.filterwarnings("ignore")
def test_damaged_files_never_crash():
    rng = random.Random(20210618)
    good = [docx(word(CHINESE)), pdf("Stop all mining."), CHINESE.encode("gb18030"), f"<html><p>{CHINESE}</p>".encode()]
    refused = 0
    for data in good:
        for _ in range(150):
            bad = bytearray(data)
            for _ in range(rng.randint(1, 20)):
                bad[rng.randrange(len(bad))] = rng.randrange(256)
            try:
                read_bytes(bytes(bad), "x")
            except InputError as error:
                refused += bool(error.remedy)
    assert refused > 100


def test_a_folder_is_read_in_the_order_of_names(tmp_path):
    (tmp_path / "b.txt").write_text(CHINESE, "utf-8")
    (tmp_path / "a.txt").write_bytes(CHINESE.encode("gb18030"))
    (tmp_path / "c.png").write_bytes(b"no document")
    assert [file.name for file in files_of(tmp_path)] == ["a.txt", "b.txt"]
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / "none.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no document"):
        files_of(tmp_path / "empty")


def test_a_day_without_clock_stays_that_day():
    read = one("---\ndate: 2021-06-18\n---\n正文。\n".encode(), "x.md")
    assert read.date_only
    assert read.published.date() == date(2021, 6, 18)
