"""Issues that concern a whole file: that it is not there, damaged, or another thing than a table.

Each is given as code, grade, sentence (with ``{value}`` for what stood there) and remedy; ``model/issues.py`` puts them into its
catalogue.
"""

from typing import Final, Literal

FileIssue = tuple[str, Literal["noted", "disqualifying"], tuple[str, str], tuple[str, str]]
"""Code, grade, sentence and remedy, the two last in English and Chinese."""

NOTED: Final = "noted"
DISQUALIFYING: Final = "disqualifying"

FILE_ISSUES: tuple[FileIssue, ...] = (
    (
        "empty_file",
        DISQUALIFYING,
        ("The file holds no readings.", "文件中没有任何读数。"),
        ("Export it again, or leave it out.", "请重新导出，或不导入该文件。"),
    ),
    (
        "unreadable_file",
        DISQUALIFYING,
        ("The file cannot be opened or is damaged: {value}.", "文件无法打开或已损坏：{value}。"),
        ("Copy or export it again from the source system.", "请从源系统重新复制或导出。"),
    ),
    (
        "damaged_workbook",
        DISQUALIFYING,
        ("The workbook is damaged, or is none whatever its name says.", "工作簿已损坏，或实际不是工作簿。"),
        (
            "Open it in a spreadsheet program and save it as XLSX, or export it again.",
            "请用电子表格软件打开并另存为 XLSX，或重新导出。",
        ),
    ),
    (
        "truncated_file",
        DISQUALIFYING,
        (
            "The file ends before its end: {value}. What came before is taken.",
            "文件不完整：{value}。此前的内容已采用。",
        ),
        ("Copy or download the file again and import it once more.", "请重新复制或下载该文件后再次导入。"),
    ),
    (
        "unknown_layout",
        DISQUALIFYING,
        ("The layout of the table is not recognised: {value}.", "无法识别表格格式：{value}。"),
        (
            "Name the columns in a mapping file (see docs/readings-formats.md) or choose a layout.",
            "请用映射文件指明各列（见 docs/readings-formats.md），或指定格式。",
        ),
    ),
    (
        "expands_too_much",
        DISQUALIFYING,
        (
            "The compressed file expands beyond what readings can need; reading stopped.",
            "压缩文件解压后异常膨胀，已停止读取。",
        ),
        ("Unpack it yourself if you trust it, and give the unpacked file.", "如确信来源可靠，请先自行解压再导入。"),
    ),
    (
        "wrong_encoding",
        NOTED,
        ("Bytes that are not valid {value} were replaced.", "存在不符合 {value} 编码的字节，已替换。"),
        ("Give the file's encoding, e.g. utf-8 or gb18030.", "请指明文件编码，例如 utf-8 或 gb18030。"),
    ),
    (
        "nul_bytes",
        NOTED,
        ("NUL bytes were removed; the file may be damaged.", "已去除空字节（NUL），文件可能已损坏。"),
        (
            "Compare with the original and export it again if values are missing.",
            "请与原文件核对，如有缺失请重新导出。",
        ),
    ),
    (
        "unclosed_quote",
        NOTED,
        (
            "A quotation mark is not closed on its line; quotes of that line were ignored.",
            "引号未在本行闭合，已忽略本行引号。",
        ),
        ("Correct the line, or export without quotes.", "请更正该行，或导出时不加引号。"),
    ),
    (
        "xml_malformed",
        DISQUALIFYING,
        ("The XML breaks off or is not well-formed: {value}.", "XML 中断或格式不正确：{value}。"),
        ("Export it again; what came before the fault is taken.", "请重新导出；错误之前的内容已采用。"),
    ),
    (
        "xml_forbidden",
        DISQUALIFYING,
        (
            "The XML declares entities or outside references, which are never followed: {value}.",
            "XML 含实体声明或外部引用，出于安全不予解析：{value}。",
        ),
        ("Ask the sender for a plain export.", "请向提供方索取普通导出文件。"),
    ),
    (
        "nothing_there",
        DISQUALIFYING,
        ("There is nothing to read at this path.", "该路径下没有可读取的文件。"),
        (
            "Check the path; name a file outright if its ending is an unusual one.",
            "请检查路径；扩展名不常见的文件请直接写出文件名。",
        ),
    ),
    (
        "left_out_files",
        NOTED,
        ("Files of the folder with other endings were left out: {value}.", "文件夹中其他扩展名的文件未读取：{value}。"),
        ("Name those that hold readings outright.", "其中如有读数文件，请直接写出文件名。"),
    ),
    (
        "picture_file",
        DISQUALIFYING,
        ("The file is a picture ({value}), not a table.", "该文件是图片（{value}），不是数据表。"),
        (
            "Export the readings themselves as CSV, XLSX or Parquet; the picture of a table is not read.",
            "请将读数本身导出为 CSV、XLSX 或 Parquet；不识别图片中的表格。",
        ),
    ),
    (
        "document_file",
        DISQUALIFYING,
        ("The file is a document ({value}), not a table.", "该文件是文档（{value}），不是数据表。"),
        (
            "Ask for the table as CSV, XLSX or Parquet; notices and news are read by minewatch policy read.",
            "请索取 CSV、XLSX 或 Parquet 格式的数据表；通知、新闻请用 minewatch policy read 读取。",
        ),
    ),
    (
        "archive_file",
        DISQUALIFYING,
        ("The file is an archive of other files ({value}).", "该文件是压缩包（{value}）。"),
        ("Unpack it and give the files or the folder.", "请解压后指定其中的文件或文件夹。"),
    ),
    (
        "program_file",
        DISQUALIFYING,
        ("The file is a program ({value}); it was not run.", "该文件是可执行程序（{value}），未予运行。"),
        ("Check which file was meant, and where this one comes from.", "请核对应导入的文件，并查明该文件的来源。"),
    ),
    (
        "web_page",
        DISQUALIFYING,
        ("The file is a web page (HTML), whatever its name says.", "该文件实际是网页（HTML），与扩展名无关。"),
        (
            "If a spreadsheet program opens it, save it there as XLSX; if it is a sign-in page, sign in and export again.",
            "如能用电子表格软件打开，请另存为 XLSX；如为登录页面，请登录后重新导出。",
        ),
    ),
    (
        "capture_file",
        DISQUALIFYING,
        ("The file is a network capture, not a table.", "该文件是网络抓包文件，不是数据表。"),
        ("Import it with minewatch import traffic.", "请用 minewatch import traffic 导入。"),
    ),
    (
        "protected_workbook",
        DISQUALIFYING,
        ("The workbook is protected by a password.", "工作簿设有打开密码。"),
        ("Open it, save it without a password, and give that file.", "请打开后另存为不设密码的文件再导入。"),
    ),
    (
        "format_not_read",
        DISQUALIFYING,
        ("The file is {value}, a format that is not read.", "该文件为 {value} 格式，暂不支持读取。"),
        ("Export the table from it as CSV, XLSX or Parquet.", "请将其中的数据表导出为 CSV、XLSX 或 Parquet。"),
    ),
    (
        "binary_file",
        DISQUALIFYING,
        ("The file is no text and of no kind that is known.", "该文件不是文本文件，类型未知。"),
        (
            "Check which file was meant; readings are taken as CSV, XLSX, Parquet or XML.",
            "请核对应导入的文件；读数须为 CSV、XLSX、Parquet 或 XML 格式。",
        ),
    ),
)
