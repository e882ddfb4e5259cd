"""`xiada audit`: bundles out and in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk, cores
from xiada.console.options import reading

if TYPE_CHECKING:
    from xiada.engine.bundle.manifest import Contents
    from xiada.engine.bundle.reading import Bundle

BundlePath = Annotated[str, typer.Argument(metavar="BUNDLE", help="The folder or the .zip file of a bundle.")]


@reading
def bundle(
    desk: Desk,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="PATH", help="What to make: a folder, or an archive: NAME.zip.")
    ],
    texts: Annotated[bool, typer.Option("--texts", help="Hand out the erasable texts too; they name persons.")] = False,
) -> None:
    """Write the whole log as files that anybody can verify, replay and take in."""
    from xiada.engine.bundle.writing import write_bundle
    from xiada.engine.stores import open_store

    store = open_store(desk.file)
    try:
        with store.reading() as reader, desk.progress("bundling", total=reader.head().size) as progress:
            contents = write_bundle(reader, Path(output), texts=texts, progress=progress)
    finally:
        store.close()
    if desk.as_json:
        desk.document({"bundle": output, "texts": texts, **_document(contents)})
    else:
        desk.say("bundled", path=output, origin=contents.origin, size=contents.size, root=contents.root.hex())
        desk.say("bundled_with" if texts else "bundled_without")


@reading
def take_in(desk: Desk, path: BundlePath) -> None:
    """Check a bundle and make a new file of it, whose states are those it was written from."""
    from xiada.engine.bundle.manifest import Contents
    from xiada.engine.bundle.taking import import_bundle

    with _opened(desk, path) as found:
        _verify(desk, found, path)
        with desk.progress("taking_in", total=found.size) as progress:
            import_bundle(found, desk.file, progress=progress).close()
        contents = Contents(found.origin, found.size, found.root)
    if desk.as_json:
        desk.document({"file": desk.file, "bundle": path, **_document(contents)})
    else:
        desk.say("taken_in", file=desk.file, origin=contents.origin, size=contents.size, root=contents.root.hex())


def _opened(desk: Desk, path: str) -> "Bundle":
    """Open a bundle, with a bar while its files are checked."""
    from xiada.engine.bundle.reading import open_bundle

    with desk.progress("opening_bundle") as progress:
        return open_bundle(Path(path), progress=progress)


def _verify(desk: Desk, found: "Bundle", path: str) -> None:
    """Refuse a bundle in which the audit finds anything."""
    from xiada.engine.audit.source import BundleOpener
    from xiada.engine.audit.subject import Means, Trust
    from xiada.engine.audit.targets import bundle_subject
    from xiada.engine.audit.verify import verify
    from xiada.engine.authority import OwnUnit
    from xiada.engine.errors import Tampered

    with desk.progress("verifying", total=found.size) as progress:
        means = Means(BundleOpener(found.path), cores(), progress)
        verification = verify(bundle_subject(found), Trust(OwnUnit()), means)
    count = len(verification.findings) + verification.left_out
    if count:
        raise Tampered(
            "bundle_findings",
            f"the audit finds {count} defects in {path}; nothing was taken in",
            remedy=f"Run 'xiada audit verify {path}' to see them.",
            path=path,
            count=count,
        )


def _document(contents: "Contents") -> dict[str, object]:
    """Return what a bundle holds, for programs."""
    return {"origin": contents.origin, "log_size": contents.size, "root": contents.root.hex()}


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    audit.command("bundle")(bundle)
    audit.command("import")(take_in)
