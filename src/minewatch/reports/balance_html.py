"""The balance as one HTML file without network or script: a table of nodes, then a page a node with its pictures.

A node's page has the balance chart (what was supplied, the unexplained part under it), the residual with its heat map, its
energy, the suspects, meters that hang elsewhere, and, where reckoned, the money.
"""

from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from minewatch.model.balance_views import BalanceView, NodeView
from minewatch.model.text import Language, Text
from minewatch.reports.charts import timeline
from minewatch.reports.findings_html import count, interval, kilowatts
from minewatch.reports.svg import STYLE

WORDS = {
    "title": Text("Energy that is missing", "缺失电量报告"),
    "days": Text("Days", "日期"),
    "flagged": Text("Nodes with unexplained load", "存在无法解释负荷的节点"),
    "node": Text("node", "节点"),
    "kind": Text("kind", "类型"),
    "mean": Text("mean load (kW)", "平均负荷（千瓦）"),
    "unexplained": Text("unexplained (kW)", "无法解释（千瓦）"),
    "interval": Text("80 % interval", "80%区间"),
    "since": Text("since", "开始"),
    "until": Text("until", "结束"),
    "significance": Text("significance", "显著性"),
    "likeness": Text("shape like mining", "与挖矿形态相似"),
    "noise": Text("seen through noise of", "噪声"),
    "balance": Text("Supplied (line) and unexplained part (area)", "供电量（线）与无法解释部分（面）"),
    "residual": Text(
        "Missing after losses and unread meters, with its heat map", "扣除线损和未采集计量点后的缺口及热力图"
    ),
    "energy": Text("Energy over these days (kWh)", "期间电量（千瓦时）"),
    "suspects": Text("Customers whose own curve stands in the gap", "其自身曲线出现在缺口中的用户"),
    "meter": Text("meter", "计量点"),
    "customer": Text("customer", "户号"),
    "share": Text("share past the meter", "绕越计量部分占比"),
    "errors": Text("standard errors", "标准误倍数"),
    "none": Text("None.", "无。"),
    "nobody": Text(
        "No customer's curve stands in the gap. A tap before every meter leaves no trace in any customer's curve: look on site.",
        "没有用户的曲线出现在缺口中。表前搭接不会在任何用户曲线中留下痕迹，请现场核查。",
    ),
    "moved_in": Text("hang here though booked elsewhere", "实际属本节点但台账登记在别处"),
    "moved_out": Text("booked here but hang elsewhere", "台账登记在本节点但实际属别处"),
    "together": Text("start, stop and stumble at the same moments: one load?", "同时启停、同时波动：疑为同一负荷"),
    "clocks": Text("meters whose clock is off", "时钟偏差的计量点"),
    "reset": Text(
        "readings moved by whole slots to fit the node, the clock was off", "时钟偏差整时段，已平移读数以与节点对齐"
    ),
    "money": Text("What the unexplained energy is worth (CNY)", "无法解释电量对应的金额（元）"),
    "read": Text("meters read / not read", "已采集/未采集计量点"),
    "before": Text("the window's start or earlier", "期初或更早"),
    "open": Text("still there at the end", "期末仍存在"),
}

SUPPLIED = Text("Supplied, and the unexplained part (kW)", "供电与无法解释部分（kW）")
MISSING = Text("Missing, and the unexplained part (kW)", "缺口与无法解释部分（kW）")

MONEY_WORDS = {
    "what": Text("what", "项目"),
    "how": Text("arithmetic and clause", "算式与依据"),
    "low": Text("low", "低"),
    "best": Text("best", "估计"),
    "high": Text("high", "高"),
    "ceiling": Text("(a ceiling)", "（上限）"),
    "needs": Text("Not in these sums, and what it would take:", "以上未包含的部分及所需资料："),
}

PAGE_STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:64rem;margin:1.5rem auto;padding:0 1rem;
color:#1c2733;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.2rem;font-size:.9rem}
th,td{border-bottom:1px solid #c7d0da;padding:.25rem .5rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.sum th,tr.sum td{font-weight:600;border-bottom:2px solid #7b8794}h4{margin:.8rem 0 .2rem}
.wide{overflow-x:auto}.simulated{border:2px solid #c4570a;padding:.5rem 1rem;font-weight:600}
article{border-top:3px solid #3f6fa3;margin-top:2rem}small{color:#52606d}
body.l-en .zh,body.l-zh .en{display:none}
@media (prefers-color-scheme:dark){body{background:#131a21;color:#e8edf2}th,td{border-color:#2f3b47}small{color:#aab6c2}}
@media print{article{break-before:page}body{margin:0;max-width:none;background:#fff;color:#1c2733}}
figure{margin:.8rem 0}
@media screen and (max-width:720px){.wide .chart{width:820px;max-width:none}}
"""


def page_environment() -> Environment:
    """Return the templates' environment, with the filters that pages of missing energy use."""
    environment = Environment(
        loader=PackageLoader("minewatch.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"kw": kilowatts, "count": count, "span": interval, "time": _time}
    return environment


def render_balance(view: BalanceView, *, top: int, language: Language) -> str:
    """Return the page in ``language``; ``top`` of the flagged nodes are shown in full. The same view gives the same text."""
    flagged = [one for one in view.nodes if one.flagged]

    def say(text: Text) -> str:
        return text.in_language(language)

    return (
        page_environment()
        .get_template("balance.html.j2")
        .render(
            view=view,
            flagged=flagged,
            shown=[(number, one, *_pictures(one, number)) for number, one in enumerate(flagged[:top], start=1)],
            language=language,
            say=say,
            w={name: say(text) for name, text in (WORDS | MONEY_WORDS).items()},
            style=PAGE_STYLE + STYLE,
        )
    )


def _pictures(node: NodeView, number: int) -> tuple[str, str]:
    since = None if node.since_start else node.since
    parts = ((node.balance, "balance", SUPPLIED), (node.residual, "residual", MISSING))
    drawn = [
        timeline(series, since=since, until=node.until, caption=f"n{number}-{name}", title=title) if series else ""
        for series, name, title in parts
    ]
    return drawn[0], drawn[1]


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
