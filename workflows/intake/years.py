"""Which year a date without one means: the title's, the date of issue's, or the document number's.

Rule: a year that was not written with the date is marked `assumed` in fixed words, and where nothing
tells it there is none: today's year is never taken. A due does not lie before the notice that sets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xiada.engine.limits import EARLIEST_YEAR, LATEST_YEAR
from xiada.workflows.intake.numerals import number
from xiada.workflows.intake.script import plain

FROM_TITLE = "year from title"
FROM_ISSUE = "year from issue date"
FROM_NUMBER = "year from number"

FOUR = r"(?:(?:19|20)\d\d|[一二][〇零九八][〇零一二三四五六七八九]{2})"
"""A year of four digits, in either script."""

_IN_TITLE = re.compile(rf"(?<!\d)({FOUR})(?:-({FOUR}))?(?=年|学年|-)")
_IN_NUMBER = re.compile(r"[\[(]((?:19|20)\d\d)[\])]")
_LOOKS_BACK = 31
"""A due this many days before the issue is a slip or a late notice; earlier still it means next year."""


@dataclass(frozen=True, slots=True)
class Years:
    """What a document says about the year it belongs to.

    Args:
        title: Years its title names, in order.
        issue: Its date of issue.
        numbered: The year in its document number.

    Example:
        >>> Years.of("关于开展2020年活动的通知", None, None).of_day(6, 20)
        (2020, 'year from title')
        >>> Years.of("关于报送2019年度总结的通知", date(2019, 12, 20), None).of_day(1, 10)
        (2020, 'year from issue date')
        >>> Years.of("关于召开会议的通知", None, None).of_day(1, 10)
        (None, None)
    """

    title: tuple[int, ...] = ()
    issue: date | None = None
    numbered: int | None = None

    @classmethod
    def of(cls, title: str | None, issue: date | None, doc_number: str | None) -> Years:
        """Return what a title, a date of issue and a document number say."""
        named = [int(number(one) or 0) for found in _IN_TITLE.finditer(plain(title or "")) for one in _groups(found)]
        numbered = _IN_NUMBER.search(plain(doc_number or ""))
        return cls(tuple(dict.fromkeys(named)), issue, int(numbered[1]) if numbered else None)

    def of_day(self, month: int, day: int) -> tuple[int | None, str | None]:
        """Return the year of a month and day written without one, and where it was taken from."""
        readings = list(self._readings(month, day))
        if self.issue is None:
            return readings[0] if readings else (None, None)
        by_issue = self._by_issue(month, day)
        agreeing = [one for one in readings if one[0] == by_issue]
        return agreeing[0] if agreeing else (by_issue, FROM_ISSUE)

    def of_word(self, word: str) -> tuple[int | None, str | None]:
        """Return the year of 今年, 明年 or 去年, counted from the year of writing."""
        base, source = self.written()
        shift = -1 if word[0] in "去上" else 1 if word[0] in "明来次翌" else 0
        return (None, None) if base is None else (base + shift, source)

    def written(self) -> tuple[int | None, str | None]:
        """Return the year the document was written in, and where it was taken from."""
        if self.issue is not None:
            return self.issue.year, FROM_ISSUE
        if self.title:
            return self.title[0], FROM_TITLE
        return (None, None) if self.numbered is None else (self.numbered, FROM_NUMBER)

    def differ(self, month: int, day: int) -> bool:
        """Tell whether title, issue and number do not all say the same year of a day."""
        return len({year for year, _ in self._readings(month, day)}) > 1

    def _readings(self, month: int, day: int) -> Iterator[tuple[int, str]]:
        """Yield what each source says, in the order in which they are believed."""
        yield from ((year, FROM_TITLE) for year in self.title[:1])
        if self.issue is not None:
            yield self._by_issue(month, day), FROM_ISSUE
        if self.numbered is not None:
            yield self.numbered, FROM_NUMBER

    def _by_issue(self, month: int, day: int) -> int:
        """Return the year in which the day comes next after the issue (or was missed by a little)."""
        assert self.issue is not None
        gone = (self.issue.month * 31 + self.issue.day) - (month * 31 + day)
        return self.issue.year + (gone > _LOOKS_BACK)


def possible(year: int) -> bool:
    """Tell whether a directive can be of that year."""
    return EARLIEST_YEAR <= year <= LATEST_YEAR


def _groups(found: re.Match[str]) -> tuple[str, ...]:
    """Return the groups that were there."""
    return tuple(one for one in found.groups() if one)
