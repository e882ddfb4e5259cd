"""The tables of a Xiada file, as SQLModel classes: the one place that says what a column is.

Rule: only this module imports sqlmodel. The store takes its CREATE statements from here and moves
tuples; a reader with SQLModel or SQL may use the classes to query a file, never to write it.
Instants are µs since 1970 UTC; an undated due is 2^53-1.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import registry
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import Field, SQLModel

from xiada.engine.stores.rows import OPEN


class Base(SQLModel, registry=registry()):
    """Keeps these tables apart from those of an embedder's own."""


class Meta(Base, table=True):
    """Facts about the file.

    `origin`: the log's name, epoch included. `org`: count of the org's events. `audit`: version and
    latest log index of the stream `log/audit`. `setting.…`: what whoever opens the file is to remember.
    """

    key: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class Cascade(Base, table=True):
    """A cascade and its number inside this file."""

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class DirectiveRow(Base, table=True):
    """The live state of one directive; `place` is its path in an order that text sorts by.

    `parent_due` repeats the parent's due, so that the table itself refuses a child due later; `last`
    is the log index of its latest event.
    """

    __tablename__ = "directive"
    __table_args__ = (
        UniqueConstraint("cascade_id", "place"),
        UniqueConstraint("id", "due"),
        ForeignKeyConstraint(["parent_id", "parent_due"], ["directive.id", "directive.due"], onupdate="CASCADE"),
        CheckConstraint("closed_at IS NOT NULL OR due <= parent_due", name="due_within_parent"),
        CheckConstraint("(parent_id IS NULL) = (parent_due IS NULL)", name="parent_with_due"),
        Index("directive_parent", "parent_id", "parent_due"),
        Index("directive_unit", "unit", "cascade_id"),
        Index("directive_open", "cascade_id", "due", "place", sqlite_where=text(OPEN)),
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    cascade_id: int = Field(sa_column=Column(Integer, ForeignKey("cascade.id"), nullable=False))
    place: str = Field(sa_column=Column(Text, nullable=False))
    parent_id: int | None = Field(sa_column=Column(Integer))
    parent_due: int | None = Field(sa_column=Column(Integer))
    unit: str = Field(sa_column=Column(Text, nullable=False))
    line: str = Field(sa_column=Column(Text, nullable=False))
    status: str = Field(sa_column=Column(Text, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    last: int = Field(sa_column=Column(Integer, nullable=False))
    due: int = Field(sa_column=Column(Integer, nullable=False))
    original_due: int = Field(sa_column=Column(Integer, nullable=False))
    notice: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: int = Field(sa_column=Column(Integer, nullable=False))
    children: int = Field(sa_column=Column(Integer, nullable=False))
    acknowledged_at: int | None = Field(sa_column=Column(Integer))
    started_at: int | None = Field(sa_column=Column(Integer))
    reported_at: int | None = Field(sa_column=Column(Integer))
    closed_at: int | None = Field(sa_column=Column(Integer))
    extension: int | None = Field(sa_column=Column(Integer))
    reason: str | None = Field(sa_column=Column(Text))
    copied: str | None = Field(sa_column=Column(Text))
    fulfilled: str | None = Field(sa_column=Column(Text))


class TallyRow(Base, table=True):
    """How many strict descendants of a directive stand at a level and a status; no row for none."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count >= 0", name="tally_counts"), {"sqlite_with_rowid": False})

    directive_id: int = Field(sa_column=Column(Integer, ForeignKey("directive.id"), primary_key=True))
    level: str = Field(sa_column=Column(Text, primary_key=True))
    status: str = Field(sa_column=Column(Text, primary_key=True))
    count: int = Field(sa_column=Column(Integer, nullable=False))


class Waiting(Base, table=True):
    """How many children and how many strict descendants of a directive are open; no row for none."""

    __table_args__ = (
        ForeignKeyConstraint(["cascade_id", "place"], ["directive.cascade_id", "directive.place"]),
        CheckConstraint("open_children BETWEEN 0 AND open_below", name="waiting_counts"),
        {"sqlite_with_rowid": False},
    )

    cascade_id: int = Field(sa_column=Column(Integer, primary_key=True))
    place: str = Field(sa_column=Column(Text, primary_key=True))
    open_children: int = Field(sa_column=Column(Integer, nullable=False))
    open_below: int = Field(sa_column=Column(Integer, nullable=False))


class UnitRow(Base, table=True):
    """A unit of the org, in the order it joined; `last` is the log index of its stream's latest event."""

    __tablename__ = "unit"

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    last: int = Field(sa_column=Column(Integer, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Delegation(Base, table=True):
    """Actors of unit `to_unit` may act on behalf of `unit`."""

    unit: str = Field(sa_column=Column(Text, primary_key=True))
    to_unit: str = Field(sa_column=Column(Text, primary_key=True))


class EventRow(Base, table=True):
    """One event of the log's tail: fewer than 256, which the next ones make up to a block.

    `stream` is a directive, or minus a unit, or 0 for the log itself; `previous` the log index of the
    stream's event before, `status` the number of the directive's status after it (0 for the org's and
    the log's own), `due` its due, if this event set it.
    """

    __tablename__ = "event"

    log_index: int = Field(sa_column=Column(Integer, primary_key=True))
    stream: int = Field(sa_column=Column(Integer, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    t: int = Field(sa_column=Column(Integer, nullable=False))
    previous: int | None = Field(sa_column=Column(Integer))
    status: int = Field(sa_column=Column(Integer, nullable=False))
    due: int | None = Field(sa_column=Column(Integer))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Block(Base, table=True):
    """256 events sealed together: the columns of `EventRow` as arrays, and the bodies as a tlog-tiles bundle.

    `first` is the log index of the first, a multiple of 256; `t` the recorded time of the last.
    """

    first: int = Field(sa_column=Column(Integer, primary_key=True))
    t: int = Field(sa_column=Column(Integer, nullable=False))
    columns: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entries: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Tile(Base, table=True):
    """Up to 256 hashes of the log's tree, at level 8 * `level`; the leaves, level 0, are hashed from the events."""

    level: int = Field(sa_column=Column(Integer, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CheckpointRow(Base, table=True):
    """A signed note over the first `size` events, and when it was signed."""

    __tablename__ = "checkpoint"

    size: int = Field(sa_column=Column(Integer, primary_key=True))
    t: int = Field(sa_column=Column(Integer, nullable=False))
    note: str = Field(sa_column=Column(Text, nullable=False))


class StatusRow(Base, table=True):
    """A status and its number inside this file."""

    __tablename__ = "status"

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class Blob(Base, table=True):
    """Bytes kept beside the log under their name: notices, side lists, lifecycles."""

    name: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ErasableText(Base, table=True):
    """A text under its salted commitment; the row may be erased, the log stays verifiable."""

    __tablename__ = "erasable_text"

    commitment: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AnswerRow(Base, table=True):
    """What an idempotency key stands for: a command and the stream it was about, and the events it recorded."""

    __tablename__ = "answer"

    key: str = Field(sa_column=Column(Text, primary_key=True))
    log_index: int = Field(sa_column=Column(Integer, nullable=False))
    count: int = Field(sa_column=Column(Integer, nullable=False))
    command: str = Field(sa_column=Column(Text, nullable=False))
    target: str = Field(sa_column=Column(Text, nullable=False))
    unit: str = Field(sa_column=Column(Text, nullable=False))


class BatchRow(Base, table=True):
    """How far a batch of commands has come under its key; `last` names the last of them."""

    __tablename__ = "batch"

    key: str = Field(sa_column=Column(Text, primary_key=True))
    done: int = Field(sa_column=Column(Integer, nullable=False))
    events: int = Field(sa_column=Column(Integer, nullable=False))
    last: str = Field(sa_column=Column(Text, nullable=False))


def statements() -> list[str]:
    """Return the CREATE statements for SQLite, tables before what refers to them."""
    dialect = sqlite.dialect()
    found = []
    for table in Base.metadata.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)))
        found += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
    return found
