"""Why a flow is believed to be mining (or why one holds back): reason codes, their sentences and their weight.

``weight`` is the log-likelihood ratio in nats that the reason adds: how much more often it is seen on mining flows than on
others. The weights are set by judgement from the protocols' texts, not fitted (``docs/traffic.md`` tells what they give
on the captures at hand).
"""

from dataclasses import dataclass

from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: code, weight in nats, sentence."""

    code: str
    weight: float
    sentence: Text


def _reason(code: str, weight: float, en: str, zh: str) -> tuple[str, Reason]:
    return code, Reason(code, weight, Text(en, zh))


PRIOR = -7.0
"""Log-odds that a flow of unknown content is mining before anything is seen: about one in a thousand."""

FLOW_PRIOR = -6.2
"""Log-odds that a TCP connection of flow records is mining before its shape is looked at: two in a thousand of those that
live long enough to be judged, which is far more than of all connections."""

FLOW_CEILING = 0.9
"""The shape of a flow alone never makes surer than this: no real negatives were at hand to measure false alarms with."""

TRAFFIC_REASONS: dict[str, Reason] = dict(
    [
        _reason("stratum_methods", 9.0, "Stratum methods (mining.*) are called", "出现 Stratum 方法调用（mining.*）"),
        _reason("stratum_dialogue", 3.0, "miner and pool both speak Stratum", "矿机与矿池双方均使用 Stratum 协议"),
        _reason(
            "stratum_fragment",
            8.5,
            "pieces of Stratum messages in a talk with holes",
            "残缺通信中出现 Stratum 消息片段",
        ),
        _reason(
            "stratum_quoted", 4.0, "Stratum messages stand inside other content", "其他内容中夹有 Stratum 消息文本"
        ),
        _reason("client_methods", 2.0, "a pool's client.* method is called", "出现矿池侧 client.* 方法"),
        _reason("eth_work", 9.0, "Ethereum work is fetched or submitted", "领取或提交以太坊类挖矿任务"),
        _reason("eth_getwork", 7.5, "eth_getWork is called", "调用 eth_getWork 领取任务"),
        _reason("bitcoin_work_http", 8.0, "getwork or getblocktemplate is called", "调用 getwork 或 getblocktemplate"),
        _reason("mining_headers", 9.0, "HTTP headers made for mining", "出现挖矿专用 HTTP 头"),
        _reason("miner_agent", 5.0, "the user agent is a mining program", "客户端标识为挖矿程序"),
        _reason("http_miner_agent", 8.0, "an HTTP request names a mining program", "HTTP 请求标明为挖矿程序"),
        _reason("work_answer", 4.0, "the answer holds work to be hashed", "应答包含待计算的挖矿任务"),
        _reason("monero_login", 5.0, "a login with the shape of a Monero miner's", "出现门罗币矿机形式的登录"),
        _reason("monero_job", 9.0, "jobs with blob, target and job id", "出现含 blob、target、job_id 的任务"),
        _reason("monero_submit", 7.5, "nonces are submitted for job ids", "按任务编号提交随机数"),
        _reason("other_job", 7.0, "jobs of another proof-of-work coin", "出现其他工作量证明币种的任务"),
        _reason("job_shape", 4.0, "jobs have the exact shape of work", "任务字段与挖矿任务格式一致"),
        _reason("wallet", 4.0, "the login is a wallet address", "登录名为钱包地址"),
        _reason("shares", 2.0, "shares are submitted", "持续提交份额"),
        _reason(
            "v2_handshake",
            5.0,
            "the first messages are 64 and 234 bytes, as in Stratum V2",
            "首轮报文为 64 与 234 字节，符合 Stratum V2 握手",
        ),
        _reason(
            "v2_setup",
            6.0,
            "the next answer is 44 bytes, as Stratum V2's setup",
            "随后应答为 44 字节，符合 Stratum V2 建链",
        ),
        _reason("v2_sealed", 2.0, "all later messages fit sealed 22-byte headers", "后续报文均符合 22 字节密封报头"),
        _reason(
            "v2_shares",
            3.0,
            "messages of sealed shares' and answers' sizes (62 to 95 and 58 bytes)",
            "出现 62 与 58 字节报文，符合加密份额及应答",
        ),
        _reason("v2_broken", -8.0, "messages too short for Stratum V2", "存在短于 Stratum V2 最小长度的报文"),
        _reason(
            "tls_pool_endpoint",
            9.5,
            "TLS to a listed pool endpoint, name and port",
            "TLS 连接名称与端口均与矿池名录一致",
        ),
        _reason("tls_pool_host", 7.5, "TLS to a listed pool host on another port", "TLS 连接名录内矿池主机的其他端口"),
        _reason(
            "tls_pool_domain", 3.0, "TLS to another host of a listed pool's domain", "TLS 连接矿池同域名下的其他主机"
        ),
        _reason(
            "dns_pool_endpoint",
            8.0,
            "the address was just given for a listed pool's name, and the port fits",
            "该地址由名录内矿池域名解析得到且端口相符",
        ),
        _reason(
            "dns_pool_host",
            5.0,
            "the address was just given for a listed pool's name",
            "该地址由名录内矿池域名解析得到",
        ),
        _reason(
            "pool_address",
            8.0,
            "a listed pool address and port that serves nobody else",
            "目的地址与端口为名录内专用矿池地址",
        ),
        _reason(
            "pool_address_shared",
            0.0,
            "the pool's address is shared with others and proves nothing",
            "该矿池地址与他人共用，地址本身不作为证据",
        ),
        _reason("pool_named", 2.0, "the host is on the pool list", "主机在矿池名录内"),
        _reason(
            "list_outdated",
            -1.0,
            "the pool list saw this name only long before or after",
            "名录收录时间与流量时间相差较久",
        ),
        _reason("ids_alert", 7.5, "an intrusion detector's mining rule fired", "入侵检测的挖矿规则告警"),
        _reason("flow_lived_20min", 0.5, "the connection lives for more than 20 minutes", "连接持续超过 20 分钟"),
        _reason("flow_lived_1h", 1.0, "the connection lives for more than an hour", "连接持续超过 1 小时"),
        _reason("flow_lived_3h", 1.7, "the connection lives for more than three hours", "连接持续超过 3 小时"),
        _reason("flow_lived_8h", 2.3, "the connection lives for more than eight hours", "连接持续超过 8 小时"),
        _reason(
            "flow_small_packets",
            1.8,
            "small packets both ways, as shares and jobs are",
            "双向均为小包，与份额和任务大小相符",
        ),
        _reason("flow_small_one_way", 0.7, "small packets on the one way exported", "所导出的单向流量为小包"),
        _reason("flow_other_packets", -2.5, "packet sizes unlike shares and jobs", "包长与份额及任务不符"),
        _reason("flow_rate", 1.2, "a few to a hundred packets a minute", "每分钟数个至百余个报文"),
        _reason("flow_other_rate", -1.5, "too few or too many packets a minute", "报文速率过低或过高"),
        _reason(
            "flow_steady", 1.5, "the same rate all the time, with the scatter of chance", "速率长期稳定且呈随机起伏"
        ),
        _reason("flow_fairly_steady", 0.8, "about the same rate all the time", "速率大致稳定"),
        _reason("flow_bursty", -2.0, "bursts and pauses, as when people are at work", "流量时断时续，似人工操作"),
        _reason("flow_rigid", -3.0, "clockwork, as of polling or keep-alives", "节拍完全固定，似轮询或保活"),
        _reason("flow_balanced", 0.5, "as many packets one way as the other", "双向报文数相当"),
        _reason("flow_unbalanced", -1.5, "many more packets one way than the other", "双向报文数悬殊"),
        _reason("flow_pushed", 0.9, "pushed data, no opening or closing in between", "持续推送数据，中途无建链或拆链"),
        _reason("flow_not_pushed", -2.0, "no data is pushed", "无推送数据"),
        _reason(
            "flow_jobs",
            2.0,
            "first packets: jobs of one size come again and again",
            "首部报文显示同等大小的任务反复下发",
        ),
        _reason(
            "flow_shares",
            2.0,
            "first packets: shares of one size, each with a short answer",
            "首部报文显示同等大小的份额及简短应答",
        ),
        _reason("flow_no_rhythm", -1.5, "first packets show neither jobs nor shares", "首部报文未见任务或份额特征"),
        _reason(
            "behaviour",
            0.0,
            "long-lived, small and regular packets with the rhythm of jobs and shares",
            "连接持久、小包规律，符合任务与份额节奏",
        ),
        _reason(
            "coin_conflict",
            0.0,
            "the machine's program and the pool's jobs speak of different coins",
            "矿机程序与矿池任务指向不同币种",
        ),
        _reason("mid_stream", 0.0, "the source starts in the middle of the talk", "采集从连接中途开始"),
        _reason("one_way", 0.0, "only one way of the talk was seen", "仅采集到单向流量"),
        _reason("rejected", 0.0, "the pool refused", "矿池拒绝了请求"),
        _reason("rpc_generic", 0.0, "generic JSON-RPC, which proves nothing", "通用 JSON-RPC，不作为证据"),
    ]
)

HOLDER_NOTES: dict[str, Text] = {
    "not_covered": Text("no table covers this address at this time", "该时间没有任何表覆盖此地址"),
    "many_customers": Text(
        "one address served several customers; none is named", "一个地址对应多个用户，不指名任何一户"
    ),
    "part_of_time": Text("the account held the address for part of the time only", "该户仅在部分时间使用此地址"),
}
"""What ``customer_note`` says, by the code it begins with."""
