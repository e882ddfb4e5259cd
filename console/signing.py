"""Which key signs a file and where its checkpoints go: what the file remembers, and what the environment says instead.

Rule: XIADA_KEY (a key file; empty = do not sign) and XIADA_ANCHOR (files, set apart like PATH; empty =
none) go before what `xiada audit keygen` had the file remember. A file names files, never a command to
run. Whoever can change the file can change what it remembers; the environment is out of his reach.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xiada.engine.engine import Ports
    from xiada.engine.log.keys import SigningKey, VerifierKey
    from xiada.engine.ports import Anchor, Store

KEY, ANCHORS = "key", "anchors"
"""Under which names a file remembers them."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs a file, and who holds its checkpoints.

    Args:
        key: The key's file, None if nobody signs.
        anchors: The anchors' files.
    """

    key: str | None = None
    anchors: tuple[str, ...] = ()

    def settings(self) -> dict[str, str | None]:
        """Return what a file remembers of it."""
        return {KEY: self.key, ANCHORS: json.dumps(self.anchors) if self.anchors else None}

    def ports(self, *, must_sign: bool) -> Ports:
        """Return it as an engine takes it.

        Args:
            must_sign: Refuse if the key's file is not there; else nobody signs then.

        Raises:
            NotFound: The key's file is not there.
            Refused: It can be read by others.
        """
        from xiada.engine.errors import NotFound

        try:
            signer = self._signer()
        except NotFound:
            if must_sign:
                raise
            signer = None
        return {"signer": signer, "anchors": self.holders()}

    def _signer(self) -> SigningKey | None:
        """Return the key."""
        from xiada.engine.log.keys import read_key

        return None if self.key is None else read_key(Path(self.key))

    def holders(self) -> tuple[Anchor, ...]:
        """Return the anchors."""
        from xiada.engine.publishing.anchors import FileAnchor

        return tuple(FileAnchor(path) for path in self.anchors)


def signing_of(store: Store, environment: Mapping[str, str]) -> Signing:
    """Return who signs a file: by the environment, else as the file remembers."""
    with store.reading() as reader:
        key, anchors = reader.setting(KEY), _listed(reader.setting(ANCHORS))
    if "XIADA_KEY" in environment:
        key = environment["XIADA_KEY"] or None
    if "XIADA_ANCHOR" in environment:
        anchors = [path for path in environment["XIADA_ANCHOR"].split(os.pathsep) if path]
    return Signing(key, tuple(anchors))


def _listed(text: str | None) -> list[str]:
    """Return the files a setting lists; what is no such list was not written by us, and lists none."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(path) for path in found] if isinstance(found, list) else []


def absolute(path: str) -> str:
    """Return a path as a file remembers it, good from any folder."""
    return os.path.abspath(path)  # noqa: PTH100  (links stay as they are)


def new_key(path: str, name: str) -> SigningKey:
    """Return the key of a file, having made it if it is not there.

    Raises:
        StoreError: It cannot be written.
        Refused: It is there, and can be read by others.
        Malformed: It is there, and is no key.
    """
    from xiada.engine.log.keys import generate_key, read_key, write_key

    if Path(path).exists():
        return read_key(Path(path))
    key = generate_key(name, os.urandom)
    write_key(Path(path), key)
    return key


def trusted(lines: Sequence[str] | None) -> tuple[VerifierKey, ...]:
    """Return verifier keys given as lines.

    Raises:
        Malformed: One is none.
    """
    from xiada.engine.log.keys import parse_vkey

    return tuple(map(parse_vkey, lines or ()))
