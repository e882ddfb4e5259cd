"""Text files people write by hand: read with limits, as parts that know their line, with errors that name the place.

Rule: everything is text until it is checked (no YAML `no`, dates or octal numbers); aliases, tags and
deep nesting are refused, so that a file made to do harm ends in a refusal and not in the stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown

YAML_DEPTH = 8


class Pairs(list["Part"]):
    """The members of a YAML mapping: keys and values in turn."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of YAML: text, a list of parts or pairs of parts, and the line it begins in."""

    line: int
    value: str | list[Part]


def table_text(path: Path, most_bytes: int, question: str) -> str:
    """Return the text of a file of at most so many bytes; a larger one is answered with a question.

    Raises:
        Malformed: It cannot be read, is too large, or is no UTF-8.
    """
    if path.is_fifo():  # whoever opens one waits for a writer, for ever perhaps
        raise _cannot_read(path, "it is a pipe")
    try:
        if path.stat().st_size > most_bytes:
            raise Malformed("file_too_large", f"{path} is larger than {most_bytes:,} bytes", remedy=question)
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("not_utf8", f"{path} is not UTF-8 text", remedy="Save it as UTF-8.", byte=error.start) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise _cannot_read(path, str(why)) from None


def _cannot_read(path: Path, why: str) -> Malformed:
    """Return the error for a file that cannot be read."""
    return Malformed("cannot_read", f"{shown(str(path), 200)} cannot be read ({why})", remedy="Check the name.")


def yaml_tree(text: str, source: str, field: str) -> Part | None:
    """Return the one document of a YAML text, None if it is empty; built from the parser's events without recursion.

    Args:
        text: The text.
        source: Its file, for errors.
        field: The field errors name: what the document is a list of.

    Raises:
        Malformed: It is no YAML, or more than a table needs.

    Example:
        >>> yaml_tree("units: []", "org.yaml", "units").line
        1
    """
    import yaml  # noqa: PLC0415  (only those who load YAML pay for it)

    documents: list[Part] = []
    event: Any
    stack: list[list[Part]] = [documents]
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent) and documents:
                refuse(source, line, field, "bad_yaml", "it holds more than one document")
            if isinstance(event, yaml.AliasEvent):
                refuse(source, line, field, "yaml_alias", "it uses a YAML alias")
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
            elif isinstance(event, yaml.NodeEvent):
                if getattr(event, "tag", None) is not None:
                    refuse(source, line, field, "bad_yaml", "it uses a YAML tag")
                part = Part(line, _value(event))
                stack[-1].append(part)
                if isinstance(part.value, list):
                    stack.append(part.value)
            if len(stack) > YAML_DEPTH:
                refuse(source, line, field, "bad_yaml", "it is nested too deeply")
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        refuse(source, mark.line + 1 if mark else 1, field, "bad_yaml", "it is not YAML that can be read")
    return documents[0] if documents else None


def _value(event: Any) -> str | list[Part]:
    """Return what a YAML event begins: text, pairs or a list."""
    text = getattr(event, "value", None)
    return str(text) if text is not None else Pairs() if type(event).__name__ == "MappingStartEvent" else []


def refuse(source: str, line: int, field: str, code: str, what: str) -> NoReturn:
    """Raise the error for a row, naming file, row and field."""
    raise Malformed(
        code,
        f"{source}, row {line}, field {field}: {what}",
        remedy="Correct the file and load it again.",
        file=source,
        row=line,
        field=field,
    )
