import pytest

from api_office import caller, furnished


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def test_packs_are_listed_and_told_value_by_value(office):
    client = caller(office, "analyst")
    listed = client.get("/api/v1/packs?code=511800").json()
    assert "cn-ya-20210617" in {row["instrument"]["id"] for row in listed}
    told = client.get("/api/v1/packs/cn-ya-20210617").json()
    assert told["row"]["instrument"]["version"]
    assert client.get("/api/v1/packs/nothing").status_code == 404


def test_the_map_is_of_the_day_asked(office):
    client = caller(office, "analyst")
    assert client.get("/api/v1/map?on=2021-06-19").json()["on"] == "2021-06-19"
    assert client.get("/api/v1/map?on=yesterday").status_code == 400
    assert client.get("/api/v1/timeline?code=511800").json()["rows"]
