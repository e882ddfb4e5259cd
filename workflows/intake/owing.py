"""What one document of a notice text asks of its addressees: obligations, activity window and doubts.

Rule: it is given what the head of the document says (title, date, issuers, addressees) and the cleaned
paragraphs of its body, and reads nothing else; it reads no clock and guesses no year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xiada.engine.calendar import MON_FRI, Calendar
from xiada.workflows.intake.clauses import Context
from xiada.workflows.intake.comparing import between
from xiada.workflows.intake.doubting import doubts_of
from xiada.workflows.intake.gathering import gathered
from xiada.workflows.intake.passage import Passage
from xiada.workflows.intake.script import Script
from xiada.workflows.intake.values import Addressee, ContactFound, Doubt, Forwarded, ObligationFound, WindowFound
from xiada.workflows.intake.windows import window_of
from xiada.workflows.intake.years import Years

_MOVED = re.compile(
    r"(?:时间|日期|期限|时限)[^,。;]{0,6}?(?:调整|延长|延期|延后|推迟|顺延|变更|改)(?:为|至|到)"
    r"|(?:调整|延长|延期|推迟)[^,。;]{0,10}(?:时间|日期|期限)"
    r"|(?:调整|延长|延期|延后|推迟|顺延)(?:为|至|到)(?=[^,。;]{0,6}\d)"
)

__all__ = ["Owed", "Setting", "between", "owed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the head and the foot of a document say, for the reading of its body."""

    title: str | None = None
    doc_number: str | None = None
    issue_date: date | None = None
    issuers: tuple[str, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    forwards: Forwarded | None = None
    contacts: tuple[ContactFound, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a document asks for: obligations in the order of the text, the window, and what is doubtful."""

    obligations: tuple[ObligationFound, ...] = ()
    window: WindowFound | None = None
    doubts: tuple[Doubt, ...] = ()


def owed(paragraphs: Sequence[Passage], setting: Setting, *, calendar: Calendar = MON_FRI) -> Owed:
    """Return what the paragraphs of one document ask for.

    Args:
        paragraphs: Cleaned text of its body, in order.
        setting: What its head and foot say.
        calendar: Which days are worked, for doubts about dates.

    Returns:
        Obligations, activity window and doubts.

    Example:
        >>> body = Passage.of("请各市科协于6月10日前将活动总结报送省科协组织部。")
        >>> found = owed([body], Setting(title="关于开展2020年活动的通知"))
        >>> one = found.obligations[0]
        >>> one.what, one.to_body, one.to_department, one.due.on.isoformat(), one.due.assumed
        (('活动总结',), '省科协', '组织部', '2020-06-10', 'year from title')
    """
    years = Years.of(setting.title, setting.issue_date, setting.doc_number)
    scripts = [Script.of(paragraph) for paragraph in paragraphs]
    window = window_of(scripts, years)
    moved = any(_MOVED.search(script.bare) for script in scripts)
    found = gathered(scripts, Context(issuers=setting.issuers, years=years, moved=moved), setting.addressees)
    doubts = (
        *found.doubts,
        *doubts_of(found.obligations, window, setting.addressees, setting.contacts, calendar),
    )
    return Owed(obligations=found.obligations, window=window, doubts=tuple(dict.fromkeys(doubts)))
