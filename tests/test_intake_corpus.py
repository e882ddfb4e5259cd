"""A hundred and ten texts as offices write them, made up for this: what the intake finds in each, fact by fact.

The texts and their facts (`notices/NNN.txt`, `NNN.json`) come in batches, each written before the intake was
mended for it. Names, numbers and addresses in them belong to nobody. What the intake still gets wrong stands
in one table; a fact in it that comes right is a failure too, so that the table stays true.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from notice_facts import Fact, facts, names, text_of

from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.values import document

SHORTFALLS: dict[tuple[str, str], str] = {
    ("002", "0 first [1]"): "a rule has no day it begins with: it is counted from the issue",
    ("069", "0 last [1]"): "the day a series ends stands in another sentence, and is not read into the rule",
    ("069", "0 last [2]"): "the same",
}
"""What the intake gets wrong, by text and fact, and why."""

SETTINGS: dict[str, Callable[[str], str]] = {
    "half-width signs": lambda text: text.translate(str.maketrans("，：（）；", ",:();")),
    "an empty line after each line": lambda text: text.replace("\n", "\n\n"),
    "every line indented": lambda text: "\n".join(f"\u3000\u3000{line}" for line in text.split("\n")),
}
"""Ways to set a text that change nothing in what it says."""


def found_in(name: str, text: str) -> list[Fact]:
    """Return the facts of a text, set as it may be, as the intake finds them."""
    return facts(name, document(read_notice_text(text))["segments"])


def wrong_in(name: str, text: str) -> list[str]:
    """Return the facts the intake gets wrong beyond the table, in words."""
    found = found_in(name, text)
    return [str(fact) for fact in found if not fact.right and (name, fact.label) not in SHORTFALLS]


@pytest.mark.parametrize("name", names())
def test_what_a_careful_reader_finds_in_a_text_the_intake_finds(name: str) -> None:
    wrong = wrong_in(name, text_of(name))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("name", "label"), SHORTFALLS)
def test_a_known_shortfall_is_still_one(name: str, label: str) -> None:
    (fact,) = (fact for fact in found_in(name, text_of(name)) if fact.label == label)
    assert not fact.right, f"{label} of {name} is right now: take it out of the table"


@pytest.mark.parametrize("setting", SETTINGS)
def test_how_a_text_is_set_changes_nothing_in_what_it_says(setting: str) -> None:
    wrong = {name: lost for name in names() if (lost := wrong_in(name, SETTINGS[setting](text_of(name))))}
    assert not wrong


def test_few_facts_are_lost_where_every_line_is_broken_within_its_sentences() -> None:
    every = [fact for name in names() for fact in found_in(name, broken(text_of(name)))]
    assert sum(fact.right for fact in every) >= 0.95 * len(every)


def broken(text: str, length: int = 30) -> str:
    """Return a text with lines of so many characters, as a scanner leaves them, an empty line after each."""
    pieces = (line[at : at + length] for line in text.split("\n") for at in range(0, max(1, len(line)), length))
    return "\n\n".join(pieces)


def test_what_is_quoted_stands_where_the_span_says() -> None:
    for name in names():
        text = text_of(name)
        for segment in read_notice_text(text):
            for owed in segment.obligations:
                rest = iter(text[slice(*owed.span)])
                assert all(sign in rest for sign in owed.quote if not sign.isspace()), (name, owed.quote)


def test_there_are_many_texts_and_each_has_facts() -> None:
    assert len(names()) >= 100
    assert all(facts(name, []) for name in names())
