"""The tables that cross borders between parts, as data: column, type, unit, what a missing value means.

Types are written as text so that this module needs nothing but the standard library: ``string``, ``float32``,
``float64``, ``int64``, ``bool``, ``date``, ``datetime`` (microseconds, the meter's standard time), ``list[string]``,
``array[float32]`` (as many values as the frame's day has slots).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``unit`` is empty for what has none; ``missing`` says what a missing value means."""

    name: str
    type: str
    meaning: str
    meaning_zh: str
    unit: str = ""
    missing: str = "never missing"


@dataclass(frozen=True, slots=True)
class Table:
    """One table that crosses a border."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


SLOTS_ALLOWED = (96, 48, 24, 1)
"""Slots of a day: 15, 30 or 60 minutes, or one where only daily energy exists. A frame holds days of one kind only."""

READINGS = Table(
    "readings",
    "One row a meter and day; a day has 24 hours of the meter's standard time.",
    (
        Column("meter", "string", "meter id as in the source", "计量点编号"),
        Column("day", "date", "day in the meter's standard time; 24:00 belongs to the day it ends", "日期（标准时间）"),
        Column(
            "kw",
            "array[float32]",
            "mean active power of each slot, slot 0 starting at 00:00",
            "各时段平均有功功率",
            "kW",
            "NaN: no usable reading; never filled, never null",
        ),
    ),
)

FINDINGS = Table(
    "findings",
    "One row a meter that was screened, most suspicious first.",
    (
        Column("meter_id", "string", "meter id as in the source", "计量点编号"),
        Column("probability", "float64", "calibrated probability that the meter hides mining", "挖矿概率"),
        Column(
            "mining_kw",
            "float64",
            "mean power of the mining part while it runs",
            "挖矿功率",
            "kW",
            "nothing to measure",
        ),
        Column("mining_kw_low", "float64", "lower end of the 80 % interval", "挖矿功率下限", "kW", "as mining_kw"),
        Column("mining_kw_high", "float64", "upper end of the 80 % interval", "挖矿功率上限", "kW", "as mining_kw"),
        Column(
            "since",
            "datetime",
            "start of the mining part; the window's start if it already ran",
            "开始时间",
            "standard time",
            "nothing to date",
        ),
        Column("until", "datetime", "end of the mining part", "结束时间", "standard time", "still running at the end"),
        Column("reasons", "list[string]", "codes of the reasons, strongest first", "理由代码"),
        Column("alternatives", "list[string]", "codes of what else would explain the curve", "其他可能解释"),
        Column("reason_figures", "string", "JSON: figures of each reason's sentence, by reason code", "理由数据"),
        Column("look_weights", "string", "JSON: what each look added to the log-odds, by look", "各判据的贡献"),
        Column(
            "pattern", "string", "how the mining part runs: steady, timed or blocks", "运行方式", "", "nothing found"
        ),
        Column("mean_kw", "float64", "mean power of all readings", "平均功率", "kW", "no reading"),
        Column("coverage", "float64", "share of slots with a reading", "数据完整率", "1"),
        Column("first_day", "date", "first day screened", "首日", "", "no reading"),
        Column("last_day", "date", "last day screened", "末日", "", "no reading"),
        Column("slots", "int64", "slots a day", "每日时段数", "1"),
        Column("data_notes", "list[string]", "codes of what was wrong with the meter's data", "数据问题代码"),
        Column(
            "base_share",
            "float64",
            "lowest hour of the day over the day's mean, median of the days",
            "基础负荷占比",
            "1",
            "too little read, or daily energy only",
        ),
        Column(
            "night_share",
            "float64",
            "mean power from 00:00 to 05:00 over that from 08:00 to 20:00",
            "夜间与白天负荷比",
            "1",
            "as base_share",
        ),
        Column(
            "growth",
            "float64",
            "mean power of the last 14 days over that of the first 14 (7 where fewer than 28 were read)",
            "期末与期初负荷比",
            "1",
            "fewer than 14 days, or too little read",
        ),
    ),
)

FLOW_RECORDS = Table(
    "flow_records",
    "One row a flow record of a collector (NetFlow, IPFIX, nfdump, CESNET); times are UTC.",
    (
        Column("source", "string", "file the record was in", "来源文件"),
        Column("start", "float64", "first packet, seconds since 1970 UTC", "开始时间", "s"),
        Column("end", "float64", "last packet, seconds since 1970 UTC", "结束时间", "s"),
        Column("client", "string", "address that opened or the record's source", "发起方地址"),
        Column("client_port", "int64", "its port", "发起方端口"),
        Column("server", "string", "the other address", "对端地址"),
        Column("server_port", "int64", "its port", "对端端口"),
        Column("protocol", "int64", "6 TCP, 17 UDP", "传输层协议"),
        Column("packets", "int64", "packets from the client", "发起方报文数"),
        Column("octets", "int64", "bytes from the client, IP header included", "发起方字节数", "B"),
        Column(
            "packets_back",
            "int64",
            "packets to the client",
            "对端报文数",
            "",
            "-1: the collector exports one way a record",
        ),
        Column("octets_back", "int64", "bytes to the client", "对端字节数", "B", "-1: as packets_back"),
        Column("flags", "int64", "TCP flags of all packets, or-ed", "TCP 标志", "", "-1: not exported"),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "One row a flow believed to be mining; the file sightings.csv begins with these columns in this order.",
    (
        Column("source", "string", "file or files it was seen in", "来源"),
        Column("first_seen", "datetime", "first packet", "首次出现", "UTC"),
        Column("last_seen", "datetime", "last packet", "末次出现", "UTC"),
        Column("miner", "string", "address of the miner, by who asks and who gives work", "矿机地址"),
        Column("miner_port", "int64", "its port", "矿机端口", "", "0: the source has no ports"),
        Column("pool", "string", "address of the pool", "矿池地址"),
        Column("pool_port", "int64", "its port", "矿池端口", "", "0: the source has no ports"),
        Column("dialect", "string", "how miner and pool speak, see docs/traffic.md", "协议方言"),
        Column("coin", "string", "ticker of the coin", "币种", "", "empty: nothing tells"),
        Column("probability", "float64", "that the flow is mining", "概率", "1"),
        Column("reasons", "string", "codes of the reasons, strongest first, parted by ;", "理由代码"),
        Column("pool_name", "string", "name on the pool list", "矿池名称", "", "empty: not on the list"),
        Column("pool_host", "string", "host name asked for or resolved", "矿池主机名", "", "empty: none seen"),
        Column("carriage", "string", "tcp, http, websocket, tls or noise", "承载方式", "", "empty: flow records"),
        Column("worker", "string", "worker name or wallet", "矿工名或钱包", "", "empty: not visible"),
        Column(
            "user_agent", "string", "program of the miner as it names itself", "挖矿程序标识", "", "empty: not visible"
        ),
        Column("difficulty", "float64", "last share difficulty in the pool's unit", "份额难度", "1", "not visible"),
        Column("shares_submitted", "int64", "shares submitted", "提交份额数"),
        Column("shares_accepted", "int64", "of them accepted", "接受份额数"),
        Column("shares_rejected", "int64", "of them rejected", "拒绝份额数"),
        Column(
            "hash_rate", "float64", "work of the shares over the time seen", "算力", "H/s", "no share or no difficulty"
        ),
        Column("hash_rate_low", "float64", "lower end of its 80 % Poisson interval", "算力下限", "H/s", "as hash_rate"),
        Column(
            "hash_rate_high", "float64", "upper end of its 80 % Poisson interval", "算力上限", "H/s", "as hash_rate"
        ),
        Column("packets", "int64", "packets of both ways", "报文数"),
        Column("octets", "int64", "bytes of both ways, IP headers included", "字节数", "B"),
        Column(
            "community_id",
            "string",
            "community id of the flow, version 1, seed 0",
            "Community ID",
            "",
            "empty: no ports",
        ),
        Column(
            "customer",
            "string",
            "holder of the miner's address at that time",
            "地址使用人",
            "",
            "empty: unknown or not only one",
        ),
        Column("customer_note", "string", "why no single holder is named", "使用人说明", "", "empty: nothing to say"),
    ),
)
