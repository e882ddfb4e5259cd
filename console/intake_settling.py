"""Settling what is doubtful in a draft: by asking a person, or by what was said beforehand.

Rule: a doubt is closed by somebody, never by itself: at a terminal by an answer, else by `--yes` (those
somebody only has to have seen) or `--accept CODE`. What is corrected is checked before it is taken.
Questions and answers go through an `Asker`, so that all of this runs without a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from xiada.console.intake_telling import doubt_words, meaning_of, place_of
from xiada.engine.errors import Malformed, Refused, XiadaError
from xiada.engine.limits import TITLE_CHARS, clean, identifier
from xiada.workflows.intake.deciding import Correction, matter_of
from xiada.workflows.intake.drafting import overlap
from xiada.workflows.intake.values import Doubt

if TYPE_CHECKING:
    from xiada.console.words import Words
    from xiada.engine.due import On
    from xiada.engine.notice import Window
    from xiada.engine.org import Org
    from xiada.workflows.intake.drafting import Draft
    from xiada.workflows.intake.passage import Span


class Asker(Protocol):
    """Somebody who answers."""

    def ask(self, question: str) -> str:
        """Return the answer to a question, without white space around it.

        Raises:
            EOFError: Nobody answers any more.
        """
        ...

    def tell(self, text: str) -> None:
        """Show one line."""
        ...


SEEN = "see"
"""Said in place of a code: all doubts of which it is enough that somebody has seen them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """How doubts are to be settled.

    Args:
        words: The language.
        text: The text as read, for quotations.
        asker: Who answers; None = nobody can.
        accepted: Codes of doubts that are closed beforehand; SEEN stands for all that need no decision.
        org: The org units are looked up in, if there is one.
        asks_id: Whether a person is asked for an id of the notice; not where one was said beforehand.
        remarks: Gathers what was confirmed, corrected or left out, for the file.
        mended: Gathers where something was corrected or left out.
    """

    words: Words
    text: str
    asker: Asker | None = None
    accepted: frozenset[str] = frozenset()
    org: Org | None = None
    asks_id: bool = True
    remarks: list[str] = field(default_factory=list)
    mended: list[Span] = field(default_factory=list)

    def settle(self, draft: Draft, doubts: Sequence[Doubt]) -> Draft:
        """Return the draft with every doubt settled, and nothing it needs missing where it can be asked for.

        Raises:
            Refused: Doubts are open and nobody can be asked, or whoever was asked gave up.
        """
        waiting = [one for one in doubts if not self._closed(one)]
        if self.asker is None:
            self._refuse_open(waiting)
            return draft
        for number, doubt in enumerate(waiting, 1):
            if not self._moot(doubt):
                draft = self._settled(draft, doubt, f"{number}", f"{len(waiting)}", self.asker)
        for name in draft.missing():
            draft = self._corrected(draft, name, (0, 0), self.asker)  # type: ignore[arg-type]
        return self._named(draft, self.asker) if waiting and self.asks_id else draft

    def _closed(self, doubt: Doubt) -> bool:
        """Tell whether a doubt was closed beforehand, and remember that it was."""
        closed = doubt.code in self.accepted or (SEEN in self.accepted and not matter_of(doubt.code).decide)
        if closed:
            self._remember(doubt)
        return closed

    def _moot(self, doubt: Doubt) -> bool:
        """Tell whether a doubt about a due stands where a person has just said another due, or none."""
        return matter_of(doubt.code).corrects == "due" and any(overlap(doubt.span, one) for one in self.mended)

    def _remember(self, doubt: Doubt) -> None:
        """Keep a confirmed doubt as a remark."""
        self.remarks.append(f"{doubt.code}: {meaning_of(self.words, doubt)}")

    def _refuse_open(self, waiting: Sequence[Doubt]) -> None:
        """Refuse if doubts are open and nobody can be asked."""
        if not waiting:
            return
        codes = sorted({one.code for one in waiting})
        raise Refused(
            "open_doubts",
            f"there are open doubts: {len(waiting)} ({', '.join(codes)})",
            remedy="Settle them at a terminal, say what is missing with --title and --issuer, or confirm them: "
            f"'--accept CODE' those of one code, '--accept {SEEN}' all that need no decision.",
            count=len(waiting),
            codes=codes,
            doubts=[[one.code, one.text, list(one.span)] for one in waiting],
        )

    def _named(self, draft: Draft, asker: Asker) -> Draft:
        """Return the draft under an id of the person's own, if one is typed."""
        while True:
            try:
                answer = asker.ask(self.words.say("intake_ask_id", id=draft.id))
                return replace(draft, id=identifier(answer, "id")) if answer else draft
            except EOFError:
                return draft
            except XiadaError as error:
                self._again(asker, error)

    def _again(self, asker: Asker, error: XiadaError) -> None:
        """Say why an answer could not be taken."""
        from xiada.console.refusals import sentence

        asker.tell(self.words.say("intake_again", why=sentence(error, self.words)))

    # One doubt

    def _settled(self, draft: Draft, doubt: Doubt, number: str, count: str, asker: Asker) -> Draft:
        """Return the draft after a person has answered one doubt."""
        asker.tell(self.words.say("intake_question", number=number, count=count, doubt=doubt_words(self.words, doubt)))
        place = place_of(self.text, doubt, self.words)
        if place:
            asker.tell(f"  {place}")
        corrects, droppable = self._can(draft, doubt)
        question = self._choices(corrects, droppable=droppable)
        while True:
            answer = self._answer(asker, question).lower()
            if answer in ("", "y"):
                self._remember(doubt)
                return draft
            if answer == "c" and corrects:
                draft = self._corrected(draft, corrects, doubt.span, asker)
                self._mend(draft, doubt, "corrected")
                return draft
            if answer == "d" and droppable:
                self._mend(draft, doubt, "left_out")
                return draft.without(doubt.span) if draft.at(doubt.span) else replace(draft, window=None)
            if answer == "q":
                raise _left()
            asker.tell(self.words.say("intake_again", why=self.words.say("intake_one_of")))

    def _mend(self, draft: Draft, doubt: Doubt, how: str) -> None:
        """Remember what a person did about a doubt, and where."""
        self._remember(doubt)
        self.remarks[-1] = self.words.say(f"intake_{how}", doubt=self.remarks[-1])
        self.mended.extend([doubt.span, *(one.span for one in draft.at(doubt.span))])

    def _can(self, draft: Draft, doubt: Doubt) -> tuple[Correction | None, bool]:
        """Return what of the draft may be corrected for a doubt, and whether what it is about may be left out."""
        corrects = matter_of(doubt.code).corrects
        about = bool(draft.at(doubt.span))
        if corrects == "due" and not about:
            at_window = draft.window is not None and overlap(doubt.span, draft.window_place)
            return ("window", True) if at_window else (None, False)
        return corrects, about

    def _choices(self, corrects: Correction | None, *, droppable: bool) -> str:
        """Return the question that names the choices there are."""
        say = self.words.say
        correct = say("intake_choice_correct", what=say(f"intake_correct_{corrects}")) if corrects else ""
        drop = say("intake_choice_drop") if droppable else ""
        return f"{say('intake_choices')}{correct}{drop}{say('intake_choice_quit')}"

    def _answer(self, asker: Asker, question: str) -> str:
        """Return an answer; whoever goes away has given up."""
        try:
            return asker.ask(question)
        except EOFError:
            raise _left() from None

    # Corrections

    def _corrected(self, draft: Draft, what: Correction, span: tuple[int, int], asker: Asker) -> Draft:
        """Return the draft with something said anew; asked until it can be read."""
        while True:
            answer = self._answer(asker, self.words.say(f"intake_ask_{what}"))
            if answer.lower() == "q":
                raise _left()
            try:
                return self._with(draft, what, span, answer)
            except XiadaError as error:
                self._again(asker, error)

    def _with(self, draft: Draft, what: Correction, span: tuple[int, int], answer: str) -> Draft:
        """Return the draft with one thing as a person typed it."""
        if what == "due":
            year = re.fullmatch("(?:19|20|21)[0-9]{2}", answer)
            return draft.in_year(span, int(answer)) if year else draft.with_due(span, _due(answer))
        readers: Mapping[str, Callable[[str], Any]] = {
            "issuers": self._units,
            "title": lambda text: clean(text, "title", TITLE_CHARS),
            "issued_on": _day,
            "window": _window,
        }
        return replace(draft, **{what: readers[what](answer)})

    def _units(self, answer: str) -> tuple[str, ...]:
        """Return ids of units, each in the org if there is one."""
        ids = tuple(answer.replace(",", " ").split())
        if not ids:
            raise Malformed("no_issuer", "no unit was named", remedy="Name at least one.")
        for unit in ids:
            if self.org is not None:
                self.org.unit(unit)
        return ids


def _due(answer: str) -> On | None:
    """Return a due as a person typed it, in the zone notices are written in; None = undated."""
    from xiada.console.arguments import read_due
    from xiada.engine.due import SHANGHAI, On

    found = read_due(answer)
    if isinstance(found, datetime):
        local = found.astimezone(ZoneInfo(SHANGHAI))
        return On(local.date(), local.time())
    if isinstance(found, date):
        return On(found)
    return found if isinstance(found, On) else None


def _day(answer: str) -> date:
    """Return a date as a person typed it."""
    from xiada.console.arguments import read_day

    return read_day(answer, "--due")


def _window(answer: str) -> Window:
    """Return two dates as a person typed them."""
    from xiada.engine.notice import Window

    first, _, last = answer.partition(" ")
    start, end = _day(first), _day(last.strip() or first)
    if end < start:
        raise Malformed("bad_window", "it ends before it begins", remedy="Exchange the two dates.")
    return Window(start, end)


def _left() -> Refused:
    """Return the refusal where whoever was asked gave up."""
    return Refused(
        "left_unsettled",
        "what is doubtful was not settled, so no notice file was made",
        remedy="Start again, and answer every question.",
    )
