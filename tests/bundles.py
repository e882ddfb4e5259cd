"""What the tests of bundles share: bundles of small logs, and hands that change one and seal it again.

Rule: `reseal` writes the manifest anew, so that an attack is met by the check it is aimed at and by no other.
"""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from xiada.engine.audit.subject import Means, Trust
from xiada.engine.audit.targets import verify_file
from xiada.engine.authority import OwnUnit
from xiada.engine.bundle.layout import FLAWS, MANIFEST
from xiada.engine.bundle.manifest import Contents, Row, format_manifest
from xiada.engine.bundle.reading import Bundle, open_bundle
from xiada.engine.bundle.writing import write_bundle
from xiada.engine.engine import Engine
from xiada.engine.errors import Tampered
from xiada.engine.org import Org, Unit

_NOT_HELD = ('INSERT INTO "batch"', 'INSERT INTO "tile"')


def write(engine: Engine, target: Path, *, texts: bool = True) -> Path:
    """Write an engine's log as a bundle and return where it is."""
    with engine._store.reading() as reader:
        write_bundle(reader, target, texts=texts)
    return target


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def contents_of(folder: Path) -> Contents:
    """Return what a bundle's manifest says it holds."""
    with open_bundle(folder) as bundle:
        return Contents(bundle.origin, bundle.size, bundle.root)


def reseal(
    folder: Path, contents: Contents, *, rows: Mapping[str, Row] | None = None, leave: tuple[str, ...] = ()
) -> Path:
    """Write the manifest of a folder anew, with some rows as given and some files left out."""
    found = {path: Row(path, len(body), sha256(body).hexdigest()) for path, body in files_of(folder).items()}
    listed = [row for path, row in {**found, **(rows or {})}.items() if path not in (MANIFEST, *leave)]
    (folder / MANIFEST).write_bytes(b"".join(format_manifest(contents, listed)))
    return folder


def zipped(folder: Path, target: Path, *, leave: tuple[str, ...] = (), more: Mapping[str, bytes] | None = None) -> Path:
    """Return an archive of a folder, some files left out, some added."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in sorted((files_of(folder) | dict(more or {})).items()):
            if path not in leave:
                archive.writestr(path, body)
    return target


@contextmanager
def refused(flaw: str, part: str | None = None) -> Iterator[pytest.ExceptionInfo[Tampered]]:
    """Expect a bundle to be refused for this flaw, of this file."""
    assert flaw in FLAWS
    with pytest.raises(Tampered) as caught:
        yield caught
    error = caught.value
    assert (error.code, error.data["flaw"]) == ("bad_bundle", flaw), error
    assert error.remedy
    if part is not None:
        assert part in str(error.data["part"])


def copied(bundle: Path, target: Path) -> Path:
    """Return a copy of a folder."""
    return Path(shutil.copytree(bundle, target))


def rows(path: Path | str) -> list[str]:
    """Return every row of a file as SQL, but for what no bundle holds: batches under way, and hashes that follow."""
    with closing(sqlite3.connect(path)) as connection:
        return sorted(line for line in connection.iterdump() if not line.startswith(_NOT_HELD))


def many(count: int) -> Org:
    """Return an org of so many units, one province and the rest below it."""
    below = (Unit(f"c{n}", f"C{n}", "office", "city", "main", (("main", "p"),)) for n in range(1, count))
    return Org([Unit("p", "P", "office", "province", "main"), *below])


def findings(path: Path) -> list[str]:
    """Return the codes of what the audit finds in a bundle."""
    return [finding.code for finding in verify_file(str(path), Trust(OwnUnit()), Means()).findings]


def all_of(bundle: Bundle) -> dict[str, Any]:
    """Return everything a bundle offers."""
    return {
        "contents": (bundle.origin, bundle.size, bundle.root),
        "events": list(bundle.events()),
        "blobs": list(bundle.blobs()),
        "texts": list(bundle.texts()),
        "answers": list(bundle.answers()),
        "checkpoints": bundle.checkpoints(),
        "keys": bundle.keys(),
    }
