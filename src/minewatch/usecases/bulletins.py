"""Bulletins, daily and weekly: counts, MW, deadlines, chart, contradictions, resumptions; the forms that go out with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from minewatch import __version__
from minewatch.casework.rollup import Level
from minewatch.model.actors import allowed
from minewatch.model.casework_views import ROLL_UP_COLUMNS, RollUpRow, RollUpView
from minewatch.model.events import utc_text
from minewatch.model.pages import Bars, Block, Cell, Grid, Heading, PageView, Paragraph
from minewatch.model.text import Language, Text
from minewatch.reports.forms_xlsx import FormColumn, form_workbook
from minewatch.reports.page_docx import page_docx
from minewatch.reports.page_html import page_html, shown
from minewatch.reports.xlsx import Cell as XlsxCell
from minewatch.reports.xlsx import CellKind, Sheet, SheetColumn, write_workbook
from minewatch.usecases.bulletin_pictures import load_curve, site_map, yesterday_of
from minewatch.usecases.case_list import Names
from minewatch.usecases.case_words import OUTCOMES
from minewatch.usecases.cases import CAMPAIGN, visible_cases
from minewatch.usecases.casework_pages import STATES
from minewatch.usecases.office import Office, Turn
from minewatch.usecases.returns import FIELDS
from minewatch.usecases.rollups import Period, roll_up_view
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.simulated import campaign_label
from minewatch.usecases.sites import is_overdue
from minewatch.usecases.time_left import instant_of

LISTED = 60
"""Cases a list of the page shows at most; the workbook has all."""
AHEAD = timedelta(days=3)
"""Deadlines within this time after the period count as near."""
DONE = frozenset({"stopped", "verified", "measures", "restored", "referred", "closed"})
NO_ANSWERS: Mapping[str, Mapping[str, str | float]] = {}
ANSWERS = ("已关停", "未挖矿", "运行中", "零报告")
CASE_COLUMNS = (
    Text("case", "案件"), Text("site", "项目"), Text("division", "区划"), Text("kW", "功率（kW）"), Text("state", "状态"),
    Text("deadline", "期限"), Text("the data says", "数据结论"), Text("contradictions", "矛盾"), Text("resumptions", "复机"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin: the roll-up, the cases behind it (read rows), the page."""

    view: RollUpView
    cases: tuple[dict[str, Any], ...]
    page: PageView


def make_bulletin(*, turn: Turn, campaign: str, on: date, period: Period, level: Level) -> Bulletin:
    """Return the bulletin of the day ``on``, or of the week that ends with it; see ``rollups.roll_up_view`` for the errors."""
    view = roll_up_view(turn=turn, campaign=campaign, on=on, period=period, level=level)
    rows = visible_cases(log=turn.office.log, actor=turn.actor)
    cases = tuple(row for row in rows if row["campaign"] == CAMPAIGN + campaign)
    return Bulletin(view, cases, _page(turn, view, cases, named=Names(on)))


def write_bulletin(
    *, turn: Turn, campaign: str, on: date, period: Period, level: Level, language: Language, folder: Path
) -> tuple[Path, ...]:
    """Write the bulletin as .html, .docx and .xlsx into ``folder`` and return the paths; files of that name are replaced."""
    stem, contents = bulletin_contents(
        turn=turn, campaign=campaign, on=on, period=period, level=level, language=language
    )
    for ending, make in contents.items():
        write_file(folder / f"{stem}.{ending}", make())
    return tuple(folder / f"{stem}.{ending}" for ending in contents)


def bulletin_contents(
    *, turn: Turn, campaign: str, on: date, period: Period, level: Level, language: Language
) -> tuple[str, Mapping[str, Callable[[], bytes]]]:
    """Return the stem of the bulletin's file names, and by ending (html, docx, xlsx) what makes its content."""
    made = make_bulletin(turn=turn, campaign=campaign, on=on, period=period, level=level)
    return f"bulletin-{campaign}-{period}-{on}-{language}", {
        "html": lambda: page_html(made.page, language=language).encode("utf-8"),
        "docx": lambda: page_docx(made.page, language=language),
        "xlsx": lambda: _workbook(turn, made, language),
    }


def _page(turn: Turn, view: RollUpView, cases: Sequence[Mapping[str, Any]], *, named: Names) -> PageView:
    total = view.total
    name = {"day": Text("Daily bulletin", "日报"), "week": Text("Weekly bulletin", "周报")}[view.period]
    now = turn.at
    late = [row for row in cases if is_overdue(row, utc_text(now))]
    near = [
        row
        for row in cases
        if row["status"] not in DONE and row["deadline"] and now < instant_of(row["deadline"]) <= now + AHEAD
    ]
    blocks: list[Block] = [
        Paragraph(_summary(total, whole=view.whole)),
        Heading(Text("By division", "分区情况")),
        _by_division(view),
    ]
    if view.rows:
        caption = Text("Mining power known, by division.", "各地已知挖矿功率。")
        largest = sorted(view.rows, key=lambda row: -row.mw)[:20]
        blocks.append(Bars(tuple((row.name, row.mw) for row in largest), Text("MW", "兆瓦"), caption))
    last = yesterday_of(view.ends)
    blocks += load_curve(turn, turn.office.workspace.lake(), cases, on=last)
    blocks += site_map(turn, cases)
    for title, chosen in (
        (Text("Deadlines passed, not stopped", "逾期未停"), late),
        (Text("Deadlines within three days", "三日内到期"), near),
        (
            Text("Contradictions: said stopped, data says running", "矛盾：申报已停、数据显示运行"),
            [row for row in cases if row["contradictions"]],
        ),
        (Text("Resumptions", "复机"), [row for row in cases if row["resumptions"]]),
    ):
        blocks += _listed(turn.office, named, title, chosen)
    made = turn.at.astimezone(turn.office.zone)
    begins, ends = (text.replace("T", " ") for text in (view.begins, view.ends))
    return PageView(
        title=Text(
            f"{name.en}: {view.title}, {view.begins[:10]} to {last}",
            f"{view.title}{name.zh}（{view.begins[:10]}至{last}）",
        ),
        label=campaign_label(turn.office, view.campaign),
        made=Text(
            f"Period {begins} to {ends}; made {made:%Y-%m-%d %H:%M} ({__version__}); lists of cases as of then",
            f"统计期{begins}至{ends}；{made:%Y-%m-%d %H:%M} 由 minewatch {__version__} 生成，案件清单为生成时状态",
        ),
        made_at=turn.at,
        blocks=tuple(blocks),
    )


def _summary(total: RollUpRow, *, whole: bool) -> Text:
    text = Text(
        f"{total.projects} projects, {total.mw:g} MW known ({total.power_unknown} of unknown power); {total.noticed} noticed, "
        f"{total.stopped} stopped ({total.stopped_mw:g} MW), {total.overdue} overdue; in this period {total.new_projects} new, "
        f"{total.new_stops} stopped, {total.new_contradictions} contradictions, {total.new_resumptions} resumptions.",
        f"共{total.projects}个项目，已知功率{total.mw:g}兆瓦（{total.power_unknown}个功率未知）；已通知{total.noticed}个，已停机{total.stopped}个"
        f"（{total.stopped_mw:g}兆瓦），逾期{total.overdue}个；本期新增{total.new_projects}个，新停机{total.new_stops}个，"
        f"新增矛盾{total.new_contradictions}个，复机{total.new_resumptions}个。",
    )
    return text if whole else Text(f"{text.en} The period is not over yet.", f"{text.zh}本期尚未结束。")


def _by_division(view: RollUpView) -> Grid:
    rows = [*view.rows, view.total] if view.rows else []
    return Grid(
        tuple(text for _, text in ROLL_UP_COLUMNS),
        tuple(tuple(getattr(row, name) for name, _ in ROLL_UP_COLUMNS) for row in rows),
        Text("No project.", "无项目。"),
    )


def _listed(office: Office, named: Names, title: Text, cases: Sequence[Mapping[str, Any]]) -> list[Block]:
    blocks: list[Block] = [Heading(Text(f"{title.en} ({len(cases)})", f"{title.zh}（{len(cases)}）"))]
    blocks.append(Grid(CASE_COLUMNS, tuple(_case(office, named, row) for row in cases[:LISTED]), Text("None.", "无。")))
    if len(cases) > LISTED:
        more = len(cases) - LISTED
        blocks.append(Paragraph(Text(f"{more} more stand in the workbook.", f"其余{more}个见工作簿。")))
    return blocks


def _case(office: Office, named: Names, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        str(row["id"]).removeprefix("case-"),
        str(row["site"]),
        named.of(str(row["jurisdiction"])),
        row["mining_kw"],
        Text(*STATES[row["status"]]),
        office.shown(str(row["deadline"])),
        OUTCOMES.get(str(row["last_outcome"])),
        int(row["contradictions"]),
        int(row["resumptions"]),
    )


def _workbook(turn: Turn, made: Bulletin, language: Language) -> bytes:
    kinds = {"mw": CellKind.POWER, "hash_rate_ths": CellKind.POWER, "name": CellKind.TEXT}
    divisions = Sheet(
        Text("By division", "分区"),
        tuple(SheetColumn(text, kinds.get(name, CellKind.COUNT), 14) for name, text in ROLL_UP_COLUMNS),
        [
            [
                value.in_language(language) if isinstance(value, Text) else value
                for value in (getattr(row, name) for name, _ in ROLL_UP_COLUMNS)
            ]
            for row in (*made.view.rows, made.view.total)
        ],
    )
    case_kinds = (
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.POWER,
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.COUNT,
        CellKind.COUNT,
    )
    named = Names(yesterday_of(made.view.ends))
    cases = Sheet(
        Text("Cases", "案件"),
        tuple(SheetColumn(text, kind, 20) for text, kind in zip(CASE_COLUMNS, case_kinds, strict=True)),
        [
            [shown(cell, language) if isinstance(cell, Text) else cell for cell in _case(turn.office, named, row)]
            for row in made.cases
        ],
    )
    return write_workbook(
        (divisions, cases, _projects(turn, made.cases, language)),
        language=language,
        made_at=turn.at,
        label=made.page.label,
    )


PROJECT_COLUMNS = (
    SheetColumn(Text("Case", "案件编号"), CellKind.TEXT, 10),
    SheetColumn(Text("Project", "项目名称"), CellKind.TEXT, 40),
    SheetColumn(Text("Division", "行政区划代码"), CellKind.TEXT, 12),
    SheetColumn(Text("Owner", "主体"), CellKind.TEXT, 30),
    SheetColumn(Text("Size, kW", "规模（kW）"), CellKind.POWER, 12),
    SheetColumn(Text("Hash rate, TH/s", "算力（TH/s）"), CellKind.POWER, 14),
    SheetColumn(Text("Meters", "计量点"), CellKind.TEXT, 30),
    SheetColumn(Text("State", "状态"), CellKind.TEXT, 18),
)
"""The list of running projects that notice 1283, item 3, wants weekly: owner, size, hash rate, power use."""


def _projects(turn: Turn, cases: Sequence[Mapping[str, Any]], language: Language) -> Sheet:
    """Return the weekly list. The owner's name is personal data: shown where the actor may read it, else the key."""
    rows: list[list[XlsxCell]] = [
        [
            str(row["id"]).removeprefix("case-"),
            str(row["site"]),
            str(row["jurisdiction"]),
            _owner(turn, row),
            row["mining_kw"],
            row["hash_rate_ths"],
            "; ".join(row["meters"]),
            Text(*STATES[row["status"]]).in_language(language),
        ]
        for row in cases
    ]
    return Sheet(Text("Projects", "项目清单"), PROJECT_COLUMNS, rows)


def _owner(turn: Turn, row: Mapping[str, Any]) -> str:
    key = str(row["party_key"])
    if not key:
        return ""
    if not allowed(turn.actor, "personal.read", str(row["jurisdiction"])):
        return key
    held = turn.office.log.personal(key)
    return str((held or {}).get("name") or key)


def return_form(
    *, turn: Turn, campaign: str, language: Language, answers: Mapping[str, Mapping[str, str | float]] = NO_ANSWERS
) -> bytes:
    """Return the form of self-inspection returns for the campaign's open cases; ``minewatch case return --file`` reads it.

    ``answers`` (by case id, then field) fill it in beforehand.
    """
    hints = {
        "case": Text("Leave as it is.", "请勿改动。"),
        "kind": Text("Choose one answer.", "请从列表中选择。"),
        "stopped_at": Text("As 2021-06-17 21:30; needed where it stopped.", "如 2021-06-17 21:30；已关停的必填。"),
        "signed_by": Text("Who signs the return.", "签字人姓名。"),
    }
    numbers = {"machines", "hash_rate_ths", "power_kw"}
    columns = [
        FormColumn(
            field.headings[0],
            hints.get(field.name, Text("May stay empty.", "可留空。")),
            choices=ANSWERS if field.name == "kind" else (),
            kind="number" if field.name in numbers else "text",
            width=36 if field.name in {"site", "note"} else 18,
        )
        for field in FIELDS
    ]
    rows = []
    for row in visible_cases(log=turn.office.log, actor=turn.actor):
        if row["campaign"] == CAMPAIGN + campaign and row["status"] != "closed":
            given: dict[str, str | float] = {
                "case": str(row["id"]).removeprefix("case-"),
                "meter": "",
                "site": str(row["site"]),
                **answers.get(str(row["id"]), {}),
            }
            rows.append([given.get(field.name) for field in FIELDS])
    title = Text("Self-inspection return (a nil return is a return)", "虚拟货币“挖矿”自查报告表（无情况也须零报告）")
    label = campaign_label(turn.office, campaign)
    return form_workbook(columns, rows, title=title, language=language, made_at=turn.at, label=label)
