"""What people type, read into the engine's values: actors, dues, moments, phrases, materials.

Rule: every complaint names the option and what was typed; nothing is guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xiada.engine import due as dues
from xiada.engine.commands import Actor, DueAsked, Recipient
from xiada.engine.due import On
from xiada.engine.errors import Malformed, StoreError, XiadaError
from xiada.engine.events import Material
from xiada.engine.limits import shown
from xiada.engine.org import Select

_DIGITS = 15
MOST_CHECKPOINT_BYTES = 64 << 20
_SELECT_FIELDS = ("kind", "level", "line", "region", "ids", "exclude")


@contextmanager
def reading_option(option: str, value: str) -> Iterator[None]:
    """Name the option, and what was typed, in every complaint about it."""
    try:
        yield
    except XiadaError as error:
        raise type(error)(
            error.code,
            f"{option}: {error.message}",
            remedy=error.remedy,
            **{**error.data, "place": option, "value": value},
        ) from None


@contextmanager
def naming_file(file: str) -> Iterator[None]:
    """Give every complaint about a file its name as a fact, where the engine says it in words only."""
    try:
        yield
    except Malformed as error:
        error.data.setdefault("file", file)
        raise


def envelope(
    *,
    actor: str | None,
    on_behalf_of: str | None,
    key: str | None,
    claimed_at: str | None,
    expected_version: int | None = None,
) -> dict[str, Any]:
    """Return what every command carries, ready to be passed on by name.

    Raises:
        Malformed: No actor, or something that cannot be read.
    """
    return {
        "actor": read_actor(actor, on_behalf_of),
        "key": key,
        "expected_version": expected_version,
        "claimed_at": None if claimed_at is None else read_time(claimed_at, "--claimed-at"),
    }


def read_actor(text: str | None, on_behalf_of: str | None = None) -> Actor:
    """Return the actor of `id@unit`.

    Raises:
        Malformed: None was named, or it cannot be one.

    Example:
        >>> read_actor("li@gd-kx")
        Actor(id='li', unit='gd-kx', on_behalf_of=None)
    """
    if not text:
        raise Malformed("no_actor", "nobody was named as the actor", remedy="Add --actor ID@UNIT, or set XIADA_ACTOR.")
    name, mark, unit = text.partition("@")
    if not (name and mark and unit):
        raise Malformed(
            "bad_actor",
            f"--actor: {shown(text)} is not ID@UNIT",
            remedy="Write for example li@gd-kx.",
            place="--actor",
            value=text,
        )
    with reading_option("--actor", text):
        found = Actor(name, unit)
    with reading_option("--on-behalf-of", on_behalf_of or ""):
        return Actor(found.id, found.unit, on_behalf_of)


def read_due(text: str, option: str = "--due") -> DueAsked:
    """Return the due people typed; a time without an offset is meant in the cascade's zone.

    Raises:
        Malformed: It is no date that exists.

    Example:
        >>> read_due("2020-06-10"), read_due("undated")
        (datetime.date(2020, 6, 10), 'undated')
    """
    with reading_option(option, text):
        found = dues.parse(text)
        if found is None:
            return "undated"
        if isinstance(found, datetime) and datetime.fromisoformat(text.strip()).tzinfo is None:
            return On(found.date(), found.time())
        return found


def read_time(text: str, option: str, zone: str = dues.SHANGHAI) -> datetime:
    """Return an instant people typed: a date and a time, in `zone` if no offset is given.

    Raises:
        Malformed: It is no instant.
    """
    with reading_option(option, text):
        found = dues.parse(text, zone)
        if not isinstance(found, datetime):
            raise Malformed("needs_time", f"{shown(text)} has no time of day", remedy="Write YYYY-MM-DDThh:mm.")
        return found


def read_day(text: str, option: str) -> date:
    """Return a date people typed.

    Raises:
        Malformed: It is no date.
    """
    with reading_option(option, text):
        found = dues.parse(text)
        if found is None or isinstance(found, datetime) or not isinstance(found, date):
            raise Malformed("needs_day", f"{shown(text)} is not a date alone", remedy="Write YYYY-MM-DD.")
        return found


def read_instant(text: str, option: str) -> datetime:
    """Return an instant people typed; a date alone means its end.

    Raises:
        Malformed: It is no date that exists.
    """
    with reading_option(option, text):
        found = _instant(text)
        if found is None:
            raise Malformed(
                "needs_instant", f"{shown(text)} is no time", remedy="Write YYYY-MM-DD or YYYY-MM-DDThh:mm."
            )
        return found


def _instant(text: str) -> datetime | None:
    """Return the instant of a text, None if it is none."""
    try:
        found = dues.parse(text)
    except Malformed:
        return None
    if isinstance(found, date) and not isinstance(found, datetime):
        return dues.at(dues.end_of_day(found, dues.SHANGHAI), dues.SHANGHAI)
    return found if isinstance(found, datetime) else None


def read_moment(text: str | None, option: str = "--at") -> int | datetime | None:
    """Return a log index, or an instant; a date alone means its end.

    Raises:
        Malformed: It is neither.
    """
    if text is None:
        return None
    word = text.strip()
    if _is_count(word):
        return int(word)
    with reading_option(option, text):
        found = _instant(word)
        if found is None:
            raise Malformed(
                "needs_moment",
                f"{shown(text)} is neither a time nor a log index",
                remedy="Write YYYY-MM-DD, YYYY-MM-DDThh:mm, or the number of an event.",
            )
        return found


def read_recipients(units: list[str], phrases: list[str]) -> tuple[str | Recipient | Select, ...]:
    """Return the addressees of a forwarding: units, each with its own due if it has one, and phrases.

    Example:
        >>> read_recipients(["sg", "gz=2020-06-08"], [])
        ('sg', Recipient(unit='gz', due=datetime.date(2020, 6, 8)))
    """
    found: list[str | Recipient | Select] = []
    for text in units:
        unit, mark, due = text.partition("=")
        found.append(Recipient(unit, read_due(due, "--to")) if mark else unit)
    return (*found, *(read_select(text) for text in phrases))


def read_select(text: str, option: str = "--select") -> Select:
    """Return the phrase of `kind=association,level=city|county`.

    Raises:
        Malformed: It has another form, or names something that cannot be chosen by.

    Example:
        >>> read_select("level=city|county").level
        ('city', 'county')
    """
    fields: dict[str, Any] = {}
    for part in text.split(","):
        name, mark, values = (word.strip() for word in part.partition("="))
        if not mark or not values or name not in (*_SELECT_FIELDS, "depth") or name in fields:
            raise _bad_select(option, text)
        fields[name] = tuple(value.strip() for value in values.split("|"))
    if "depth" in fields:
        fields["depth"] = _depth(fields["depth"], option, text)
    return Select(**fields)


def _depth(words: tuple[str, ...], option: str, text: str) -> int | None:
    """Return how many levels down to look; None = all."""
    if words == ("all",):
        return None
    if len(words) == 1 and _is_count(words[0]):
        return int(words[0])
    raise _bad_select(option, text)


def _is_count(word: str) -> bool:
    """Tell whether a word is a whole number of a sensible length."""
    return word.isascii() and word.isdecimal() and len(word) <= _DIGITS


def _bad_select(option: str, text: str) -> Malformed:
    """Return the error for a phrase that cannot be read."""
    return Malformed(
        "bad_select",
        f"{option}: {shown(text)} is no choice of units",
        remedy=f"Write field=value|value, with commas between fields; fields are {', '.join(_SELECT_FIELDS)}, depth.",
        place=option,
        value=text,
    )


def read_materials(names: list[str] | None) -> tuple[Material, ...]:
    """Return what is handed in: files by name and SHA-256, anything else by name alone.

    Raises:
        Malformed: A folder, or a file that cannot be read.
    """
    return tuple(_material(name) for name in names or ())


def _material(name: str) -> Material:
    """Return one material."""
    path = Path(name)
    try:
        if path.is_dir():
            raise Malformed("directory", f"{shown(name)} is a folder", remedy="Name a file.", value=name)
        if not path.is_file():
            return (name, None)
        with path.open("rb") as file:
            return (path.name, hashlib.file_digest(file, "sha256").hexdigest())
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None


def unreadable(path: str, error: OSError | ValueError) -> Malformed:
    """Return the error for a file that cannot be read."""
    why = error.strerror if isinstance(error, OSError) else "no file has such a name"
    return Malformed(
        "cannot_read", f"{shown(path)} cannot be read ({why})", remedy="Check the name and its rights.", file=path
    )


def unwritable(path: str | Path, error: Exception) -> StoreError:
    """Return the error for a file or folder that cannot be written."""
    why = getattr(error, "strerror", None) or str(error)
    return StoreError(
        "cannot_write",
        f"{path} cannot be written ({why})",
        remedy="Check the folder and its rights.",
        path=str(path),
        why=why,
    )


def read_checkpoints(file: str) -> list[str]:
    """Return the signed checkpoints in a file: one note, or all those of an anchor or a bundle.

    Raises:
        Malformed: The file cannot be read, or is too long.
    """
    from xiada.engine.publishing.anchors import notes_in

    try:
        if not Path(file).is_file():
            raise FileNotFoundError(2, "no plain file")
        with Path(file).open("rb") as source:
            content = source.read(MOST_CHECKPOINT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None
    if len(content) > MOST_CHECKPOINT_BYTES:
        raise Malformed(
            "checkpoints_too_long",
            f"{shown(file)} is longer than {MOST_CHECKPOINT_BYTES >> 20} MiB",
            remedy="Give a file of signed checkpoints.",
            file=file,
        )
    return notes_in(content)
