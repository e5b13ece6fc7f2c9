"""The screening report as one HTML file that needs neither network nor script.

Both languages are in the file; two radio buttons choose which is shown and printed. All text of the view is escaped;
the template trusts only the style sheet and the charts, which hold numerals and our own words.
"""

import math
from datetime import date, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from minewatch.model.text import Language, Text
from minewatch.model.views import Estimate, FindingRow, FindingView, InputView, ScreenReportView
from minewatch.reports.charts import day_profile, timeline
from minewatch.reports.svg import STYLE
from minewatch.reports.wording import WORDS

SPACE = "\N{NARROW NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def render_screen_report(view: ScreenReportView, *, language: Language) -> str:
    """Return the page, showing ``language`` until the reader chooses the other one.

    The same view gives the same text. Nothing is decided here: order, threshold and words about the data are the
    view's.
    """
    environment = Environment(
        loader=PackageLoader("minewatch.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": count,
        "kw": kilowatts,
        "percent": percent,
        "chance": chance,
        "moment": moment,
        "span": interval,
    }
    detailed = frozenset(finding.row.rank for finding in view.findings)
    style = environment.get_template("findings.css").render() + STYLE
    return environment.get_template("findings.html.j2").render(
        view=view,
        w=WORDS,
        language=language,
        style=style,
        detailed=detailed,
        since=since_words,
        until=until_words,
        window=window_words,
        join=join,
        pictures=pictures,
        look_scale=look_scale,
        missing_input=missing_input,
    )


def pictures(finding: FindingView) -> tuple[str, str]:
    """Return the timeline and the mean day of a finding; the latter is empty where none can be drawn."""
    since = None if finding.row.since_start else finding.row.since
    until, rank = finding.row.until, finding.row.rank
    return (
        timeline(finding.series, since=since, until=until, caption=f"f{rank}-curve"),
        day_profile(finding.series, since=since, until=until, caption=f"f{rank}-day"),
    )


def missing_input(one: InputView) -> Text:
    """Say that an input was not given, and what it would tell."""
    return Text(WORDS["input_missing"].en.format(what=one.says.en), WORDS["input_missing"].zh.format(what=one.says.zh))


def look_scale(finding: FindingView) -> float:
    """Return the largest contribution of a look, at least 1, to draw the bars against."""
    return max([1.0, *(abs(look.value) for look in finding.looks)])


def count(number: int) -> str:
    """Write a count with its thousands set apart."""
    return f"{number:,}".replace(",", SPACE)


def kilowatts(value: float | None) -> str:
    """Write a power to about three digits; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return DASH
    decimals = 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2
    return f"{value:,.{decimals}f}".replace(",", SPACE)


def interval(estimate: Estimate) -> str:
    """Write both ends of an interval."""
    return f"{kilowatts(estimate.low)}{DASH}{kilowatts(estimate.high)}"


def percent(share: float) -> str:
    """Write a share with one decimal, never rounded up to all."""
    tenths = math.floor(share * 1000) if share > 0.5 else round(share * 1000)
    return f"{tenths / 10:g}{SPACE}%"


def chance(probability: float) -> str:
    """Write a probability in whole per cent, never as certainty."""
    if probability > 0.99:
        return f">{SPACE}99{SPACE}%"
    if probability < 0.01:
        return f"<{SPACE}1{SPACE}%"
    return f"{probability * 100:.0f}{SPACE}%"


def moment(value: datetime) -> str:
    """Write a moment to the minute."""
    return f"{value:%Y-%m-%d %H:%M}"


def since_words(row: FindingRow) -> Text:
    """Say when mining began."""
    if row.since is None:
        return WORDS["no_date"]
    return WORDS["before"].format(moment=f"{row.since:%Y-%m-%d}") if row.since_start else _plain(moment(row.since))


def until_words(row: FindingRow) -> Text:
    """Say when mining ended."""
    if row.until is not None:
        return _plain(moment(row.until))
    return WORDS["no_date"] if row.since is None else WORDS["running"]


def window_words(first: date | None, last: date | None) -> Text:
    """Say from when to when there are readings."""
    return WORDS["no_window"] if first is None or last is None else WORDS["window"].format(first=first, last=last)


def join(*sentences: Text) -> Text:
    """Put sentences one after the other, with a space between English ones only."""
    return Text(" ".join(text.en for text in sentences), "".join(text.zh for text in sentences))


def _plain(words: str) -> Text:
    """Return words that are the same in both languages."""
    return Text(words, words)
