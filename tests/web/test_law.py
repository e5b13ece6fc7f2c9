"""The law pages: every role reads them, every instrument opens, nothing that is typed opens a file or runs."""

import pytest

from minewatch.policy.library import general_rules, shipped

PAGES = ("/law", "/law/map", "/law/timeline", "/law/timeline.json", "/law/read")


@pytest.mark.parametrize("name", ["admin", "supervisor", "analyst", "inspector", "auditor"])
def test_every_role_reads_law(console, name):
    client = console.client(name)
    assert [client.get(path).status_code for path in PAGES] == [200] * len(PAGES)
    assert '"/law"' in client.get("/").text


def test_nobody_reads_without_signing_in(console):
    for path in PAGES:
        assert console.anonymous().get(path, follow_redirects=False).status_code == 303


def test_every_instrument_opens_in_both_languages(console):
    client = console.client("analyst")
    for held in (*shipped(), *general_rules()):
        page = client.get(f"/law/{held.pack.id}").text
        assert held.pack.not_known[0].en[:20].replace("'", "&#39;") in page if held.pack.not_known else True
        assert held.version in page
    client.post_form("/language", {"language": "zh", "back": "/"})
    assert "未知事项" in client.get("/law/cn-sc-20210618").text


def test_the_list_and_the_map_follow_the_day(console):
    client = console.client("analyst")
    assert "cn-sc-20210618" in client.get("/law", params={"code": "510000", "on": "2021-06-20"}).text
    assert "cn-sc-20210618" not in client.get("/law", params={"status": "draft"}).text
    before, after = (client.get("/law/map", params={"on": day}).text for day in ("2021-06-16", "2021-06-20"))
    assert 'class="none" aria-label="Sichuan' in before
    assert 'class="none" aria-label="Sichuan' not in after
    for path in ("/law?on=soon", "/law/map?on=2021-02-31"):
        assert client.get(path).status_code == 400


def test_two_instruments_are_compared(console):
    client = console.client("analyst")
    page = client.get("/law/cn-sc-20210618/differences", params={"before": "cn-yn-20210612"})
    assert "jurisdiction.code" in page.text
    for before in ("/etc/passwd", "../../minewatch.toml"):
        answer = client.get("/law/cn-sc-20210618/differences", params={"before": before})
        assert answer.status_code == 404
        assert "root:" not in answer.text
    assert client.get("/law/nothing").status_code == 404


def test_a_notice_is_read_with_its_spans_and_nothing_in_it_runs(console):
    client = console.client("inspector")
    text = "2021年6月18日，四川省能源局印发通知，要求各电力企业在6月20日前完成清理关停。<script>alert(1)</script>"
    page = client.post_form("/law/read", {"text": text}).text
    assert '<mark class="deadline"' in page
    assert "<script>alert(1)" not in page
    assert "2021-06-20" in page
    files = {"file": ("../../notice.txt", text.encode(), "text/plain")}
    assert '<mark class="deadline"' in client.post_form("/law/read", {"text": ""}, files=files).text
    assert client.post_form("/law/read", {"text": ""}).status_code == 400
    assert client.post_form("/law/read", {"text": "四川省印发通知，要求6月20日前关停。"}).status_code == 400
    assert client.post_form("/law/read", {"text": text, "day": "x"}).status_code == 400
    bomb = {"file": ("x.txt", b"x" * 6_000_000, "text/plain")}
    assert client.post_form("/law/read", {"text": ""}, files=bomb).status_code == 400


def test_the_chart_is_a_figure(console):
    figure = console.client("analyst").get("/law/timeline.json").json()
    assert figure["data"]
    assert figure["layout"]["height"] > 200
