"""The signs by which the parts of an official text are told: bodies, numbers, dates, kinds of title.

Rule: every pattern is bounded, so that no line can make it run away; brackets and digits of any width are
one and the same. It says what a line looks like, not what it means where it stands.
"""

from __future__ import annotations

import re
from datetime import date

from xiada.workflows.intake.cleaning import HAN

OPEN, CLOSE = "[〔\\[【﹝（(〖<《［｛{]", "[〕\\]】﹞）)〗>》］｝}]"

BODY_ENDS = (
    "委员会|办公室|办公厅|人民政府|管委会|居委会|村委会|组委会|筹委会|指挥部|领导小组|联席会议|总工会|工商联|"
    "红十字会|委员会办公室|"
    "街道办事处|办事处|公司|集团|学校|中学|小学|大学|学院|医院|幼儿园|中心|协会|学会|研究会|促进会|联合会|基金会|商会|"
    "党组|党委|党支部|支部|党总支|团总支|纪委|团委|政府|法院|检察院|研究院|研究所|银行|支行|分行|总队|支队|大队|"
    "专班|工作组|"
    "[局厅委办部处科室院校园会协联司行所站队馆社署团组]"
)
_NOT_IN_BODY = re.compile(
    "[的了将请按是已须把被让且该此]|应(?!急|用)|(?<!作)为|(?<!关)于|要求|时间|地点|内容|情况|如下|如何|对于|"
    "从事|现就|会议(?!室|中心|事务)"
)
BODY = re.compile(rf"[{HAN}（）()·A-Za-z0-9]{{1,38}}?(?:{BODY_ENDS})(?:[（(](?:盖章|公章|章|印章|代章)[）)])?")
_SEAL = re.compile("[（(](?:盖章|公章|章|印章|代章)[）)]")

NUMBER = re.compile(
    rf"[A-Za-z×]{{0,3}}[{HAN}]{{1,16}}(?:[（(][{HAN}]{{1,6}}[）)])?[{HAN}]{{0,8}} ?{OPEN} ?(?:19|"
    rf"20)[\dOo]{{2}} ?年? ?{CLOSE} ?第? ?[\dOo]{{1,5}} ?(?:-\d{{1,3}} ?)?号"
)
_SERIAL = re.compile(
    rf"(?:[{HAN}]{{2,20}} ?)?(?:(?:19|20)\d\d ?年? ?第 ?\d{{1,5}} ?[号期]|"
    rf"第 ?[\d一二三四五六七八九十百〇零]{{1,6}} ?号(?:令|公告|文)?|{OPEN} ?(?:19|"
    rf"20)\d\d ?{CLOSE} ?[{HAN}]{{0,12}}第? ?\d{{1,5}} ?号)"
)
_SIGNED_OUT = re.compile(rf" ?签发人 ?[:：]?[{HAN} ]{{1,20}}$")
_LABELLED_NUMBER = re.compile(r"(?:发文文号|文 ?号|发文字号|发文号|文件编号|发布文号) ?[:：]? ?")

NOTICE_ENDS = "通知|通报|函|决定|意见|批复|通告|指示|命令|决议|复函|提醒|提示|督办单|任务书|倡议书|邀请函|交办单"
PLAN_ENDS = (
    "方案|计划|要点|安排|安排表|办法|细则|规程|规则|规定|制度|指南|预案|规划|纲要|措施|清单|任务分工|"
    "分工表|须知|简章|章程|标准|规范|指引|意见稿|日程|议程"
)
STATEMENT_ENDS = "公告|公示|启事|简报|总结|讲话|纪要|汇报|新闻|通讯|报道|侧记|综述|名单|公报"
REQUEST_ENDS = "请示|报告"
_AFTER_TITLE = rf"(?: ?[（(](?:试行|修订|暂行|征求意见稿|草案|代拟稿|摘要|略|节选|转发|[{HAN}]{{0,6}}稿)[）)])?"
TITLE = re.compile(
    rf".{{0,200}}(?:{NOTICE_ENDS}|{PLAN_ENDS}|{STATEMENT_ENDS}|{REQUEST_ENDS}){_AFTER_TITLE}[”》]?", re.DOTALL
)
_NOTICE_TITLE = re.compile(rf".{{0,200}}(?:{NOTICE_ENDS}){_AFTER_TITLE}[”》]?", re.DOTALL)
_PLAN_TITLE = re.compile(rf".{{0,200}}(?:{PLAN_ENDS}){_AFTER_TITLE}[”》]?", re.DOTALL)

WEB = re.compile(
    r"(?:[【\[(（]?(?:发布|发表|公布|更新|添加|录入|上传)(?:时间|日期|于|者|人|单位|部门|机构)?|日期|时间|来源|"
    r"信息来源|文章来源|稿件来源|作者|编辑|责任编辑|责编|"
    r"点击|浏览|阅读|访问|字号|字体|打印|关闭|分享|上一[篇条页]|下一[篇条页]|当前位置|您[的现]?[在所]?[位的]置?|"
    r"您现在的位置|首页|索引号|索 引 号|发文机关|发文单位|发文机构|发布机构|制发机关|发文字号|发文日期|发布文号|"
    r"内容概述|内容摘要|摘要|名称|标题|公开方式|页面功能|法规类型|发文标题|发文部门|发文时间|实施时间|所属行业|"
    r"所属区域|公开范围|时效|废止日期|是否有效|"
    r"成文日期|生成日期|主题分类|主题词|公文种类|有效性|文件状态|体裁分类|组配分类|信息分类|关键词|收藏|"
    r"无标题文档|附件下载|扫一扫|大 ?中 ?小)"
    r"(?:数|次数|量|人次|本页|窗口|到)?(?:[】\]]| ?[:：>》|【\[]| ?$)",
)
_WEB_STAMP = re.compile(
    r"(?:返回顶部|返回|通知公告|通知通告|公告通知|政府文件|政务公开|信息公开|正文|详细内容|文章内容|附件下载|"
    r"相关附件|相关文档|网站首页)|"
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日(?= ?\d{1,2}:)|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4})(?: ?\d{1,2}:\d{2}(?::\d{2})?)?(?: (?:来源|作者|点击|浏览|阅读|编辑|发布|"
    r"信息).{0,80})?|\d{1,9} ?人看过|转载 .{0,40}"
)

_CHINESE_DIGITS = {**{c: i for i, c in enumerate("〇一二三四五六七八九")}, **dict.fromkeys("○◯ＯOo零0Ο", 0)}
_YEAR = r"(?:19|20)[\dOo]{2}|[一二][〇○◯ＯOoΟ零0一二三四五六七八九]{3}"
_SMALL = r"\d{1,2}|[一二三四五六七八九十廿卅〇○]{1,3}"
DATE = re.compile(
    rf"({_YEAR}) ?(?:年 ?({_SMALL}) ?月 ?(\d{{1,2}}|(?:{_SMALL})(?= ?日)) ?日?|"
    r"([./-]) ?(\d{1,2}) ?\4 ?(\d{1,2}) ?日?)(?!\d)"
)
_UNFINISHED = re.compile(
    rf"(?:{_YEAR}|[xX×*]{{2,4}}) ?年 ?(?:{_SMALL}|[xX×*]{{1,2}})? ?月? ?(?:{_SMALL}|[xX×*]{{1,2}})? ?日?|"
    rf"(?:{_SMALL}) ?月 ?(?:{_SMALL}) ?日"
)


def is_body(text: str) -> bool:
    """Tell whether words could be the name of one body.

    Example:
        >>> is_body("广东省科协"), is_body("请按时报送"), is_body("督导办")
        (True, False, True)
    """
    return len(text) <= 40 and BODY.fullmatch(text) is not None and not _NOT_IN_BODY.search(text[:-1])


def bodies(text: str) -> tuple[str, ...]:
    """Return the bodies a line names, if it names nothing else.

    Example:
        >>> bodies("中国科协 科技部"), bodies("特此通知")
        (('中国科协', '科技部'), ())
    """
    plain = _SEAL.sub("", text).strip()
    parts = tuple(part for part in re.split("[ 、，,;；]", plain[:300]) if part)
    return parts if parts and len(plain) <= 300 and all(is_body(part) for part in parts) else ()


def number_in(text: str) -> str | None:
    """Return the document number, as written but without spaces, if a line is nothing else.

    Example:
        >>> number_in("（鲁农函字〔2009〕 42号）"), number_in("按照粤府〔2020〕1号文件")
        ('鲁农函字〔2009〕42号', None)
    """
    plain = _SIGNED_OUT.sub("", text[:120]) if len(text) < 120 else text
    plain = _LABELLED_NUMBER.sub("", plain, count=1).strip()
    if plain[:1] in "(（" and plain[-1:] in ")）":
        plain = DATE.sub("", plain[1:-1], count=1).strip() if DATE.match(plain[1:]) else plain[1:-1].strip()
    if len(plain) <= 60 and (NUMBER.fullmatch(plain) or _SERIAL.fullmatch(plain)):
        return plain.replace(" ", "")
    return None


def same_number(number: str) -> str:
    """Return a document number in one spelling, for comparison.

    Example:
        >>> same_number("发改高技[2015] 1303号")
        '发改高技〔2015〕1303号'
    """
    return re.sub(CLOSE, "〕", re.sub(OPEN, "〔", number.replace(" ", "")))


def date_in(text: str) -> date | None:
    """Return the first whole date of a text, if it is a day of the calendar.

    Example:
        >>> date_in("二○○九年七月九日"), date_in("2020年2月30日")
        (datetime.date(2009, 7, 9), None)
    """
    match = DATE.search(text)
    return _day(match) if match else None


def is_date(text: str) -> bool:
    """Tell whether a line is a date and nothing else.

    Example:
        >>> is_date("2018.6.4"), is_date("22.04.2015 13:01")
        (True, False)
    """
    plain = _SEAL.sub("", text).strip("（）()[] 。") if len(text) <= 40 else ""
    return DATE.fullmatch(plain) is not None


def is_unfinished_date(text: str) -> bool:
    """Tell whether a line is a date somebody has not filled in, or not in full.

    Example:
        >>> is_unfinished_date("2020年6月 日"), is_unfinished_date("2020年6月3日")
        (True, False)
    """
    return len(text) <= 20 and not is_date(text) and _UNFINISHED.fullmatch(text) is not None


def is_web(text: str) -> bool:
    """Tell whether a line belongs to a web page and not to the document.

    Example:
        >>> is_web("22.04.2015 13:01"), is_web("发布时间：2020-06-03"), is_web("各市科协：")
        (True, True, False)
    """
    return len(text) <= 200 and (WEB.match(text) is not None or _WEB_STAMP.fullmatch(text) is not None)


def without_number(title: str) -> tuple[str, str | None]:
    """Return a title without the number written before or after it, and that number.

    Example:
        >>> without_number("关于报送总结的通知（科协〔2020〕3 号）")
        ('关于报送总结的通知', '科协〔2020〕3号')
    """
    if match := _NUMBER_AFTER.search(title[-80:]):
        return title[: len(title) - len(match[0])].strip(), match[1].replace(" ", "")
    if (match := NUMBER.match(title)) and TITLE.fullmatch(title[match.end() :].strip()):
        return title[match.end() :].strip(), match[0].replace(" ", "")
    return title, None


_NUMBER_AFTER = re.compile(rf" ?[（(] ?({NUMBER.pattern}) ?[）)]$")


def is_notice_title(text: str) -> bool:
    """Tell whether a title is that of a notice, a letter, a decision."""
    return len(text) <= 200 and _NOTICE_TITLE.fullmatch(text) is not None


def is_plan_title(text: str) -> bool:
    """Tell whether a title is that of a plan or of rules."""
    return len(text) <= 200 and _PLAN_TITLE.fullmatch(text) is not None


def is_title(text: str) -> bool:
    """Tell whether words end as the title of a document does."""
    plain = without_number(text)[0] if len(text) <= 200 else ""
    return TITLE.fullmatch(plain) is not None and plain.count("《") <= plain.count("》")


def _day(match: re.Match[str]) -> date | None:
    """Return the day of a match of DATE, if there is one."""
    year, month, day = match[1], match[2] or match[5], match[3] or match[6]
    digits = "".join(one if one.isdecimal() else str(_CHINESE_DIGITS[one]) for one in year)
    try:
        return date(int(digits), _small(month), _small(day))
    except ValueError:
        return None


def _small(words: str) -> int:
    """Return a number below a hundred written in digits or in Chinese; 0 if it is none."""
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.replace("廿", "二十").replace("卅", "三十").partition("十")
    if not ten:
        return _CHINESE_DIGITS.get(words, 0) if len(words) == 1 else 0
    return (_CHINESE_DIGITS.get(tens, 0) if tens else 1) * 10 + (_CHINESE_DIGITS.get(ones, 0) if ones else 0)
