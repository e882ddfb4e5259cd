"""Org files: what is wrong is refused by file, row and field; nothing is guessed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import in_subprocess

from xiada.engine.errors import Malformed
from xiada.engine.org import Org
from xiada.engine.orgfile import OPTIONAL, REQUIRED, load_org, parse_org

HEADER = "id,name,kind,level,line,superior,region,aliases\n"
YAML = """\
units:
  - {id: p, name: Province, kind: office, level: province, line: main}
  - id: c1
    name: 广州
    kind: office
    level: city
    line: main
    superior: p
    region: south
    aliases: [Canton, "no"]
  - {id: c2, name: 2020-01-01, kind: office, level: city, line: main, superior: {main: p}}
"""
CSV = (
    HEADER
    + "p,Province,office,province,main,,,\n"
    + "c1,广州,office,city,main,p,south,Canton;no\n"
    + "c2,2020-01-01,office,city,main,main=p,,\n"
)


def read(text: str) -> Org:
    """Read CSV if it has a header, else YAML."""
    return parse_org(text, source="org.x", csv_form=not text.lstrip().startswith(("units", "-", "[", "{", "&", "a0")))


@pytest.mark.parametrize("text", [YAML, CSV], ids=["yaml", "csv"])
def test_both_forms_say_the_same(text: str) -> None:
    org = read(text)
    assert [one.id for one in org] == ["p", "c1", "c2"]
    city = org.unit("c1")
    assert (city.name, city.region, city.aliases, city.superiors) == (
        "广州",
        "south",
        ("Canton", "no"),
        (("main", "p"),),
    )
    assert org.unit("c2").name == "2020-01-01", "everything is text"


def test_two_lines_are_written_as_a_mapping() -> None:
    tops = "a,A,k,l,x,,,\nb,B,k,l,y,,,\n"
    assert read(HEADER + tops + "u,U,k,l,x,x=a;y=b,,\n").unit("u").superiors == (("x", "a"), ("y", "b"))


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".csv", ".CSV"])
def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"org{suffix}"
    path.write_text("\ufeff" + (CSV if suffix.lower() == ".csv" else YAML), "utf-8")
    assert len(load_org(path)) == 3


def test_reading_says_how_far_it_is() -> None:
    rows = "".join(f"c{n},C,office,city,main,p,,\n" for n in range(2_500))
    seen: list[int] = []
    parse_org(HEADER + "p,P,office,province,main,,,\n" + rows, source="x", csv_form=True, progress=seen.append)
    assert seen == [1_000, 2_000]


TOP = "p,P,office,province,main,,,\n"
BAD = [
    (HEADER + TOP + "c,C,office,city,main,q,,\n", "unknown_superior", 3, "superior"),
    (HEADER + TOP + "p,Q,office,city,main,p,,\n", "duplicate_unit", 3, "id"),
    (HEADER + TOP + "q,Q,office,city,main,,,\n", "two_tops", 2, "superior"),
    (HEADER + TOP + "a,A,office,city,main,b,,\nb,B,office,city,main,a,,\n", "cycle", 3, "superior"),
    (HEADER + TOP + "c,C,office,city,main,main=p;main=p,,\n", "two_superiors", 3, "superior"),
    (HEADER + TOP + "c,C,office,city,other,p,,\n", "superior_outside_line", 3, "superior"),
    (HEADER + TOP + "c,,office,city,main,p,,\n", "missing_field", 3, "name"),
    (HEADER + TOP + ",C,office,city,main,p,,\n", "missing_field", 3, "id"),
    (HEADER + TOP + "C 1,C,office,city,main,p,,\n", "bad_identifier", 3, "id"),
    (HEADER + TOP + "c,C,Office!,city,main,p,,\n", "bad_identifier", 3, "kind"),
    (HEADER + TOP + "org,C,office,city,main,p,,\n", "reserved_id", 3, "id"),
    (HEADER + TOP + "c,C\u202eX,office,city,main,p,,\n", "bad_character", 3, "name"),
    (HEADER + TOP + "c,C\x00X,office,city,main,p,,\n", "bad_character", 3, "name"),
    (HEADER + TOP + "c,C\ud800X,office,city,main,p,,\n", "bad_character", 3, "name"),
    (HEADER + TOP + "c,e\u0301,office,city,main,p,,\n", "not_nfc", 3, "name"),
    (HEADER + TOP + f"c,{'x' * 201},office,city,main,p,,\n", "text_too_long", 3, "name"),
    (HEADER + TOP + "c,C,office,city,main,p,,a;b\u202e\n", "bad_character", 3, "aliases"),
    (HEADER + TOP + "c,C,office,city,main,p,s\u202e,\n", "bad_character", 3, "region"),
    (HEADER + TOP + "c,C,office,city,main,p,,,extra\n", "bad_row", 3, "id"),
    (HEADER + TOP + "c,C,office\n", "bad_row", 3, "id"),
    (HEADER + TOP + 'c,"C,office,city,main,p,,\n', "bad_csv", 3, "id"),
    (HEADER + TOP + f"c,{'x' * 1_000_000},office,city,main,p,,\n", "bad_csv", 3, "id"),
    (HEADER.replace("region", "colour") + TOP, "unknown_field", 2, "colour"),
    (HEADER.replace("region", "superior") + TOP, "duplicate_field", 1, "superior"),
    ("id,name,kind,level\np,P,office,province\n", "missing_field", 2, "line"),
    (HEADER, "empty_org", 1, "units"),
    ("", "empty_org", 1, "units"),
    ("units: []", "empty_org", 1, "units"),
    ("units:", "empty_org", 1, "units"),
    ("units: 7", "empty_org", 1, "units"),
    ("- id: p", "bad_row", 1, "units"),
    ("units:\n- p\n", "bad_row", 2, "units"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, superior: r}\n", "unknown_superior", 2, "superior"),
    ("units:\n- {id: p, id: q, name: P, kind: k, level: l, line: m}", "duplicate_field", 2, "id"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, colour: red}", "unknown_field", 2, "colour"),
    ("units:\n- {id: [p], name: P, kind: k, level: l, line: m}", "missing_field", 2, "id"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, superior: [q]}", "bad_field", 2, "superior"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, aliases: x}", "bad_field", 2, "aliases"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, aliases: [[x]]}", "bad_field", 2, "aliases"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, region: [x]}", "empty_text", 2, "region"),
    ("units:\n- {id: p, name: P, kind: k, level: l, line: m, superior: {m: q, m: r}}", "two_superiors", 2, "superior"),
    ("units: [\n", "bad_yaml", 2, "units"),
    ("units:\n  - {id: 'p}\n", "bad_yaml", 3, "units"),
    ("units: *nobody", "yaml_alias", 1, "units"),
    ("units: []\n---\nunits: []", "bad_yaml", 2, "units"),
    ("units: \x00", "bad_yaml", 1, "units"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "row", "field"), BAD, ids=[f"{n}-{bad[1]}" for n, bad in enumerate(BAD)])
def test_what_is_wrong_is_refused_by_file_row_and_field(text: str, code: str, row: int, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(text)
    error = caught.value
    assert error.code == code, error
    assert (error.data["file"], error.data["row"], error.data["field"]) == ("org.x", row, field)
    assert error.message.startswith(f"org.x, row {row}, field {field}: ")
    assert error.remedy
    assert len(error.message) < 500


def test_every_field_a_refusal_names_is_a_field_of_the_file() -> None:
    assert {field for *_, field in BAD} <= {*REQUIRED, *OPTIONAL, "units", "colour"}


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml", "latin.csv"])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + "é".encode("latin-1"))
    with pytest.raises(Malformed) as caught:
        load_org(tmp_path / name)
    assert caught.value.code == ("not_utf8" if name == "latin.csv" else "cannot_read")
    assert name in caught.value.message


def test_yaml_runs_nothing_and_guesses_nothing() -> None:
    text = "units:\n- {id: p, name: !!python/object/apply:os.getcwd [], kind: k, level: l, line: m}"
    with pytest.raises(Malformed):
        read(text)
    plain = "units:\n- {id: 007, name: no, kind: yes, level: 1e3, line: null, region: ~}"
    only = next(iter(read(plain)))
    assert (only.id, only.name, only.kind, only.level, only.line, only.region) == (
        "007",
        "no",
        "yes",
        "1e3",
        "null",
        "~",
    )


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS + "units: [{id: p, name: P, kind: k, level: l, line: m, aliases: *a9}]",
        "units: [{id: &a [*a]}]",
        "units: &a [*a]",
        "units: [{id: p, name: &a {x: *a}, kind: k, level: l, line: m}]",
        "units: [{id: " + "[" * 900 + "]" * 900 + "}]",
        "units: " + "[" * 100_000,
        "units: [{id: " + "{a: " * 100_000 + "}" * 100_000 + "}]",
    ],
    ids=[
        "billion laughs",
        "a list in itself",
        "units in themselves",
        "a mapping in itself",
        "deep",
        "very deep",
        "deep maps",
    ],
)
def test_a_file_made_to_do_harm_is_refused(tmp_path: Path, text: str) -> None:
    """In a process of its own: it must end, and end in a refusal, not in a crash or a full memory."""
    (tmp_path / "evil.yaml").write_text(text, "utf-8")
    done = in_subprocess(
        f"""
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        from xiada.engine.errors import Malformed
        from xiada.engine.orgfile import load_org
        try:
            load_org({str(tmp_path / "evil.yaml")!r})
        except Malformed as error:
            print(error.code)
        """,
        timeout_s=10,
    )
    assert done.returncode == 0, done.stderr[-300:]
    assert done.stdout.strip() in ("bad_yaml", "bad_row", "bad_field", "missing_field", "yaml_alias"), done.stdout


def test_a_hundred_thousand_units_load_from_csv(tmp_path: Path) -> None:
    rows = (f"u{n},Unit {n},office,city,main,u{(n - 1) // 10},,\n" for n in range(1, 100_000))
    path = tmp_path / "big.csv"
    path.write_text(HEADER + "u0,Top,office,province,main,,,\n" + "".join(rows), "utf-8")
    assert len(load_org(path)) == 100_000


def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "org.csv"
    os.mkfifo(pipe)
    with pytest.raises(Malformed) as caught:
        load_org(pipe)
    assert caught.value.code == "cannot_read"
