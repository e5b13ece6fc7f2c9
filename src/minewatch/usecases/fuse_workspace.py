"""Fuse within a workspace: its latest screening is evidence, its visits teach, and the fused list is kept for triage."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from minewatch.detect.fuse import evidence_row, llr_of_probability
from minewatch.model.events import canonical_json
from minewatch.model.findings_views import FindingQuery
from minewatch.model.origin import Origin
from minewatch.usecases.findings_keep import keep_fusion
from minewatch.usecases.findings_state import kept_findings
from minewatch.usecases.fuse_evidence import FusionInput, FusionView, Kept, Row, fuse_files
from minewatch.usecases.labels import labels
from minewatch.usecases.office import Office, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to fuse and how many visits to propose (see ``fuse_evidence.fuse_files``)."""

    prior: float
    budget: int = 0
    share: float = 0.1
    seed: int = 1


def fuse_workspace(
    *, office: Office, given: FusionInput, plan: Plan, turn: Turn | None, now: datetime
) -> tuple[FusionView, str]:
    """Fuse files and the workspace's latest screening, keep the list as a run, and return it with the run's id.

    With a ``turn`` (somebody who may read findings) the detectors are weighed by what visits on record found. Raises
    ``InputError`` as ``fuse_files`` does.
    """
    found = {label.meter: label.mine for label in labels(turn=turn, visits_only=True)} if turn else None
    view = fuse_files(
        given=given,
        prior=plan.prior,
        budget=plan.budget,
        share=plan.share,
        seed=plan.seed,
        kept=Kept(*_screened(office), found),
    )
    weights = asdict(view.weights) | {"by_group": dict(view.weights.by_group)}
    run = keep_fusion(
        workspace=office.workspace,
        fused=view.fused,
        detector=sha256(canonical_json(weights).encode()).hexdigest(),
        source=view.evidence,
        prior=plan.prior,
        now=now,
        origin=view.origin,
    )
    return view, run.id


def _screened(office: Office) -> tuple[tuple[Row, ...], Origin | None]:
    """Return the latest screening of the workspace as evidence and what it rests on; nothing when it was never screened."""
    store = kept_findings(office)
    run = next((one for one in store.runs() if one.kind == "screen"), None)
    if run is None:
        return (), None
    rows = []
    for line in store.lines(FindingQuery(run=run.id), ("",), everything=True):
        kw = (line.mining.value, line.mining.low, line.mining.high) if line.mining else None
        llr = llr_of_probability(line.probability, run.prevalence)
        rows.append(evidence_row(line.meter, "meter", llr, kw=kw, digest=f"{run.id}#{line.meter}"))
    return tuple(rows), run.origin
