"""The generated pages of ``docs/``: words, tables and issues. ``tests/test_docs.py`` holds them fresh."""

from minewatch.model.issues import CATALOGUE
from minewatch.model.tables import FINDINGS, READINGS
from minewatch.model.words import UNITS, WORDS


def words_page() -> str:
    """Return ``docs/words.md``: terms, units and the tables that cross borders, from the data in ``model``."""
    lines = [
        "# The words",
        "",
        "Generated from `model/words.py` and `model/tables.py` by `make docs`; do not edit by hand.",
        "",
        "| term | 中文 | meaning |",
        "|---|---|---|",
        *(f"| {word.name} | {word.zh} | {word.meaning} |" for word in WORDS),
        "",
        "## Units",
        "",
        "| quantity | unit |",
        "|---|---|",
        *(f"| {quantity} | {unit} |" for quantity, unit in UNITS),
    ]
    for table in (READINGS, FINDINGS):
        lines += [
            "",
            f"## Table `{table.name}`",
            "",
            table.meaning,
            "",
            "| column | 中文 | type | unit | meaning | missing means |",
            "|---|---|---|---|---|---|",
            *(
                f"| `{c.name}` | {c.meaning_zh} | {c.type} | {c.unit} | {c.meaning} | {c.missing} |"
                for c in table.columns
            ),
        ]
    return "\n".join(lines) + "\n"


def issues_page() -> str:
    """Return ``docs/issues.md``: every issue that reading data can tell, with its remedy, in both languages."""
    lines = [
        "# Issues",
        "",
        "Generated from `model/issues.py` by `make docs`; do not edit by hand. *Noted*: the value was usable, or the rest was;",
        "*disqualifying*: the value, or the whole file, could not be used. `{value}` is what stood there.",
        "",
        "| code | grade | what is wrong | what to do |",
        "|---|---|---|---|",
    ]
    for kind in CATALOGUE.values():
        sentence, remedy = kind.sentence, kind.remedy
        lines.append(f"| `{kind.code}` | {kind.grade} | {sentence.en}<br>{sentence.zh} | {remedy.en}<br>{remedy.zh} |")
    return "\n".join(lines) + "\n"
