"""What a store in memory keeps of the log itself: the reference for tiles, checkpoints, settings and erasure."""

from __future__ import annotations

from xiada.engine.log.strict import HASH
from xiada.engine.log.tiles import TILE
from xiada.engine.ports import Published, Upkeep
from xiada.engine.stores.tiling import KeptTiles


class MemoryUpkeep:
    """The part of a store in memory that is about the log itself, in values that are replaced, never changed."""

    _origin: str
    _bodies: list[bytes]
    _texts: dict[str, tuple[bytes, bytes]]
    _tiles: dict[tuple[int, int], bytes]
    _checkpoints: list[Published]
    _settings: dict[str, str]

    def tiles(self) -> KeptTiles:
        """Return the log's tree."""
        return KeptTiles(lambda first, count: self._bodies[first : first + count], self.stored_tile)

    def stored_tile(self, level: int, number: int) -> bytes:
        """Return the hashes stored of a tile, together; nothing if it is not stored."""
        return self._tiles.get((level, number), b"")

    def integrated(self) -> int:
        """Return how many events have the hashes of their blocks in stored tiles."""
        last = max((number for level, number in self._tiles if level == 1), default=0)
        return (last * TILE + len(self.stored_tile(1, last)) // HASH) * TILE

    def checkpoints(self) -> list[str]:
        """Return all signed notes, oldest first."""
        return [published.note for published in self._checkpoints]

    def checkpoint(self) -> Published | None:
        """Return the newest checkpoint."""
        return self._checkpoints[-1] if self._checkpoints else None

    def checkpoint_from(self, size: int) -> Published | None:
        """Return the smallest checkpoint over at least so many events."""
        return next((published for published in self._checkpoints if published.size >= size), None)

    def setting(self, name: str) -> str | None:
        """Return what whoever opens the store is to remember under a name."""
        return self._settings.get(name)

    def scrub(self) -> None:
        """Do nothing: what was erased is gone."""

    def keep_up(self, upkeep: Upkeep) -> None:
        """Write what becomes of what is kept of the log itself."""
        self._tiles |= upkeep.tiles
        self._checkpoints += upkeep.checkpoints
        self._origin = upkeep.origin or self._origin
        for commitment in upkeep.erased:
            self._texts.pop(commitment, None)
        for name, value in upkeep.settings.items():
            self._settings.pop(name, None)
            if value is not None:
                self._settings[name] = value
