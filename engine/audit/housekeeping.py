"""What was done to the log itself, in its stream `log/audit`: epochs, keys, erased texts.

Rule: an epoch begins with the event that declares it, a key follows from the one before by that one's
signature, and a text may be gone only if an event says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.ground import Ground
from xiada.engine.audit.reading import Read, finding
from xiada.engine.audit.skim import Skimmer
from xiada.engine.audit.sorting import Housekeeping
from xiada.engine.audit.source import Source
from xiada.engine.audit.streams import Streams
from xiada.engine.commands import REGISTRAR
from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.epochs import epoch_of, in_epoch
from xiada.engine.errors import Malformed, XiadaError
from xiada.engine.log.keys import parse_vkey, verify_signature, vouched
from xiada.engine.log.strict import bytes_in


@dataclass(slots=True)
class House:
    """What a log's housekeeping came to.

    Args:
        epochs: (log index from which, log's name), ascending.
        keys: Verifier keys as lines, oldest first, each proven by the one before.
        given_up: By key that is in force no more, the log index of the event that put another in its place.
        erased: Commitments of texts that were erased.
        findings: Defects.
    """

    epochs: list[tuple[int, str]]
    keys: list[str] = field(default_factory=list)
    given_up: dict[str, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def keep_house(items: Sequence[Housekeeping], source: Source, ground: Ground) -> House:
    """Return what the housekeeping of a log came to.

    Args:
        items: The events of the stream, in log order.
        source: The log, for the events a text belonged to.
        ground: Its `epochs` are set here.
    """
    newest = ground.epochs[-1][1]
    house = House([(0, in_epoch(newest, 1))])
    skim = Skimmer()
    for item in items:
        _open_epoch(house, item, skim)
    if house.epochs[-1][1] != newest:
        what = "the log goes by an epoch that no event has opened"
        house.findings.append(Finding("i11_epoch", None, AUDIT_STREAM, what, house.epochs[-1][1], newest))
    ground.epochs = tuple(house.epochs)
    streams = Streams(ground, skim)
    for item in items:
        one = streams.take(*item)
        if one is not None:
            streams.entitled(one, _entitled(one, source))
            house.findings += _CHECKS.get(one.event["type"], _foreign)(house, one, source)
    house.findings += streams.findings
    return house


def _open_epoch(house: House, item: Housekeeping, skim: Skimmer) -> None:
    """Begin an epoch where an event declares the next one; one that cannot be read is told of where it is checked."""
    event = skim.of_any_log(item.body, item.index)
    if event is None or event["type"] != "restore_declared" or event["dir"] != AUDIT_STREAM:
        return
    epoch, kept = event["data"]["epoch"], event["data"]["kept"]
    if epoch > epoch_of(house.epochs[-1][1]) and kept == item.index:
        house.epochs.append((item.index, in_epoch(house.epochs[0][1], epoch)))
    else:
        what = "it declares a restore that begins no later epoch here"
        house.findings.append(Finding("i11_epoch", item.index, AUDIT_STREAM, what, str(item.index), str(kept)))


def _entitled(one: Read, source: Source) -> tuple[str, ...]:
    """Return whose actors may do this: the registrar; and a text's own unit may have it erased."""
    if one.event["type"] != "text_erased":
        return (REGISTRAR.unit,)
    owner = _owner(one, source)
    return (REGISTRAR.unit,) if owner is None else (REGISTRAR.unit, owner[1])


def _owner(one: Read, source: Source) -> tuple[object, str] | None:
    """Return commitment and unit of the event before it that an erased text belonged to."""
    index = one.data["index"]
    if not 0 <= index < one.index:
        return None
    try:
        [(_, body)] = source.events(index, index + 1)
        event = orjson.loads(body)
        return event.get("text"), str(event.get("behalf") or event["unit"])
    except (ValueError, KeyError, TypeError, AttributeError, XiadaError):
        return None


def _erased(house: House, one: Read, source: Source) -> Iterator[Finding]:
    """A text that was erased belonged to an event before."""
    owner = _owner(one, source)
    if owner is None or owner[0] != one.data["commitment"]:
        yield finding("i11_erasure", one, "it erases what no event before it holds", "", one.data["index"])
        return
    house.erased.add(one.data["commitment"])


def _rotated(house: House, one: Read, _: Source) -> Iterator[Finding]:
    """A key follows from the one before, which has signed it."""
    data, before = one.data, house.keys[-1] if house.keys else None
    if data["old"] != before:
        yield finding("i11_key_rotation", one, "it follows another key than the newest", before, data["old"])
    elif not _is_proven(data["new"], before, data["proof"], one.event["log"]):
        yield finding("i11_key_rotation", one, "the key before has not signed the new one", before, data["new"])
    else:
        house.keys.append(data["new"])
        if before is not None:
            house.given_up[before] = one.index
        house.given_up.pop(data["new"], None)


def _is_proven(new: str, old: str | None, proof: str | None, log: str) -> bool:
    """Tell whether the old key has signed the new one; the first needs no proof."""
    try:
        parse_vkey(new)
        if old is None:
            return proof is None
        signature = bytes_in(proof or "")
        message = vouched(parse_vkey(new), log)
        return signature is not None and verify_signature(parse_vkey(old).public, message, signature)
    except Malformed:
        return False


def _declared(_: House, __: Read, ___: Source) -> Iterator[Finding]:
    """A restore has been looked at before the others, because it names the log from there on."""
    return iter(())


def _foreign(_: House, one: Read, __: Source) -> Iterator[Finding]:
    """Nothing else belongs in this stream."""
    yield finding("i3_illegal", one, f"'{one.event['type']}' is no event of the log itself", "", one.event["type"])


_CHECKS = {"key_rotated": _rotated, "restore_declared": _declared, "text_erased": _erased}
