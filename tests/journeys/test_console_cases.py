"""Cases in a real browser: from notice to restoration by clicking, a visit by phone without a connection, county isolation."""

import hashlib
import io
import time

import pytest
from PIL import Image

from browser import signed_in
from case_office import LATER, turn
from console_cases import fill_console
from console_office import PASSWORD
from minewatch.usecases.rounds import Team, plan_day
from minewatch.web.console import Console

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def filled(served):
    made = fill_console(served)
    team = Team(("luo", "ma"), ("case-1", "case-2"))
    plan_day(turn=turn(made.office), campaign="ya", day=made.at.date(), teams=[team])
    return made


def names(made, case):
    return [event.name for event in made.office.log.stream(case)]


def visits(made, case="case-1"):
    return [event for event in made.office.log.stream(case) if event.name == "case.visited/1"]


def until(page, expression):
    """Wait until an expression is true; the page's own policy forbids Playwright's way, which evaluates text in the page."""
    last = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < last, expression
        page.wait_for_timeout(50)


def jpeg():
    content = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 90, 30)).save(content, "JPEG")
    return content.getvalue()


def step(page, words):
    page.click(f"summary:has-text('{words}')")
    return page.locator("details[open] form").first


def test_from_a_suspected_site_to_restoration_by_clicking(browser, filled):
    page = signed_in(browser, filled.address, "supervisor", PASSWORD, viewport={"width": 1280, "height": 900})
    page.click("nav >> text=Cases")
    page.click("nav.tabs >> text=suspected")
    page.click("table.data >> text=丁场")
    form = step(page, "Serve a notice")
    form.locator("select[name=pack]").select_option("cn-ya-20210617")
    form.locator("[name=number]").fill("YA-9")
    form.locator("[name=because]").fill("drill")
    form.locator("button").click()
    assert "The notice is on record as served." in page.locator(".message").inner_text()
    assert "1 h 29 min left" in page.locator("main").inner_text()

    page.goto("/cases/case-1")
    form = step(page, "Record a return")
    form.locator("[name=signed_by]").fill("王建国")
    form.locator("[name=stopped_at]").fill("2021-06-17T21:30")
    form.locator("[name=machines]").fill("280")
    form.locator("button").click()
    assert "280 machines" in page.locator(".timeline").inner_text()

    filled.at = LATER
    page = signed_in(browser, filled.address, "supervisor", PASSWORD, viewport={"width": 1280, "height": 900})
    page.goto("/cases/case-1")
    step(page, "Judge the stop by the data").locator("button").click()
    assert "stopped in time" in page.locator(".cards").inner_text()
    form = step(page, "Restore supply")
    form.locator("[name=basis]").fill("decision of 19 June")
    form.locator("button").click()
    assert "restored" in page.locator("h1").inner_text()
    assert names(filled, "case-1") == [
        "case.opened/1",
        "case.notice_served/1",
        "case.return_received/1",
        "case.stop_verified/2",
        "case.restored/1",
    ]
    with page.expect_download() as paper:
        page.click("text=Case file (Word)")
    assert paper.value.suggested_filename == "case-1-file.en.docx"
    assert page.faults == []


def fill_form(page, photo):
    """Fill the form of a visit with a photo and a signature of the first inspector."""
    page.fill("#found", "12 racks, warm; fans off")
    page.fill("#machines", "12")
    page.check("input[name='check:meter and seal intact'][value=yes]")
    page.check("input[name=running][value=no]")
    page.set_input_files("#photos", files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}])
    page.wait_for_selector("[data-photos] img")
    page.fill("[name=inspector-2]", "ma")
    pad = page.locator("canvas[data-sign='1']")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 40, steps=5)
    page.mouse.up()


def test_a_visit_by_phone_without_a_connection_is_taken_once(browser, filled, monkeypatch):
    seen = []
    monkeypatch.setattr(Console, "saw", lambda _self, sight: seen.append(sight))
    page = signed_in(browser, filled.address, "luo", PASSWORD, **PHONE)
    page.goto("/visits")
    until(page, "navigator.serviceWorker.controller !== null")
    for path in ("/visits/case-1", "/visits/case-2", "/static/visit-form.js", "/static/console.css"):
        until(page, f"caches.match('{path}').then(found => found !== undefined)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.context.set_offline(True)
    seen.clear()
    page.click("text=甲站")
    page.wait_for_selector("form.visit-form")
    assert page.locator("[data-line]").inner_text() == "offline"
    photo = jpeg()
    fill_form(page, photo)
    until(
        page,
        "window.visitStore.get('drafts', 'case-1').then(d => d && d.photos.length === 1 && d.signatures['1'] && d.fields.found)",
    )

    page.reload()
    until(page, "document.querySelector('#found')?.value.startsWith('12 racks')")
    assert page.locator("[data-photos] img").count() == 1
    assert page.input_value("#machines") == "12"
    page.click("text=Finish and send")
    page.wait_for_selector("[data-reports] li[data-state=kept]")
    assert "1 report(s) on this phone are not sent yet" in page.locator("[data-kept]").inner_text()
    page.reload()
    page.wait_for_selector("[data-reports] li[data-state=kept]")
    assert visits(filled) == []
    # Neither page nor worker reached the console; the browser's own look for a newer worker knows no emulated line.
    assert {sight.route for sight in seen} <= {"/visits/worker.js"}

    page.context.set_offline(False)
    page.wait_for_selector("[data-reports] li[data-state=sent]")
    (event,) = visits(filled)
    page.context.set_offline(True)
    page.context.set_offline(False)
    page.evaluate("window.visits.sending()")
    page.reload()
    page.wait_for_selector("[data-reports] li[data-state=sent]")
    assert visits(filled) == [event]
    data = event.payload
    assert (data["found"], data["machines"], data["running"]) == ("12 racks, warm; fans off", 12, False)
    assert data["photos"] == [hashlib.sha256(photo).hexdigest()]
    assert data["inspectors"] == ["luo", "ma"]
    assert data["signatures"][0]
    assert not data["signatures"][1]
    assert data["at"] == "2021-06-17T12:30:00.000000Z"
    assert "Nothing on this phone waits" in page.locator("[data-kept]").inner_text()
    assert page.evaluate(
        "window.visitStore.all('reports').then(all => all.every(one => one.files.every(f => !f.blob)))"
    )


def test_a_reply_that_is_lost_makes_no_second_event(browser, filled):
    page = signed_in(browser, filled.address, "luo", PASSWORD, **PHONE)
    page.goto("/visits/case-2")
    until(page, "navigator.serviceWorker.controller !== null")
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch().status)  # the server has taken it; the phone never hears of it
            route.abort()
        else:
            route.continue_()

    page.route("**/visits/case-2/report", lose)
    page.fill("#found", "nothing there")
    page.click("text=Finish and send")
    until(page, "document.querySelector('[data-trouble]').textContent.includes('Not sent yet')")
    assert lost == [200]
    page.wait_for_selector("[data-reports] li[data-state=kept]")
    page.click("[data-send]")
    page.wait_for_selector("[data-reports] li[data-state=sent]")
    assert len(visits(filled, "case-2")) == 1


def test_signing_out_takes_what_the_phone_kept(browser, filled):
    page = signed_in(browser, filled.address, "luo", PASSWORD, **PHONE)
    page.goto("/visits/case-1")
    until(page, "navigator.serviceWorker.controller !== null")
    for path in ("/visits", "/visits/case-1", "/static/visit-form.js"):
        until(page, f"caches.match('{path}').then(found => found !== undefined)")
    page.context.set_offline(True)
    page.fill("#found", "12 racks")
    page.click("text=Finish and send")
    page.wait_for_selector("[data-reports] li[data-state=kept]")
    page.route("**/visits/session.json", lambda route: route.abort())  # else it would be sent at once
    page.context.set_offline(False)
    asked = []
    page.on(
        "dialog",
        lambda dialog: (asked.append(dialog.message), dialog.dismiss() if len(asked) == 1 else dialog.accept()),
    )
    page.click("text=Sign out")
    page.wait_for_timeout(300)
    assert page.url.endswith("/visits/case-1")
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    assert "1 visit report(s) on this device are not sent" in asked[0]
    assert page.evaluate("caches.has('minewatch-visits-1')") is False
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    page.context.set_offline(True)
    page.goto("/visits/case-1")
    assert "12 racks" not in page.content()
    assert "甲站" not in page.content()


def test_a_county_sees_its_own_in_every_page(browser, filled):
    page = signed_in(browser, filled.address, "county", PASSWORD, viewport={"width": 1280, "height": 900})
    page.goto("/cases")
    text = page.locator("main").inner_text()
    assert "丙场" in text
    assert "甲站" not in text
    page.goto("/wall")
    assert "Shimian" not in page.locator("main").inner_text()
    before = len(filled.office.log.stream("access"))
    for path in ("/cases/case-1", "/cases/case-1/money", "/visits/case-1", "/cases/case-1/file.html"):
        assert page.goto(path).status == 403
        assert "甲站" not in page.content()
    assert len(filled.office.log.stream("access")) == before + 4
    page.goto("/cases?words=%E7%94%B2")
    assert "No case matches." in page.locator("main").inner_text()


def test_the_wall_refreshes_itself_and_stands_still_honestly(browser, filled):
    page = signed_in(browser, filled.address, "supervisor", PASSWORD, viewport={"width": 1280, "height": 900})
    page.goto("/wall")
    page.wait_for_selector(".chart[data-drawn=yes]")
    assert "1 h 29 min left" in page.locator("[data-figures]").inner_text()
    filled.later(minutes=10)
    page.evaluate("window.minewatchWall()")
    until(page, "document.querySelector('[data-figures]').innerText.includes('1 h 19 min left')")
    page.context.set_offline(True)
    page.evaluate("window.minewatchWall()")
    page.wait_for_selector(".wall.stale")
    assert "stands still" in page.locator(".age").inner_text()
    assert "1 h 19 min left" in page.locator("[data-figures]").inner_text()
    page.context.set_offline(False)
    page.evaluate("window.minewatchWall()")
    until(page, "!document.querySelector('.wall').classList.contains('stale')")
