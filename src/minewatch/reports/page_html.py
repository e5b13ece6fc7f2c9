"""A page as one HTML file in one language; it needs neither network nor script, and prints."""

import html

from jinja2 import Environment, PackageLoader

from minewatch.model.pages import Bars, Block, Cell, Curve, Grid, Heading, PageView, Paragraph, SiteMap
from minewatch.model.text import Language, Text
from minewatch.reports.charts import LOAD, timeline
from minewatch.reports.site_map import map_svg
from minewatch.reports.svg import STYLE

MORE_STYLE = """
.sheet{max-width:1120px}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{border:1px solid var(--rule);
padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:var(--cool-bg)}
td.number{text-align:right}td.number,td.short{white-space:nowrap}h2{margin-top:1.6rem}
.chart .off{fill:none;stroke:var(--host);stroke-width:2}.chart .running{fill:var(--mining);fill-opacity:.8}
.chart .open{fill:var(--gap);stroke:var(--other);stroke-width:1.5}
figure{margin:1rem 0}figcaption{color:var(--soft)}.scroll{overflow-x:auto}
.bar-row{display:grid;grid-template-columns:minmax(6rem,14rem) 1fr 6rem;gap:.6rem;align-items:center;margin:.2rem 0}
.bar-row .track{background:var(--track);height:1rem}.bar-row .fill{background:var(--cool);height:1rem;display:block}
thead{display:table-header-group}tr{break-inside:avoid}
"""

SHORT = 17
"""Characters up to which a cell is kept on one line: ids, days with times, names of states."""


def page_html(page: PageView, *, language: Language) -> str:
    """Return the page; the same page gives the same text. Everything from outside is escaped."""
    css = Environment(loader=PackageLoader("minewatch.reports", "templates"), autoescape=True).get_template(
        "findings.css"
    )
    hidden = "en" if language == "zh" else "zh"
    said = page.title.in_language(language)
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{_plain(said)}</title>",
        f"<style>{css.render()}{STYLE}{MORE_STYLE}.{hidden}{{display:none}}</style></head>\n<body>",
        "" if page.label is None else f'<div class="simulated">{_plain(page.label.in_language(language))}</div>',
        f'<header><div class="sheet"><h1>{_plain(said)}</h1><p class="soft">{_plain(page.made.in_language(language))}</p>',
        '</div></header>\n<main class="sheet">',
        *(_block(block, f"b{number}", language) for number, block in enumerate(page.blocks)),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def shown(cell: Cell, language: Language) -> str:
    """Write a cell: numbers with thousands set apart and at most two decimals; a dash where there is nothing."""
    if cell is None or cell == "":
        return "\N{EN DASH}"
    if isinstance(cell, Text):
        return cell.in_language(language) or "\N{EN DASH}"
    if isinstance(cell, float):
        return f"{cell:,.2f}".rstrip("0").rstrip(".")
    return f"{cell:,}" if isinstance(cell, int) else cell


def _plain(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _block(block: Block, name: str, language: Language) -> str:
    match block:
        case Heading(text):
            return f"<h2>{_plain(text.in_language(language))}</h2>"
        case Paragraph(text):
            return f"<p>{_plain(text.in_language(language))}</p>"
        case Grid():
            return _grid(block, language)
        case Curve(series, until, caption, marks, days_apart):
            known = any(at == until for at, _ in marks)
            ended = None if known else until
            drawn = timeline(
                series, since=None, until=ended, caption=name, title=LOAD, marks=marks, days_apart=days_apart
            )
            return _figure(drawn, name, caption.in_language(language))
        case SiteMap():
            return _figure(map_svg(block, caption=name), name, block.caption.in_language(language))
        case Bars():
            return _bars(block, language)


def _figure(drawn: str, name: str, caption: str) -> str:
    return f'<figure>{drawn}<figcaption id="{name}">{_plain(caption)}</figcaption></figure>'


def _grid(grid: Grid, language: Language) -> str:
    if not grid.rows:
        return f"<p>{_plain(grid.empty.in_language(language))}</p>"
    head = "".join(f"<th>{_plain(column.in_language(language))}</th>" for column in grid.columns)
    rows = "\n".join(f"<tr>{''.join(_cell(cell, language) for cell in row)}</tr>" for row in grid.rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def _cell(cell: Cell, language: Language) -> str:
    text = shown(cell, language)
    kind = ' class="number"' if isinstance(cell, int | float) else ' class="short"' if len(text) <= SHORT else ""
    return f"<td{kind}>{_plain(text)}</td>"


def _bars(bars: Bars, language: Language) -> str:
    most = max((value for _, value in bars.bars), default=0.0) or 1.0
    unit = _plain(bars.unit.in_language(language))
    rows = "\n".join(
        f'<div class="bar-row"><span>{_plain(name.in_language(language))}</span><span class="track">'
        f'<span class="fill" style="width:{value / most * 100:.1f}%"></span></span>'
        f"<span>{shown(value, language)} {unit}</span></div>"
        for name, value in bars.bars
    )
    return f"<figure>{rows}<figcaption>{_plain(bars.caption.in_language(language))}</figcaption></figure>"
