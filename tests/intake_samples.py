"""Notices of our own making, in the manner of real ones with their damages, and what a careful reader finds in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A text and what is in its first notice; only what is named is compared."""

    name: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("notice",)


SAMPLES = (
    Sample(
        "a city bureau with red head, number and wrapped title",
        "青山市教育局文件\n青教办〔2021〕15 号\n\n青山市教育局关于开展2021年春季学期\n校园安全检查工作的通知\n\n"
        "各县（市、区）教育局，市直各学校：\n  为切实做好校园安全工作，现就有关事项通知如下：\n  一、检查内容\n"
        "  消防设施、食品卫生。\n"
        "  二、工作要求\n  （一）加强领导。各校要成立工作小组，明确专人负责。\n"
        "  请于2021年3月15日前将自查报告报送市教育局安全科。\n  联 系 人：赵甲，联系电话：0555-1234567\n\n"
        "  附件：1.自查表\n        2.汇总表\n\n                 青山市教育局\n                2021年3月1日\n",
        {
            "title": "青山市教育局关于开展2021年春季学期校园安全检查工作的通知",
            "doc_number": "青教办〔2021〕15号",
            "issuers": ("青山市教育局",),
            "issue_date": "2021-03-01",
            "addressees": ("各县（市、区）教育局", "市直各学校"),
            "attachments": ("自查表", "汇总表"),
            "contacts": ((None, ("赵甲",), ("0555-1234567",), None),),
            "sections": (("一", "检查内容"), ("二", "工作要求"), ("（一）", "加强领导")),
        },
    ),
    Sample(
        "a county office that issues a plan printed after it",
        "临水县人民政府办公室关于印发《临水县秸秆禁烧工作方案》的通知\n临政办发〔2019〕33号\n各乡镇人民政府，"
        "县直有关部门：\n"
        "《临水县秸秆禁烧工作方案》已经县政府同意，现印发给你们，请认真贯彻执行。\n临水县人民政府办公室\n"
        "2019年5月20日\n（此件公开发布）\n"
        "临水县秸秆禁烧工作方案\n为做好秸秆禁烧工作，制定本方案。\n一、工作目标\n全县实现全面禁烧。\n"
        "二、工作措施\n各乡镇每周五上报工作进展。\n",
        {
            "title": "临水县人民政府办公室关于印发《临水县秸秆禁烧工作方案》的通知",
            "doc_number": "临政办发〔2019〕33号",
            "issuers": ("临水县人民政府办公室",),
            "issue_date": "2019-05-20",
            "addressees": ("各乡镇人民政府", "县直有关部门"),
            "attachments": ("临水县秸秆禁烧工作方案",),
            "forwards": None,
        },
        ("notice", "work_plan"),
    ),
    Sample(
        "a joint notice signed in one line, with copies and the line of the printer",
        "关于联合开展青年志愿服务月活动的通知\n各县区团委、妇联：\n请各单位于3月25日前将活动总结报团市委。\n"
        "共青团东岭市委 东岭市妇女联合会\n2018年2月26日\n抄送：市委办公室、市政府办公室，市总工会。\n"
        "共青团东岭市委办公室 2018年2月26日印发\n",
        {
            "title": "关于联合开展青年志愿服务月活动的通知",
            "issuers": ("共青团东岭市委", "东岭市妇女联合会"),
            "issue_date": "2018-02-26",
            "addressees": ("各县区团委", "各县区妇联"),
            "cc": ("市委办公室", "市政府办公室", "市总工会"),
        },
    ),
    Sample(
        "a forwarding notice whose original has its number in the text",
        "关于转发《省卫生健康委关于加强春季传染病防控工作的通知》的通知\n各医疗卫生单位、局机关各科室：\n"
        "现将《省卫生健康委关于加强春季传染病防控工作的通知》（川卫疾控便函[2022]41号）转发给你们，请遵照执行。\n"
        "西河县卫生健康局\n2022年3月8日\n",
        {
            "title": "关于转发《省卫生健康委关于加强春季传染病防控工作的通知》的通知",
            "forwards": ("川卫疾控便函[2022]41号", "省卫生健康委关于加强春季传染病防控工作的通知"),
            "issuers": ("西河县卫生健康局",),
            "addressees": ("各医疗卫生单位", "局机关各科室"),
            "doc_number": None,
        },
    ),
    Sample(
        "a school telling its teachers, dots in the date, nothing else",
        "关于上交教学反思的通知\n全体教师：\n请于本周五放学前将教学反思交教务处李老师。\n教务处\n2016.11.8",
        {
            "title": "关于上交教学反思的通知",
            "issuers": ("教务处",),
            "issue_date": "2016-11-08",
            "addressees": ("全体教师",),
            "contacts": ((None, ("李老师",), (), None),),
        },
    ),
    Sample(
        "a hospital with Chinese numerals and a seal",
        "关于做好病案归档的通知\n各临床科室：\n请各科室于每月5日前将上月病案送交病案室。\n医务科（盖章）\n"
        "二〇一四年九月三十日",
        {"issuers": ("医务科",), "issue_date": "2014-09-30", "addressees": ("各临床科室",)},
    ),
    Sample(
        "a tax office, full-width digits and spaces everywhere",
        "国家税务总局南湖县税务局关于开展２０２０年度个人所得税汇算清缴的通知\n各分局、各股室：\n"
        "请于 ２０２１ 年 ６ 月 ３０ 日前完成汇算，并将 情况 报送 税政股。\n国家税务总局南湖县税务局\n"
        "２０２１ 年 ３ 月 ２ 日",
        {
            "title": "国家税务总局南湖县税务局关于开展2020年度个人所得税汇算清缴的通知",
            "issuers": ("国家税务总局南湖县税务局",),
            "issue_date": "2021-03-02",
            "addressees": ("各分局", "各股室"),
        },
    ),
    Sample(
        "everything on one line, as a page copied without its breaks",
        "关于开展消防演练的通知 各幼儿园： 为提高师生安全意识，决定开展消防演练，"
        "现将有关事项通知如下： 一、演练时间。10月中旬。 "
        "二、有关要求。各园要制定演练方案，于10月10日前报送教育股。"
        " 联系人：钱乙 电话：5551234 附件：1.演练方案 2.演练记录表 白石县教育局 2017年9月25日",
        {
            "title": "关于开展消防演练的通知",
            "issuers": ("白石县教育局",),
            "issue_date": "2017-09-25",
            "addressees": ("各幼儿园",),
            "attachments": ("演练方案", "演练记录表"),
        },
    ),
    Sample(
        "a web page around a notice: its stamps are no day of issue",
        "首页 > 通知公告\n关于报送先进个人的通知\n发布时间：2015-06-03 10:22 来源：办公室 点击：123\n\n"
        "各会员单位：\n请于6月20日前将推荐表报送协会秘书处。\n上一篇：无\n",
        {"title": "关于报送先进个人的通知", "issue_date": None, "issuers": (), "addressees": ("各会员单位",)},
    ),
    Sample(
        "a number in square brackets before the title and a date in brackets under it",
        "黑府发[2008]12 号\n黑龙县人民政府关于加强农村公路养护的意见\n（2008年4月2日）\n各乡、镇人民政府，"
        "县政府各部门：\n为加强农村公路养护，提出如下意见。\n",
        {
            "doc_number": "黑府发[2008]12号",
            "title": "黑龙县人民政府关于加强农村公路养护的意见",
            "issuers": ("黑龙县人民政府",),
            "issue_date": "2008-04-02",
            "addressees": ("各乡、镇人民政府", "县政府各部门"),
        },
    ),
    Sample(
        "the addressees at the end, under a label",
        "关于召开年度总结会的通知\n定于12月28日召开年度总结会，请准时参加。\n松江市科协\n2013年12月20日\n"
        "主送：各县区科协，市级各学会\n",
        {"addressees": ("各县区科协", "市级各学会"), "issuers": ("松江市科协",), "issue_date": "2013-12-20"},
    ),
    Sample(
        "a blank day of issue",
        "关于填报统计年报的通知\n各科室：\n请认真填报。\n统计科\n2012年 月 日",
        {"issue_date": None, "issuers": ("统计科",), "doubts": ("no_issue_date",)},
    ),
    Sample(
        "a day of issue that is no day",
        "关于填报统计年报的通知\n各科室：\n请认真填报。\n统计科\n2012年2月30日",
        {"issue_date": None, "doubts": ("no_issue_date",)},
    ),
    Sample(
        "an order to subordinate units by a company",
        "关于开展安全生产月活动的通知\n公司各部门、所属各单位：\n请于7月5日前报送总结，"
        "电子版发至邮箱 safe@example.com。\n东海港务集团有限公司\n2022年5月30日",
        {
            "issuers": ("东海港务集团有限公司",),
            "addressees": ("公司各部门", "所属各单位"),
            "contacts": ((None, (), (), "safe@example.com"),),
        },
    ),
    Sample(
        "two contacts, each with unit, padded names, telephones and mail",
        "关于征集论文的通知\n各高校科协：\n请于9月1日前提交论文。\n联系方式：\n省科协学会部\n"
        "联系人：孙 丙 李丁丁\n电  话：（025）83000001、83000002\n"
        "传  真：025-83000003\nE-mail：a@example.org\n省科技厅基础处\n联系人：周戊\n手机：13800000000\n"
        "电子邮箱：b@example.org\n省科协\n2011年7月1日",
        {
            "contacts": (
                ("省科协学会部", ("孙丙", "李丁丁"), ("（025）83000001", "83000002"), "a@example.org"),
                ("省科技厅基础处", ("周戊",), ("13800000000",), "b@example.org"),
            ),
            "issuers": ("省科协",),
        },
    ),
    Sample(
        "persons with a telephone each on one line",
        "关于报送材料的通知\n各区科协：\n请于5月1日前报送材料。\n联系人：吴己，66000001；郑庚，66000002\n"
        "市科协\n2010年4月1日",
        {"contacts": ((None, ("吴己",), ("66000001",), None), (None, ("郑庚",), ("66000002",), None))},
    ),
    Sample(
        "hard line breaks by width, page numbers and a line printed again",
        "关于进一步加强基层防汛工作的紧急通知\n各乡镇（街道），县直有关部门：\n据气象部门预报，"
        "近期我县将出现强降雨天气过程，防\n汛形势严峻。为确保人民群众生命财产安全，现将有关事项\n"
        "紧急通知如下，请各乡镇（街道）和县直有关部门认真抓好\n- 1 -\n抓好落实，"
        "于七月一日前将落实情况报送县防汛抗旱指挥部\n办公室，联系电话二十四小时保持畅通，确保不出现任何疏\n漏。"
        "\n清江县防汛抗旱指挥部\n2013年6月20日\n",
        {
            "title": "关于进一步加强基层防汛工作的紧急通知",
            "issuers": ("清江县防汛抗旱指挥部",),
            "body_has": "请各乡镇（街道）和县直有关部门认真抓好落实，于七月一日前将落实情况报送县防汛抗旱指挥部办公室",
        },
    ),
    Sample(
        "an attachment that is a form stays with its notice",
        "关于报送名单的通知\n各单位：\n请于6月1日前报送名单。\n附件：报名表\n市总工会\n2019年5月5日\n附件\n"
        "报名表\n姓名\n性别\n单位\n联系电话：\n",
        {"attachments": ("报名表",), "issuers": ("市总工会",), "contacts": ()},
    ),
    Sample(
        "an attachment that is the notice passed on",
        "关于转发省文明办通知的通知\n各县区文明办：\n现将省文明办《关于开展文明交通行动的通知》转发给你们，"
        "请贯彻执行。\n市文明办\n2014年8月1日\n附件\n"
        "关于开展文明交通行动的通知\n川文明办〔2014〕22号\n各市州文明办：\n请于10月底前报送总结。\n省文明办\n"
        "2014年7月20日",
        {"forwards": ("川文明办〔2014〕22号", "关于开展文明交通行动的通知"), "issue_date": "2014-08-01"},
        ("notice", "notice"),
    ),
    Sample(
        "no title, no number: addressees and a duty",
        "各村（社区）：\n请于明天下午五点前将低保核查表交至民政办。\n镇民政办\n2020年4月7日",
        {"title": None, "issuers": ("镇民政办",), "addressees": ("各村（社区）",), "doubts": ("no_title",)},
    ),
    Sample(
        "an order with a serial number of the year",
        "沙河市安全生产委员会办公室\n2020年第5号\n关于开展安全隐患排查的通知\n各成员单位：\n请立即开展排查。\n"
        "沙河市安全生产委员会办公室\n2020-6-3",
        {
            "doc_number": "2020年第5号",
            "issuers": ("沙河市安全生产委员会办公室",),
            "issue_date": "2020-06-03",
            "addressees": ("各成员单位",),
        },
    ),
    Sample(
        "markup left in the text",
        "<p>关于报送材料的通知</p><p>各科室：</p><p>&nbsp;&nbsp;请于2020年6月1日前报送材料。"
        "</p><p>综合办公室</p><p>2020年5月1日</p>",
        {
            "title": "关于报送材料的通知",
            "issuers": ("综合办公室",),
            "issue_date": "2020-05-01",
            "addressees": ("各科室",),
        },
    ),
    Sample(
        "a letter to one body",
        "关于商请派员参加评审的函\n省气象局：\n为做好评审工作，请派员参加，并于8月5日前反馈回执。\n"
        "省应急管理厅\n2021年7月28日",
        {"title": "关于商请派员参加评审的函", "addressees": ("省气象局",), "issuers": ("省应急管理厅",)},
    ),
    Sample(
        "a party committee and its branches, letter-spaced labels",
        "中共石桥镇委员会关于开展主题党日活动的通知\n各 党 支 部 ：\n请各支部于每月20日前开展活动。\n"
        "联 系 人 ： 王 辛\n中共石桥镇委员会\n2019 年 1 月 4 日\n抄  送：县委组织部",
        {
            "title": "中共石桥镇委员会关于开展主题党日活动的通知",
            "issuers": ("中共石桥镇委员会",),
            "issue_date": "2019-01-04",
            "cc": ("县委组织部",),
            "contacts": ((None, ("王辛",), (), None),),
            "addressees": ("各党支部",),
        },
    ),
    Sample(
        "three bodies in a red head over three lines, no signature",
        "平原省教育厅\n平原省财政厅 文件\n平原省人力资源和社会保障厅\n平教师〔2016〕8号\n"
        "关于做好教师招聘工作的通知\n各市教育局、财政局、人力资源和社会保障局：\n请各地于8月底前报送招聘情况。\n",
        {
            "issuers": ("平原省教育厅", "平原省财政厅", "平原省人力资源和社会保障厅"),
            "doc_number": "平教师〔2016〕8号",
            "addressees": ("各市教育局", "各市财政局", "各市人力资源和社会保障局"),
            "issue_date": None,
        },
    ),
    Sample(
        "a notice and then news",
        "关于评选优秀组织单位的通知\n各分会：\n请于12月1日前申报。\n省力学学会\n2009年11月2日\n"
        "我会召开常务理事会\n11月1日，我会在省城召开常务理事会，听取了秘书处工作汇报，研究部署了下一年度工作。\n"
        "（秘书处）",
        {"issuers": ("省力学学会",), "addressees": ("各分会",), "issue_date": "2009-11-02"},
        ("notice", "news"),
    ),
    Sample(
        "a title with its number in brackets on the same line",
        "关于报送工作总结的通知（石教函〔2017〕5号）\n各直属学校：\n请于1月10日前报送。\n石城县教育局\n"
        "二○一七年一月三日",
        {
            "title": "关于报送工作总结的通知",
            "doc_number": "石教函〔2017〕5号",
            "issue_date": "2017-01-03",
            "addressees": ("各直属学校",),
        },
    ),
    Sample(
        "red head and number run together, signature and day run on after the last sentence",
        "东山市教育局文件东教办〔2021〕15号\n关于开展安全检查的通知\n各学校：\n"
        "请各学校于3月15日前上报自查报告。特此通知。东山市教育局2021年3月1日",
        {
            "doc_number": "东教办〔2021〕15号",
            "title": "关于开展安全检查的通知",
            "issuers": ("东山市教育局",),
            "issue_date": "2021-03-01",
        },
    ),
    Sample(
        "number, addressees and text without a break between them",
        "汇府办[2015]29号各县(市、区)人民政府,市政府各部门:现将《省府办公厅关于清理办事机构的通知》"
        "(省府办[2015]22号)转发给你们,请一并贯彻执行。",
        {
            "doc_number": "汇府办[2015]29号",
            "addressees": ("各县(市、区)人民政府", "市政府各部门"),
            "forwards": ("省府办[2015]22号", "省府办公厅关于清理办事机构的通知"),
            "title": None,
        },
    ),
    Sample(
        "a title of one word, letter-spaced",
        "通  知\n各科室：\n  请于本周五前将半年总结交办公室。\n    办公室  2019年6月25日",
        {"title": "通知", "issuers": ("办公室",), "issue_date": "2019-06-25"},
    ),
    Sample(
        "spaces strewn by a scanner",
        "关于进一步做好 2021 年高考 期间有关 工作的通 知\n各县 (市、区) 教育局 、公安局 ：\n"
        "为 确保高考顺利进行， 现将有关 事项通知 如下 ：\n一 、加强组织 领导\n"
        "二 、做好 信息 报送。请于 6 月 5 日前 将工作方案 报 市教育局 。\n北原市教育局      北原市公安局\n"
        "2021 年 5 月 28 日",
        {
            "title": "关于进一步做好2021年高考期间有关工作的通知",
            "addressees": ("各县(市、区)教育局", "各县(市、区)公安局"),
            "issuers": ("北原市教育局", "北原市公安局"),
            "issue_date": "2021-05-28",
            "sections": (("一", "加强组织领导"), ("二", "做好信息报送")),
        },
    ),
    Sample(
        "a table of the web page above the notice tells number and title",
        "• 索引号:\n   6107280000/2024-001005\n• 发文机关: 南关县人民政府\n• 发文字号: 南政办〔2022〕15号\n"
        "• 成文日期: 2022-03-26 发布日期: 2022-03-27\n南关县人民政府办公室\n关于印发防汛应急预案的通知\n"
        "各乡、镇人民政府，县政府各部门：\n现将《防汛应急预案》印发给你们，请认真贯彻落实。\n",
        {
            "doc_number": "南政办〔2022〕15号",
            "title": "南关县人民政府办公室关于印发防汛应急预案的通知",
            "issuers": ("南关县人民政府办公室",),
            "issue_date": "2022-03-26",
        },
    ),
    Sample(
        "a line of addressees that ends in the wrong sign, over two lines",
        "关于做好年报工作的通知\n各县（市、区）科技局、统计局，高新区、经开区管委会，市直\n有关单位，各有关企业；\n"
        "  现就做好年报工作通知如下：\n  一、报送时间。请于2020年1月20日前报送。\n        北原市科学技术局\n"
        "        2019年12月18日",
        {
            "addressees": (
                "各县（市、区）科技局",
                "各县（市、区）统计局",
                "高新区管委会",
                "经开区管委会",
                "市直有关单位",
                "各有关企业",
            ),
            "issuers": ("北原市科学技术局",),
        },
    ),
)

NOT_DIRECTIVES = {
    "empty": "  \n\n\t",
    "not_chinese": "To all members: please hand in the report by June 10, 2020.\nThe Secretary",
    "numbers": "\n".join(f"{row} {row * 3} {row * 7} 2020-06-{row:02}" for row in range(1, 25)),
    "verse": "春来江水绿\n秋去雁声寒\n明月照流水\n清风过远山\n",
    "statement": "关于2021年先进集体拟表彰对象的公示\n根据评选办法，现将拟表彰对象予以公示，公示期为5个工作日。"
    "\n市科协\n2021年5月10日",
    "to_superior": "关于追加经费的请示\n市财政局：\n因工作需要，申请追加经费5万元。\n妥否，请批示。\n市科协\n"
    "2021年5月10日",
    "meeting_news": "市科协召开全委会\n3月5日，市科协召开全委会。\n会议要求，全市各级科协组织要抓好落实。\n"
    "一要强化学习。要读原著。\n二要改进作风。要深入基层。",
    "news": "我市科普大篷车开进山村\n本报讯 4月9日，市科协组织科普大篷车来到青山村小学，"
    "为孩子们带来了一场丰富多彩的科普展览，受到师生热烈欢迎。",
    "plan_alone": "青山市科普日活动方案\n为办好科普日活动，制定本方案。\n一、活动时间\n9月中旬。",
}
