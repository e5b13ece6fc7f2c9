"""What kind of price an account pays, from the words of the books: enough to say where an even part does not fit it."""

TARIFFS: dict[str, tuple[str, ...]] = {
    "residential": ("居民", "合表", "residential", "domestic", "household"),
    "agricultural": ("农业", "农排", "排灌", "agricultur", "farming", "irrigation"),
    "two_part": ("大工业", "两部制", "large industrial", "two-part"),
    "general": (
        "非居民",
        "工商业",
        "非工业",
        "普通工业",
        "商业",
        "non-residential",
        "non-domestic",
        "commercial",
        "industrial",
    ),
}
"""Words by kind. The longest word that stands in what the books say decides; what none names has no kind."""

FOR_LIVING_AND_FARMING = frozenset({"residential", "agricultural"})
"""Kinds whose price is low because it is meant for living or for farming."""


def tariff_kind(words: str) -> str | None:
    """Return the kind (a key of ``TARIFFS``) of a price class in the words of the books, or None."""
    text = words.casefold()
    found = [(len(word), kind) for kind, names in TARIFFS.items() for word in names if word in text]
    return max(found, key=lambda one: one[0])[1] if found else None
