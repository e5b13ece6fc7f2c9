"""A page of impact figures as HTML or Markdown: the same sentences, tables and sources as the command line prints."""

from jinja2 import Environment, select_autoescape

from minewatch.model.impact_views import Page, TableView
from minewatch.model.text import Language, Text

_GRADES = Text(
    "A: measured or the source's own figure; B: quoted from a named study or list; C: reported without a method; U: given by "
    "the user.",
    "A：实测或来源原值；B：引自具名研究或清单；C：报道，未说明方法；U：用户给定。",
)

_TEMPLATE = """<!doctype html>
<html lang="{{ 'zh-CN' if language == 'zh' else 'en' }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ say(page.title) }}</title>
<style>
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;
color:#1c2733;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border-bottom:1px solid #c7d0da;padding:.25rem .5rem;text-align:left;vertical-align:top}
.wide{overflow-x:auto}svg{max-width:100%;height:auto}small{color:#52606d}
@media print{body{margin:0;max-width:none}}
</style></head>
<body><h1>{{ say(page.title) }}</h1>
{% for sentence in page.sentences %}<p>{{ say(sentence) }}</p>
{% endfor %}
{% if picture %}<figure>{{ picture|safe }}</figure>{% endif %}
{% for table in page.tables %}<div class="wide"><table><caption>{{ say(table.title) }}</caption>
<thead><tr>{% for heading in table.headings %}<th scope="col">{{ say(heading) }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in table.rows %}<tr>{% for cell in row %}<td>{{ say(cell) }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
{% endfor %}
<h2>{{ '来源' if language == 'zh' else 'Sources' }}</h2>
<ul>{% for source in page.sources %}
<li>{{ say(source.reference) }} [{{ source.grade }}{% if source.on %}, {{ source.on }}{% endif %}]</li>
{% endfor %}</ul><p><small>{{ say(grades) }}</small></p>
</body></html>
"""

_ENVIRONMENT = Environment(autoescape=select_autoescape(default=True, default_for_string=True), trim_blocks=True)


def html(page: Page, picture: bytes | None, *, language: Language) -> str:
    """Return the page as one HTML file; ``picture`` is an SVG of our own drawing, put in as it is."""

    def say(text: Text) -> str:
        return text.in_language(language)

    drawn = None
    if picture is not None:
        svg = picture.decode("utf-8")
        drawn = svg[svg.index("<svg") :]
    template = _ENVIRONMENT.from_string(_TEMPLATE)
    return template.render(page=page, picture=drawn, language=language, say=say, grades=_GRADES)


def markdown(page: Page, *, language: Language) -> str:
    """Return sentences and tables as Markdown, without the title."""
    sentences = [f"- {sentence.in_language(language)}" for sentence in page.sentences]
    tables = [_markdown_table(table, language) for table in page.tables]
    return "\n".join([*sentences, "", *tables])


def _markdown_table(table: TableView, language: Language) -> str:
    def row(cells: tuple[Text, ...]) -> str:
        return "| " + " | ".join(cell.in_language(language).replace("|", "\\|") for cell in cells) + " |"

    lines = [f"**{table.title.in_language(language)}**", "", row(table.headings), "|" + "---|" * len(table.headings)]
    return "\n".join([*lines, *(row(cells) for cells in table.rows), ""])
