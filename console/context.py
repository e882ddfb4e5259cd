"""What a command takes from its surroundings: clock, screens, environment, files.

Rule: here and nowhere else the console meets the machine. A test gives its own `Context`; commands
ask a `Desk`, which is a context with one command's common options.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from xiada.console.words import Language, Words, language_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from xiada.console.signing import Signing
    from xiada.engine.engine import Engine
    from xiada.engine.lifecycle import Lifecycle
    from xiada.engine.log.keys import VerifierKey
    from xiada.engine.ports import Clock


class Progress(Protocol):
    """Moves a bar: so many are done, of so many if that has become known."""

    def __call__(self, count: int, total: int | None = None, /) -> None:
        """Show it."""
        ...


_LONE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def visible(text: str) -> str:
    r"""Return text with everything a terminal would act on, or could not show, written as an escape.

    Example:
        >>> visible("a\x1b[31mb")
        'a\\x1b[31mb'
    """
    return _UNSEEN.sub(lambda found: ascii(found.group())[1:-1], text)


def as_json(value: object, stream: TextIO) -> str:
    """Return a value as JSON on one line, in ASCII where the stream cannot take all of Unicode."""
    unicode = (stream.encoding or "").lower().startswith("utf")
    return _LONE.sub(lambda found: ascii(found.group())[1:-1], json.dumps(value, ensure_ascii=not unicode, default=str))


def cores() -> int:
    """Return how many processes can run side by side here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Context:
    """The surroundings.

    Args:
        clock: Tells the time; None = the machine's clock.
        environment: Variables of the process, for the locale.
        lifecycles: Those brought along beside the standard one.
        sleep: Waits so many seconds.
    """

    clock: Clock | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    lifecycles: tuple[Lifecycle, ...] = ()
    sleep: Callable[[float], None] = time.sleep

    def words(self, asked: str | None = None) -> Words:
        """Return the words of the language asked for, else of the locale."""
        known: Mapping[str, Language] = {"zh": "zh", "en": "en"}
        return Words(known.get(asked or "") or language_of(self.environment))

    def open(
        self,
        file: str,
        *,
        must_sign: bool = False,
        restoring: bool = False,
        signing: Signing | None = None,
        verifiers: tuple[VerifierKey, ...] = (),
    ) -> Engine:
        """Open a Xiada file, to be signed as it remembers or the environment says.

        Args:
            file: The file.
            must_sign: Refuse if it is to be signed and the key is not there.
            restoring: Open it even if it does not extend what its anchors hold.
            signing: Who signs instead.
            verifiers: Keys that are trusted; none = the log's own.
        """
        from xiada.console.calendars import remembered
        from xiada.console.signing import signing_of
        from xiada.engine.engine import Engine, SystemClock
        from xiada.engine.stores import open_store
        from xiada.workflows.catalogue import all_guards

        store = open_store(file)
        try:
            ports = (signing or signing_of(store, self.environment)).ports(must_sign=must_sign)
            ports |= {"clock": self.clock or SystemClock(), "restoring": restoring, "verifiers": verifiers}
            ports |= {"calendar": remembered(store), "guards": all_guards()}
            if self.lifecycles:
                from xiada.engine.lifecycle import STANDARD

                ports |= {"lifecycles": (STANDARD, *self.lifecycles)}
            return Engine(store, **ports)
        except BaseException:
            store.close()
            raise

    def create(self, file: str, origin: str) -> Engine:
        """Make a Xiada file."""
        from xiada.engine.engine import Engine, SystemClock

        return Engine.create(file, origin, clock=self.clock or SystemClock())


class Desk:
    """Where one command does its work: its file, its language, and where its answers go.

    Args:
        context: The surroundings.
        file: The Xiada file; opened when first asked for.
        language: As asked for with `--lang`, None = by the locale.
        as_json: Whether answers are for programs.
    """

    must_sign = False
    """Whether a file that is to be signed is refused without its key: whoever only looks needs none."""

    def __init__(self, context: Context, *, file: str, language: str | None = None, as_json: bool = False) -> None:
        self.context = context
        self.file = file
        self.words = context.words(language)
        self.as_json = as_json
        self._engine: Engine | None = None
        self._screen: Console | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self.let_go(self._engine)

    def let_go(self, engine: Engine) -> None:
        """Close a file; say on stderr what could not be published or handed to an anchor."""
        engine.close()
        for trouble in engine.troubles():
            self.note(self.words.say("trouble", what=self._told(trouble)))

    def _told(self, trouble: Exception) -> str:
        """Return what went wrong, as a sentence."""
        from xiada.console.refusals import sentence
        from xiada.engine.errors import XiadaError

        return sentence(trouble, self.words) if isinstance(trouble, XiadaError) else str(trouble)

    @property
    def engine(self) -> Engine:
        """The file, open."""
        if self._engine is None:
            self._engine = self.context.open(self.file, must_sign=self.must_sign)
        return self._engine

    def reopen(
        self,
        *,
        must_sign: bool,
        restoring: bool = False,
        signing: Signing | None = None,
        verifiers: tuple[VerifierKey, ...] = (),
    ) -> Engine:
        """Open the file in another way, see `Context.open`; it stays open."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._engine = self.context.open(
            self.file, must_sign=must_sign, restoring=restoring, signing=signing, verifiers=verifiers
        )
        return self._engine

    def create(self, origin: str) -> Engine:
        """Make the file; it stays open."""
        self._engine = self.context.create(self.file, origin)
        return self._engine

    def bring(self, file: str) -> Lifecycle:
        """Return the lifecycle of a file; the engine, which is not open yet, will know it."""
        from xiada.engine.lifecyclefile import load_lifecycle

        assert self._engine is None, "an engine is opened with its lifecycles"
        table = load_lifecycle(file)
        self.context = replace(self.context, lifecycles=(table,))
        return table

    def say(self, key: str, **facts: object) -> None:
        """Print one phrase."""
        self.line(self.words.say(key, **facts))

    def line(self, text: str | Text = "") -> None:
        """Print one line as it is: no markup, no wrapping."""
        if isinstance(text, str):
            text = visible(text)
        self.screen.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Print one line beside the answer, on stderr."""
        sys.stderr.write(f"{visible(text)}\n")

    def document(self, value: object) -> None:
        """Print one JSON document on one line."""
        sys.stdout.write(f"{as_json(value, sys.stdout)}\n")

    @property
    def screen(self) -> Console:
        """The terminal or pipe answers go to."""
        if self._screen is None:
            from rich.console import Console

            self._screen = Console(highlight=False, markup=False, emoji=False)
        return self._screen

    @contextmanager
    def progress(self, key: str, total: int | None = None) -> Iterator[Progress]:
        """Show a bar on stderr while something long runs; nothing where stderr is no terminal."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(self.words.say(key), total=total)
            yield lambda count, total=None: bar.update(task, completed=count, total=total)
