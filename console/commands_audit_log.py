"""`xiada audit`: the key of a log, its checkpoints and anchors, receipts, declared restores, erased texts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiada.console.context import Desk
from xiada.console.options import Reason, reading

if TYPE_CHECKING:
    from xiada.engine.engine import Engine
    from xiada.engine.errors import Malformed, NotFound
    from xiada.engine.log.keys import SigningKey, VerifierKey
    from xiada.engine.publishing.publisher import Publication
    from xiada.engine.receipts import Proven
    from xiada.engine.records import Recorded

KeyFile = Annotated[
    str | None, typer.Option("--key", metavar="FILE", help="The key's file; made if it is not there. Default: by --db.")
]
Vkeys = Annotated[
    list[str] | None, typer.Option("--vkey", metavar="KEY", help="A verifier key you trust; default: the log's own.")
]
MOST_RECEIPT_BYTES = 256 * 1024


# Keys


@reading
def keygen(
    desk: Desk,
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", metavar="PATH", help="A file, best on another disk, that gets every checkpoint."),
    ] = None,
    key: KeyFile = None,
) -> None:
    """Make a signing key, sign the log, and have the file remember both, so that later commands sign too."""
    from xiada.console.signing import KEY, Signing, absolute, new_key
    from xiada.engine.epochs import base_of
    from xiada.engine.errors import GuardRefused

    engine = desk.engine
    if engine.remembered(KEY) is not None:
        raise GuardRefused(
            "key_there",
            f"{desk.file} is signed already",
            remedy="Use 'xiada audit rotate' for another key.",
            path=desk.file,
        )
    path = absolute(key or f"{_file(desk)}.key")
    signer = new_key(path, base_of(engine.origin))
    signing = Signing(path, tuple(map(absolute, anchor or ())))
    engine = desk.reopen(signing=signing, must_sign=True)
    engine.publish()
    engine.remember(signing.settings())
    _tell_key(desk, "key_made", signer, signing.key or "", signing.anchors)


@reading
def rotate(desk: Desk, key: KeyFile = None) -> None:
    """Let a new key sign from here on; if it was interrupted, run it again."""
    from xiada.console.signing import KEY, absolute, new_key
    from xiada.engine.epochs import base_of

    desk.must_sign = True
    engine = desk.engine
    path = absolute(key or _next_key(desk, engine))
    new = new_key(path, base_of(engine.origin))
    engine.rotate_key(new)
    engine.remember({KEY: path})
    _tell_key(desk, "key_in_force", new, path, ())


def _next_key(desk: Desk, engine: "Engine") -> str:
    """Return where the next key goes by default: numbered, the same again if its rotation was interrupted."""
    keys, signer = engine.keys(), engine.signed_by
    taken_up = bool(keys) and signer is not None and keys[-1] != signer
    return f"{_file(desk)}.key-{len(keys) if taken_up else len(keys) + 1}"


def _file(desk: Desk) -> str:
    """Return the path of the desk's file."""
    from xiada.engine.stores import file_of

    return file_of(desk.file)


def _tell_key(desk: Desk, phrase: str, key: "SigningKey", path: str, anchors: tuple[str, ...]) -> None:
    """Print a key, where it lies, and where checkpoints go."""
    size = desk.engine.published().size
    if desk.as_json:
        desk.document({"vkey": str(key.vkey), "key": path, "anchors": list(anchors), "published": size})
        return
    desk.say(phrase, path=path, vkey=key.vkey)
    for anchor in anchors:
        desk.say("anchored_at", path=anchor)
    if size:
        desk.say("published_to", size=size)


@reading
def keys(desk: Desk) -> None:
    """List the log's verifier keys, oldest first; the last signs."""
    found = desk.engine.keys()
    if desk.as_json:
        desk.document({"origin": desk.engine.origin, "keys": found})
    elif not found:
        desk.note(desk.words.say("never_signed"))
    for line in () if desk.as_json else found:
        desk.line(line)


# Checkpoints


@reading
def checkpoint(desk: Desk) -> None:
    """Sign what has not been signed yet, hand it to the anchors, and print the newest checkpoint."""
    engine = desk.engine
    note = engine.publish() if engine.signed_by is not None else engine.checkpoint()
    stands = engine.published()
    if desk.as_json:
        desk.document({"note": note, **_publication(stands)})
    elif note is None:
        desk.note(desk.words.say("never_signed"))
    else:
        for line in note.splitlines():
            desk.line(line)
        for anchor in stands.anchors:
            desk.note(desk.words.say("in_step" if anchor.in_step else "out_of_step", path=anchor.anchor))


def _publication(stands: "Publication") -> dict[str, object]:
    """Return how far a log is published, for programs."""
    anchors = [{"anchor": one.anchor, "in_step": one.in_step, "error": one.error} for one in stands.anchors]
    return {"published": stands.size, "t": stands.t, "anchors": anchors}


# Receipts


@reading
def receipt(
    desk: Desk,
    place: Annotated[str, typer.Argument(metavar="INDEX|REF", help="A log index, or a stream: its latest event.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; default: the screen.")
    ] = None,
) -> None:
    """Write the receipt of an event: itself, the proof that it stands in the log, and a signed checkpoint."""
    from xiada.console.files import put
    from xiada.engine.stores import file_of

    recorded = _event(desk, place)
    text = desk.engine.receipt(recorded.index or 0)
    if output is not None:
        put(output, text.encode(), log=file_of(desk.file))
    if desk.as_json:
        desk.document({"index": recorded.index, "ref": recorded.ref, "file": output, "receipt": text})
    elif output is not None:
        desk.say("receipt_written", file=output, index=str(recorded.index), ref=recorded.ref)
    else:
        typer.echo(text, nl=False)


def _event(desk: Desk, place: str) -> "Recorded":
    """Return the event at a log index, or the latest of a stream."""
    if place.isascii() and place.isdigit() and len(place) < 16:
        found = desk.engine.log(start=int(place), stop=int(place) + 1)
    else:
        found = desk.engine.log(place)[-1:]
    if not found:
        raise _no_event(place)
    return found[0]


def _no_event(place: str) -> "NotFound":
    """Return the refusal of an event that is not there."""
    from xiada.engine.errors import NotFound
    from xiada.engine.limits import shown

    return NotFound("no_such_index", f"there is no event at {shown(place)}", remedy="See 'xiada log'.")


@reading
def check_receipt(
    desk: Desk,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A receipt.")],
    vkey: Vkeys = None,
) -> None:
    """Check a receipt, offline if --vkey is given; exit code 5 if it does not hold."""
    from xiada.engine.receipts import check_receipt

    proven = check_receipt(_receipt_in(file), _trusted(desk, vkey))
    if desk.as_json:
        desk.document(_proven(proven))
        return
    from xiada.console.essence import Teller
    from xiada.engine.org import Org

    desk.say("receipt_holds", log=proven.log, size=proven.size, index=str(proven.event.index))
    desk.line(f"  {Teller(desk.words, Org([])).line(proven.event)}")
    for key in proven.signed_by:
        desk.say("receipt_signed", vkey=key)


def _receipt_in(file: str) -> bytes:
    """Return what a file holds, as far as a receipt may go."""
    from xiada.console.arguments import unreadable

    try:
        with Path(file).open("rb") as source:
            return source.read(MOST_RECEIPT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def _proven(proven: "Proven") -> dict[str, object]:
    """Return what a receipt proves, for programs."""
    from xiada.console import documents

    event = documents.event(proven.event)
    return {"log": proven.log, "size": proven.size, "signed_by": list(proven.signed_by), "event": event}


def _trusted(desk: Desk, lines: list[str] | None) -> "tuple[VerifierKey, ...]":
    """Return the keys given, else the log's own."""
    from xiada.console.signing import trusted

    if lines:
        return trusted(lines)
    if not Path(_file(desk)).exists():
        raise _no_vkey()
    return trusted(desk.engine.keys())


def _no_vkey() -> "Malformed":
    """Return the refusal of a receipt that nobody is to answer for."""
    from xiada.engine.errors import Malformed

    return Malformed("no_vkey", "no verifier key was given", remedy="Add --vkey, or --db for the log's own keys.")


# Restores


@reading
def declare_restore(desk: Desk, reason: Reason, vkey: Vkeys = None) -> None:
    """Say that this older copy goes on from here, in a new epoch; for a file refused as rolled back or forked."""
    from xiada.console.signing import trusted

    engine = desk.reopen(restoring=True, must_sign=True, verifiers=trusted(vkey))
    [recorded] = engine.declare_restore(reason).events
    if desk.as_json:
        from xiada.console import documents

        desk.document({"origin": engine.origin, "event": documents.event(recorded)})
        return
    desk.say("restored", origin=engine.origin, index=str(recorded.index))


# Texts


@reading
def erase(
    desk: Desk,
    place: Annotated[str, typer.Argument(metavar="COMMITMENT|INDEX", help="The text's, or its event's log index.")],
    reason: Reason,
    actor: Annotated[
        str | None, typer.Option("--actor", envvar="XIADA_ACTOR", metavar="ID@UNIT", help="Default: the registrar.")
    ] = None,
    on_behalf_of: Annotated[
        str | None, typer.Option("--on-behalf-of", metavar="UNIT", help="Act for another unit.")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="Idempotency key: again gives the first answer.")] = None,
) -> None:
    """Erase a text, so that no byte of it is left in the file; the log stays verifiable."""
    from xiada.console.arguments import read_actor
    from xiada.engine.commands import REGISTRAR

    desk.must_sign = True
    who = read_actor(actor, on_behalf_of) if actor else REGISTRAR
    index = int(place) if place.isascii() and place.isdigit() and len(place) < 16 else None
    commitment = place if index is None else _commitment(desk, place)
    answer = desk.engine.erase(commitment, reason, actor=who, index=index, key=key)
    if desk.as_json:
        from xiada.console import documents

        events = [documents.event(one) for one in answer.events]
        desk.document({"commitment": commitment, "repeated": answer.repeated, "events": events})
    elif answer.events and not answer.repeated:
        desk.say("erased", commitment=commitment[:16], index=str(answer.first))
    else:
        desk.say("erased_before", commitment=commitment[:16])


def _commitment(desk: Desk, place: str) -> str:
    """Return the commitment of the text that belongs to an event."""
    from xiada.engine.errors import NotFound

    recorded = _event(desk, place)
    if recorded.text is None:
        raise NotFound(
            "no_text", f"event {place} has no text", index=recorded.index, remedy="Texts stand as 'text' in an event."
        )
    return recorded.text


def add_to(audit: typer.Typer) -> None:
    """Add these commands to the group."""
    for name, command in (
        ("keygen", keygen),
        ("keys", keys),
        ("rotate", rotate),
        ("checkpoint", checkpoint),
        ("receipt", receipt),
        ("check-receipt", check_receipt),
        ("declare-restore", declare_restore),
        ("erase", erase),
    ):
        audit.command(name)(command)
