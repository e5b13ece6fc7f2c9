"""From suspicion to cases: sites from findings, from a list, or one by hand; doubles and repeat offenders are recognised."""

import hashlib
import hmac
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from minewatch.casework import case_state
from minewatch.casework.commands import OpenCase
from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import utc_text
from minewatch.model.form_issues import form_issue
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.readers.forms import Field, Form, FormRow, read_form
from minewatch.usecases.cases import CAMPAIGN, Receipt, campaign_named, case_of, open_cases, status_named, visible_cases
from minewatch.usecases.finding_evidence import FROZEN, frozen, readings_behind
from minewatch.usecases.office import Turn
from minewatch.usecases.stop_evidence import SiteReadings

SITE_FIELDS = (
    Field("site", ("项目名称", "项目", "site name", "project", "场所", "疑似项目", "名称"), needed=True),
    Field(
        "division",
        ("行政区划代码", "区划代码", "county_code", "division code", "县区代码", "所在区县代码"),
        needed=True,
    ),
    Field("meter", ("计量点编号", "计量点", "meter_id", "meters", "电表", "户号", "用户编号", "电表资产号")),
    Field(
        "kw",
        ("功率(kW)", "功率", "mining_kw", "reported_kw", "上报功率(kW)", "power", "负荷", "负荷(kW)", "用电功率(kW)"),
    ),
    Field("party", ("责任单位", "用户名称", "企业名称", "customer", "企业", "单位名称")),
    Field("location", ("坐标", "经纬度", "纬度,经度", "coordinates")),
    Field("note", ("备注", "说明", "remark", "notes")),
)
"""The columns of a site list."""

KNOWN = frozenset({"probability", "mining_kw", "since", "reasons_en", "reasons_zh"})
FINDING_FIELDS = (
    Field("meter_id", ("meter", "subject", "计量点编号"), needed=True),
    Field("probability", ("挖矿概率",), needed=True),
    Field("mining_kw", ("挖矿功率",)),
    Field("since", ("开始时间",)),
    Field("reasons_en", ("why_en",)),
    Field("reasons_zh", ("why_zh",)),
    Field("division", ("区划代码",)),
    Field("meters", ()),
    Field("subject_kind", ()),
    Field("kw", ()),
    *(Field(name, ()) for name in FROZEN if name not in KNOWN),
)
"""Columns of what cases are opened from: findings of a screening, a fused list, evidence of a balance or of stations."""

METER_FIELDS = (
    Field("meter", ("meter_id", "计量点编号", "计量点"), needed=True),
    Field("county_code", ("division", "行政区划代码", "区划代码"), needed=True),
    Field("customer", ("用户编号", "户号")),
    Field("name", ("customer_name", "用户名称", "户名")),
    Field("latitude", ("纬度", "lat")),
    Field("longitude", ("经度", "lon")),
)

SALT = "party-salt"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that may become a case. ``party`` is a name and is kept as personal data, never in the ledger."""

    site: str
    division: str
    meters: tuple[str, ...]
    kw: float | None
    origin: str
    summary: str
    party: str = ""
    location: str = ""
    line: int = 0
    evidence: tuple[str, ...] = ()
    finding: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening led to: the new cases, the sites that had one already, repeat offenders, and rows not taken."""

    receipts: tuple[Receipt, ...]
    doubles: tuple[tuple[str, str], ...]
    repeats: tuple[tuple[str, tuple[str, ...]], ...]
    issues: tuple[Issue, ...]


def read_sites(turn: Turn, path: Path) -> tuple[list[Candidate], tuple[Issue, ...]]:
    """Read a site list, row by row: good rows become candidates, the others issues with line, column, value and remedy."""
    form = read_form(path, SITE_FIELDS)
    candidates, issues = [], list(form.issues)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for row in form.rows:
        faults = _site_faults(turn, form, row)
        if faults:
            issues += faults
            continue
        cells = row.cells
        candidates.append(
            Candidate(
                site=cells["site"],
                division=cells["division"],
                meters=_split(cells.get("meter", "")),
                kw=_number(cells["kw"]) if "kw" in cells else None,
                origin=f"list:{digest[:16]}:{row.line}",
                summary=cells.get("note", ""),
                party=cells.get("party", ""),
                location=cells.get("location", "").replace("，", ",").replace(" ", ""),
                line=row.line,
            )
        )
    kept, doubled = _without_doubles(candidates)
    issues += [form_issue("form_double", form.file, line=one.line, column="site", value=one.site) for one in doubled]
    return kept, tuple(sorted(issues, key=lambda one: (one.line, one.column)))


def _site_faults(turn: Turn, form: Form, row: FormRow) -> list[Issue]:
    faults = []
    cells = row.cells
    if not _is_division(turn, cells["division"]):
        faults.append(_fault("form_bad_division", form, row, "division"))
    if "kw" in cells and not (_number(cells["kw"]) or 0) > 0:
        faults.append(_fault("form_bad_number", form, row, "kw"))
    if "location" in cells and not is_location(cells["location"]):
        faults.append(_fault("form_bad_location", form, row, "location"))
    return faults


def _fault(code: str, form: Form, row: FormRow, field: str) -> Issue:
    return form_issue(code, form.file, line=row.line, column=row.column(field), value=row.cells[field])


def _is_division(turn: Turn, code: str) -> bool:
    try:
        divisions.find(code, turn.at.astimezone(turn.office.zone).date())
    except InputError:
        return False
    return True


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_location(text: str) -> bool:
    """Whether a text is ``latitude,longitude`` in degrees."""
    parts = text.replace("，", ",").split(",")
    numbers = [_number(part.strip()) for part in parts]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return False
    return abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180


def checked(turn: Turn, one: Candidate) -> Candidate:
    """Return a site given by hand; ``InputError`` for a name, a division, a power or a place that cannot be used."""
    if not one.site.strip():
        raise InputError(
            Text("The site has no name.", "项目没有名称。"), remedy=Text("Give it with --site.", "请用 --site 写明。")
        )
    if not _is_division(turn, one.division):
        raise InputError(
            Text(f"{one.division!r} is no division.", f"“{one.division}”不是行政区划。"),
            remedy=Text("Give --division, such as 511824.", "请写明 --division，如 511824。"),
        )
    if one.kw is not None and not one.kw > 0:
        raise InputError(
            Text(f"{one.kw} kW cannot be.", f"功率 {one.kw} 千瓦不合理。"),
            remedy=Text("Give a power above 0, or leave it out.", "请给出大于 0 的功率，或不填。"),
        )
    if one.location and not is_location(one.location):
        raise InputError(
            Text(f"{one.location!r} is no location.", f"“{one.location}”不是坐标。"),
            remedy=Text("Write degrees, such as 29.23,102.36.", "请写度数，如 29.23,102.36。"),
        )
    return one


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[;；,，、\s]+", text) if part))


def _without_doubles(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    kept: list[Candidate] = []
    doubled: list[Candidate] = []
    for one in candidates:
        (doubled if any(_same_site(one, other.site, other.division, other.meters) for other in kept) else kept).append(
            one
        )
    return kept, doubled


def _same_site(one: Candidate, site: str, division: str, meters: Sequence[str]) -> bool:
    return bool(set(one.meters) & set(meters)) or (one.site == site and one.division == division)


@dataclass(frozen=True, slots=True)
class Least:
    """Which findings become cases: of at least this probability and mining power (kW), and only the first so many."""

    probability: float
    kw: float = 0.0
    top: int | None = None

    def allows(self, probability: float, kw: float | None) -> bool:
        """Whether a finding is probable and large enough; one without a power is never too small."""
        return probability >= self.probability and (kw is None or kw >= self.kw)


def read_findings(
    turn: Turn,
    path: Path,
    *,
    least: Least,
    division: str | None,
    meters: Path | None,
    lake: SiteReadings | None = None,
) -> tuple[list[Candidate], tuple[Issue, ...]]:
    """Take the findings that are worth it as candidates.

    Where a meter lies is taken from ``meters`` (columns meter, county_code, and customer), else from the finding, else it is
    ``division``. A finding whose place is not known is an issue. Each site keeps the finding's frozen words as its summary.
    A load spread over several accounts is one site. With the ``lake`` that was screened each site also keeps the digest of
    the readings behind its finding.
    """
    form = read_form(path, FINDING_FIELDS)
    places = _places(meters)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    candidates: list[Candidate] = []
    issues = list(form.issues)
    for row in form.rows:
        cells = row.cells
        probability = _number(cells["probability"])
        if probability is None:
            issues.append(_fault("form_bad_number", form, row, "probability"))
            continue
        kw = _number(cells.get("mining_kw", cells.get("kw", "")))
        if not least.allows(probability, kw) or (least.top is not None and len(candidates) >= least.top):
            continue
        place = places.get(cells["meter_id"], {"county_code": cells.get("division", division or "")})
        if not _is_division(turn, place["county_code"]):
            issues.append(
                form_issue("form_bad_division", form.file, line=row.line, column="meter_id", value=place["county_code"])
            )
            continue
        words = f"P {probability:.3f}; {cells.get('reasons_en', '')} {cells.get('reasons_zh', '')}".strip()
        candidates.append(
            Candidate(
                site=place.get("customer", cells["meter_id"]),
                division=place["county_code"],
                meters=_meters_of(cells),
                kw=kw,
                origin=f"finding:{digest[:16]}:{row.line}",
                summary=words,
                party=place.get("name", place.get("customer", "")),
                location=_location_of(place),
                line=row.line,
                evidence=(f"findings:{digest}", *readings_behind(lake, _meters_of(cells), cells)),
                finding=frozen(cells),
            )
        )
    return _without_doubles(candidates)[0], tuple(issues)


def _location_of(place: Mapping[str, str]) -> str:
    text = f"{place.get('latitude', '')},{place.get('longitude', '')}"
    return text if is_location(text) else ""


def _meters_of(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Meters of a finding: those it names; none of a node's or a station's; else its subject is the meter."""
    if cells.get("subject_kind", "meter") != "meter":
        return ()
    return _split(cells.get("meters", "")) or (cells["meter_id"],)


def _places(meters: Path | None) -> Mapping[str, Mapping[str, str]]:
    if meters is None:
        return {}
    return {row.cells["meter"]: row.cells for row in read_form(meters, METER_FIELDS).rows}


def listed(*, turn: Turn, campaign: str | None, state: str | None, overdue: bool) -> list[dict[str, Any]]:
    """Return the case rows the actor may read, of a campaign (its name), in a state, or only those overdue now.

    Raises ``InputError`` for a state that there is not, ``MissingError`` for a campaign that was never opened.
    """
    status = None if state is None else status_named(state)
    stream = campaign_named(turn.office.log, campaign) if campaign else None
    rows = visible_cases(log=turn.office.log, actor=turn.actor)
    now = utc_text(turn.at)
    return [
        row
        for row in rows
        if (stream is None or row["campaign"] == stream)
        and (status is None or row["status"] == status)
        and (not overdue or is_overdue(row, now))
    ]


def is_overdue(row: Mapping[str, Any], now: str) -> bool:
    """Whether a case's deadline has passed and nothing says that it was off by ``now``, a UTC text of the ledger."""
    return case_state.is_overdue(case_of(row), now)


def open_sites(
    *, turn: Turn, campaign: str, candidates: Sequence[Candidate], issues: Sequence[Issue] = (), fresh: str
) -> Opened:
    """Open a case for every candidate that has none in the campaign, all in one transaction.

    A candidate with a meter, or the name and division, of a case of the same campaign is a double and is left out. Cases of
    other campaigns against the same meter, site or party make the new case a repeat. ``fresh`` is a random text that
    becomes the office's secret for party keys if it has none yet.
    """
    for one in candidates:
        turn.may("case.open", one.division)
    stream = CAMPAIGN + campaign
    if turn.office.log.read_row("campaigns", stream) is None:
        raise MissingError(
            Text(f"There is no campaign {campaign}.", f"没有专项行动 {campaign}。"),
            remedy=Text("Open it first: minewatch campaign open.", "请先开启：minewatch campaign open。"),
        )
    rows = turn.office.log.read_rows("cases")
    mine = [row for row in rows if row["campaign"] == stream]
    others = [row for row in rows if row["campaign"] != stream]
    doubles: list[tuple[str, str]] = []
    fresh_cases: list[OpenCase] = []
    for one in candidates:
        known = next((row for row in mine if _same_site(one, row["site"], row["jurisdiction"], row["meters"])), None)
        if known is not None:
            doubles.append((one.site, str(known["id"])))
            continue
        fresh_cases.append(_command(turn, stream, one, others, fresh))
    receipts = open_cases(log=turn.office.log, actor=turn.actor, at=turn.at, new=fresh_cases) if fresh_cases else ()
    named = [command for command in fresh_cases if command.repeat_of]
    return Opened(
        receipts,
        tuple(doubles),
        tuple((command.site, command.repeat_of) for command in named),
        tuple(issues),
    )


def _command(turn: Turn, stream: str, one: Candidate, others: Sequence[Mapping[str, Any]], fresh: str) -> OpenCase:
    key = party_key(turn, one.party, fresh) if one.party else ""
    repeats = tuple(
        str(row["id"])
        for row in others
        if _same_site(one, row["site"], row["jurisdiction"], row["meters"]) or (key and row["party_key"] == key)
    )
    command = OpenCase(
        campaign=stream,
        site=one.site,
        jurisdiction=one.division,
        meters=one.meters,
        origin=one.origin,
        summary=one.summary,
        mining_kw=one.kw,
        party_key=key,
        location=one.location,
        evidence=one.evidence,
        finding=one.finding,
    )
    return replace(command, repeat_of=repeats)


def party_key(turn: Turn, name: str, fresh: str) -> str:
    """Return the key under which a party's name is kept, and keep it; the same name has the same key in this office.

    The key is an HMAC under a secret of the office, so that nobody can find names by trying them on the ledger.
    """
    log = turn.office.log
    held = log.personal(SALT)
    if held is None:
        held = {"salt": fresh}
        log.keep_personal(SALT, held)
    secret = str(held["salt"]).encode("utf-8")
    key = "party-" + hmac.new(secret, " ".join(name.split()).casefold().encode("utf-8"), "sha256").hexdigest()[:32]
    if log.personal(key) is None:
        log.keep_personal(key, {"name": name})
    return key
