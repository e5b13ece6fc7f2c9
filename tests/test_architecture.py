"""Who may import whom. The tables below are the architecture; this test keeps them true."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "minewatch"

MAY_IMPORT = {
    "model": set(),
    "kernels": set(),
    "readers": {"model"},
    "detect": {"model", "kernels"},
    "policy": {"model"},
    "casework": {"model", "policy"},
    "impact": {"model", "kernels"},
    "rehearsal": {"model"},
    "stores": {"model", "kernels"},
    "reports": {"model"},
    "usecases": {
        "model",
        "readers",
        "detect",
        "policy",
        "casework",
        "impact",
        "rehearsal",
        "stores",
        "reports",
    },
    "web": {"model", "usecases"},
    "cli": {"model", "usecases", "web"},  # `minewatch serve` starts the other door
}

# Third-party packages and the only parts of the house allowed to name them; one in no row here may not be imported.
HOMES = {
    "alembic": {"stores"},
    "anyio": {"web"},
    "argon2": {"stores"},
    "chinese_calendar": {"policy"},
    "cryptography": {"stores"},
    "docx": {"reports"},
    "defusedxml": {"readers"},
    "dpkt": {"readers"},
    "fastapi": {"web"},
    "fastexcel": {"readers"},
    "httpx": {"web"},
    "jinja2": {"reports", "web"},
    "joserfc": {"web"},
    "lxml": {"readers"},
    "markupsafe": {"web"},
    "matplotlib": {"reports"},
    "numba": {"kernels"},
    "numpy": {"kernels", "readers", "detect", "impact", "rehearsal", "stores", "reports", "usecases"},
    "polars": {"readers", "detect", "impact", "rehearsal", "stores", "reports", "usecases"},
    "pyarrow": {"readers", "stores"},
    "pypdf": {"readers"},
    "pydantic": {"policy", "readers", "web"},
    "rich": {"cli"},
    "scipy": {"detect", "impact", "usecases"},
    "sklearn": {"detect"},
    "sqlalchemy": {"stores"},
    "starlette": {"web"},
    "typer": {"cli"},
    "uvicorn": {"web"},
    "xlsxwriter": {"reports"},
    "yaml": {"policy"},
    "zstandard": {"readers"},
}

# Imports inside functions hide the shape of the design; these modules alone may have them, for the reason given.
LAZY = {
    "__init__.py": "importing the package must cost nothing",
    "cli/main.py": "a command's module is loaded when it is typed, so that --help is quick",
}

MAX_LINES = 450


def modules():
    return sorted(SRC.rglob("*.py"))


def relative(path):
    return path.relative_to(SRC).as_posix()


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "<relative>"
            elif node.module == "minewatch":
                for alias in node.names:
                    yield node.lineno, f"minewatch.{alias.name}"
            else:
                yield node.lineno, node.module


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_imports_point_down(path):
    part = relative(path).split("/")[0].removesuffix(".py")
    if part.startswith("__"):
        return
    for line, name in imported(ast.parse(path.read_text("utf-8"))):
        where = f"{relative(path)}:{line}"
        assert name != "<relative>", f"{where} imports relatively; write minewatch.{part}.… in full"
        root, _, rest = name.partition(".")
        if root == "minewatch":
            target = rest.split(".")[0]
            allowed = MAY_IMPORT[part] | {part, "__version__"}
            assert target in allowed, (
                f"{where}: {part} may not import {target}; it may import {sorted(MAY_IMPORT[part])}"
            )
        elif root not in sys.stdlib_module_names:
            assert root in HOMES, f"{where}: {root} has no home; give it one in this table and in docs/decisions"
            assert part in HOMES[root], f"{where}: only {sorted(HOMES[root])} may import {root}"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_no_hidden_imports(path):
    if relative(path) in LAZY:
        return
    tree = ast.parse(path.read_text("utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                assert not isinstance(node, ast.Import | ast.ImportFrom), (
                    f"{relative(path)}:{node.lineno} hides an import inside {function.name}; move it to the top"
                )


def test_no_import_cycles():
    graph = {}
    for path in modules():
        name = "minewatch." + relative(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        graph[name] = {target for _, target in imported(ast.parse(path.read_text("utf-8"))) if target != name}
    finished, open_ = set(), []

    def visit(name):
        if name in finished or name not in graph:
            return
        assert name not in open_, "import cycle: " + " -> ".join([*open_[open_.index(name) :], name])
        open_.append(name)
        for target in sorted(graph[name]):
            visit(target)
        finished.add(open_.pop())

    for name in sorted(graph):
        visit(name)


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_files_stay_small(path):
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MAX_LINES, f"{relative(path)} has {lines} lines; split it by idea (the ceiling is {MAX_LINES})"


def test_every_part_is_in_the_table():
    parts = {path.name for path in SRC.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert parts == set(MAY_IMPORT)


def test_parts_have_one_level_of_modules():
    deep = [relative(p) for p in modules() if relative(p).count("/") > 1]
    assert not deep, f"a part has one level of modules; move these up: {deep}"
