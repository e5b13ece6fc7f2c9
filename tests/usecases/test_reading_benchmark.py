"""The labelled texts stay what they are, the figures in the docs are those the bench gives, and the reader keeps its level."""

import importlib.util
from pathlib import Path

import pytest

from minewatch.usecases.documentation import marks_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_reading", ROOT / "bench" / "bench_reading.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_forty_texts_and_more_each_label_in_its_text(bench):
    dev, held = bench.labelled("dev"), bench.labelled("heldout")
    assert len(dev) + len(held) >= 40
    assert len(held) == 20
    for item in [*dev, *held]:
        for label in item["events"]:
            assert label["cue"] in item["text"], item["id"]


def test_the_figures_in_the_docs_are_fresh(bench):
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    begin, end = marks_of("reading")
    table = page.split(begin)[1].split(end)[0].strip()
    assert table == bench.table(), "run python bench/bench_reading.py --write"


def test_the_held_out_texts_keep_their_level(bench):
    right, found, labels = bench.score(bench.labelled("heldout"))
    assert right["event"] / labels["event"] >= 0.8
    assert right["event"] / found["event"] >= 0.9
    assert right["code"] / labels["code"] >= 0.8
    assert right["title"] == labels["title"]
    assert right["number"] == labels["number"]
