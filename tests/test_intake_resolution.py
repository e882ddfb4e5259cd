"""Addressees resolved to units: by name, by kind and level, by what bodies are called, and not at all."""

from __future__ import annotations

import pytest

from xiada.engine.errors import NotFound
from xiada.engine.org import Org, Select, Unit
from xiada.engine.orgfile import parse_org
from xiada.workflows import joint_forward
from xiada.workflows.intake.resolution import Resolution, doubts_of, line_of, resolve, selected, together, unit_named
from xiada.workflows.intake.values import Addressee

BUREAUS = """\
id,name,kind,level,line,superior,aliases
moa,农业部,ministry,national,farm,,
sd,山东省农业厅,bureau_of_farming,province,farm,moa,
jn,济南市农业局,bureau_of_farming,city,farm,sd,
qd,青岛市农业委员会,bureau_of_farming,city,farm,sd,
lc,历城区农业局,bureau_of_farming,county,farm,jn,
sd-station,山东省农技推广总站,station,province,farm,sd,
"""


@pytest.fixture(scope="module")
def org() -> Org:
    """Return the org of the joint cascade of 2020: two lines, 199 units."""
    return joint_forward.org()


@pytest.fixture(scope="module")
def bureaus() -> Org:
    """Return an org of another line, whose kinds the intake has no word for."""
    return parse_org(BUREAUS, source="x.csv", csv_form=True)


def many(name: str, kind: str | None, *level: str, line: str | None = "科协", selective: bool = False) -> Addressee:
    """Return an addressee."""
    return Addressee(name=name, kind=kind, level=level, line=line, selective=selective)


CITIES = many("各地级以上市科协", "association", "city")
PROVINCES = many("各省、自治区、直辖市科协", "association", "province")
CORPS = many("新疆生产建设兵团科协", "association", "province")
SOCIETIES = many("中国科协所属各全国学会、协会、研究会", "national_society", "national")
UNIVERSITIES = many("有关高校科协", "university_association", selective=True)


def test_all_cities_of_a_province_are_its_twenty_one_cities(org: Org) -> None:
    found = resolve([CITIES], org, "gd-ast", "association")
    assert len(found.units) == 21
    assert {org.unit(unit).level for unit in found.units} == {"city"}


def test_provinces_are_the_provinces_and_the_corps_is_one_body_by_its_short_name(org: Org) -> None:
    found = resolve([PROVINCES, CORPS, SOCIETIES], org, "cast", "association")
    assert [len(one.units) for one in found.matched] == [32, 1, 30]
    assert found.matched[1].units == ("xpcc-ast",)
    assert found.matched[1].select == Select(ids=("xpcc-ast",))
    assert len(found.units) == 62


def test_from_county_level_up_means_cities_and_counties_however_deep() -> None:
    units = [
        Unit("p", "甲省科协", "association", "province", "kx"),
        Unit("c", "乙市科协", "association", "city", "kx", (("kx", "p"),)),
        Unit("d", "丙县科协", "association", "county", "kx", (("kx", "c"),)),
        Unit("e", "丁镇科协", "association", "township", "kx", (("kx", "d"),)),
    ]
    above = many("各县级以上科协", "association", "city", "county")
    assert resolve([above], Org(units), "p", "kx").units == ("c", "d")


def test_a_phrase_without_a_level_means_subordinates_if_there_are_such_else_those_further_down(org: Org) -> None:
    enterprises = many("企业科协", "enterprise_association")
    assert set(resolve([enterprises], org, "gd-ast", "association").units) < {unit.id for unit in org}
    assert all(org.superior(unit, "association") == "gd-ast" for unit in resolve([enterprises], org, "gd-ast",
                                                                                 "association").units)  # fmt: skip
    far = resolve([enterprises], org, "cast", "association").units
    assert far
    assert all(org.superior(unit, "association") != "cast" for unit in far)


def test_those_concerned_are_candidates_and_never_chosen(org: Org) -> None:
    found = resolve([UNIVERSITIES], org, "cast", "association")
    assert found.units == ()
    assert found.matched == ()
    assert len(found.candidates[0].units) > 1
    assert [doubt.code for doubt in doubts_of([found])] == ["selective_addressee"]


def test_addressees_of_another_line_stand_elsewhere_and_are_found_below_the_other_issuer(org: Org) -> None:
    bureaus = many("各省、自治区、直辖市科技厅（委、局）", "science_bureau", "province", line="科技")
    both = [PROVINCES, bureaus]
    names = {"association": "科协", "science": "科技"}
    first, second = resolve(both, org, "cast", "association", names), resolve(both, org, "most", "science", names)
    assert (first.elsewhere, second.elsewhere) == ((bureaus,), (PROVINCES,))
    assert (len(first.units), len(second.units)) == (32, 32)
    assert together([first, second]) == ()


def test_a_line_is_known_by_its_given_name_or_by_what_its_units_are_called(org: Org, bureaus: Org) -> None:
    assert line_of("科技", org, {"science": "科技"}) == "science"
    assert line_of("科技", org, {}) == "science"
    assert line_of("科协", org, {}) == "association"
    assert line_of("association", org, {}) == "association"
    assert line_of("农业", bureaus, {}) == "farm"
    assert line_of("残联", bureaus, {}) is None


def test_a_body_that_is_not_in_the_org_matches_nothing_though_its_kind_is_there(org: Org) -> None:
    single = many("某省科协", "association", "province")
    found = resolve([single], org, "cast", "association")
    assert (found.matched, found.unmatched) == ((), (single,))
    assert [doubt.code for doubt in doubts_of([found])] == ["unknown_addressee"]


def test_a_phrase_of_a_level_the_org_has_not_matches_nothing(org: Org) -> None:
    counties = many("各县科协", "association", "county")
    assert resolve([counties], org, "gd-ast", "association").unmatched == (counties,)


def test_where_the_org_has_other_kinds_units_are_found_by_what_they_are_called(bureaus: Org) -> None:
    cities = many("各市农业局", "agriculture_bureau", "city", line=None)
    assert resolve([cities], bureaus, "sd", "farm").units == ("jn",)
    with_others = many("各市农业局（委）", None, "city", line=None)
    assert resolve([with_others], bureaus, "sd", "farm").units == ("jn", "qd")


def test_short_names_are_compared_in_full_and_a_noun_never_ends_another_body(bureaus: Org) -> None:
    units = [
        Unit("p", "甲省科学技术协会", "x", "province", "kx"),
        Unit("c", "乙市科学技术协会", "x", "city", "kx", (("kx", "p"),)),
        Unit("s", "乙市物理协会", "y", "city", "kx", (("kx", "p"),)),
        Unit("f", "乙市财政局", "y", "city", "kx", (("kx", "p"),)),
        Unit("w", "乙市科技委", "y", "city", "kx", (("kx", "p"),)),
    ]
    org = Org(units)
    assert unit_named("甲省科协", org) is org.unit("p")
    for name, ids in {"各市科协": ("c",), "各市协会": ("s",), "各市民政局": (), "各市科学技术委员会": ("w",)}.items():
        assert resolve([many(name, None, "city", line=None)], org, "p", "kx").units == ids
    assert resolve([many("各市科协", None, "city")], org, "p", "kx").units == ("c",)


def test_a_line_the_org_does_not_know_and_a_kind_of_any_trade_choose_nobody(org: Org, bureaus: Org) -> None:
    disabled = many("各地级以上市残联", "association", "city", line="残联")
    assert resolve([disabled], org, "gd-ast", "association").unmatched == (disabled,)
    civil = many("各市民政局", "bureau_of_farming", "city", line="民政")
    any_trade = many("各市民政局", "bureau", "city", line=None)
    assert resolve([civil, any_trade], bureaus, "sd", "farm").units == ()


def test_levels_are_known_by_the_words_org_files_use() -> None:
    units = [
        Unit("top", "中国科协", "association", "nation", "kx"),
        Unit("p", "甲省科协", "association", "provincial", "kx", (("kx", "top"),)),
    ]
    assert resolve([PROVINCES], Org(units), "top", "kx").units == ("p",)


def test_departments_of_the_issuer_are_passed_over(org: Org) -> None:
    own = Addressee(name="机关各部门", internal=True)
    assert resolve([own], org, "cast", "association") == Resolution(forwarder="cast", line="association")


def test_an_unknown_forwarder_is_refused(org: Org) -> None:
    with pytest.raises(NotFound):
        resolve([CITIES], org, "nobody", "association")


def test_a_unit_is_found_by_name_or_alias_and_not_where_two_bear_it(org: Org) -> None:
    assert getattr(unit_named("中国科协", org), "id", None) == "cast"
    assert getattr(unit_named("中华人民共和国科学技术部", org), "id", None) == "most"
    assert unit_named("无此单位", org) is None
    twins = Org([Unit("a", "甲", "x", "y", "z"), Unit("b", "乙", "x", "y", "w", aliases=("甲",))])
    assert unit_named("甲", twins) is None


def test_a_phrase_is_read_below_whichever_issuer_has_such_units(org: Org) -> None:
    bureaus = many("各省级科技厅（委、局）", "science_bureau", "province", line="科技")
    found = selected(bureaus, org, [("cast", "association"), ("most", "science")])
    assert found is not None
    assert (found.kind, found.level) == (("science_bureau",), ("province",))
    assert selected(many("无此单位", None), org, [("cast", "association")]) is None
