"""Views of a small, made-up screening for the tests of whatever renders them."""

from array import array
from datetime import UTC, date, datetime, timedelta

import numpy as np

from minewatch.model.issues import Grade, Issue
from minewatch.model.text import Text
from minewatch.model.views import (
    AlternativeView,
    BandView,
    Estimate,
    FactView,
    FindingRow,
    FindingView,
    LookView,
    ReasonView,
    ScreenReportView,
    SeriesView,
    SourceView,
)

FIRST = date(2021, 5, 31)  # a Monday
HOSTILE = "<script>alert(\"x\")</script>&amp; =cmd|'/c calc'!A1 </style></svg>"


def series(days=21, slots=24, *, start=7.0, stop=None, gap=True, seed=1):
    """Return a host of 1 to 2 kW with 10 kW of mining from day ``start`` to ``stop`` and a gap of one day."""
    rng = np.random.default_rng(seed)
    kw = 1.5 + 0.5 * np.sin(np.linspace(0, 2 * np.pi * days, days * slots)) + 0.05 * rng.standard_normal(days * slots)
    mining = np.zeros(days * slots)
    mining[int(start * slots) : None if stop is None else int(stop * slots)] = 10.0
    kw += mining
    if gap:
        kw[int(0.6 * days) * slots : int(0.6 * days) * slots + slots] = np.nan
    base = [float(np.min(day)) for day in kw.reshape(days, slots)]
    return SeriesView(FIRST, slots, array("f", kw.astype("f4").tolist()), array("f", mining.tolist()), array("f", base))


def finding(rank=1, meter="0105580023417", *, curve=None, issues=(), name="猪场 pig farm"):
    """Return one finding in full."""
    curve = series() if curve is None else curve
    began = datetime(2021, 6, 7, tzinfo=UTC).replace(tzinfo=None)
    row = FindingRow(
        rank, meter, 0.97, Estimate(10.2, 9.1, 11.3), began, False, None, 8.4, 0.952, Text("Flat at night", "夜间平直")
    )
    return FindingView(
        row,
        (ReasonView("plateau", Text("It stands day and night.", "昼夜恒定。")),),
        (AlternativeView("cold_store", Text("A cold store.", "冷库。"), Text("Its nameplate.", "设备铭牌。")),),
        (LookView(Text("Base", "基荷"), 2.5), LookView(Text("Declared use", "登记用途"), -0.5)),
        tuple(issues),
        curve,
        (FactView(Text("Declared use", "登记用途"), name),),
    )


def issue(value="", meter="", file="readings.csv"):
    """Return one issue of a line."""
    return Issue(
        "bad_number",
        Grade.DISQUALIFYING,
        Text("Not a number", "不是数值"),
        Text("Correct it and import again.", "请更正后重新导入。"),
        file,
        12,
        "P37",
        value,
        meter,
        3,
    )


def report(*, findings=None, rows=(), simulated=True, issues=(), sources=1, worth=1):
    """Return a report of the findings given, of one by default, and of further rows of the ranked table."""
    findings = (finding(),) if findings is None else tuple(findings)
    return ScreenReportView(
        title=Text("Screening of a small region", "小区域筛查报告"),
        made_at=datetime(2021, 7, 1, 9, 30, tzinfo=UTC),
        software="minewatch 0.1.0",
        simulated=Text("Simulated data", "模拟数据") if simulated else None,
        sources=tuple(
            SourceView(f"readings_{k}.csv", "3f1c" * 16, Text("Long table", "长表"), 3, 1512, FIRST, FIRST, 1, 3)
            for k in range(sources)
        ),
        meters_read=1234,
        readings=1512,
        first_day=FIRST,
        last_day=FIRST + timedelta(20),
        coverage=0.9996,
        threshold=Text("Worth a visit from 50 % on.", "概率达到 50% 即列为值得核查。"),
        calibration=Text("Calibrated on simulated meters.", "以模拟数据校准。"),
        worth_a_visit=worth,
        worth_kw=Estimate(10.2, 9.1, 11.3) if worth else None,
        bands=(BandView(Text("likely", "可能"), 0.5, 1.0, worth), BandView(Text("unlikely", "不大可能"), 0, 0.5, 3)),
        ranked=(*(found.row for found in findings), *rows),
        findings=findings,
        issues=tuple(issues),
        issues_noted=1,
        issues_disqualifying=3,
        findings_file="findings.csv",
    )
