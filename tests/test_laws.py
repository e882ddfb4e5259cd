"""The laws of lifecycles: what a table may not say, each refused where it is made and by a sentence that names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from support import Maker, one_line

from xiada.console.refusals import sentence
from xiada.console.words import Words
from xiada.console.words_lifecycle import LAWS as CHINESE
from xiada.engine.errors import Malformed
from xiada.engine.laws import LAWS, SENTENCES
from xiada.engine.lifecycle import STANDARD, WRONG, Lifecycle, Status, Transition, step


def extended(**changes: object) -> Callable[[], Lifecycle]:
    """Return what makes an extension of the standard lifecycle."""
    return lambda: STANDARD.extended("mine", **changes)  # type: ignore[arg-type]


PLACES = re.compile(r"{(\w+)}")
UNSAID = ("docs/lifecycles.md", "")
REPORT = STANDARD.table["executing", "report"]
NONSENSE: dict[str, tuple[Callable[[], Lifecycle], str]] = {
    "a status nothing leads to": (extended(statuses=("limbo",)), "nothing leads to 'limbo'"),
    "a status nothing closes": (
        extended(statuses=("stuck",), without=("withdraw", "reassign", "waive", "waived", "withdrawn"),
                 transitions=(step("sink", "executing", "stuck", by="unit"),)),
        "nothing leads from 'stuck' to a closed one",
    ),
    "a step called like a standard trigger": (
        extended(transitions=(step("report", "executing", "reported", by="unit"),), without=("report",)),
        "'report' is a standard trigger",
    ),
    "a standard trigger with another event": (
        extended(transitions=(replace(REPORT, event="stepped:tell"),), without=("report",)),
        "'report' is a standard trigger",
    ),
    "a report without its guards": (
        extended(transitions=(replace(REPORT, guards=("requirements_are_answered",)),), without=("report",)),
        "'report' lacks its guard 'children_are_done'",
    ),
    "a report by somebody else": (
        extended(transitions=(replace(REPORT, by="superior"),), without=("report",)),
        "'report' may not be pulled by 'superior'",
    ),
    "a role nobody has": (
        extended(transitions=(step("bless", "executing", None, by="pope"),)),  # type: ignore[arg-type]
        "'bless' may not be pulled by 'pope'",
    ),
    "two roles for one trigger": (
        extended(transitions=(step("note", "executing", None, by="unit"), step("note", "issued", None, by="superior"))),
        "'note' is pulled by",
    ),
    "a step that leads where a report should": (
        extended(transitions=(step("skip", "executing", "reported", by="unit"),)),
        "'skip' makes 'reported' done without a report",
    ),
    "a step to summarised": (
        extended(transitions=(step("skip", "reported", "summarised", by="superior"),)),
        "where only a parent's report does",
    ),
    "a step that closes over live children": (
        extended(statuses=(Status("declined", closed=True),),
                 transitions=(step("decline", "issued", "declined", by="unit"),)),
        "needs the guard 'children_are_closed'",
    ),
    "a step out of a closed status": (
        extended(transitions=(step("revive", "waived", "issued", by="superior"),)),
        "only a return leads out",
    ),
    "a return from what was withdrawn": (
        extended(transitions=(replace(STANDARD.table["reported", "return"], sources=("withdrawn",)),),
                 without=("return",)),
        "was closed without a report",
    ),
    "a forward from what has reported": (
        extended(transitions=(replace(STANDARD.table["executing", "forward"], sources=("reported",)),)),
        "nothing is forwarded from there",
    ),
    "a withdrawal that stays open": (
        extended(transitions=(replace(STANDARD.table["issued", "withdraw"], target="issued"),), without=("withdraw",)),
        "leads to 'issued', which is live",
    ),
    "a step called like another command": (
        extended(transitions=(step("migrate", "executing", None, by="unit"),)),
        "'migrate' is another command",
    ),
    "an effect of one's own": (
        extended(transitions=(Transition("echo", ("executing",), None, "effect", "stepped:echo"),)),
        "'echo' may not be pulled by 'effect'",
    ),
    "an effect that is none": (
        extended(transitions=(Transition("remind", ("executing",), None, "effect", "reminded"),)),
        "'remind' never happens as an effect",
    ),
    "a version of nought": (lambda: STANDARD.extended("mine", 0), "its version is no count"),
    "a name without a character": (lambda: STANDARD.extended(""), "name is empty"),
    "a name that hides others": (
        extended(transitions=(step("a\u202eb", "executing", None, by="unit"),)),
        "name holds U+202E",
    ),
    "a second birth": (
        extended(transitions=(Transition("issue", (), "executing", "issuer", "issued"),)),
        "one row 'issue' without sources",
    ),
    "a waiver that counts as a summary": (
        extended(transitions=(replace(STANDARD.table["issued", "waive"], target="summarised"),
                              Transition("waive", ("reported",), "summarised", "effect", "waived")),
                 without=("waive", "waived")),
        "'waive' leads to 'summarised', where only a parent's report does",
    ),
    "a beginning that takes a report back": (
        extended(transitions=(replace(STANDARD.table["issued", "execute"], sources=("reported",)),)),
        "only a report, a return or a step does",
    ),
    "a progress that makes done": (
        extended(transitions=(replace(STANDARD.table["executing", "progress"], sources=("executing",),
                                      target="reported", guards=("children_are_closed",)),), without=("progress",)),
        "only a report, a return or a step does",
    ),
    "a return to where nothing is left to be done": (
        extended(statuses=("filed",),
                 transitions=(replace(REPORT, target="filed"), step("count", "filed", "reported", by="superior"),
                              replace(STANDARD.table["reported", "return"], sources=("summarised",), target="reported",
                                      guards=("parent_is_working", "due_still_fits", "children_are_closed"))),
                 without=("report", "return")),
        "where nothing is left to be done",
    ),
    "a report after which one is still at work": (
        extended(transitions=(replace(REPORT, target="forwarded"),
                              step("end", "forwarded", "reported", by="unit", guards=("children_are_closed",))),
                 without=("report",)),
        "where one is still at work",
    ),
    "a report that covers nothing": (extended(without=("summarise", "summarised")), "takes no child in"),
    "a status the machine takes for another": (
        extended(statuses=("=",), transitions=(step("note", "executing", "=", by="unit"),)),
        "no status may be called '='",
    ),
    "a trigger the machine takes for its own": (
        extended(transitions=(step("state", "executing", None, by="unit"),)),
        "'state' is another command",
    ),
    "something left out that is not there": (extended(without=("celebrate",)), "neither a trigger nor a status"),
}  # fmt: skip


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_and_named(case: str) -> None:
    make_it, why = NONSENSE[case]
    with pytest.raises(Malformed) as caught:
        make_it()
    assert why in caught.value.message
    assert caught.value.remedy
    law, facts = caught.value.data["law"]
    assert facts.keys() >= set(PLACES.findall(CHINESE[law]))
    assert not re.search(r"[a-z]{3,} [a-z]", sentence(caught.value, Words("zh")).replace(*UNSAID))


def test_every_law_is_said_in_both_languages() -> None:
    assert CHINESE.keys() == {*SENTENCES, *WRONG}
    for law, said in {**SENTENCES, **WRONG}.items():
        if law != "name":
            assert set(PLACES.findall(CHINESE[law])) <= set(PLACES.findall(said)), law


def test_a_lawless_table_is_refused_where_an_engine_is_opened(make: Maker) -> None:
    lawless = Lifecycle("lawless", 1, STANDARD.statuses, tuple(r for r in STANDARD.transitions if r.trigger != "issue"))
    with pytest.raises(Malformed) as caught:
        make(one_line(), lifecycles=(lawless,))
    assert caught.value.code == "unlawful_lifecycle"
    with pytest.raises(Malformed, match="given no lifecycle"):
        make(one_line(), name="none", lifecycles=())


def test_the_laws_are_those_of_the_standard_table() -> None:
    assert set(LAWS) == set(STANDARD.triggers)
    for row in STANDARD.transitions:
        law = LAWS[row.trigger]
        assert row.event == law.event
        if row.by != "effect":
            assert set(row.guards) == law.guards
            assert law.by in (None, row.by)
