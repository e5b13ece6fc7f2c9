"""The generated pages of ``docs/``: words, tables and issues; and what benches write into a page written by hand.

``tests/test_docs.py`` holds the generated ones fresh.
"""

from pathlib import Path

from minewatch.model.issues import CATALOGUE
from minewatch.model.tables import FINDINGS, READINGS
from minewatch.model.words import UNITS, WORDS


def marks_of(name: str) -> tuple[str, str]:
    """Return the lines of a page between which a bench writes what it measured."""
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"


def write_between(page: Path, *, name: str, text: str) -> None:
    """Put ``text`` into a page of docs between its marks (:func:`marks_of`).

    ValueError where it does not have each of them once, the end after the beginning; nothing is written then.
    """
    begin, end = marks_of(name)
    old = page.read_text("utf-8")
    head, found, rest = old.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (found and ended) or old.count(begin) > 1 or old.count(end) > 1:
        raise ValueError(f"{page.name} has no one place for {name}")
    page.write_text(f"{head}{begin}{text}\n{end}{tail}", "utf-8")


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
