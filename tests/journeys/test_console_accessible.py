"""Every page of the console under axe: light and dark, Chinese and English, desk and phone, without a serious violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from access_table import PUBLIC, TABLE, url_of
from api_office import furnished
from browser import signed_in
from console_office import PASSWORD, serving

DOWNLOADS = (
    ".json",
    ".zip",
    ".xlsx",
    ".js",
    "{form}",
    "/letters/{kind}",
    "{digest}",
    ".csv",
    "export.{kind}",
    ".json/{meter:path}",
)
ACTORS = {"D": "admin", "S": "supervisor", "A": "analyst", "I": "inspector", "U": "auditor"}
WAYS = (("light", "en", 1280), ("dark", "zh", 390))
GRAVE = {"serious", "critical"}


def pages():
    """Return (actor, path) of every route that is a page to look at; each as a role that it lets in."""
    found = []
    for name, access in TABLE.items():
        method, path = name.split()
        if method == "GET" and not path.startswith("/api/v1/") and not path.endswith(DOWNLOADS):
            roles = "S" if access.roles == PUBLIC or "S" in access.roles else access.roles[0]
            found.append((ACTORS[roles], path, url_of(path) + access.query))
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with furnished(tmp_path_factory.mktemp("accessible")) as made, serving(made) as found:
        for name in ACTORS.values():
            made.store.change_account(name, {"language": ""})
        yield found


@pytest.fixture(scope="module")
def visitors(browser, address):
    """Return one signed-in page for each role and way of looking, opened when first asked for."""
    opened = {}

    def visitor(actor, way):
        if (actor, way) not in opened:
            theme, language, width = way
            opened[actor, way] = signed_in(
                browser, address, actor, PASSWORD, viewport={"width": width, "height": 900}, color_scheme=theme,
                locale="zh-CN" if language == "zh" else "en-GB",
            )  # fmt: skip
        return opened[actor, way]

    yield visitor
    for page in opened.values():
        page.context.close()


@pytest.mark.parametrize("way", WAYS, ids=["-".join(map(str, way)) for way in WAYS])
@pytest.mark.parametrize(("actor", "path", "url"), pages(), ids=[path for _, path, _ in pages()])
def test_the_page_has_no_serious_violation(visitors, way, actor, path, url):
    page = visitors(actor, way)
    page.goto(url)
    assert page.locator("h1, main").count(), f"{path} is no page"
    assert page.evaluate("document.documentElement.lang").startswith(way[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= way[2], f"{path} is wider than the screen"
    found = Axe().run(page).response["violations"]
    grave = [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]
    assert not grave, f"{path} as {actor} ({way}):\n" + "\n".join(grave)
