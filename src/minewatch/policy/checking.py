"""From the text of a pack to a checked pack, or to the full list of its faults with file, line, path and remedy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.policy.faults import Fault, PackError, Path, dotted
from minewatch.policy.schema import Gap, Pack, earliest_day, instant, latest_day, references
from minewatch.policy.source import parse
from minewatch.policy.terms import Status

# Parts of a pack whose silence must be explained in not_known or has_none.
MUST_SPEAK: tuple[Gap, ...] = ("number", "issuers", "basis", "parties", "measures", "deadlines", "reporting", "tariffs")

Found = tuple[Path, Text, Text]


def read_pack(text: str, file: str) -> Pack:
    """Parse and check a pack; ``PackError`` with every fault when it has any."""
    values, lines = parse(text, file)
    try:
        pack = Pack.model_validate(values)
    except ValidationError as error:
        raise PackError([_from_pydantic(detail, lines, file) for detail in error.errors(include_url=False)]) from error
    found = [item for check in CHECKS for item in check(pack)]
    if found:
        raise PackError([Fault(file, _line(path, lines), dotted(path), wrong, remedy) for path, wrong, remedy in found])
    return pack


def _line(path: Path, lines: dict[Path, int]) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


_REMEDIES = {
    "missing": Text("Add it; see docs/packs-format.md.", "请补上；见 docs/packs-format.md。"),
    "extra_forbidden": Text("Remove it, or mend its spelling.", "请删除，或改正拼写。"),
    "enum": Text("Use one of the words listed.", "请使用所列词语之一。"),
    "literal_error": Text("Use one of the words listed.", "请使用所列词语之一。"),
}
_WRONGS = {
    "missing": Text("This field is missing.", "缺少该字段。"),
    "extra_forbidden": Text("No field of this name exists here.", "此处没有该字段。"),
}
_OTHER = Text("Write the value as the format asks.", "请按格式书写。")


def _from_pydantic(detail: Mapping[str, Any], lines: dict[Path, int], file: str) -> Fault:
    path = tuple(detail["loc"])
    kind = detail["type"]
    said = detail["msg"].removeprefix("Value error, ").rstrip(".")
    wrong = _WRONGS.get(kind, Text(f"{said}.", f"{said}。"))
    return Fault(file, _line(path, lines), dotted(path), wrong, _REMEDIES.get(kind, _OTHER))


def _identities(pack: Pack) -> Iterator[Found]:
    groups: dict[str, Iterable[BaseModel]] = {
        "parties": pack.parties,
        "categories": pack.categories,
        "measures": pack.measures,
        "deadlines": pack.deadlines,
        "reporting": pack.reporting,
        "tariffs": pack.tariffs,
        "quantities": pack.quantities,
    }
    for name, items in groups.items():
        seen: set[str] = set()
        for index, item in enumerate(items):
            identity = str(item.id)  # type: ignore[attr-defined]
            if identity in seen:
                wrong = Text(f"The id {identity!r} stands twice in {name}.", f"{name} 中 id {identity!r} 重复。")
                yield (name, index, "id"), wrong, Text("Give each its own id.", "请使用不同的 id。")
            seen.add(identity)


def _links(pack: Pack) -> Iterator[Found]:
    parties = {party.id for party in pack.parties}
    measures = {measure.id for measure in pack.measures}
    deadlines = {deadline.id for deadline in pack.deadlines}
    categories = {category.id for category in pack.categories}
    wanted: list[tuple[Path, str | None, set[str], str]] = []
    for index, category in enumerate(pack.categories):
        wanted += [(("categories", index, "measures"), name, measures, "measure") for name in category.measures]
    for index, measure in enumerate(pack.measures):
        wanted += [(("measures", index, "actors"), name, parties, "party") for name in measure.actors]
        wanted.append((("measures", index, "deadline"), measure.deadline, deadlines, "deadline"))
    for index, deadline in enumerate(pack.deadlines):
        wanted += [(("deadlines", index, "parties"), name, parties, "party") for name in deadline.parties]
    for index, report in enumerate(pack.reporting):
        wanted.append((("reporting", index, "from"), report.sender, parties, "party"))
        wanted.append((("reporting", index, "to"), report.recipient, parties, "party"))
        wanted.append((("reporting", index, "when", "deadline"), report.when.deadline, deadlines, "deadline"))
    for index, tariff in enumerate(pack.tariffs):
        wanted += [(("tariffs", index, "applies_to"), name, categories, "category") for name in tariff.applies_to]
    for path, name, known, kind in wanted:
        if name is not None and name not in known:
            wrong = Text(f"There is no {kind} {name!r} in this pack.", f"本包没有 {kind} {name!r}。")
            yield path, wrong, Text(f"Use one of: {', '.join(sorted(known)) or 'none yet'}.", "请使用已定义的 id。")


def _sources(pack: Pack) -> Iterator[Found]:
    used = set()
    for path, ref in references(pack):
        used.add(ref.source)
        if ref.source not in pack.sources:
            wrong = Text(f"The source {ref.source!r} is not listed.", f"来源 {ref.source!r} 未列出。")
            yield (*path, "source"), wrong, Text("Add it under sources.", "请在 sources 中补上。")
    for name in pack.sources:
        if name not in used:
            wrong = Text(f"No value refers to the source {name!r}.", f"没有值引用来源 {name!r}。")
            yield ("sources", name), wrong, Text("Refer to it or remove it.", "请引用或删除。")


def _dates(pack: Pack) -> Iterator[Found]:
    start, end = pack.valid.start, pack.valid.end
    order = Text("The end lies before the start.", "结束早于开始。"), Text("Mend one of the two.", "请改正其一。")
    if start and end and latest_day(end) < earliest_day(start):
        yield ("valid", "to"), *order
    for index, tariff in enumerate(pack.tariffs):
        if tariff.start and tariff.end and latest_day(tariff.end) < earliest_day(tariff.start):
            yield ("tariffs", index, "to"), *order
    for index, deadline in enumerate(pack.deadlines):
        if (deadline.at is None) == (deadline.within is None):
            wrong = Text("A deadline needs `at` or `within`, and not both.", "期限须写 at 或 within 之一。")
            yield ("deadlines", index), wrong, Text("Keep one.", "请保留其一。")
        if deadline.at and deadline.strict:
            late = instant(deadline.strict, deadline.zone) > instant(deadline.at, deadline.zone)
            if late:
                wrong = Text("The strict reading is later than the lenient one.", "严格解释晚于宽松解释。")
                yield ("deadlines", index, "strict"), wrong, Text("Swap them.", "请对调。")
    for index, report in enumerate(pack.reporting):
        if sum(value is not None for value in (report.when.deadline, report.when.every, report.when.event)) != 1:
            wrong = Text("Say either deadline, every or event.", "deadline、every、event 须择一。")
            yield ("reporting", index, "when"), wrong, Text("Keep one.", "请保留其一。")


def _codes(pack: Pack) -> Iterator[Found]:
    on = earliest_day(pack.jurisdiction.on)
    codes: list[tuple[Path, str | None]] = [(("jurisdiction", "code"), pack.jurisdiction.code)]
    codes += [(("issuers", index, "code"), issuer.code) for index, issuer in enumerate(pack.issuers)]
    for path, code in codes:
        if code is None or not code.isdigit():
            continue
        try:
            divisions.find(code, on)
        except InputError as error:
            yield path, Text(error.message, f"行政区划代码 {code} 在 {on} 无效。"), Text(error.remedy, "请改正代码。")


def _silence(pack: Pack) -> Iterator[Found]:
    spoken = {item.field for item in pack.not_known} | {item.field for item in pack.has_none}
    for name in MUST_SPEAK:
        if not getattr(pack, name) and name not in spoken:
            wrong = Text(f"The pack says nothing about {name}.", f"本包未说明 {name}。")
            remedy = Text(
                f"Fill it, or say so under not_known (field: {name}), or under has_none with a reference.",
                f"请填写，或在 not_known（field: {name}）中说明，或在 has_none 中注明出处。",
            )
            yield (name,), wrong, remedy


def _force(pack: Pack) -> Iterator[Found]:
    if pack.status.value is Status.REPEALED and pack.valid.end is None:
        wrong = Text("A repealed instrument needs the day its effect ended.", "已废止文件须写明失效日期。")
        yield ("valid",), wrong, Text("Add valid.to.", "请补上 valid.to。")
    if pack.drafted_from is not None and pack.status.value is not Status.DRAFT:
        wrong = Text("A pack drafted from a document must be a draft.", "由文档起草的包必须为草稿状态。")
        yield (
            ("status", "value"),
            wrong,
            Text("Set status draft until a person confirms it.", "经人确认前请保持 draft。"),
        )


CHECKS: tuple[Callable[[Pack], Iterator[Found]], ...] = (
    _identities,
    _links,
    _sources,
    _dates,
    _codes,
    _silence,
    _force,
)
