import gzip

from minewatch.web.script import charts_version


def test_the_chart_library_comes_from_the_installed_wheel(console):
    path = f"/static/charts-library/{charts_version()}.js"
    client = console.anonymous()
    answer = client.get(path)
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "plotly.js v" in answer.text[:200]
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert plain.content[:100] == answer.content[:100]
    assert len(gzip.compress(plain.content, 1)) < len(plain.content) / 2
