"""Events told as sentences: every type in both languages, and a whole cascade as golden text.

After a change that is meant, rewrite the golden files with `XIADA_REWRITE_GOLDEN=1 pytest
tests/test_hindsight_told.py`, and read them.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hindsight_story import eventful
from hypothesis import given
from hypothesis import strategies as st
from support import Maker, cascade, notice, of, one_line, wide

from xiada.console.directory import Directory
from xiada.console.narrating import Library, Narrator
from xiada.console.words import Language, Words
from xiada.console.words_hindsight import SENTENCES
from xiada.engine.directive import Directive
from xiada.engine.engine import Engine
from xiada.engine.events import TYPES, Event
from xiada.engine.hindsight.lives import life
from xiada.engine.hindsight.walking import Step, recorded_events, walk
from xiada.engine.records import Recorded

GOLDEN = Path(__file__).with_name("golden")
LANGUAGES: tuple[Language, ...] = ("zh", "en")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def narrator(engine: Engine, language: Language, *, with_texts: bool = True) -> Narrator:
    """Return who tells the events of an engine."""
    library = Library(Directory(engine), engine.at().notice, engine.text if with_texts else None)
    return Narrator(Words(language), engine.org(), library)


def told(engine: Engine, language: Language, ref: str) -> list[str]:
    """Return the life of a directive as sentences."""
    tells = narrator(engine, language)
    return [tells.sentence(deed.step, deed.cause) for deed in life(engine, ref, now=0).deeds]


@each_language
def test_a_cascade_in_which_everything_happens_is_told_as_in_the_golden_file(make: Maker, language: Language) -> None:
    engine = eventful(make)
    tells = narrator(engine, language)
    lines = [
        f"{step.recorded.index:>3} {step.recorded.ref:<10} {tells.sentence(step)}"
        for step in walk(recorded_events(engine))
    ]
    path = GOLDEN / f"told-{language}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("XIADA_REWRITE_GOLDEN") == "1":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_the_golden_cascade_has_every_type_of_event_that_is_a_directives_or_a_units(make: Maker) -> None:
    happened = {recorded.event.type for recorded in eventful(make).log()}
    elsewhere = {"unit_renamed", "unit_moved", "unit_merged", "unit_abolished", "stepped", "migrated"}
    assert TYPES.keys() - happened - elsewhere == {"key_rotated", "restore_declared", "text_erased"}


def test_every_type_of_event_has_a_sentence_in_both_languages() -> None:
    assert SENTENCES.keys() == TYPES.keys()


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.sampled_from(["c1", "k/1.1", "x+y+z"]),
    "int": st.integers(0, 10**15),
    "str | None": st.sampled_from([None, "c1", "k/1.1", "c1+7f+AA"]),
    "int | None": st.one_of(st.none(), st.integers(0, 10**15), st.just(2**53 - 1)),
    "tuple[str, ...]": st.lists(st.just("c1"), max_size=6).map(tuple),
    "tuple[int, int] | None": st.none(),
    "tuple[tuple[str, str], ...]": st.lists(st.just(("main", "p")), max_size=6).map(tuple),
    "tuple[tuple[str, int | None], ...]": st.lists(st.just(("1.1", 5)), max_size=2).map(tuple),
    "tuple[Entry, ...] | None": st.one_of(st.none(), st.lists(st.just(("1.1", "c1", None)), max_size=6).map(tuple)),
    "tuple[Cover, ...] | None": st.none(),
    "tuple[Omission, ...] | None": st.one_of(
        st.none(), st.lists(st.just(("1.1", "waived", "why")), max_size=6).map(tuple)
    ),
    "tuple[Material, ...]": st.lists(st.just(("minutes.pdf", None)), max_size=2).map(tuple),
}
"""Values for each kind of field that events have."""


@st.composite
def any_event(draw: st.DrawFn) -> Event:
    """Draw an event of any type, its fields at random, those with a default often left at it."""
    kind = TYPES[draw(st.sampled_from(sorted(TYPES)))]
    values = {
        field.name: draw(VALUES[str(field.type)])
        for field in fields(kind)
        if field.default is MISSING or draw(st.booleans())
    }
    if values.get("notice"):
        values["notice"] = notice().digest
    return kind(**values)


@given(any_event(), st.booleans())
def test_any_event_is_told_as_one_sentence_without_gaps(event: Event, closed: bool) -> None:
    engine = Engine.create("memory:", "xiada.test/told")
    engine.load_org(one_line())
    engine.issue("k", notice(), actor=of("p"))
    before = Directive("k/1.1", "c1", "main", "k/1", "executing", 3, b"", 10**15, 10**14, "", 0)
    before = before._replace(closed_at=7 if closed else None, extension=10**15)
    after = None if event.type in ORG_OR_LOG else before
    recorded = Recorded(3, "k/1.1", 4, 10**15, "li", "c1", None, None, None, None, event, b"", b"")
    texts = [narrator(engine, language).sentence(Step(recorded, after, after)) for language in LANGUAGES]
    assert texts[0] != texts[1]
    for text, stop in zip(texts, "。.", strict=True):
        assert text.endswith(stop)
        assert len(text) > 4
        assert not any(gap in text for gap in ("{", "}", "None", "  ", ", ,", "，，", "：。"))


ORG_OR_LOG = {
    "unit_added",
    "delegation_granted",
    "delegation_revoked",
    "key_rotated",
    "restore_declared",
    "text_erased",
}


@dataclass(frozen=True, slots=True)
class Audited(Event):
    """An event of a type that is not known here."""

    type: ClassVar[str] = "seal_broken"
    by: str
    count: int = 0


@each_language
def test_an_event_of_an_unknown_type_is_told_with_its_facts(make: Maker, language: Language) -> None:
    engine = make(one_line())
    recorded = Recorded(3, "log/other", 1, 0, "li", "c1", None, None, None, None, Audited("li", 7), b"", b"")
    sentence = narrator(engine, language).sentence(Step(recorded, None, None))
    expected = {"zh": "C1记录了“seal_broken”：by：li、count：7。", "en": "C1 recorded “seal broken”: by: li, count: 7."}
    assert sentence == expected[language]


# Single lives


def test_a_life_names_the_log_index_of_what_others_did(make: Maker) -> None:
    engine = eventful(make)
    assert told(engine, "en", "k/1.2.1") == [
        "C2 laid it on D21, due 2030-06-10 (see log 18).",
        "P took back k/1.2 above, and with it this one of D21: issued in error (see log 54).",
    ]
    assert (
        told(engine, "zh", "k/1.3.1")[-1] == "P免去上级 k/1.3 的报告，D31的一并免去：has no such office（见日志 52）。"
    )


def test_an_erased_text_is_told_as_gone_and_texts_are_told_only_where_asked_for(make: Maker) -> None:
    engine = make(one_line())
    cascade(engine)
    engine.execute("k/1", actor=of("p"))
    engine.progress("k/1", "Half\ndone, " + "x" * 300, actor=of("p"))
    *_, step = walk(recorded_events(engine, "k"))
    here, silent = narrator(engine, "en"), narrator(engine, "en", with_texts=False)
    assert here.sentence(step) == f"P said how far it is, text: “Half done, {'x' * 149}…”."
    assert silent.sentence(step) == "P said how far it is."
    gone = Narrator(here.words, here.org, Library(here.directory, here.library.notice, lambda _: None))
    assert gone.sentence(step) == "P said how far it is, its text is erased, or not here."


def test_contacts_beside_a_notice_are_never_told(make: Maker) -> None:
    from xiada.engine.notice import Contact

    engine = make(one_line())
    cascade(engine, contacts=(Contact("p", ("Li Lei",), ("0755-1234",)),))
    assert engine.log("k/1")[0].text is not None
    assert "Li Lei" not in told(engine, "en", "k/1")[0]


def test_recipients_beyond_a_few_are_counted_and_of_a_side_list_only_counted(make: Maker) -> None:
    engine = make(wide(1_100))
    cascade(engine)
    engine.forward("k/1", [f"c{n}" for n in range(1, 8)], actor=of("p"))
    engine.forward("k/1", [f"c{n}" for n in range(8, 1_101)], actor=of("p"))
    assert told(engine, "en", "k/1")[1:] == [
        "P passed it on to 7 units: C1, C2, C3, C4 and others.",
        "P passed it on to 1,093 units.",
    ]


def test_who_is_nobodys_unit_is_named_for_what_it_is(make: Maker) -> None:
    engine = eventful(make)
    first = next(walk(recorded_events(engine)))
    assert narrator(engine, "en").sentence(first) == "The registrar added P (p) to the org, with no superior."
    assert narrator(engine, "zh").name("clock") == "定时程序"


def test_what_a_reference_nobody_has_would_name_is_told_as_the_reference(make: Maker) -> None:
    assert narrator(make(one_line()), "en").unit_of("k/9") == "k/9"


def test_a_directory_reads_many_directives_at_once_and_finds_the_same(make: Maker) -> None:
    engine = eventful(make)
    refs = list(engine.replay().states)
    at_once, one_by_one = Directory(engine), Directory(engine)
    at_once.learn(refs)
    assert [at_once.unit_of(ref) for ref in refs] == [one_by_one.unit_of(ref) for ref in refs]
