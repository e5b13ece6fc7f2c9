"""The power stations as one HTML file without network or script: a table of stations, then a page for each that is told.

A station's page has generated, own use, delivered and expected over what is missing, the heat map of the gap, its energy and,
where reckoned, the generator's gains and what the buyer evaded.
"""

from minewatch.model.balance_views import PlantsView, PlantView
from minewatch.model.text import Language, Text
from minewatch.reports.balance_html import MONEY_WORDS, PAGE_STYLE, page_environment
from minewatch.reports.charts import plant_timeline
from minewatch.reports.svg import STYLE

WORDS = MONEY_WORDS | {
    "title": Text("Power stations: output not accounted for", "电站出力去向核查报告"),
    "days": Text("Days", "日期"),
    "flagged": Text("Stations with power unaccounted for", "出力去向不明的电站"),
    "station": Text("station", "电站"),
    "river": Text("river", "河流"),
    "capacity": Text("capacity (kW)", "装机容量（千瓦）"),
    "way": Text("judged by", "判断依据"),
    "missing": Text("missing (kW)", "缺口（千瓦）"),
    "interval": Text("within the errors allowed", "允许误差范围"),
    "share": Text("of capacity", "占装机"),
    "kwh": Text("kWh", "千瓦时"),
    "since": Text("since", "开始"),
    "until": Text("until", "结束"),
    "likeness": Text("shape like mining", "与挖矿形态相似"),
    "usable": Text("slots that tell", "可判断时段"),
    "chart": Text(
        "What it generated, used, delivered and should have made, over what is missing; below it the gap as a heat map (shaded: "
        "an order, standstill or no reading, nothing can be told)",
        "发电、厂用、上网与应发出力及缺口；下为缺口热力图（阴影：调度限发、停机或无读数，无法判断）",
    ),
    "energy": Text("Energy over these days (kWh)", "期间电量（千瓦时）"),
    "money": Text("What the missing energy is worth (CNY)", "缺口电量对应的金额（元）"),
    "before": Text("the window's start or earlier", "期初或更早"),
    "open": Text("still there at the end", "期末仍存在"),
    "none": Text("None.", "无。"),
}


def render_plants(view: PlantsView, *, top: int, language: Language) -> str:
    """Return the page in ``language``; ``top`` of the flagged stations are shown in full. The same view gives the same text."""
    flagged = [one for one in view.plants if one.flagged]

    def say(text: Text) -> str:
        return text.in_language(language)

    return (
        page_environment()
        .get_template("plants.html.j2")
        .render(
            view=view,
            flagged=flagged,
            shown=[(number, one, _picture(one, number)) for number, one in enumerate(flagged[:top], start=1)],
            language=language,
            say=say,
            w={name: say(text) for name, text in WORDS.items()},
            style=PAGE_STYLE + STYLE,
        )
    )


def _picture(one: PlantView, number: int) -> str:
    since = None if one.since_start else one.since
    return plant_timeline(one.series, since=since, until=one.until, caption=f"s{number}-chart")
