"""Questions about lifecycles: which tables there are, and by which a cascade has run."""

from __future__ import annotations

from xiada.engine import limits
from xiada.engine.executor import Executor
from xiada.engine.lifecycles import Lifecycles, Pins
from xiada.engine.ports import Store
from xiada.engine.replay import pins_of
from xiada.engine.views import unknown_cascade


class Pinned:
    """What an engine knows of lifecycles."""

    _store: Store
    _executor: Executor

    @property
    def lifecycles(self) -> Lifecycles:
        """All tables by digest: those the engine was opened with, and any that a cascade pins."""
        return self._executor.lifecycles(self._blob)

    def _blob(self, name: str) -> bytes | None:
        """Return the bytes kept beside the log under a name."""
        with self._store.reading() as reader:
            return reader.blob(name)

    def pins(self, cascade: str) -> Pins:
        """Return the lifecycles a cascade has run by, from the one it was issued by to the one it runs by now.

        Raises:
            NotFound: There is no such cascade.
        """
        with self._store.reading() as reader:
            tables = self._executor.lifecycles(reader.blob)
            found = pins_of(reader, cascade, reader.origin, tables) if limits.is_identifier(cascade) else None
        if found is None:
            raise unknown_cascade(cascade)
        return found
