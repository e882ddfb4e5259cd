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

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.limits import shown
from xiada.viz.text import EMPTY_PIECE

Format = Literal["svg", "png", "pdf"]
Engine = Literal["dot", "pygraphviz"]
FORMATS: tuple[Format, ...] = get_args(Format)

PNG_DPI_MOST, PNG_DPI_LEAST = 144, 54
PNG_SIDE_PIXELS = 30_000
PNG_PIXELS = 100_000_000
PDF_SIDE_INCHES = 200
_INCH = 72
_WORKER = Path(__file__).with_name("worker.py")
_BOUNDS = re.compile(r'\bbb="0,0,([0-9.]+),([0-9.]+)"')
_COMPLAINT = re.compile(r"^(Warning|Error): |too large|syntax error", re.IGNORECASE)
_HARMLESS = re.compile(
    r"size too small for (content|label)|no (value for width|hard-coded metrics)|[Ff]ont|could not load .*plugin",
    re.IGNORECASE,
)
_NO_MEMORY = re.compile(
    r"out of memory|MemoryError|bad_alloc|cannot allocate|[mr]e?alloc|failed to map|creating thread", re.IGNORECASE
)
_NODE_TITLE = re.compile(r'<title>(?:n\d+|xiada)</title>(\s*<g id="[^"]*"><a [^>]*?xlink:title="([^"]*)")')
_EDGE_TITLE = re.compile(r"<title>n\d+&#45;&gt;n\d+</title>\n")
_EMPTY_TEXT = re.compile(rf"<text [^>]*>{EMPTY_PIECE}</text>\n")


class RenderError(XiadaError):
    """Graphviz is missing, failed, was stopped, or would have drawn something unreadable."""


def render(
    dot: str, kind: Format, *, seconds: float = 60.0, megabytes: int = 2000, engine: Engine | None = None
) -> bytes:
    """Return DOT text as a picture.

    A PNG is drawn at up to 144 dpi, at fewer when the page is large (at most 30,000 pixels a side and
    100 million in all); below 54 dpi letters could not be read, and it is refused. A PDF page is at
    most 200 inches a side (what PDF readers open); vectors stay sharp, so larger ones are scaled.

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
    if kind not in FORMATS:
        raise Malformed(
            "unknown_format", f"{shown(kind)} is no picture format", remedy=f"Use one of {', '.join(FORMATS)}."
        )
    options = _options(dot, kind)
    command = [sys.executable, "-P", str(_WORKER), str(megabytes), str(int(seconds) + 1)]
    picture = _run([*command, _program(engine), kind, *options], dot, seconds, megabytes)
    return _readable(picture) if kind == "svg" else picture


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
    return [f"dpi={_resolution(float(bounds[1]) / _INCH, float(bounds[2]) / _INCH)}"]


def _resolution(width: float, height: float) -> int:
    """Return the most dots per inch at which a page of so many inches is not too large."""
    most = min(PNG_DPI_MOST, PNG_SIDE_PIXELS / max(width, height), (PNG_PIXELS / (width * height)) ** 0.5)
    if most < PNG_DPI_LEAST:
        raise RenderError(
            "too_large",
            f"a page of {width:.0f} by {height:.0f} inches is too large for a PNG that can be read",
            remedy="Draw fewer boxes (a smaller budget), or ask for svg or pdf.",
        )
    return int(most)


def _run(command: Sequence[str], dot: str, seconds: float, megabytes: int) -> bytes:
    """Run the child process and return what it drew."""
    try:
        done = subprocess.run(  # noqa: S603  (our own worker; names are never arguments)
            command, input=dot.encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            "timed_out",
            f"drawing took longer than {seconds:g} s",
            remedy="Draw fewer boxes, or allow more seconds.",
        ) from error
    said = done.stderr.decode(errors="replace")
    if done.returncode and _NO_MEMORY.search(said):
        raise RenderError(
            "too_much_memory",
            f"drawing took more than {megabytes:,} MB",
            remedy="Draw fewer boxes, or allow more megabytes.",
        )
    complaints = [line for line in said.splitlines() if _COMPLAINT.search(line) and not _HARMLESS.search(line)]
    if done.returncode or complaints or not done.stdout:
        _fail(done.returncode, complaints or said.splitlines())
    return done.stdout


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


def _readable(svg: bytes) -> bytes:
    """Return an SVG whose titles, which screen readers read, are the tips instead of `n17`."""
    text = _NODE_TITLE.sub(r"<title>\2</title>\1", svg.decode())
    return _EMPTY_TEXT.sub("", _EDGE_TITLE.sub("", text)).encode()
