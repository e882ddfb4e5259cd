"""What the workflows share: a clock a story sets, the steps it is told in, and the hands that do its deeds.

Rule: a story drives an engine through its public API only, with times of its own; run twice, it
gives the same events byte for byte but for the salts of erasable texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Literal

from xiada.engine.commands import Acknowledge, Actor, Execute, Report
from xiada.engine.due import SHANGHAI, instant, zone_info
from xiada.engine.engine import Engine
from xiada.engine.errors import Refused, XiadaError
from xiada.engine.org import Org
from xiada.engine.orgfile import parse_org

Moment = Literal["issued", "half_way", "summarised"]


class StoryClock:
    """A clock that stands where it was put.

    Example:
        >>> clock = StoryClock()
        >>> clock.put("2020-05-06 09:00")
        >>> clock.now()
        1588726800000000
    """

    def __init__(self) -> None:
        self._now = 0

    def now(self) -> int:
        """Return the instant it was put to, µs since 1970 UTC."""
        return self._now

    def put(self, moment: str, zone: str = SHANGHAI) -> None:
        """Put it to a wall-clock time, `YYYY-MM-DD hh:mm`, in a zone."""
        self._now = instant(datetime.fromisoformat(moment).replace(tzinfo=zone_info(zone)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story, told after it happened.

    Args:
        title_zh: What happened, in Chinese.
        title_en: The same in English.
        refusal: What the engine said, where the step is a refusal.
        moment: A moment worth a picture; `summarised` is the last step of a story, and no other.
    """

    title_zh: str
    title_en: str
    refusal: XiadaError | None = None
    moment: Moment | None = None


def packaged_org(name: str) -> Org:
    """Return an org that comes with the presets, by the name of its file without `.yaml`.

    Example:
        >>> packaged_org("org-guangdong").unit("gd-ast").level
        'province'
    """
    text = (files("xiada.workflows") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse_org(text, source=f"{name}.yaml")


def clerk(unit: str) -> Actor:
    """Return the account a unit acts by in a story.

    Example:
        >>> clerk("gd-ast").unit
        'gd-ast'
    """
    return Actor("clerk", unit)


class Hands:
    """The deeds every story does over and over, each by a clerk of the unit concerned.

    Args:
        engine: Where they are done.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def children(self, ref: str) -> list[str]:
        """Return the references of a directive's children."""
        return [state.ref for state in self._engine.children(ref)]

    def child(self, ref: str, unit: str) -> str:
        """Return the reference of the latest child of a directive that lies on a unit."""
        return [state.ref for state in self._engine.children(ref) if state.unit == unit][-1]

    def standing(self, refs: Iterable[str], *statuses: str) -> list[str]:
        """Return those of these directives that stand at one of the statuses."""
        return [ref for ref in refs if self._engine.directive(ref).status in statuses]

    def of(self, ref: str) -> Actor:
        """Return a clerk of the unit a directive lies on."""
        return clerk(self._engine.directive(ref).unit)

    def acknowledge(self, refs: Iterable[str]) -> None:
        """Have each unit sign for its directive, all in one transaction."""
        self._engine.submit([Acknowledge(ref, actor=self.of(ref)) for ref in refs])

    def execute(self, refs: Iterable[str]) -> None:
        """Have each unit begin, all in one transaction."""
        self._engine.submit([Execute(ref, actor=self.of(ref)) for ref in refs])

    def report(self, refs: Iterable[str]) -> None:
        """Have each unit report on all that it must, all in one transaction."""
        self._engine.submit([Report(ref, answers=self.answers(ref), actor=self.of(ref)) for ref in refs])

    def answers(self, ref: str) -> tuple[str, ...]:
        """Return what a report on a directive must answer, as `notice id/requirement id`."""
        required = self._engine.requirements(ref)
        return tuple(f"{notice.id}/{one.id}" for notice, one in required if one.mandatory)


class Acts:
    """The acts of a story: each does its deeds and then says so.

    Args:
        engine: An empty engine that runs by the clock.
        clock: The story's own.
    """

    def __init__(self, engine: Engine, clock: StoryClock) -> None:
        self._engine, self._clock, self._hands = engine, clock, Hands(engine)


def refusal_of(deed: Callable[[], object]) -> Refused:
    """Return what the engine said to a deed that it refused.

    Example:
        >>> def deed() -> None:
        ...     raise Refused("no_room", "there is no room")
        >>> refusal_of(deed).code
        'no_room'
    """
    try:
        deed()
    except Refused as refusal:
        return refusal
    raise AssertionError("a story expected to be refused, and was not")
