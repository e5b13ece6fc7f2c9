"""What can be wrong with captures, logs and flow records: codes, grades, sentences and remedies."""

from minewatch.model.issues import Grade, IssueKind
from minewatch.model.text import Text


def _kind(code: str, grade: Grade, sentence: Text, remedy: Text) -> tuple[str, IssueKind]:
    return code, IssueKind(code, grade, sentence, remedy)


_GIVE = Text(
    "give pcap, pcapng, Zeek, EVE JSON, NetFlow v5/v9, IPFIX, nfdump CSV or CESNET CSV",
    "请提供 pcap、pcapng、Zeek、EVE JSON、NetFlow v5/v9、IPFIX、nfdump CSV 或 CESNET CSV 文件",
)
_UNPACK = Text("unpack it and give the files or the folder", "请解压后指定其中的文件或文件夹")

_FOREIGN = (
    ("picture_file", Text("a picture ({value})", "图片（{value}）"), _GIVE),
    ("document_file", Text("a document ({value})", "文档（{value}）"), _GIVE),
    ("archive_file", Text("an archive of other files ({value})", "压缩包（{value}）"), _UNPACK),
    ("program_file", Text("a program ({value}), which was not run", "可执行程序（{value}，未予运行）"), _GIVE),
    ("web_page", Text("a web page (HTML)", "网页（HTML）"), _GIVE),
    ("workbook", Text("a workbook", "电子表格"), _GIVE),
    ("protected_workbook", Text("a workbook with a password", "设有打开密码的电子表格"), _GIVE),
    ("format_not_read", Text("{value}", " {value} 格式"), _GIVE),
)
"""Codes of ``file_issues`` (and of workbooks, which hold no traffic), what such a file is, and what to do about it."""

TRAFFIC_ISSUES: dict[str, IssueKind] = dict(
    [
        *(
            _kind(
                f"traffic_{code}",
                Grade.DISQUALIFYING,
                Text(
                    f"the file is {what.en}, no capture, log or flow records",
                    f"该文件是{what.zh}，不是抓包、日志或流记录",
                ),
                remedy,
            )
            for code, what, remedy in _FOREIGN
        ),
        _kind(
            "traffic_empty",
            Grade.DISQUALIFYING,
            Text("the file is empty", "文件为空"),
            Text("export it again", "请重新导出"),
        ),
        _kind(
            "traffic_unknown_format",
            Grade.DISQUALIFYING,
            Text("the file is no capture, log or flow format known here", "无法识别的抓包、日志或流记录格式"),
            _GIVE,
        ),
        _kind(
            "capture_truncated",
            Grade.NOTED,
            Text("the file ends inside a record; what came before was read", "文件在记录中间截断，此前内容已读取"),
            Text("copy the file again if more was captured", "如抓取内容更多，请重新复制文件"),
        ),
        _kind(
            "capture_damaged",
            Grade.NOTED,
            Text("a record is damaged; reading went on at the next sound one", "记录损坏，已从下一条完好记录继续读取"),
            Text("check the disk or the transfer", "请检查磁盘或传输过程"),
        ),
        _kind(
            "capture_link_unknown",
            Grade.NOTED,
            Text("frames of a link type that is not read", "存在不支持的链路层类型的帧"),
            Text("capture on an Ethernet, IP or Linux cooked interface", "请在以太网、IP 或 Linux cooked 接口抓包"),
        ),
        _kind(
            "packed_damaged",
            Grade.NOTED,
            Text("the compressed file is damaged or cut off", "压缩文件损坏或被截断"),
            Text("copy the file again", "请重新复制文件"),
        ),
        _kind(
            "flow_evicted",
            Grade.NOTED,
            Text(
                "more flows at once than the table holds; the longest idle were closed early",
                "同时存在的流超过流表容量，最久空闲者被提前结束",
            ),
            Text("raise --max-flows if memory allows", "内存允许时可调大 --max-flows"),
        ),
        _kind(
            "line_unreadable",
            Grade.NOTED,
            Text("a line could not be read and was skipped", "有一行无法读取，已跳过"),
            Text("look at the line named", "请查看所指行"),
        ),
        _kind(
            "template_missing",
            Grade.NOTED,
            Text("flow records whose template was not in the file before them", "流记录缺少先行模板"),
            Text("start the collector's file with its templates", "请让采集文件以模板开头"),
        ),
        _kind(
            "join_table_line",
            Grade.DISQUALIFYING,
            Text("a line of the customer, lease or NAT table could not be used", "客户、租约或 NAT 表中有一行无法使用"),
            Text("correct the line named", "请更正所指行"),
        ),
    ]
)
