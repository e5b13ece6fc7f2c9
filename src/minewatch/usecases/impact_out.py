"""Where impact figures go: pictures, a page of HTML, the block of a documentation page."""

from pathlib import Path

from minewatch.model.errors import InputError, StoreError
from minewatch.model.impact_views import BacktestView, HashrateView, HydroView, Page, ShareView, StopView
from minewatch.model.text import Language, Text
from minewatch.reports import impact_charts, impact_page
from minewatch.usecases import impact_pages

Shown = HashrateView | ShareView | StopView | BacktestView | HydroView

DOC_BEGIN, DOC_END = "<!-- backtest: generated -->", "<!-- backtest: end -->"
DOC_FIGURE = "impact-backtest.svg"


def page_of(view: Shown) -> Page:
    """Return the page of any impact view."""
    match view:
        case HashrateView():
            return impact_pages.hashrate_page(view)
        case ShareView():
            return impact_pages.share_page(view)
        case StopView():
            return impact_pages.stop_page(view)
        case BacktestView():
            return impact_pages.backtest_page(view)
        case HydroView():
            return impact_pages.hydro_page(view)


def picture(view: Shown, *, language: Language, form: impact_charts.Format) -> bytes | None:
    """Return the view's picture, or None where there is none to draw."""
    match view:
        case HashrateView():
            return impact_charts.draw_hashrate(view, language=language, form=form)
        case ShareView():
            return impact_charts.draw_share(view, language=language, form=form)
        case StopView():
            return impact_charts.draw_stop(view, language=language, form=form)
        case BacktestView():
            return impact_charts.draw_backtest(view, language=language, form=form)
        case HydroView():
            return None


def write_plot(view: Shown, path: Path, *, language: Language) -> None:
    """Write the view's picture as the path's ending says: .svg or .png."""
    if path.suffix not in {".svg", ".png"}:
        raise InputError(
            Text(f"{path.name} is neither an SVG nor a PNG file.", f"{path.name} 既非 SVG 也非 PNG 文件。"),
            remedy=Text("End the name in .svg or .png.", "请使用扩展名 .svg 或 .png。"),
        )
    drawn = picture(view, language=language, form="png" if path.suffix == ".png" else "svg")
    if drawn is not None:
        _write(path, drawn)


def write_html(view: Shown, path: Path, *, language: Language) -> None:
    """Write the view as one HTML file with its picture inside, without script or network."""
    drawn = picture(view, language=language, form="svg")
    _write(path, impact_page.html(page_of(view), drawn, language=language).encode())


def write_doc(view: BacktestView, path: Path) -> None:
    """Write table and figure of the backtest into a documentation page, between its two marks, and beside it.

    Raises InputError when the page has no marks.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    before, begin, rest = text.partition(DOC_BEGIN)
    _, end, after = rest.partition(DOC_END)
    if not (begin and end):
        raise InputError(
            Text(f"{path} has no place for the backtest.", f"{path} 中没有放置回测结果的位置。"),
            remedy=Text(
                f"Put the lines {DOC_BEGIN} and {DOC_END} where table and figure belong.",
                f"请在放置表和图的地方加入 {DOC_BEGIN} 和 {DOC_END} 两行。",
            ),
        )
    _write(path, (before + begin + doc_block(view) + end + after).encode())
    _write(path.with_name(DOC_FIGURE), impact_charts.draw_backtest(view, language="en", form="svg"))


def doc_block(view: BacktestView) -> str:
    """Return what stands between the marks of ``docs/impact.md``."""
    body = impact_page.markdown(page_of(view), language="en")
    return f"\n\n{body}\n![Backtest: forecast, blocks a day, past intervals]({DOC_FIGURE})\n\n"


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StoreError(
            Text(f"{path} could not be written: {error.strerror}.", f"无法写入 {path}：{error.strerror}。"),
            remedy=Text("Choose another place.", "请另选位置。"),
        ) from error
