"""Lifecycles an engine runs by: those it was opened with, and those its cascades pin.

Rule: a table is known by its digest. What a running cascade pins lies beside the log as bytes, so it
goes on by that table whatever the engine was opened with; only the guards the table names have to be
there. New cascades are issued by the tables an engine was opened with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from xiada.engine import codec
from xiada.engine.errors import GuardRefused, Malformed, NotFound, Refused
from xiada.engine.facts import Facts
from xiada.engine.guards import GUARDS, Guard
from xiada.engine.laws import check_lawful
from xiada.engine.lifecycle import Lifecycle, read_lifecycle

Blob = Callable[[str], bytes | None]
"""Gives the bytes kept beside a log under a name, None if there are none."""


class Lifecycles(Mapping[str, Lifecycle]):
    """Tables by digest: those that are known, and whatever lies beside the log.

    Args:
        known: Known ones; what is read is added to them, for a digest has one table.
        blob: Gives the others' bytes.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> found = Lifecycles({}, {STANDARD.digest: STANDARD.body}.get)
        >>> found[STANDARD.digest].name, found.get("unknown") is None
        ('standard', True)
    """

    def __init__(self, known: dict[str, Lifecycle], blob: Blob) -> None:
        self._known, self._blob = known, blob

    def __getitem__(self, digest: str) -> Lifecycle:
        found = self._known.get(digest)
        if found is None:
            body = self._blob(digest) if codec.is_digest(digest) else None
            if body is None or codec.named("lifecycle", body) != digest:
                raise KeyError(digest)
            found = self._known[digest] = read_lifecycle(body)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Pin(NamedTuple):
    """From a log index on a cascade runs by a table."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it
    lifecycle: Lifecycle


class Pins:
    """The tables a cascade has run by, in log order: the first it was issued by, the others it migrated to.

    Args:
        pins: At least one.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> second = STANDARD.extended("second")
        >>> pins = Pins([Pin(7, STANDARD), Pin(20, second)])
        >>> pins.at(19).name, pins.at(20).name, pins.latest.name
        ('standard', 'second', 'second')
    """

    def __init__(self, pins: Iterable[Pin]) -> None:
        self.pins = tuple(pins)

    @property
    def latest(self) -> Lifecycle:
        """The table it runs by now."""
        return self.pins[-1].lifecycle

    @property
    def statuses(self) -> tuple[str, ...]:
        """The names of all statuses its directives ever had, those of the latest table first."""
        return tuple(dict.fromkeys(one.name for pin in reversed(self.pins) for one in pin.lifecycle.statuses))

    def at(self, index: int) -> Lifecycle:
        """Return the table in force at an event of the cascade; at one that changes it, the new one."""
        return self.pins[max(0, bisect_right(self.pins, index, key=lambda pin: pin.index) - 1)].lifecycle


def named(name: str | None, lifecycles: tuple[Lifecycle, ...]) -> Lifecycle:
    """Return the lifecycle of a name, or of a name and a version as `name@2`; None = the first.

    Args:
        name: What it is called.
        lifecycles: Those an engine was opened with; of two versions of one name the first is meant.

    Raises:
        NotFound: There is none.

    Example:
        >>> from xiada.engine.lifecycle import STANDARD
        >>> named("standard@1", (STANDARD,)) is named(None, (STANDARD,)) is STANDARD
        True
    """
    for one in lifecycles:
        if name in (None, one.name, f"{one.name}@{one.version}"):
            return one
    known = [f"{one.name}@{one.version}" for one in lifecycles]
    raise NotFound(
        "no_such_lifecycle",
        f"no lifecycle is called '{name}'",
        lifecycle=name,
        known=known,
        remedy=f"Use one of {', '.join(known)}, or open the engine with it.",
    )


def all_guards(own: Mapping[str, Guard]) -> Mapping[str, Guard]:
    """Return the guards of `guards.py` with an embedder's own.

    Raises:
        Malformed: One of its own is called like one of ours, or cannot be called.
    """
    for name, guard in own.items():
        if name in GUARDS or not callable(guard):
            raise Malformed(
                "bad_guard",
                f"'{name}' cannot be a guard of your own",
                remedy="Give a function of `Facts`, under a name that no guard of ours has.",
                guard=name,
            )
    return {**GUARDS, **{name: _answering(name, guard) for name, guard in own.items()}}


def _answering(name: str, guard: Guard) -> Guard:
    """Return a guard of an embedder's own that answers as a guard does, or is named as one that does not."""

    def asked(facts: Facts) -> Refused | None:
        answer: object = guard(facts)
        if answer is None or isinstance(answer, Refused):
            return answer
        raise Malformed(
            "bad_guard_answer",
            f"guard '{name}' answered with {type(answer).__name__}, which is no answer",
            remedy="Return None where it holds, else a refusal.",
            guard=name,
        )

    return asked


def check_usable(lifecycles: tuple[Lifecycle, ...], guards: Mapping[str, Guard]) -> None:
    """Refuse lifecycles an engine could not issue by.

    Raises:
        Malformed: There is none, one breaks a law, or one names a guard that is not there.
    """
    if not lifecycles:
        raise Malformed("no_lifecycle", "the engine is given no lifecycle", remedy="Leave it out, or give one.")
    for lifecycle in lifecycles:
        check_lawful(lifecycle)
        missing = sorted(lifecycle.guards - guards.keys())
        if missing:
            raise Malformed(
                "unknown_guard",
                f"lifecycle '{lifecycle.name}' names the guard '{missing[0]}', which is not known",
                remedy="Open the engine with guards={name: predicate}.",
                lifecycle=lifecycle.name,
                guards=missing,
            )


def refuse_without_guards(lifecycle: Lifecycle, guards: Mapping[str, Guard]) -> None:
    """Refuse to run by a pinned table whose guards this engine was not opened with.

    Raises:
        GuardRefused: Naming them.
    """
    missing = sorted(lifecycle.guards - guards.keys())
    if missing:
        raise GuardRefused(
            "guard_missing",
            f"the cascade runs by '{lifecycle.name}', whose guard '{missing[0]}' is not known here",
            remedy="Open the engine with guards={name: predicate}.",
            lifecycle=lifecycle.name,
            guards=missing,
        )
