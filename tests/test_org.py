"""The org: its shape is checked, networkx agrees, phrases find the right units."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chain, in_subprocess, one_line, two_lines, unit, wide

from xiada.engine.errors import LimitExceeded, Malformed, NotFound
from xiada.engine.org import Org, Select, Unit, lines_of

# Shape


@st.composite
def units(draw: st.DrawFn) -> list[Unit]:
    """Draw up to nine units in up to two lines, superiors anywhere: most of them are no org."""
    names = [f"u{n}" for n in range(draw(st.integers(1, 9)))]
    found = []
    for place, name in enumerate(names):
        likely = names[:place] if draw(st.booleans()) else names
        superiors = {line: draw(st.sampled_from(likely or names)) for line in draw(st.sets(st.sampled_from("ab")))}
        found.append(unit(name, line=draw(st.sampled_from("aab")), superiors=tuple(sorted(superiors.items()))))
    return found


def graph(members: list[Unit], line: str) -> networkx.DiGraph:
    """Return one line as networkx sees it, superiors pointing down."""
    found = networkx.DiGraph()
    for one in members:
        if line in lines_of(one):
            found.add_node(one.id)
            found.add_edges_from((above, one.id) for name, above in one.superiors if name == line)
    return found


@given(units())
def test_networkx_and_the_org_agree_on_what_is_a_tree_in_every_line(members: list[Unit]) -> None:
    lines = sorted({line for one in members for line in lines_of(one)})
    graphs = {line: graph(members, line) for line in lines}
    by_id = {one.id: one for one in members}
    inside = all(line in lines_of(by_id[above]) for one in members for line, above in one.superiors)
    trees = inside and all(networkx.is_arborescence(found) for found in graphs.values())
    try:
        org = Org(members).check()
    except Malformed:
        assert not trees
        return
    assert trees
    for line, found in graphs.items():
        for one in found:
            assert {below.id for below in org.below(one, line, depth=None)} == networkx.descendants(found, one)
            assert [below.id for below in org.below(one, line)] == [
                other.id for other in org.below(one, line, depth=None) if org.superior(other.id, line) == one
            ]
            assert {below.id for below in org.below(one, line)} == set(found.successors(one))
            for other in found:
                assert org.is_below(other, one, line) == (other in networkx.descendants(found, one))


@given(units())
def test_superiors_first_is_a_topological_order_or_a_refusal(members: list[Unit]) -> None:
    whole = networkx.DiGraph([(above, one.id) for one in members for _, above in one.superiors])
    if not networkx.is_directed_acyclic_graph(whole):
        return  # see test_superiors_that_go_round_across_lines_are_refused
    try:
        ordered = [one.id for one in Org(members).superiors_first()]
    except Malformed:
        return
    assert sorted(ordered) == sorted(one.id for one in members)
    place = {name: number for number, name in enumerate(ordered)}
    assert all(place[above] < place[one.id] for one in members for _, above in one.superiors)


@pytest.mark.parametrize(
    ("members", "code", "named"),
    [
        ([unit("a"), unit("a")], "duplicate_unit", {"unit": "a"}),
        ([unit("a", "b")], "unknown_superior", {"unit": "a", "superior": "b"}),
        ([unit("a"), unit("b")], "two_tops", {"line": "main", "units": ["a", "b"]}),
        ([unit("a", "a")], "cycle", {"line": "main", "units": ["a", "a"]}),
        ([unit("a"), unit("b", "c"), unit("c", "b")], "cycle", {"line": "main", "units": ["b", "c", "b"]}),
        ([unit("a", "b"), unit("b", "c"), unit("c", "b")], "cycle", {"line": "main", "units": ["b", "c", "b"]}),
        (
            [unit("a"), unit("b", superiors=(("main", "a"), ("main", "a")))],
            "two_superiors",
            {"unit": "b"},
        ),
        (
            [unit("a"), unit("b", line="other", superiors=(("other", "a"),))],
            "superior_outside_line",
            {"unit": "b", "superior": "a", "line": "other"},
        ),
    ],
)
def test_what_is_no_tree_is_refused_and_the_units_are_named(
    members: list[Unit], code: str, named: dict[str, object]
) -> None:
    with pytest.raises(Malformed) as caught:
        Org(members).check()
    assert caught.value.code == code
    assert caught.value.data == named
    assert caught.value.remedy


@pytest.mark.parametrize(
    "members",
    [
        "unit('a', 'b'), unit('b', 'a')",
        "unit('a', line='m', superiors=(('n', 'b'),)), unit('b', line='n', superiors=(('m', 'a'),))",
    ],
    ids=["in one line", "across lines"],
)
def test_superiors_that_go_round_across_lines_are_refused(members: str) -> None:
    """In a process of its own, for a walk that never ends would fill the memory of this one."""
    done = in_subprocess(
        f"""
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        from support import unit
        from xiada.engine.engine import Engine
        from xiada.engine.errors import XiadaError
        from xiada.engine.org import Org
        engine = Engine.create("memory:", "xiada.test/x")
        try:
            engine.load_org(Org([{members}]))
        except XiadaError as error:
            print(error.code, engine.head().size)
        """,
        timeout_s=10,
    )
    assert done.stdout.split() == ["cycle", "0"], done.stderr


def test_an_empty_org_is_an_org() -> None:
    org = Org([]).check()
    assert (len(org), org.lines, org.tops(), org.superiors_first()) == (0, (), {}, [])


@pytest.mark.parametrize("name", ["", "A", "a b", "a" * 65, "é", "a/b", "\u202ea", "a\ud800", None])
def test_a_unit_id_is_an_identifier(name: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_identifier"):
        Unit(name, "A", "k", "l", "m")


@pytest.mark.parametrize("name", ["org", "clock"])
def test_the_registrar_and_the_clock_are_no_bodies(name: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "reserved_id"):
        Unit(name, "A", "k", "l", "m")


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("", Malformed, "empty_text"),
        ("\u3000", Malformed, "empty_text"),
        ("a\ud800", Malformed, "bad_character"),
        ("a\u202eb", Malformed, "bad_character"),
        ("a\x00b", Malformed, "bad_character"),
        ("a\ufeffb", Malformed, "bad_character"),
        ("e\u0301", Malformed, "not_nfc"),
        ("下" * 201, LimitExceeded, "text_too_long"),
    ],
    ids=ascii,
)
def test_a_units_names_are_clean_text(name: str, kind: type[Malformed], code: str) -> None:
    for fields in ({"name": name}, {"name": "A", "aliases": ("B", name)}, {"name": "A", "region": name}):
        with pytest.raises(kind, check=lambda error: error.code == code):
            Unit("a", kind="k", level="l", line="m", **fields)  # type: ignore[arg-type]


# Questions


def test_an_org_answers_who_is_above_below_and_between() -> None:
    org = one_line()
    assert org.superior("t111", "main") == "d11"
    assert org.superior("p", "main") is org.superior("p", "none") is org.superior("nobody", "main") is None
    assert [one.id for one in org.below("c1", "main")] == ["d11", "d12"]
    assert [one.id for one in org.below("c1", "main", depth=None)] == ["d11", "t111", "d12"]
    assert [one.id for one in org.below("p", "main", depth=2)] == ["c1", "d11", "d12", "c2", "d21", "c3", "d31"]
    assert list(org.below("p", "other")) == list(org.below("nobody", "main")) == []
    assert org.between("t111", "p", "main") == ("d11", "c1")
    assert org.between("c1", "p", "main") == ()
    assert org.is_below("t111", "p", "main")
    assert not org.is_below("p", "p", "main")
    assert not org.is_below("d21", "c1", "main")
    assert "p" in org
    assert org.unit("p").level == "province"
    with pytest.raises(NotFound, check=lambda error: error.data["unit"] == "nobody"):
        org.unit("nobody")


def test_a_unit_may_stand_in_two_lines() -> None:
    org = two_lines().check()
    assert org.lines == ("assoc", "gov")
    assert org.tops() == {"assoc": "a", "gov": "g"}
    assert (org.superior("u", "assoc"), org.superior("u", "gov")) == ("a1", "g1")
    assert not org.is_below("a11", "g", "gov")


def test_siblings_keep_the_order_they_were_given_in() -> None:
    assert [one.id for one in wide(12).below("p", "main")] == [f"c{n}" for n in range(1, 13)]


def test_a_chain_of_ten_thousand_needs_no_recursion() -> None:
    org = chain(10_000).check()
    assert len(org.between("u10000", "u1", "main")) == 9_998
    assert [one.id for one in org.superiors_first()[:2]] == ["u1", "u2"]
    assert [one.id for one in Org(reversed(list(org))).superiors_first()[:2]] == ["u1", "u2"]


def test_a_hundred_thousand_units_are_an_org() -> None:
    members = [unit("u0"), *(unit(f"u{n}", f"u{(n - 1) // 10}") for n in range(1, 100_000))]
    org = Org(members).check()
    assert sum(1 for _ in org.below("u0", "main", depth=None)) == 99_999
    assert org.is_below("u99999", "u9", "main")
    assert len(org.superiors_first()) == 100_000


def test_a_ring_of_a_hundred_thousand_is_found_and_shown_in_part() -> None:
    done = in_subprocess(
        """
        from support import unit
        from xiada.engine.errors import Malformed
        from xiada.engine.org import Org
        try:
            Org([unit(f"u{n}", f"u{(n + 1) % 100_000}") for n in range(100_000)]).check()
        except Malformed as error:
            print(error.code, len(error.data["units"]) <= 100, len(str(error)) < 500)
        """,
        timeout_s=10,
    )
    assert done.stdout.split() == ["cycle", "True", "True"], done.stderr


# Phrases


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        (Select(), ("c1", "c2", "c3")),
        (Select(level="city"), ("c1", "c2", "c3")),
        (Select(level=("city", "county"), depth=None), ("c1", "d11", "d12", "c2", "d21", "c3", "d31")),
        (Select(level="county"), ()),
        (Select(level="county", depth=2), ("d11", "d12", "d21", "d31")),
        (Select(ids=("t111", "c2")), ("t111", "c2")),
        (Select(ids=("t111",), depth=1), ("t111",)),
        (Select(exclude=("c2",)), ("c1", "c3")),
        (Select(kind="office", line="main"), ("c1", "c2", "c3")),
        (Select(kind="other"), ()),
        (Select(region="south"), ()),
        (Select(ids=("p",)), ()),
    ],
)
def test_a_phrase_finds_units_below_in_the_orgs_order(phrase: Select, found: tuple[str, ...]) -> None:
    assert phrase.units(one_line(), "p", "main") == found


def test_a_phrase_in_another_line_finds_nobody() -> None:
    assert Select().units(one_line(), "p", "other") == ()
    assert Select(line="assoc").units(two_lines(), "g1", "gov") == ("u",)
    assert Select(line="gov").units(two_lines(), "g1", "gov") == ("g11", "g12")


def test_a_phrase_that_names_nobody_known_is_refused() -> None:
    with pytest.raises(NotFound, check=lambda error: error.code == "unknown_unit"):
        Select(ids=("nobody",)).units(one_line(), "p", "main")


def test_who_was_chosen_by_a_person_is_still_the_same_phrase() -> None:
    assert Select(level="city", selective=True) == Select(level="city")
