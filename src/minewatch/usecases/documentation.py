"""The generated pages of ``docs/``: words and tables. ``tests/test_docs.py`` holds them fresh."""

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
