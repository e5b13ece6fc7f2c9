"""An office whose lake holds made-up meters, for tests of models adapted to visits. Nothing in it is a real meter."""

import csv
from datetime import UTC, date, datetime, timedelta

from finding_samples import make_office
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.reading import read_options
from usecases.memory_lake import example_meters

FIRST = date(2021, 5, 20)
NOW = datetime(2021, 7, 1, tzinfo=UTC)


def write_readings(path, meters, kw, *, first=FIRST):
    """A row a meter and day, a column a slot."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["meter", "date", *(f"P{n + 1}" for n in range(kw.shape[2]))])
        for meter, curve in zip(meters, kw, strict=True):
            for day, values in enumerate(curve):
                writer.writerow([meter, first + timedelta(days=day), *(f"{value:.4f}" for value in values)])


def visited_office(folder, *, meters=40, mines=4, days=28):
    """Make a workspace with people and the readings of ``meters`` (V000 …), the first ``mines`` with a load from day 10 on."""
    make_office(folder)
    names = [f"V{number:03d}" for number in range(meters)]
    path = folder / "readings.csv"
    write_readings(path, names, example_meters(meters, mines=mines, days=days))
    workspace = open_workspace(folder)
    import_files(
        [path], lake=Lake.open(workspace.lake_folder), now=NOW, options=with_zone(read_options(), workspace.zone)
    )
    return names


def write_labels(path, answers, *, heading=("subject", "found")):
    """A CSV of answers, (meter, answer, …) a row."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(heading)
        writer.writerows(answers)
    return path
