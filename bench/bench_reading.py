"""Precision and recall of the reader of notices and news, per field, on the labelled texts of ``bench/reading``.

``python bench/bench_reading.py`` prints the table; ``--write`` puts it into ``docs/benchmarks.md`` between its marks;
``--show dev`` lists what differs in a set (look at ``dev`` only when mending rules).

An event of the labels is met by the reading's event whose span holds the cue and that shares most fields with it. A
field is right if the values are equal (``who``: one name holds the other; ``actions``, ``quantities``: each member
counts). A value where the label has none counts against precision, a label's value that is missing or different
against recall (and the different value against precision too).
"""

import argparse
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from minewatch.model.documents import Document
from minewatch.policy.library import library
from minewatch.usecases import policy_reading as use
from minewatch.usecases.documentation import write_between

ROOT = Path(__file__).parents[1]
FIELDS = ("kind", "who", "code", "when", "deadline", "title", "number", "certainty")
LISTS = ("actions", "quantities")
Values = dict[str, Any]
Tally = Counter[str]


def labelled(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((ROOT / "bench" / "reading" / f"{name}.yaml").read_text("utf-8"))


def gold_values(label: dict[str, Any]) -> Values:
    values = {field: label.get(field) for field in FIELDS}
    for field in ("when", "deadline"):
        values[field] = str(values[field]) if values[field] is not None else None
    values["actions"] = set(label.get("actions", []))
    values["quantities"] = {(float(value), unit) for value, unit in label.get("quantities", [])}
    return values


def read_values(event: dict[str, Any]) -> Values:
    values = {field: event[field] for field in FIELDS}
    values["actions"] = {measure["action"] for measure in event["measures"]}
    values["quantities"] = {(float(amount["value"]), amount["unit"]) for amount in event["quantities"]}
    return values


def equal(field: str, gold: Any, found: Any) -> bool:
    if gold is None or found is None:
        return False
    if field == "who":
        return gold in found or found in gold
    return str(gold) == str(found)


def agreement(gold: Values, found: Values) -> int:
    return sum(equal(field, gold[field], found[field]) for field in FIELDS)


def read(text: str, day: date) -> list[dict[str, Any]]:
    document = Document("labelled", "text", "utf-8", "0" * 64, text.strip())
    return use.reading_data(use.read_document(document, library().all(), today=day))["events"]


def score(documents: list[dict[str, Any]], *, show: bool = False) -> tuple[Tally, Tally, Tally]:
    right: Tally = Counter()
    found_n: Tally = Counter()
    gold_n: Tally = Counter()
    for item in documents:
        events = read(
            item["text"], item["date"] if isinstance(item["date"], date) else date.fromisoformat(item["date"])
        )
        free = list(events)
        for label in item["events"]:
            gold = gold_values(label)
            at = item["text"].strip().find(label["cue"])
            assert at >= 0, (item["id"], label["cue"])
            holding = [e for e in free if e["span"][0] <= at and at + len(label["cue"]) <= e["span"][1]]
            best = max(holding, key=lambda e: agreement(gold, read_values(e)), default=None)
            gold_n["event"] += 1
            if best is not None:
                free.remove(best)
                right["event"] += 1
                found_n["event"] += 1
            values = read_values(best) if best else {**dict.fromkeys(FIELDS), "actions": set(), "quantities": set()}
            tally(gold, values, right, found_n, gold_n)
            if show:
                report(item["id"], label, gold, values, missing=best is None)
        for extra in free:
            found_n["event"] += 1
            nothing = {**dict.fromkeys(FIELDS), "actions": set(), "quantities": set()}
            tally(nothing, read_values(extra), right, found_n, gold_n)
            if show:
                print(item["id"], "EXTRA", extra["kind"], extra["code"], extra["text"])
    return right, found_n, gold_n


def tally(gold: Values, values: Values, right: Tally, found_n: Tally, gold_n: Tally) -> None:
    for field in FIELDS:
        gold_n[field] += gold[field] is not None
        found_n[field] += values[field] is not None
        right[field] += equal(field, gold[field], values[field])
    for field in LISTS:
        gold_n[field] += len(gold[field])
        found_n[field] += len(values[field])
        right[field] += len(gold[field] & values[field])


def report(name: str, label: dict[str, Any], gold: Values, values: Values, *, missing: bool) -> None:
    if missing:
        print(name, "MISSING", label["cue"])
        return
    for field in (*FIELDS, *LISTS):
        same = (
            gold[field] == values[field] or equal(field, gold[field], values[field])
            if field in FIELDS
            else gold[field] == values[field]
        )
        if not same:
            print(name, label["cue"], field, "label:", gold[field], "read:", values[field])


def ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "–"


def table() -> str:
    lines = [
        "| field | dev precision | dev recall | held-out precision | held-out recall | held-out labels |",
        "|---|---|---|---|---|---|",
    ]
    dev, held = score(labelled("dev")), score(labelled("heldout"))
    for field in ("event", *FIELDS, *LISTS):
        cells = [ratio(side[0][field], side[index][field]) for side in (dev, held) for index in (1, 2)]
        lines.append(f"| {field} | {' | '.join(cells)} | {held[2][field]} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", choices=["dev", "heldout"])
    options = parser.parse_args()
    if options.show:
        score(labelled(options.show), show=True)
    text = table()
    print(text)
    if options.write:
        write_between(ROOT / "docs" / "benchmarks.md", name="reading", text=text)


if __name__ == "__main__":
    main()
