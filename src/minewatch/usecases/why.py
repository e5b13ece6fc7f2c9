"""Why a meter was told as it was, cleared ones among them: worked out when somebody asks, kept for nobody.

Most meters are cleared by a quick look and keep no reasons. Asked about one, its readings are judged again, once as the
screening did and once as if it had not been cleared, so that what spoke for mining and what against it can be told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from minewatch.detect.block import Block, Context
from minewatch.detect.identity import Judge
from minewatch.detect.learned import chance_of
from minewatch.detect.peers import AMONG, GROWTH
from minewatch.detect.screen import screen_block
from minewatch.model.against import AGAINST
from minewatch.model.errors import MissingError
from minewatch.model.findings_views import FindingLine
from minewatch.model.inputs import INPUT_OF, INPUTS, would_help
from minewatch.model.reasons import LOOKS, REASONS, sentence
from minewatch.model.text import Text
from minewatch.usecases.findings import find_line, find_run
from minewatch.usecases.findings_state import kept_findings
from minewatch.usecases.models import judge_of, kept_judge
from minewatch.usecases.office import Turn
from minewatch.usecases.screen_known import gathered_workspace, kept_words

PEER_REASONS = (AMONG, GROWTH)
LEAST = 0.1
"""A look that moved the log-odds by less, either way, is not told."""
MOST = 5


@dataclass(frozen=True, slots=True)
class WhyView:
    """Why one meter was told as it was.

    ``probability`` is what its readings give now, ``cleared`` whether the quick look settled it (below ``gate``), ``closely``
    what looking closely gives; both are None where there is no curve to look at. ``speaks_for`` and ``speaks_against`` are
    sentences, strongest first; ``summary`` says in one what came of them. ``simulated`` is the run's label, if any.
    ``known`` says of each thing the workspace knows of this meter besides its curve what came of it, ``would_help`` which
    further ones would tell most.
    """

    meter: str
    run: str
    told: float
    probability: float | None
    cleared: bool
    gate: float
    closely: float | None
    speaks_for: tuple[Text, ...]
    speaks_against: tuple[Text, ...]
    summary: Text
    simulated: Text | None = None
    known: tuple[Text, ...] = ()
    would_help: tuple[Text, ...] = ()


def why(*, turn: Turn, meter: str, run: str = "") -> WhyView:
    """Tell why ``meter`` was judged as it was in a run (the latest), for who may read its finding.

    The readings are those the lake holds now, over the days that were screened, judged by the run's model where the workspace
    still has it. ``MissingError`` where the run has no such meter or the lake no readings of it.
    """
    store = kept_findings(turn.office)
    line = find_line(turn, store, run=run, meter=meter)
    kept = find_run(store, line.run)
    return replace(_told(turn, line, kept.model), simulated=kept.origin.label)


def _told(turn: Turn, line: FindingLine, model: str) -> WhyView:
    workspace = turn.office.workspace
    judge = kept_judge(workspace, model) if model else judge_of(None)
    if line.slots == 0 or line.first_day is None:
        return _without(line, Text("There are no usable readings to judge.", "没有可用读数，无法判断。"))
    block = _block(turn, line)
    if line.slots == 1:
        return _daily(line, block)
    lake = workspace.lake()
    with gathered_workspace(workspace, lake=lake, now=turn.at, given=kept_words(workspace)) as around:
        return _judged(line, block, judge, around.of(block))


def _block(turn: Turn, line: FindingLine) -> Block:
    lake = turn.office.workspace.lake()
    wanted = frozenset({line.meter})
    for shard in lake.shards_of(wanted) if line.slots in lake.slot_kinds else ():
        for found in lake.blocks(shard, line.slots, first_day=line.first_day, last_day=line.last_day, meters=wanted):
            return Block((line.meter,), found.first_day, found.kw[:1].copy())
    raise MissingError(
        Text(f"The lake no longer holds the readings of {line.meter}.", f"数据湖中已没有 {line.meter} 的读数。"),
        remedy=Text("Import them again: minewatch import readings.", "请重新导入：minewatch import readings。"),
    )


def _judged(line: FindingLine, block: Block, judge: Judge, context: Context) -> WhyView:
    as_told = screen_block(block, context=context, model=judge.model).row(0, named=True)
    closely = screen_block(block, context=context, model=judge.thorough().model).row(0, named=True)
    weights: Mapping[str, float] = json.loads(closely["look_weights"])
    figures: Mapping[str, Any] = json.loads(closely["reason_figures"])
    gate = float(chance_of(judge.model.gate))
    cleared = not json.loads(as_told["look_weights"])
    # How others of its kind draw is known of the whole list only, so it was kept with the finding.
    kept: Any = line.record.get("reason_figures") or {}
    beside = {code: kept[code] for code in PEER_REASONS if code in kept}
    given = given_of(context, line.meter) | ({"meters"} if beside else frozenset())
    reasons = (*closely["reasons"], *beside)
    return WhyView(
        meter=line.meter,
        run=line.run,
        told=line.probability,
        probability=as_told["probability"],
        cleared=cleared,
        gate=gate,
        closely=closely["probability"],
        speaks_for=tuple(
            sentence(code, figures[code])
            for code in closely["reasons"]
            if code not in INPUT_OF or weights.get(code, 0) > 0
        ),
        speaks_against=against(weights, figures),
        summary=_summary(as_told["probability"], closely["probability"], gate, cleared=cleared),
        known=tuple(_came_of(name, reasons, weights, {**figures, **beside}) for name in INPUTS if name in given),
        would_help=would_help(tuple(closely["alternatives"]), given=given),
    )


def given_of(context: Context, meter: str) -> frozenset[str]:
    """Return which inputs (``model.inputs``) a context has for a meter."""
    there = {
        "outages": bool(context.outages_of(meter)),
        "deadline": context.deadline_of(meter) is not None,
        "reactive": meter in context.reactive_kvar,
        "currents": meter in context.currents_a,
        "holidays": bool(context.holidays),
        "weather": context.temperature_of(meter) is not None,
        "meters": meter in context.places or meter in context.declared_use,
    }
    return frozenset(name for name, given in there.items() if given)


def _came_of(name: str, reasons: Sequence[str], weights: Mapping[str, float], figures: Mapping[str, Any]) -> Text:
    """Say what came of one input: the sentence of its reason and what it added, or that it says nothing."""
    one = INPUTS[name]
    codes = [code for code in reasons if INPUT_OF.get(code) == name]
    if not codes:
        nothing = (
            Text("only says what else would explain the curve", "只用于列出其他可能的解释")
            if name == "meters"
            else Text("says nothing of this meter", "未能说明该计量点的情况")
        )
        return Text(f"{one.name.en}: {nothing.en}.", f"{one.name.zh}：{nothing.zh}。")
    added = sum(weights.get(code, 0.0) for code in codes)
    by = Text(f" ({added:+.1f})", f"（{added:+.1f}）") if added else Text("", "")
    said = [sentence(code, figures[code]) for code in codes]
    return Text(
        f"{one.name.en}{by.en}: {' '.join(text.en for text in said)}",
        f"{one.name.zh}{by.zh}：{''.join(text.zh for text in said)}",
    )


def against(weights: Mapping[str, float], figures: Mapping[str, Any] | None = None) -> tuple[Text, ...]:
    """Return a sentence for each look that spoke against mining, the strongest first; those of one name are one.

    ``figures`` are those of the reasons' sentences; a reason without is told by its name.
    """
    sums: dict[Text, float] = {}
    said: dict[Text, Text] = {}
    for code, value in weights.items():
        if code in LOOKS:
            name = LOOKS[code]
            sums[name] = sums.get(name, 0.0) + value
            said.setdefault(name, AGAINST[code])
        elif code in REASONS and value < 0:
            name = REASONS[code].name
            sums[name], said[name] = value, sentence(code, figures[code]) if figures and code in figures else name
    strong = sorted((value, place) for place, value in enumerate(sums.values()) if value <= -LEAST)
    names = list(sums)
    return tuple(said[names[place]] for _, place in strong[:MOST])


def _summary(probability: float, closely: float, gate: float, *, cleared: bool) -> Text:
    if not cleared:
        return Text(f"It was looked at closely: probability {probability:.0%}.", f"已细查：概率为{probability:.0%}。")
    return Text(
        f"A quick look gave {probability:.1%}, below the {gate:.0%} from which a meter is looked at closely, so it was "
        f"cleared. Looked at closely now it would be given {closely:.1%}.",
        f"初筛概率为{probability:.1%}，低于细查门槛{gate:.0%}，故予以排除。现予细查，概率为{closely:.1%}。",
    )


def _daily(line: FindingLine, block: Block) -> WhyView:
    row = screen_block(block).row(0, named=True)
    figures: Mapping[str, Any] = json.loads(row["reason_figures"])
    said = tuple(sentence(code, figures[code]) for code in row["reasons"])
    summary = Text(
        f"Only daily energy is known, from which no more than 30 % is ever told; here {row['probability']:.0%}.",
        f"只有日电量，所给概率最高不超过30%；此处为{row['probability']:.0%}。",
    )
    changes = Text("The energy of a day changes much from day to day.", "日电量逐日变化较大。")
    return replace(
        _without(line, summary),
        probability=row["probability"],
        speaks_for=said,
        speaks_against=() if said else (changes,),
    )


def _without(line: FindingLine, summary: Text) -> WhyView:
    return WhyView(line.meter, line.run, line.probability, None, False, 0.0, None, (), (), summary)
