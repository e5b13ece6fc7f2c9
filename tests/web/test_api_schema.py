from fastapi.routing import APIRoute

from api_office import caller, furnished
from console_office import make_console
from minewatch.web.api_schema import API_ROUTERS, groups, openapi, schemas


def test_every_route_of_the_api_stands_in_the_description():
    told = {(method.upper(), path) for path, operations in openapi()["paths"].items() for method in operations}
    routes = [route for router in API_ROUTERS for route in router.routes]
    assert all(isinstance(route, APIRoute) and route.path.startswith("/api/v1/") for route in routes)
    assert told == {(method, route.path) for route in routes for method in route.methods}


def test_the_description_is_openapi_31_and_every_operation_needs_a_token():
    told = openapi()
    assert told["openapi"].startswith("3.1")
    names = []
    for operations in told["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"token": []}]
            assert operation["description"].strip()
            assert {"400", "401", "403", "429"} <= set(operation["responses"])
            assert "422" not in operation["responses"]
            names.append(operation["operationId"])
    assert len(names) == len(set(names))


def test_bodies_take_no_field_that_is_not_described():
    told = openapi()
    for operations in told["paths"].values():
        for operation in operations.values():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                if kind == "application/json" and "$ref" in content["schema"]:
                    name = content["schema"]["$ref"].rsplit("/", 1)[1]
                    assert told["components"]["schemas"][name]["additionalProperties"] is False, name


def test_the_description_is_published_without_a_token(tmp_path):
    with make_console(tmp_path) as made:
        answer = made.anonymous().get("/api/v1/openapi.json")
        assert answer.json() == openapi()


def test_the_page_names_every_operation_and_schema(tmp_path):
    with furnished(tmp_path) as made:
        assert caller(made, "").get("/api", follow_redirects=False).status_code == 303
        text = made.client("auditor").get("/api").text
    for operations in groups().values():
        for one in operations:
            assert f'id="{one.id}"' in text
            assert one.path in text
    for name in schemas():
        assert f'id="{name}"' in text
