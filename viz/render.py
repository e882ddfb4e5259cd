"""DOT into pictures: the only place of the package that runs a program.

Engines: `dot` on PATH if it is there, else the Graphviz that the pygraphviz wheel carries; either in a
child process with bounded time and memory.

Rule: no picture is better than a wrong one. A non-zero exit, no output, and every `Error:` and
`Warning:` of Graphviz fail the drawing, `too large` above all (it means "scaled until unreadable").
Let pass are complaints about fonts and about text wider than its box by the fonts of this machine: our
sizes come from estimates, browsers bring their own fonts, and a unit's name must not be able to stop
a drawing. Lines of other libraries (Fontconfig, Pango) are chatter.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.limits import shown
from xiada.viz.lean import Lean

Format = Literal["svg", "png", "pdf"]
Engine = Literal["dot", "pygraphviz"]
FORMATS: tuple[Format, ...] = get_args(Format)

PNG_DPI_MOST, PNG_DPI_LEAST = 144, 54
PNG_SIDE_PIXELS = 30_000
PNG_PIXELS = 100_000_000
PNG_BYTES = 560_000_000
_BYTES_PER_PIXEL = 4
_BYTES_PER_LETTER = 7
PDF_SIDE_INCHES = 200
_INCH = 72
_PIPE_BYTES = 1 << 18
LOOK_UP_S = 0.2
"""Nobody waits longer at a stretch: an interrupt that comes just before a wait without end is heard when that ends."""

_WHOLE = {"svg": (b"<?xml ", b"</svg>"), "png": (b"\x89PNG\r\n", b"IEND\xaeB`\x82"), "pdf": (b"%PDF-", b"%%EOF")}
"""How a picture begins and ends."""

_ROOMY_PIPE_BYTES = 1 << 20
_GULP_S = 0.01
"""How often complaints are collected: taken one by one, ten thousand of them cost as much as a tenth of the drawing."""

_WORKER = Path(__file__).with_name("worker.py")
_BOUNDS = re.compile(r'\bbb="0,0,([0-9.]+),([0-9.]+)"')
_COMPLAINT = re.compile(r"^(Warning|Error): |too large|syntax error", re.IGNORECASE)
_HARMLESS = re.compile(
    r"size too small for (content|label)|no (value for width|hard-coded metrics)|[Ff]ont|could not load .*plugin",
    re.IGNORECASE,
)
_CRAMPED = re.compile(r"Warning: cell size too small for content\nin label of node n\d+\n")
"""What is said of nearly every text, for our cells are as high as the letters and not as the line; harmless."""

_NO_MEMORY = re.compile(
    r"out of memory|MemoryError|bad_alloc|cannot allocate|[mr]e?alloc|failed to map|creating thread", re.IGNORECASE
)


class RenderError(XiadaError):
    """Graphviz is missing, failed, was stopped, or would have drawn something unreadable."""


def render(
    dot: str, kind: Format, *, seconds: float = 60.0, megabytes: int = 2000, engine: Engine | None = None
) -> bytes:
    """Return DOT text as a picture.

    A PNG is drawn at up to 144 dpi, at fewer when the page is large (at most 30,000 pixels a side,
    100 million in all, and 560 MB with the graph itself); below 54 dpi letters could not be read, and
    it is refused. A PDF page is at most 200 inches a side (what PDF readers open); vectors stay sharp,
    so larger ones are scaled.

    Args:
        dot: From `to_dot`.
        kind: `svg`, `png` or `pdf`.
        seconds: Most time it may take.
        megabytes: Most memory it may take (where the system can bound it).
        engine: `dot` or `pygraphviz`; None = the first that is there.

    Raises:
        Malformed: Another kind.
        RenderError: No Graphviz, out of time or memory, too large, or a complaint of Graphviz.
    """
    return drawn((dot,), kind, seconds=seconds, megabytes=megabytes, engine=engine)


def drawn(
    pieces: Iterable[str],
    kind: Format,
    *,
    seconds: float = 60.0,
    megabytes: int = 2000,
    engine: Engine | None = None,
    together: Together | None = None,
) -> bytes:
    """Return DOT text that comes in pieces as a picture; see `render`. It is given up when `together` is."""
    if kind not in FORMATS:
        raise Malformed(
            "unknown_format", f"{shown(kind)} is no picture format", remedy=f"Use one of {', '.join(FORMATS)}."
        )
    program = _program(engine)
    dot = iter(pieces)
    opening = next(dot) if kind == "svg" else "".join(dot)
    python = [sys.executable, "-I"] if program == "pygraphviz" else [sys.executable, "-I", "-S"]
    bounds = [str(megabytes), str(int(seconds) + 1)]
    child = _Child([*python, str(_WORKER), *bounds, program, kind, *_options(opening, kind)])
    if together is not None:
        together.add(child)
    picture = Lean() if kind == "svg" else _Plain()
    child.draw(chain((opening,), dot), picture, seconds)
    _judge(child, megabytes)
    content = picture.ended()
    begins, ends = _WHOLE[kind]
    if not (content.startswith(begins) and content.rstrip().endswith(ends)):
        _fail(child.status, [f"something that is no whole {kind}"])
    return content


def _program(engine: Engine | None) -> str:
    """Return what draws: the path of `dot`, or `pygraphviz`."""
    found = shutil.which("dot") if engine in (None, "dot") else None
    if found:
        return found
    if engine != "dot" and _has_wheel():
        return "pygraphviz"
    raise RenderError(
        "no_graphviz",
        "there is no Graphviz to draw with" if engine is None else f"there is no {engine} to draw with",
        remedy="Run `pip install pygraphviz` (it carries Graphviz), or install the graphviz package of your system.",
    )


def _has_wheel() -> bool:
    """Tell whether pygraphviz is installed."""
    from importlib.util import find_spec  # noqa: PLC0415  (only needed where `dot` is missing)

    return find_spec("pygraphviz") is not None


def _options(dot: str, kind: Format) -> list[str]:
    """Return the attributes that bound a picture's size, as `name=value`."""
    if kind == "svg":
        return []
    if kind == "pdf":
        return [f"size={PDF_SIDE_INCHES},{PDF_SIDE_INCHES}"]
    bounds = _BOUNDS.search(dot[:2_000])
    if bounds is None:
        side = int(PNG_PIXELS**0.5) / PNG_DPI_MOST
        return [f"dpi={PNG_DPI_MOST}", f"size={side:.1f},{side:.1f}"]
    return [f"dpi={_resolution(float(bounds[1]) / _INCH, float(bounds[2]) / _INCH, len(dot))}"]


def _resolution(width: float, height: float, length: int) -> int:
    """Return the most dots per inch at which a page of so many inches is not too large.

    The graph itself takes memory too, about in proportion to its text; what is left of the bound is for pixels.
    """
    pixels = min(PNG_PIXELS, (PNG_BYTES - _BYTES_PER_LETTER * length) / _BYTES_PER_PIXEL)
    most = min(PNG_DPI_MOST, PNG_SIDE_PIXELS / max(width, height), (max(1, pixels) / (width * height)) ** 0.5)
    if most < PNG_DPI_LEAST:
        raise RenderError(
            "too_large",
            f"a page of {width:.0f} by {height:.0f} inches is too large for a PNG that can be read",
            remedy="Draw fewer boxes (a smaller budget), or ask for svg or pdf.",
        )
    return int(most)


class _Plain:
    """Takes a picture as it comes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, more: bytes) -> None:
        """Take what comes next."""
        self._parts.append(more)

    def ended(self) -> bytes:
        """Return it all."""
        return b"".join(self._parts)


class _Child:
    """The child process: it reads while we write, and what it draws is worked on while it draws on.

    Rule: whatever happens, none of it is left behind.

    Raises:
        RenderError: It cannot be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.status = 0
        self.drew = False
        self.said = ""
        self._late = False
        self._drawn = threading.Event()
        self._process = _started(command)

    def draw(self, dot: Iterable[str], picture: Lean | _Plain, seconds: float) -> None:
        """Have it draw a DOT text.

        Raises:
            RenderError: It takes longer than so many seconds.
        """
        timer = threading.Timer(seconds, self._expire)
        taking = threading.Thread(target=self._take, args=(picture,))
        helpers = [threading.Thread(target=self._hear), taking, timer]
        with self._process as process:
            try:
                for helper in helpers:
                    helper.start()
                self._tell(dot)
                while taking.is_alive():
                    taking.join(LOOK_UP_S)
                self._end()
                self.status = process.wait()
            finally:  # an interrupt of ours must end the child too: it is in a session of its own
                self.stop()
                timer.cancel()
                for helper in helpers:
                    if helper.ident is not None:
                        helper.join()
        if self._late:
            raise RenderError(
                "timed_out",
                f"drawing took longer than {seconds:g} s",
                remedy="Draw fewer boxes, or allow more seconds.",
            )

    def _tell(self, dot: Iterable[str]) -> None:
        """Write the DOT text to the child, as far as it listens."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as listening:
            for piece in dot:
                listening.write(piece.encode())

    def _take(self, picture: Lean | _Plain) -> None:
        """Take what the child draws."""
        assert self._process.stdout is not None
        while more := self._process.stdout.read(_PIPE_BYTES):
            picture.feed(more)
            self.drew = True
        self._drawn.set()

    def _hear(self) -> None:
        """Read what the child complains of."""
        assert self._process.stderr is not None
        heard = []
        while more := os.read(self._process.stderr.fileno(), _PIPE_BYTES):
            heard.append(more)
            self._drawn.wait(_GULP_S)
        self.said = b"".join(heard).decode(errors="replace")

    def _end(self) -> None:
        """Wait until the child ends, and stop what it leaves behind while its number is still its own."""
        if sys.platform == "linux":
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self.stop()

    def _expire(self) -> None:
        """Note that time is up, and stop the child."""
        self._late = True
        self.stop()

    def stop(self) -> None:
        """Stop the child process and all that it started, unless it has ended; its number may be another's by then."""
        if self._process.returncode is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


class Together:
    """Drawings that are made at the same time, each in a thread of its own, and can be given up from another.

    Rule: no interrupt reaches a thread that waits for its child, so whoever waits for the threads ends the children.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: list[_Child] = []
        self._given_up = False

    def add(self, child: _Child) -> None:
        """Take in a child process; it is stopped at once if all were given up before."""
        with self._lock:
            self._children.append(child)
            given_up = self._given_up
        if given_up:
            child.stop()

    def give_up(self) -> None:
        """Stop every child process, those to come as well."""
        with self._lock:
            self._given_up = True
            children = tuple(self._children)
        for child in children:
            child.stop()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Return a child process that listens.

    Raises:
        RenderError: The system starts no more processes, or not this one.
    """
    try:
        process = subprocess.Popen(  # noqa: S603  (our own worker; names are never arguments)
            command,
            bufsize=_PIPE_BYTES,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise RenderError(
            "not_started",
            f"no process can be started to draw in ({error.strerror})",
            remedy="Check memory and the limits of processes and open files.",
            why=error.strerror,
        ) from None
    _widen(process)
    return process


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let the pipes of a child hold more where the system can, so that we and it wait less for each other."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415  (POSIX only)

        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # whoever has very many pipes is allowed no larger ones
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOMY_PIPE_BYTES)


def _judge(child: _Child, megabytes: int) -> None:
    """Refuse what was drawn if anything speaks against it."""
    if child.status and _NO_MEMORY.search(child.said):
        raise RenderError(
            "too_much_memory",
            f"drawing took more than {megabytes:,} MB",
            remedy="Draw fewer boxes, or allow more megabytes.",
        )
    lines = _CRAMPED.sub("", child.said).splitlines()
    complaints = [line for line in lines if _COMPLAINT.search(line) and not _HARMLESS.search(line)]
    if child.status or complaints or not child.drew:
        _fail(child.status, complaints or lines)


def _fail(status: int, lines: Sequence[str]) -> None:
    """Raise what Graphviz complained of."""
    first = shown(lines[-1] if status and lines else lines[0] if lines else "nothing", 200)
    raise RenderError(
        "render_failed",
        f"Graphviz exited with {status} and said {first}",
        remedy="Draw fewer boxes; if that does not help, report it with the DOT text.",
        status=status,
        said=list(lines[:20]),
    )
