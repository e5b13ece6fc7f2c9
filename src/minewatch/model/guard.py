"""The one guard against formulas in CSV: a cell that a spreadsheet would run gets an apostrophe in front.

XLSX needs none: there every text is written as a text cell. Names come from customers, files and the wire, so every CSV that
the program writes passes here. Numbers stay numbers, also negative ones.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that starts so (OWASP: CSV injection)."""


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula; plain numbers with a sign stay."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _is_number(text) else text


def original(text: str) -> str:
    """Take away the apostrophe that :func:`neutral` put there: what a file of ours meant."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def _is_number(text: str) -> bool:
    return text[:1] in {"+", "-"} and text[1:].replace(".", "", 1).isdigit()
