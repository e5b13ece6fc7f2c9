"""Documentation is part of the product: generated pages are fresh, and every page is linked."""

import re
from pathlib import Path

import pytest

from minewatch.cli.docs import pages

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_fresh(name):
    path = ROOT / "docs" / name
    assert path.exists(), f"docs/{name} is missing; run make docs"
    assert path.read_text("utf-8") == pages()[name], f"docs/{name} is stale; run make docs"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_between_pages_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which does not exist"
