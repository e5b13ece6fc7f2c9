"""Use cases: adapt the curve model to the office's own visits, look at the models made so, choose the one that screens."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from minewatch.detect.adapting import LEAST_SITES, Adapted, Figure, Scored, adapt
from minewatch.detect.identity import Judge, detector_digest, shipped_judge
from minewatch.detect.learned import chance_of, read_model
from minewatch.model.curve_models import SHIPPED, Measured, ModelCard, ModelScores
from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import NewEvent, utc_text
from minewatch.model.issues import Issue
from minewatch.model.text import Text, counted
from minewatch.model.triage import NOTICED
from minewatch.stores.models import ModelStore
from minewatch.stores.workspace import Workspace
from minewatch.usecases.access import append_anyhow
from minewatch.usecases.model_labels import Labels, Learnable, days_of, labels_of, learnable
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import readings_origin

STREAM = "models"
FITTED, CHOSEN = "model.fitted/1", "model.chosen/1"


@dataclass(frozen=True, slots=True)
class FitView:
    """What a fit led to: the card, the labels left out, what the figures cannot tell. ``kept`` is the model's id, or empty.

    It is empty where the shipped model stays because nothing told held-out sites better; nothing was written then.
    """

    card: ModelCard
    kept: str
    in_use: bool
    issues: tuple[Issue, ...]
    cautions: tuple[Text, ...]

    @property
    def sentence(self) -> Text:
        """The outcome in one sentence."""
        of = (
            f"{counted(self.card.visits, 'meter')} of {counted(self.card.sites, 'site')}, {self.card.mines} with a mine"
        )
        of_zh = f"{self.card.sites}处场所的{self.card.visits}个计量点，其中挖矿{self.card.mines}个"
        if not self.kept:
            stays, stays_zh = self.card.started_from or "shipped", self.card.started_from or "随软件提供的模型"
            return Text(
                f"The {stays} model stays: nothing learned from {of}, told held-out sites surely better.",
                f"继续使用{stays_zh}：根据{of_zh}所学的模型，在留出场所上未见确实改善。",
            )
        return made_sentence(self.kept, Text(of, of_zh), in_use=self.in_use)


def made_sentence(kept: str, of: Text, *, in_use: bool) -> Text:
    """Say of what the model ``kept`` was made, and whether it screens or how to let it."""
    use = "it screens from now on" if in_use else f"to screen with it: minewatch model use {kept}"
    use_zh = "今后筛查即用此模型" if in_use else f"启用：minewatch model use {kept}"
    return Text(f"Model {kept} made from {of.en}; {use}.", f"已根据{of.zh}生成模型 {kept}；{use_zh}。")


def store_of(workspace: Workspace) -> ModelStore:
    """Return where a workspace keeps its models."""
    return ModelStore(workspace.folder / "models")


def fit(*, turn: Turn, file: Path | None = None, judgements: bool = False, use: bool = False, on: str = "") -> FitView:
    """Adapt the shipped model to what visits found and keep the result with its card; ``use`` puts it to use at once.

    Labels come from ``file`` or from the workspace's record. The shipped model stays, and nothing is kept, where held-out
    sites were not told surely better. ``on`` names a model learned from the workspace's own meters to start from instead.
    ``InputError`` where too few labels can be learned from, and for a model that visits made: they are not stacked.
    """
    turn.may("model.fit")
    if use:
        turn.may("model.choose")
    given = labels_of(turn=turn, file=file, judgements=judgements)
    start = _start(turn, on)
    known = learnable(turn=turn, given=given, own=start.model.own)
    sites = len(np.unique(known.visited.site))
    if sites < LEAST_SITES:
        raise _too_few(known, sites)
    adapted = adapt(start.model, known.visited)
    content = adapted.model.content()
    card = replace(_card(turn, given, known, adapted, content), based_on=start.detector, started_from=start.name)
    kept = keep(turn, card, content, learned_from=("visits",), use=use)
    return FitView(card, kept, bool(kept) and use, known.issues, _cautions(card))


def keep(turn: Turn, card: ModelCard, content: bytes, *, learned_from: tuple[str, ...], use: bool) -> str:
    """Keep a model with its card and put that on record, with ``use`` put it to use too; returns its id.

    Nothing is done and the id is empty where the card says that the shipped model stays. ``learned_from`` names the fields of
    the card that say how much was learned from.
    """
    if card.kind == SHIPPED:
        return ""
    store_of(turn.office.workspace).keep(card.id, content, asdict(card))
    names = ("id", "digest", "kind", *learned_from, "labels", "based_on")
    data = {name: getattr(card, name) for name in names}
    append_anyhow(turn.office.log, STREAM, NewEvent(FITTED, data), turn.stamp)
    if use:
        choose(turn=turn, name=card.id)
    return card.id


def _start(turn: Turn, name: str) -> Judge:
    """Return what visits adapt: the shipped model, or one learned from the workspace's own meters."""
    if not name or name == SHIPPED:
        return shipped_judge()
    start = kept_judge(turn.office.workspace, name)
    if card(turn=turn, name=name).visits:
        raise InputError(
            Text(f"{name} was itself made from visits.", f"{name} 本身就是根据核查结果生成的。"),
            remedy=Text(
                "Start from the shipped model (leave --on out) or from one of minewatch model learn: every fit takes all visits.",
                "请从随软件提供的模型（去掉 --on）或 minewatch model learn 的模型开始：每次都会使用全部核查结果。",
            ),
        )
    return start


def choose(*, turn: Turn, name: str) -> str:
    """Put a model of the workspace to use, ``shipped`` the one inside the package; returns what was in use before.

    ``MissingError`` for a model that is not kept, ``InputError`` for one that this version cannot use.
    """
    turn.may("model.choose")
    store = store_of(turn.office.workspace)
    before = store.in_use() or SHIPPED
    judge = shipped_judge() if name == SHIPPED else kept_judge(turn.office.workspace, name)
    store.use(judge.name)
    data = {"id": name, "digest": judge.digest, "before": before}
    append_anyhow(turn.office.log, STREAM, NewEvent(CHOSEN, data), turn.stamp)
    return before


def cards(*, turn: Turn) -> tuple[tuple[ModelCard, ...], str]:
    """Return the cards of the workspace's models, latest first, and the id of the one in use (``shipped``)."""
    turn.may("finding.read")
    store = store_of(turn.office.workspace)
    found = [card_of(held) for name in store.names() if (held := store.card(name)) is not None]
    return tuple(sorted(found, key=lambda card: card.made_at, reverse=True)), store.in_use() or SHIPPED


def card(*, turn: Turn, name: str) -> ModelCard:
    """Return one card. ``MissingError`` for a model that is not kept."""
    turn.may("finding.read")
    held = store_of(turn.office.workspace).card(name)
    if held is None:
        raise _missing(name)
    return card_of(held)


def judge_of(workspace: Workspace | None, *, given: Path | None = None) -> Judge:
    """Return the model that screens: that of the file ``given``, else the workspace's in use, else the shipped one."""
    if given is not None:
        return file_judge(given)
    name = store_of(workspace).in_use() if workspace is not None else ""
    return kept_judge(workspace, name) if workspace is not None and name else shipped_judge()


def kept_judge(workspace: Workspace, name: str) -> Judge:
    """Return the judge with a model of the workspace; ``MissingError`` and ``InputError`` as :func:`choose`."""
    store = store_of(workspace)
    if store.card(name) is None:
        raise _missing(name)
    return file_judge(store.path(name))


def file_judge(path: Path) -> Judge:
    """Return the judge with the model in a file, named by its digest. ``InputError`` for what this version cannot use."""
    try:
        content = path.read_bytes()
        model = read_model(io.BytesIO(content))
    except FileNotFoundError as error:
        raise MissingError(
            Text(f"There is no model {path}.", f"没有模型文件 {path}。"),
            remedy=Text("Give the path of a model, or leave --model out.", "请给出模型文件路径，或去掉 --model。"),
        ) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            Text(f"The model {path} cannot be used by this version: {error}.", f"本版本无法使用模型 {path}：{error}。"),
            remedy=Text(
                "Fit it again from the same visits (minewatch model fit), or go back to the shipped one "
                "(minewatch model use shipped).",
                "请用相同的核查结果重新生成（minewatch model fit），或改用随软件提供的模型（minewatch model use shipped）。",
            ),
        ) from error
    digest = sha256(content).hexdigest()
    return Judge(model, name_of(digest), digest)


def card_of(held: Mapping[str, Any]) -> ModelCard:
    """Return the card that was kept as plain data."""
    scores = {
        kind: ModelScores(**{name: value and Measured(**value) for name, value in one.items()})
        for kind, one in held["scores"].items()
    }
    return ModelCard(**{**held, "scores": scores})


def name_of(digest: str) -> str:
    """Return the name of a model by its file's SHA-256."""
    return f"model-{digest[:12]}"


def _card(turn: Turn, given: Labels, known: Learnable, adapted: Adapted, content: bytes) -> ModelCard:
    first, last = days_of(known.rows)
    return ModelCard(
        **common_fields(turn, adapted, content),
        visits=len(known.rows),
        mines=int(known.visited.mine.sum()),
        judgements=sum(row.basis != "visit" for row in known.rows),
        first_day=first,
        last_day=last,
        labels=given.digest,
        labels_from=given.file,
        left_out=len(known.issues),
    )


def common_fields(turn: Turn, adapted: Adapted, content: bytes) -> dict[str, Any]:
    """Return what the card of every model says that was made here, ``content`` being its file."""
    digest = sha256(content).hexdigest()
    return {
        "id": name_of(digest),
        "kind": adapted.kind,
        "made_at": utc_text(turn.at),
        "by": turn.actor.name,
        "sites": adapted.sites,
        "folds": adapted.folds,
        "digest": digest,
        "based_on": detector_digest(),
        "shift": round(adapted.shift, 4),
        "slope": round(adapted.slope, 4),
        "trees": adapted.trees,
        "pointed": int((chance_of(adapted.odds) >= NOTICED).sum()),
        "simulated": readings_origin(turn.office.workspace.lake()).is_simulated,
        "scores": {kind: _scores(one) for kind, one in adapted.tried.items()},
    }


def _scores(one: Scored) -> ModelScores:
    return ModelScores(
        _measured(one.log_loss),
        _measured(one.calibration_error),
        _measured(one.pr_auc) if one.pr_auc else None,
        _measured(one.gain),
    )


def _measured(one: Figure) -> Measured:
    return Measured(*(round(value, 6) for value in (one.value, one.low, one.high)))


def _cautions(card: ModelCard) -> tuple[Text, ...]:
    """Say what the figures cannot tell: above all, that nobody chose the visits at random."""
    said = [
        Text(
            f"{card.pointed} of {card.visits} answers are about meters to which the shipped model itself gave {NOTICED:.0%} or "
            "more. The figures hold for lists like these, not for all meters: what the model ranks low was hardly looked at, "
            "and a mine it misses stays missed. Draw some visits at random: minewatch fuse --budget N --random 0.1.",
            f"{card.visits}个结果中有{card.pointed}个来自模型自身给出概率≥{NOTICED:.0%}的计量点。上述指标只适用于此类名单，"
            "不适用于全部计量点：模型排在后面的很少有人去看，漏掉的矿场仍会漏掉。"
            "请随机抽取部分核查对象：minewatch fuse --budget N --random 0.1。",
        )
    ]
    if card.judgements:
        said.append(
            Text(
                f"{card.judgements} answers are judgements at the desk, made with the model's own reasons in view: from them it "
                "learns partly what it believed before.",
                f"其中{card.judgements}个为案头研判，研判时已看到模型给出的理由：据此学到的部分只是模型原有的看法。",
            )
        )
    if card.mines in {0, card.visits}:
        said.append(
            Text(
                "All answers are the same: only how high the probabilities stand can be learned, not who ranks above whom.",
                "所有结果相同：只能学习概率总体高低，无法学习先后排序。",
            )
        )
    return tuple(said)


def _too_few(known: Learnable, sites: int) -> InputError:
    reason, reason_zh = "", ""
    if known.issues:
        first = known.issues[0].sentence
        reason = f" {counted(len(known.issues), 'label')} cannot be used; the first: {first.en}"
        reason_zh = f"另有{len(known.issues)}个标签无法使用，第一个：{first.zh}"
    return InputError(
        Text(
            f"Visits to {counted(sites, 'site')} can be learned from; at least {LEAST_SITES} are needed.{reason}",
            f"可供学习的场所只有{sites}处，至少需要{LEAST_SITES}处。{reason_zh}",
        ),
        remedy=Text(
            "Record more visits (minewatch case visit, minewatch findings dismiss --why visited), give a file of results "
            "with --labels, or take in desk judgements with --judgements.",
            "请登记更多现场核查（minewatch case visit、minewatch findings dismiss --why visited），用 --labels 提供结果文件，"
            "或用 --judgements 计入案头研判。",
        ),
    )


def _missing(name: str) -> MissingError:
    return MissingError(
        Text(f"The workspace has no model {name}.", f"工作区中没有模型 {name}。"),
        remedy=Text("List them: minewatch model show.", "列出模型：minewatch model show。"),
    )
