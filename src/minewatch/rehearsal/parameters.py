"""Every number of the simulated region in one place, each with its source or marked *chosen*.

The region borrows its geography and its calendar from Ya'an in June 2021; its people, firms, stations and mines are
invented. *Chosen* means: picked by us to be plausible, not measured, not fitted to any data set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class County:
    """A district or county: GB/T 2260 code valid in 2021, names, rough seat (WGS-84), share of customers (chosen)."""

    code: str
    name: str
    name_zh: str
    latitude: float
    longitude: float
    share: float
    colder_by: float
    """Kelvin colder than the basin's edge, by height above the sea; chosen."""


COUNTIES: tuple[County, ...] = (
    # Codes: GB/T 2260, Ya'an 5118. Seats: rounded to about a kilometre. Shares: chosen, in the order of population.
    County("511802", "Yucheng", "雨城区", 29.98, 103.04, 0.24, 0.0),
    County("511803", "Mingshan", "名山区", 30.07, 103.11, 0.18, 0.2),
    County("511822", "Yingjing", "荥经县", 29.79, 102.85, 0.10, 0.8),
    County("511823", "Hanyuan", "汉源县", 29.35, 102.65, 0.19, 0.5),
    County("511824", "Shimian", "石棉县", 29.23, 102.36, 0.08, 0.6),
    County("511825", "Tianquan", "天全县", 30.07, 102.76, 0.10, 1.0),
    County("511826", "Lushan", "芦山县", 30.14, 102.93, 0.08, 0.8),
    County("511827", "Baoxing", "宝兴县", 30.37, 102.81, 0.03, 2.0),
)

DEADLINE = datetime(2021, 6, 17, 22, 0)  # noqa: DTZ001 - standard time of the meters, as everywhere in the tables
"""All Ya'an mines to be off by 22:00 on 17 June 2021 for self-inspection (press reports of 17 and 18 June 2021)."""

PUBLIC_HOLIDAYS_2021: frozenset[date] = frozenset(
    # General Office of the State Council, arrangement of holidays 2021 (国办发明电〔2020〕27号): days off in the window.
    {
        *(date(2021, 5, day) for day in range(1, 6)),
        *(date(2021, 6, day) for day in range(12, 15)),
    }
)
MADE_UP_WORKDAYS_2021: frozenset[date] = frozenset({date(2021, 4, 25), date(2021, 5, 8)})
"""Weekend days worked to make up for holidays, same source."""


Range = tuple[float, float]
"""Lower and upper end; a site draws its own value evenly between them unless something else is said."""


@dataclass(frozen=True, slots=True)
class SiteCare:
    """How well mines are run; all chosen. A site's neglect is log-normal and multiplies its failures and trips."""

    neglect_sigma: float = 0.7
    failures_per_unit_month: float = 0.04
    repair_hours: Range = (12.0, 150.0)
    """Mean of an exponential time to repair or replace a machine."""
    outages_shape: float = 1.5
    outages_scale: float = 2.5
    """Losses of the pool or the site's own line a month: gamma, 3.75 on average."""
    outage_minutes: Range = (5.0, 30.0)
    whole_site: float = 0.75
    """Share of these losses that strike all machines; the rest strike a part of them."""
    trips_per_group_month: float = 0.6
    trip_hours: Range = (0.5, 6.0)
    noise: Range = (0.001, 0.006)


@dataclass(frozen=True, slots=True)
class MineHabits:
    """When mines begin, end and run; all chosen, hours are the clock's, shares of the window or of the machines."""

    change_within: Range = (0.15, 0.85)
    """Where in the window a mine begins or ends."""
    switch_on_hours: Range = (0.1, 2.5)
    switch_off_hours: Range = (0.0, 0.3)
    stages: tuple[int, int] = (3, 11)
    """Deliveries of machines, upper end excluded."""
    stages_span: Range = (0.08, 0.35)
    host_kept: Range = (0.15, 0.7)
    host_shrinks_over: Range = (0.0, 0.3)
    replaces_host: float = 0.6
    """Share of mines behind a shrinking host that begin when it shrinks."""
    curtailed_from: Range = (16.5, 19.5)
    curtailed_to: Range = (20.5, 23.5)
    curtailed_depth: Range = (0.4, 0.9)
    curtailed_fully: float = 0.6
    curtailment_missed: Range = (0.0, 0.12)
    night_from: Range = (20.5, 24.0)
    night_to: Range = (5.5, 8.5)
    nights_missed: Range = (0.0, 0.06)
    tariff_followers: float = 0.6
    """Share of price followers that keep to a fixed tariff; the others take each day's cheap hours."""
    peak_hours: tuple[tuple[int, ...], ...] = ((7, 8, 9, 10, 19, 20, 21, 22), (9, 10, 11, 17, 18, 19, 20, 21))
    peak_levels: tuple[float, ...] = (0.0, 0.0, 0.25)
    flat_levels: tuple[float, ...] = (1.0, 0.5, 0.75, 0.0)
    throttle_levels: tuple[float, ...] = (0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    throttle_hours: Range = (5.0, 60.0)
    """Mean time between changes of level."""
    busy_threshold: Range = (0.3, 0.6)
    """Where between the host's quiet and busy load the mine switches."""


CARE = SiteCare()
HABITS = MineHabits()


@dataclass(frozen=True, slots=True)
class CustomerClass:
    """One class of customers; everything here is chosen.

    ``share`` of all meters; ``mean_kw`` the median of the class and ``spread`` the log-normal sigma between its members;
    ``high_voltage`` customers have their own transformer and hang on the feeder.
    """

    kind: str
    declared_zh: str
    tariff: str
    share: float
    mean_kw: float
    spread: float
    high_voltage: bool = False
    lookalike: bool = False


CLASSES: tuple[CustomerClass, ...] = (
    # A Sichuan household of the time used roughly 2,000 to 3,000 kWh a year: 0.2 to 0.35 kW on average.
    CustomerClass("household", "居民生活", "residential", 0.800, 0.27, 0.45),
    CustomerClass("shop", "商业零售", "commercial", 0.060, 1.1, 0.7),
    CustomerClass("restaurant", "餐饮", "commercial", 0.020, 2.6, 0.6),
    CustomerClass("farm", "农业养殖", "agricultural", 0.028, 2.2, 0.8),
    CustomerClass("tea_works", "茶叶加工", "agricultural", 0.008, 9.0, 0.7),
    CustomerClass("office", "行政办公", "commercial", 0.010, 9.0, 0.8),
    CustomerClass("school", "学校", "residential", 0.006, 14.0, 0.7, high_voltage=True),
    CustomerClass("hotel", "住宿", "commercial", 0.006, 18.0, 0.7, high_voltage=True),
    CustomerClass("factory_day", "机械加工", "industrial", 0.010, 45.0, 0.8, high_voltage=True),
    CustomerClass("factory_shifts", "建材制造", "industrial", 0.005, 130.0, 0.8, high_voltage=True),
    CustomerClass("factory_continuous", "化工", "industrial", 0.002, 320.0, 0.7, high_voltage=True),
    CustomerClass("telecom_mast", "通信基站", "commercial", 0.0150, 2.4, 0.4, lookalike=True),
    CustomerClass("server_room", "信息机房", "commercial", 0.0030, 7.0, 0.6, lookalike=True),
    CustomerClass("shop_24h", "二十四小时便利店", "commercial", 0.0030, 6.0, 0.4, lookalike=True),
    CustomerClass("cold_store", "冷库", "commercial", 0.0040, 22.0, 0.8, high_voltage=True, lookalike=True),
    CustomerClass("pump_station", "自来水泵站", "commercial", 0.0030, 18.0, 0.7, high_voltage=True, lookalike=True),
    CustomerClass("irrigation", "农业排灌", "agricultural", 0.0030, 8.0, 0.7, lookalike=True),
    CustomerClass("aquaculture", "水产养殖", "agricultural", 0.0030, 6.0, 0.6, lookalike=True),
    CustomerClass("street_lighting", "市政路灯", "commercial", 0.0050, 3.0, 0.5, lookalike=True),
    CustomerClass("electric_heating", "育雏烘干", "agricultural", 0.0020, 7.0, 0.6, lookalike=True),
    CustomerClass("greenhouse_lights", "设施农业", "agricultural", 0.0010, 12.0, 0.6, lookalike=True),
    CustomerClass("crop_dryer", "农产品烘干", "agricultural", 0.0020, 9.0, 0.6, lookalike=True),
    CustomerClass("ev_depot", "公交充电站", "commercial", 0.0010, 40.0, 0.5, high_voltage=True, lookalike=True),
    CustomerClass("treatment_works", "污水处理", "commercial", 0.0010, 45.0, 0.6, high_voltage=True, lookalike=True),
    CustomerClass("ventilation_works", "隧道施工", "industrial", 0.0010, 150.0, 0.5, high_voltage=True, lookalike=True),
    CustomerClass("steel_plant", "电炉炼钢", "industrial", 0.0004, 1500.0, 0.5, high_voltage=True, lookalike=True),
    CustomerClass("data_centre", "数据中心", "industrial", 0.0006, 400.0, 0.8, high_voltage=True, lookalike=True),
    CustomerClass("compute_cluster", "科研计算", "commercial", 0.0004, 60.0, 0.6, high_voltage=True, lookalike=True),
)


@dataclass(frozen=True, slots=True)
class ReactiveParameters:
    """tan φ = kvar / kW by kind, as ranges a site draws from; all chosen.

    Motors sit at 0.4 to 0.9 unless compensated; larger customers compensate to a power factor of about 0.9 to 0.97
    (0.48 to 0.25); supplies with power factor correction, as servers and mining machines have, near 0.99 (0.05 to 0.2).
    """

    tan_phi: Mapping[str, Range] = field(
        default_factory=lambda: MappingProxyType(
            {
                "pump_station": (0.35, 0.7),
                "irrigation": (0.45, 0.9),
                "aquaculture": (0.45, 0.9),
                "cold_store": (0.35, 0.7),
                "ventilation_works": (0.4, 0.75),
                "treatment_works": (0.3, 0.6),
                "steel_plant": (0.4, 0.8),
                "factory_day": (0.3, 0.6),
                "factory_shifts": (0.25, 0.5),
                "factory_continuous": (0.2, 0.45),
                "crop_dryer": (0.1, 0.35),
                "data_centre": (-0.1, 0.2),
                "server_room": (-0.15, 0.2),
                "compute_cluster": (-0.05, 0.2),
                "telecom_mast": (0.05, 0.25),
                "electric_heating": (0.0, 0.05),
                "ev_depot": (0.03, 0.15),
                "street_lighting": (0.05, 0.4),
                "greenhouse_lights": (0.05, 0.3),
            }
        )
    )
    other: Range = (0.15, 0.45)
    mining: Range = (0.04, 0.2)


REACTIVE = ReactiveParameters()


@dataclass(frozen=True, slots=True)
class CurrentParameters:
    """How load hangs on the three phases and what the meter tells of the currents; all chosen.

    ``three_phase`` is the share of a kind's own load that is three-phase equipment. The rest are single-phase circuits that draw
    about ``circuit_kw`` on average and hang on a phase by chance; their shares wander, the less the more there are (``wander``
    with three). ``on_one_phase``: machines up to so many hang on one phase with such a chance; more are spread over the phases
    in rows, each phase off by ``uneven``. Currents are told as they are at one moment of the slot, so that a busy load differs
    from its mean by ``moment``, mining by ``moment_mining``.
    """

    three_phase: Mapping[str, Range] = field(
        default_factory=lambda: MappingProxyType(
            {
                **dict.fromkeys(("pump_station", "irrigation", "ventilation_works", "steel_plant"), (0.9, 0.99)),
                **dict.fromkeys(("cold_store", "treatment_works", "aquaculture", "crop_dryer"), (0.7, 0.98)),
                **dict.fromkeys(("factory_day", "factory_shifts", "factory_continuous"), (0.6, 0.95)),
                **dict.fromkeys(("data_centre", "compute_cluster", "ev_depot"), (0.8, 1.0)),
                **dict.fromkeys(("server_room", "telecom_mast"), (0.3, 1.0)),
                **dict.fromkeys(("tea_works", "electric_heating", "hotel"), (0.2, 0.8)),
                **dict.fromkeys(("household", "street_lighting"), (0.0, 0.15)),
            }
        )
    )
    other: Range = (0.05, 0.5)
    circuit_kw: float = 0.4
    wander: float = 0.3
    on_one_phase: tuple[tuple[int, float], ...] = ((3, 0.6), (12, 0.15))
    uneven: float = 0.03
    moment: float = 0.05
    moment_mining: float = 0.01
    voltage_site: float = 0.02
    voltage_day: float = 0.012
    voltage_phase: float = 0.004
    noise: float = 0.002
    two_elements: float = 0.6
    """Share of meters at high voltage that measure two of the phases only, A and C."""
    step_a: float = 0.001
    """Resolution in amperes before the current transformer."""


CURRENTS = CurrentParameters()

EVASIONS: Mapping[str, str] = MappingProxyType(
    {
        "declared_big_data": "a mine with its own meter, declared as a data centre or cloud computing",
        "hidden_host": "behind the meter of an ordinary customer",
        "before_meter": "hooked up before the meter: no curve of its own",
        "bypass_part": "a part of the customer's whole load, mine included, runs past its meter",
        "split_accounts": "one mine spread over several small accounts of one transformer area",
        "private_supply": "supplied by a hydro station past the grid",
    }
)
"""Kinds of evasion, after what Yunnan and Sichuan reported in 2021 (tapping, declared big data, stations selling)."""


@dataclass(frozen=True, slots=True)
class MineMix:
    """How many mines of each evasion and how they behave; all chosen.

    ``per_thousand`` counts mines per thousand meters (at least one of each if above zero); ``private_share`` is the share
    of hydro stations that sell privately. ``modes`` are relative weights of the ways mines are run.
    """

    per_thousand: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                "declared_big_data": 2.0,
                "hidden_host": 7.0,
                "before_meter": 1.5,
                "bypass_part": 0.8,
                "split_accounts": 0.7,
            }
        )
    )
    private_share: float = 0.35
    host_ratio: tuple[float, float] = (0.1, 3.0)
    declared_kw: tuple[float, float] = (150.0, 4000.0)
    node_share: tuple[float, float] = (0.05, 0.8)
    bypassed: tuple[float, float] = (0.3, 0.8)
    split_over: tuple[int, int] = (3, 8)
    modes: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                "steady": 8.0,
                "onset": 3.0,
                "staged_ramp": 1.5,
                "stop": 0.7,
                "host_shrinks": 0.8,
                "evening_curtailed": 1.2,
                "night_only": 1.2,
                "price_blocks": 1.0,
                "throttled": 1.2,
                "host_busy": 0.6,
            }
        )
    )


@dataclass(frozen=True, slots=True)
class Obedience:
    """What mines do at the deadline, as probabilities for the open and for the hidden ones; chosen.

    ``early``: off hours to days before; ``in_time``: off in the last hours; ``late``; ``never``; ``back``: off in time and
    on again after two nights. The press of June 2021 reports all of them and counts none.
    """

    open_mines: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {"early": 0.15, "in_time": 0.45, "late": 0.2, "never": 0.08, "back": 0.12}
        )
    )
    hidden_mines: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {"early": 0.05, "in_time": 0.15, "late": 0.15, "never": 0.5, "back": 0.15}
        )
    )
    late_hours: tuple[float, float] = (0.5, 60.0)
    early_hours: tuple[float, float] = (6.0, 72.0)
    back_after_hours: tuple[float, float] = (40.0, 60.0)
    residual: tuple[float, float] = (0.0, 0.03)
    """Share of a stopped mine's power that stays: lights, switches, cameras."""


@dataclass(frozen=True, slots=True)
class GridParameters:
    """The grid's size and losses; chosen, within what the aims ask to cover (technical loss 0.5 to 5 %)."""

    area_meters: tuple[int, int] = (35, 110)
    areas_per_feeder: int = 6
    feeders_per_substation: int = 4
    technical_loss: tuple[float, float] = (0.005, 0.05)
    feeder_loss: tuple[float, float] = (0.004, 0.02)
    constant_part: tuple[float, float] = (0.2, 0.5)
    """Share of the mean loss that does not depend on load: iron losses, the meters themselves."""
    coverage: float = 1.0
    """Share of meters whose readings reach the system."""
    wrong_topology: float = 0.0
    """Share of low-voltage meters that the books place in a neighbouring transformer area."""
    skewed_clocks: float = 0.0
    skew_minutes: float = 10.0
    pv_share: float = 0.01
    outages_per_area_month: float = 0.25


@dataclass(frozen=True, slots=True)
class FaultParameters:
    """How readings get lost or spoilt on their way; rates a meter and month, chosen."""

    gaps: float = 0.6
    gap_hours: float = 3.0
    lost_days: float = 0.25
    spikes: float = 0.01
    frozen: float = 0.02
    bad_meters: float = 0.01
    """Share of meters that lose a tenth to a half of their readings."""


@dataclass(frozen=True, slots=True)
class PlantParameters:
    """Small hydro stations; physics P = η ρ g Q H, figures chosen in the range of small Sichuan stations."""

    per_thousand_meters: float = 3.0
    capacity_kw: tuple[float, float] = (400.0, 12_000.0)
    head_m: tuple[float, float] = (15.0, 220.0)
    efficiency: tuple[float, float] = (0.78, 0.90)
    own_use: tuple[float, float] = (0.005, 0.02)
    design_flow_factor: tuple[float, float] = (0.7, 1.4)
    """Wet-season inflow against the flow at full load."""
    mine_share: tuple[float, float] = (0.15, 0.7)
    """A private mine's power against the station's capacity."""
    falsified: float = 0.4
    """Share of privately selling stations whose generator reading hides the sale too."""


@dataclass(frozen=True, slots=True)
class RegionParameters:
    """What ``simulate`` needs. Same parameters, same bits."""

    seed: int
    meters: int = 3000
    first_day: date = date(2021, 5, 24)
    days: int = 32
    slots: int = 96
    mines: MineMix = field(default_factory=MineMix)
    obedience: Obedience = field(default_factory=Obedience)
    grid: GridParameters = field(default_factory=GridParameters)
    faults: FaultParameters = field(default_factory=FaultParameters)
    plants: PlantParameters = field(default_factory=PlantParameters)
    currents: bool = False
    """Whether the currents of the phases are made too; nothing else depends on it."""
    network_outages_per_county_month: float = 2.0
    """Losses of the public network that stop every mine of a county for minutes; a table of them is kept."""
