"""Reading an org from a YAML or CSV file, with errors that name file, row and field.

Rule: everything is text until it is checked (no YAML `no`, dates or octal numbers); unknown fields
are refused, so that a slip of the pen does not pass as data. YAML holds `units`, a list of
mappings with `id, name, kind, level, line` and, where there is one, `superior` (a unit id, or a
mapping line -> unit id), `region`, `aliases`. CSV has the same as columns, `superior` as an id or
`line=id;line=id`, `aliases` separated by `;`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiada.engine.errors import Malformed, Refused
from xiada.engine.limits import shown
from xiada.engine.org import Org, Unit
from xiada.engine.tabletext import Pairs, Part, refuse, table_text, yaml_tree

REQUIRED = ("id", "name", "kind", "level", "line")
OPTIONAL = ("superior", "region", "aliases")
FILE_BYTES = 200_000_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Row:
    """One unit as written: its place in the file and its fields."""

    line: int
    fields: dict[str, Any]


def load_org(path: str | Path, *, progress: Progress | None = None) -> Org:
    """Return the org a `.yaml`, `.yml` or `.csv` file describes, checked in every line.

    Args:
        path: The file.
        progress: Called with the count of units read so far, for a bar.

    Raises:
        Malformed: It cannot be read, or is no org; names file, row and field.
    """
    path = Path(path)
    text = table_text(path, FILE_BYTES, "Is this an org file?")
    return parse_org(text, source=str(path), csv_form=path.suffix.lower() == ".csv", progress=progress)


def parse_org(text: str, *, source: str, csv_form: bool = False, progress: Progress | None = None) -> Org:
    r"""Return the org a text describes; see `load_org`.

    Example:
        >>> org = parse_org("id,name,kind,level,line\np,Province,office,province,main", source="x.csv", csv_form=True)
        >>> org.unit("p").name
        'Province'
    """
    rows = _csv_rows(text, source) if csv_form else _yaml_rows(text, source)
    places: dict[str, int] = {}
    units = []
    for row in _counted(rows, progress):
        unit = _unit(row, source)
        if unit.id in places:
            refuse(
                source, row.line, "id", "duplicate_unit", f"unit '{unit.id}' is there already, in row {places[unit.id]}"
            )
        places[unit.id] = row.line
        units.append(unit)
    if not units:
        refuse(source, 1, "units", "empty_org", "the file holds no units")
    try:
        return Org(units).check()
    except Malformed as error:
        named = error.data.get("unit") or next(iter(error.data.get("units", ())), None)  # type: ignore[call-overload]
        row_number = places.get(str(named), 1)
        raise Malformed(
            error.code,
            f"{source}, row {row_number}, field superior: {error.message}",
            remedy=error.remedy,
            **error.data,
            file=source,
            row=row_number,
            field="superior",
        ) from None


def _counted(rows: Iterable[_Row], progress: Progress | None) -> Iterator[_Row]:
    """Pass rows through, saying now and then how many."""
    for count, row in enumerate(rows, 1):
        if progress is not None and count % 1_000 == 0:
            progress(count)
        yield row


def _unit(row: _Row, source: str) -> Unit:
    """Return the unit a row describes."""
    for name in row.fields.keys() - {*REQUIRED, *OPTIONAL}:
        refuse(source, row.line, str(name), "unknown_field", f"there is no field {shown(name)}")
    for name in REQUIRED:
        if not isinstance(row.fields.get(name), str) or not row.fields[name]:
            refuse(source, row.line, name, "missing_field", "it is missing, empty or no text")
    fields = {name: row.fields[name] for name in REQUIRED}
    superiors = _superiors(row, source)
    aliases = row.fields.get("aliases") or []
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        refuse(source, row.line, "aliases", "bad_field", "it is no list of names")
    try:
        return Unit(**fields, superiors=superiors, region=row.fields.get("region") or None, aliases=tuple(aliases))
    except (Malformed, Refused) as error:
        refuse(source, row.line, str(error.data.get("field", "id")), error.code, error.message)


def _superiors(row: _Row, source: str) -> tuple[tuple[str, str], ...]:
    """Return a row's superiors as sorted (line, unit) pairs."""
    found = row.fields.get("superior")
    if not found:
        return ()
    if isinstance(found, str):
        return ((row.fields["line"], found),)
    if not isinstance(found, dict) or not all(isinstance(part, str) for pair in found.items() for part in pair):
        refuse(source, row.line, "superior", "bad_field", "it is no unit id and no mapping of lines to unit ids")
    return tuple(sorted(found.items()))


def _csv_rows(text: str, source: str) -> Iterator[_Row]:
    """Yield the rows of a CSV text with a header."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    last = 0
    try:
        _refuse_twice(reader.fieldnames or (), source, 1)
        for fields in reader:
            last = reader.line_num
            yield _csv_row(fields, last, source)
    except csv.Error as error:
        refuse(source, max(last, 1) + 1, "id", "bad_csv", str(error))


def _csv_row(fields: dict[Any, Any], line: int, source: str) -> _Row:
    """Return one row of a CSV text."""
    if None in fields or None in fields.values():
        refuse(source, line, "id", "bad_row", "it has more or fewer cells than the header")
    pairs = [pair.partition("=") for pair in (fields.get("superior") or "").split(";") if pair]
    superior: object = fields.get("superior")
    if any(mark for _, mark, _ in pairs):
        _refuse_twice([name for name, _, _ in pairs], source, line)
        superior = {name.strip(): unit.strip() for name, _, unit in pairs}
    aliases = [alias.strip() for alias in (fields.get("aliases") or "").split(";") if alias.strip()]
    return _Row(line, {**fields, "superior": superior, "aliases": aliases})


def _yaml_rows(text: str, source: str) -> Iterator[_Row]:
    """Yield the rows of a YAML text, each with its line; all scalars stay text."""
    root = yaml_tree(text, source, "units")
    if root is not None and not isinstance(root.value, Pairs):
        refuse(source, root.line, "units", "bad_row", "it is no mapping of fields")
    members = _mapping(root, source) if root is not None else {}
    listed = members.get("units")
    if listed is None or not isinstance(listed.value, list):
        refuse(source, 1, "units", "empty_org", "there is no list of units")
    for item in listed.value:
        if not isinstance(item.value, Pairs):
            refuse(source, item.line, "units", "bad_row", "it is no mapping of fields")
        yield _Row(item.line, {name: _plain(part, source) for name, part in _mapping(item, source).items()})


def _mapping(part: Part, source: str) -> dict[str, Part]:
    """Return a mapping's members by name; a name twice is refused."""
    assert isinstance(part.value, Pairs), "the caller has looked"
    keys = [str(key.value) for key in part.value[::2]]
    _refuse_twice(keys, source, part.line)
    return dict(zip(keys, part.value[1::2], strict=True))


def _refuse_twice(names: Sequence[str], source: str, line: int) -> None:
    """Refuse a field, or a line of superiors, given twice."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        code, field = ("duplicate_field", twice) if twice in (*REQUIRED, *OPTIONAL) else ("two_superiors", "superior")
        refuse(source, line, field, code, f"'{twice}' is given twice")


def _plain(part: Part, source: str) -> object:
    """Return a part as text, a list of texts, or a mapping of texts."""
    if isinstance(part.value, Pairs):
        return {name: _plain(value, source) for name, value in _mapping(part, source).items()}
    if isinstance(part.value, list):
        return [_plain(item, source) for item in part.value]
    return part.value
