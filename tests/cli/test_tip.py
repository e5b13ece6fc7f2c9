"""``minewatch tip``: recorded without who said it, read by a supervisor, erased by an administrator."""

import json

import pytest

from minewatch.model.errors import RuleError
from ya_cli import NOON, at, ya


def test_a_tip_from_telephone_to_erasure(tmp_path):
    office = ya(tmp_path, noticed=False)
    assert len(office.json("tip", "categories", "--as", "bai")) == 4
    tip = ("--category", "host", "--division", "511824", "--what", "fans", "--informant", "Wang Wu")
    assert office.json("tip", "add", *tip, *at("bai", "17 13:00"))["id"] == "tip-1"
    with pytest.raises(RuleError, match="tip\\.read"):
        office.run("tip", "read", "1", *at("bai", "17 13:00"))
    told = json.loads(office.run("tip", "read", "1", *NOON).stdout)
    assert (told["informant"], told["at"]) == ("Wang Wu", "2021-06-17T13:00:00+08:00")
    assert office.json("tip", "erase", "1", *at("root", "18 09:00")) == {"erased": True}
    assert "Wang Wu" not in office.run("tip", "read", "1", *NOON).stdout
