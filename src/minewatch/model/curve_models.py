"""Models of the curve that a workspace made from its own visits or meters: their cards, and how they did on held-out sites."""

from collections.abc import Mapping
from dataclasses import dataclass

from minewatch.model.text import Text

SHIPPED = "shipped"
"""The name of the model inside the package wherever one has to be named."""

KINDS = {
    SHIPPED: Text("as shipped", "随软件提供"),
    "scale": Text("scale moved", "重新校准"),
    "trees": Text("scale moved, further trees", "重新校准并追加决策树"),
    "background": Text("own meters learned", "已学习本地用电"),
}
"""What may come of visits, or of the workspace's own meters with simulated mines (the last, or the scale alone)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its 90 % interval over sites."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelScores:
    """How a candidate told held-out sites; ``pr_auc`` is None where all visits found the same.

    ``gain`` is the log-loss saved over the shipped model, a visit.
    """

    log_loss: Measured
    calibration_error: Measured
    pr_auc: Measured | None
    gain: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Where a workspace's own model comes from.

    ``kind`` is a key of ``KINDS``; ``by`` fitted it at ``made_at`` (ledger's UTC text) from ``visits`` meters of ``sites``
    sites, ``mines`` of them with a mine, ``judgements`` of them judged at the desk only, seen from ``first_day`` to
    ``last_day`` (ISO). ``labels`` is the SHA-256 of the labels it learned from and ``labels_from`` their file's name (empty: the
    workspace's record); ``left_out`` counts labels that could not be used. ``digest`` is the SHA-256 of the model's file,
    ``based_on`` that of the shipped detector it starts from. ``pointed`` counts the visits to which the shipped model had
    given a noticeable probability. ``scores`` are by kind, every candidate's.

    A model that learned from ``meters`` of the workspace's own has no visits and no mines found: it learned from ``windows``
    of them with simulated mines, and ``labels`` is the SHA-256 of the curves. ``started_from`` is the model that visits
    adapted, empty for the shipped one.
    """

    id: str
    kind: str
    made_at: str
    by: str
    visits: int
    mines: int
    judgements: int
    sites: int
    folds: int
    first_day: str
    last_day: str
    labels: str
    labels_from: str
    left_out: int
    digest: str
    based_on: str
    shift: float
    slope: float
    trees: int
    pointed: int
    simulated: bool
    scores: Mapping[str, ModelScores]
    meters: int = 0
    windows: int = 0
    started_from: str = ""
