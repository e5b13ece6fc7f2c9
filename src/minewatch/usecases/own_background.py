"""Use case: let the curve model learn how the workspace's own meters look, without a visit, from simulated mines on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minewatch.detect.adapting import Adapted
from minewatch.detect.learned import shipped_model
from minewatch.detect.own_background import learn_background
from minewatch.model.curve_models import ModelCard
from minewatch.model.errors import InputError
from minewatch.model.text import Text, counted
from minewatch.usecases.findings_keep import Books, books_of
from minewatch.usecases.models import common_fields, keep, made_sentence
from minewatch.usecases.office import Turn
from minewatch.usecases.own_kept import begun
from minewatch.usecases.own_windows import WINDOWS, Drawn, Hosts, chosen_hosts, drawn, site_of
from minewatch.usecases.screen import Progress, unwatched

METERS = 300
LEAST_METERS = 30
"""Meters below which a few hosts would be learned by heart."""


@dataclass(frozen=True, slots=True)
class OwnBackgroundView:
    """What came of it: the card, what it cannot tell; ``kept`` is the model's id, or empty where the shipped one stays."""

    card: ModelCard
    kept: str
    in_use: bool
    cautions: tuple[Text, ...]
    taken_up: Mapping[str, int]
    """Meters and parts that an earlier start had done already."""

    @property
    def sentence(self) -> Text:
        """The outcome in one sentence."""
        of = f"{self.card.meters} meters, {self.card.windows} windows with SIMULATED mines"
        of_zh = f"{self.card.meters}个计量点的{self.card.windows}个窗口（矿机为模拟）"
        if not self.kept:
            return Text(
                f"The shipped model stays: what was learned from {of}, told left-out meters not surely better.",
                f"继续使用随软件提供的模型：根据{of_zh}所学的模型，在未参与学习的计量点上未见确实改善。",
            )
        return made_sentence(self.kept, Text(of, of_zh), in_use=self.in_use)


@dataclass(frozen=True, slots=True)
class Watched:
    """Who is told how far drawing (meters) and growing (trees) are, and that an earlier start is taken up again."""

    drawing: Progress = unwatched
    growing: Progress = unwatched
    said: Callable[[Text], None] = lambda _text: None


def fit_background(
    *,
    turn: Turn,
    meters: int = METERS,
    windows: int = WINDOWS,
    seed: int = 0,
    use: bool = False,
    watched: Watched | None = None,
) -> OwnBackgroundView:
    """Learn from about ``windows`` windows of ``meters`` meters of the workspace; keep the model where it is better.

    What is done is kept as it goes, and the same command again takes it up (``usecases/own_kept.py``). The same lake, seed
    and version give the same model. ``InputError`` where fewer than :data:`LEAST_METERS` can be drawn from.
    """
    turn.may("model.fit")
    if use:
        turn.may("model.choose")
    watched = watched or Watched()
    workspace = turn.office.workspace
    books = books_of(workspace)
    hosts = chosen_hosts(workspace.lake(), books=books, number=meters, seed=seed)
    if len(hosts.sites) < LEAST_METERS:
        raise _too_few(len(hosts.sources))
    sites = sites_of(hosts, books)
    work = begun(workspace, hosts, sites=sites, settings={"windows": windows, "seed": seed})
    if work.sentence is not None:
        watched.said(work.sentence)
    made = drawn(hosts, seed=seed, windows=windows, watched=watched.drawing, keeper=work.windows)
    adapted = learn_background(
        shipped_model(),
        training=made.training,
        trial=made.trial,
        sites=sites,
        seed=seed,
        watched=watched.growing,
        keeper=work.forest,
    )
    content = adapted.model.content()
    card = _card(turn, hosts, made, adapted, content)
    kept = keep(turn, card, content, learned_from=("meters", "windows"), use=use)
    return OwnBackgroundView(card, kept, bool(kept) and use, _cautions(), work.taken)


def sites_of(hosts: Hosts, books: Mapping[str, Books]) -> dict[str, str]:
    """Return the site of each meter learned from, and of the others that the books name at those sites."""
    known = hosts.sites
    others = {meter: site_of(meter, books) for meter in books if site_of(meter, books) in known}
    return {one.name: one.site for one in hosts.sources} | others


def _card(turn: Turn, hosts: Hosts, made: Drawn, adapted: Adapted, content: bytes) -> ModelCard:
    first, last = hosts.days
    return ModelCard(
        **common_fields(turn, adapted, content),
        visits=0,
        mines=0,
        judgements=0,
        first_day=first,
        last_day=last,
        labels=hosts.digest,
        labels_from="",
        left_out=0,
        meters=len(hosts.sources),
        windows=len(made.training.mine),
    )


def _cautions() -> tuple[Text, ...]:
    return (
        Text(
            "The mines behind these scores are SIMULATED; the meters are the workspace's own and were left out when they were "
            "scored. Only visits tell how real mines are found.",
            "上述指标中的矿机均为模拟；计量点取自本工作区，评分时未参与学习。实际挖矿的检出情况只有现场核查能说明。",
        ),
        Text(
            "A real mine among these meters was taken for its host's habit; no meter is judged by trees that saw its site.",
            "这些计量点中若有真实矿场，会被当作用户自身的用电习惯；任何计量点都不由见过其场所的决策树判断。",
        ),
    )


def _too_few(number: int) -> InputError:
    return InputError(
        Text(
            f"{counted(number, 'meter')} can be drawn from; "
            f"at least {LEAST_METERS} of different customers with 28 days read are needed.",
            f"可用的计量点只有{number}个；至少需要{LEAST_METERS}个不同用户、有28天读数的计量点。",
        ),
        remedy=Text(
            "Import more readings of 15, 30 or 60 minutes: minewatch import readings.",
            "请导入更多15、30或60分钟读数：minewatch import readings。",
        ),
    )
