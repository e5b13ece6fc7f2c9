import re
from dataclasses import replace
from datetime import datetime

import pytest
from lxml import html

from minewatch.model.views import Estimate
from minewatch.reports.findings_html import (
    chance,
    count,
    interval,
    kilowatts,
    percent,
    render_screen_report,
    since_words,
    until_words,
)
from screen_views import HOSTILE, finding, issue, report, series


def words(page, language="en"):
    """What a reader of one language sees, without the pictures."""
    tree = html.fromstring(page)
    other = "zh" if language == "en" else "en"
    for hidden in tree.xpath(f'//*[contains(concat(" ", @class, " "), " {other} ")] | //style | //title'):
        hidden.drop_tree()
    return re.sub(r"\s+", " ", tree.text_content())


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_language_asked_for_is_shown_first(language, tag):
    tree = html.fromstring(render_screen_report(report(), language=language))
    assert tree.get("lang") == tag
    assert [box.get("id") for box in tree.xpath("//input[@checked]")] == [f"pick-{language}"]
    assert {box.get("name") for box in tree.xpath("//input")} == {"language"}


def test_both_languages_are_complete():
    tree = html.fromstring(render_screen_report(report(issues=[issue()]), language="en"))
    pairs = tree.xpath('//body//*[contains(concat(" ", @class, " "), " zh ")]')
    assert len(pairs) > 80
    for element in pairs:
        twin = element.getnext()
        assert "en" in twin.get("class").split()
        assert element.text_content().strip()
        assert twin.text_content().strip()
    spans = [element for element in pairs if element.tag == "span"]
    assert all(element.get("lang") == "zh-Hans" and element.getnext().get("lang") == "en" for element in spans)


def test_nothing_is_fetched_and_nothing_runs():
    page = render_screen_report(report(), language="en")
    tree = html.fromstring(page)
    assert not tree.xpath("//script | //link | //iframe | //object | //embed | //base | //form")
    links = tree.xpath("//@href | //@src | //@*[name()='xlink:href']")
    assert links
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    assert not re.search(r"@import|url\(|//[a-z]", tree.xpath("string(//style)"))
    assert not [name for name in tree.xpath("//@*") if re.match(r"on[a-z]+$", name.attrname)]


def test_what_customers_wrote_is_shown_and_never_obeyed():
    found = finding(meter=HOSTILE, name=HOSTILE, issues=[issue(HOSTILE, HOSTILE, HOSTILE)])
    page = render_screen_report(report(findings=[found], issues=[issue(HOSTILE, HOSTILE, HOSTILE)]), language="zh")
    plain = html.fromstring(
        render_screen_report(report(findings=[finding(issues=[issue("x")])], issues=[issue("x")]), language="zh")
    )
    tree = html.fromstring(page)
    assert not tree.xpath("//script")
    assert len(tree.xpath("//*")) == len(plain.xpath("//*")) + 2, "only two more elements: the meter of each issue"
    assert tree.xpath("//article//h3//bdi")[0].text == HOSTILE
    assert HOSTILE in tree.xpath("//code/text()")


def test_every_link_and_name_leads_somewhere():
    tree = html.fromstring(render_screen_report(report(findings=[finding(k) for k in (1, 2, 3)]), language="en"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in tree.xpath("//a/@href")}
    targets |= set(tree.xpath("//@aria-labelledby")) | set(tree.xpath("//label/@for"))
    assert {"f1", "f2", "f3", "ranked", "data"} <= targets
    assert targets <= set(ids)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_official_reads_the_figures_first(language):
    shown = words(render_screen_report(report(), language=language), language)
    head = shown[: shown.index("0105580023417")]
    for figure in ("1 234", "10.2", "9.10–11.3", "99.9"):
        assert figure in head
    assert ("not proof" if language == "en" else "不是违规的证据") in head


def test_simulated_data_says_so_and_real_data_does_not():
    label = '//div[@class="simulated"]'
    assert html.fromstring(render_screen_report(report(), language="en")).xpath(label)
    assert not html.fromstring(render_screen_report(report(simulated=False), language="en")).xpath(label)


def test_a_finding_tells_all_that_an_investigator_needs():
    page = render_screen_report(report(findings=[finding(issues=[issue("--", "M1")])]), language="en")
    article = html.tostring(html.fromstring(page).xpath("//article")[0], encoding="unicode")
    shown = words(article)
    for expected in (
        "Probability 97",
        "10.2 kW",
        "2021-06-07 00:00",
        "still running",
        "It stands day and night. plateau",
        "A cold store.",
        "What would decide: Its nameplate.",
        "+2.5",
        "-0.5",
        "Not a number",
        "Correct it and import again.",
        "readings.csv line 12",
        "猪场 pig farm",
    ):
        assert expected in shown


def test_files_are_told_with_their_digest():
    shown = words(render_screen_report(report(), language="en"))
    assert "readings_0.csv" in shown
    assert "3f1c" * 16 in shown


def test_an_empty_screening_is_still_a_report():
    view = replace(
        report(findings=[], sources=0, worth=0), ranked=(), bands=(), first_day=None, readings=0, coverage=0.0
    )
    shown = words(render_screen_report(view, language="en"))
    for expected in ("none reaches the threshold", "No meter was screened", "No file was read", "no reading"):
        assert expected in shown


@pytest.mark.parametrize("faults", [0, 2])
def test_faults_are_asked_to_be_corrected_only_where_there_are_any(faults):
    view = replace(report(), issues_noted=faults, issues_disqualifying=0)
    assert ("corrected" in words(render_screen_report(view, language="en"))) == bool(faults)


def test_a_row_with_nothing_to_measure_has_dashes():
    row = replace(finding(2).row, mining=None, since=None, mean_kw=None, probability=0.0)
    tree = html.fromstring(render_screen_report(report(rows=[row]), language="en"))
    cells = [cell.text_content().strip() for cell in tree.xpath('//table[@class="ranked"]/tbody/tr[2]/td')]
    assert cells[2:5] == ["–", "–", "–"]
    assert "1\u202f%" in cells[1]


@pytest.mark.parametrize("slots", [1, 96])
def test_a_report_stays_small(slots):
    findings = [finding(k, curve=series(731, slots, start=200)) for k in range(1, 4)]
    page = render_screen_report(report(findings=findings), language="en")
    assert len(page.encode()) < 30_000 + 3 * 150_000


def test_the_same_view_gives_the_same_page():
    assert render_screen_report(report(), language="en") == render_screen_report(report(), language="en")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0.00"),
        (3.14159, "3.14"),
        (37.94, "37.9"),
        (372.2, "372"),
        (99.97, "100"),
        (12345.6, "12\u202f346"),
        (None, "–"),
        (float("nan"), "–"),
        (-0.5, "-0.50"),
    ],
)
def test_powers_have_three_digits(value, written):
    assert kilowatts(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, ">\u202f99\u202f%"),
        (0.991, ">\u202f99\u202f%"),
        (0.985, "98\u202f%"),
        (0.004, "<\u202f1\u202f%"),
        (0.0, "<\u202f1\u202f%"),
    ],
)
def test_a_probability_is_never_certain(value, written):
    assert chance(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "100"), (0.99996, "99.9"), (0.0004, "0"), (0.5004, "50"), (0.0, "0")]
)
def test_a_share_is_never_rounded_up_to_all(value, written):
    assert percent(value) == f"{written}\u202f%"


def test_counts_and_intervals():
    assert count(51837696) == "51\u202f837\u202f696"
    assert interval(Estimate(10, 8.5, 1200)) == "8.50–1\u202f200"


def test_since_and_until_say_what_is_known():
    row = finding().row
    assert (since_words(row).en, until_words(row).zh) == ("2021-06-07 00:00", "仍在运行")
    assert since_words(replace(row, since_start=True)).zh == "早于 2021-06-07"
    ended = replace(row, until=datetime(2021, 6, 17, 22, 4))  # noqa: DTZ001 - the meter's standard time
    assert until_words(ended).en == "2021-06-17 22:04"
    assert until_words(replace(row, since=None)).en == "not dated"


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    full = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(full[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def themes():
    """The colours by name of the light and of the dark page."""
    style = html.fromstring(render_screen_report(report(), language="en")).xpath("string(//style)")
    light, dark = {}, {}
    for match in re.finditer(r"(@media screen and \(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}", style):
        (dark if match[1] else light).update(re.findall(r"--([\w-]+):\s*(#\w+)", match[2]))
    return light, light | dark


TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "bg"),
    ("soft", "paper"),
    ("soft", "bg"),
    ("link", "paper"),
    ("head-soft", "head"),
    ("accent", "accent-bg"),
    ("soft", "accent-bg"),
    ("cool", "cool-bg"),
    ("ink", "cool-bg"),
    ("bad", "bad-bg"),
    ("warn-ink", "warn"),
    ("chart-ink", "paper"),
    ("chart-soft", "paper"),
]
LINE_PAIRS = [(name, "paper") for name in ("host", "mining", "weekend", "other", "since", "accent", "cool")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, 4.5) for pair in TEXT_PAIRS] + [(*pair, 3.0) for pair in LINE_PAIRS],
    ids=str,
)
def test_contrast_is_enough(theme, front, back, least):
    colours = themes()[theme]
    high, low = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_the_dark_page_has_its_own_colours():
    light, dark = themes()
    assert light["paper"] != dark["paper"]
    assert light["host"] != dark["host"]
