from datetime import date
from pathlib import Path

import pytest
import yaml

from minewatch.model.errors import InputError
from minewatch.policy.consequences import consequences
from minewatch.policy.library import library

EXAMPLES = [
    example
    for file in sorted((Path(__file__).parent / "examples").glob("*.yaml"))
    for example in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["case"])
def test_worked_example(example):
    held = library().get(example["pack"])
    found = consequences(held, example["category"], example["day"])
    assert [measure.action.value for measure in found.measures] == example["measures"]
    assert [f"{due.at:%Y-%m-%d %H:%M %z}" for due in found.deadlines] == example["deadlines"]
    assert [f"{tariff.amount} {tariff.unit}" for tariff in found.tariffs] == example.get("tariffs", [])
    if "reports_to" in example:
        assert [report.recipient for report in held.pack.reporting] == example["reports_to"]


def test_every_category_of_every_june_pack_has_an_answer():
    for held in library().all():
        for category in held.pack.categories:
            assert consequences(held, category.id, date(2021, 6, 20)).measures


def test_unknown_category_names_those_there_are():
    with pytest.raises(InputError, match="mining-firm"):
        consequences(library().get("cn-xj-cj-20210609"), "nobody", date(2021, 6, 9))
