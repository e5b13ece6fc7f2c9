"""The API against its own description: schemathesis makes requests from it, good and bad, and judges the answers.

Seeded, so that a failure comes again. State changes as it goes: the console is furnished once for all operations.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from api_office import furnished
from minewatch.model.actors import Actor, Role
from minewatch.usecases.access import add_actor
from minewatch.web.api_schema import openapi
from minewatch.web.rate import Rate

KNOWN = {"run": "screen-1", "case": "case-1", "name": "ya", "pack": "cn-ya-20210617", "tip": "tip-1"}
checks.load_all_checks()
JUDGED = (
    *checks.CHECKS.get_by_names(
        (
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
            "negative_data_rejection",
            "ignored_auth",
        )
    ),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with furnished(tmp_path_factory.mktemp("api")) as made:
        everything = Actor("supervisor", frozenset(Role), ("000000",))
        add_actor(log=made.office.log, by=made.console.actor("admin"), new=everything, at=made.at)
        made.console.rate = Rate(burst=10**9, each_second=1e9)
        api.app.app = made.app
        yield made


class Standing:
    """The application of the console that the fixture made: requests are described before there is one."""

    app = None

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


api = schemathesis.openapi.from_dict(openapi())
api.app = Standing()
api.config.seed = 7
api.config.update(headers={"Authorization": "Bearer supervisor"})


@api.hook
def map_path_parameters(context, path_parameters):
    """Name something that is there in most requests; the others keep what was made up."""
    del context
    return {
        name: KNOWN[name] if name in KNOWN and len(str(value)) % 4 else value
        for name, value in (path_parameters or {}).items()
    }


@pytest.mark.usefixtures("office")
@api.parametrize()
@settings(
    max_examples=7, derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_answers_are_as_described_and_none_is_a_fault(case):
    case.call_and_validate(checks=JUDGED)
