"""The line of addressees: prefixes and suffixes are shared out, set phrases stay whole, and words tell what the"
"y tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiada.workflows.intake.addressed import described
from xiada.workflows.intake.addressees import split_addressees
from xiada.workflows.intake.passage import Passage


def names(line: str) -> list[str]:
    """Return the names a line is split into."""
    return [one.name for one in split_addressees(Passage.of(line))]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("各地级以上市科协、科技局(委)", ["各地级以上市科协", "各地级以上市科技局(委)"]),
        ("各市及省直管县科协", ["各市科协", "省直管县科协"]),
        ("甲山、乙水县科协，丙州、丁城市科协", ["甲山县科协", "乙水县科协", "丙州市科协", "丁城市科协"]),
        ("甲山州、乙水市教育局", ["甲山州教育局", "乙水市教育局"]),
        (
            "各省、自治区、直辖市科协、科技厅（委、局）",
            ["各省、自治区、直辖市科协", "各省、自治区、直辖市科技厅（委、局）"],
        ),
        ("各省、自治区、直辖市及计划单列市教育厅（教委）", ["各省、自治区、直辖市及计划单列市教育厅（教委）"]),
        ("新疆生产建设兵团科协、科技局", ["新疆生产建设兵团科协", "新疆生产建设兵团科技局"]),
        ("各省辖市、省直管县(市)发展改革委", ["各省辖市发展改革委", "省直管县(市)发展改革委"]),
        ("各县（市、区）教育局、财政局，市直各学校", ["各县（市、区）教育局", "各县（市、区）财政局", "市直各学校"]),
        ("各省级学会、协会、研究会，各高校科协、企业科协", ["各省级学会、协会、研究会", "各高校科协", "企业科协"]),
        ("各乡镇人民政府、街道办事处，县直各单位", ["各乡镇人民政府", "街道办事处", "县直各单位"]),
        ("各乡镇（街道），县直有关部门", ["各乡镇（街道）", "县直有关部门"]),
        ("各镇党委、人民政府，县直各部门、单位", ["各镇党委", "各镇人民政府", "县直各部门、单位"]),
        ("九三学社各市委会及省直属组织", ["九三学社各市委会", "九三学社省直属组织"]),
        ("广州、深圳市教育局", ["广州市教育局", "深圳市教育局"]),
        ("各设区市、海东综合实验区教育局，省属中小学校", ["各设区市教育局", "海东综合实验区教育局", "省属中小学校"]),
        ("市政府有关部门市直有关单位", ["市政府有关部门", "市直有关单位"]),
        ("各市、县（区）科协", ["各市科协", "各县（区）科协"]),
        ("各县、区人民政府", ["各县、区人民政府"]),
        ("某税总局各市、州税务局", ["某税总局各市、州税务局"]),
        ("各市、省直管县民政局、财政局", ["各市民政局", "省直管县民政局", "各市财政局", "省直管县财政局"]),
        ("各会员单位；各分会", ["各会员单位", "各分会"]),
        ("机关各部门，各直属单位", ["机关各部门", "各直属单位"]),
    ],
)
def test_a_line_is_split_as_a_reader_understands_it(line: str, wanted: list[str]) -> None:
    assert names(line) == wanted


@pytest.mark.parametrize(
    ("name", "kind", "level", "line"),
    [
        ("各地级以上市科协", "association", ("city",), "科协"),
        ("各县级以上科协", "association", ("city", "county"), "科协"),
        ("各市、县科协", "association", ("city", "county"), "科协"),
        ("各高校科协", "university_association", (), "科协"),
        ("企业科协", "enterprise_association", (), "科协"),
        ("各地级以上市科技局(委)", "science_bureau", ("city",), "科技"),
        ("各县（市、区）教育局", "bureau", ("county",), "教育"),
        ("顺水区民政和人力资源社会保障局", "bureau", ("county",), "民政和人力资源社会保障"),
        ("各市残联", "association", ("city",), "残联"),
        ("各乡镇人民政府", "government", ("township",), None),
        ("各村（社区）", "village_committee", ("village",), None),
        ("市直各学校", "school", ("city",), None),
        ("各高等学校", "university", (), None),
        ("各公立医院", "hospital", (), None),
        ("各基层工会", "union", (), "工会"),
        ("各团总支", "youth_league", (), None),
        ("各党支部", "party_committee", (), None),
        ("各分公司", "enterprise", (), None),
        ("全体教师", "person", (), None),
        ("九三学社各市委会", "democratic_party", ("city",), "九三学社"),
        ("各月饼", None, (), None),
    ],
)
def test_words_tell_sort_levels_and_line(name: str, kind: str | None, level: tuple[str, ...], line: str | None) -> None:
    one = described(name, (0, len(name)))
    assert (one.kind, one.level, one.line) == (kind, level, line)


def test_societies_are_of_the_line_of_the_association_only_where_it_is_named() -> None:
    with_association = split_addressees(Passage.of("各省级学会，各市科协"))
    assert with_association[0].line == "科协"
    assert split_addressees(Passage.of("各省级学会"), ["省科协"])[0].line == "科协"
    assert split_addressees(Passage.of("各省级学会"), ["省民政厅"])[0].line is None


def test_those_concerned_are_selective_and_what_leans_on_them_too() -> None:
    assert [one.selective for one in split_addressees(Passage.of("有关高校科协、企业科协，各市科协"))] == [
        True,
        True,
        False,
    ]


def test_the_issuer_s_own_departments_and_units_are_internal_and_those_of_a_government_are_not() -> None:
    line = Passage.of("省科协机关各部室、直属各单位，省政府各部门、各直属机构")
    assert [one.internal for one in split_addressees(line)] == [True, True, False, False]


def test_each_addressee_knows_where_it_stands() -> None:
    line = "各市科协、科技局，各高校科协"
    spans = [one.span for one in split_addressees(Passage.of(line, 100))]
    assert [line[start - 100 : stop - 100] for start, stop in spans] == ["各市科协", "科技局", "各高校科协"]


@given(st.text(alphabet="各有关市县区省、，及（）()科协技局委学会协部室直属单位 ", max_size=60))
def test_any_line_is_split_into_parts_of_itself(line: str) -> None:
    for one in split_addressees(Passage.of(line)):
        assert one.name
        assert 0 <= one.span[0] <= one.span[1] <= len(line)
