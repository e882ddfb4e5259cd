"""Notices: there and back, byte for byte; what is wrong is refused before it is in the log."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cascade, day, notice, of, report_by, snapshot, unit, with_fields

from xiada.engine import codec
from xiada.engine.due import Between, Due, Every, On, Promptly, Relative
from xiada.engine.engine import Engine
from xiada.engine.errors import LimitExceeded, Malformed, Tampered, XiadaError
from xiada.engine.notice import (
    Contact,
    Notice,
    Obligation,
    Requirement,
    Window,
    due_data,
    read_due,
    read_notice,
)
from xiada.engine.org import Select

IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
NAMES = st.sampled_from(["粤科协联〔2020〕9号", "No. 1", "广州市科协", "Ünïcode", "a" * 200])
COMMON: dict[str, Any] = {
    "shift": st.sampled_from(["none", "next_workday", "previous_workday", "friday_or_next_workday"]),
    "soft": st.booleans(),
    "assumed": st.none() | NAMES,
}
DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1))
DUES: st.SearchStrategy[Due] = st.one_of(
    st.builds(On, DATES, st.none() | st.times(), **COMMON),
    st.builds(Every, st.sampled_from(["FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=9,19,28"]), **COMMON),
    st.builds(
        Relative,
        st.sampled_from(["issue", "receipt", "parent_due", "activity_end", "event"]),
        st.integers(-1_000, 1_000),
        st.booleans(),
        **COMMON,
    ),
    st.builds(Between, DATES, DATES, NAMES, **COMMON),
    st.builds(Promptly, st.none() | st.integers(0, 1_000), **COMMON),
)
PHRASES = st.builds(
    Select,
    kind=st.sampled_from([(), "office", ("office", "school")]),
    level=st.sampled_from([(), "city"]),
    ids=st.lists(IDS, max_size=2).map(tuple),
    exclude=st.lists(IDS, max_size=2).map(tuple),
    depth=st.none() | st.integers(1, 5),
    selective=st.booleans(),
)
NOTICES = st.builds(
    Notice,
    id=IDS,
    doc_number=NAMES,
    title=NAMES,
    issuers=st.lists(IDS, min_size=1, max_size=3, unique=True).map(tuple),
    issued_on=st.none() | DATES,
    kind=IDS,
    forwards=st.none() | NAMES,
    requirements=st.lists(
        st.builds(Requirement, id=IDS, text=NAMES, mandatory=st.booleans()), max_size=3, unique_by=lambda one: one.id
    ).map(tuple),
    obligations=st.lists(
        st.builds(
            Obligation,
            id=IDS,
            kind=st.sampled_from(["report", "plan", "brief"]),
            due=st.none() | DUES,
            who=st.none() | PHRASES,
            what=st.lists(NAMES, max_size=2).map(tuple),
            to_unit=st.none() | NAMES,
            to_department=st.none() | NAMES,
            soft=st.booleans(),
        ),
        max_size=3,
        unique_by=lambda one: one.id,
    ).map(tuple),
    window=st.none() | st.tuples(DATES, DATES, st.booleans()).map(lambda w: Window(min(w[:2]), max(w[:2]), w[2])),
    attachments=st.lists(NAMES, max_size=2).map(tuple),
    zone=st.sampled_from(["Asia/Shanghai", "UTC"]),
)


@given(NOTICES)
def test_a_notice_reads_back_as_it_was_written(written: Notice) -> None:
    found = read_notice(written.body)
    assert found == written
    assert found.body == written.body
    assert found.digest == written.digest == codec.named("notice", written.body)


@given(DUES)
def test_a_due_reads_back_as_it_was_written(due: Due) -> None:
    assert read_due(due_data(due)) == due


@given(NOTICES, NOTICES)
def test_different_notices_have_different_digests(one: Notice, other: Notice) -> None:
    assert (one.digest == other.digest) == (one == other)


def test_selectivity_is_part_of_what_a_notice_says() -> None:
    some, all_ = (report(who=Select(level="city", selective=chosen)) for chosen in (True, False))
    assert some.digest != all_.digest


def report(**fields: Any) -> Notice:
    """Return a notice whose report has these fields."""
    return notice(obligations=(with_fields(report_by(None), **fields),))


def test_the_obligations_have_a_digest_of_their_own() -> None:
    assert notice(obligations=()).obligations_digest is None
    assert notice("n1").obligations_digest == notice("n2").obligations_digest
    assert notice(due=On(day(6, 1))).obligations_digest != notice().obligations_digest


def test_the_principal_report_is_the_first_that_concerns_the_unit() -> None:
    city = Obligation(id="city", kind="report", who=Select(level="city"))
    rest = Obligation(id="rest", kind="report")
    plan = Obligation(id="plan", kind="plan")
    found = notice(obligations=(plan, city, rest))
    assert found.principal(unit("c1", "p", level="city")) == city
    assert found.principal(unit("d1", "p", level="county")) == rest
    assert notice(obligations=(plan,)).principal(unit("c1", "p")) is None
    assert found.obligation("plan") == plan
    assert found.obligation("none") is None


# Wrong from the start


LONG = "字" * 1_000_000
BAD_TEXTS = [
    ("", Malformed, "empty_text"),
    ("\ud800", Malformed, "bad_character"),
    ("a\u202eb", Malformed, "bad_character"),
    ("a\x00b", Malformed, "bad_character"),
    ("a\x1b[31mb", Malformed, "bad_character"),
    ("e\u0301", Malformed, "not_nfc"),
    (LONG, LimitExceeded, "text_too_long"),
    (None, Malformed, "empty_text"),
    (7, Malformed, "empty_text"),
]


@pytest.mark.parametrize("field", ["title", "doc_number", "attachments"])
@pytest.mark.parametrize(("text", "kind", "code"), BAD_TEXTS, ids=lambda value: ascii(value)[:20])
def test_the_texts_of_a_notice_are_clean(field: str, text: Any, kind: type[XiadaError], code: str) -> None:
    with pytest.raises(kind, check=lambda error: error.code == code) as caught:
        notice(**{field: (text,) if field == "attachments" else text})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("text", "kind", "code"), BAD_TEXTS, ids=lambda value: ascii(value)[:20])
def test_the_texts_of_requirements_are_clean(text: Any, kind: type[XiadaError], code: str) -> None:
    with pytest.raises(kind, check=lambda error: error.code == code):
        Requirement(id="r", text=text)


@pytest.mark.parametrize(
    ("text", "kind", "code"), [bad for bad in BAD_TEXTS if bad[0] is not None], ids=lambda v: ascii(v)[:20]
)
def test_the_texts_of_obligations_are_clean(text: Any, kind: type[XiadaError], code: str) -> None:
    for fields in ({"what": (text,)}, {"to_unit": text}, {"to_department": text}):
        with pytest.raises(kind, check=lambda error: error.code == code):
            Obligation(id="o", kind="plan", **fields)


@pytest.mark.parametrize(
    ("text", "kind", "code"), [bad for bad in BAD_TEXTS if bad[0] is not None], ids=lambda v: ascii(v)[:20]
)
def test_the_texts_of_contacts_are_clean(text: Any, kind: type[XiadaError], code: str) -> None:
    for fields in (
        {"unit": text},
        {"unit": "p", "names": (text,)},
        {"unit": "p", "phones": (text,)},
        {"unit": "p", "email": text},
    ):
        with pytest.raises(kind, check=lambda error: error.code == code):
            notice(contacts=(Contact(**fields),))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"issuers": ()}, "no_issuer"),
        ({"issuers": ("p", "p")}, "duplicate_id"),
        ({"requirements": (Requirement(id="a", text="A"), Requirement(id="a", text="B"))}, "duplicate_id"),
        ({"obligations": (Obligation(id="a", kind="plan"), Obligation(id="a", kind="brief"))}, "duplicate_id"),
        ({"zone": "Mars/Olympus"}, "unknown_zone"),
        ({"kind": "No Kind"}, "bad_identifier"),
        ({"window": Window(day(6, 2), day(6, 1))}, "bad_window"),
        ({"issued_on": datetime(2030, 1, 1)}, "bad_date"),  # noqa: DTZ001
    ],
)
def test_a_notice_that_contradicts_itself_is_malformed(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == code):
        notice(**fields)


@pytest.mark.parametrize("name", ["", "N 1", "n/1", "n" * 65, None])
def test_a_notice_id_is_an_identifier(name: Any) -> None:
    with pytest.raises(Malformed, check=lambda error: error.code == "bad_identifier"):
        notice(name, title="T", doc_number="No. 1")


def test_an_obligation_of_a_kind_nobody_knows_is_malformed() -> None:
    with pytest.raises(Malformed):
        Obligation(id="o", kind="dance")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"on": 7},
        {"on": "2030-02-30"},
        {"on": "tomorrow"},
        {"on": "2030-06-10", "time": "25:00"},
        {"every": 7},
        {"relative": {"anchor": "issue"}},
        {"relative": {"anchor": "bogus", "days": 1, "workdays": False}},
        {"relative": {"anchor": "issue", "days": "1", "workdays": False}},
        {"between": ["2030-06-10"], "words": "x"},
        {"between": ["2030-06-10", "2030-06-31"], "words": "x"},
        {"promptly": False},
        {"on": "2030-06-10", "shift": "sideways"},
    ],
)
def test_plain_values_that_are_no_due_are_malformed(data: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_due(data)


# Wrong in the store


def test_bytes_that_are_no_notice_are_tampered_with() -> None:
    body = codec.decode(notice(requirements=(Requirement(id="r", text="R"),)).body)
    assert isinstance(body, dict)
    wrong: list[object] = [[], 1, {}, body | {"extra": 1}, body | {"id": "N 1"}, body | {"title": ""}]
    wrong += [{name: value for name, value in body.items() if name != left_out} for left_out in body]
    wrong += [body | {name: 7} for name in body]
    wrong += [body | {"requirements": [["r", "R"]]}, body | {"issued_on": "2030-02-30"}, body | {"obligations": [{}]}]
    wrong += [body | {"zone": "Mars/Olympus"}, body | {"issuers": []}]
    for value in wrong:
        with pytest.raises(Tampered) as caught:
            read_notice(codec.encode(value))
        assert caught.value.code == "bad_notice", value


def test_bytes_that_are_not_canonical_are_tampered_with() -> None:
    with pytest.raises(Tampered):
        read_notice(notice().body + b" ")


def test_what_was_issued_can_be_forwarded_whatever_the_notice_says(engine: Engine) -> None:
    """Whatever the constructor accepts, the store gives back."""
    odd = (On(day(6, 20), time(15, 0, 30)), On(day(6, 20), time(23, 59, 59, 999_999)))
    for number, due in enumerate(odd):
        engine.issue(f"k{number}", notice(f"m{number}", due=due), actor=of("p"))
        root = engine.directive(f"k{number}/1")
        ref = engine.forward(root.ref, ["c1"], actor=of("p")).issued[0]
        assert engine.directive(ref).due == root.due


def test_a_notice_is_kept_once_however_often_it_is_passed_on(engine: Engine) -> None:
    cascade(engine)
    engine.issue("m", notice(), actor=of("p"))
    engine.forward("m/1", ["c1"], actor=of("p"), notice=notice("n2"))
    engine.forward("k/1", ["c1"], actor=of("p"), notice=notice("n2"))
    blobs = snapshot(engine)["beside"]["blobs"]
    assert sum(body.startswith(b'{"attachments"') for body in blobs.values()) == 2
