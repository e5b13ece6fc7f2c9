"""The page that tells users what is read is itself read."""

import re
from dataclasses import fields
from pathlib import Path

from minewatch.readers.layout import Layout

PAGE = (Path(__file__).parents[2] / "docs" / "readings-formats.md").read_text("utf-8")


def test_the_mapping_file_of_the_page_is_one():
    [text] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    layout = Layout.from_json(text)
    assert layout.kind == "register"
    assert {field.name for field in fields(Layout)} <= set(re.findall(r'"(\w+)":', text))


def test_every_field_of_a_mapping_is_explained():
    told = set(re.findall(r"`(\w+)`", PAGE)) | {"delimiter", "encoding", "decimal", "sheet"}
    assert {field.name for field in fields(Layout)} <= told
