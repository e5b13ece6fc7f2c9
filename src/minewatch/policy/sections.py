"""Places within instruments in Chinese: packs name them in English (``item 3``, ``art. 71``, ``second paragraph``)."""

import re

DIGITS = "零一二三四五六七八九"
ORDER = {
    "first": "一",
    "second": "二",
    "third": "三",
    "fourth": "四",
    "fifth": "五",
    "sixth": "六",
    "seventh": "七",
    "eighth": "八",
    "ninth": "九",
    "tenth": "十",
}
WHOLE = {
    "report": "报道正文",
    "whole report": "报道全文",
    "whole text": "全文",
    "whole text seen": "所见全文",
    "whole text in translation": "译文全文",
    "signature": "落款",
    "addressees": "主送单位",
    "addressee": "主送单位",
    "title": "标题",
    "opening": "开头部分",
    "heading": "标题",
    "headings": "各部分标题",
    "date": "成文日期",
    "scope": "适用范围",
    "principles": "原则部分",
    "notice": "通知正文",
    "annex": "附件",
    "mining section": "“挖矿”部分",
    "mining clause": "“挖矿”条款",
    "note to the price table": "电价表附注",
    "deadline set by the person who decides": "期限由决定人确定",
}


def chinese_number(number: int) -> str:
    """Write 1 to 999 as articles of laws are counted: 71 is 七十一, 103 is 一百零三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def section_zh(section: str) -> str:
    """Say a place within an instrument in Chinese; one that is put in words of its own stays as it is, in brackets."""
    if section in WHOLE:
        return WHOLE[section]
    found = re.match(r"(\w+) paragraph", section)
    if found and found[1] in ORDER:
        return f"第{ORDER[found[1]]}段"
    article = re.fullmatch(r"arts?\.? (\d+)((?:,? ?\(\d+\))*)(?:(?: to | and |-)(\d+))?", section)
    if article:
        text = f"第{chinese_number(int(article[1]))}条"
        if article[2]:
            items = (chinese_number(int(one)) for one in re.findall(r"\d+", article[2]))
            return f"{text}第{'、'.join(f'（{one}）' for one in items)}项"
        return f"{text}至第{chinese_number(int(article[3]))}条" if article[3] else text
    part = re.fullmatch(r"(items?|sections?|class(?:es)?) ([\d, to and-]+)", section)
    if part:
        unit = {"i": "项", "s": "部分", "c": "类"}[part[1][0]]
        return f"第{_numbers(part[2])}{unit}"
    return f"（{section}）"


def _numbers(text: str) -> str:
    """Write ``3, 12 to 17 and 20`` as 3、12至17、20."""
    spelt = re.sub(r"\s*(?: to |-)\s*", "至", text)
    return re.sub(r"\s*(?:,| and )\s*", "、", spelt).strip()
