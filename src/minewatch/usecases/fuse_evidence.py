"""Fuse what the detectors found: findings of meters, sightings of traffic, tips and other evidence, into one ranked list.

The subject is the meter. Traffic speaks of a meter through the customer that an address was leased to and the table of
meters; an address that belonged to several customers at the time speaks of none of them.
"""

import csv
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import polars as pl

from minewatch.detect.fuse import (
    AS_SHIPPED,
    DETECTORS,
    EVIDENCE_SCHEMA,
    Weights,
    declared_use_llr,
    evidence_row,
    fuse,
    hash_rate_evidence,
    llr_of_probability,
    random_share,
    weights_from_visits,
)
from minewatch.impact.machines import efficiency, fleet, machine_table
from minewatch.model.errors import InputError
from minewatch.model.origin import Origin, origin_of, together
from minewatch.model.text import Language, Text
from minewatch.readers.simulated import is_simulated
from minewatch.usecases.guarded_csv import guarded_csv

PUE_LOW, PUE_HIGH = 1.01, 1.2
"""Share of cooling and losses on top of the machines, as Cambridge's lower and upper estimates take it."""
METER_BASE_RATE = 0.1
"""Share of mines among the windows the meter detector's probabilities were calibrated on (see the model card)."""
TRAFFIC_BASE_RATE = 0.01
PRIOR = 0.01
"""Share of meters believed to mine before any evidence, unless the user knows better."""

Row = tuple[str, str, float, float | None, float | None, float | None, str]


@dataclass(frozen=True, slots=True)
class FusionInput:
    """The files to fuse; each is optional but one must be given. ``meters`` links customers to meters and tells declared use."""

    findings: Path | None = None
    sightings: Path | None = None
    meters: Path | None = None
    evidence: tuple[Path, ...] = ()
    visits: Path | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a file of evidence may say of a subject: whether it is a meter, a node or a station, division, meters (``;``)."""

    subject_kind: str = "meter"
    division: str = ""
    meters: str = ""


@dataclass(frozen=True, slots=True)
class FusionView:
    """The ranked list and what it rests on.

    ``visits`` is the proposed order of visits, the random ones marked True; ``checks`` says for a meter how its power goes
    with the hash rate its traffic shows; ``about`` what evidence says of a subject besides; ``evidence`` is a digest of
    everything that was fused; ``origin`` tells whether the files say that they rest on simulated data.
    """

    fused: pl.DataFrame
    weights: Weights
    unlinked: int
    visits: tuple[tuple[str, bool], ...]
    checks: Mapping[str, Text]
    about: Mapping[str, "About"]
    evidence: str = ""
    origin: Origin = Origin.MEASURED


@dataclass(frozen=True, slots=True)
class Kept:
    """What a workspace adds: evidence of its latest screening, and what visits on its record found (meter -> mining).

    ``origin`` is what that screening rests on.
    """

    rows: tuple[Row, ...] = ()
    origin: Origin | None = None
    found: Mapping[str, bool] | None = None


def fuse_files(
    *,
    given: FusionInput,
    prior: float = PRIOR,
    budget: int = 0,
    share: float = 0.1,
    seed: int = 1,
    kept: Kept | None = None,
) -> FusionView:
    """Fuse the files of ``given``; with a ``budget`` propose visits, a ``share`` of them drawn at random with ``seed``.

    ``kept`` is what the workspace adds; files win over it. ``unlinked`` counts sightings that no meter could be named for.
    Raises ``InputError`` for files that cannot be used or when there is nothing to fuse.
    """
    kept = kept or Kept()
    if not (given.findings or given.sightings or given.evidence or kept.rows):
        raise InputError(
            Text("There is no evidence to fuse.", "没有可综合的线索。"),
            remedy=Text(
                "Give at least one of --findings, --sightings, --evidence.",
                "请至少给出 --findings、--sightings、--evidence 之一。",
            ),
        )
    links = _links(given.meters) if given.meters else Links({}, {})
    rows: list[Row] = []
    rows += _of_findings(given.findings) if given.findings else kept.rows
    unlinked = 0
    if given.sightings:
        seen, unlinked = _of_sightings(given.sightings, links)
        rows += seen
    for path in given.evidence:
        rows += _of_evidence(path)
    named = {row[0] for row in rows}
    rows += [
        evidence_row(meter, "declared", llr)
        for meter, use in sorted(links.declared.items())
        if meter in named and (llr := declared_use_llr(use))
    ]
    checks: dict[str, Text] = {}
    if given.sightings:
        for meter, llr, words in _power_against_hash_rate(rows, given.sightings, links):
            rows.append(evidence_row(meter, "hash_rate", llr))
            checks[meter] = words
    evidence = _strongest(pl.DataFrame(rows, schema=EVIDENCE_SCHEMA, orient="row"))
    weights = AS_SHIPPED
    found = _found(given.visits) if given.visits else kept.found
    if found:
        weights = weights_from_visits(evidence, found, prior=prior)
    fused = fuse(evidence, prior=prior, weights=weights)
    digest = sha256(evidence.write_json().encode()).hexdigest()
    plan, about = _plan(fused, budget, share, seed), _about(given.evidence)
    origins = set(_origins(given)) | ({kept.origin} if kept.origin is not None and not given.findings else set())
    return FusionView(fused, weights, unlinked, plan, checks, about, digest, together(origins))


def _origins(given: FusionInput) -> Iterator[Origin]:
    """Yield what the files rest on, by their place and by what their rows say; one that says nothing is passed over."""
    for path in (given.findings, given.sightings, *given.evidence):
        if path is not None:
            cells = {(row.get("simulated") or "").strip() for row in _read(path, ())} - {""}
            yield from [Origin.SIMULATED] if is_simulated(path) else [origin_of(cell) for cell in cells]


def chance(llr: float, prior: float) -> float:
    """Return the probability that a ratio alone gives to a subject believed in by ``prior`` before."""
    return 1.0 / (1.0 + (1.0 - prior) / prior * math.exp(-llr))


@dataclass(frozen=True, slots=True)
class Links:
    """Meters of each customer, and the declared use of each meter."""

    meters_of: Mapping[str, tuple[str, ...]]
    declared: Mapping[str, str]


def _read(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    Text(f"{path} has no column {', '.join(missing)}.", f"{path} 缺少列：{'、'.join(missing)}。"),
                    remedy=Text(f"It needs: {', '.join(needed)}.", f"需要以下各列：{'、'.join(needed)}。"),
                )
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            Text(f"{path} cannot be read: {error}.", f"无法读取 {path}：{error}。"),
            remedy=Text("Give a CSV file in UTF-8.", "请提供 UTF-8 编码的 CSV 文件。"),
        ) from error


def _number(row: Mapping[str, str], name: str, path: Path) -> float | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            Text(f"{path}: {text!r} in column {name} is no number.", f"{path}：{name} 列中的“{text}”不是数值。"),
            remedy=Text("Correct the file.", "请更正该文件。"),
        ) from error


def _links(path: Path) -> Links:
    meters: dict[str, list[str]] = {}
    declared: dict[str, str] = {}
    for row in _read(path, ("meter", "customer")):
        meters.setdefault(row["customer"], []).append(row["meter"])
        declared[row["meter"]] = (row.get("declared_use") or "").strip()
    return Links({customer: tuple(sorted(names)) for customer, names in meters.items()}, declared)


def _of_findings(path: Path) -> list[Row]:
    rows: list[Row] = []
    for row in _read(path, ("meter_id", "probability")):
        probability = _number(row, "probability", path)
        kw, low, high = (_number(row, name, path) for name in ("mining_kw", "mining_kw_low", "mining_kw_high"))
        measured = (kw, low, high) if kw is not None and low is not None and high is not None else None
        llr = llr_of_probability(probability or 0.0, METER_BASE_RATE)
        rows.append(evidence_row(row["meter_id"], "meter", llr, kw=measured, digest=f"{path.name}#{row['meter_id']}"))
    return rows


def _of_sightings(path: Path, links: Links) -> tuple[list[Row], int]:
    rows: list[Row] = []
    unlinked = 0
    for row in _read(path, ("miner", "probability")):
        customer = (row.get("customer") or "").strip()
        meters = links.meters_of.get(customer, ())
        if not customer or len(meters) != 1:
            unlinked += 1
            continue
        detector = "flows" if row.get("dialect") in {"", "unknown", "encrypted"} else "traffic"
        probability = _number(row, "probability", path) or 0.0
        llr = llr_of_probability(probability, TRAFFIC_BASE_RATE, cap=DETECTORS[detector].cap)
        rows.append(evidence_row(meters[0], detector, llr, digest=f"{path.name}#{row['miner']}"))
    return rows, unlinked


def _power_against_hash_rate(rows: Sequence[Row], sightings: Path, links: Links) -> Iterator[tuple[str, float, Text]]:
    """Hold each meter's mining power against the hash rate of its Bitcoin traffic, with the machines of that day."""
    rates: dict[str, float] = {}
    days: dict[str, date] = {}
    for row in _read(sightings, ("miner", "probability")):
        meters = links.meters_of.get((row.get("customer") or "").strip(), ())
        rate = _number(row, "hash_rate", sightings)
        if len(meters) == 1 and rate and row.get("coin") == "BTC":
            rates[meters[0]] = rates.get(meters[0], 0.0) + rate
            days.setdefault(meters[0], date.fromisoformat(row["first_seen"][:10]))
    power = {row[0]: row[3] for row in rows if row[1] == "meter" and row[3]}
    for meter in sorted(rates.keys() & power.keys()):
        kw = power[meter]
        try:
            machines = efficiency(fleet(machine_table(), days[meter], threshold=None, by_age=False))
        except InputError:  # the table has no machine of that day: then nothing can be compared
            continue
        if kw:
            llr, words = hash_rate_evidence(
                kw, rates[meter] / 1e12, best_jth=machines.low * PUE_LOW, worst_jth=machines.high * PUE_HIGH
            )
            yield meter, llr, words


def _of_evidence(path: Path) -> list[Row]:
    rows: list[Row] = []
    for row in _read(path, ("subject", "detector", "llr")):
        if row["detector"] not in DETECTORS:
            raise InputError(
                Text(f"{path}: {row['detector']!r} is no detector.", f"{path}：“{row['detector']}”不是检测方法。"),
                remedy=Text(f"Write one of: {', '.join(DETECTORS)}.", f"请写以下之一：{'、'.join(DETECTORS)}。"),
            )
        kw, low, high = (_number(row, name, path) for name in ("kw", "kw_low", "kw_high"))
        measured = (kw, low, high) if kw is not None and low is not None and high is not None else None
        llr = _number(row, "llr", path) or 0.0
        rows.append(evidence_row(row["subject"], row["detector"], llr, kw=measured, digest=row.get("digest") or ""))
    return rows


def _about(paths: Sequence[Path]) -> dict[str, About]:
    """Return what the files say of their subjects, the first row of each that says anything."""
    found: dict[str, About] = {}
    for path in paths:
        for row in _read(path, ("subject",)):
            kind, division, meters = ((row.get(name) or "").strip() for name in ("subject_kind", "division", "meters"))
            said = About(kind or "meter", division, meters)
            if said != About():
                found.setdefault(row["subject"], said)
    return found


def _strongest(evidence: pl.DataFrame) -> pl.DataFrame:
    """Keep one row a subject and detector, the strongest: many flows of one machine are one observation."""
    return (
        evidence.with_columns(strength=pl.col("llr").abs())
        .sort("subject", "detector", "strength", "digest", descending=[False, False, True, False])
        .unique(["subject", "detector"], keep="first", maintain_order=True)
        .drop("strength")
    )


def _found(path: Path) -> dict[str, bool]:
    """Read what visits found; of a file of labels (see ``usecases.labels``) only what rests on visits."""
    found = {}
    for row in _read(path, ("subject", "found")):
        if row.get("basis", "visit") != "visit":
            continue
        answer = row["found"].strip().casefold()
        if answer not in {"yes", "no", "true", "false", "1", "0", "是", "否"}:
            raise InputError(
                Text(f"{path}: {row['found']!r} says neither yes nor no.", f"{path}：“{row['found']}”未说明是或否。"),
                remedy=Text("Write yes or no (是/否).", "请写 是 或 否（yes/no）。"),
            )
        found[row["subject"]] = answer in {"yes", "true", "1", "是"}
    return found


def _plan(fused: pl.DataFrame, budget: int, share: float, seed: int) -> tuple[tuple[str, bool], ...]:
    if not budget:
        return ()
    ranked = fused["subject"].to_list()
    listed, others = ranked[:budget], ranked[budget:]
    down, drawn = random_share(listed, others, budget=budget, share=share)
    chance = random.Random(seed)  # noqa: S311 - the draw is for learning; provable draws are casework's
    return (*((subject, False) for subject in listed[:down]), *((s, True) for s in chance.sample(others, drawn)))


def fused_csv(view: FusionView) -> bytes:
    """Return the fused list as CSV: probability, kW with interval, what each detector added, conflicts, evidence ids."""
    drawn = dict(view.visits)
    table = view.fused.with_columns(
        pl.col("conflict", "digests").list.join(";").fill_null(""),
        pl.col("probability").round(4),
        pl.col("log_odds").round(4),
        pl.col("subject")
        .map_elements(lambda s: ("random" if drawn[s] else "list") if s in drawn else "", return_dtype=pl.String)
        .alias("visit"),
        *(
            pl.col("subject")
            .map_elements(partial(_said, view, language=language), return_dtype=pl.String)
            .alias(f"hash_rate_check_{language}")
            for language in ("en", "zh")
        ),
        *(
            pl.Series(name, [getattr(view.about.get(subject, About()), name) for subject in view.fused["subject"]])
            for name in ("subject_kind", "division", "meters")
        ),
        pl.col("contributions")
        .map_elements(lambda text: _in_words(text, "en"), return_dtype=pl.String)
        .alias("why_en"),
        pl.col("contributions")
        .map_elements(lambda text: _in_words(text, "zh"), return_dtype=pl.String)
        .alias("why_zh"),
        pl.lit(view.origin.cell).alias("simulated"),
    )
    return guarded_csv(table)


def _said(view: FusionView, subject: str, *, language: Language) -> str:
    words = view.checks.get(subject)
    return words.in_language(language) if words else ""


def _in_words(contributions: str, language: str) -> str:
    said = []
    for detector, value in json.loads(contributions).items():
        if value:
            name = DETECTORS[detector].name
            speaks = Text("for", "支持") if value > 0 else Text("against", "反对")
            said.append(
                f"{name.en}: {speaks.en} ({value:+.1f})"
                if language == "en"
                else f"{name.zh}：{speaks.zh}（{value:+.1f}）"
            )
    return ("; " if language == "en" else "；").join(said)
