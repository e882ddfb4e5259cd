"""What a file keeps of the log itself: its name, its tree, its checkpoints, and what it is to remember.

Rule: tiles and checkpoints follow from the events and could be made anew; nothing here is believed
before it was compared with what was signed. An erased text leaves no byte: SQLite alone would leave
copies where it once moved a row, so the table is written anew and its old pages are zeroed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from xiada.engine.errors import Tampered
from xiada.engine.log.strict import HASH
from xiada.engine.log.tiles import TILE
from xiada.engine.ports import Published, Upkeep
from xiada.engine.stores.sqlite_log import EventLog
from xiada.engine.stores.tiling import KeptTiles

if TYPE_CHECKING:
    from xiada.engine.stores.sqlite_snapshot import Numbers

_SETTING = "setting."
_ERASED = "DELETE FROM erasable_text WHERE commitment=?"
_WRITTEN_ANEW = (
    "CREATE TABLE kept_text AS SELECT * FROM erasable_text",
    "DELETE FROM erasable_text",
    "INSERT INTO erasable_text SELECT * FROM kept_text",
    "DROP TABLE kept_text",
)


class KeptLog:
    """The reading side, as part of a snapshot."""

    _execute: Callable[..., sqlite3.Cursor]
    _log: EventLog
    _numbers: Numbers

    @property
    def origin(self) -> str:
        """The log's name in this snapshot."""
        if self._numbers.origin is None:
            self._numbers.origin = self._meta("origin") or ""
        return self._numbers.origin

    def tiles(self) -> KeptTiles:
        """Return the log's tree."""
        return KeptTiles(self._log.bodies, self.stored_tile)

    def stored_tile(self, level: int, number: int) -> bytes:
        """Return the hashes stored of a tile, together; nothing if it is not stored."""
        found = self._execute("SELECT hashes FROM tile WHERE level=? AND number=?", (level, number)).fetchone()
        return b"" if found is None else found[0]

    def integrated(self) -> int:
        """Return how many events have the hashes of their blocks in stored tiles."""
        sql = "SELECT number, length(hashes) FROM tile WHERE level=1 ORDER BY number DESC LIMIT 1"
        found = self._execute(sql).fetchone()
        return 0 if found is None else (found[0] * TILE + found[1] // HASH) * TILE

    def checkpoints(self) -> list[str]:
        """Return all signed notes, oldest first."""
        return [note for (note,) in self._execute("SELECT note FROM checkpoint ORDER BY size")]

    def checkpoint(self) -> Published | None:
        """Return the newest checkpoint."""
        found = self._execute("SELECT size, t, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        return None if found is None else Published(*found)

    def checkpoint_from(self, size: int) -> Published | None:
        """Return the smallest checkpoint over at least so many events."""
        sql = "SELECT size, t, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1"
        found = self._execute(sql, (size,)).fetchone()
        return None if found is None else Published(*found)

    def setting(self, name: str) -> str | None:
        """Return what whoever opens the file is to remember under a name."""
        return self._meta(_SETTING + name)

    def _meta(self, key: str) -> str | None:
        """Return one fact about the file."""
        found = self._execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def _audit(self) -> tuple[int, int] | None:
        """Return version and latest log index of the stream of the log itself, None if it has no event."""
        found = self._meta("audit")
        if found is None:
            return None
        version, _, last = found.partition(" ")
        if not (version.isdigit() and last.isdigit()):
            raise Tampered(
                "bad_row", "a row of the log itself cannot be read", remedy="Run 'xiada audit verify' on a copy."
            )
        return int(version), int(last)


def write(connection: sqlite3.Connection, upkeep: Upkeep) -> None:
    """Write what becomes of what is kept of the log itself."""
    tiles = [(*place, hashes) for place, hashes in upkeep.tiles.items()]
    connection.executemany("INSERT OR REPLACE INTO tile VALUES (?,?,?)", tiles)
    connection.executemany("INSERT INTO checkpoint VALUES (?,?,?)", upkeep.checkpoints)
    if upkeep.origin is not None:
        connection.execute("UPDATE meta SET value=? WHERE key='origin'", (upkeep.origin,))
    for name, value in upkeep.settings.items():
        connection.execute("DELETE FROM meta WHERE key=?", (_SETTING + name,))
        if value is not None:
            connection.execute("INSERT INTO meta VALUES (?,?)", (_SETTING + name, value))
    if upkeep.erased:
        _erase(connection, upkeep.erased)


def _erase(connection: sqlite3.Connection, commitments: Sequence[str]) -> None:
    """Take texts away, with whatever else their pages hold of them."""
    connection.execute("PRAGMA secure_delete=ON")
    try:
        connection.executemany(_ERASED, [(bytes.fromhex(one),) for one in commitments])
        for statement in _WRITTEN_ANEW:
            connection.execute(statement)
    finally:
        connection.execute("PRAGMA secure_delete=OFF")
