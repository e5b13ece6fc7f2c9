"""A recognised layout in words, so that a reader of the report can tell whether the file was understood."""

from minewatch.model.text import Text
from minewatch.readers.layout import Layout

FAMILIES = {
    "long": Text("one row a reading", "每行一个读数"),
    "wide-by-meter": Text("one column a meter", "每列一个计量点"),
    "wide-by-slot": Text("one row a day, one column a slot", "每行一日、每列一个时段"),
}
KINDS = {
    "power": Text("power", "功率"),
    "energy": Text("energy of the interval", "时段电量"),
    "register": Text("cumulative register", "累计示值"),
}
STAMPS = {
    "start": Text("times start the interval", "时刻为时段起点"),
    "end": Text("times end the interval", "时刻为时段终点"),
}
SELF_DESCRIBING = Text("the file says itself what it holds", "文件自带格式说明")


def layout_words(layout: Layout | None) -> Text:
    """Say what was recognised in a file: its family, what the numbers are, the unit, the times, the encoding."""
    if layout is None:
        return SELF_DESCRIBING
    said = [FAMILIES[layout.family], KINDS[layout.kind]]
    columns = [name for name in (layout.ct, layout.pt, layout.ratio) if name]
    unit = layout.unit_column or layout.unit
    said.append(Text(f"unit {unit}", f"单位{unit}"))
    if columns:
        joined = " × ".join(columns)
        said.append(Text(f"multiplied by {joined}", f"乘以{joined}"))
    if layout.step_minutes:
        said.append(Text(f"every {layout.step_minutes} minutes", f"间隔{layout.step_minutes}分钟"))
    if layout.stamps:
        said.append(STAMPS[layout.stamps])
    zone = layout.zone or ""
    said.append(Text(f"zone {zone}", f"时区{zone}") if zone else Text("standard time", "标准时间"))
    if layout.encoding:
        said.append(Text(layout.encoding, layout.encoding))
    return Text(", ".join(text.en for text in said), "，".join(text.zh for text in said))
