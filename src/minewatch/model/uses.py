"""What a declared use says else draws an even load: words of the books, in Chinese and English, by code of ``ALTERNATIVES``."""

USES: dict[str, tuple[str, ...]] = {
    "server_room": (
        "数据中心", "大数据", "云计算", "机房", "区块链", "算力", "超算", "科研计算", "信息技术", "互联网数据",
        "data centre", "data center", "datacenter", "server", "computing", "cloud", "blockchain", "hosting",
    ),
    "telecom_mast": (
        "通信基站", "基站", "铁塔", "通信", "电信", "移动通信", "广播电视",
        "telecom", "base station", "radio mast", "cell tower", "broadcast",
    ),
    "cold_store": (
        "冷库", "冷藏", "冷链", "冷冻", "制冰", "保鲜", "屠宰",
        "cold store", "cold storage", "refrigerat", "freez", "ice plant", "cold chain",
    ),
    "pump_station": (
        "泵站", "水泵", "排灌", "自来水", "供水", "污水", "排水", "水产", "通风", "隧道", "提灌",
        "pump", "waterworks", "water supply", "sewage", "wastewater", "irrigation", "aquacultur", "ventilation",
        "tunnel", "drainage",
    ),
    "timed_lights": (
        "路灯", "照明", "亮化", "补光", "设施农业", "温室", "大棚", "植物工厂",
        "street light", "lighting", "greenhouse", "grow light", "horticultur",
    ),
    "electric_heating": (
        "电采暖", "采暖", "供暖", "供热", "蓄热", "电锅炉", "烘干", "育雏", "清洁取暖", "热泵",
        "heating", "boiler", "dryer", "drying", "heat pump", "brooding",
    ),
    "vehicle_charging": (
        "充电", "换电", "电动汽车", "公交充电",
        "charging", "charger", "electric vehicle", "ev depot",
    ),
    "process_plant": (
        "机械加工", "炼钢", "冶炼", "钢铁", "化工", "水泥", "建材", "制造", "铸造",
        "电解", "造纸", "纺织",
        "矿山", "采矿", "选矿", "玻璃", "陶瓷", "印染", "便利店", "二十四小时", "24小时", "医院",
        "酒店", "宾馆", "住宿", "网吧", "网咖",
        "machining", "steel", "smelt", "chemical", "cement", "foundry", "factory", "manufactur", "paper mill", "textile",
        "glass", "ceramic", "24-hour", "24 hour", "hospital", "hotel", "internet cafe", "mining of ore",
    ),
}  # fmt: skip
"""Words by code. The longest word that stands in what was declared decides; a use that none names has no code."""


def use_code(declared: str) -> str | None:
    """Return the code of ``model.reasons.ALTERNATIVES`` that a declared use (in the words of the books) stands for, or None."""
    text = declared.casefold()
    found = [(len(word), code) for code, words in USES.items() for word in words if word in text]
    return max(found, key=lambda one: one[0])[1] if found else None
