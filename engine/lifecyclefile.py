"""Lifecycle files: a lifecycle of one's own in a few lines of YAML, on top of the standard one.

    name: reviewed
    version: 1
    statuses: [under review, approved]
    without: [report]
    transitions:
      - {trigger: submit, from: executing, to: under review, by: unit}
      - {trigger: approve, from: under review, to: approved, by: superior}
      - {trigger: reject, from: under review, to: executing, by: superior}
      - {trigger: report, from: approved, to: reported}

Rule: everything is text until it is checked, and errors name the line. A standard trigger keeps its
event and its guards, and its role unless another is given; all others are steps of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from xiada.engine.laws import LAWS
from xiada.engine.lifecycle import STANDARD, STEP, Lifecycle, Status, Transition
from xiada.engine.tabletext import Pairs, Part, refuse, table_text, yaml_tree

FILE_BYTES = 1_000_000
_TRUTHS: Mapping[str, bool] = {"true": True, "yes": True, "false": False, "no": False}


def load_lifecycle(path: Path | str) -> Lifecycle:
    """Return the lifecycle a file describes, checked in every line.

    Raises:
        Malformed: It cannot be read, is no lifecycle, or breaks a law; names file, row and field.
    """
    file = Path(path)
    return parse_lifecycle(table_text(file, FILE_BYTES, "Is this a lifecycle?"), source=str(file))


def parse_lifecycle(text: str, *, source: str = "lifecycle") -> Lifecycle:
    """Return the lifecycle a YAML text describes.

    Args:
        text: The text.
        source: What errors call it.

    Raises:
        Malformed: It is no lifecycle, or breaks a law; names source, row and field.

    Example:
        >>> parse_lifecycle("{name: urged, transitions: [{trigger: praise, from: executing, by: superior}]}").steps
        ('praise',)
    """
    root = yaml_tree(text, source, "name")
    if root is None:
        refuse(source, 1, "name", "empty_file", "it holds nothing")
    fields = _fields(root, source, ("name", "version", "statuses", "without", "transitions"), ("name",))
    values: dict[str, Any] = {
        "statuses": _each(fields.get("statuses"), source, "statuses", _status),
        "transitions": _each(fields.get("transitions"), source, "transitions", _transition),
        "without": _texts(fields.get("without"), source, "without"),
    }
    name = _text(fields["name"], source, "name")
    version = _number(fields["version"], source, "version") if "version" in fields else 1
    return STANDARD.extended(name, version, **values)


def _status(part: Part, source: str) -> Status:
    """Return a status: a name alone, or name and whether it is closed."""
    if not isinstance(part.value, Pairs):
        return Status(_text(part, source, "statuses"))
    fields = _fields(part, source, ("name", "closed"), ("name",))
    closed = _text(fields["closed"], source, "closed") if "closed" in fields else "false"
    if closed not in _TRUTHS:
        refuse(source, part.line, "closed", "bad_choice", "it is neither true nor false")
    return Status(_text(fields["name"], source, "name"), _TRUTHS[closed])


def _transition(part: Part, source: str) -> Transition:
    """Return a row: of a standard trigger with what belongs to it, else of a step."""
    fields = _fields(part, source, ("trigger", "from", "to", "by", "guards"), ("trigger", "from"))
    trigger = _text(fields["trigger"], source, "trigger")
    law = LAWS.get(trigger)
    by = _text(fields["by"], source, "by") if "by" in fields else STANDARD.roles.get(trigger)
    if by is None:
        refuse(source, part.line, "by", "missing_field", f"it does not say who pulls '{trigger}'")
    guards = _texts(fields.get("guards"), source, "guards")
    kept = () if law is None or by == "effect" else tuple(one for one in sorted(law.guards) if one not in guards)
    return Transition(
        trigger,
        _texts(fields["from"], source, "from"),
        _text(fields["to"], source, "to") if "to" in fields else None,
        by,  # type: ignore[arg-type]  # the laws look at roles
        STEP + trigger if law is None else law.event,
        (*kept, *guards),
    )


def _fields(part: Part, source: str, known: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Part]:
    """Return the members of a mapping by name, less those that are empty."""
    if not isinstance(part.value, Pairs):
        refuse(source, part.line, known[0], "bad_field", "it is no mapping of fields")
    names = [str(key.value) for key in part.value[::2]]
    for name in names:
        if name not in known:
            refuse(source, part.line, name, "unknown_field", f"there is no such field; known are {', '.join(known)}")
        if names.count(name) > 1:
            refuse(source, part.line, name, "duplicate_field", "it is given twice")
    found = {name: value for name, value in zip(names, part.value[1::2], strict=True) if value.value != ""}
    for name in required:
        if name not in found:
            refuse(source, part.line, name, "missing_field", "it is missing or empty")
    return found


def _each(part: Part | None, source: str, field: str, read: Callable[[Part, str], Any]) -> tuple[Any, ...]:
    """Return the items of a list, each read; nothing where there is none."""
    if part is None:
        return ()
    if not isinstance(part.value, list) or isinstance(part.value, Pairs):
        refuse(source, part.line, field, "bad_field", "it is no list")
    return tuple(read(item, source) for item in part.value)


def _texts(part: Part | None, source: str, field: str) -> tuple[str, ...]:
    """Return one text or several as several."""
    if part is not None and isinstance(part.value, str):
        return (part.value,)
    return _each(part, source, field, lambda item, _: _text(item, source, field))


def _text(part: Part, source: str, field: str) -> str:
    """Return a text."""
    if not isinstance(part.value, str) or not part.value:
        _no_text(part, source, field)
    return part.value


def _no_text(part: Part, source: str, field: str) -> NoReturn:
    """Refuse what is no text."""
    refuse(source, part.line, field, "bad_field", "it is no text")


def _number(part: Part, source: str, field: str) -> int:
    """Return a whole number from 1."""
    text = _text(part, source, field)
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        refuse(source, part.line, field, "bad_field", "it is no whole number")
    return int(text)
