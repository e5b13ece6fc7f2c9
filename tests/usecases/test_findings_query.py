"""Queries from texts and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.model.errors import InputError
from minewatch.model.findings_views import SORTS, FindingQuery
from minewatch.model.reasons import REASONS
from minewatch.model.triage import STATUSES
from minewatch.usecases.findings_query import read_query, written

QUERIES = st.builds(
    FindingQuery,
    run=st.sampled_from(["", "screen-1"]),
    reason=st.sampled_from(["", *REASONS]),
    status=st.sampled_from(["", "todo", *STATUSES]),
    least=st.none() | st.floats(0, 1),
    most_kw=st.none() | st.floats(0, 1e6),
    since_from=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    division=st.sampled_from(["", "unplaced", "511802"]),
    text=st.text(alphabet="abc冷库&=%", max_size=20),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
    page=st.integers(1, 1000),
    size=st.integers(1, 500),
)


@given(QUERIES)
def test_a_query_survives_its_address(query):
    assert read_query(written(query)) == query


def test_an_empty_address_is_an_empty_query():
    assert read_query({}) == FindingQuery()
    assert read_query({"least": " ", "csrf": "x"}) == FindingQuery()
    assert written(FindingQuery(), page=2) == {"page": "2"}


@pytest.mark.parametrize(
    "values",
    [
        {"least": "much"},
        {"least": "nan"},
        {"most_kw": "inf"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "٣" * 20},
        {"size": "501"},
        {"since_from": "2021-13-01"},
        {"sort": "password"},
        {"status": "asleep"},
        {"reason": "zzz"},
        {"division": "5118"},
        {"division": "511802 OR 1=1"},
        {"text": "x" * 201},
    ],
)
def test_what_cannot_be_used_is_refused(values):
    with pytest.raises(InputError):
        read_query(values)
