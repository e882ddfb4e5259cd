"""XES (IEEE 1849-2016): one trace per directive, or one per cascade.

Rule: a trace's events stand together, in log order, traces in the order in which they began; events of
no directive (the org's, the log's own) belong to no trace and are left out. A log mixes its
directives, so events wait in a spool until all have come: give it a file, and memory holds no more
than one number per event. Every event is atomic: its lifecycle transition is `complete`.

Source: IEEE Std 1849-2016, extensions concept, time, lifecycle and organizational; XML 1.0 §2.2.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import BinaryIO, Literal
from xml.sax.saxutils import quoteattr

from xiada.engine.events import Issued
from xiada.engine.exports.typed import (
    ENVELOPE,
    Attribute,
    Value,
    attributes_of,
    cascade_of,
    envelope_of,
    timestamp,
    values_of,
)
from xiada.engine.records import Recorded

Case = Literal["directive", "cascade"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"
_SITE = "http://www.xes-standard.org"
_EXTENSIONS = (
    ("Concept", "concept", "concept.xesext"),
    ("Time", "time", "time.xesext"),
    ("Lifecycle", "lifecycle", "lifecycle.xesext"),
    ("Organizational", "org", "org.xesext"),
)
_CLASSIFIERS = (("Activity", "concept:name"), ("Activity and unit", "concept:name org:group"))
_GROUPED = frozenset({"actor", "unit"})
"""Of the envelope, what the organizational extension has names for."""


def write_xes(
    events: Iterable[Recorded], file: BinaryIO, *, case: Case = "directive", spool: BinaryIO | None = None
) -> int:
    """Write events as XES.

    Args:
        events: In log order.
        file: What is written to.
        case: What one trace is of.
        spool: An empty file, readable and seekable, for events to wait in; None = in memory.

    Returns:
        How many were written: those of directives.
    """
    waiting = BytesIO() if spool is None else spool
    traces: dict[str, array[int]] = {}
    count = 0
    for recorded in events:
        cascade = cascade_of(recorded.ref)
        if cascade is not None:
            name = recorded.ref if case == "directive" else cascade
            places = traces.setdefault(name, array("q"))
            places.append(waiting.tell())
            waiting.write(_event(recorded, opens=case == "directive" and not places[1:]))
            count += 1
    file.write(_HEAD.encode())
    for name, places in traces.items():
        file.writelines(_trace(name, places, waiting))
    file.write(b"</log>\n")
    return count


def _head() -> str:
    """Return all that stands before the first trace."""
    extensions = (
        f"<extension name={quoteattr(name)} prefix={quoteattr(prefix)} uri={quoteattr(f'{_SITE}/{file}')}/>\n"
        for name, prefix, file in _EXTENSIONS
    )
    classifiers = (
        f'<classifier name={quoteattr(name)} scope="event" keys={quoteattr(keys)}/>\n' for name, keys in _CLASSIFIERS
    )
    globally = dict.fromkeys(("concept:name", "lifecycle:transition", "org:resource", "org:group"), "unknown")
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<log xes.version="1849.2016" xes.features="" xmlns="{_SITE}/">\n',
            *extensions,
            f'<global scope="trace">{_attribute("string", "concept:name", "unknown")}</global>\n',
            f'<global scope="event">{_attribute("date", "time:timestamp", _date(0))}{_strings(globally)}</global>\n',
            *classifiers,
            f"{_strings({'concept:name': 'Xiada', 'lifecycle:model': 'standard'})}\n",
        )
    )


def _trace(name: str, places: Iterable[int], waiting: BinaryIO) -> Iterator[bytes]:
    """Yield a trace, its events from where they wait."""
    yield f"<trace>{_strings({'concept:name': name})}\n".encode()
    for place in places:
        waiting.seek(place)
        yield waiting.readline()
    yield b"</trace>\n"


def _event(recorded: Recorded, *, opens: bool) -> bytes:
    """Return an event as one line; the one that opens a directive's trace has the trace's attributes before it."""
    event = recorded.event
    before = ""
    if opens and isinstance(event, Issued):
        before = _strings({"unit": event.to, "line": event.line} | ({"parent": event.parent} if event.parent else {}))
    named = {
        "concept:name": event.type,
        "lifecycle:transition": "complete",
        "org:resource": recorded.actor,
        "org:group": recorded.unit,
    }
    line = "".join(
        (
            f"{before}<event>{_attribute('date', 'time:timestamp', _date(recorded.t))}{_strings(named)}",
            *_typed(ENVELOPE, envelope_of(recorded)),
            *_typed(attributes_of(type(event)), values_of(event)),
            "</event>\n",
        )
    )
    return line.encode()


def _typed(attributes: Iterable[Attribute], values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the attributes that have a value, each as an element of its kind."""
    for name, kind in attributes:
        value = values.get(name)
        if value is None or name in _GROUPED:
            continue
        if kind == "time":
            assert isinstance(value, int), "an instant is an integer"
            yield _attribute("date", name, _date(value))
        elif kind == "string":
            yield _attribute("string", name, str(value))
        else:
            yield _attribute("int" if kind == "integer" else "boolean", name, str(value).lower())


def _strings(values: Mapping[str, str]) -> str:
    """Return text attributes."""
    return "".join(_attribute("string", name, value) for name, value in values.items())


def _attribute(kind: str, key: str, value: str) -> str:
    """Return one attribute; a character that XML cannot hold becomes U+FFFD."""
    return f'<{kind} key="{key}" value={quoteattr(_ILLEGAL.sub(_REPLACEMENT, value))}/>'


def _date(us: int) -> str:
    """Return an instant as XES writes it."""
    return f"{timestamp(us)}+00:00"


_HEAD = _head()
