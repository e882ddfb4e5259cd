"""Files people write by hand, read field by field: YAML or JSON, where everything is text until it is checked.

Rule: a field nobody knows, or given twice, is refused; every complaint names file and field, or row. YAML
aliases are refused, for they can grow without bounds. Files with a name in `.json` are JSON, all others YAML;
`-` is standard input, either of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from xiada.console.incoming import STDIN, read_input
from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.limits import shown

FILE_BYTES = 4_000_000
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


def content_of(path: str, remedy: str) -> Any:
    """Return a file's content: mappings, lists and texts.

    Args:
        path: The file, or `-`.
        remedy: What to do about a mistake in it.

    Raises:
        Malformed: It cannot be read, is too large, or no YAML or JSON.
    """
    body = read_input(path, FILE_BYTES, "Is this the right file?")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("not_utf8", f"{path} is not UTF-8 text", remedy="Save it as UTF-8.", file=path) from None
    if path.lower().endswith(".json") or _is_json_piped(path, text):
        return _json(text, path, remedy)
    return _yaml(text, path, remedy)


def _is_json_piped(path: str, text: str) -> bool:
    """Tell whether standard input brings JSON, having no name to say so."""
    return path == STDIN and text.lstrip().startswith("{")


def _json(text: str, path: str, remedy: str) -> Any:
    """Return the content of a JSON text; numbers stay text."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                _refuse(path, remedy, "duplicate_field", "it is given twice", field=name)
            found[name] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=members, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise Malformed("bad_json", f"{path} is not JSON that can be read", remedy=remedy, file=path) from None


def _yaml(text: str, path: str, remedy: str) -> Any:
    """Return the content of a YAML text; all scalars stay text."""
    import yaml

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = {"row": mark.line + 1} if mark else {}
        _refuse(path, remedy, "bad_yaml", "it is not YAML that can be read", **place)
    return None if root is None else _plain(root, path, set(), remedy)


def _plain(node: Any, path: str, seen: set[int], remedy: str) -> Any:
    """Return a YAML node as plain values; aliases are refused, for they can grow without bounds."""
    row = node.start_mark.line + 1
    if node.id == "scalar":
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if id(node) in seen:
        _refuse(path, remedy, "aliased", "it uses a YAML alias", row=row)
    seen.add(id(node))
    if node.id == "sequence":
        return [_plain(item, path, seen, remedy) for item in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if key.id != "scalar":
            _refuse(path, remedy, "bad_row", "a field has no name", row=row)
        if name in found:
            _refuse(path, remedy, "duplicate_field", "it is given twice", field=name)
        found[name] = _plain(value, path, seen, remedy)
    return found


def _refuse(path: str, remedy: str, code: str, what: str, **place: object) -> NoReturn:
    """Raise the error for a field or a row of the file, or for all of it."""
    where = "".join(f", {name} {value}" for name, value in place.items())
    raise Malformed(code, f"{path}{where}: {what}", remedy=remedy, file=path, **place)


class Fields:
    """Reads the fields of one file, knowing for every complaint where it is.

    Args:
        path: The file, or `-`.
        remedy: What to do about a mistake in it.
    """

    def __init__(self, path: str, remedy: str) -> None:
        self._path, self._remedy = path, remedy

    def members(
        self,
        value: Any,
        field: str,
        readers: Mapping[str, Callable[[Any, str], Any]],
        *,
        required: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Return a mapping's values, each read by its reader; what is null or left out is left out."""
        if not isinstance(value, dict):
            self.refuse(field, "bad_field", "it is no mapping of fields")
        inside = f"{field}." if field else ""
        for name in value.keys() - readers.keys():
            self.refuse(f"{inside}{name}", "unknown_field", f"there is no such field; known are {', '.join(readers)}")
        for name in required:
            if value.get(name) in (None, "", []):
                self.refuse(f"{inside}{name}", "missing_field", "it is missing or empty")
        return {
            name: read(value[name], f"{inside}{name}") for name, read in readers.items() if value.get(name) is not None
        }

    def each(self, value: Any, field: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
        """Return a list's items, each read."""
        if not isinstance(value, list):
            self.refuse(field, "bad_field", "it is no list")
        return tuple(read(item, f"{field}[{place}]") for place, item in enumerate(value))

    def text(self, value: Any, field: str) -> str:
        """Return a text."""
        if not isinstance(value, str):
            self.refuse(field, "bad_field", "it is no text")
        return value

    def texts(self, value: Any, field: str) -> tuple[str, ...]:
        """Return one text or several as several."""
        return (value,) if isinstance(value, str) else self.each(value, field, self.text)

    def truth(self, value: Any, field: str) -> bool:
        """Return true or false."""
        if isinstance(value, bool):
            return value
        word = self.text(value, field).lower()
        if word not in (*_TRUE, *_FALSE):
            self.refuse(field, "bad_choice", f"{shown(word)} is neither true nor false")
        return word in _TRUE

    def number(self, value: Any, field: str) -> int:
        """Return a whole number."""
        word = self.text(value, field)
        digits = word.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
            self.refuse(field, "bad_field", f"{shown(word)} is no whole number")
        return int(word)

    def one_of(self, *words: str) -> Callable[[Any, str], str]:
        """Return a reader for one of these words."""

        def read(value: Any, field: str) -> str:
            if value not in words:
                self.refuse(field, "bad_choice", f"{shown(value)} is none of {', '.join(words)}")
            return str(value)

        return read

    def refuse(self, field: str, code: str, what: str) -> NoReturn:
        """Raise the error for a field."""
        _refuse(self._path, self._remedy, code, what, **({"field": field} if field else {}))

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """Name file and field in every complaint of the engine."""
        try:
            yield
        except XiadaError as error:
            inner = str(error.data.get("field", ""))
            place = ".".join(part for part in (field, inner) if part)
            data = {**error.data, "file": self._path} | ({"field": place} if place else {})
            where = f"{self._path}, field {place}" if place else self._path
            raise type(error)(error.code, f"{where}: {error.message}", remedy=error.remedy, **data) from None
