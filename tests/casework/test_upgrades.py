from minewatch.casework.upgrades import upgraded

OLD = {"outcome": "late", "stopped_at": "2021-06-18T04:00:00.000000Z", "resumed_at": None}


def test_an_old_verification_is_read_with_no_range_made_up():
    name, data = upgraded("case.stop_verified/1", OLD)
    assert name == "case.stop_verified/2"
    assert (data["stopped_from"], data["stopped_to"], data["sources"], data["why"]) == (None, None, [], "")
    assert data["stopped_at"] == OLD["stopped_at"]
    assert "stopped_from" not in OLD


def test_the_newest_is_left_as_it_is():
    for name in ("case.stop_verified/2", "case.opened/1", "somebody.elses/9"):
        assert upgraded(name, OLD) == (name, OLD)
