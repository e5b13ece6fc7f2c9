"""Pseudonyms: stable under one key, different under another, never a guess away."""

import json

import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.pseudonyms import Pseudonyms, open_keys, save_keys


def test_the_same_name_under_the_same_key():
    first, again, other = Pseudonyms(b"1" * 32), Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert first.of("meter", "a") == again.of("meter", "a")
    assert first.of("meter", "a") != other.of("meter", "a")
    assert first.of("meter", "a") != first.of("person", "a").replace("person", "meter")
    assert first.of("meter", "") == ""


def test_keys_come_back(tmp_path):
    path = tmp_path / "keys.json"
    made = open_keys(path, fresh="ab" * 32)
    made.of("person", "王小明")
    save_keys(path, made)
    assert open_keys(path, fresh="cd" * 32) == made


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"key": "xyz", "names": {}}), json.dumps({"key": "ab"})])
def test_a_file_of_something_else(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(InputError, match="holds no pseudonym keys"):
        open_keys(path, fresh="ab" * 32)
