"""``minewatch actor``: people with roles and divisions, by administrators only."""

import pytest

from minewatch.model.errors import InputError, RuleError
from ya_cli import NOON, ya


def test_people_are_added_listed_and_changed(tmp_path):
    office = ya(tmp_path, noticed=False)
    add = ("actor", "add", "mei", "--role", "analyst", "--division", "511800")
    with pytest.raises(RuleError, match="actor\\.manage"):
        office.run(*add, *NOON)
    root = ("--as", "root", *NOON[2:])
    assert office.json(*add, *root) == {"name": "mei", "roles": ["analyst"], "divisions": ["511800"]}
    office.run(*add, "--role", "inspector", *root)
    people = {one["name"]: one["roles"] for one in office.json("actor", "list")}
    assert people["mei"] == ["analyst", "inspector"]
    with pytest.raises(InputError, match="no division code"):
        office.run("actor", "add", "x", "--role", "analyst", "--division", "5118", *root)
