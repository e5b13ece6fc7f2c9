import pytest

from minewatch.model.reasons import ALTERNATIVES
from minewatch.model.uses import USES, use_code


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("机械加工", "process_plant"),
        ("大数据中心", "server_room"),
        ("冷库", "cold_store"),
        ("Cold Storage", "cold_store"),
        ("公交充电站", "vehicle_charging"),
        ("农业排灌", "pump_station"),
        ("居民生活", None),
        ("", None),
    ],
)
def test_a_declared_use_stands_for_what_draws_such_a_load(declared, code):
    assert use_code(declared) == code


def test_every_code_is_an_alternative():
    assert set(USES) <= set(ALTERNATIVES)
