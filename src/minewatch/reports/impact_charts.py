"""Pictures of impact views as SVG or PNG: every axis with its unit, every estimate as a range, the source underneath."""

import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure

from minewatch.model.errors import ConfigurationError
from minewatch.model.impact_views import BacktestView, HashrateView, ShareStep, ShareView, Source, Spread, StopView
from minewatch.model.text import Language, Text

Format = Literal["png", "svg"]
Speak = Callable[[Text], str]

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
)

# Blue, orange, dark red, grey: told apart in print and by colour-blind readers; shapes differ too.
BLUE, ORANGE, RED, GREY = "#3f6fa3", "#c4570a", "#9f1239", "#6b7280"


def draw_backtest(view: BacktestView, *, language: Language, form: Format) -> bytes:
    """Draw forecasts of 18 June 2021 against what came, the blocks of each day, and past intervals against past changes."""
    with _styled(language):
        figure = Figure(figsize=(9, 11), layout="constrained")
        grid = figure.add_gridspec(3, 1, height_ratios=(3, 2, 3))
        say = _speaker(language)
        top = figure.add_subplot(grid[0])
        _case_bars(top, view.stop, say)
        change = view.happened[0]
        top.axvline(change.happened, color=RED, linestyle="--", linewidth=1.2)
        came = say(Text(f"what came: {change.happened:.2f} %", f"实际：{change.happened:.2f}%"))
        top.annotate(
            came,
            (change.happened, 0.0),
            (4, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            color=RED,
        )
        top.set_title(
            say(Text("Forecast of 18 June 2021 for height 689,472", "2021 年 6 月 18 日对高度 689,472 的预测"))
        )
        _day_bars(figure.add_subplot(grid[1]), view, say)
        _past(figure.add_subplot(grid[2]), view, say)
        _sources(figure, view.sources[:2], say)
        return _saved(figure, form)


def draw_stop(view: StopView, *, language: Language, form: Format) -> bytes:
    """Draw the next retarget of each case, and how long single blocks take after the last cut."""
    with _styled(language):
        figure = Figure(figsize=(9, 3.6 + 0.35 * len(view.cases) + 3.2), layout="constrained")
        say = _speaker(language)
        top, bottom = figure.subplots(2, 1)
        _case_bars(top, view, say)
        top.set_title(
            say(Text("Next retarget, forecast at ", "下一次难度调整，预测时刻 ")) + f"{view.start:%Y-%m-%d %H:%M} UTC"
        )
        for number, case in enumerate(view.cases):
            counts = np.array(case.histogram, dtype=float)
            if counts.sum():
                minutes = np.arange(len(counts)) * case.bin_seconds / 60
                slower = 100 * counts[::-1].cumsum()[::-1] / counts.sum()
                bottom.plot(
                    minutes, slower, color=mpl.colormaps["viridis"](number / len(view.cases)), label=say(case.name)
                )
        bottom.set_yscale("log")
        bottom.set_xlim(0, 180)
        bottom.set_ylim(0.01, 100)
        bottom.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
        bottom.set_xlabel(say(Text("block interval, minutes", "出块间隔（分钟）")))
        bottom.set_ylabel(say(Text("blocks that take longer, %", "超过该时长的区块（%）")))
        bottom.legend(fontsize=7)
        _sources(figure, view.sources, say)
        return _saved(figure, form)


def draw_share(view: ShareView, *, language: Language, form: Format) -> bytes:
    """Draw each source's range, one panel for each whole, so that shares of different wholes never share an axis."""
    with _styled(language):
        wholes = tuple(dict.fromkeys(line.whole for line in view.lines))
        sizes = [sum(line.whole == whole for line in view.lines) for whole in wholes]
        figure = Figure(figsize=(9, 1.2 + sum(0.9 + 0.35 * size for size in sizes)), layout="constrained")
        say = _speaker(language)
        panels = figure.subplots(len(wholes), 1, squeeze=False, height_ratios=[1 + size for size in sizes])[:, 0]
        for panel, whole in zip(panels, wholes, strict=True):
            lines = [line for line in view.lines if line.whole == whole]
            names = []
            for row, line in enumerate(lines):
                _bar(panel, row, line.percent, BLUE)
                names.append(" × ".join(_link(step, say) for step in line.steps))
            panel.set_yticks(range(len(names)), names)
            panel.set_ylim(len(names) - 0.5, -0.5)
            panel.set_xlim(left=0)
            panel.set_xlabel(say(Text(f"% of the hash rate of {whole.en}", f"占{whole.zh}算力的百分比（%）")))
        figure.suptitle(say(Text(f"{view.part.en} on {view.on}, by source", f"{view.part.zh}，{view.on}，分来源")))
        _sources(figure, view.sources, say)
        return _saved(figure, form)


def draw_hashrate(view: HashrateView, *, language: Language, form: Format) -> bytes:
    """Draw the hash rate's range with what each input alone does to it, and the fleet it rests on."""
    with _styled(language):
        figure = Figure(figsize=(9, 7.5), layout="constrained")
        say = _speaker(language)
        top, bottom = figure.subplots(2, 1, height_ratios=(2, 3))
        _bar(top, 0, view.hashrate, RED)
        for row, driver in enumerate(view.drivers, start=1):
            _bar(top, row, driver.result, BLUE)
        names = [say(Text("all inputs", "全部输入")), *(say(driver.name) for driver in view.drivers)]
        top.set_yticks(range(len(names)), names)
        top.set_ylim(len(names) - 0.5, -0.5)
        top.set_xlim(left=0)
        top.set_xlabel(say(Text("hash rate, PH/s", "算力（PH/s）")))
        load = f"{view.load.low:,.0f}–{view.load.high:,.0f} kW"
        top.set_title(say(Text(f"Hash rate behind {load} on {view.on}", f"{view.on} {load} 对应的算力")))
        days: Any = [line.released for line in view.mix]
        weights = np.array([line.weight for line in view.mix])
        bottom.scatter(days, [line.j_per_th for line in view.mix], s=15 + 900 * weights, color=BLUE, alpha=0.7)
        bottom.axhspan(view.efficiency.low, view.efficiency.high, color=BLUE, alpha=0.08)
        if view.efficiency.best is not None:
            bottom.axhline(view.efficiency.best, color=RED, linestyle="--", linewidth=1)
        bottom.set_ylim(bottom=0)
        bottom.set_ylabel(say(Text("efficiency, J/TH", "能效（J/TH）")))
        bottom.set_xlabel(
            say(
                Text(
                    "month of release; dashed: mean of the mix; larger dot: larger weight",
                    "上市年月；虚线：平均；点的大小：权重",
                )
            )
        )
        listed = dict.fromkeys(Source(line.source.reference, line.source.grade) for line in view.mix)
        _sources(figure, (*view.sources, *listed), say)
        return _saved(figure, form)


def _case_bars(axes: Any, view: StopView, say: Speak) -> None:
    cases, level = view.cases, f"{view.level:g}"
    for row, case in enumerate(cases):
        _bar(axes, row - 0.14, case.retargets[0].change, BLUE)
        _bar(axes, row + 0.2, case.change_by_formula, ORANGE, thin=True)
    axes.plot(
        [],
        [],
        color=BLUE,
        linewidth=6,
        alpha=0.5,
        label=say(Text("with the network's usual movement", "含全网常态变动")),
    )
    axes.plot(
        [],
        [],
        color=ORANGE,
        linewidth=2.5,
        label=say(Text("chance and the stop alone, by formula", "仅偶然与关停（公式）")),
    )
    axes.set_yticks(range(len(cases)), [say(case.name) for case in cases])
    axes.set_ylim(len(cases) - 0.5, -0.5)
    label = Text(
        f"change of difficulty, % (bar: {level} % interval; dot: median)",
        f"难度变化（%）（条：{level}% 区间；点：中位数）",
    )
    axes.set_xlabel(say(label))
    axes.grid(axis="x", color="#dde3ea")
    axes.set_axisbelow(True)
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2, frameon=False)


def _bar(axes: Any, row: float, spread: Spread, colour: str, *, thin: bool = False) -> None:
    width, opacity = (2.5, 1.0) if thin else (8, 0.45)
    axes.plot(
        [spread.low, spread.high], [row, row], color=colour, linewidth=width, alpha=opacity, solid_capstyle="butt"
    )
    if spread.low == spread.high or spread.best is not None:
        axes.plot([spread.low if spread.best is None else spread.best], [row], "o", color=colour, markersize=4)


def _day_bars(axes: Any, view: BacktestView, say: Speak) -> None:
    days: Any = [day for day, _ in view.day_blocks]
    blocks = [count for _, count in view.day_blocks]
    positions = np.arange(len(days))
    axes.bar(positions, blocks, color=[RED if count == min(blocks) else BLUE for count in blocks])
    for position, count in zip(positions, blocks, strict=True):
        axes.text(position, count + 2, str(count), ha="center", fontsize=8)
    axes.axhline(143.93, color=GREY, linestyle="--", linewidth=1)
    axes.text(
        len(days) - 0.5, 146, say(Text("on time: 144 a day", "正点：每日 144 块")), ha="right", fontsize=8, color=GREY
    )
    axes.set_xticks(positions, [f"{day:%m-%d}" for day in days])
    axes.set_ylim(0, 165)
    axes.set_ylabel(say(Text("blocks a day", "每日出块数")))
    axes.set_title(say(Text("Blocks found each whole UTC day of 2021 in the record", "2021 年各完整 UTC 日的出块数")))


def _past(axes: Any, view: BacktestView, say: Speak) -> None:
    points = [point for point in view.epochs if point.time >= datetime(2018, 1, 1, tzinfo=UTC).timestamp()]
    stamps: Any = np.array([point.time for point in points], dtype="datetime64[s]")
    changes = np.array([point.change for point in points])
    low = np.array([point.forecast.low for point in points])
    high = np.array([point.forecast.high for point in points])
    inside = (low <= changes) & (changes <= high)
    axes.fill_between(
        stamps, low, high, step="mid", color=BLUE, alpha=0.18, label=say(Text("95 % interval", "95% 区间"))
    )
    held, missed = say(Text("came, inside", "实际，区间内")), say(Text("came, outside", "实际，区间外"))
    axes.plot(stamps[inside], changes[inside], ".", color=BLUE, markersize=5, label=held)
    axes.plot(stamps[~inside], changes[~inside], "x", color=RED, markersize=6, label=missed)
    axes.set_ylabel(say(Text("change of difficulty, %", "难度变化（%）")))
    axes.set_title(
        say(Text("Every retarget since 2018, forecast one epoch ahead", "2018 年以来每次难度调整（提前一个周期预测）"))
    )
    axes.legend(fontsize=8, ncols=3, loc="upper left", bbox_to_anchor=(0, -0.08), frameon=False)


def _link(step: ShareStep, say: Speak) -> str:
    low, high = step.percent.low, step.percent.high
    figure = f"{low:.3g}" if low == high else f"{low:.3g}–{high:.3g}"
    when = f" [{step.source.on:%Y-%m}]" if step.source.on else ""
    return say(Text(f"{figure} % of {step.whole.en}", f"占{step.whole.zh} {figure}%")) + when


def _speaker(language: Language) -> Speak:
    def say(text: Text) -> str:
        return text.in_language(language)

    return say


def _sources(figure: Figure, sources: Sequence[Source], say: Speak) -> None:
    named = "; ".join(f"{say(source.reference)} [{source.grade}]" for source in sources)
    text = say(Text("Source: ", "来源：")) + named
    shown = "\n".join(_lines(text))
    figure.supxlabel(shown, fontsize=6.5, color=GREY, x=0.01, ha="left")


def _lines(text: str, width: int = 150) -> list[str]:
    """Break a text into lines; a Chinese character is about twice as wide as a Latin one and may end a line anywhere."""
    lines, used = [""], 0
    for token in re.findall(r"[!-~]+ ?|.", text):
        wide = sum(1 if character < "\u2e80" else 2 for character in token)
        if used + wide > width:
            lines.append("")
            used = 0
        lines[-1] += token
        used += wide
    return lines


def _styled(language: Language) -> Any:
    """Set fonts for one picture; SVG ids are fixed so that the same view gives the same bytes.

    Raises ConfigurationError when Chinese is asked for and no font can draw it: boxes instead of words help nobody.
    """
    family = ["DejaVu Sans"]
    if language == "zh":
        installed = {font.name for font in font_manager.fontManager.ttflist}
        chinese = [name for name in CHINESE_FONTS if name in installed]
        if not chinese:
            raise ConfigurationError(
                Text("No font that can draw Chinese is installed on this machine.", "本机没有可显示中文的字体。"),
                remedy=Text(
                    "Install one (for example Noto Sans CJK SC), or draw the picture with --lang en.",
                    "请安装一种中文字体（如 Noto Sans CJK SC），或用 --lang en 出图。",
                ),
            )
        family = [chinese[0], "DejaVu Sans"]
    return mpl.rc_context(
        {
            "font.family": family,
            "font.size": 9,
            "svg.hashsalt": "minewatch",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.unicode_minus": False,
        }
    )


def _saved(figure: Figure, form: Format) -> bytes:
    buffer = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(buffer, format=form, dpi=120, metadata=metadata)
    return buffer.getvalue()
