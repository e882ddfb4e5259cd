"""Verifying what stands on a disk: a store's file, or a bundle.

Rule: nothing is repaired. A bundle that is not as it was written, whatever is wrong with it, is one
finding, `i11_bundle`: nothing in it is looked at further. A store is looked at through one snapshot,
also while others write to it; SQLite opens it as it opens any file, and may fold a log of its own into it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xiada.engine.audit.findings import Finding, Verification
from xiada.engine.audit.source import BundleOpener, StoreOpener
from xiada.engine.audit.subject import Means, Subject, Trust, subject_of
from xiada.engine.audit.verify import verify
from xiada.engine.bundle.reading import Bundle, open_bundle
from xiada.engine.errors import Tampered
from xiada.engine.stores import open_store

_ARCHIVE = b"PK"


def verify_file(path: str, trust: Trust, means: Means) -> Verification:
    """Return what the verification of a store's file or of a bundle came to.

    Args:
        path: A Xiada file, the folder of a bundle, or the zip archive of one.
        trust: What the verifier brings along.
        means: How it is to be done; its `opener` is left out.

    Raises:
        Malformed: There is no bundle where one was named.
        StoreError: The file is not there, foreign, newer or locked.
    """
    return _verify_bundle(path, trust, means) if is_bundle(Path(path)) else _verify_store(path, trust, means)


def is_bundle(path: Path) -> bool:
    """Tell whether a path is that of a bundle, not of a store: a folder or an archive."""
    if path.is_dir() or path.suffix == ".zip":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_ARCHIVE)) == _ARCHIVE


def _verify_store(path: str, trust: Trust, means: Means) -> Verification:
    """Return what a store's file came to."""
    store = open_store(path)
    try:
        with store.reading() as reader:
            return verify(subject_of(reader), trust, Means(StoreOpener(path), means.jobs, means.progress))
    finally:
        store.close()


def _verify_bundle(path: str, trust: Trust, means: Means) -> Verification:
    """Return what a bundle came to."""
    try:
        with open_bundle(Path(path)) as bundle:
            opener = BundleOpener(bundle.path)
            return verify(bundle_subject(bundle), trust, Means(opener, means.jobs, means.progress))
    except Tampered as error:
        found = Finding("i11_bundle", None, None, error.message)
        return Verification("", 0, "", 0, 0, (), (found,), 0, ("all",))


def bundle_subject(bundle: Bundle) -> Subject:
    """Return a bundle as the subject of a verification."""

    def blobs() -> Iterator[bytes]:
        return (body for _, _, body in bundle.blobs())

    return Subject(
        bundle,
        bundle.origin,
        bundle.size,
        blobs,
        tile=bundle.tile,
        tiled=bundle.size,
        leaves=True,
        checkpoints=bundle.checkpoints(),
        keys=bundle.keys(),
        root=bundle.root,
        texts=bundle.has_texts,
        texts_from=bundle.size,
    )
