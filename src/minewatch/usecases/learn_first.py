"""Use case: let the curve model learn how the meters of some files look before it judges them; no workspace, nothing kept.

The same learning as ``model learn`` (:mod:`~minewatch.usecases.own_background`): mines are SIMULATED on the very meters that are
about to be screened, and each is judged by trees that never saw its site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from minewatch.detect.adapting import Adapted
from minewatch.detect.identity import Judge, shipped_judge
from minewatch.detect.learned import shipped_model
from minewatch.detect.own_background import KIND, learn_background
from minewatch.model.curve_models import SHIPPED
from minewatch.model.text import Text
from minewatch.stores.lake import Lake
from minewatch.usecases.findings_keep import Books
from minewatch.usecases.models import name_of
from minewatch.usecases.own_background import LEAST_METERS, METERS, Watched, sites_of
from minewatch.usecases.own_windows import WINDOWS, chosen_hosts, drawn


@dataclass(frozen=True, slots=True)
class LearnedFirst:
    """By whom the meters are judged, and what came of the learning in a sentence."""

    judge: Judge
    sentence: Text


@dataclass(frozen=True, slots=True)
class LearnFirst:
    """How to learn: from about ``windows`` windows of at most ``meters`` meters, drawn by ``seed``.

    ``thorough``: whoever judges in the end clears none early.
    """

    meters: int = METERS
    windows: int = WINDOWS
    seed: int = 0
    thorough: bool = False
    watched: Watched = field(default_factory=Watched)

    def __call__(self, lake: Lake, customers: Mapping[str, str]) -> LearnedFirst:
        """Learn from the meters of a lake; the shipped model judges where nothing was surely better, or of too few meters.

        ``customers``, by meter, as far as they are known: meters of one customer are one site. The same lake gives the same
        judge.
        """
        books = {meter: Books(customer=customer) for meter, customer in customers.items()}
        shipped = shipped_judge().thorough() if self.thorough else shipped_judge()
        hosts = chosen_hosts(lake, books=books, number=self.meters, seed=self.seed)
        if len(hosts.sites) < LEAST_METERS:
            return LearnedFirst(shipped, _too_few(len(hosts.sites)))
        made = drawn(hosts, seed=self.seed, windows=self.windows, watched=self.watched.drawing)
        adapted = learn_background(
            shipped_model(),
            training=made.training,
            trial=made.trial,
            sites=sites_of(hosts, books),
            seed=self.seed,
            watched=self.watched.growing,
        )
        if adapted.kind == SHIPPED:
            return LearnedFirst(shipped, _not_better(len(hosts.sources)))
        digest = sha256(adapted.model.content()).hexdigest()
        learned = Judge(adapted.model, name_of(digest), digest)
        return LearnedFirst(learned.thorough() if self.thorough else learned, _better(adapted, len(hosts.sources)))


def _better(adapted: Adapted, meters: int) -> Text:
    before, after = adapted.tried[SHIPPED], adapted.tried[adapted.kind]
    losses = f"{before.log_loss.value:.3f}", f"{after.log_loss.value:.3f}"
    what = Text("the trees", "决策树") if adapted.kind == KIND else Text("the scale of the probabilities", "概率刻度")
    ranks, ranks_zh = "", ""
    if before.pr_auc is not None and after.pr_auc is not None:
        verb = "fell" if after.pr_auc.value < before.pr_auc.value else "rose"
        ranks = f", the average precision {verb} from {before.pr_auc.value:.2f} to {after.pr_auc.value:.2f}"
        ranks_zh = f"，平均精度由{before.pr_auc.value:.2f}变为{after.pr_auc.value:.2f}"
    return Text(
        f"Before judging, {what.en} learned from {meters} of these meters with SIMULATED mines: on meters left out the log-loss "
        f"fell from {losses[0]} to {losses[1]}{ranks}.",
        f"判断之前，{what.zh}先在其中{meters}个计量点（矿机为模拟）上学习：在未参与学习的计量点上，对数损失由{losses[0]}降至{losses[1]}{ranks_zh}。",
    )


def _not_better(meters: int) -> Text:
    return Text(
        f"What was learned from {meters} of these meters with SIMULATED mines told left-out meters not surely better: "
        "the shipped model judges.",
        f"在其中{meters}个计量点（矿机为模拟）上所学，对未参与学习的计量点未见确实改善：仍由随软件提供的模型判断。",
    )


def _too_few(number: int) -> Text:
    return Text(
        f"Nothing was learned first: {number} of these meters are of different customers and have 28 days read at 15, 30 or 60 "
        f"minutes, {LEAST_METERS} are needed. The shipped model judges.",
        f"未先行学习：其中不同用户、有28天15、30或60分钟读数的计量点只有{number}个，至少需要{LEAST_METERS}个。由随软件提供的模型判断。",
    )
