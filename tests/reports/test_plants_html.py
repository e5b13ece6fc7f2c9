from datetime import date, datetime

from minewatch.model.balance_views import EnergyLine, PlantSeriesView, PlantsView, PlantView
from minewatch.model.text import Text
from minewatch.model.views import Estimate
from minewatch.reports.plants_html import render_plants

TEXT = Text("some", "若干")
FLAT = [float(number % 9) for number in range(72)]


def view(name="HS1"):
    series = PlantSeriesView(date(2021, 6, 1), 24, FLAT, FLAT, FLAT, FLAT, [float("nan"), *FLAT[1:]])
    plant = PlantView(
        station=name, river="Qingyi", node="SS1", capacity_kw=1400.0, way=TEXT, flagged=True,
        missing=Estimate(300.0, 280.0, 320.0), kwh=1234.0, of_capacity=0.21, since=datetime.fromisoformat("2021-06-01T10:00"),
        until=None, since_start=False, likeness=0.4, usable=0.97, energy=(EnergyLine(TEXT, 5678.0),), series=series,
        money_needs=(Text("a price", "电价"),),
    )  # fmt: skip
    return PlantsView(date(2021, 6, 1), date(2021, 6, 3), (plant,), None, (TEXT,))


def test_a_station_has_its_picture_energy_and_what_money_needs():
    page = render_plants(view(), top=1, language="en")
    assert page.count("<svg") == 1
    for word in ("HS1", "Qingyi", "SS1", "1,234", "5,678", "a price", "21 %", "97 %", "2021-06-01 10:00"):
        assert word in page
    assert "<svg" not in render_plants(view(), top=0, language="zh")


def test_names_are_escaped():
    assert "<script>" not in render_plants(view("<script>"), top=1, language="en")
